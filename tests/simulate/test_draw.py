"""What is declared is what is drawn, within the error of the draw itself."""

from dataclasses import replace
from math import log, sqrt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit
from scipy.stats import norm

from pipeline.errors import ResearcherError
from pipeline.simulate.draw import Drawn, draw, recipe_of
from pipeline.simulate.latent import latent_parts
from pipeline.spec.vocabulary import MISSING_CODES
from tests.simulate.cleaned import cleaned_from
from tests.simulate.survey import CALM, drawn, people, survey

MANY = 20_000
ERRORS = 4
"""Standard errors within which a target must be hit: by chance missed once in 16,000 draws."""
TRAIT = {"name": "calmness", "unit": "person"}


def near(share: float, size: int) -> pytest.approx:
    return pytest.approx(share, abs=ERRORS * sqrt(share * (1 - share) / size))


def shares(values: np.ndarray) -> dict[str, float]:
    return pd.Series(values).value_counts(normalize=True).to_dict()


def scores(one: object, wave: str) -> np.ndarray:
    """Items 1-4 as numbers, the reversed one turned, shape (people, 3)."""
    items = np.column_stack([one.world.values[f"calm_{number}", wave].astype(float) for number in (1, 2, 3)])
    items[:, 1] = 5 - items[:, 1]
    return items


def latent(one: Drawn, name: str, wave: str) -> tuple[np.ndarray, np.ndarray]:
    return latent_parts(one.world, one.world.simulation.part[name], name, wave)


def test_items_have_the_declared_shares_and_reversed_ones_the_mirrored(tmp_path: Path) -> None:
    one = drawn(tmp_path, units=people(MANY), traits=[TRAIT], choices=[{**CALM, "alpha": 0.8}])
    found = shares(one.world.values["calm_1", "t1"])
    mirrored = shares(one.world.values["calm_2", "t1"])
    assert [found[code] for code in "1234"] == [near(share, MANY) for share in (0.2, 0.4, 0.3, 0.1)]
    assert [mirrored[code] for code in "4321"] == [near(share, MANY) for share in (0.2, 0.4, 0.3, 0.1)]


@pytest.mark.parametrize("target", [0.6, 0.85])
@pytest.mark.parametrize("spread", [0.0, 0.5])
def test_items_have_the_declared_alpha(tmp_path: Path, target: float, spread: float) -> None:
    one = drawn(tmp_path, units=people(MANY), traits=[TRAIT], choices=[{**CALM, "alpha": target, "spread": spread}])
    covariance = np.cov(scores(one, "t1"), rowvar=False)
    alpha = 3 / 2 * (1 - np.trace(covariance) / covariance.sum())
    feldt = sqrt(2 * 3 / (2 * MANY)) * (1 - target)
    assert alpha == pytest.approx(target, abs=ERRORS * feldt)


def test_difficult_items_are_answered_lower_and_the_shares_hold_on_average(tmp_path: Path) -> None:
    one = drawn(tmp_path, units=people(MANY), traits=[TRAIT], choices=[{**CALM, "alpha": 0.7, "spread": 0.5}])
    means = scores(one, "t1").mean(axis=0)
    assert means[0] < means[1] < means[2]
    assert means.mean() == pytest.approx(0.2 * 1 + 0.4 * 2 + 0.3 * 3 + 0.1 * 4, abs=0.02)


def test_a_trait_has_its_icc_and_its_stability(tmp_path: Path) -> None:
    clusters = [{"name": "workplace", "size": 1000, "id": "W####"}]
    trait = {**TRAIT, "cluster": "workplace", "icc": 0.2, "stability": 0.5}
    one = drawn(tmp_path, units=[*people(MANY), *clusters], traits=[trait], links=[{"unit": "person", "link": "workplace"}])
    before, after = one.world.traits["calmness", "t1"], one.world.traits["calmness", "t2"]
    places = one.world.links["person", "workplace"]
    between = np.bincount(places, before) / np.bincount(places)
    members = MANY / 1000
    icc = (between.var(ddof=1) - (1 - 0.2) / members) / before.var()
    assert icc == pytest.approx(0.2, abs=0.05)
    assert np.corrcoef(before, after)[0, 1] == pytest.approx(0.5, abs=0.05)
    assert before.var() == pytest.approx(1, abs=0.05)


