"""Several groups: whether the levels of a variable differ in their means, and which two of them do.

Welch's analysis of variance, Kruskal and Wallis' test beside it, and every two
levels by Games and Howell's method, whose intervals and p-values hold for all
pairs together. Levels are groups that people are in, not what was done to them:
a difference says where to look, not why.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from pipeline.compare.gather.cohort import LEVEL, OUTCOME, Cohort, Row, counted, notes_joined
from pipeline.compare.gather.design import hardly_varies
from pipeline.compare.numbers.levels import equal_means, equal_ranks, pairwise_differences
from pipeline.compare.numbers.means import mean_change
from pipeline.spec.vocabulary import EVERYBODY

Groups = dict[str, np.ndarray]


def several_groups(cohort: Cohort) -> list[Row]:
    """Compare the means of all levels of each ``by`` variable.

    Parameters
    ----------
    cohort : Cohort
        Of a number; its ``by`` is what is declared, whatever reports are made per level of.

    Returns
    -------
    list of rows
        Per level ``mean``; per variable ``equal_means`` and ``equal_ranks`` (``term`` its name), and a ``level_difference`` per
        two levels (``term`` such as ``sex=man - sex=woman``). Levels of one person are left out of tests (``level_of_one``);
        no test of means where a level hardly varies (``arm_hardly_varies``), none at all with one level
        (``one_level_only``) or one value (``constant_outcome``).
    """
    return [row for variable in cohort.analysis.by for row in _of_variable(cohort, variable)]


def _of_variable(cohort: Cohort, variable: str) -> Iterator[Row]:
    known = cohort.frame.dropna(subset=[OUTCOME, f"{LEVEL}{variable}"])
    by_level = known.groupby(f"{LEVEL}{variable}", observed=True)
    levels = {str(code): np.sort(part[OUTCOME].to_numpy(dtype="float64")) for code, part in by_level}
    for code, part in by_level:
        level = f"{variable}={code}"
        lost = int((cohort.frame[f"{LEVEL}{variable}"] == code).sum()) - len(part)
        yield counted(cohort, part, "mean", "number") | {"n_missing": lost, "level": level} | _mean(levels[str(code)], cohort.confidence)
    tested = {code: values for code, values in levels.items() if len(values) > 1}
    yield from _tests(cohort, known, variable, tested, "level_of_one" if len(tested) < len(levels) else "")


def _mean(values: np.ndarray, confidence: float) -> Row:
    if len(values) < 2 or np.ptp(values) == 0:
        return {"estimate": float(values.mean()), "note": "too_few_people" if len(values) < 2 else "constant_outcome"}
    found = mean_change(values, confidence).columns()
    return {name: found[name] for name in ("estimate", "std_error", "df", "conf_low", "conf_high")}


def _tests(cohort: Cohort, known: pd.DataFrame, variable: str, groups: Groups, left_out: str) -> Iterator[Row]:
    people = known[known[f"{LEVEL}{variable}"].isin(list(groups))]
    means = counted(cohort, people, "equal_means", "index") | {"level": EVERYBODY, "term": variable}
    ranks = means | {"estimand": "equal_ranks"}
    problem = "one_level_only" if len(groups) < 2 else "constant_outcome" if np.ptp(np.concatenate([*groups.values()])) == 0 else ""
    if problem:
        yield from (row | {"note": notes_joined(left_out, problem)} for row in (means, ranks))
        return
    together = {"effect_kind": "eta_squared", "note": left_out}
    yield ranks | equal_ranks([*groups.values()]).columns() | {"note": left_out}
    if any(hardly_varies(values, "number") or np.ptp(values) == 0 for values in groups.values()):
        yield means | {"note": notes_joined(left_out, "arm_hardly_varies")}
        return
    yield means | equal_means([*groups.values()]).columns() | together
    yield from _pairs(cohort, people, variable, groups)


def _pairs(cohort: Cohort, people: pd.DataFrame, variable: str, groups: Groups) -> Iterator[Row]:
    codes = list(groups)
    for later, earlier, test in pairwise_differences([*groups.values()], cohort.confidence):
        pair = people[people[f"{LEVEL}{variable}"].isin([codes[later], codes[earlier]])]
        row = counted(cohort, pair, "level_difference", "number") | {"n_a": len(groups[codes[later]])}
        term = f"{variable}={codes[later]} - {variable}={codes[earlier]}"
        yield row | test.columns() | {"level": EVERYBODY, "term": term, "n_b": len(groups[codes[earlier]]), "note": "simultaneous"}
