"""The attacker in whole people solves what has one solution, and leaves what has several."""

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd
import pytest

from pipeline.tables.results import Released
from tests.disclose import whole_attack
from tests.disclose.drawn_survey import drawn_survey
from tests.disclose.holm_attack import p_values_told
from tests.disclose.survey import Survey, measure, study_of, survey_of, variable
from tests.disclose.whole_attack import Reading
from tests.disclose.whole_findings import Finding, Space, findings
from tests.disclose.whole_numbers import Equations, pinning
from tests.disclose.whole_statistics import statistics_of
from tests.miniature import both

pytestmark = pytest.mark.slow

ALONE = {"design": "single_group", "sample": {"unit": "person"}, **dict.fromkeys(("group_label", "participant_label", "control_label"))}
SHARE = {"id": "main", "label": both("main"), "role": "primary", "family": "none", "family_reason": both("One outcome.")}


def answered(
    measures: list[dict], answers: Mapping[str, Iterable[object]], analyses: Iterable[dict] = (), **facts: Iterable[str]
) -> Survey:
    """Give a survey of one wave; with a fact ``group`` two groups are compared."""
    names, people = list(answers), len(list(next(iter(answers.values()))))
    ids = [f"p{number:03d}" for number in range(people)]
    variables = [
        *(variable(name, "select_one", name, fixed=True) for name in facts),
        *(variable(name, "rating", "agree", waves=("t2",)) for name in names),
    ]
    asked = [{**SHARE, "id": "answering", "estimator": "response", "outcomes": [f"{one['name']}@t2" for one in measures]}]
    study = study_of(variables, measures=measures, analyses=[*asked, *analyses], balance={}, **({} if "group" in facts else ALONE))
    units = pd.DataFrame({"person": ids, **{name: pd.Series(list(one), dtype="str") for name, one in facts.items()}})
    responses = pd.DataFrame(
        {"person": ids, "wave": "t2", **{name: pd.Series(list(one), dtype="float64") for name, one in answers.items()}}
    )
    for frame, columns in ((units, list(facts)), (responses, names)):
        for name in columns:
            frame[f"{name}__missing"] = np.where(frame[name].isna(), 3, 0).astype("int8")
    return survey_of(study, units, responses)


def spread(*counts: int) -> list[int]:
    """Give answers from 1, so many of each."""
    return [code for code, count in enumerate(counts, start=1) for _ in range(count)]


def told(survey: Survey, *estimands: str, tables: Iterable[str] = ()) -> Released:
    """Release some estimands of everything, and the tables of some questions."""
    rows, cells = survey.estimated.estimates, survey.estimated.distributions
    return Released(
        rows[rows["estimand"].isin(estimands)].reset_index(drop=True),
        cells.assign(withheld=~cells["outcome"].isin(list(tables))),
        survey.estimated.flow,
        *[pd.DataFrame()] * 2,
        {},
        {},
    )


def merged(released: Released, *rows: str) -> Released:
    """Show some answers of the tables of answers together."""
    cells = released.distributions
    apart = cells["exhibit"].eq("answers") & cells["row"].isin(rows)
    sums = cells[apart].groupby(["outcome", "column"], as_index=False)["n"].sum()
    together = sums.merge(cells[apart & cells["row"].eq(rows[0])].drop(columns="n")).assign(row="+".join(rows))
    return Released(**{**vars(released), "distributions": pd.concat([cells[~apart], together], ignore_index=True)})


def found(survey: Survey, released: Released) -> list[Finding]:
    return list(findings(survey, released))


def distributions(things: Iterable[Finding]) -> int:
    return sum(one.what == "distribution" for one in things)


TIRED = [measure("tiredness", "as_answered", ("tired",), range=[1, 5])]


@pytest.mark.parametrize("counts", [(0, 5, 1, 0, 0), (0, 0, 1, 0, 29), (0, 0, 2, 6, 15)])
def test_mean_and_standard_deviation_of_few_leave_one_table(counts: tuple[int, ...]) -> None:
    survey = answered(TIRED, {"tired": spread(*counts)})
    assert distributions(found(survey, told(survey, "mean", "standard_deviation"))) == 1


