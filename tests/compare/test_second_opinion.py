"""The second opinion: a wrong number is found wherever it stands, and what is not computed again is named."""

import dataclasses
import math
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
import pytest

from pipeline.compare.gather.panel import CLUSTER
from pipeline.compare.gather.protocol import GROUP, AnalysisFrame, analysis_frame, analysis_rows
from pipeline.compare.opinion import registry
from pipeline.compare.opinion.registry import BESIDE, SECOND, WITHOUT, WITHOUT_OF_ESTIMAND, Second
from pipeline.compare.opinion.second_opinion import HELD, LEAST_SIZE, NUMBERS, TOLERANCE, UNDEFINED, second_opinion
from pipeline.compare.opinion.view import Between
from pipeline.compare.registry import ESTIMATORS
from pipeline.errors import OurFault
from pipeline.render import catalogue
from pipeline.tables.frames import table_of
from pipeline.tables.glossary import ESTIMATES, SECOND_OPINION
from pipeline.tables.results import Estimated
from tests.compare.conftest import Made, made
from tests.every_estimator import ANALYSES, declared_analyses, every_estimator
from tests.miniature import both
from tests.once import results_of

pytestmark = pytest.mark.slow

MORE = {
    "in_work": {"estimator": "transition", "outcomes": ["in_work@t2"], "before": "t1"},
    "by_sex": {"estimator": "adjusted", "outcomes": ["sure@t2"], "covariates": ["sure@t1"], "by": ["sex"]},
    "plain": {"estimator": "adjusted", "outcomes": ["sure@t2"]},
    "matters": {"estimator": "welch", "outcomes": ["sure@t2"], "smallest_difference": {"sure@t2": 0.5}, "family": "more"},
    "changes": {"estimator": "paired", "outcomes": ["sure@t2"], "before": "t1", "smallest_difference": {"sure@t2": 0.5}, "family": "more"},
}
"""Analyses that reach what one by each estimator does not: two classes, subgroups, equivalence."""
KEY = list(SECOND_OPINION.key)


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Made:
    more = [{"id": name, "role": "secondary", "label": both(name), **keys} for name, keys in MORE.items()]
    study = every_estimator(tmp_path_factory.mktemp("every"), analyses=[*declared_analyses(groups=True), *more])
    return made(dataclasses.replace(study, locked_plan={f"analyses.{one.id}.estimator": "" for one in study.declaration.analyses}))


@pytest.fixture(scope="module")
def estimated(everything: Made) -> Estimated:
    return results_of(everything.study)[-1]


@pytest.fixture(scope="module")
def gathered(everything: Made) -> list[AnalysisFrame]:
    panel = everything.panel
    return [analysis_frame(panel, analysis) for analysis in everything.study.declaration.analyses]


def compared(opinions: pd.DataFrame) -> pd.DataFrame:
    return opinions.loc[opinions["difference"].notna()]


def only(estimates: pd.DataFrame, index: int) -> pd.DataFrame:
    """Ask about one row; the others stay, for what needs rows beside it."""
    return estimates.assign(role=estimates["role"].mask(estimates.index != index, ""))


def test_every_number_of_a_declared_analysis_has_a_row(estimated: Estimated) -> None:
    planned = estimated.estimates.loc[estimated.estimates["role"].ne("")]
    assert len(estimated.second_opinion) == planned[list(NUMBERS)].notna().sum().sum()
    assert set(estimated.second_opinion["estimator"]) == {*ANALYSES, "detectable"}


def test_most_numbers_are_computed_again_and_the_rest_is_named(estimated: Estimated) -> None:
    opinions = estimated.second_opinion
    assert len(compared(opinions)) / len(opinions) > 0.85
    named = {method for table in (WITHOUT, WITHOUT_OF_ESTIMAND) for methods in table.values() for method in methods.values()}
    assert set(opinions.loc[opinions["difference"].isna(), "note"]) <= named
    assert not opinions["note"].isin([UNDEFINED, "clustered_share", "clustered_equivalence"]).any()


def test_two_packages_agree_far_below_the_tolerance(estimated: Estimated) -> None:
    again = compared(estimated.second_opinion)
    assert (again["difference"] <= again["tolerance"] / 1000).all()


def test_no_package_holds_itself() -> None:
    every = [second for seconds in SECOND.values() for second in seconds] + list(BESIDE.values())
    assert all(second.of != second.by for second in every)
    assert {name for name, _ in SECOND} == set(ESTIMATORS) - {"describe"}


