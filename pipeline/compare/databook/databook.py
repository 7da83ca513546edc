"""What the data book tells of a study: answers, reasons for missing ones, and what catches the eye. Micro-data: nothing of it may leave.

Needs the codebook only. Small numbers stand as they are, and ids where one must look a person up.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, pairwise

import numpy as np
import pandas as pd

from pipeline.compare.databook.answers import Row, class_rows, edges_of, measure_rows, question_rows, summary_rows
from pipeline.compare.databook.conspicuous import careless_rows, conspicuous_rows
from pipeline.compare.gather.panel import Panel
from pipeline.spec.boxes import questions_of
from pipeline.spec.declaration import Measure
from pipeline.spec.study import Study, Variable
from pipeline.spec.vocabulary import EVERYBODY, MISSING_SUFFIX
from pipeline.tables.frames import table_of
from pipeline.tables.glossary import DATABOOK, RELIABILITY
from pipeline.tables.results import Cleaned, Scored

Questions = Mapping[str, Sequence[Variable]]
LINES = 300
"""Most lines of the map of missing answers of one kind of unit."""
ABSENT = "."
"""Stands in a line of the map where the unit has no row in the wave."""
DURATION = "duration"
FAST, NOT_LEFT_OPEN = 1 / 3, 0.98
"""Answered in less than this share of the median time; share of all whose time is shown as it is."""


def describe_answers(study: Study, cleaned: Cleaned, durations: Mapping[str, pd.Series], scored: Scored | None = None) -> pd.DataFrame:
    """Count every answer and every reason for a missing one, by wave and group, and find what is worth a look.

    Parameters
    ----------
    study : Study
        Needs neither measures nor analyses.
    cleaned : Cleaned
    durations : mapping
        Source -> minutes that each row of its file took to answer, by id; of sources whose files tell.
    scored : Scored, optional
        Of a study that declares who is taken to have answered without care.

    Returns
    -------
    DataFrame
        Table ``databook``; the same for any order of rows.
    """
    panel = Panel(study, cleaned, scored or Scored({}, table_of(RELIABILITY, ())))
    questions = questions_of(one for one in study.variables if one.type != "id")
    rows = chain(
        chain.from_iterable(question_rows(panel, name, asked) for name, asked in questions.items()),
        chain.from_iterable(_map_rows(panel, unit, questions) for unit in study.unit),
        chain.from_iterable(_duration_rows(study, source, minutes) for source, minutes in durations.items()),
        careless_rows(panel) if scored is not None else (),
        conspicuous_rows(panel),
    )
    return table_of(DATABOOK, ({"study": study.id, "group": EVERYBODY} | row for row in rows))


def measure_frame(study: Study, cleaned: Cleaned, scored: Scored, measure: Measure) -> pd.DataFrame:
    """Count the values of a measure by wave and group, as those of a question; table ``databook``."""
    rows = measure_rows(Panel(study, cleaned, scored), measure)
    return table_of(DATABOOK, ({"study": study.id, "group": EVERYBODY, "unit": study.unit_of(measure.name)} | row for row in rows))


def _map_rows(panel: Panel, unit: str, questions: Questions) -> Iterator[Row]:
    """Draw the map of missing answers: units from those who answered most to those who answered least, alike ones side by side; without free text."""
    ids = panel.on(unit).people.index
    asked = {wave: _asked(panel, questions, unit, wave) for wave in ("", *panel.study.wave_names)}
    parts = {wave: _reasons(panel, list(names.values()), wave, ids) for wave, names in asked.items() if names}
    if not parts or ids.empty:
        return
    order = _order(list(parts.values()))
    edges = np.unique(np.linspace(0, len(ids), min(LINES, len(ids)) + 1).round().astype(int))
    for wave, part in parts.items():
        common: Row = {"unit": unit, "wave": wave}
        yield common | {"kind": "columns", "detail": " ".join(asked[wave])}
        for place, (first, after) in enumerate(pairwise(edges)):
            line = part[order[(first + after - 1) // 2]]
            detail = "".join(ABSENT if code < 0 else str(code) for code in line.tolist())
            yield common | {"kind": "line", "code": f"{place:03}", "n": int(after - first), "detail": detail}


def _order(parts: Sequence[np.ndarray]) -> np.ndarray:
    """Put those with the same waves side by side, most waves first; then those who left least open, then alike ones."""
    codes = np.concatenate(parts, axis=1)
    absent = [part[:, 0] < 0 for part in parts]
    return np.lexsort((*codes.T[::-1], (codes > 0).sum(axis=1), *absent[::-1], np.sum(absent, axis=0)))


def _asked(panel: Panel, questions: Questions, unit: str, wave: str) -> dict[str, str]:
    """Give the questions that a unit was asked in a wave, each with the variable that says why there is no answer."""
    first = {name: asked[0] for name, asked in questions.items() if asked[0].unit == unit and asked[0].type != "text"}
    return {name: one.name for name, one in first.items() if wave in panel.waves_of(one.name)}


def _reasons(panel: Panel, names: list[str], wave: str, ids: pd.Index) -> np.ndarray:
    """Give 0 for each answer, else the code of the reason why there is none; -1 where the unit has no row. Units × questions."""
    rows = panel.rows(names[0], wave)
    found = rows[[f"{name}{MISSING_SUFFIX}" for name in names]].to_numpy(dtype=np.int8)
    places = rows.index.get_indexer(ids)
    return np.where(places[:, None] >= 0, found[places], np.int8(-1)) if len(rows) else np.full((len(ids), len(names)), np.int8(-1))


def _duration_rows(study: Study, source: str, minutes: pd.Series) -> Iterator[Row]:
    """Tell how long answering took, and who was much faster than the others."""
    declared = study.source[source]
    common = {"unit": declared.unit, "wave": declared.wave or "", "variable": f"{DURATION}:{source}"}
    yield common | {"kind": "reason", "code": "answered", "n": len(minutes)}
    masks = {EVERYBODY: np.ones(len(minutes), dtype=bool)}
    shown = minutes.clip(upper=float(minutes.quantile(NOT_LEFT_OPEN))).to_numpy()
    counts = (*summary_rows(minutes.to_numpy(), masks), *class_rows(edges_of(shown), shown, masks))
    yield from (common | row for row in counts)
    fast = minutes[minutes < FAST * minutes.median()]
    if len(fast):
        found = {"kind": "finding", "code": "fast", "n": len(fast), "value": len(minutes)}
        yield common | found | {"ids": ", ".join(sorted(map(str, fast.index)))}