def test_a_trait_follows_another_with_the_declared_correlation(tmp_path: Path) -> None:
    second = {"name": "hope", "unit": "person", "follows": "calmness", "correlation": -0.4, "stability": 0.5}
    one = drawn(tmp_path, units=people(MANY), traits=[TRAIT, second])
    traits = one.world.traits
    assert np.corrcoef(traits["calmness", "t1"], traits["hope", "t1"])[0, 1] == pytest.approx(-0.4, abs=ERRORS / sqrt(MANY))
    assert np.corrcoef(traits["hope", "t1"], traits["hope", "t2"])[0, 1] == pytest.approx(0.5, abs=ERRORS / sqrt(MANY))


def test_effects_and_shifts_move_the_trait_where_and_when_they_are_planted(tmp_path: Path) -> None:
    effects = [{"of": "group", "level": "participant", "waves": ["t2"], "size": -0.5}]
    trait = {**TRAIT, "shift": {"t2": 0.2}, "effects": effects}
    one = drawn(tmp_path, units=people(MANY), traits=[trait], choices=[{**CALM, "alpha": 0.8}])
    participates = one.world.values["group", ""] == "participant"
    low = {
        (wave, group): (one.world.values["calm_1", wave][rows] == "1").mean()
        for wave in ("t1", "t2")
        for group, rows in (("participant", participates), ("control", ~participates))
    }
    loading = np.corrcoef(latent(one, "calm_1", "t1")[1], one.world.traits["calmness", "t1"])[0, 1]
    size = MANY / 2
    assert low["t1", "participant"] == near(0.2, size)
    assert low["t2", "control"] == near(norm.cdf(norm.ppf(0.2) - loading * 0.2), size)
    assert low["t2", "participant"] == near(norm.cdf(norm.ppf(0.2) - loading * (0.2 - 0.5)), size)


def test_an_effect_of_a_number_counts_from_its_declared_mean(tmp_path: Path) -> None:
    age = {"names": ["age"], "mean": 45, "sd": 10}
    now = {"names": ["now"], "effects": [{"of": "age", "per": 10, "size": 0.5}]}
    one = drawn(tmp_path, units=people(500), numbers=[age], choices=[now])
    expected = 0.5 * (one.world.values["age", ""] - 45) / 10
    assert latent(one, "now", "t1")[0] == pytest.approx(expected)


def test_exact_shares_give_exact_numbers(tmp_path: Path) -> None:
    sex = {"names": ["sex"], "shares": {"woman": 1, "man": 1}, "exact": True}
    given_sex = {"woman": {"work": 23, "left": 7}, "man": {"work": 10, "left": 20}}
    ended = {"names": ["ended"], "given": ["sex"], "shares": given_sex, "exact": True}
    one = drawn(tmp_path, units=people(60), choices=[sex, ended])
    table = pd.crosstab(one.world.values["sex", ""], one.world.values["ended", ""])
    assert table.loc["woman"].to_dict() == {"left": 7, "work": 23}
    assert table.loc["man"].to_dict() == {"left": 20, "work": 10}


def test_groups_can_be_self_selected_by_a_trait(tmp_path: Path) -> None:
    group = {"names": ["group"], "shares": {"participant": 1, "control": 1}, "trait": "calmness", "loading": -0.5}
    one = drawn(tmp_path, units=people(MANY), traits=[TRAIT], choices=[group])
    calm, participates = one.world.traits["calmness", "t1"], one.world.values["group", ""] == "participant"
    assert calm[participates].mean() - calm[~participates].mean() == pytest.approx(2 * 0.5 * sqrt(2 / np.pi), abs=ERRORS * 2 / sqrt(MANY))


