"""An executed notebook as a document; whatever a cell shows is in it, also that of a researcher's own cell."""

import base64
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from pipeline.handover.document import Cell, Document, Group, Part, Picture, Run, Runs, Table, Text, words
from pipeline.handover.tree import Node, parsed
from pipeline.render.figures.figure import DATA
from pipeline.render.markup import researcher_markdown
from pipeline.render.results import Results
from pipeline.render.tables.checklist import checklist_table
from pipeline.render.tables.table import to_html

SVG, PNG, HTML, PLAIN = "image/svg+xml", "image/png", "text/html", "text/plain"
LEFT_OUT = frozenset({"style", "script", "summary", "caption"})
LOOKS = {"strong": "strong", "b": "strong", "em": "em", "i": "em", "code": "code", "small": "small", "sup": "raised"}
"""Element inside a text -> how its words look."""
TEXTS = frozenset({"p", "pre", "dt"})
GROUPS = {"ul": "bullets", "ol": "numbers", "li": "item", "blockquote": "quote", "dl": "facts"}
"""Element that holds others -> kind of group; what is not named here is only a frame."""
BLOCKS = TEXTS | GROUPS.keys() | {"h1", "h2", "h3", "h4", "h5", "h6", "div", "dd", "table", "figure", "details", "section", "hr"}
DRAWING_PIXELS = 96
VERDICT = "verdict"
CHECKLIST = "checklist"
ANNEX, SECTION = "annex", 2
"""What begins the second page of a report, and the level of headings that are numbered."""
BLANKS = re.compile(r"[ \n\t\r\f]+")


def document_of(notebook: Mapping[str, Any], results: Results, slug: str) -> Document:
    """Read an executed notebook.

    Parameters
    ----------
    notebook : mapping
        As it is kept beside the page.
    results : Results
        Labels of its release.
    slug : str
        Name of the report's files.
    """
    letter = results.say("page.annex_letter")
    found = list(_named(_parts(notebook, results)))
    parts = tuple(_stepwise(_counted([*found, *_checklist(results, _counted(found, letter))], letter)))
    title = next((words(part.runs) for part in parts if isinstance(part, Text) and part.level == 1), results.label("study", "title"))
    mark = results.say("page.simulated") if results.facts["simulated"] else ""
    return Document(results.study, slug, results.language, title, mark, parts)


def _checklist(results: Results, counted: Iterable[Part]) -> Iterator[Part]:
    """Give a last section, the checklist of the design's guideline, unless the report has one."""
    places = {part.anchor: words(part.runs) for part in counted if isinstance(part, Text) and part.level == SECTION and part.anchor}
    table = checklist_table(results, places) if places and CHECKLIST not in places else None
    if table is not None:
        yield Text("heading", (Run(results.say("handover.checklist")),), SECTION, anchor=CHECKLIST)
        yield from _named(_blocks(parsed(to_html(table))))


def _parts(notebook: Mapping[str, Any], results: Results) -> Iterator[Part]:
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown" and cell["source"].strip():
            yield from _blocks(parsed(researcher_markdown(cell["source"])))
        for output in cell.get("outputs", ()):
            yield from _output(output.get("data", {}), output.get("metadata", {}), results)


def _output(data: Mapping[str, Any], metadata: Mapping[str, Any], results: Results) -> Iterator[Part]:
    """Give what one output shows, as the page chooses it."""
    kind = next((kind for kind in (SVG, PNG, HTML, PLAIN) if kind in data), "")
    told = metadata.get(kind, {})
    alt, caption, name = told.get("alt") or results.say("page.no_words"), told.get("caption", ""), told.get("name", "")
    if kind == SVG:
        yield Picture("picture", name, "".join(data[SVG]), b"", alt, caption, data.get(DATA, ""))
    elif kind == PNG:
        yield Picture("picture", name, "", base64.b64decode("".join(data[PNG])), alt, caption, "")
    elif kind == HTML:
        found = _blocks(parsed("".join(data[HTML])))
        yield from (
            replace(part, look=told.get("page", part.look)) if isinstance(part, Text) and part.level == 1 else part for part in found
        )
    elif kind == PLAIN:
        yield Text("pre", (Run("".join(data[PLAIN])),))


def _named(parts: Iterable[Part]) -> Iterator[Part]:
    """Give tables and figures without a name one that tells their place, and put the remarks below a table into it."""
    found = list(parts)
    for place, part in enumerate(found):
        if isinstance(part, Table):
            below = found[place + 1] if place + 1 < len(found) else None
            notes = tuple(words(_flat(item)) for item in below.parts) if isinstance(below, Group) and below.kind == "notes" else ()
            yield replace(part, name=part.name or f"table-{place}", notes=notes)
        elif isinstance(part, Picture):
            yield replace(part, name=part.name or f"picture-{place}")
        elif not (isinstance(part, Group) and part.kind == "notes"):
            yield part


def _counted(parts: Iterable[Part], letter: str) -> Iterator[Part]:
    """Number sections, tables and figures as the pages do: those of the annex anew, with a letter."""
    counts, before = dict.fromkeys(("heading", "table", "picture"), 0), ""
    for part in parts:
        if isinstance(part, Text) and part.look == ANNEX:
            counts, before = dict.fromkeys(counts, 0), letter
        if isinstance(part, Text) and part.level == SECTION:
            counts["heading"] += 1
            yield replace(part, runs=(Run(f"{before}{counts['heading']} "), *part.runs))
        elif isinstance(part, Table | Picture) and part.caption:
            counts[part.kind] += 1
            yield replace(part, count=f"{before}{counts[part.kind]}")
        else:
            yield part


