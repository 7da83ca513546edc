"""HTML is made here and nowhere else, so that text is escaped in one place.

``element`` escapes every child that is not already ``Markup``; labels, answers
and the researcher's words can therefore never become tags. The researcher's
Markdown loses raw HTML and any link that is not https; its parser is imported only
where there are such words.
"""

import html
import re
from collections.abc import Iterable

TAGS = re.compile(r"<[^>]*>")
BLOCK_ENDS = re.compile(r"</(?:p|li|h[1-6]|dt|dd|div|blockquote|tr)>")
VOID = frozenset({"img", "meta", "br", "hr", "link", "input"})


class Markup(str):
    """HTML that is safe to insert as it is."""

    __slots__ = ()


def escape(text: str) -> Markup:
    """Escape a text for use between tags or inside quotes; ``Markup`` passes through."""
    return text if isinstance(text, Markup) else Markup(html.escape(text, quote=True))


def joined(parts: Iterable[str], between: str = "") -> Markup:
    """Join texts and markup into markup."""
    return Markup(escape(between).join(escape(part) for part in parts))


def element(name: str, *children: str, **attributes: str) -> Markup:
    """Build one element.

    Parameters
    ----------
    name : str
        Tag.
    *children : str or Markup
        Text is escaped, markup is not.
    **attributes : str
        A trailing underscore is dropped (``class_``), other underscores become
        hyphens (``aria_label``); an empty value leaves the attribute out, except
        for ``alt``, which may be empty.
    """
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(value)}"' for key, value in attributes.items() if value != "" or key == "alt"
    )
    if name in VOID:
        return Markup(f"<{name}{written}>")
    return Markup(f"<{name}{written}>{joined(children)}</{name}>")


def paragraph(text: str, **attributes: str) -> Markup:
    """Build one paragraph."""
    return element("p", text, **attributes)


def plain_text(markup: str) -> str:
    """Give the words of markup, one block a line, for viewers without HTML."""
    lines = BLOCK_ENDS.sub("\n", markup)
    return html.unescape(TAGS.sub("", lines)).strip()


def bullets(items: Iterable[str]) -> Markup:
    """Build a list with bullets."""
    return element("ul", *(element("li", item) for item in items))


def researcher_markdown(text: str) -> Markup:
    """Turn the researcher's Markdown into HTML: no raw HTML, no images, only https links, headings from level 3.

    Notes
    -----
    markdown-it escapes raw HTML when ``html`` is off; its own list of bad
    protocols would still pass http and mailto, so links are checked here.
    """
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    parser.validateLink = lambda url: url.lower().startswith("https://")  # type: ignore[method-assign]
    tokens = parser.parse(text)
    for token in tokens:
        if token.tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            token.tag = f"h{min(6, int(token.tag[1]) + 2)}"
        if token.type == "th_open":
            token.attrSet("scope", "col")
        token.attrs.pop("style", None)
    return Markup(parser.renderer.render(tokens, parser.options, {}))
