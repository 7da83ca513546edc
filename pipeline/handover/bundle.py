"""What is handed over of a study in one language: its reports in every form, figures with their data, checksums, README, and all of it packed."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date

from pipeline.handover.document import Document
from pipeline.handover.paper import leaflet_of, pdf_of, picture_of
from pipeline.handover.word import word_of
from pipeline.handover.workbook import workbook_of
from pipeline.handover.zipped import zip_of
from pipeline.render.results import Results

SUMS, README = "SHA256SUMS", "README.txt"


def handover_files(documents: Iterable[Document], results: Results) -> dict[str, bytes]:
    """Make the files of one language.

    Parameters
    ----------
    documents : iterable of Document
        The reports.
    results : Results
        Labels and facts of the release that they are of.

    Returns
    -------
    dict
        Name -> content; the same bytes for the same reports.
    """
    publication = results.facts.get("publication") or {}
    author = publication.get("prepared_by", "")
    day = date.fromisoformat(publication["date"]) if publication else None
    found = list(documents)
    files: dict[str, bytes] = {}
    for one in found:
        files |= {
            f"{one.name}.docx": word_of(one, author, day),
            f"{one.name}.pdf": pdf_of(one, author),
            f"{one.name}-leaflet.pdf": leaflet_of(one, author),
            f"{one.name}.xlsx": workbook_of(one, results, author, day),
            **_figures(one),
        }
    files[README] = _readme(found, results, publication).encode()
    files[SUMS] = sums_of(files)
    return files | {f"{results.study}-{results.language}.zip": zip_of(files)}


def sums_of(files: Mapping[str, bytes]) -> bytes:
    """Write the sha256 of each file, as ``sha256sum -c`` reads it."""
    return "".join(f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files)).encode()


def _figures(document: Document) -> dict[str, bytes]:
    """Give each figure as drawing, as pixels, and the rows it is drawn from."""
    files: dict[str, bytes] = {}
    for picture in document.pictures:
        name = f"figures/{document.slug}-{picture.name}"
        files[f"{name}.png"] = picture_of(picture.drawing) if picture.drawing else picture.pixels
        files |= {f"{name}.svg": picture.drawing.encode()} if picture.drawing else {}
        files |= {f"{name}.csv": picture.data.encode()} if picture.data else {}
    return files


def _readme(documents: list[Document], results: Results, publication: Mapping[str, str]) -> str:
    """Say what the files are, what may be passed on, and what they were made from."""
    say, policy = results.say, results.facts["disclosure"]
    names = [name for one in documents for name in _told(one, results)]
    own = sum(one.own for one in documents)
    release = say("handover.readme.released", number=publication["number"], date=publication["date"]) if publication else ""
    parts = [
        results.label("study", "title"),
        *([say("page.simulated") + "."] if results.facts["simulated"] else []),
        "\n".join(names),
        say("handover.readme.pass_on", base=policy["minimum_base"], cell=policy["minimum_cell"]),
        *([say("handover.readme.own", count=own)] if own else []),
        release or say("handover.readme.not_released"),
        say("handover.readme.whole"),
        say("handover.readme.sums", sums=SUMS, study=results.study),
    ]
    return "\n\n".join(parts) + "\n"


def _told(document: Document, results: Results) -> list[str]:
    kinds = ("docx", "pdf", "xlsx")
    told = [f"{document.name}.{kind}: {results.say(f'handover.readme.{kind}')}" for kind in kinds]
    return [
        *told,
        f"{document.name}-leaflet.pdf: {results.say('handover.readme.leaflet')}",
        f"figures/: {results.say('handover.readme.figures')}",
    ]
