"""Answers, classes of numbers and dates, and reasons why there is no answer, of one question by wave and group."""

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

import numpy as np
import pandas as pd

from pipeline.compare.exhibits.classes import class_counts, classify
from pipeline.compare.gather.panel import Panel
from pipeline.spec.boxes import TICKED
from pipeline.spec.declaration import Measure
from pipeline.spec.study import Variable
from pipeline.spec.vocabulary import ANSWERED, MISSING_CODES, MISSING_SUFFIX

Row = dict[str, object]
Masks = Mapping[str, np.ndarray]
CLASSES = 15
"""Classes that a number is shown in, about; whole numbers of no wider range have a class each."""
DAYS, MONTHS = 62, 72
"""Longest span of dates shown day by day, and month by month."""
ROUND_STEPS = (1.0, 2.0, 5.0, 10.0)
NOISE = 1e-9
"""Relative to the numbers, differences below this are of how a machine writes them."""


def question_rows(panel: Panel, name: str, variables: Sequence[Variable]) -> Iterator[Row]:
    """Give everything that is counted of a question: of one variable, or of the boxes of a question with several answers."""
    first = variables[0]
    edges = _edges_of(panel, first)
    for wave in panel.waves_of(first.name):
        rows, masks = panel.rows(first.name, wave), panel.masks(first.name, wave)
        counts = [_reason_rows(rows[f"{first.name}{MISSING_SUFFIX}"].to_numpy(), masks)]
        counts += [_ticked_rows(variables, rows, masks) if first.box else _answer_rows(panel, first, rows[first.name], masks)]
        counts += [] if edges is None else [class_rows(edges, rows[first.name].to_numpy(dtype="float64"), masks)]
        yield from ({"unit": first.unit, "variable": name, "wave": wave} | row for row in chain.from_iterable(counts))


def measure_rows(panel: Panel, measure: Measure) -> Iterator[Row]:
    """Give what is counted of a measure; why there is none of somebody is not known."""
    found = {wave: panel.rows(measure.name, wave)[measure.name] for wave in panel.waves_of(measure.name)}
    numeric = panel.study.kind_of(measure.name) != "category"
    numbers = np.concatenate([one.to_numpy("float64") for one in found.values()]) if numeric else np.array([])
    edges = edges_of(numbers[~np.isnan(numbers)]) if (~np.isnan(numbers)).any() else None
    for wave, values in found.items():
        masks = panel.masks(measure.name, wave)
        said = ({"kind": "reason", "code": ANSWERED, "group": one, "n": int((values.notna() & own).sum())} for one, own in masks.items())
        counts: list[Iterator[Row]] = [said]
        if edges is not None:
            own = values.to_numpy("float64")
            counts += [summary_rows(own, masks), class_rows(edges, own, masks)]
        elif not numeric:
            classified = classify(panel.study, measure.name, values)
            counts += [counted("answer", classified.labels, classified.places, masks)]
        yield from ({"variable": measure.name, "wave": wave} | row for row in chain.from_iterable(counts))


def _reason_rows(codes: np.ndarray, masks: Masks) -> Iterator[Row]:
    """Count those who answered and, by reason, those who did not."""
    for name, code in {ANSWERED: 0, **MISSING_CODES}.items():
        there = codes == code
        if there.any() or name == ANSWERED:
            yield from ({"kind": "reason", "code": name, "group": group, "n": int((there & mask).sum())} for group, mask in masks.items())


def _ticked_rows(boxes: Sequence[Variable], rows: pd.DataFrame, masks: Masks) -> Iterator[Row]:
    """Count who ticked each box."""
    for one in boxes:
        ticked = (rows[one.name] == TICKED[0].code).to_numpy(dtype=bool)
        code = one.box.answer.code if one.box else ""
        yield from ({"kind": "answer", "code": code, "group": group, "n": int((ticked & mask).sum())} for group, mask in masks.items())


