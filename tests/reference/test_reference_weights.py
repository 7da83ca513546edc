"""Weighted differences against R: propensity weights (glm, survey) and entropy balancing (ebal, and Newton's method written out)."""

from math import sqrt

import numpy as np
import pytest

from pipeline.compare.estimators.weighted import entropy_balancing, weighted_ate, weighted_att, weighted_overlap
from pipeline.compare.gather.comparison import Comparison
from pipeline.compare.gather.model import Model, model_of
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
