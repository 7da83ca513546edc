"""PDF and pictures: the document set by typst, which needs neither a browser nor anything of the system's.

PDF/UA-1: tagged, with headings, header rows, alternative texts, language and title.
How it looks is in ``report.typ``, ``pages.typ`` and ``leaflet.typ``.
"""

import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from pipeline.handover.document import Document, Group, Part, Picture, Table, Text
from pipeline.render.catalogue import catalogue

HERE = Path(__file__).resolve().parent
DOTS_PER_INCH = 300
ACCESSIBLE = "ua-1"
FONT = "Libertinus Serif"
HEROES = ("hero", "forest", "targets", "slope", "self-rated", "stages", "change", "matrix", "levels")
"""Beginnings of names of the figure that a leaflet shows where its first section has none, the first first."""
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


def file_of(picture: Picture) -> tuple[str, bytes]:
    """Give the name and the content of a figure's best file: its drawing, or a researcher's own pixels."""
    return (f"{picture.name}.svg", picture.drawing.encode()) if picture.drawing else (f"{picture.name}.png", picture.pixels)


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
    files |= dict(map(file_of, document.pictures))
    return _typst().compile(files, pdf_standards=[ACCESSIBLE], ignore_system_fonts=True)


def _plain(part: Part) -> Mapping[str, Any]:
    """Give a part as plain data."""
    if isinstance(part, Picture):
        return {"kind": part.kind, "file": file_of(part)[0], "alt": part.alt, "caption": part.caption}
    if isinstance(part, Group):
        return {"kind": part.kind, "look": part.look, "parts": [_plain(one) for one in part.parts]}
    return asdict(part) | ({"columns": part.columns} if isinstance(part, Table) else {})


def _typst() -> Any:
    import typst

    return typst