def test_numbers_have_their_mean_and_spread_and_stay_in_their_range(tmp_path: Path) -> None:
    sick = {"names": ["sick_days"], "mean": 20, "sd": 15, "skewed": True, "zeros": 0.4}
    one = drawn(tmp_path, units=people(MANY), numbers=[sick, {"names": ["age"], "mean": 45, "sd": 8}])
    days = one.world.values["sick_days", "t1"]
    assert (days == 0).mean() == near(0.4, MANY)
    assert days[days > 0].mean() == pytest.approx(20, abs=ERRORS * 15 / sqrt(0.6 * MANY) + 0.1)
    assert days[days > 0].std() == pytest.approx(15, abs=1.5)
    assert (days.min(), days.max() <= 365) == (0, True)
    age = one.world.values["age", ""]
    assert (age.mean(), age.std()) == (pytest.approx(45, abs=0.3), pytest.approx(8, abs=0.2))


def test_dates_lie_in_their_period_or_after_another(tmp_path: Path) -> None:
    dates = [{"names": ["entry"], "first": "2009-06-22", "days": [0, 180]}, {"names": ["exit"], "after": "entry", "days": [60, 90]}]
    one = drawn(tmp_path, units=people(2000), dates=dates)
    entry, leaving = one.world.values["entry", ""], one.world.values["exit", ""]
    assert (entry.min(), entry.max()) == (np.datetime64("2009-06-22"), np.datetime64("2009-12-19"))
    assert set((leaving - entry).astype(int)) == set(range(60, 91))


def test_right_answers_have_their_share_in_every_wave_and_wrong_ones_are_spread(tmp_path: Path) -> None:
    quiz = {"right": {"quiz_1": "b", "quiz_2": "a"}, "shares": {"t1": 0.4, "t2": 0.7}, "guess": 0.25}
    one = drawn(tmp_path, units=people(MANY), knowledge=[quiz])
    before, after = shares(one.world.values["quiz_1", "t1"]), shares(one.world.values["quiz_1", "t2"])
    assert (before["b"], after["b"]) == (near(0.4, MANY), near(0.7, MANY))
    assert before["a"] == near(0.3, MANY)


def test_memories_are_shifted_as_planted(tmp_path: Path) -> None:
    recalled = {"names": {"then": "now"}, "wave": "t1", "accuracy": 0.8, "shift": {"t2": -0.4}}
    now = {"names": ["now"], "shares": {"1": 10, "2": 40, "3": 40, "4": 10}}
    one = drawn(tmp_path, units=people(MANY), choices=[now], recalled=[recalled])
    then, at_the_time = one.world.values["then", "t2"], one.world.values["now", "t1"]
    assert (then == "1").mean() == near(norm.cdf(norm.ppf(0.1) + 0.4), MANY)
    assert (at_the_time == "1").mean() == near(0.1, MANY)
    assert np.corrcoef(then.astype(float), at_the_time.astype(float))[0, 1] > 0.5


def test_memories_of_a_reversed_number_are_shifted_the_other_way(tmp_path: Path) -> None:
    recalled = {"names": {"then": "sick_days"}, "wave": "t1", "shift": {"t2": -0.4}}
    study = survey(tmp_path, units=people(MANY), numbers=[{"names": ["sick_days"], "mean": 100, "sd": 10}], recalled=[recalled])
    measure = study.declaration.measures[0].model_copy(update={"reversed": ("sick_days",)})
    reversing = replace(study, declaration=study.declaration.model_copy(update={"measures": (measure,)}))
    then = draw(recipe_of(reversing), 1).world.values["then", "t2"]
    assert then.mean() == pytest.approx(100 + 0.4 * 10, abs=ERRORS * 10 / sqrt(MANY))


def test_statuses_move_as_declared_and_others_stay(tmp_path: Path) -> None:
    moves = {"t2": {"out": {"out": 50, "practice": 30, "work": 20}}}
    one = drawn(tmp_path, units=people(MANY), moves=[{"name": "status", "start": {"out": 80, "practice": 20}, "moves": moves}])
    before, after = one.world.values["status", "t1"], one.world.values["status", "t2"]
    assert (before == "out").mean() == near(0.8, MANY)
    out = before == "out"
    assert [(after[out] == code).mean() for code in ("out", "practice", "work")] == [near(share, out.sum()) for share in (0.5, 0.3, 0.2)]
    assert (after[~out] == "practice").all()


