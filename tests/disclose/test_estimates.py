"""Which estimates lose their numbers, and what goes with them."""

from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
import pytest

from pipeline.compare.families import holm
from pipeline.compare.numbers.proportions import Clustering, clustering_of, share_interval
from pipeline.disclose import estimates
from pipeline.disclose.emptied import adjusted_again, empty_estimates
from pipeline.disclose.estimates import Withheld, without_solved
from pipeline.disclose.populations import MODELS
from pipeline.disclose.search import Gone
from pipeline.disclose.told import NUMBER, SPREAD
from pipeline.spec.declaration import Analysis
from pipeline.spec.study import Study
from pipeline.tables.frames import table_of
from pipeline.tables.glossary import DISTRIBUTIONS, ESTIMATES, FLOW
from pipeline.tables.results import Estimated
from tests.disclose.survey import Survey, analysis, measure, study_of, variable
from tests.released import release_results

pytestmark = pytest.mark.slow

SHARE, MEAN = "dark", "tiredness"
NUMBERS = ["estimate", "std_error", "conf_low", "conf_high", "p_value", "effect"]


@pytest.fixture
def study() -> Study:
    """A study of one share and one mean, by sex; and of one part of it."""
    return study_of(
        [
            variable("group", "select_one", "group", fixed=True),
            variable("sex", "select_one", "sex", fixed=True),
            variable("colour", "select_one", "colour"),
            variable("weight", "decimal"),
        ],
        measures=[measure(SHARE, "one_of", ("colour",), counts=["red"]), measure(MEAN, "as_answered", ("weight",))],
        analyses=[
            analysis("shares", "risk_difference", [f"{SHARE}@t2"]),
            analysis("means", "welch", [f"{MEAN}@t2"]),
            analysis("by_sex", "adjusted", [f"{SHARE}@t2", f"{MEAN}@t2"], covariates=[f"{MEAN}@t1"], by=["sex"]),
            analysis("dark_before", "welch", [f"{MEAN}@t2"], restrict={f"{SHARE}@t1": ["1"]}),
        ],
        balance={"covariates": ["sex"]},
    )


def row(study: Study, name: str, estimator: str, estimand: str, outcome: str, **more: object) -> dict:
    numbers = dict.fromkeys(NUMBERS, 0.5)
    keys = {"study": study.id, "analysis": name, "estimator": estimator, "estimand": estimand, "outcome": outcome, "unit": "person", "wave": "t2", "level": "all"}  # fmt: skip
    return {**keys, **numbers, "measure_unit": "number", "verdict": "better", "note": "clusters_ignored", **more}


def of_group(study: Study, estimand: str, outcome: str, group: str, n: int, **more: object) -> dict:
    return row(study, "description", "describe", estimand, outcome, term=group, group_a=group, n=n, n_a=n, **more)


def share_of(study: Study, group: str, count: int, n: int, **more: object) -> dict:
    return of_group(study, "share", SHARE, group, n, **{"estimate": count / n, "measure_unit": "share", **more})


def compared(study: Study, name: str, estimator: str, estimand: str, outcome: str, sizes: tuple[int, int], **more: object) -> dict:
    first, second = sizes
    terms = {
        "term": "participant - control",
        "group_a": "participant",
        "group_b": "control",
        "n": first + second,
        "n_a": first,
        "n_b": second,
    }
    return row(study, name, estimator, estimand, outcome, **{**terms, **more})


def released(study: Study, rows: list[dict]) -> pd.DataFrame:
    estimated = Estimated(table_of(ESTIMATES, rows), table_of(DISTRIBUTIONS, []), table_of(FLOW, []))
    return release_results(study, estimated, {}).estimates


def is_empty(rows: pd.DataFrame) -> np.ndarray:
    return rows[NUMBERS].isna().all(axis="columns").to_numpy() & rows["verdict"].eq("").to_numpy()


SCALE = "calmness"
ANSWERS = {"calm": "agree", "glad": "agree", "plan": "yes_no"}


