"""Attainment: whether a target was reached in this group, and whether it is supported for similar groups.

Two answers that must not be confused. The first is a fact, but for those of
whom nothing is known: they are counted once as not having reached it, once as
having. The second is an inference by Wilson's interval, with the exact one of
Clopper and Pearson beside it, both with their like where clusters count; it is
never surer than the fact, so all three ways to count must agree. Each declared
reading of the denominator gets both answers.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pipeline.compare.gather.cohort import OUTCOME, READING, Cohort, Row, clustering_in, clusters_counted, rows_by_level
from pipeline.compare.numbers.proportions import Clustering, Interval, exact_interval, share_interval
from pipeline.compare.verdicts import target_fact, target_support
from pipeline.spec.vocabulary import EVERYBODY

INTERVALS = {"attainment": share_interval, "attainment_exact": exact_interval}
DEPENDS_ON_LOST = "support_depends_on_lost"


@dataclass(frozen=True)
class _Counts:
    """How many reached it, under one reading."""

    reached: int
    known: int
    asked: int
    planned: int | None
    clustering: Clustering | None
    """Of those known; None where units are independent, or nobody is known."""

    @property
    def lost(self) -> int:
        return self.asked - self.known

    @property
    def answered(self) -> int:
        """Denominator of those of whom something is known; the number planned where that is declared."""
        return self.known if self.planned is None else self.planned

    @property
    def everybody(self) -> int:
        """Denominator that counts those lost as well."""
        return self.asked if self.planned is None else self.planned

    @property
    def ends(self) -> list[tuple[int, int]]:
        """Give who reached it of how many: of those answered for, of everybody with those lost as not having, and as having."""
        most = min(self.reached + self.lost, self.everybody)
        return [(self.reached, self.answered), (self.reached, self.everybody), (most, self.everybody)]


def attainment(cohort: Cohort) -> list[Row]:
    """Set the share who reached something against its target.

    Parameters
    ----------
    cohort : Cohort
        Of a share; ``target`` (0-1) and ``readings`` as declared.

    Returns
    -------
    list of rows
        Per level and reading (``term``; ``all`` without readings):
        ``attainment`` and ``attainment_exact`` of those known, with the verdict
        for similar groups (``support_depends_on_lost`` marks one that those
        lost could change); ``attainment_least`` and ``attainment_most`` of
        everybody, with the fact on the first; ``attainment_count``. Without
        numbers, noted ``denominator_zero``, when nobody is in the denominator,
        and ``nobody_known`` when of a number planned nothing is known of anybody;
        without intervals, noted ``more_than_planned``, when more reached it
        than were planned, and ``under_two_clusters``, when all known are of one.
    """
    return rows_by_level(cohort, _level_rows)


def _level_rows(cohort: Cohort) -> Iterator[Row]:
    for reading in cohort.analysis.readings:
        inside = cohort.frame[f"{READING}{reading.id}"].to_numpy(dtype=bool)
        yield from _reading_rows(cohort, reading.id, _count(cohort, inside, reading.planned))
    if not cohort.analysis.readings:
        yield from _reading_rows(cohort, EVERYBODY, _count(cohort, slice(None), None))


def _count(cohort: Cohort, inside: object, planned: int | None) -> _Counts:
    asked = cohort.frame.loc[inside]
    known = asked.dropna(subset=[OUTCOME])
    did = known[OUTCOME].to_numpy(dtype="float64") == 1
    return _Counts(int(did.sum()), len(known), len(asked), planned, clustering_in(cohort, known, did))


def _reading_rows(cohort: Cohort, term: str, counts: _Counts) -> Iterator[Row]:
    target = cohort.analysis.target
    assert target is not None
    common = {"term": term, "reference_value": target, "n_missing": counts.lost, "measure_unit": "share"}
    for estimand, interval in INTERVALS.items():
        yield common | {"estimand": estimand} | _inferred(counts, target, interval, cohort.confidence)
    least, most = (_share(count, counts.everybody) for count in (counts.reached, counts.reached + counts.lost))
    if "estimate" in least:
        least["verdict"] = target_fact(float(str(least["estimate"])), float(str(most["estimate"])), target)
    yield common | {"estimand": "attainment_least"} | least
    yield common | {"estimand": "attainment_most"} | most
    counted = {"estimand": "attainment_count", "estimate": float(counts.reached), "measure_unit": "index", "reference_value": None}
    yield common | _sizes(counts.answered) | counted


def _inferred(counts: _Counts, target: float, interval: Callable[..., Interval], confidence: float) -> Row:
    if counts.planned is not None and counts.lost and not counts.known:
        return _sizes(counts.answered) | {"note": "nobody_known"}
    row = _share(counts.reached, counts.answered)
    if not row["note"]:
        row |= clusters_counted(counts.clustering)
    if row["note"]:
        return row
    intervals = [interval(reached, total, confidence, counts.clustering) for reached, total in counts.ends]
    found = [target_support(one, target) for one in intervals]
    agree = len(set(found)) == 1
    row |= {"conf_low": intervals[0][0], "conf_high": intervals[0][1]}
    return row | {"verdict": found[0] if agree else "cannot_tell", "note": "" if agree or found[0] == "cannot_tell" else DEPENDS_ON_LOST}


def _share(count: int, total: int) -> Row:
    sizes = _sizes(total)
    if total == 0:
        return sizes | {"note": "denominator_zero"}
    return sizes | {"estimate": count / total, "note": "more_than_planned" if count > total else ""}


def _sizes(total: int) -> Row:
    return {"n": total, "n_a": total}
