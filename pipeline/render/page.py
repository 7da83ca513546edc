"""From an executed notebook to one self-contained page.

Everything the page shows is prose or an output of the notebook, in the notebook's
order; code is not shown. Figures go into the page as data.
"""

import base64
from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.render.looks import for_page
from pipeline.render.markup import Markup, element, joined, researcher_markdown
from pipeline.render.results import PRIVATE, Results
from pipeline.render.search import SCRIPT, search_field
from pipeline.render.shell import fill_page

SVG, PNG = "image/svg+xml", "image/png"


def report_page(notebook: Mapping[str, Any], results: Results, part: str = "", alert: Markup | None = None) -> str:
    """Write the page of one report.

    Parameters
    ----------
    notebook : mapping
        Executed and tidied. An output whose HTML metadata names a ``section``
        opens that section; what stands before the first one is the page's header.
    results : Results
        Gives language, title and whether the answers are simulated.
    part : str
        Name of the level that the page is about; empty for the whole.
    alert : Markup, optional
        Stands first on the page of a report that could not be finished.

    Returns
    -------
    str
        A complete HTML document; the same for the same notebook.
    """
    blocks = list(_blocks(notebook, results))
    title = ": ".join(filter(None, (results.label("study", "title"), part)))
    first = next((place for place, (anchor, _) in enumerate(blocks) if anchor), min(1, len(blocks)))
    head = [content for _, content in blocks[:first]]
    if not any("<h1" in content for content in head):
        head.insert(0, element("h1", title))
    private = bool(results.facts.get(PRIVATE))
    marks = [results.say(key) for key, holds in (("page.private", private), ("page.simulated", results.facts["simulated"])) if holds]
    return fill_page(
        language=results.language,
        title=title,
        header=joined([alert, *head] if alert else head, "\n"),
        navigation=joined([search_field(results), _navigation(notebook)]) if private else _navigation(notebook),
        main=joined((element("section", content) for content in _sections(blocks[first:])), "\n"),
        footer=element("p", results.say("page.footer", study=results.study)),
        mark=" · ".join(marks),
        contents=results.say("page.contents"),
        skip=results.say("page.skip"),
        script=SCRIPT if private else "",
    )


def _outputs(notebook: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for cell in notebook["cells"]:
        yield from (output for output in cell.get("outputs", ()) if "data" in output)


def _blocks(notebook: Mapping[str, Any], results: Results) -> Iterator[tuple[str, Markup]]:
    """Give prose and each output as markup, with the anchor of the section it opens, if any."""
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown" and cell["source"].strip():
            yield "", researcher_markdown(cell["source"])
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            if SVG in data:
                yield "", _drawing("".join(data[SVG]), output["metadata"].get(SVG, {}), results)
            elif PNG in data:
                yield "", _picture(PNG, "".join(data[PNG]), output["metadata"].get(PNG, {}), results)
            elif "text/html" in data:
                anchor = output["metadata"].get("text/html", {}).get("section", "")
                yield anchor, for_page("".join(data["text/html"]))
            elif "text/plain" in data:
                yield "", element("pre", "".join(data["text/plain"]))


def _drawing(svg: str, words: Mapping[str, str], results: Results) -> Markup:
    return _picture(SVG, base64.b64encode(svg.encode("utf-8")).decode("ascii"), words, results)


def _picture(kind: str, data: str, words: Mapping[str, str], results: Results) -> Markup:
    """Put a picture into the page; one without words of its own is said to have none."""
    image = element("img", src=f"data:{kind};base64,{data.strip()}", alt=words.get("alt") or results.say("page.no_words"))
    return element("figure", image, element("figcaption", words["caption"])) if words.get("caption") else element("figure", image)


def _sections(blocks: list[tuple[str, Markup]]) -> list[Markup]:
    sections: list[list[Markup]] = []
    for anchor, content in blocks:
        if anchor or not sections:
            sections.append([])
        sections[-1].append(content)
    return [joined(contents, "\n") for contents in sections]


def _navigation(notebook: Mapping[str, Any]) -> Markup:
    headings = [output["metadata"].get("text/html", {}) for output in _outputs(notebook)]
    links = (element("a", heading["heading"], href=f"#{heading['section']}") for heading in headings if "section" in heading)
    return element("ol", *(element("li", link) for link in links))