def scale(items: tuple[str, ...]) -> Study:
    variables = [
        variable("group", "select_one", "group", fixed=True),
        *(variable(item, "select_one" if item == "plan" else "rating", ANSWERS[item]) for item in items),
    ]
    measured = [measure(SCALE, "mean_of_items", items), measure(MEAN, "as_answered", items[:1])]
    return study_of(variables, measures=measured, analyses=[analysis("means", "welch", [f"{SCALE}@t2"])])


def told_of_items(items: tuple[str, ...], calm: tuple[int, ...], n: int = 60) -> pd.DataFrame:
    """Release an alpha, what two items add, and the answers to the first item of the two groups together."""
    study = scale(items)
    rows = [row(study, "measurement", "alpha", "cronbach_alpha", SCALE, n=n, note="")]
    rows += [
        row(study, "measurement", "alpha", name, SCALE, term=item, n=n, note="") | {"estimate": 0.123456}
        for item in items
        for name in ("item_rest_correlation", "alpha_if_dropped")
    ]
    keys = {"study": study.id, "exhibit": "answers", "unit": "person", "outcome": "calm", "wave": "t2", "level": "all"}
    cells = [
        keys | {"row": str(place + 1), "column": group, "n": count * times, "total": sum(calm) * times, "share": count / sum(calm)}
        for group, times in (("participant", 1), ("control", 1), ("all", 2))
        for place, count in enumerate(calm)
    ]
    estimated = Estimated(table_of(ESTIMATES, rows), table_of(DISTRIBUTIONS, cells), table_of(FLOW, []))
    return release_results(study, estimated, {}).estimates


def test_what_questions_add_to_a_scale_has_two_decimals() -> None:
    found = told_of_items(("calm", "glad"), (10, 10, 10, 10, 10))
    items = found[found["term"] != ""]
    assert items["estimate"].tolist() == [0.12] * 4
    assert found[found["term"] == ""]["estimate"].tolist() == [0.5]


@pytest.mark.parametrize(
    ("items", "calm", "n"),
    [
        (("calm", "glad"), (10, 1, 10, 10, 10), 60),  # the table of one question is merged
        (("calm", "plan"), (10, 10, 10, 10, 10), 60),  # one question has two answers
        (("calm", "glad"), (10, 10, 10, 10, 10), 5),  # too few people
    ],
)
def test_what_questions_add_is_withheld_where_it_would_tell_of_them(items: tuple[str, ...], calm: tuple[int, ...], n: int) -> None:
    found = told_of_items(items, calm, n)
    assert found[found["term"] != ""]["estimate"].isna().all()
    assert found[found["term"] != ""]["note"].str.startswith("withheld_").all()
    assert found[found["term"] == ""]["estimate"].notna().all() == (n >= 6)


def test_an_estimate_on_five_people_in_one_group_loses_its_numbers_and_its_n(study: Study) -> None:
    [one] = released(study, [compared(study, "means", "welch", "mean_difference", MEAN, (5, 40))]).itertuples()
    assert np.isnan(one.estimate)
    assert (one.verdict, one.note, one.n is pd.NA, one.n_b is pd.NA) == ("", "withheld_small_group", True, True)
    assert (one.analysis, one.estimand, one.term) == ("means", "mean_difference", "participant - control")


def test_an_estimate_on_six_people_in_each_group_stays(study: Study) -> None:
    [one] = released(study, [compared(study, "means", "welch", "mean_difference", MEAN, (6, 6))]).itertuples()
    assert (one.estimate, one.n, one.note) == (0.5, 12, "clusters_ignored")


def test_the_other_group_goes_with_a_small_one(study: Study) -> None:
    everybody = of_group(study, "mean", MEAN, "all", 54)
    rows = released(study, [of_group(study, "mean", MEAN, "participant", 4), of_group(study, "mean", MEAN, "control", 50), everybody])
    assert is_empty(rows).tolist() == rows["n"].isna().tolist()
    assert set(rows.loc[~is_empty(rows), "group_a"]) < {"all", "control"}


