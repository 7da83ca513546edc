"""Weighted differences against R: propensity weights (glm, survey) and entropy balancing (ebal, and Newton's method written out)."""

from dataclasses import replace
from math import sqrt

import numpy as np
import pytest

from pipeline.compare.estimators.weighted import entropy_balancing, matching, weighted_ate, weighted_att, weighted_overlap
from pipeline.compare.gather.comparison import Comparison
from pipeline.compare.gather.model import Model, model_of
from pipeline.compare.numbers.matching import Matching, match
from pipeline.compare.numbers.weighting import weigh
from tests.reference.agreement import ENTRIES, compare, ids_of
from tests.reference.test_reference_clusters import compared
from tests.reference.test_reference_outcomes import GROUP, INTERCEPT, covariates_of

PROPENSITY, ENTROPY = ids_of("propensity_weights"), ids_of("entropy_balancing")
OUTCOMES = {"lalonde": "re78", "simtrs": "ti_t2"}


def taken(entry_id: str, data_of) -> tuple[Comparison, Model]:
    """Give an entry's people; both kinds of entry of a data set have the same covariates."""
    dataset = ENTRIES[entry_id]["dataset"]
    [same] = [one for one in PROPENSITY if ENTRIES[one]["dataset"] == dataset]
    comparison = compared(data_of(dataset), OUTCOMES[dataset], GROUP, covariates_of(ENTRIES[same]["value"]["ps_coef"]))
    model = model_of(comparison)
    assert isinstance(model, Model), entry_id
    return comparison, model


def told(rows: list[dict], estimand: str) -> dict[str, float]:
    return {row["term"]: row["estimate"] for row in rows if row["estimand"] == estimand}


def error_of_known_weights(kind: str, model: Model) -> float:
    """Give svyglm's error, which takes weights as known."""
    parts, people = weigh(kind, model.covariates, model.group).parts(model.outcome), len(model.outcome)
    return sqrt(people / (people - 1) * float(parts @ parts))


@pytest.mark.parametrize("entry_id", PROPENSITY)
def test_propensity_weights_and_what_they_do_equal_r(entry_id: str, data_of) -> None:
    comparison, model = taken(entry_id, data_of)
    att, ate, overlap = weighted_att(comparison), weighted_ate(comparison), weighted_overlap(comparison)
    log_odds = weigh("att", model.covariates, model.group).log_odds
    chance = 1 / (1 + np.exp(-log_odds))
    coefficients = np.linalg.lstsq(model.covariates, log_odds, rcond=None)[0]
    ours = {
        "n": att[0]["n"],
        "ps_coef": dict(zip((INTERCEPT, *comparison.covariates), map(float, coefficients), strict=True)),
        "ps_min": chance.min(),
        "ps_max": chance.max(),
        "att": att[0]["estimate"],
        "ate": ate[0]["estimate"],
        "ato_overlap": overlap[0]["estimate"],
        "svyglm_se": error_of_known_weights("att", model),
        "ate_svyglm_se": error_of_known_weights("ate", model),
        "ato_svyglm_se": error_of_known_weights("overlap", model),
        "ess_control": told(att, "effective_number")["0"],
        "smd_before_sdtreated": told(att, "imbalance_before"),
        "smd_after_sdtreated": told(att, "imbalance_after"),
    }
    compare(entry_id, ours)


@pytest.mark.parametrize("entry_id", ENTROPY)
def test_entropy_balancing_equals_r(entry_id: str, data_of) -> None:
    comparison, model = taken(entry_id, data_of)
    rows, found = entropy_balancing(comparison), weigh("entropy", model.covariates, model.group)
    controls = found.weights[model.group == 0]
    ours = {
        "att_newton": rows[0]["estimate"],
        "ess_control": told(rows, "effective_number")["0"],
        "svyglm_se": error_of_known_weights("entropy", model),
        "max_control_weight": controls.max() / controls.sum(),
    }
    compare(entry_id, ours)


MATCHED = {"open/o.lalonde.matchit": None, "open/o.lalonde.matchit_caliper": 0.2, "simtrs/o.simtrs.ti.matchit": None, "simtrs/o.simtrs.ti.matchit_caliper": 0.1}  # fmt: skip


@pytest.mark.parametrize("entry_id", ids_of("matching"))
def test_matching_equals_matchit(entry_id: str, data_of) -> None:
    value, dataset = ENTRIES[entry_id]["value"], ENTRIES[entry_id]["dataset"]
    names = tuple(name for name in value["balance_all"] if name != "distance")
    comparison = replace(compared(data_of(dataset), OUTCOMES[dataset], GROUP, names), caliper=MATCHED[entry_id])
    model = model_of(comparison)
    pairs = match(model.covariates, model.group, comparison.caliper)
    assert isinstance(pairs, Matching)
    rows = matching(comparison)
    chance = 1 / (1 + np.exp(-weigh("att", model.covariates, model.group).log_odds))
    count = len(pairs.first)
    told_of = {
        "balance_all": told(rows, "imbalance_before") | {"distance": pairs.imbalance(chance, weighted=False)},
        "balance_matched": told(rows, "imbalance_after") | {"distance": pairs.imbalance(chance, weighted=True)},
    }
    first = int(model.group.sum())
    of_two = {
        name: sqrt(first / (first - 1)) for name in names if comparison.frame[name].nunique() == 2
    }  # MatchIt's p (1 - p), without n - 1
    ours = {
        part: {name: {"Std. Mean Diff.": number * of_two.get(name, 1.0)} for name, number in numbers.items()}
        for part, numbers in told_of.items()
    }
    of_regression = pairs.tested(model.outcome, 0.95).std_error * sqrt((2 * count - 1) / (2 * count - 2))
    ours |= {"n_matched": 2 * count, "att": rows[0]["estimate"], "se_pair_cluster_HC1": of_regression}
    beside = {
        "n_rows": rows[0]["n"],
        "n_distinct_ps": len(np.unique(chance.round(12))),
        "paired_t_p": pairs.tested(model.outcome, 0.95).p_value,
    }
    compare(entry_id, ours | {name: number for name, number in beside.items() if name in value})
    if beside["n_distinct_ps"] == beside["n_rows"]:
        assert rows[0]["p_value"] == beside["paired_t_p"]
        assert (of_regression, beside["paired_t_p"]) == pytest.approx((value["se_pair_cluster_HC1"], value["paired_t_p"]), rel=1e-7)
