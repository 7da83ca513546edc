"""Text never becomes a tag, and the researcher's Markdown carries nothing that runs or fetches."""

import pytest

from pipeline.render.markup import Markup, element, joined, plain_text, researcher_markdown

SCRIPT = "<script>alert(1)</script>"


def test_text_is_escaped_and_markup_is_not() -> None:
    assert element("p", SCRIPT, element("b", "x")) == "<p>&lt;script&gt;alert(1)&lt;/script&gt;<b>x</b></p>"


def test_attributes_are_escaped() -> None:
    assert element("a", "x", title='" onclick="alert(1)') == '<a title="&quot; onclick=&quot;alert(1)">x</a>'


def test_joining_escapes_text_between_and_within() -> None:
    assert joined(["a<b", Markup("<br>")], " & ") == "a&lt;b &amp; <br>"


def test_the_words_of_markup_survive_without_its_tags() -> None:
    assert plain_text(joined([element("p", "a < b"), element("p", "c")])) == "a < b\nc"


@pytest.mark.parametrize(
    "text",
    [
        SCRIPT,
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](http://example.org)",
        "[x](//example.org)",
        "[x](../../etc/passwd)",
        "<https://example.org/ onmouseover=alert(1)>",
        "<iframe src='https://example.org'></iframe>",
        "<javascript:alert(1)>",
        '<a href="https://example.org">x</a>',
        "<svg/onload=alert(1)>",
        "<!-- comment --><style>p { color: red }</style>",
    ],
)
def test_hostile_markdown_becomes_plain_words(text: str) -> None:
    html = researcher_markdown(text)
    assert not any(tag in html for tag in ("<script", "<img", "<iframe", "<svg", "<style", "<a ", "<!--"))


def test_an_https_link_is_kept() -> None:
    assert researcher_markdown("[x](https://example.org/a?b=1&c=2)") == '<p><a href="https://example.org/a?b=1&amp;c=2">x</a></p>\n'


def test_an_image_is_never_fetched() -> None:
    assert "<img" not in researcher_markdown("![pixel](https://example.org/pixel.png)")


def test_the_researchers_headings_stay_below_the_sections() -> None:
    assert researcher_markdown("# Ett\n\n## Två\n\n##### Fem") == "<h3>Ett</h3>\n<h4>Två</h4>\n<h6>Fem</h6>\n"


def test_a_markdown_table_has_scoped_headers() -> None:
    html = researcher_markdown("| a | b |\n|:--|--:|\n| 1 | 2 |")
    assert '<th scope="col">a</th>' in html
    assert "style" not in html