def test_everything_about_a_share_of_two_people_goes_but_its_n_and_the_adjusted_difference(study: Study) -> None:
    rows = released(
        study,
        [
            share_of(study, "participant", 2, 30),
            share_of(study, "control", 20, 50),
            compared(study, "shares", "risk_difference", "risk_difference", SHARE, (30, 50)),
            compared(study, "shares", "risk_difference", "risk_ratio", SHARE, (30, 50), term="participant / control"),
            compared(
                study, "adjusted", "adjusted", "adjusted_risk_difference", SHARE, (30, 50), analysis="by_sex", covariates=f"{MEAN}@t1"
            ),
        ],
    )
    kept = rows["estimator"] == "adjusted"
    assert (is_empty(rows) == ~kept).all()
    assert set(rows.loc[~kept, "note"]) == {"withheld_small_cell"}
    assert rows["n"].notna().all()


def test_a_difference_adjusted_for_few_categories_goes_with_the_raw_counts(study: Study) -> None:
    [declared] = [one for one in study.declaration.analyses if one.id == "by_sex"]
    few = declared.model_copy(update={"id": "few", "covariates": ("sex",)})
    more = replace(study, declaration=study.declaration.model_copy(update={"analyses": (*study.declaration.analyses, few)}))
    rows = [share_of(more, "participant", 2, 30), share_of(more, "control", 20, 50)]
    for name, names in (("by_sex", f"{MEAN}@t1"), ("few", "sex")):
        rows.append(compared(more, name, "adjusted", "adjusted_risk_difference", SHARE, (30, 50), covariates=names))
    left = released(more, rows).loc[lambda one: ~is_empty(one)]
    assert list(left["analysis"]) == ["by_sex"]


def test_a_test_of_a_table_that_is_not_shown_is_withheld(study: Study) -> None:
    [one] = released(study, [compared(study, "kinds", "table", "association", "colour", (60, 60))]).itertuples()
    assert (np.isnan(one.p_value), one.note) == (True, "withheld_small_cell")


@pytest.mark.parametrize("withheld", [False, True])
def test_adjusted_p_values_do_not_hold_a_withheld_one(study: Study, withheld: bool) -> None:
    small, p_values = 2 if withheld else 12, {"means": 0.01, "shares": 0.015, "by_sex": 0.04}
    family = {one.id: one.model_copy(update={"family": "main"}) for one in study.declaration.analyses if one.id in p_values}
    joined = replace(study, declaration=study.declaration.model_copy(update={"analyses": tuple(family.values())}))
    tested = {"family": "main", "p_adjustment": "holm", "confidence": 0.95}
    rows = [
        compared(joined, "means", "welch", "mean_difference", MEAN, (30, 50), p_value=0.01, p_adjusted=0.04, **tested),
        compared(joined, "shares", "risk_difference", "risk_difference", SHARE, (30, 50), p_value=0.015, p_adjusted=0.045, **tested),
        compared(joined, "by_sex", "adjusted", "adjusted_mean_difference", MEAN, (30, 50), p_value=0.04, p_adjusted=0.045, **tested),
        share_of(joined, "participant", small, 30),
        share_of(joined, "control", 20, 50),
    ]
    found = released(joined, rows).set_index("analysis")
    assert found.loc["shares", "p_adjusted"] == pytest.approx(np.nan if withheld else 0.045, nan_ok=True)
    assert found.loc["means", "p_adjusted"] == pytest.approx(4 * 0.01)
    assert found.loc["by_sex", "p_adjusted"] == pytest.approx(3 * 0.04 if withheld else 0.045)
    assert found.loc["by_sex", "verdict"] == ("cannot_tell" if withheld else "better")
    assert ("adjusted_beside_withheld" in found.loc["by_sex", "note"].split()) == withheld
    assert found.loc["means", "verdict"] == "better"


