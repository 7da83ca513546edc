"""How long answering took, where a survey tool has noted it beside the answers, in columns that no codebook names."""

from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

from pipeline.clean.cells import Imported, per_row
from pipeline.clean.exclude import excluded_by
from pipeline.clean.files import RawSource
from pipeline.clean.identity import id_form_of, plain_ids
from pipeline.clean.responses import raw_sources
from pipeline.clean.written import date_in, number_in
from pipeline.errors import raise_if_any
from pipeline.spec.folding import tidy
from pipeline.spec.study import Study

SECONDS = ("interviewtime", "total time", "duration (in seconds)")
"""Headings of columns that hold seconds: LimeSurvey, Qualtrics."""
SPANS = (
    ("startdate", "submitdate"),
    ("date started", "date submitted"),
    ("startdate", "enddate"),
    ("start date", "end date"),
    ("start time", "completion time"),
    ("starttid", "slutförandetid"),
)
"""Headings of columns that hold when answering began and ended: LimeSurvey, Qualtrics, SurveyMonkey, Microsoft Forms."""
MOMENTS = tuple(
    f"{day} {time}"
    for day in ("%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", "%m/%d/%Y", "%d/%m/%Y")
    for time in ("%H:%M:%S", "%H:%M", "%I:%M:%S %p", "%I:%M %p")
)


def durations_of(study: Study) -> dict[str, pd.Series]:
    """Read how many minutes each answer took.

    Returns
    -------
    dict of Series
        Source -> minutes by id, one per row that no exclusion takes out; only of sources whose file tells, each file once.

    Raises
    ------
    ResearcherError
        When a file cannot be read.
    """
    raws, problems = raw_sources(study)
    raise_if_any(problems)
    found: dict[str, pd.Series] = {}
    seen: set[tuple] = set()
    for name, raw in raws.items():
        key = (raw.source.file, raw.source.sheet, tuple(raw.source.rows.items()))
        minutes = None if key in seen else _minutes(study, raw)
        if minutes is not None:
            seen.add(key)
            found[name] = minutes
    return found


def _minutes(study: Study, raw: RawSource) -> pd.Series | None:
    """Give the minutes of the rows that count; None where no column tells, or what it says cannot be read."""
    staying = raw.cells.index[(excluded_by(study, raw) == "").to_numpy()]
    own = study.unit[raw.source.unit].id
    told = next((minutes for minutes in _told(raw) if not np.isnan(minutes[staying]).all()), None)
    if told is None:
        return None
    ids = plain_ids(raw.cells.loc[staying, own], id_form_of(study, own))
    minutes = pd.Series(told[staying], index=pd.Index(ids, dtype="str"))
    return minutes[minutes.notna() & (minutes >= 0)]


def _told(raw: RawSource) -> Iterator[np.ndarray]:
    places = raw.imported.headings.places_compared
    for heading in SECONDS:
        for place in places.get(heading, ())[:1]:
            yield _read(raw.imported, place, lambda text: np.nan if (seconds := number_in(text, raw.decimal)) is None else seconds) / 60
    for begun, ended in SPANS:
        if begun in places and ended in places:
            yield _between(raw.imported, places[begun][0], places[ended][0])


def _between(imported: Imported, begun: int, ended: int) -> np.ndarray:
    """Give the minutes between two moments, in the one form that reads most of both columns."""

    def moments(place: int, form: str) -> np.ndarray:
        return _read(imported, place, lambda text: moment.timestamp() if (moment := date_in(text, form)) else np.nan)

    read = [moments(ended, form) - moments(begun, form) for form in MOMENTS]
    return max(read, key=lambda seconds: int((~np.isnan(seconds)).sum())) / 60


def _read(imported: Imported, place: int, of_text: Callable[[str], float]) -> np.ndarray:
    return per_row(imported.columns[place], lambda text: of_text(tidy(text)), float)