def test_a_wrong_number_is_found_in_every_row_of_every_estimator(estimated: Estimated, gathered: list[AnalysisFrame]) -> None:
    """One number of each kind is moved by a ten-thousandth; of those held between two, doubled."""
    estimates = estimated.estimates
    again = compared(estimated.second_opinion).drop_duplicates(["analysis", "estimator", "estimand", "term", "column"])
    places = estimates.reset_index().set_index(list(ESTIMATES.key))["index"]
    missed = []
    for one in again.to_dict("records"):
        index = places[tuple(one[name] for name in ESTIMATES.key)]
        wrong = only(estimates, index)
        size = max(np.abs([value for value in wrong.loc[index, ["estimate", "conf_low", "conf_high"]] if pd.notna(value)]), default=1.0)
        wrong.loc[index, one["column"]] = 2 * one["number"] if one["note"] == HELD else one["number"] + 1e-4 * max(size, 1.0)
        try:
            second_opinion(gathered, wrong)
            missed.append(tuple(one[name] for name in KEY))
        except OurFault as fault:
            assert f"{one['column']} is " in str(fault)
    assert not missed
    assert len(again) > 100


def shifted(second: Second) -> Second:
    """Let the other package be wrong."""

    def compute(seen: object, row: dict) -> dict[str, float | Between]:
        moved = second.compute(seen, row).items()
        return {
            name: Between(*(end * 3 + 1 for end in value)) if isinstance(value, Between) else value * 1.01 + 0.01 for name, value in moved
        }

    return dataclasses.replace(second, compute=compute)


def test_what_claims_to_be_computed_again_is(estimated: Estimated, gathered: list[AnalysisFrame], monkeypatch: pytest.MonkeyPatch) -> None:
    """When the other package is wrong about an estimand, each of its numbers differs: none was copied."""
    monkeypatch.setattr("pipeline.compare.opinion.second_opinion._refuse", lambda table: None)
    for key, seconds in SECOND.items():
        monkeypatch.setitem(registry.SECOND, key, tuple(map(shifted, seconds)))
    for key, second in BESIDE.items():
        monkeypatch.setitem(registry.BESIDE, key, shifted(second))
    before, after = (compared(table) for table in (estimated.second_opinion, second_opinion(gathered, estimated.estimates)))
    assert before[KEY].to_dict("records") == after[KEY].to_dict("records")
    assert (after["difference"] > after["tolerance"]).all()


@pytest.mark.parametrize(("share", "found"), [(0.5, False), (2.0, True)])
@pytest.mark.parametrize("column", ["estimate", "p_value", "effect"])
def test_the_tolerance_is_where_it_is_said_to_be(
    estimated: Estimated, gathered: list[AnalysisFrame], column: str, share: float, found: bool
) -> None:
    estimates = estimated.estimates
    row = estimates.loc[estimates["analysis"].eq("by_welch") & estimates["estimator"].eq("welch")].iloc[0]
    size = row[["estimate", "conf_low", "conf_high"]].abs().max() if column == "estimate" else max(abs(row[column]), LEAST_SIZE)
    wrong = only(estimates, row.name)
    wrong.loc[row.name, column] += share * TOLERANCE * size
    if found:
        with pytest.raises(OurFault, match=f"1 of .* numbers are not the same.*\n.*{column} is"):
            second_opinion(gathered, wrong)
    else:
        second_opinion(gathered, wrong)


