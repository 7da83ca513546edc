"""The raw export that docs/tutorial.md works with: made up, drawn from a seed, with the slips that exports have."""

import csv
import io
from collections.abc import Iterator

import numpy as np

from pipeline.spec.instruments import read_instruments
from tests.conftest import ROOT

FOLDER = ROOT / "docs" / "tutorial"
SEED = 20240301
PEOPLE = 80
INSTRUMENT = read_instruments().by_id["turnover_intention"]
ITEMS = tuple(item.text.sv for item in INSTRUMENT.items)
TURNED = tuple(item.text.sv for item in INSTRUMENT.items if item.reversed)
AGREE = tuple(answer.label.sv for answer in INSTRUMENT.answers["agreement"] if not answer.missing)
BEFORE = ("Löpnr", "Svarade den", "Deltar i samtalen", "Kön", "Ålder", *ITEMS, "Sökt annat jobb", "Något mer?")
AFTER = ("Löpnr", "Svarade den", *ITEMS, "Sökt annat jobb")
SAID = ("", "", "", "bra frågor", "jag hoppas på samtalen")


def files() -> dict[str, str]:
    """Give both exports: file name -> text."""
    rng = np.random.default_rng(SEED)
    people = [_person(rng, number) for number in range(1, PEOPLE + 1)]
    before = [_row(rng, one, BEFORE, 0.0, "2024-03") for one in people]
    before.append({**before[0], "Löpnr": "TEST", "Något mer?": "prov"})
    after = [_row(rng, one, AFTER, -0.9 if one["Deltar i samtalen"] == "Ja" else 0.0, "2024-09") for one in people if rng.random() < 0.85]
    after[7]["Löpnr"] = after[7]["Löpnr"] + "0"
    before[4]["Ålder"] = "3" + before[4]["Ålder"]
    return {"fore.csv": _text(BEFORE, before), "efter.csv": _text(AFTER, after)}


def _person(rng: np.random.Generator, number: int) -> dict:
    return {
        "Löpnr": f"P{number:03}",
        "Deltar i samtalen": "Ja" if number % 2 else "Nej",
        "Kön": str(rng.choice(["Kvinna", "Man", "Vill ej svara"], p=[0.6, 0.35, 0.05])),
        "Ålder": str(rng.integers(24, 64)),
        "leaning": rng.normal(),
    }


def _row(rng: np.random.Generator, person: dict, columns: tuple[str, ...], moved: float, month: str) -> dict[str, str]:
    answers = {}
    for item in ITEMS:
        felt = person["leaning"] + moved + rng.normal(scale=0.8)
        place = int(np.clip(np.round(3 + 1.1 * (-felt if item in TURNED else felt)), 1, 5))
        answers[item] = AGREE[place - 1] if rng.random() > 0.03 else ""
    drawn = {
        "Svarade den": f"{month}-{rng.integers(1, 29):02}",
        "Sökt annat jobb": "Ja" if rng.random() < 0.3 else "Nej",
        "Något mer?": str(rng.choice(SAID)),
    }
    return {name: {**person, **answers, **drawn}[name] for name in columns}


def _text(columns: tuple[str, ...], rows: list[dict[str, str]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, delimiter=";", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def written() -> Iterator[str]:
    """Write both exports beside the page."""
    for name, text in files().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
        yield name
