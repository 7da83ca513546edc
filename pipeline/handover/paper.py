"""PDF and pictures: the document set by typst, which needs neither a browser nor anything of the system's.

PDF/UA-1: tagged, with headings, header rows, alternative texts, language and title.
How it looks is in ``report.typ``, ``pages.typ`` and ``leaflet.typ``.
"""

import base64
import io
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from pipeline.errors import ResearcherError
from pipeline.handover.document import Document, Group, Part, Picture, Table, Text
from pipeline.render.catalogue import catalogue

HERE = Path(__file__).resolve().parent
DOTS_PER_INCH = 300
ACCESSIBLE = "ua-1"
FONT = "Libertinus Serif"
HEROES = ("hero", "forest", "targets", "slope", "self-rated", "stages", "change", "matrix", "levels")
"""Beginnings of names of the figure that a leaflet shows where its first section has none, the first first."""
LACKING = re.compile(r"the text `\"(.+?)\"`")
"""A sign that no font has, as typst tells it."""
FRAME = '<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"><image width="{width}" height="{height}" href="{href}"/></svg>'
BARE = b'#set page(width: auto, height: auto, margin: 0pt)\n#image("drawing.svg")'


def pdf_of(document: Document, author: str) -> bytes:
    """Set the whole report."""
    return _set("pages.typ", document, author)


def leaflet_of(document: Document, author: str) -> bytes:
    """Set one page: title, question, the section with the answer, and one figure."""
    headings = [place for place, part in enumerate(document.parts) if isinstance(part, Text) and part.kind == "heading" and part.level == 2]
    answer = document.parts[: headings[1] if len(headings) > 1 else None]
    shown = [part for part in answer if not isinstance(part, Table) and not (isinstance(part, Text) and part.look == "small")]
    hero = [] if any(isinstance(part, Picture) for part in shown) else _hero(document.pictures)
    return _set("leaflet.typ", replace(document, parts=(*shown, *hero)), author)


def _hero(pictures: Iterable[Picture]) -> list[Picture]:
    ranked = ((place, picture) for place, name in enumerate(HEROES) for picture in pictures if picture.name.startswith(name))
    return [picture for _, picture in sorted(ranked, key=lambda one: one[0])[:1]]


@lru_cache(maxsize=256)
def picture_of(drawing: str) -> bytes:
    """Give a drawing as PNG with 300 dots per inch; the same bytes for the same drawing."""
    from PIL import Image

    pixels = _typst().compile({"main": BARE, "drawing.svg": drawing.encode()}, format="png", ppi=DOTS_PER_INCH, ignore_system_fonts=True)
    target = io.BytesIO()
    with Image.open(io.BytesIO(pixels)) as image:
        few = image.convert("RGB").quantize(256, dither=Image.Dither.NONE)
        few.save(target, "PNG", dpi=(DOTS_PER_INCH, DOTS_PER_INCH), optimize=False)
    return target.getvalue()


def _framed(pixels: bytes) -> str:
    """Put pixels into a drawing: typst is given texts."""
    from PIL import Image

    with Image.open(io.BytesIO(pixels)) as image:
        width, height = image.size
    href = f"data:image/png;base64,{base64.b64encode(pixels).decode()}"
    return FRAME.format(width=width, height=height, href=href)


def _set(main: str, document: Document, author: str) -> bytes:
    say = catalogue(document.language).say
    said = {"table": say("handover.table"), "figure": say("handover.figure"), "contents": say("page.contents")}
    said["more"] = say("handover.leaflet_more", file=f"{document.name}.pdf", study=document.study)
    content = {
        "title": document.title,
        "language": document.language,
        "mark": document.mark,
        "author": author,
        "font": FONT,
        "words": said,
        "parts": [_plain(part) for part in document.parts],
    }
    files = {name: (HERE / name).read_bytes() for name in ("report.typ", main)}
    files |= {"main": files[main], "document.json": json.dumps(content, ensure_ascii=False).encode()}
    files |= {f"{one.name}.svg": (one.drawing or _framed(one.pixels)).encode() for one in document.pictures}
    return _compiled(files, f"{document.name}.pdf")


def _compiled(files: dict[str, bytes], name: str) -> bytes:
    """Set the files; fonts of the system are taken only where typst's own lack a sign, since they differ between machines.

    Raises
    ------
    ResearcherError
        When no font of this machine has a sign either.
    """
    for own_fonts_only in (True, False):
        try:
            return _typst().compile(files, pdf_standards=[ACCESSIBLE], ignore_system_fonts=own_fonts_only)
        except _typst().TypstError as error:
            lacking = list(dict.fromkeys(LACKING.findall(str(error))))
            if not lacking:
                raise
    remedy = "Install a font that has them (Noto has most), or write them in another way where the study or its texts are declared."
    raise ResearcherError.of(name, f"no font has {', '.join(lacking)}", remedy=remedy)


def _plain(part: Part) -> Mapping[str, Any]:
    """Give a part as plain data."""
    if isinstance(part, Picture):
        return {"kind": part.kind, "file": f"{part.name}.svg", "alt": part.alt, "caption": part.caption, "count": part.count}
    if isinstance(part, Group):
        return {"kind": part.kind, "look": part.look, "parts": [_plain(one) for one in part.parts]}
    return asdict(part) | ({"columns": part.columns} if isinstance(part, Table) else {})


def _typst() -> Any:
    import typst

    return typst