def test_adjusting_as_though_the_withheld_p_value_were_the_greatest_is_never_too_small(study: Study) -> None:
    rng = np.random.default_rng(0)
    for _ in range(200):
        p_values = rng.random(5) ** 3
        rows = pd.DataFrame({"family": "main", "p_value": p_values, "p_adjusted": holm(p_values, 5), "confidence": 0.95, "note": ""})
        rows = rows.assign(p_equivalence=np.nan, p_equivalence_adjusted=np.nan, verdict="better")
        shown = rows.assign(p_value=rows["p_value"].mask(rng.random(5) < 0.4))
        again = adjusted_again(study, rows, shown)
        told = shown["p_value"].notna()
        assert (again.loc[told, "p_adjusted"] >= rows.loc[told, "p_adjusted"] - 1e-12).all()


def test_few_people_without_the_outcome_are_protected_like_few_with_it(study: Study) -> None:
    assert is_empty(released(study, [share_of(study, "participant", 28, 30), share_of(study, "control", 20, 50)])).all()


def test_a_share_of_nobody_and_of_everybody_may_be_shown(study: Study) -> None:
    assert not is_empty(released(study, [share_of(study, "participant", 0, 30), share_of(study, "control", 50, 50)])).any()


def test_the_interaction_goes_with_a_small_level(study: Study) -> None:
    rows = [
        compared(study, "by_sex", "adjusted", "adjusted_mean_difference", MEAN, (4, 20), level="sex=man"),
        compared(study, "by_sex", "adjusted", "adjusted_mean_difference", MEAN, (20, 20), level="sex=woman"),
        compared(study, "by_sex", "adjusted", "interaction", MEAN, (24, 40), term="sex=woman - sex=man"),
        compared(study, "by_sex", "adjusted", "adjusted_risk_difference", SHARE, (20, 20), level="sex=woman"),
    ]
    left = released(study, rows).loc[lambda one: ~is_empty(one)]
    assert "interaction" not in set(left["estimand"])
    assert set(left["level"]) == {"sex=woman"}


def test_a_small_count_in_one_level_hides_the_shares_of_all_levels_only(study: Study) -> None:
    counts = {"all": (14, 80), "sex=woman": (12, 40), "sex=man": (2, 40)}
    rows = [share_of(study, group, *counts[level], level=level) for group in ("participant", "control") for level in counts]
    left = released(study, rows).loc[lambda one: ~is_empty(one)]
    assert set(left["level"]) == {"all"}


def test_levels_that_leave_out_one_person_are_withheld(study: Study) -> None:
    rows = [of_group(study, "mean", MEAN, "control", n, level=level) for level, n in (("all", 41), ("sex=man", 20), ("sex=woman", 20))]
    left = released(study, rows).loc[lambda one: ~is_empty(one)]
    assert {"all"} <= set(left["level"]) < {"all", "sex=man", "sex=woman"}


def test_extremes_are_never_shown_and_quartiles_only_of_twenty_four_people(study: Study) -> None:
    rows = [
        of_group(study, estimand, MEAN, group, n)
        for estimand in ("minimum", "maximum", "median")
        for group, n in (("participant", 23), ("control", 24))
    ]
    left = released(study, rows).loc[lambda one: ~is_empty(one)]
    assert list(zip(left["estimand"], left["group_a"], strict=True)) == [("median", "control")]


def test_skewness_in_a_subgroup_is_withheld(study: Study) -> None:
    rows = [of_group(study, "skewness", MEAN, "control", n, level=level) for level, n in (("all", 120), ("sex=man", 60), ("sex=woman", 60))]
    left = released(study, rows).loc[lambda one: ~is_empty(one)]
    assert set(left["level"]) == {"all"}


@pytest.mark.parametrize(("calm", "shown"), [((12, 12, 12, 12, 12), True), ((1, 23, 12, 12, 12), False), (None, False)])
def test_skewness_of_answers_needs_their_whole_table(calm: tuple[int, ...] | None, shown: bool) -> None:
    study = scale(("calm",))
    keys = {"study": study.id, "exhibit": "answers", "unit": "person", "outcome": "calm", "wave": "t2", "level": "all"}
    cells = [
        keys | {"row": str(place + 1), "column": group, "n": count * times, "total": 60 * times, "share": count / 60}
        for group, times in (("participant", 1), ("control", 1), ("all", 2))
        for place, count in enumerate(calm or ())
    ]
    rows = [of_group(study, "skewness", MEAN, "control", 60, measure_unit="index")]
    estimated = Estimated(table_of(ESTIMATES, rows), table_of(DISTRIBUTIONS, cells), table_of(FLOW, []))
    assert is_empty(release_results(study, estimated, {}).estimates).all() != shown


