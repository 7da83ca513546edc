"""What a data archive asks for: the release with its plan, described for catalogues (DDI-Codebook 2.5, schema.org) and for people.

Made of the release and the locked plan only; micro-data are not among it.
"""

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Mapping
from typing import Any
from xml.etree import ElementTree

from pipeline.handover.bundle import SUMS, sums_of
from pipeline.handover.zipped import zip_of
from pipeline.render.catalogue import catalogue
from pipeline.render.results import Results
from pipeline.spec.vocabulary import LANGUAGES
from pipeline.tables.glossary import TABLES

DDI = "ddi:codebook:2_5"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
MEDIA = {"csv": "text/csv", "json": "application/json", "md": "text/markdown", "lock": "application/json"}

Texts = Mapping[str, str]
"""Language -> text."""


def archive_files(
    release: Mapping[str, bytes], plan: bytes | None, labels: Mapping[str, Results], said: Mapping[str, str]
) -> dict[str, bytes]:
    """Make the files of an archive.

    Parameters
    ----------
    release : mapping
        Name of each file of the release -> content.
    plan : bytes or None
        The locked plan; None where none is locked.
    labels : mapping
        Language -> labels and facts of the release, in each language of the study.
    said : mapping
        ``licence`` and ``contact``, as declared; empty where they are not.

    Returns
    -------
    dict
        Name -> content; the same bytes for the same release.
    """
    files = {f"release/{name}": content for name, content in release.items()}
    files |= {"plan.lock": plan} if plan is not None else {}
    files["codebook.csv"] = _codebook(labels)
    files["ddi.xml"] = _ddi(files, labels, said)
    files["dataset.jsonld"] = _dataset(files, labels, said)
    files["README.txt"] = _readme(labels, said).encode()
    files[SUMS] = sums_of(files)
    study = next(iter(labels.values())).study
    return files | {f"{study}-archive.zip": zip_of(files)}


def _texts(labels: Mapping[str, Results], kind: str, name: str, parent: str = "") -> dict[str, str]:
    """Give a label in every language that has it."""
    return {language: one.label(kind, name, parent) for language, one in labels.items() if one.has_label(kind, name, parent)}


def _said(labels: Mapping[str, Results], key: str, **values: str | int) -> dict[str, str]:
    return {language: catalogue(language).say(key, **values) for language in labels}


def _codebook(labels: Mapping[str, Results]) -> bytes:
    """Write every code with its text in each language of the study."""
    every = next(iter(labels.values())).labels
    rows: dict[tuple[str, str, str], dict[str, str]] = {}
    for row in every.itertuples(index=False):
        rows.setdefault((row.kind, row.parent, row.name), {})[row.language] = row.text
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(("kind", "parent", "code", *LANGUAGES))
    writer.writerows((*key, *(rows[key].get(language, "") for language in LANGUAGES)) for key in sorted(rows))
    return file.getvalue().encode()


def _access(labels: Mapping[str, Results], said: Mapping[str, str]) -> dict[str, str]:
    """Say who may use it, under which licence, and that answers of single people are elsewhere."""
    key = "archive.licence" if said["licence"] else "archive.no_licence"
    stated = _said(labels, key, licence=said["licence"]) if said["licence"] else _said(labels, key)
    policy = next(iter(labels.values())).facts["disclosure"]
    limits = _said(labels, "archive.access", base=policy["minimum_base"], cell=policy["minimum_cell"])
    whom = _said(labels, "archive.contact", contact=said["contact"]) if said["contact"] else dict.fromkeys(labels, "")
    return {language: " ".join(filter(None, (stated[language], limits[language], whom[language]))) for language in labels}


def _readme(labels: Mapping[str, Results], said: Mapping[str, str]) -> str:
    parts = []
    for language, one in labels.items():
        simulated = [catalogue(language).say("page.simulated") + "."] if one.facts["simulated"] else []
        parts += [one.label("study", "title"), *simulated, one.label("study", "source_note"), _access(labels, said)[language]]
        parts.append(catalogue(language).say("archive.files", sums=SUMS))
    return "\n\n".join(parts) + "\n"


def _add(parent: ElementTree.Element, tag: str, text: str = "", **attributes: str) -> ElementTree.Element:
    child = ElementTree.SubElement(parent, tag, attributes)
    child.text = text or None
    return child


def _add_texts(parent: ElementTree.Element, tag: str, texts: Texts, **attributes: str) -> None:
    """Add one element per language."""
    for language, text in texts.items():
        _add(parent, tag, text, **attributes).set(LANG, language)


