"""Columns that are the boxes of one question: ticks, under headings that differ in one part."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.clean.boxes import MARKED, UNMARKED
from pipeline.draft.described import Answer, Column, Kind
from pipeline.draft.words import is_system, slug
from pipeline.spec.boxes import PLACE
from pipeline.spec.folding import comparable

FORMS = (
    re.compile(r"(?P<stem>.+)(?P<open>\[)(?P<code>[^\[\]]+)(?P<close>\])"),
    re.compile(r"(?P<stem>.+)(?P<open>___)(?P<code>.+)(?P<close>)"),
    re.compile(r"(?P<stem>.+)(?P<open> \| |/|: )(?P<code>[^|/:]+)(?P<close>)"),
    re.compile(r"(?P<stem>.+)(?P<open>_)(?P<code>\d{1,2}|[a-z])(?P<close>)"),
)
"""How the headings of a question's boxes differ: ``steps[cv]``, ``steps___1``, ``Steps | CV``, ``steps/cv``, ``steps_1``."""
BETWEEN = " -–:|[]/"


@dataclass(frozen=True)
class Boxes:
    """A question with several answers, from its columns."""

    heading: str
    label: Mapping[str, str]
    columns: tuple[Column, ...]
    kind: Kind


def boxes_among(columns: Sequence[Column], tool: str) -> Iterator[Boxes]:
    """Find the questions whose boxes have columns of their own."""
    taken: set[str] = set()
    for form in FORMS:
        groups: dict[tuple[str, str], list[tuple[Column, str]]] = {}
        for column in columns:
            match = form.fullmatch(column.heading)
            if match and column.heading not in taken and not is_system(column.heading, tool):
                groups.setdefault((f"{match['stem']}{match['open']}", match["close"]), []).append((column, match["code"]))
        for (before, after), group in groups.items():
            ticks = [(column, code) for column, code in group if _is_tick(column, code)]
            if len(ticks) > 1 and 2 * len(ticks) >= len(group) and any(column.texts for column, _ in ticks):
                taken.update(column.heading for column, _ in ticks)
                yield _question(before, after, ticks)


def _is_tick(column: Column, code: str) -> bool:
    """Say whether a column holds one mark, and besides it only what means that there is none."""
    if column.question.kind in ("text", "number", "date", "choice"):
        return False
    marks = {comparable(text) for text in column.texts} - UNMARKED
    named = {comparable(text) for option in column.question.options for text in (option.raw, *option.label.values())}
    tails = {comparable(text) for text in (code, *column.question.label.values())}
    return len(marks) <= 1 and all(
        mark in MARKED or mark in tails | named or any(tail.rstrip("]").endswith(mark) for tail in tails) for mark in marks
    )


def _question(before: str, after: str, ticks: Sequence[tuple[Column, str]]) -> Boxes:
    columns = [column for column, _ in ticks]
    languages = list(columns[0].question.label)
    wordings = {language: [column.question.label.get(language, "") for column in columns] for language in languages}
    shared = {language: _shared(texts) for language, texts in wordings.items()}
    answers = []
    for place, (column, code) in enumerate(ticks):
        tails = {language: wordings[language][place][len(shared[language]) :].strip(BETWEEN) or code for language in languages}
        mark = next((text for text in column.texts if comparable(text) not in MARKED | UNMARKED), "")
        answers.append(Answer("", code, {language: mark or tail for language, tail in tails.items()} if len(languages) == 1 else tails))
    question = {language: text.strip(BETWEEN) or before.strip(BETWEEN + "_") for language, text in shared.items()}
    why = f"{len(ticks)} columns of ticks whose headings differ in one part"
    return Boxes(f"{before}{PLACE}{after}", question, tuple(columns), Kind("select_multiple", why, tuple(answers)))


def _shared(texts: Sequence[str]) -> str:
    """Give what all wordings begin with, up to a mark between question and answer."""
    first, last = min(texts), max(texts)
    start = first[
        : next((place for place, (one, other) in enumerate(zip(first, last, strict=False)) if one != other), min(len(first), len(last)))
    ]
    cut = max((start.rfind(sign) for sign in ("[", " - ", " | ", ": ", "___", "_", "/")), default=-1)
    return start if len(set(texts)) == 1 else start[: cut + 1] if cut > 0 else ""


def name_of_boxes(boxes: Boxes) -> str:
    """Give the name of the question: its heading without the part that differs."""
    return slug(boxes.heading.replace(PLACE, " "))