def test_a_part_and_the_whole_are_not_both_told_where_few_people_lie_between(study: Study) -> None:
    whole = [
        of_group(study, estimand, MEAN, group, 40) for group in ("participant", "control") for estimand in ("mean", "standard_deviation")
    ]
    near = compared(study, "dark_before", "welch", "mean_difference", MEAN, (36, 40))
    far = compared(study, "dark_before", "welch", "mean_difference", MEAN, (20, 30))
    assert [bool(is_empty(released(study, [*whole, one])).any()) for one in (near, far)] == [True, False]


def test_an_analysis_of_those_with_a_withheld_answer_is_withheld_with_its_n(study: Study) -> None:
    rows = [
        share_of(study, "participant", 38, 40, wave="t1"),
        share_of(study, "control", 20, 40, wave="t1"),
        compared(study, "dark_before", "welch", "mean_difference", MEAN, (30, 20)),
    ]
    [one] = released(study, rows).query("analysis == 'dark_before'").itertuples()
    assert np.isnan(one.estimate)
    assert one.n is pd.NA


def test_that_everybody_gave_one_answer_is_not_told_of_few_people(study: Study) -> None:
    [one] = released(study, [of_group(study, "mean", MEAN, "control", 3, note="constant_outcome")]).itertuples()
    assert one.note == "withheld_small_group"


# --- shares whose interval counts clusters


def in_clusters(study: Study, clusters: int, **more: object) -> dict:
    """Give the share of everybody who improved, in so many workplaces."""
    keys = {
        "term": "all",
        "group_a": "all",
        "n": 120,
        "n_a": 120,
        "n_clusters": clusters,
        "conf_low": 0.4123,
        "conf_high": 0.6789,
        "note": "",
    }
    return row(study, "change", "paired", "share_improved", MEAN, **{**keys, "verdict": "", "estimate": 60 / 120, **more})


def changed_in_workplaces(study: Study) -> Study:
    change = Analysis.model_validate(analysis("change", "paired", [f"{MEAN}@t2"], before="t1", cluster="colour"), strict=False)
    return replace(study, declaration=study.declaration.model_copy(update={"analyses": (change,)}))


def test_the_interval_of_a_share_in_clusters_is_rounded_outwards(study: Study) -> None:
    [one] = released(changed_in_workplaces(study), [in_clusters(study, 8)]).itertuples()
    assert (one.conf_low, one.conf_high, one.note, one.n_clusters) == (0.41, 0.68, "", 8)


def test_the_interval_of_independent_people_keeps_the_digits_that_are_printed(study: Study) -> None:
    [one] = released(changed_in_workplaces(study), [in_clusters(study, 8, n_clusters=None, measure_unit="share")]).itertuples()
    assert (one.conf_low, one.conf_high) == (0.412, 0.679)


def test_a_share_of_few_clusters_is_shown_without_its_interval(study: Study) -> None:
    [one] = released(changed_in_workplaces(study), [in_clusters(study, 5)]).itertuples()
    assert (one.estimate, np.isnan(one.conf_low), np.isnan(one.conf_high), one.note) == (0.5, True, True, "withheld_interval")


def test_a_share_is_without_its_interval_where_a_cluster_itself_is_hidden(study: Study) -> None:
    levels = [
        in_clusters(study, 1, level=f"colour={code}", estimate=did / n, n=n, n_a=n, note="within_one_cluster")
        for code, did, n in (("red", 2, 20), ("blue", 10, 20), ("green", 48, 80))
    ]
    rows = released(changed_in_workplaces(study), [in_clusters(study, 8), *levels]).set_index("level")
    assert "withheld_small_cell" in set(rows["note"])
    assert (rows.loc["all", "estimate"], rows.loc["all", "note"]) == (0.5, "withheld_interval")


