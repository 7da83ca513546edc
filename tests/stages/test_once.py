"""No sentence stands twice: captions and notes lose what stands above them, findings and first sentences never."""

import re
from collections import Counter
from pathlib import Path

import pytest

from pipeline.render.figures.figure import Figure
from pipeline.render.markup import paragraph, plain_text
from pipeline.render.once import Said, sentences
from pipeline.render.section import Showable, words
from pipeline.render.tables.table import ColumnHead, Table
from pipeline.spec.vocabulary import LANGUAGES

LIST_ITEM = re.compile(r"(?s)<li>(.*?)</li>")
FEWEST_WORDS = 5
"""Shorter ones are headings and marks rather than sentences."""
NOT_SENTENCES = (
    r"(?s)<(?:svg|style|script|head|table|nav)\b.*?</(?:svg|style|script|head|table|nav)>",
    r'(?s)<li><sup class="note-mark">.*?</li>',
)
"""Tables' cells, the remarks that letters in them lead to, and the list of contents."""


def figure(caption: str) -> Figure:
    return Figure("one", b"", b"", "alt", caption)


def table(*notes: str) -> Table:
    return Table("one", "Caption", "Stub", (ColumnHead("a"),), (), footnotes=notes)


def told(part: Showable) -> str:
    if isinstance(part, Table):
        return " ".join(part.footnotes)
    return part.caption if isinstance(part, Figure) else plain_text(part._repr_mimebundle_()[0]["text/html"])


def test_a_caption_and_a_note_do_not_say_again_how_to_read() -> None:
    parts = (figure("Trust. Bars are shares."), figure("Hope. Bars are shares. Dots are means."), table("Dots are means. In brackets: n."))
    assert [told(part) for part in Said().once("a", parts)] == ["Trust. Bars are shares.", "Hope. Dots are means.", "In brackets: n."]


def test_what_words_said_is_no_note_and_words_lose_nothing() -> None:
    text = words(paragraph("Not everybody answered. Better."))
    assert [told(part) for part in Said().once("a", (text, table("Not everybody answered."), text))] == [told(text), "", told(text)]


def test_the_first_sentence_of_a_caption_always_stands() -> None:
    said = Said()
    said.once("a", (figure("Trust. Bars are shares."),))
    assert told(said.once("b", (figure("Trust. Bars are shares."),))[0]) == "Trust."


def test_a_section_made_again_says_the_same() -> None:
    said = Said()
    for _ in range(2):
        assert told(said.once("a", (figure("Trust. Bars are shares."),))[0]) == "Trust. Bars are shares."


def _as_one(item: re.Match[str]) -> str:
    return "\n" + plain_text(item[1]).replace(". ", "; ").replace("\n", " ") + ".\n"


def said_on(page: str) -> list[str]:
    """Give the sentences of a page; an item of a list is one, and a heading none."""
    for pattern in NOT_SENTENCES:
        page = re.sub(pattern, " ", page)
    page = re.sub(r"(?s)<ul>(.*?)</ul>", lambda bullets: LIST_ITEM.sub(_as_one, bullets[1]), page)
    page = re.sub(r"</?(?:dd|dt|div|p|li|h\d|figcaption|caption|section|summary|header|footer)\b[^>]*>", "\n", page)
    return [one for one in sentences(plain_text(page)) if one.endswith((".", "?", "!")) and len(one.split()) >= FEWEST_WORDS]


def test_a_sentence_that_stands_twice_is_found() -> None:
    once = "<p>This sentence stands here once. This one is another sentence.</p><table><td>This one is another sentence.</td></table>"
    assert len(said_on(once)) == len(set(said_on(once))) == 2
    assert Counter(said_on(once + "<figcaption>This one is another sentence.</figcaption>")).most_common(1)[0][1] == 2


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_stands_twice_in_a_bundled_report(built: Path, language: str) -> None:
    pages = sorted(built.glob(f"reports/*/{language}/*.html"))
    assert pages
    counts = {page.relative_to(built).as_posix(): Counter(said_on(page.read_text(encoding="utf-8"))) for page in pages}
    assert {name: twice for name, count in counts.items() if (twice := [one for one in count if count[one] > 1])} == {}
