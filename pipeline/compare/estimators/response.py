"""Response: how many of those asked answered a wave, with the denominator named.

A response rate is a fact about this study, so it has no interval; it says
nothing by itself about how those lost differ.
"""

from collections.abc import Iterator

from pipeline.compare.gather.cohort import ANSWERED, READING, Cohort, Row, rows_by_level
from pipeline.spec.vocabulary import EVERYBODY


def response(cohort: Cohort) -> list[Row]:
    """Give the share of those asked who answered the outcome's wave.

    Parameters
    ----------
    cohort : Cohort
        Of any outcome; ``readings`` say who counts as asked, such as everybody
        approached, or everybody but those who had left.

    Returns
    -------
    list of rows
        ``response_rate`` per level and reading (``term``; ``all`` without
        readings); ``n`` is the denominator, ``n_missing`` those who did not
        answer. Without a rate, noted, when nobody is in the denominator
        (``denominator_zero``).
    """
    return rows_by_level(cohort, _level_rows)


def _level_rows(cohort: Cohort) -> Iterator[Row]:
    answered = cohort.frame[ANSWERED].to_numpy(dtype=bool)
    for reading in cohort.analysis.readings:
        inside = cohort.frame[f"{READING}{reading.id}"].to_numpy(dtype=bool)
        asked = int(inside.sum()) if reading.planned is None else reading.planned
        yield _row(reading.id, int(answered[inside].sum()), asked)
    if not cohort.analysis.readings:
        yield _row(EVERYBODY, int(answered.sum()), len(answered))


def _row(term: str, answered: int, asked: int) -> Row:
    row: Row = {"estimand": "response_rate", "term": term, "measure_unit": "share", "n": asked, "n_a": asked}
    if asked == 0:
        return row | {"n_missing": 0, "note": "denominator_zero"}
    note = "more_than_planned" if answered > asked else ""
    return row | {"n_missing": max(asked - answered, 0), "estimate": answered / asked, "note": note}