def _answer_rows(panel: Panel, variable: Variable, values: pd.Series, masks: Masks) -> Iterator[Row]:
    codes = panel.study.codes_of(variable)
    if codes:
        classified = classify(panel.study, variable.name, values)
        yield from counted("answer", classified.labels, classified.places, masks)
    if variable.is_numeric:
        yield from summary_rows(values.to_numpy(dtype="float64"), masks)
    elif variable.type == "date":
        yield from _date_rows(values, masks)


def counted(kind: str, labels: tuple[str, ...], places: np.ndarray, masks: Masks) -> Iterator[Row]:
    """Give one row per label and group."""
    for row in class_counts(labels, places, dict(masks)):
        yield {"kind": kind, "code": row["row"], "group": row["column"], "n": row["n"]}


def _edges_of(panel: Panel, variable: Variable) -> np.ndarray | None:
    """Give the classes of a number, the same in every wave; None of what has answers or no numbers."""
    if not variable.is_numeric or panel.study.codes_of(variable):
        return None
    numbers = np.concatenate([panel.rows(variable.name, wave)[variable.name].to_numpy("float64") for wave in panel.waves_of(variable.name)])
    return edges_of(numbers[~np.isnan(numbers)]) if (~np.isnan(numbers)).any() else None


def class_rows(edges: np.ndarray, numbers: np.ndarray, masks: Masks) -> Iterator[Row]:
    """Count numbers in classes of one width, given by their lower edges."""
    places = np.where(np.isnan(numbers), -1, np.searchsorted(edges, numbers, side="right") - 1)
    yield from counted("class", tuple(map(number_text, edges)), places, masks)
    yield {"kind": "number", "code": "width", "value": float(edges[1] - edges[0]) if len(edges) > 1 else 1.0}


def number_text(number: float) -> str:
    """Write a number with all the digits it has, and no more."""
    return np.format_float_positional(number, trim="-")


def edges_of(known: np.ndarray) -> np.ndarray:
    """Give lower edges of classes of one round width, from the least number to the greatest."""
    low, high = float(known.min()), float(known.max())
    whole = bool((known == known.round()).all())
    rough = (high - low) / CLASSES if high - low > NOISE * max(abs(low), abs(high)) else 0.0
    power = 10.0 ** math.floor(math.log10(rough)) if rough > 0 else 1.0
    width = next(step * power for step in ROUND_STEPS if step * power >= rough * (1 - NOISE))
    width = max(width, 1.0) if whole else width
    first, last = math.floor(low / width + NOISE), math.floor(high / width + NOISE)
    return np.round(np.arange(first, last + 1) * width, max(0, 2 - math.floor(math.log10(width))))


def summary_rows(numbers: np.ndarray, masks: Masks) -> Iterator[Row]:
    """Give mean, spread and quartiles of each group; nothing of a group without numbers."""
    for group, mask in masks.items():
        own = numbers[mask & ~np.isnan(numbers)]
        if len(own):
            quartiles = np.quantile(own, (0, 0.25, 0.5, 0.75, 1))
            named = zip(("minimum", "lower_quartile", "median", "upper_quartile", "maximum"), quartiles.tolist(), strict=True)
            spread = {"standard_deviation": float(own.std(ddof=1))} if len(own) > 1 else {}
            for code, value in {"mean": float(own.mean()), **spread, **dict(named)}.items():
                yield {"kind": "number", "code": code, "group": group, "value": value}


def _date_rows(dates: pd.Series, masks: Masks) -> Iterator[Row]:
    """Count dates by day, month or year, as their span asks for; the numbers are days since the first of January of year 1, as Python counts."""
    known = dates.dropna()
    ordinals = np.array([math.nan if pd.isna(day) else day.toordinal() for day in dates.dt.to_pydatetime()], dtype="float64")
    yield from (row for row in summary_rows(ordinals, masks) if row["code"] in ("minimum", "median", "maximum"))
    if len(known):
        span = (known.max() - known.min()).days
        unit = "D" if span <= DAYS else "M" if span <= MONTHS * 31 else "Y"
        periods = pd.period_range(known.min(), known.max(), freq=unit)
        places = np.where(dates.isna(), -1, periods.get_indexer(dates.dt.to_period(unit)))
        yield from counted("period", tuple(map(str, periods)), places, masks)