def test_rounded_ends_leave_several_counts_for_each_of_six_clusters() -> None:
    sizes, did = np.array([4, 5, 6, 7, 8, 9]), 16
    first = np.array(list(product(*(range(size + 1) for size in sizes[:-1]))))
    worlds = np.column_stack([first, did - first.sum(axis=1)])
    worlds = worlds[(worlds[:, -1] >= 0) & (worlds[:, -1] <= sizes[-1])][::7]
    places, share = np.repeat(np.arange(6), sizes), did / sizes.sum()
    own = clustering_of(np.concatenate([np.arange(size) < count for size, count in zip(sizes, worlds[0], strict=True)]), places)
    variances = ((worlds - share * sizes) ** 2 / (1 - sizes / sizes.sum())).sum(axis=1) / sizes.sum() ** 2
    effects = variances / (share * (1 - share) / sizes.sum())
    assert effects[0] == pytest.approx(own.design_effect)
    ends = np.array([share_interval(did, 39, 0.95, Clustering(6, effect, own.df)) for effect in effects])
    told = {digits: ambiguous(worlds, np.round(ends, digits)) for digits in (12, 2)}
    assert told[12] < 0.5
    assert told[2] > 0.95


def ambiguous(worlds: np.ndarray, shown: np.ndarray) -> float:
    """Give the share of worlds in which at least three counts of every cluster fit what is shown."""
    _, places = np.unique(shown, axis=0, return_inverse=True)
    fits = [min(len(np.unique(column)) for column in worlds[places == place].T) >= 3 for place in range(places.max() + 1)]
    return float(np.mean(np.array(fits)[places]))


def test_what_weights_did_to_a_covariate_is_shown_where_its_own_balance_is() -> None:
    shown = [("sex", ""), ("age", ""), ("calm", "t1")]
    balance = [{"analysis": "balance", "estimand": "standardised_difference", "outcome": name, "wave": wave} for name, wave in shown]
    did = [
        {"analysis": "weighed", "estimand": estimand, "outcome": "calm", "wave": "t2", "term": term}
        for term in ("sex", "age", "calm@t1", "calm@t2", "work")
        for estimand in ("imbalance_before", "imbalance_after")
    ]
    rows = table_of(
        ESTIMATES,
        [
            row | {"estimate": 0.5, "n": 40, "measure_unit": "index"}
            for row in (*balance, *did, {"analysis": "weighed", "estimand": "effective_number"})
        ],
    )
    nothing = pd.Series(False, index=rows.index)
    age = rows["analysis"].eq("balance") & rows["outcome"].eq("age")
    emptied = empty_estimates(rows, Withheld(nothing, age, nothing, nothing))
    left = emptied[emptied["estimand"].str.startswith("imbalance") & emptied["estimate"].notna()]
    assert set(left["term"]) == {"sex", "calm@t1"}
    assert len(left) == 4
    assert emptied.loc[emptied["estimand"].eq("effective_number"), "estimate"].notna().all()


@pytest.mark.parametrize("part", [SPREAD, NUMBER])
def test_a_model_goes_with_the_difference_that_it_tells_again(trs_survey: Survey, monkeypatch: pytest.MonkeyPatch, part: int) -> None:
    rows = trs_survey.estimated.estimates.copy()
    models = rows["estimator"].isin(MODELS)
    rows.loc[models, "covariates"] = ""
    place = ["outcome", "wave", "level"]
    modelled = rows.loc[models, place].iloc[0]
    raw = rows.index[rows[place].eq(modelled).all(axis=1) & rows["estimand"].isin(["mean_difference", "risk_difference"])][0]
    monkeypatch.setattr(estimates, "solved_estimates", lambda study, rows, cells: Gone({raw: part}))
    nothing = pd.Series(False, index=rows.index)
    found, _ = without_solved(trs_survey.study, Withheld(*[nothing] * 4), rows, trs_survey.estimated.distributions)
    here = models & rows[place].eq(modelled).all(axis=1)
    assert found.any[here].all()
    assert not found.any[models & ~here].any()
