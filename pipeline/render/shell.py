"""The frame round every page: head, style, skip link, landmarks.

Nothing fetched, and no script in a report: the style sheet is inline, and the content policy
allows it by its hash and nothing else but images that are data. A data book has the
script of its search field, which is allowed by its hash too and can reach nothing.
"""

import base64
import hashlib
from functools import cache
from pathlib import Path
from string import Template

from pipeline.render.markup import Markup, element, escape

HERE = Path(__file__).resolve().parent
PRINTED_TITLE = "@media print {{ @page {{ @bottom-left {{ content: {words}; font: 8.5pt sans-serif; color: #4d5661; }} }} }}"
PRINTED_MARK = "@media print {{ @page {{ @top-center {{ content: {words}; font: 600 8.5pt sans-serif; color: #7a2e00; }} }} }}"


def fill_page(  # noqa: PLR0913 - the words of a page, each by its name
    *, mark: str, title: str, language: str, contents: str, skip: str, script: str = "", **parts: Markup
) -> str:
    """Fill the template; ``mark`` is repeated on every printed page and stays in view on screen."""
    printed = [(PRINTED_TITLE, title), *([(PRINTED_MARK, mark)] if mark else [])]
    style = style_sheet() + "".join(text.format(words=_css_string(words)) for text, words in printed)
    allowed = f"script-src '{_hash(script)}'; " if script else ""
    return Template((HERE / "page.html").read_text(encoding="utf-8")).substitute(
        language=language,
        policy=f"default-src 'none'; img-src data:; style-src '{_hash(style)}'; {allowed}base-uri 'none'; form-action 'none'",
        title=escape(title),
        style=style,
        skip=escape(skip),
        contents=escape(contents),
        mark=element("aside", mark, class_="mark", aria_label=mark) + "\n" if mark else "",
        script=f"<script>{script}</script>\n" if script else "",
        **parts,
    )


@cache
def style_sheet() -> str:
    """Read the style sheet."""
    return (HERE / "report.css").read_text(encoding="utf-8")


def _css_string(words: str) -> str:
    """Quote words for the style sheet, where no character may end it or the element it stands in."""
    return '"' + "".join(letter if letter.isalnum() or letter in " .,:;–-" else f"\\{ord(letter):x} " for letter in words) + '"'


def _hash(style: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")