def test_coders_share_one_truth_and_err_as_declared(tmp_path: Path) -> None:
    coding = {
        "name": "mentioned",
        "same": ["interview", "theme"],
        "coder": "coder",
        "given": ["theme"],
        "shares": {"tools": {"yes": 3, "no": 1}, "secrecy": {"yes": 1, "no": 3}},
        "errors": {"all": {"yes": 0.2}, "b": {"yes": 0.0, "no": 0.1}},
    }
    units = [{"name": "interview", "size": 4000, "id": "I####"}, {"name": "coding", "product": ["interview", "coder", "theme"]}]
    one = drawn(tmp_path, units=units, codings=[coding])
    table = pd.DataFrame({name: one.world.values[name, ""] for name in ("coder", "theme", "mentioned")})
    table["interview"] = one.world.links["coding", "interview"]
    wide = table.pivot(index=["interview", "theme"], columns="coder", values="mentioned").reset_index()
    tools = wide[wide["theme"] == "tools"]
    assert (tools["a"] == "yes").mean() == near(0.75 * 0.8, len(tools))
    assert (tools["b"] == "yes").mean() == near(0.75 + 0.25 * 0.1, len(tools))
    assert ((tools["a"] == "yes") & (tools["b"] == "yes")).mean() == near(0.75 * 0.8, len(tools))
    assert len(table) == 4000 * 2 * 2


def test_events_happen_at_their_hazard_until_the_horizon(tmp_path: Path) -> None:
    event = {"time": "months", "event": "ended", "hazards": {"work": 0.05, "left": 0.02}, "censored": "not_yet", "horizon": 18}
    effects = [{"of": "sex", "level": "woman", "size": log(2)}]
    one = drawn(tmp_path, units=people(MANY), events=[{**event, "effects": effects}])
    ended, months, woman = one.world.values["ended", ""], one.world.values["months", ""], one.world.values["sex", ""] == "woman"
    assert (ended[~woman] == "not_yet").mean() == near(np.exp(-0.07 * 18), (~woman).sum())
    assert (ended[woman] == "work").mean() == near(0.10 / 0.12 * (1 - np.exp(-0.12 * 18)), woman.sum())
    assert (months[ended == "not_yet"] == 18).all()
    assert (months > 0).all()


def test_those_who_answer_depend_on_group_and_baseline(tmp_path: Path) -> None:
    part = {"wave": "t2", "unit": "person", "share": 0.7, "traits": {"calmness": -0.5}}
    effects = [{"of": "group", "level": "participant", "size": 0.8}]
    one = drawn(tmp_path, units=people(MANY), traits=[TRAIT], taking_part=[{**part, "effects": effects}])
    calm, participates = one.world.traits["calmness", "t1"], one.world.values["group", ""] == "participant"
    expected = expit(log(0.7 / 0.3) + 0.8 * participates - 0.5 * calm)
    answers = one.answering["person", "t2"]
    for rows in (participates, ~participates, calm > 1):
        assert answers[rows].mean() == near(expected[rows].mean(), rows.sum())


def test_an_exact_number_of_those_asked_answers(tmp_path: Path) -> None:
    part = {"wave": "t2", "unit": "person", "share": 0.9, "exact": True, "after": "t1"}
    first = {"wave": "t1", "unit": "person", "share": 0.5, "exact": True}
    one = drawn(tmp_path, units=people(200), taking_part=[part, first])
    assert one.answering["person", "t1"].sum() == 100
    assert one.answering["person", "t2"].sum() == 90
    assert not (one.answering["person", "t2"] & ~one.answering["person", "t1"]).any()


def test_answers_are_missing_for_the_reasons_that_their_list_knows(tmp_path: Path) -> None:
    one = drawn(tmp_path, units=people(MANY), missing={"dont_know": 0.05, "refused": 0.03, "skipped": 0.02})
    calm, sick = one.missing["calm_1", "t1"], one.missing["sick_days", "t1"]
    refused, dont_know, skipped = (MISSING_CODES[reason] for reason in ("refused", "dont_know", "skipped"))
    assert ((calm == dont_know).mean(), (calm == refused).mean()) == (near(0.05, MANY), 0)
    assert ((sick == dont_know).mean(), (sick == refused).mean()) == (0, near(0.03, MANY))
    assert (calm == skipped).mean() == near(0.02, MANY)
    assert not one.missing["sex", ""].any()