def test_a_mean_alone_leaves_several_tables() -> None:
    survey = answered(TIRED, {"tired": spread(1, 5, 1, 0, 0)})
    rows = told(survey, "mean")
    assert found(survey, Released(**{**vars(rows), "estimates": rows.estimates.assign(std_error=np.nan)})) == []


def test_the_standard_error_beside_a_mean_is_its_standard_deviation() -> None:
    survey = answered(TIRED, {"tired": spread(0, 5, 1, 0, 0)})
    [one, *_] = found(survey, told(survey, "mean"))
    assert one.told_by() == ["description mean tiredness@t2 all all squares"]


def test_skewness_closes_what_mean_and_deviation_leave_open() -> None:
    survey = answered(TIRED, {"tired": spread(6, 9, 2, 20, 7)})
    assert found(survey, told(survey, "mean", "standard_deviation")) == []
    assert distributions(found(survey, told(survey, "mean", "standard_deviation", "skewness", "excess_kurtosis"))) == 1


def test_numbers_printed_with_fewer_digits_leave_more(monkeypatch: pytest.MonkeyPatch) -> None:
    survey = answered(TIRED, {"tired": spread(40, 61, 2, 55, 42)})
    released = told(survey, "mean", "standard_deviation", "skewness", "excess_kurtosis")
    assert found(survey, released)
    monkeypatch.setattr(whole_attack, "half_unit", lambda number: 0.005)
    assert found(survey, released) == []


def test_a_share_and_a_merged_table_are_one_sum_too_many() -> None:
    measures = [measure("high", "one_of", ("tired",), counts=["5"])]
    survey = answered(measures, {"tired": spread(4, 4, 4, 4, 2)})
    released = told(survey, "share", tables=["tired"])
    released = merged(released, "4", "5")
    assert any("tired@t2=5" in one.about for one in found(survey, released))
    without = Released(**{**vars(released), "estimates": released.estimates.iloc[:0]})
    assert found(survey, without) == []


def test_the_sum_of_the_few_who_left_one_item_out_follows_from_two_tables_and_the_scale() -> None:
    calm, glad = [3, 4, 5, 3, 2, 4, 3, 3, 4, 5, 2, 2] * 3, [4, 4, 5, 2, 2, 5, 3, 4, 4, 5, 3, 2] * 3
    measures = [measure("mood", "mean_of_items", ("calm", "glad"), range=[1, 5])]
    survey = answered(measures, {"calm": [np.nan, np.nan, np.nan, *calm[3:]], "glad": glad})
    few = [one for one in found(survey, told(survey, "mean", tables=["calm", "glad"])) if one.what == "sum of few"]
    assert any("sum of 3" in one.about for one in few)
    assert not [one for one in found(survey, told(survey, "n", tables=["calm", "glad"])) if one.what == "sum of few"]


ARMS = {"group": ["participant"] * 20 + ["control"] * 20, "sex": (["man"] * 8 + ["woman"] * 12) * 2}
HIGH = [measure("high", "one_of", ("tired",), counts=["5"])]


def few_and_more() -> dict[str, list[int]]:
    """Let 6 of 20 participants, among them 2 of 8 men, and 10 of 20 controls answer 5."""
    high = {0, 1, 9, 10, 11, 12, 20, 21, 22, 23, 30, 31, 32, 33, 34, 35}
    return {"tired": [5 if place in high else 1 for place in range(40)]}


def test_an_adjusted_difference_of_withheld_counts_gives_them_back() -> None:
    asked = [{**SHARE, "estimator": "adjusted", "outcomes": ["high@t2"], "covariates": ["sex"]}]
    survey = answered(HIGH, few_and_more(), asked, **ARMS)
    released = told(survey, "adjusted_risk_difference", tables=["sex", "group"])
    assert any("participant sex=man tired@t2=5" in one.about for one in found(survey, released))
    released = Released(**{**vars(released), "estimates": released.estimates.iloc[:0]})
    assert found(survey, released) == []


def test_ratios_of_withheld_counts_give_them_back() -> None:
    answers = {"tired": [5 if place in {0, 9, 20, 21, 22, 30, 31, 32, 33} else 1 for place in range(40)]}
    survey = answered(HIGH, answers, [{**SHARE, "estimator": "risk_difference", "outcomes": ["high@t2"]}], **ARMS)
    released = told(survey, "risk_ratio", "odds_ratio", tables=["sex", "group"])
    assert any("participant tired@t2=5" in one.about for one in found(survey, released))


