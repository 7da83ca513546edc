"""Miniature studies in a temporary folder, from raw files to a loaded declaration.

``miniature(tmp_path)`` is a complete little study of six people; every part of
it can be replaced. Checksums are filled in from the files as written.
"""

import csv
import hashlib
import io
import json
import shutil
import tomllib
from collections.abc import Mapping
from pathlib import Path

from pipeline.spec.load import load_study
from pipeline.spec.study import Study

ROOT = Path(__file__).resolve().parent.parent
TWINS = ROOT / "tests" / "reference" / "simtrs"

BEFORE = """\
nr;grupp;ålder;lugn;kommentar
A1;Ja;30;Ofta;
A2;Ja;41;Aldrig;bra
A3;Ja;52;Vet ej;
B1;Nej;35;Ibland;
B2;Nej;44;Ofta;
B3;Nej;59;;
"""
AFTER = """\
nr;grupp;lugn;arbete;dag
A1;Ja;Ofta;Ja;2024-03-01
A2;Ja;Ibland;Nej;2024-03-02
B1;Nej;Ibland;Ja;2024-03-03
B2;Nej;Aldrig;;2024-03-04
"""
CODEBOOK = """\
type,name,unit,fixed,answers,constraint,classes,label::sv,label::en,raw_name::before,raw_name::after
id,person,person,yes,,,,Nummer,Number,nr,nr
select_one,group,person,yes,group,,,Grupp,Group,grupp,grupp
integer,age,person,yes,,16..75,16 40 60,Ålder,Age,ålder,
rating,calm,person,,often,,,Lugn,Calm,lugn,lugn
select_one,work,person,,yes_no,,,Arbete,Work,,arbete
date,day,person,,,,,Dag,Day,,dag
text,comment,person,,,,,Kommentar,Comment,kommentar,
"""
ANSWERS = """\
list_name,name,raw,label::sv,label::en,missing
group,participant,Ja,Deltagare,Participants,
group,control,Nej,Kontroll,Control,
often,1,Aldrig,Aldrig,Never,
often,2,Ibland,Ibland,Sometimes,
often,3,Ofta,Ofta,Often,
often,dont_know,Vet ej,,,dont_know
yes_no,yes,Ja,Ja,Yes,
yes_no,no,Nej,Nej,No,
"""


def both(text: str) -> dict[str, str]:
    """Give the same text in both languages."""
    return {"sv": text, "en": text}


def declaration(**changes: object) -> dict:
    """Give the declaration of the little study, with top-level keys replaced by ``changes``."""
    usual: dict[str, object] = {
        "title": both("Miniature"),
        "programme": both("talks"),
        "question": both("Do talks calm?"),
        "setting": both("Six people."),
        "design": "self_selected",
        "simulated": True,
        "source_note": both("Made up."),
        "seed": 1,
        "group_label": both("Group"),
        "participant_label": both("Participants"),
        "control_label": both("Controls"),
        "units": [{"name": "person", "id": "person", "label": both("persons")}],
        "waves": [{"name": "t1", "label": both("before")}, {"name": "t2", "label": both("after")}],
        "sources": [source("before", wave="t1"), source("after", wave="t2")],
        "sample": {"unit": "person", "group": "group", "participant": "participant", "control": "control"},
        "measures": [{"name": "calmness", "label": both("Calmness"), "unit": both("1-3"), "rule": "as_answered", "items": ["calm"]}],
        "balance": {"covariates": ["age", "calmness@t1"]},
        "analyses": [
            {"id": "main", "role": "primary", "estimator": "welch", "outcomes": ["calmness@t2"], "label": both("Calmness after")},
        ],
        "reports": [],
    }
    return {**usual, **changes}


def source(name: str, **changes: object) -> dict:
    """Give a source of persons in ``<name>.csv``; its sha256 is filled in when the study is written."""
    return {"name": name, "file": f"{name}.csv", "unit": "person", **changes}