def test_who_breaks_off_answers_nothing_behind_that_point(tmp_path: Path) -> None:
    one = drawn(tmp_path, units=people(2000), taking_part=[{"wave": "t1", "unit": "person", "share": 1.0, "break_off": 0.3}])
    asked = ("calm_1", "calm_2", "calm_3", "now", "quiz_1", "quiz_2", "status", "sick_days")
    gone = np.column_stack([one.missing[name, "t1"] > 0 for name in asked])
    assert (np.diff(gone.astype(int), axis=1) >= 0).all()
    assert gone[:, -1].mean() == near(0.3 * 7 / 9, 2000)  # of ten questions, those who stop reach one to nine


def test_rules_make_answers_agree(tmp_path: Path) -> None:
    rule = {"when": {"ended": ["work"], "months": ["0..6"]}, "set": {"status@t2": "work", "sick_days@t2": "0"}}
    one = drawn(tmp_path, units=people(500), rules=[rule])
    fits = (one.world.values["ended", ""] == "work") & (one.world.values["months", ""] <= 6)
    assert fits.any()
    assert (one.world.values["status", "t2"][fits] == "work").all()
    assert (one.world.values["sick_days", "t2"][fits] == 0).all()


def test_texts_follow_what_they_are_given(tmp_path: Path) -> None:
    texts = {"names": ["comment"], "given": ["sex"], "texts": {"woman": ["A", "B"]}, "share": 0.5}
    one = drawn(tmp_path, units=people(400), texts=[texts])
    women = one.world.values["sex", ""] == "woman"
    written = one.world.values["comment", "t1"]
    assert set(written[women]) == {"A", "B", ""}
    assert set(written[~women]) == {""}


def test_only_those_meant_answer_a_question(tmp_path: Path) -> None:
    sick = {"names": ["sick_days"], "mean": 20, "sd": 5, "only_if": {"status@t1": ["work"]}}
    one = drawn(tmp_path, units=people(300), numbers=[sick])
    works = one.world.values["status", "t1"] == "work"
    assert (one.missing["sick_days", "t1"] == np.where(works, 0, 3)).all()


def test_clusters_have_the_declared_sizes_even_one(tmp_path: Path) -> None:
    links = [{"unit": "person", "link": "workplace", "sizes": [31, 18, 10, 1]}]
    one = drawn(tmp_path, units=people(60), links=links)
    assert np.bincount(one.world.links["person", "workplace"]).tolist() == [31, 18, 10, 1]


def test_another_variable_moves_no_other_and_more_people_keep_the_first_ones(tmp_path: Path) -> None:
    few = cleaned_from(drawn(tmp_path / "few", units=people(100)))
    more = cleaned_from(drawn(tmp_path / "more", units=people(100), numbers=[{"names": ["age"], "mean": 30, "sd": 5}]))
    others = [name for name in few.units["person"].columns if not name.startswith("age")]
    pd.testing.assert_frame_equal(few.units["person"][others], more.units["person"][others])
    pd.testing.assert_frame_equal(few.responses["person"], more.responses["person"])


def test_another_seed_gives_other_answers(tmp_path: Path) -> None:
    recipe = recipe_of(survey(tmp_path))
    [one, again, other] = [cleaned_from(draw(recipe, seed)).responses["person"] for seed in (1, 1, 2)]
    pd.testing.assert_frame_equal(one, again)
    assert not one.equals(other)


def test_shares_that_leave_a_unit_out_are_refused(tmp_path: Path) -> None:
    ended = {"names": ["ended"], "given": ["sex"], "shares": {"woman": {"work": 1}}}
    with pytest.raises(ResearcherError, match="say nothing of some units\n  man"):
        drawn(tmp_path, choices=[ended])
