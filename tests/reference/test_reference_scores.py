"""Scores, classes, missing reasons and reliability against R."""

import numpy as np
import pandas as pd
import pytest

from pipeline.score.lock_in import lock_in
from pipeline.score.reliability import (
    alpha_if_dropped,
    cronbach_alpha,
    item_rest_correlations,
)
from tests.reference.agreement import ENTRIES, compare, ids_of

FIRST_PEOPLE = 12
SCORED = {
    "simtrs/o.simtrs.ti.scoring": {"t1": "ti_t1", "t2": "ti_t2"},
    "simtrs/o.simtrs.steps.scoring": {"steps": "steps", "applied": "applied"},
}
ITEMS = {
    "open/o.bfi.alpha_N": ["N1", "N2", "N3", "N4", "N5"],
    "open/o.lq2002.alpha_LEAD": [f"LEAD{place:02d}" for place in range(1, 12)],
    "simtrs/o.simtrs.ti.alpha": ["ti_1_t1", "ti_2_t1", "ti3r_t1", "ti_4_t1"],
}


@pytest.mark.parametrize("entry_id", ids_of("scoring"))
def test_scores_of_the_survey_equal_r(entry_id: str, survey: pd.DataFrame) -> None:
    compare(entry_id, {name: score_summary(survey[column]) for name, column in SCORED[entry_id].items()})


def score_summary(score: pd.Series) -> dict[str, object]:
    return {
        "n_valid": score.notna().sum(),
        "n_missing": score.isna().sum(),
        "mean": score.mean(),
        "sd": score.std(),
        "first": [None if np.isnan(value) else value for value in score.head(FIRST_PEOPLE)],
    }


def test_classes_of_lock_in_equal_r_under_both_readings_of_do_not_know(survey: pd.DataFrame) -> None:
    answered = survey[survey["answered_t2"].notna()]
    no_for_unsure = {wave: unsure_as_no(people, wave) for wave, people in (("t1", survey), ("t2", answered))}
    ours = {
        "t1": counts(survey["lock4_t1"]),
        "t2": counts(answered["lock4_t2"]),
        "dk_t1": counts(no_for_unsure["t1"]),
        "dk_t2": counts(no_for_unsure["t2"]),
        "double_t1": counts_by_group(survey, "double_t1"),
        "double_t2": counts_by_group(answered, "double_t2"),
    }
    compare("simtrs/o.simtrs.lock4.classify", ours)


def unsure_as_no(people: pd.DataFrame, wave: str) -> pd.Series:
    answers = (people[f"{question}_answer_{wave}"].replace("dont_know", "no") for question in ("workplace", "occupation"))
    return lock_in(pd.concat(answers, axis="columns"), measure=None)


def counts(classes: pd.Series) -> dict[str, int]:
    return classes.fillna("missing").value_counts().to_dict()


def counts_by_group(people: pd.DataFrame, share: str) -> dict[str, int]:
    codes = people[share].map({0.0: "0", 1.0: "1"}).fillna("missing")
    return counts(codes + "|" + people["treat"].map("{:.0f}".format))


def test_missing_reasons_of_the_release_equal_r(trs_results) -> None:
    _, _, estimated = trs_results
    missing = estimated.distributions.query("exhibit == 'missing' and column == 'all'").set_index(["outcome", "wave", "row"])["n"]
    flow = estimated.flow.query("group == 'all'").set_index(["chain", "node"])["n"]
    ours: dict[str, dict[str, float]] = {}
    for name in ENTRIES["simtrs/o.simtrs.missing_reasons"]["value"]:
        variable, _, wave = name.rpartition("_")
        reasons = {reason: missing.get((variable, wave, reason), 0) for reason in ("refused", "dont_know", "not_asked")}
        lost = flow[f"wave:{wave}", "in_sample"] - flow[f"wave:{wave}", "answered"]
        ours[name] = reasons | {"unit_nonresponse": lost}
    compare("simtrs/o.simtrs.missing_reasons", ours)


@pytest.mark.parametrize("entry_id", ids_of("reliability"))
def test_alpha_its_interval_and_what_each_item_adds_equal_r(entry_id: str, data_of) -> None:
    people = data_of(ENTRIES[entry_id]["dataset"])
    items = ITEMS[entry_id]
    if "ti3r_t1" in items:
        people = people.assign(ti3r_t1=6 - people["ti_3_t1"])
    answers = people[items].to_numpy(dtype=float)
    alpha = cronbach_alpha(answers)
    ours = {
        "items": len(items),
        "n_rows": len(answers),
        "n_complete": alpha.n,
        "raw_alpha_complete": alpha.alpha,
        "psych_alpha_ci": {"alpha": alpha.alpha},
        "alpha_if_dropped_complete": dict(zip(items, alpha_if_dropped(answers), strict=True)),
        "item_rest_r_complete": dict(zip(items, item_rest_correlations(answers), strict=True)),
    }
    compare(entry_id, ours)