def _stepwise(parts: Iterable[Part]) -> Iterator[Part]:
    """Let no heading be more than one level below the one before it, as readers by ear need."""
    above = 1
    for part in parts:
        if isinstance(part, Text) and part.kind == "heading":
            above = min(part.level, above + 1)
            yield replace(part, level=above)
        else:
            yield part


def _flat(part: Part) -> Runs:
    if isinstance(part, Text):
        return part.runs
    return tuple(run for one in part.parts for run in _flat(one)) if isinstance(part, Group) else ()


def _blocks(node: Node) -> Iterator[Part]:
    """Give the blocks that an element holds; words that stand loose between them are a paragraph."""
    loose: list[Node | str] = []
    for child in (*node.children, None):
        if child is None or (isinstance(child, Node) and child.tag in BLOCKS):
            runs = _trimmed(_runs(loose))
            if words(runs).strip():
                yield Text("paragraph", runs)
            loose = []
            if child is not None:
                yield from _block(child)
        elif isinstance(child, str) or (child.tag not in LEFT_OUT and "notebook-only" not in child.classes):
            loose.append(child)


def _block(node: Node) -> Iterator[Part]:
    tag, classes = node.tag, node.classes
    if "notebook-only" in classes:
        return
    if tag == "table":
        yield _table(node)
    elif tag == "figure":
        yield from _figure(node)
    elif tag[0] == "h" and tag[1:].isdigit():
        yield Text("heading", _trimmed(_runs(node.children)), int(tag[1]), anchor=node.attributes.get("id", ""))
    elif tag == "pre":
        yield Text("pre", (Run(node.text),))
    elif tag in TEXTS:
        runs = _trimmed(_runs(node.children))
        if words(runs).strip():
            yield Text("term" if tag == "dt" else "paragraph", runs, look=" ".join(sorted(classes)))
    elif tag in GROUPS:
        yield Group("notes" if "table-notes" in classes else GROUPS[tag], tuple(_blocks(node)), " ".join(sorted(classes)))
    else:
        yield from _blocks(node)


def _runs(children: Iterable[Node | str], look: str = "", language: str = "") -> Iterator[Run]:
    """Give words with their looks; a link is followed by where it leads, since paper cannot be clicked."""
    for child in children:
        if isinstance(child, str):
            yield Run(BLANKS.sub(" ", child), look, language)
        elif child.tag == "br":
            yield Run("\n", look, language)
        elif child.tag not in LEFT_OUT and "notebook-only" not in child.classes:
            own = VERDICT if VERDICT in child.classes else LOOKS.get(child.tag, look)
            yield from _runs(child.children, own, child.attributes.get("lang", language))
            target = child.attributes.get("href", "")
            if target.startswith("https:") and target != child.text:
                yield Run(f" ({target})", look, language)


def _set_apart(runs: Iterable[Run]) -> Iterator[Run]:
    """Set a verdict apart from what stands before and after it, which on the page its frame does."""
    before = ""
    for run in runs:
        text = run.text
        if run.look == VERDICT and before.strip():
            text = text if before.rstrip().endswith((".", "!", "?")) else f"– {text}"
        if before == VERDICT and text.strip():
            text = f". {text.lstrip()}"
        before = VERDICT if run.look == VERDICT else text if text.strip() else before
        yield Run(text, run.look, run.language)


def _trimmed(runs: Iterable[Run]) -> Runs:
    """Join runs of one look, without blanks at the ends and twice in a row."""
    joined: list[Run] = []
    for run in _set_apart(runs):
        text = run.text.lstrip(" ") if not joined or joined[-1].text.endswith((" ", "\n")) else run.text
        if joined and (joined[-1].look, joined[-1].language) == (run.look, run.language):
            joined[-1] = Run(joined[-1].text + text, run.look, run.language)
        elif text:
            joined.append(Run(text, run.look, run.language))
    if joined:
        joined[-1] = Run(joined[-1].text.rstrip(), joined[-1].look, joined[-1].language)
    return tuple(run for run in joined if run.text)


def _figure(node: Node) -> Iterator[Part]:
    """Give a figure that a researcher's own cell shows as HTML."""
    image, caption = node.first("img"), node.first("figcaption")
    source = image.attributes.get("src", "") if image else ""
    if image and source.startswith(f"data:{PNG};base64,"):
        pixels = base64.b64decode(source.partition(",")[2])
        yield Picture("picture", "", "", pixels, image.attributes.get("alt", ""), caption.text.strip() if caption else "", "")


def _table(node: Node) -> Table:
    caption = node.first("caption")
    lines = list(node.every("tr"))
    heading = [line for line in lines if line.inside == "thead"]
    return Table(
        "table",
        node.attributes.get("id", "").removeprefix("table-"),
        words(_trimmed(_runs(caption.children))) if caption else "",
        tuple(tuple(_cells(line, heads=True)) for line in heading),
        tuple(tuple(_cells(line, heads=False)) for line in lines if line not in heading),
        (),
        "exhibit" not in node.classes,
    )


def _cells(line: Node, heads: bool) -> Iterator[Cell]:
    for cell in line.every("th", "td"):
        marks = " ".join(mark.text for mark in cell.every("sup") if "note-mark" in mark.classes)
        kept = [child for child in cell.children if isinstance(child, str) or "note-mark" not in child.classes]
        yield Cell(
            words(_trimmed(_runs(kept))),
            marks,
            heads or cell.tag == "th",
            "number" in cell.classes,
            "headline" in cell.classes,
            int(cell.attributes.get("colspan") or 1),
            int(cell.attributes.get("rowspan") or 1),
        )
