"""Quotations as they may be shown, and what is said of those that are not."""

from pipeline.render.codings import CodedInterviews
from pipeline.render.markup import Markup, element, joined, paragraph
from pipeline.render.results import Results
from pipeline.render.selection import Row, rows_of
from pipeline.tables.glossary import SHOWN


def quotations_shown(results: Results) -> int:
    """Count the quotations that are shown."""
    return int((results.quotations["status"] == SHOWN).sum())


def quotation_brief(results: Results) -> str:
    """Say in one sentence how many quotations there are; empty where none is declared."""
    if not results.facts.get("quotations"):
        return ""
    return results.say("needs.quoted.brief", count=quotations_shown(results))


def quotation_counts(results: Results) -> list[str]:
    """Say how many quotations are shown, and how many are not for each reason."""
    status = results.quotations["status"].value_counts().to_dict()
    sentences = [results.say("needs.quoted.shown", count=status.pop(SHOWN, 0), all=len(results.quotations))]
    return [*sentences, *(results.say(f"needs.quoted.{reason}", count=int(count)) for reason, count in sorted(status.items()))]


def quotation_blocks(results: Results, coding: CodedInterviews) -> list[Markup]:
    """Give the quotations theme by theme, in the order of the tables; each in the language it was said in."""
    languages = {declared["id"]: declared["language"] for declared in results.facts.get("quotations", ())}
    rows = rows_of(results.quotations[results.quotations["status"] == SHOWN])
    blocks = []
    for part in coding.parts:
        for theme in part.themes:
            blocks += _block(theme.label, [row for row in rows if row.theme == theme.code], languages)
    return blocks + _block("", [row for row in rows if not row.theme], languages)


def _block(label: str, rows: list[Row], languages: dict[str, str]) -> list[Markup]:
    if not rows:
        return []
    quoted = [element("blockquote", paragraph(row.text), lang=languages[row.quotation]) for row in rows]
    return [joined([element("h3", label) if label else Markup(), *quoted])]


def other_language(results: Results) -> bool:
    """Say whether quotations stand in another language than the report."""
    return any(declared["language"] != results.language for declared in results.facts.get("quotations", ()))
