"""Sentences of the data book: what it is, what catches the eye, and what a question is."""

from pipeline.render.described import Described, Question
from pipeline.render.looks import ONLY
from pipeline.render.markup import Markup, element, joined, paragraph
from pipeline.render.selection import Row
from pipeline.render.wording.data_notes import data_note_sentences

FINDINGS = ("alike", "far", "fast", "careless", "straight", "nearly_all", "unused")
"""Findings in the order told: people first, then questions."""
FIRST = 6
"""Findings of one kind that are told at once; more are folded."""


def opening(described: Described) -> Markup:
    """Say what the book is, and that it stays here."""
    results = described.results
    return joined(
        [
            paragraph(results.say("page.private"), class_=ONLY),
            paragraph(results.say("databook.kicker"), class_="kicker"),
            element("h1", results.label("study", "title")),
            paragraph(results.say("databook.lead"), class_="lead"),
            paragraph(results.say("databook.private"), class_="source simulated"),
            *([paragraph(results.say("page.simulated"), class_="source simulated")] if results.facts["simulated"] else []),
        ]
    )


def findings(described: Described) -> Markup:
    """List what catches the eye: what cleaning found, then each finding with those concerned; say so where there is nothing."""
    items = [element("li", sentence) for sentence in data_note_sentences(described.results)]
    for code in FINDINGS:
        items += _folded(described, [_finding(described, row) for row in described.findings(code)])
    return element("ul", *items) if items else paragraph(described.results.say("databook.no_findings"))


def _folded(described: Described, items: list[Markup]) -> list[Markup]:
    if len(items) <= FIRST:
        return items
    summary = element("summary", described.results.say("databook.more", count=len(items) - FIRST))
    return [*items[:FIRST], element("li", element("details", summary, element("ul", *items[FIRST:])))]


def _finding(described: Described, row: Row) -> Markup:
    results, question = described.results, described.question_of.get(row.variable)
    wave = f" ({results.label('wave', row.wave)})" if row.wave else ""
    values: dict[str, str | int] = {
        "n": int(row.n),
        "of": int(row.value),
        "unit": results.label("unit", row.unit),
        "wave": wave,
        "share": results.percent(row.n / row.value),
        "answers": _named(described, question, row),
        "items": len(row.detail.split(" ")),
    }
    sentence = results.say_with(f"databook.finding.{row.code}", values)
    link = [element("a", question.heading, href=f"#{question.slug}"), wave, ": "] if question is not None else []
    return element("li", *link, sentence, *([_who(described, row)] if row.ids else []))


def _named(described: Described, question: Question | None, row: Row) -> str:
    """Name the answers that a finding is about, or the least and greatest number or day."""
    if question is None or row.code not in ("far", "nearly_all", "unused"):
        return ""
    codes = row.detail.split(" ")
    labels = [described.code_label(question, code) for code in codes]
    return "–".join(labels) if row.code == "far" else ", ".join(described.results.say("databook.quoted", text=one) for one in labels)


def _who(described: Described, row: Row) -> Markup:
    summary = element("summary", described.results.say("databook.who"))
    return element("details", summary, element("p", row.ids, class_="small"))


def about(described: Described, question: Question) -> Markup:
    """Say under a question's heading by which name, type and column it goes."""
    say = described.results.say
    kind = say(f"databook.type.{question.type}")
    parts = [element("code", question.name), kind, described.results.label("unit", question.unit), ", ".join(question.sources)]
    parts += [say("databook.column", headings=", ".join(question.headings))] if question.headings else []
    return element("p", joined(parts, " · "), class_="small")
