"""Agreement: whether coders give the same codes to the same material.

Kappa and Krippendorff's alpha beside the plain share of equal codes, each with
an interval from drawing the coded subjects (interviews) anew. At the whole, a
subject that was coded once per level, such as once per theme, is drawn with all
its levels.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import isnan

import numpy as np
import pandas as pd

from pipeline.compare.bootstrap import bootstrap_interval
from pipeline.compare.cohort import LEVEL, OUTCOME, RATER, SUBJECT, WHOLE, Cohort
from pipeline.compare.cohort_rows import Row, joined, rows_by_level
from pipeline.compare.intraclass import rater_correlations
from pipeline.compare.kappa import (
    agreement_table,
    cohens_kappa,
    fleiss_kappa,
    kappa_of,
    linear_weights,
    nominal_weights,
    percent_agreement,
    quadratic_weights,
)
from pipeline.compare.krippendorff import interval, krippendorff_alpha, nominal, ordinal

Statistic = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class _Coded:
    """Codes of each subject's items by each coder."""

    cube: np.ndarray
    """(subjects, items, coders): places of categories, or numbers; NaN where missing."""
    values: np.ndarray
    """The categories' places, or the numbers that were given anywhere, rising."""
    notes: tuple[str, ...]

    @property
    def size(self) -> int:
        """Number of categories, at least 1."""
        return max(len(self.values), 1)

    def placed(self, codes: np.ndarray) -> np.ndarray:
        """Give each code's place among the values."""
        return np.where(np.isnan(codes), np.nan, np.searchsorted(self.values, codes))

    @property
    def items(self) -> np.ndarray:
        """Codes (items, coders) of every item that somebody coded."""
        subjects, items, coders = self.cube.shape
        flat = self.cube.reshape(subjects * items, coders)
        return flat[~np.isnan(flat).all(axis=1)]

    @property
    def by_all(self) -> int:
        """Items that every coder coded."""
        return int((~np.isnan(self.items).any(axis=1)).sum()) if self.cube.shape[-1] > 1 else 0

    @property
    def by_two(self) -> int:
        """Items that at least two coders coded."""
        return int(((~np.isnan(self.items)).sum(axis=1) > 1).sum())


def agreement(cohort: Cohort) -> list[Row]:
    """Measure how far coders agree.

    Parameters
    ----------
    cohort : Cohort
        One row per subject and coder, and per level where ``by`` says what was
        coded; ``rater`` and ``subject`` name the coder and the subject.

    Returns
    -------
    list of rows
        Per level ``percent_agreement``; ``cohens_kappa`` for two coders, else
        ``fleiss_kappa``; for codes in an order (numbers, and categories with a
        direction) ``weighted_kappa`` ("linear", "quadratic");
        ``krippendorff_alpha`` for the codes' level of measurement; for numbers
        ``intraclass_correlation``. ``n`` counts
        items coded by all (for alpha by two or more), ``n_missing`` the others.
        Empty with a note when there is nothing to compare.
    """
    return rows_by_level(cohort, _level_rows)


def _level_rows(cohort: Cohort) -> Iterator[Row]:
    coded = _coded(cohort)
    metric = {"number": interval}.get(cohort.kind, ordinal if _is_ordered(cohort) else nominal)
    for (estimand, term), statistic in _kappas(cohort, coded).items():
        error = _error(coded) if estimand == "cohens_kappa" and coded.by_all else {}
        yield {"estimand": estimand, "term": term} | _row(cohort, coded, statistic, coded.by_all) | error
    alpha = _row(cohort, coded, lambda codes: krippendorff_alpha(codes, metric), coded.by_two)
    yield {"estimand": "krippendorff_alpha", "term": metric.__name__} | alpha
    if cohort.kind == "number":
        yield {"estimand": "intraclass_correlation", "term": WHOLE} | _intraclass(cohort, coded)