def test_a_number_of_which_nothing_is_said_stops_the_build(
    estimated: Estimated, gathered: list[AnalysisFrame], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(registry.SECOND, ("count", "count"))
    with pytest.raises(OurFault, match=r"estimate of by_count .*neither computed a second time nor named"):
        second_opinion(gathered, estimated.estimates)


def nobody(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.iloc[:0]


def one_unit(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.iloc[:1]


def six_units(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.iloc[:6]


def one_arm(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(**{GROUP: frame[GROUP].iloc[0]})


def all_alike(frame: pd.DataFrame) -> pd.DataFrame:
    values = {name: frame[name].iloc[-1] for name in frame if "@" in name or name.startswith(("before:", "then", "event"))}
    same = {name: pd.Series(value, index=frame.index).astype(frame[name].dtype) for name, value in values.items() if pd.notna(value)}
    return frame.assign(**same)


def all_lost(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(**{name: frame[name].mask(np.ones(len(frame), dtype=bool)) for name in frame if name.endswith("@t2")})


def few_events(frame: pd.DataFrame) -> pd.DataFrame:
    shares = [name for name in frame if frame[name].dtype == "float64" and set(frame[name].dropna()) <= {0.0, 1.0}]
    rare = (np.arange(len(frame)) % 40 == 0).astype("float64")
    return frame.assign(**dict.fromkeys(shares, rare))


def two_units(frame: pd.DataFrame) -> pd.DataFrame:
    """One event of two: plain limits of the curve would be cut at both ends."""
    ended = {"event": [1.0, 0.0], "time_to_work": [3.0, 12.0]}
    return frame.iloc[:2].assign(**{name: values for name, values in ended.items() if name in frame})


def upper_class_before(frame: pd.DataFrame) -> pd.DataFrame:
    """Nobody moves, and everybody was in the upper class: a change of nothing whose limits lie below it."""
    return frame.assign(**{name: 1.0 for name in ("in_work@t2", "before:in_work") if name in frame})


def as_they_are(frame: pd.DataFrame) -> pd.DataFrame:
    return frame


CHANGES = (as_they_are, two_units, upper_class_before, nobody, one_unit, six_units, one_arm, all_alike, all_lost, few_events)


@pytest.mark.parametrize(
    ("change", "clusters"),
    [*((change, clusters) for change in CHANGES for clusters in (0, 9)), (as_they_are, 1), (as_they_are, 2), (few_events, 2)],
)
def test_degenerate_frames_neither_crash_nor_count(
    gathered: list[AnalysisFrame], change: Callable[[pd.DataFrame], pd.DataFrame], clusters: int
) -> None:
    """With 0 clusters none are declared; where there are some, the last is larger and one unit's is not known."""
    changed = list(_changed(gathered, change, clusters))
    estimates = table_of(ESTIMATES, [row for one in changed for row in analysis_rows(one)])
    opinions = second_opinion(changed, estimates)
    again = compared(opinions)
    assert len(opinions) == estimates[list(NUMBERS)].notna().sum().sum()
    assert np.isfinite(again[["number", "other", "tolerance"]].to_numpy()).all()
    if change is as_they_are:
        assert not opinions["note"].eq(UNDEFINED).any()
        held = again.loc[again["note"] == HELD]
        assert held["column"].eq("std_error").all()
        assert bool(len(held)) == (clusters > 1)


def _changed(gathered: list[AnalysisFrame], change: Callable, clusters: int) -> Iterator[AnalysisFrame]:
    for one in gathered:
        frame, *imputations = (_in_clusters(change(frame), clusters) for frame in (one.frame, *one.imputations))
        yield dataclasses.replace(one, frame=frame, imputations=tuple(imputations), clustered=bool(clusters), _views={})


def _in_clusters(frame: pd.DataFrame, clusters: int) -> pd.DataFrame:
    if not clusters:
        return frame
    places = np.minimum(np.arange(len(frame)) % (clusters + 1), clusters - 1)
    names = pd.Series(places, index=frame.index).astype("str").astype("object")
    return frame.assign(**{CLUSTER: names.mask(np.arange(len(frame)) == 3)})


def test_very_many_units_in_clusters_are_named_instead(gathered: list[AnalysisFrame], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.compare.opinion.means.MOST_CELLS", 100)
    changed = list(_changed([one for one in gathered if one.analysis.id in ("changes", "plain")], as_they_are, 9))
    opinions = second_opinion(changed, table_of(ESTIMATES, [row for one in changed for row in analysis_rows(one)]))
    many = opinions.loc[opinions["note"] == "many_clusters"]
    assert {("paired", "df"), ("adjusted", "std_error")} <= set(zip(many["estimator"], many["column"], strict=True))
    assert compared(opinions)["column"].isin(["estimate", "std_error", "effect", "statistic", "p_value", "conf_low", "conf_high"]).all()


def test_an_error_outside_its_two_ends_is_told_by_how_much(gathered: list[AnalysisFrame]) -> None:
    [changed] = _changed([one for one in gathered if one.analysis.id == "changes"], as_they_are, 9)
    estimates = table_of(ESTIMATES, analysis_rows(changed))
    opinions = second_opinion([changed], estimates)
    [held] = opinions.loc[opinions["note"].eq(HELD) & opinions["estimand"].eq("mean_change")].to_dict("records")
    assert held["other"] < held["number"] < held["other_most"]
    [index] = estimates.index[estimates["estimand"].eq("mean_change")]
    estimates.loc[index, "std_error"] = held["other_most"] * (1 + 1e-6)
    with pytest.raises(OurFault, match="mean_change"):
        second_opinion([changed], estimates)


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_method_without_another_package_is_named_in_reports(language: str) -> None:
    methods = {method for table in (WITHOUT, WITHOUT_OF_ESTIMAND) for named in table.values() for method in named.values()}
    texts = catalogue.catalogue(language)
    assert all(texts.say(f"opinion.without.{method}") for method in (*methods, UNDEFINED))


def test_the_packages_are_told_with_the_versions_that_ran(estimated: Estimated) -> None:
    import scipy
    import statsmodels

    again = compared(estimated.second_opinion)
    told = dict(zip(again["other_package"], again["other_version"], strict=True))
    assert (told["scipy"], told["statsmodels"]) == (scipy.__version__, statsmodels.__version__)
    assert not any(math.isnan(value) for value in again["tolerance"])
