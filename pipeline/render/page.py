"""From an executed notebook to one self-contained page.

Everything the page shows is an output of the notebook, in the notebook's order;
code is not shown. Figures go into the page as data.
"""

import base64
from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.render.markup import Markup, element, joined
from pipeline.render.results import Results
from pipeline.render.shell import fill_page

SVG = "image/svg+xml"


def report_page(notebook: Mapping[str, Any], results: Results, part: str = "") -> str:
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

    Returns
    -------
    str
        A complete HTML document; the same for the same notebook.
    """
    blocks = list(_blocks(notebook))
    first = next((place for place, (anchor, _) in enumerate(blocks) if anchor), len(blocks))
    sections = _sections(blocks[first:])
    simulated = results.facts["simulated"]
    return fill_page(
        language=results.language,
        title=": ".join(filter(None, (results.label("study", "title"), part))),
        header=joined((content for _, content in blocks[:first]), "\n"),
        navigation=_navigation(notebook),
        main=joined((element("section", content) for content in sections), "\n"),
        footer=element("p", results.say("page.footer", study=results.study)),
        mark=results.say("page.simulated") if simulated else "",
        contents=results.say("page.contents"),
        skip=results.say("page.skip"),
    )


def _outputs(notebook: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for cell in notebook["cells"]:
        yield from (output for output in cell.get("outputs", ()) if "data" in output)


def _blocks(notebook: Mapping[str, Any]) -> Iterator[tuple[str, Markup]]:
    """Give each output as markup, with the anchor of the section it opens, if any."""
    for output in _outputs(notebook):
        if SVG in output["data"]:
            yield "", _figure("".join(output["data"][SVG]), output["metadata"][SVG])
        elif "text/html" in output["data"]:
            anchor = output["metadata"].get("text/html", {}).get("section", "")
            yield anchor, Markup("".join(output["data"]["text/html"]))


def _figure(svg: str, words: Mapping[str, str]) -> Markup:
    source = "data:image/svg+xml;base64," + base64.b64encode(svg.encode("utf-8")).decode("ascii")
    return element("figure", element("img", src=source, alt=words["alt"]), element("figcaption", words["caption"]))


def _sections(blocks: list[tuple[str, Markup]]) -> list[Markup]:
    sections: list[list[Markup]] = []
    for anchor, content in blocks:
        if anchor:
            sections.append([])
        sections[-1].append(content)
    return [joined(contents, "\n") for contents in sections]


def _navigation(notebook: Mapping[str, Any]) -> Markup:
    headings = [output["metadata"].get("text/html", {}) for output in _outputs(notebook)]
    links = (element("a", heading["heading"], href=f"#{heading['section']}") for heading in headings if "section" in heading)
    return element("ol", *(element("li", link) for link in links))
