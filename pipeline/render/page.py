"""From an executed notebook to its self-contained pages: the report, and the annex that it rests on.

Everything the pages show is prose or an output of the notebook, in the notebook's
order; code is not shown. Figures go into the page as data. What stands behind the
output that begins the annex is on the second page. Sections, figures and tables
are numbered here, those of the annex with a letter.
"""

import base64
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

from pipeline.render.beside import Beside
from pipeline.render.looks import for_page
from pipeline.render.markup import Markup, element, joined, researcher_markdown
from pipeline.render.results import PRIVATE, Results
from pipeline.render.search import SCRIPT, search_field
from pipeline.render.shell import fill_page

SVG, PNG = "image/svg+xml", "image/png"
COUNTS = {"h2": "page.count.section", "caption": "page.count.table", "figcaption": "page.count.figure"}
"""What is numbered -> the words that stand before it."""
COUNTED = re.compile(rf"<({'|'.join(COUNTS)})(?: [^>]*)?>")


NOTHING = Markup()


class Block(NamedTuple):
    """One piece of a page, and what its output says of it: the ``section`` or the ``page`` that it opens."""

    content: Markup
    opens: Mapping[str, str] = {}


@dataclass(frozen=True)
class Pages:
    """The pages of one report; the annex is empty where its notebook begins none."""

    main: str
    annex: str = ""


def report_pages(
    notebook: Mapping[str, Any], results: Results, beside: Beside | None = None, part: str = "", alert: Markup | None = None
) -> Pages:
    """Write the pages of one report.

    Parameters
    ----------
    notebook : mapping
        Executed and tidied. An output whose HTML metadata names a ``section``
        opens that section, one that names a ``page`` begins the annex; what
        stands before the first section of a page is its header.
    results : Results
        Gives language, title and whether the answers are simulated.
    beside : Beside, optional
        The files that lie beside the page, which it then links; without it the page stands alone and numbers nothing.
    part : str
        Name of the level that the page is about; empty for the whole.
    alert : Markup, optional
        Stands first on the pages of a report that could not be finished.

    Returns
    -------
    Pages
        Complete HTML documents; the same for the same notebook.
    """
    blocks = list(_blocks(notebook, results))
    turn = next((place for place, block in enumerate(blocks) if "page" in block.opens), len(blocks))
    main, annex = blocks[:turn], blocks[turn:]
    title = ": ".join(filter(None, (results.label("study", "title"), part)))
    page = partial(_page, results, alert=alert)
    if beside is None:
        return Pages(page(title, blocks, _contents(blocks)))
    main, annex = _numbered(results, main), _numbered(results, annex, results.say("page.annex_letter"))
    onward = beside.to_annex(results, _contents(annex, beside.annex)) if annex else NOTHING
    links = beside.links(results)
    return Pages(
        page(title, main, joined([_contents(main), onward, links]), after=onward),
        page(f"{results.say('page.annex')}: {title}", annex, joined([beside.to_main(results), _contents(annex), links])) if annex else "",
    )


def _page(  # noqa: PLR0913 - the parts of a page
    results: Results, title: str, blocks: list[Block], navigation: Markup, *, alert: Markup | None, after: Markup = NOTHING
) -> str:
    """Write one page of its blocks; ``after`` stands behind the last section."""
    first = next((place for place, block in enumerate(blocks) if "section" in block.opens), min(1, len(blocks)))
    head = [block.content for block in blocks[:first]]
    if not any("<h1" in content for content in head):
        head.insert(0, element("h1", title))
    private = bool(results.facts.get(PRIVATE))
    marks = [results.say(key) for key, holds in (("page.private", private), ("page.simulated", results.facts["simulated"])) if holds]
    return fill_page(
        language=results.language,
        title=title,
        header=joined([alert, *head] if alert else head, "\n"),
        navigation=joined([search_field(results), navigation]) if private else navigation,
        main=joined([*(element("section", content) for content in _sections(blocks[first:])), after], "\n"),
        footer=element("p", results.say("page.footer", study=results.study)),
        mark=" · ".join(marks),
        contents=results.say("page.contents"),
        skip=results.say("page.skip"),
        script=SCRIPT if private else "",
    )


def _blocks(notebook: Mapping[str, Any], results: Results) -> Iterator[Block]:
    """Give prose and each output as markup, with what it opens, if anything."""
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown" and cell["source"].strip():
            yield Block(researcher_markdown(cell["source"]))
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            if SVG in data:
                yield Block(_drawing("".join(data[SVG]), output["metadata"].get(SVG, {}), results))
            elif PNG in data:
                yield Block(_picture(PNG, "".join(data[PNG]), output["metadata"].get(PNG, {}), results))
            elif "text/html" in data:
                yield Block(for_page("".join(data["text/html"])), output["metadata"].get("text/html", {}))
            elif "text/plain" in data:
                yield Block(element("pre", "".join(data["text/plain"])))


def _drawing(svg: str, words: Mapping[str, str], results: Results) -> Markup:
    return _picture(SVG, base64.b64encode(svg.encode("utf-8")).decode("ascii"), words, results)


def _picture(kind: str, data: str, words: Mapping[str, str], results: Results) -> Markup:
    """Put a picture into the page; one without words of its own is said to have none."""
    image = element("img", src=f"data:{kind};base64,{data.strip()}", alt=words.get("alt") or results.say("page.no_words"))
    caption = [element("figcaption", words["caption"])] if words.get("caption") else []
    return element("figure", image, *caption, id=f"figure-{words['name']}" if "name" in words else "")


def _numbered(results: Results, blocks: list[Block], letter: str = "") -> list[Block]:
    """Number sections, tables and figures, each kind from 1."""
    counts: Counter[str] = Counter()

    def count(start: re.Match[str]) -> str:
        counts[start[1]] += 1
        return start[0] + element("span", results.say(COUNTS[start[1]], number=f"{letter}{counts[start[1]]}"), class_="count") + " "

    return [Block(Markup(COUNTED.sub(count, block.content)), block.opens) for block in blocks]


def _sections(blocks: list[Block]) -> list[Markup]:
    sections: list[list[Markup]] = []
    for block in blocks:
        if "section" in block.opens or not sections:
            sections.append([])
        sections[-1].append(block.content)
    return [joined(contents, "\n") for contents in sections]


def _contents(blocks: list[Block], file: str = "") -> Markup:
    """List the sections of a page, which lies in a file of that name when it is another than this."""
    opened = (block.opens for block in blocks if "section" in block.opens)
    links = (element("a", opens["heading"], href=f"{file}#{opens['section']}") for opens in opened)
    return element("ol", *(element("li", link) for link in links))
