"""What the programme's own documents say in two ways: shown, never resolved in silence."""

from pipeline.render.markup import Markup, element, joined, paragraph
from pipeline.render.results import Results


def contradictions_box(results: Results) -> Markup:
    """Give every declared contradiction of the source in one box; empty without any."""
    names = results.facts.get("contradictions", ())
    if not names:
        return Markup("")
    items = (
        joined([element("h3", results.label("contradiction", name)), paragraph(results.label("contradiction_text", name))])
        for name in names
    )
    return element("div", *items, class_="brief")
