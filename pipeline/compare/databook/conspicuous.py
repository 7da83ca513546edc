"""What a researcher should look at before anything is declared: counts, with the ids of those concerned."""

from collections.abc import Iterator, Sequence
from itertools import groupby

import numpy as np
import pandas as pd

from pipeline.compare.databook.answers import Row, number_text
from pipeline.compare.gather.panel import Panel
from pipeline.spec.study import Variable
from pipeline.spec.vocabulary import CARELESS, CHOICE_TYPES

ALIKE_FROM, STRAIGHT_FROM = 10, 5
"""Fewest answers that two units must share to be told of, and fewest questions side by side that one answer is told of."""
FEWEST = 20
"""Fewest answers of which it says something that all are one."""
NEARLY_ALL = 0.95
FAR, FEW = 3.0, 0.05
"""Quartile distances from the quartiles, from which a number is far from the others; of so few of all that it is told."""
LEAST_ANSWERS, SOME = 3, 0.01
"""Fewest answers of a list of which it says something that one is given throughout, and by more than what share of people."""


def conspicuous_rows(panel: Panel) -> Iterator[Row]:
    """Give findings of every unit and wave, in the order of the questionnaire."""
    for unit in panel.study.unit:
        for wave in ("", *panel.study.wave_names):
            asked = [one for one in panel.study.variables_of(unit) if one.type != "id" and wave in panel.waves_of(one.name)]
            if asked:
                rows = panel.rows(asked[0].name, wave)
                found = [*_alike(asked, rows), *_straight(panel, asked, rows), *(row for one in asked for row in _of_one(panel, one, rows))]
                yield from ({"kind": "finding", "unit": unit, "wave": wave} | row for row in found)


def careless_rows(panel: Panel) -> Iterator[Row]:
    """Name those whom the declared rule takes to have answered without care, in each wave, of those of whom it can tell."""
    for measure in panel.study.declaration.measures:
        if measure.name == CARELESS:
            for wave in panel.waves_of(CARELESS):
                flagged = panel.rows(CARELESS, wave)[CARELESS].dropna()
                unit = panel.study.unit_of(CARELESS)
                ids = ", ".join(sorted(map(str, flagged.index[flagged == 1])))
                if ids:
                    own = {"code": CARELESS, "n": int(flagged.sum()), "value": len(flagged), "ids": ids}
                    yield {"kind": "finding", "unit": unit, "wave": wave} | own


def _alike(asked: Sequence[Variable], rows: pd.DataFrame) -> Iterator[Row]:
    """Find units that gave the same answer to every question, of which they answered many: perhaps one person twice."""
    closed = [one for one in asked if one.type != "text"]
    codes = np.column_stack([pd.factorize(rows[one.name])[0] for one in closed]) if closed else np.empty((len(rows), 0), dtype=int)
    enough = (codes >= 0).sum(axis=1) >= ALIKE_FROM
    if enough.any():
        ids = rows.index.astype("str").to_numpy()[enough]
        _, group, sizes = np.unique(codes[enough], axis=0, return_inverse=True, return_counts=True)
        together = [sorted(ids[group == one]) for one in np.flatnonzero(sizes > 1)]
        if together:
            named = ", ".join(" = ".join(one) for one in sorted(together))
            yield {"code": "alike", "n": sum(map(len, together)), "value": int(enough.sum()), "ids": named}


def _straight(panel: Panel, asked: Sequence[Variable], rows: pd.DataFrame) -> Iterator[Row]:
    """Count those who gave one answer to all of several questions that stand side by side with the same answers."""
    for answers, block in groupby(asked, key=lambda one: one.answers if one.type in CHOICE_TYPES and one.box is None else ""):
        items = [one.name for one in block]
        if not answers or len(items) < STRAIGHT_FROM or len(panel.study.codes_of(panel.study.variable[items[0]])) < LEAST_ANSWERS:
            continue
        values = rows[items].dropna()
        same = values.eq(values[items[0]], axis="index").all(axis="columns")
        if same.sum() > SOME * len(values):
            ids = ", ".join(sorted(map(str, values.index[same])))
            yield {
                "code": "straight",
                "variable": items[0],
                "n": int(same.sum()),
                "value": len(values),
                "detail": " ".join(items),
                "ids": ids,
            }


def _of_one(panel: Panel, variable: Variable, rows: pd.DataFrame) -> Iterator[Row]:
    """Give what is told of one question."""
    given = rows[variable.name].dropna()
    common = {"variable": variable.name}
    if len(given) < FEWEST or variable.type == "text" or variable.box is not None:
        return
    commonest = given.value_counts()
    if commonest.iloc[0] >= NEARLY_ALL * len(given):
        answer = commonest.index[0]
        named = _text(answer)
        yield common | {"code": "nearly_all", "n": int(commonest.iloc[0]), "value": len(given), "detail": named}
        return
    codes = panel.study.codes_of(variable)
    unused = _unused(codes, given)
    if unused:
        yield common | {"code": "unused", "n": len(unused), "value": len(codes), "detail": " ".join(unused)}
    if not codes and (variable.is_numeric or variable.type == "date"):
        yield from (common | row for row in _far(given))


def _text(value: object) -> str:
    """Write a number, a day or a code as codes are written."""
    return number_text(value) if isinstance(value, float) else f"{value:%Y-%m-%d}" if isinstance(value, pd.Timestamp) else str(value)


def _unused(codes: Sequence[str], given: pd.Series) -> list[str]:
    numeric = given.dtype.kind == "f"
    there = set(given.unique())
    return [code for code in codes if (float(code) if numeric else code) not in there]


def _far(given: pd.Series) -> Iterator[Row]:
    """Find numbers and days far from all others."""
    low, high = given.quantile(0.25), given.quantile(0.75)
    far = given[(given < low - FAR * (high - low)) | (given > high + FAR * (high - low))]
    if 0 < len(far) <= FEW * len(given) and high > low:
        ends = (far.min(), far.max())
        detail = " ".join(map(_text, dict.fromkeys(ends)))
        yield {"code": "far", "n": len(far), "value": len(given), "detail": detail, "ids": ", ".join(sorted(map(str, far.index)))}
