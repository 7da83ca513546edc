"""Reports as they are printed: the answer and how sure it is on the first page, a running foot, and no page left empty."""

import io
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.stages.test_lab import WITH_BROWSER, browser

pytestmark = [pytest.mark.slow, WITH_BROWSER]

FOOT = 40
"""Points from the lower edge: below stand title and number."""
A4_TALL = 842
HEAD = 60
MOST_EMPTY = 0.4
"""Of a page between others; a figure that does not fit goes to the next."""
MOST_PAGES = 12


@pytest.fixture(scope="module")
def printed(built: Path) -> dict[str, list[list[tuple[float, str]]]]:
    """Print the page of every bundled report; give its pages by study and language, each as its texts and how far they stand above the lower edge.

    Reports on measures, which are made of figures as tall as a page, are left out.
    """
    from pypdf import PdfReader

    found = {}
    with browser() as chromium:
        page = chromium.new_page()
        for path in sorted((built / "reports").glob("*/*/*.html")):
            if path.name.count("-") == 0 and ".annex" not in path.name and path.stem != "measures":
                page.goto(path.as_uri())
                pdf = page.pdf(prefer_css_page_size=True)
                found["/".join(path.parts[-3:])] = [placed(one) for one in PdfReader(io.BytesIO(pdf)).pages]
    assert found
    return found


def placed(page: Any) -> list[tuple[float, str]]:
    """Give each text with how far above the lower edge of the page it stands."""
    found: list[tuple[float, str]] = []

    def visit(text: str, cm: list[float], tm: list[float], *_: object) -> None:
        if text.strip():
            found.append((cm[1] * tm[4] + cm[3] * tm[5] + cm[5], text.strip()))

    page.extract_text(visitor_text=visit)
    return found


def test_the_answer_and_how_sure_it_is_stand_on_the_first_page(printed: dict[str, list[list[tuple[float, str]]]]) -> None:
    words = {"sv": ("Sammanfattning", "Det visar rapporten inte"), "en": ("Summary", "What the report does not show")}
    for name, pages in printed.items():
        if "municipality" not in name:
            text = " ".join(" ".join(text for _, text in pages[0]).split())
            assert all(one in text for one in words[name.split("/")[1]]), name


def test_no_page_between_others_is_left_empty(printed: dict[str, list[list[tuple[float, str]]]]) -> None:
    tall = A4_TALL - HEAD - FOOT
    for name, pages in printed.items():
        empty = [round((min(height for height, _ in page if height > FOOT) - FOOT) / tall, 2) for page, _ in pairwise(pages)]
        assert max(empty, default=0) <= MOST_EMPTY, (name, empty)


def test_the_report_of_trs_is_short_enough_to_be_read(printed: dict[str, list[list[tuple[float, str]]]]) -> None:
    assert all(len(pages) <= MOST_PAGES for name, pages in printed.items() if name.startswith("trs/"))


def test_every_page_says_its_number(printed: dict[str, list[list[tuple[float, str]]]]) -> None:
    for name, pages in printed.items():
        for number, page in enumerate(pages, 1):
            assert str(number) in " ".join(text for height, text in page if height <= FOOT).split(), (name, number)
