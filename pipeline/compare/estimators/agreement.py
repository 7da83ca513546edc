"""Agreement: whether coders give the same codes to the same material.

Kappa and Krippendorff's alpha beside the plain share of equal codes. Their
intervals come from leaving out one coded subject (interview) at a time, and at
the whole, where a subject is coded once per level, such as once per theme, with
all its levels; the share of subjects that are coded once has Wilson's.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from math import isnan

import numpy as np
import pandas as pd

from pipeline.compare.gather.cohort import LEVEL, OUTCOME, RATER, SUBJECT, Cohort, Row, notes_joined, rows_by_level
from pipeline.compare.numbers.agreement import (
    LEVELS,
    coder_table,
    cohens_kappa_error,
    fleiss_kappa,
    jackknife_interval,
    kappa_of,
    kappa_weights,
    krippendorff_alpha,
    percent_agreement,
)
from pipeline.compare.numbers.intraclass import rater_correlation
from pipeline.compare.numbers.proportions import wilson_interval
from pipeline.spec.vocabulary import EVERYBODY

FEW_OTHER = 3
"""With fewer subjects that a coder gave another code than the most frequent, intervals of kappa and alpha held the truth
in 35 to 90 % of many simulations, with more nearly always in 95 % and above (tests/validate/methods/agreement.py)."""
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

    def by(self, coders: int) -> "_Coded":
        """Keep the items that at least so many coders coded, and the subjects that have one."""
        kept = (~np.isnan(self.cube)).sum(axis=2) >= coders
        cube = np.where(kept[:, :, None], self.cube, np.nan)
        return replace(self, cube=cube[kept.any(axis=1)])

    @property
    def state(self) -> str:
        """Cause why agreement beyond chance, or its interval, cannot be told; empty where it can."""
        coders = np.moveaxis(self.cube, 2, 0)
        used = [np.unique(codes[~np.isnan(codes)]) for codes in coders]
        alike = np.nanmin(self.items, axis=1) == np.nanmax(self.items, axis=1)
        others = [_subjects_coded_otherwise(codes) for codes in coders if not np.isnan(codes).all()]
        causes = {
            "one_category_only": len(np.unique(np.concatenate(used))) == 1,
            "single_subject": len(self.cube) == 1,
            "all_agreed": alike.all(),
            "each_used_one_code": max(map(len, used)) == 1,
            "one_coder_one_code": min(len(codes) or 2 for codes in used) == 1,
            "none_agreed": not alike.any(),
            "few_other_codes": min(others) < FEW_OTHER,
        }
        return next((cause for cause, holds in causes.items() if holds), "")


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
        Empty with a note when there is nothing to compare; without interval,
        with the cause as note, where all agreed, where a coder used one code
        only or few others, and for a single subject.
    """
    return rows_by_level(cohort, _level_rows)


def _level_rows(cohort: Cohort) -> Iterator[Row]:
    coded = _coded(cohort)
    double, full = coded.by(2), coded.by(max(coded.cube.shape[-1], 2))
    level = "interval" if cohort.kind == "number" else "ordinal" if _is_ordered(cohort) else "nominal"
    yield {"estimand": "percent_agreement", "term": EVERYBODY} | _begun(coded, full) | _share_alike(cohort, full)
    for (estimand, term), statistic in _kappas(cohort, coded).items():
        numbers = _index(cohort, full, statistic)
        error = _error(full) if estimand == "cohens_kappa" and "conf_low" in numbers else {}
        yield {"estimand": estimand, "term": term} | _begun(coded, full) | numbers | error
    alpha = _index(cohort, double, lambda codes: krippendorff_alpha(codes, LEVELS[level]))
    yield {"estimand": "krippendorff_alpha", "term": level} | _begun(coded, double) | alpha
    if cohort.kind == "number":
        yield {"estimand": "intraclass_correlation", "term": EVERYBODY} | _begun(coded, full) | _intraclass(cohort, full)


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
    if coded.cube.shape[-1] > 2:
        return {("fleiss_kappa", EVERYBODY): lambda codes: fleiss_kappa(coded.placed(codes), coded.size)}
    kappas = {("cohens_kappa", EVERYBODY): _kappa(coded, "nominal")}
    weights = ("linear", "quadratic") if _is_ordered(cohort) else ()
    return kappas | {("weighted_kappa", kind): _kappa(coded, kind) for kind in weights}