def miniature(
    root: Path,
    files: Mapping[str, str | bytes] | None = None,
    codebook: str = CODEBOOK,
    answers: str = ANSWERS,
    **changes: object,
) -> Study:
    """Write the little study, with some parts replaced, and load it.

    Parameters
    ----------
    root : Path
        Becomes a project root; an earlier miniature in it is written over.
    files : mapping, optional
        File name -> content, added to ``before.csv`` and ``after.csv`` or
        replacing them. Text is written as UTF-8.
    codebook, answers : str
        CSV texts.
    changes
        Top-level keys of the declaration.
    """
    contents = {"before.csv": BEFORE, "after.csv": AFTER, **(files or {})}
    return write_study(root, "mini", declaration(**changes), codebook=codebook, answers=answers, files=contents)


def write_study(root: Path, name: str, declared: dict, *, codebook: str, answers: str, files: Mapping[str, str | bytes]) -> Study:
    """Write a study's declaration and raw files below ``root`` and load it."""
    raw, folder = root / "data" / "raw" / name, root / "studies" / name
    raw.mkdir(parents=True, exist_ok=True)
    folder.mkdir(parents=True, exist_ok=True)
    for file, content in files.items():
        (raw / file).write_bytes(content.encode() if isinstance(content, str) else content)
    sources = [{"sha256": sha256(raw / one["file"]), **one} for one in declared["sources"]]
    (folder / "study.toml").write_text(toml({**declared, "sources": sources}), encoding="utf-8")
    (folder / "codebook.csv").write_text(codebook, encoding="utf-8")
    (folder / "answers.csv").write_text(answers, encoding="utf-8")
    shutil.copytree(ROOT / "notebooks", root / "notebooks", dirs_exist_ok=True)
    return load_study(name, root)


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes() if path.is_file() else b"").hexdigest()


def toml(table: dict) -> str:
    """Write a table as TOML, every value on one line."""
    return "".join(f"{key} = {_value(value)}\n" for key, value in table.items())


def _value(value: object) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(key)} = {_value(inner)}" for key, inner in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_value(inner) for inner in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def twins(root: Path) -> Study:
    """Declare the two 60-row exports of tests/reference/simtrs as the study ``twins``.

    The declaration of trs without what the twins do not have: the talks, how the
    sample was drawn, what is imputed, and the registers of workplaces and employers.
    """
    trs = ROOT / "studies" / "trs"
    declared = tomllib.loads((trs / "study.toml").read_text(encoding="utf-8"))
    kept = {"baseline": "raw_baseline_cp1252.csv", "followup": "raw_followup_cp1252.csv"}
    declared["sources"] = [
        {**{key: value for key, value in one.items() if key != "sha256"}, "file": kept[one["name"]]}
        for one in declared["sources"]
        if one["name"] in kept
    ]
    declared["waves"] = [wave for wave in declared["waves"] if wave["name"] != "talks"]
    declared["exclusions"] = [{**one, "sources": list(kept)} for one in declared["exclusions"]]
    declared["sample"] = {key: value for key, value in declared["sample"].items() if key not in ("weight", "strata", "population")}
    del declared["imputation"]
    declared["analyses"] = [one for one in declared["analyses"] if one["estimator"] != "survey_weighted" and not one.get("imputed")]
    declared["balance"]["covariates"] = [name for name in declared["balance"]["covariates"] if name != "sector"]
    declared["exhibits"] = [one for one in declared["exhibits"] if one["kind"] == "transition"]
    codebook = _with_sources((trs / "codebook.csv").read_text(encoding="utf-8"), tuple(kept))
    answers = (trs / "answers.csv").read_text(encoding="utf-8")
    files = {file: (TWINS / file).read_bytes() for file in kept.values()}
    return write_study(root, "twins", declared, codebook=codebook, answers=answers, files=files)


def _with_sources(codebook: str, kept: tuple[str, ...]) -> str:
    """Keep the columns of some sources, and the variables that these hold."""
    rows = list(csv.DictReader(io.StringIO(codebook)))
    wanted = [f"raw_name::{name}" for name in kept]
    columns = [name for name in rows[0] if not name.startswith("raw_name::") or name in wanted]
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(row for row in rows if any(row[name] for name in wanted))
    return text.getvalue()