def _coded(cohort: Cohort) -> _Coded:
    """Arrange codes by subject, item and coder; codes given twice for one item are left out, coders without codes too."""
    outcome = cohort.frame[OUTCOME]
    values = outcome.cat.codes.where(outcome.notna()) if cohort.categories else outcome
    item = cohort.frame[[f"{LEVEL}{name}" for name in cohort.by]].astype("str").agg(" ".join, axis="columns") if cohort.by else ""
    keys = pd.DataFrame({"subject": cohort.frame[SUBJECT], "item": item, "rater": cohort.frame[RATER], "code": values.astype("float64")})
    known = keys.dropna(subset=["code"])
    twice = known.duplicated(["subject", "item", "rater"], keep=False)
    places = [pd.factorize(known[name], sort=True) for name in ("subject", "item", "rater")]
    cube = np.full([len(names) for _, names in places], np.nan)
    once = (~twice).to_numpy()
    cube[tuple(codes[once] for codes, _ in places)] = known["code"].to_numpy()[once]
    silent = set(keys["rater"].dropna()) - set(known["rater"])
    notes = ("coded_twice" if twice.any() else "", "coder_without_codes" if silent else "")
    return _Coded(cube, np.arange(len(cohort.categories)) if cohort.categories else np.unique(known["code"]), notes)


def _is_ordered(cohort: Cohort) -> bool:
    return cohort.kind == "number" or (cohort.kind == "category" and cohort.direction != "neither")


def _kappas(cohort: Cohort, coded: _Coded) -> dict[tuple[str, str], Statistic]:
    """Give the statistics of complete items by estimand and term; each takes codes (..., items, coders)."""
    statistics: dict[tuple[str, str], Statistic] = {("percent_agreement", WHOLE): percent_agreement}
    if coded.cube.shape[-1] > 2:
        return statistics | {("fleiss_kappa", WHOLE): lambda codes: fleiss_kappa(coded.placed(codes), coded.size)}
    weights = {("cohens_kappa", WHOLE): nominal_weights(coded.size)}
    if _is_ordered(cohort):
        weights["weighted_kappa", "linear"] = linear_weights(coded.size)
        weights["weighted_kappa", "quadratic"] = quadratic_weights(coded.size)
    return statistics | {key: _kappa(coded, one) for key, one in weights.items()}


def _kappa(coded: _Coded, weights: np.ndarray) -> Statistic:
    return lambda codes: kappa_of(agreement_table(coded.placed(codes), coded.size), weights)


def _row(cohort: Cohort, coded: _Coded, statistic: Statistic, items: int) -> Row:
    """Give one statistic with its interval, or the reason why there is none."""
    row: Row = {"measure_unit": "index", "n": items, "n_a": items, "n_missing": len(coded.items) - items}
    row |= {"n_clusters": len(coded.cube), "seed": cohort.seed}
    if items == 0:
        return row | {"note": joined(*coded.notes, "nothing_double_coded")}
    estimate = float(statistic(coded.items))
    if isnan(estimate):
        return row | {"note": joined(*coded.notes, "one_category_only")}
    found = bootstrap_interval(lambda draws: statistic(_flat(draws)), coded.cube, cohort.seed, cohort.confidence)
    note = joined(*coded.notes, "interval_unstable" if isnan(found.conf_low) else "")
    return row | {"estimate": estimate, "conf_low": found.conf_low, "conf_high": found.conf_high, "note": note}


def _intraclass(cohort: Cohort, coded: _Coded) -> Row:
    """Give the intraclass correlation of numbers (absolute agreement of single ratings) with its F interval."""
    row: Row = {"measure_unit": "index", "n": coded.by_all, "n_a": coded.by_all, "n_missing": len(coded.items) - coded.by_all}
    if coded.by_all < 2:
        return row | {"note": joined(*coded.notes, "too_few_people" if coded.by_all else "nothing_double_coded")}
    found = rater_correlations(coded.items, cohort.confidence)["ICC2"]
    if isnan(found.correlation):
        return row | {"note": joined(*coded.notes, "one_category_only")}
    interval_note = "clusters_ignored" if coded.cube.shape[1] > 1 else ""
    ends = {} if isnan(found.conf_low) else {"conf_low": found.conf_low, "conf_high": found.conf_high}
    return row | {"estimate": found.correlation, "note": joined(*coded.notes, interval_note)} | ends


def _flat(draws: np.ndarray) -> np.ndarray:
    """Give the items of each draw in one row: from (draws, subjects, items, coders) to (draws, all items, coders)."""
    return draws.reshape(len(draws), -1, draws.shape[-1])


def _error(coded: _Coded) -> Row:
    """Give the large-sample error of Cohen's kappa, where items are independent of each other."""
    if coded.cube.shape[1] != 1:
        return {}
    error = cohens_kappa(agreement_table(coded.placed(coded.items), coded.size), nominal_weights(coded.size)).std_error
    return {} if isnan(error) else {"std_error": error}