def _ddi(files: Mapping[str, bytes], labels: Mapping[str, Results], said: Mapping[str, str]) -> bytes:
    """Describe the study, its files and its variables as DDI-Codebook 2.5."""
    first = next(iter(labels.values()))
    root = ElementTree.Element("codeBook", {"xmlns": DDI, "version": "2.5", LANG: first.language})
    _add_study(root, labels, said)
    for name in files:
        table = TABLES.get(name.removeprefix("release/").removesuffix(".csv"))
        if name.startswith("release/") and table is not None:
            described = _add(_add(root, "fileDscr", ID=f"F_{table.name}"), "fileTxt")
            _add(described, "fileName", name)
            size = _add(described, "dimensns")
            _add(size, "caseQnty", str(len(list(csv.reader(io.StringIO(files[name].decode())))) - 1))
            _add(size, "varQnty", str(len(table.columns)))
    data = _add(root, "dataDscr")
    for variable in first.facts["variables"]:
        if variable["type"] != "id" and first.has_label("variable", variable["name"]):
            _add_variable(data, labels, variable)
    for measure in first.facts["measures"]:
        element = _add(data, "var", ID=f"M_{measure['name']}", name=measure["name"])
        _add_texts(element, "labl", _texts(labels, "measure", measure["name"]))
        _add_texts(element, "txt", _texts(labels, "measure_description", measure["name"]))
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="UTF-8", xml_declaration=True) + b"\n"


def _add_study(root: ElementTree.Element, labels: Mapping[str, Results], said: Mapping[str, str]) -> None:
    first = next(iter(labels.values()))
    publication = first.facts.get("publication") or {}
    study = _add(root, "stdyDscr")
    citation = _add(study, "citation")
    titles = _texts(labels, "study", "title")
    named = _add(citation, "titlStmt")
    _add(named, "titl", titles.pop(first.language))
    _add_texts(named, "parTitl", titles)
    _add(named, "IDNo", first.study)
    if publication:
        _add(_add(citation, "rspStmt"), "AuthEnty", publication["prepared_by"])
        _add(_add(citation, "distStmt"), "distDate", publication["date"], date=publication["date"])
        _add(_add(citation, "verStmt"), "version", str(publication["number"]), date=publication["date"])
    told = _add(study, "stdyInfo")
    for name in ("question", "setting", "source_note"):
        _add_texts(told, "abstract", _texts(labels, "study", name))
    summary = _add(told, "sumDscr")
    for unit in first.facts["units"]:
        _add_texts(summary, "anlyUnit", _texts(labels, "unit", unit["name"]))
    _add_texts(summary, "dataKind", _said(labels, "archive.kind"))
    collection = _add(_add(study, "method"), "dataColl")
    for wave in first.facts["waves"]:
        _add_texts(collection, "timeMeth", _texts(labels, "wave", wave["name"]))
    _add_texts(collection, "sampProc", _said(labels, f"archive.design.{first.facts['design']}"))
    _add_texts(_add(_add(study, "dataAccs"), "useStmt"), "restrctn", _access(labels, said))


def _add_variable(data: ElementTree.Element, labels: Mapping[str, Results], variable: Mapping[str, Any]) -> None:
    name = variable["name"]
    element = _add(data, "var", ID=f"V_{name}", name=name)
    texts = _texts(labels, "variable", name)
    _add_texts(element, "labl", texts)
    question = _add(element, "qstn")
    _add_texts(question, "qstnLit", texts)
    for code in variable["answers"]:
        answer = _add(element, "catgry")
        _add(answer, "catValu", code)
        _add_texts(answer, "labl", _texts(labels, "answer", code, name))
    is_number = variable["type"] in ("integer", "decimal", "rating", "number")
    _add(element, "varFormat", type="numeric" if is_number else "character")


def _dataset(files: Mapping[str, bytes], labels: Mapping[str, Results], said: Mapping[str, str]) -> bytes:
    """Describe the release for search engines of data, as schema.org's Dataset."""
    first = next(iter(labels.values()))
    publication = first.facts.get("publication") or {}
    names = [one["name"] for one in first.facts["measures"]]
    content: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "identifier": first.study,
        "name": list(_in_languages(_texts(labels, "study", "title"))),
        "description": list(_in_languages(_texts(labels, "study", "question")))
        + list(_in_languages(_texts(labels, "study", "source_note"))),
        "inLanguage": list(labels),
        "conditionsOfAccess": list(_in_languages(_access(labels, said))),
        "variableMeasured": [
            {"@type": "PropertyValue", "name": name, "description": list(_in_languages(_texts(labels, "measure", name)))} for name in names
        ],
        "distribution": [_download(name, content) for name, content in files.items()],
    }
    content |= {"license": said["licence"]} if said["licence"] else {}
    if publication:
        content |= {"version": str(publication["number"]), "datePublished": publication["date"]}
        content |= {"creator": {"@type": "Person", "name": publication["prepared_by"]}}
    return (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode()


def _in_languages(texts: Texts) -> Iterable[dict[str, str]]:
    return ({"@language": language, "@value": text} for language, text in texts.items())


def _download(name: str, content: bytes) -> dict[str, str]:
    kind = MEDIA.get(name.rpartition(".")[2], "application/octet-stream")
    return {"@type": "DataDownload", "contentUrl": name, "encodingFormat": kind, "sha256": hashlib.sha256(content).hexdigest()}
