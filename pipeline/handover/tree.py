"""HTML that a notebook's outputs hold, as a tree of elements."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Union

from pipeline.render.markup import VOID

ENDS_PARAGRAPH = frozenset({"p", "div", "ul", "ol", "dl", "table", "figure", "pre", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6"})
"""What may not stand in a paragraph, and so ends one that is open."""


@dataclass(eq=False)
class Node:
    """One element."""

    tag: str
    attributes: dict[str, str]
    inside: str = ""
    """Tag of the element that holds it."""
    children: list[Union["Node", str]] = field(default_factory=list)

    @property
    def classes(self) -> frozenset[str]:
        """Names in its class attribute."""
        return frozenset(self.attributes.get("class", "").split())

    @property
    def text(self) -> str:
        """All words in it."""
        return "".join(child if isinstance(child, str) else child.text for child in self.children)

    def every(self, *tags: str) -> Iterator["Node"]:
        """Give all elements in it with one of these tags, in order; none inside another."""
        for child in self.children:
            if isinstance(child, Node) and child.tag in tags:
                yield child
            elif isinstance(child, Node):
                yield from child.every(*tags)

    def first(self, tag: str) -> Union["Node", None]:
        """Give the first element in it with this tag."""
        return next(self.every(tag), None)


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open = [Node("", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ENDS_PARAGRAPH:
            self.handle_endtag("p")
        node = Node(tag, {name: value or "" for name, value in attrs}, self.open[-1].tag)
        self.open[-1].children.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        """Close the innermost element of this tag, and those in it that nobody closed."""
        if tag in (node.tag for node in self.open[1:]):
            while self.open.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def parsed(html: str) -> Node:
    """Read HTML; what is not closed ends with what holds it."""
    parser = _Parser()
    parser.feed(html)
    parser.close()
    return parser.open[0]
