"""Count: was a number reached? A fact about this programme, without interval."""

from pipeline.compare.gather.cohort import OUTCOME, Cohort, Row, counted
from pipeline.compare.verdicts import target_fact
from pipeline.spec.vocabulary import EVERYBODY


def count(cohort: Cohort) -> list[Row]:
    """Set the number of units for which something holds against its target.

    Parameters
    ----------
    cohort : Cohort
        Of a share: 1 where it holds. ``target`` is a number of units.

    Returns
    -------
    list of rows
        ``count`` per level; the target and the verdict stand at the whole only.
        ``depends_on_lost`` when those of whom nothing is known could decide it.
    """
    return [_row(part) | (_judged(part) if level == EVERYBODY else {}) | {"level": level} for level, part in cohort.levels()]


def _row(cohort: Cohort) -> Row:
    known = cohort.frame.dropna(subset=[OUTCOME])
    return counted(cohort, known, "count", "index") | {"estimate": float(known[OUTCOME].sum())}


def _judged(cohort: Cohort) -> Row:
    target = cohort.analysis.target
    assert target is not None
    did, lost = float(cohort.frame[OUTCOME].sum()), int(cohort.frame[OUTCOME].isna().sum())
    return {"reference_value": target, "verdict": target_fact(did, did + lost, target)}
