"""From an executed notebook to one self-contained page.

No script, nothing fetched: the style sheet is inline and allowed by its hash,
figures are data. Everything the page shows is an output of the notebook, in the
notebook's order; code is not shown.
"""

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from string import Template
from typing import Any

from pipeline.render.markup import Markup, element, escape, joined
from pipeline.render.results import Results

HERE = Path(__file__).resolve().parent
SVG = "image/svg+xml"
PRINTED_MARK = "@media print {{ @page {{ @top-center {{ content: {words}; font: 600 8.5pt sans-serif; color: #7a2e00; }} }} }}"


def report_page(notebook: Mapping[str, Any], results: Results) -> str:
    """Write the page of one report.

    Parameters
    ----------
    notebook : mapping
        Executed and tidied. An output whose HTML metadata names a ``section``
        opens that section; what stands before the first one is the page's header.
    results : Results
        Gives language, title and whether the answers are simulated.

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
        title=results.label("study", "title"),
        header=joined((content for _, content in blocks[:first]), "\n"),
        navigation=_navigation(notebook),
        main=joined((element("section", content) for content in sections), "\n"),
        footer=element("p", results.say("page.footer", study=results.study)),
        mark=results.say("page.simulated") if simulated else "",
        contents=results.say("page.contents"),
        skip=results.say("page.skip"),
    )


def fill_page(*, mark: str, title: str, language: str, contents: str, skip: str, **parts: Markup) -> str:
    """Fill the template; ``mark`` is repeated on every printed page and stays in view on screen."""
    style = style_sheet() + (PRINTED_MARK.format(words=json.dumps(mark, ensure_ascii=False)) if mark else "")
    return Template((HERE / "page.html").read_text(encoding="utf-8")).substitute(
        language=language,
        policy=f"default-src 'none'; img-src data:; style-src '{_hash(style)}'; base-uri 'none'; form-action 'none'",
        title=escape(title),
        style=style,
        skip=escape(skip),
        contents=escape(contents),
        mark=element("p", mark, class_="mark") + "\n" if mark else "",
        **parts,
    )


@cache
def style_sheet() -> str:
    """Read the style sheet."""
    return (HERE / "report.css").read_text(encoding="utf-8")


def _hash(style: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")


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