def test_a_comparison_that_is_withheld_gives_nothing_back() -> None:
    survey = answered(HIGH, few_and_more(), [{**SHARE, "estimator": "risk_difference", "outcomes": ["high@t2"]}], **ARMS)
    assert found(survey, told(survey, "n", tables=["sex", "group"])) == []


def test_chi_square_leaves_two_ways_to_divide_a_merged_row() -> None:
    answers = {"tired": spread(8, 6, 0, 2, 4) + spread(5, 8, 0, 6, 1)}
    classes = [measure("levels", "as_category", ("tired",), categories={code: both(code) for code in "12345"})]
    survey = answered(classes, answers, [{**SHARE, "estimator": "table", "outcomes": ["levels@t2"]}], **ARMS)
    released = merged(told(survey, "association", tables=["tired", "sex", "group"]), "4", "5")
    [one, *_] = [one for one in found(survey, released) if one.what == "small count by a statistic"]
    assert one.fitting == {2.0, 4.0}
    assert found(survey, Released(**{**vars(released), "estimates": released.estimates.iloc[:0]})) == []


def rows_of_a_family(p_values: Iterable[float], adjusted: Iterable[float]) -> pd.DataFrame:
    rows = pd.DataFrame({"p_value": p_values, "p_adjusted": adjusted})
    return rows.assign(family="main", outcome=[f"m{place}" for place in range(len(rows))])


@pytest.mark.parametrize(
    ("p_values", "adjusted", "told_of"),
    [
        ([0.010, np.nan, 0.04], [0.030, np.nan, 0.08], 0),  # as if the withheld one had found nothing
        ([0.010, np.nan, 0.04], [0.020, np.nan, 0.04], 0),  # as if it had not been made
        ([0.010, np.nan, 0.04], [0.030, np.nan, 0.046], 1),  # twice the withheld 0.023
        ([0.010, np.nan, 0.04], [0.020, np.nan, 0.08], 1),
    ],
)
def test_an_adjusted_p_value_that_the_shown_ones_do_not_explain_is_found(
    p_values: list[float], adjusted: list[float], told_of: int
) -> None:
    asked = [
        {**SHARE, "id": f"a{place}", "family": "main", "family_reason": None, "estimator": "welch", "outcomes": ["tiredness@t2"]}
        for place in range(3)
    ]
    survey = answered(TIRED, {"tired": spread(4, 4, 4, 4, 4) * 2}, asked, group=ARMS["group"])
    released = Released(**{**vars(told(survey)), "estimates": rows_of_a_family(p_values, adjusted)})
    assert len(list(p_values_told(survey.study, released))) == told_of


@pytest.mark.parametrize("seed", range(8))
def test_all_that_is_read_of_a_survey_holds_of_its_answers(seed: int) -> None:
    survey = drawn_survey(seed)
    cells = survey.estimated.distributions.assign(withheld=False)
    everything = Released(survey.estimated.estimates, cells, survey.estimated.flow, *[pd.DataFrame()] * 2, {}, {})
    reading = Reading.of(survey.study, everything)
    read = list(Space.all_of(survey, reading))
    assert all(statistic.fits(space.truth[None, :]).all() for space in read for statistic in statistics_of(reading, space.kinds))
    assert len([one for space in read for one in space.equations.known]) > 40


def test_half_people_are_not_counted() -> None:
    equations = Equations(2, solutions=[np.array([1.0, 1.0])])
    equations.add(np.array([3.0, 5.0]), 8, 8, "a sum")
    equations.add(np.array([1.0, 1.0]), 0, 9, "a size")
    first = np.array([1.0, 0.0])
    assert equations.values(first, 2) == {1.0}
    assert pinning(equations, np.array([1.0, 1.0]), first, 2) == ["a sum"]


def test_values_that_fit_need_not_be_beside_each_other() -> None:
    equations = Equations(2, solutions=[np.array([1.0, 6.0])])
    equations.add(np.array([5.0, 1.0]), 11, 11, "a sum")
    assert equations.values(np.array([0.0, 1.0]), 3) == {1.0, 6.0, 11.0}