def _kappa(coded: _Coded, kind: str) -> Statistic:
    weights = kappa_weights(coded.size, kind)
    return lambda codes: kappa_of(coder_table(coded.placed(codes), coded.size), weights)


def _begun(coded: _Coded, kept: _Coded) -> Row:
    """Begin a row: the items it rests on, of all that somebody coded, in how many subjects."""
    items = len(kept.items)
    row: Row = {"measure_unit": "index", "n": items, "n_a": items, "n_missing": len(coded.items) - items}
    return row | {"n_clusters": len(kept.cube), "note": notes_joined(*coded.notes, "" if items else "nothing_double_coded")}


def _share_alike(cohort: Cohort, full: _Coded) -> Row:
    """Give the share of items that all coders coded alike.

    Where no subject has two of them the interval is Wilson's; so it is, of
    subjects instead of items, where the subjects do not differ.
    """
    if not len(full.items):
        return {}
    share, subjects = float(percent_agreement(full.items)), len(full.cube)
    if subjects == 1 < len(full.items):
        return {"estimate": share, "note": notes_joined(*full.notes, "single_subject")}
    low, high = float("nan"), float("nan")
    if len(full.items) > subjects:
        low, high = jackknife_interval(lambda draws: 2 * percent_agreement(_flat(draws)) - 1, full.cube, cohort.confidence)
    if isnan(low):
        low, high = wilson_interval(round(share * subjects), subjects, cohort.confidence)
        return {"estimate": share, "conf_low": low, "conf_high": high}
    return {"estimate": share, "conf_low": (1 + low) / 2, "conf_high": (1 + high) / 2}


def _index(cohort: Cohort, kept: _Coded, statistic: Statistic) -> Row:
    """Give one index of agreement beyond chance with its interval, or the cause why there is none."""
    if not len(kept.items):
        return {}
    estimate, state = float(statistic(kept.items)), kept.state
    row: Row = {"note": notes_joined(*kept.notes, state)} | ({} if isnan(estimate) else {"estimate": estimate})
    if state:
        return row
    low, high = jackknife_interval(lambda draws: statistic(_flat(draws)), kept.cube, cohort.confidence)
    return row | {"conf_low": low, "conf_high": high}


def _intraclass(cohort: Cohort, full: _Coded) -> Row:
    """Give the intraclass correlation of numbers (absolute agreement of single ratings) with its F interval."""
    if not len(full.items):
        return {}
    if len(full.items) == 1:
        return {"note": notes_joined(*full.notes, "single_subject")}
    found = rater_correlation(full.items, cohort.confidence)
    state = full.state if full.state in ("one_category_only", "all_agreed") else ""
    if isnan(found.estimate):
        return {"note": notes_joined(*full.notes, state)}
    interval_note = "clusters_ignored" if len(full.items) > len(full.cube) else ""
    return found.columns() | {"note": notes_joined(*full.notes, state, interval_note)}


def _subjects_coded_otherwise(codes: np.ndarray) -> int:
    """Count the subjects to which a coder (subjects, items) gave another code than the one given most often."""
    values, counts = np.unique(codes[~np.isnan(codes)], return_counts=True)
    other = ~np.isnan(codes) & (codes != values[counts.argmax()])
    return int(other.any(axis=1).sum())


def _flat(draws: np.ndarray) -> np.ndarray:
    """Give the items of each draw in one row: from (draws, subjects, items, coders) to (draws, all items, coders)."""
    return draws.reshape(len(draws), -1, draws.shape[-1])


def _error(coded: _Coded) -> Row:
    """Give the large-sample error of Cohen's kappa, where items are independent of each other."""
    if len(coded.items) > len(coded.cube):
        return {}
    return {"std_error": cohens_kappa_error(coder_table(coded.placed(coded.items), coded.size))}
