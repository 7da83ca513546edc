"""Whoever knows how many of the population each stratum's people stand for learns no small count from weighted results."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from pipeline.tables.printed import printed
from pipeline.tables.results import Released
from tests.disclose.survey import Survey, answer, measure, study_of, survey_of, variable
from tests.disclose.whole_findings import findings
from tests.miniature import both
from tests.released import release_results

pytestmark = pytest.mark.slow

TOWNS = tuple(f"town{number:02d}" for number in range(12))
HIGH = measure("high", "one_of", ("tired",), counts=["yes"])
SAMPLE = {"unit": "person", "group": "group", "participant": "participant", "control": "control", "strata": "town", "weight": "stands_for"}
WEIGHTED = ("mean_by_survey", "share_by_survey", "difference_by_survey", "design_effect")


def asked(name: str, estimator: str, **more: object) -> dict:
    alone = {"role": "primary", "family": "none", "family_reason": both("One outcome.")}
    return {"id": name, "label": both(name), "estimator": estimator, "outcomes": ["high@t2"], **alone, **more}


def weighted_survey(seed: int, by: tuple[str, ...] = ("town",)) -> Survey:
    """Draw two groups in twelve towns, each town's people standing for another number; in some towns few say yes."""
    rng = np.random.default_rng(seed)
    town = np.repeat(np.arange(len(TOWNS)), rng.integers(18, 30, len(TOWNS)))
    yes = rng.random(len(town)) < np.where(np.arange(len(TOWNS)) < 2, 0.12, 0.5)[town]
    ids = [f"p{number:03d}" for number in range(len(town))]
    facts = {"group": np.where(rng.random(len(town)) < 0.6, "participant", "control"), "town": np.array(TOWNS)[town]}
    units = pd.DataFrame({"person": ids, **facts, "stands_for": rng.uniform(1, 6, len(TOWNS)).round(1)[town]})
    responses = pd.DataFrame({"person": ids, "wave": "t2", "tired": np.where(yes, "yes", "no")})
    for frame, names in ((units, (*facts, "stands_for")), (responses, ("tired",))):
        for name in names:
            frame[f"{name}__missing"] = np.int8(0)
    study = study_of(
        [
            variable("group", "select_one", "group", fixed=True),
            variable("town", "select_one", "town", fixed=True),
            variable("stands_for", "decimal", fixed=True),
            variable("tired", "select_one", "yes_no", waves=("t2",)),
        ],
        measures=[HIGH],
        analyses=[
            asked("reached", "attainment", target=0.5, by=list(by), restrict={"group": ["participant"]}),
            asked("in_population", "survey_weighted"),
        ],
        balance={},
        sample=SAMPLE,
    )
    return survey_of(replace(study, answer_lists={**study.answer_lists, "town": tuple(map(answer, TOWNS))}), units, responses)


def with_weighted(survey: Survey, released: Released) -> Released:
    """Show what weights tell after all, as it would be printed."""
    rows = survey.estimated.estimates["estimator"].eq("survey_weighted")
    shown = printed(survey.estimated.estimates[rows]).astype(released.estimates.dtypes)
    return replace(released, estimates=pd.concat([released.estimates[~released.estimates["estimator"].eq("survey_weighted")], shown]))


def exposed(survey: Survey, released: Released) -> list[str]:
    return [str(one) for one in findings(survey, released) if one.what != "undecided"]


@pytest.mark.parametrize("seed", [0, 2, 3, 4])
def test_weights_of_towns_with_small_counts_would_tell_these_and_are_withheld(seed: int) -> None:
    survey = weighted_survey(seed)
    released = release_results(survey.study, survey.estimated, {})
    assert exposed(survey, with_weighted(survey, released))
    assert exposed(survey, released) == []
    assert released.estimates.loc[released.estimates["estimand"].isin(WEIGHTED), "estimate"].isna().all()


@pytest.mark.parametrize("seed", [0, 5])
def test_where_nothing_is_hidden_weighted_results_are_shown_and_tell_nothing(seed: int) -> None:
    survey = weighted_survey(seed, by=())
    released = release_results(survey.study, survey.estimated, {})
    assert exposed(survey, released) == []
    assert released.estimates.loc[released.estimates["estimand"].isin(WEIGHTED), "estimate"].notna().any()
