"""A small part of ``make validate``, and proof that it would notice intervals that are wrong."""

from dataclasses import replace
from math import nan
from pathlib import Path

import numpy as np
import pytest

from pipeline.compare.numbers.proportions import wilson_interval
from pipeline.simulate.checks import simulation_problems
from pipeline.simulate.draw import draw, recipe_of
from pipeline.simulate.latent import latent_parts
from pipeline.spec.load import load_study
from pipeline.spec.study import Study
from tests.conftest import ROOT
from tests.simulate.survey import people, survey
from tests.validate.__main__ import PLANNED
from tests.validate.coverage import exact_coverage
from tests.validate.laws import expected_coverage, limits
from tests.validate.methods import TOPICS
from tests.validate.models import enlarged, left_to_chance, with_simulation, without_effect, without_loss
from tests.validate.page import page
from tests.validate.replicate import Key
from tests.validate.validation import Effort, Line, overlooks_clusters, validate

FEW = Effort(draws=40, truth_draws=4, factor=10)
QUICK = {
    "trs": ("turnover_adjusted",),
    "bergslagsresursen": ("target_work",),
    "seminarier": ("knowledge_tested",),
    "vagen_tillbaka": ("time_to_work", "confidence_exit"),
}
OF_SEMINARS = (("knowledge_tested", "mean_change"), ("knowledge_tested", "share_improved"), ("knowledge_by_agency", "mean_change"))
EFFECTS = [{"of": "group", "level": "participant", "size": 0.3}, {"of": "group", "level": "participant", "waves": ["t2"], "size": 0.5}]
LINE = Line(Key("main", "calm@t2", "all", "mean_change", "all"), 0.5, 0.5, 0.5, 0.95, 0.95, *limits(0.95, 2000), 2000)


def declared(name: str) -> Study:
    return with_simulation(load_study(name, ROOT))


@pytest.mark.slow
@pytest.mark.parametrize("name", QUICK)
def test_intervals_hold_the_planted_truth_as_often_as_they_ought_to(name: str) -> None:
    lines = validate(load_study(name, ROOT), QUICK[name], FEW)
    assert lines
    assert [line for line in lines if line.verdict == "outside"] == []


@pytest.mark.parametrize("name", PLANNED)
def test_every_programme_has_a_simulation_without_problems(name: str) -> None:
    assert simulation_problems(declared(name)) == []


def test_the_page_in_the_documentation_covers_the_five_programmes() -> None:
    text = (ROOT / "docs" / "validation.md").read_text(encoding="utf-8")
    studies, _, methods = text.partition("\n# Methods")
    assert [line[3:] for line in studies.splitlines() if line.startswith("## ")] == list(PLANNED)
    assert methods.count("\n## ") == len(TOPICS)


def test_two_thousand_draws_tell_90_from_95_per_cent() -> None:
    least, greatest = limits(0.95, 2000)
    assert (least, greatest) == (pytest.approx(0.95 - 3.29 * 0.00487, abs=0.001), pytest.approx(0.95 + 3.29 * 0.00487, abs=0.001))
    assert [replace(LINE, coverage=coverage).verdict for coverage in (0.90, 0.95, 0.99)] == ["outside", "inside", "outside"]


def test_overlooked_clusters_explain_a_low_coverage_only() -> None:
    overlooking = replace(LINE, overlooks_clusters=True)
    assert [replace(overlooking, coverage=coverage).verdict for coverage in (0.90, 0.95, 0.99)] == ["clusters", "inside", "outside"]


def test_an_interval_overlooks_the_seminars_only_where_another_cluster_is_declared() -> None:
    study = declared("seminarier")
    keys = [Key(analysis, "right_answers@after", "all", estimand, "all") for analysis, estimand in OF_SEMINARS]
    assert [overlooks_clusters(study, key) for key in keys] == [False, False, True]


def test_intervals_of_one_share_are_judged_by_their_exact_coverage() -> None:
    mixed = (exact_coverage(wilson_interval, 20, 0.3) + exact_coverage(wilson_interval, 40, 0.3)) / 2
    assert expected_coverage("share_up", 0.3, [20.0, 40.0]) == pytest.approx(mixed)
    assert expected_coverage("mean_change", 0.3, [20.0]) == 0.95
    assert np.isnan(expected_coverage("cohens_kappa", 0.3, [20.0]))


def test_what_lies_outside_its_limits_is_named_on_top_of_the_page() -> None:
    text = page({"study": [LINE, replace(LINE, key=LINE.key._replace(outcome="hope@t2"), coverage=0.9)]}, {}, Effort())
    assert "1 of 2 lines lie inside" in text
    assert "- outside: study: main hope@t2 mean_change, 90.0" in text
    assert "| – |" in page({"study": [replace(LINE, expected=nan, least=0.0, greatest=1.0)]}, {}, Effort())


def test_a_larger_study_has_more_of_everything_but_coders(tmp_path: Path) -> None:
    links = [{"unit": "person", "link": "workplace", "sizes": [40, 20]}]
    interviews = {"name": "interview", "size": 3, "id": "I##"}
    larger = enlarged(survey(tmp_path, units=[*people(60), interviews], links=links), 10)
    world = draw(recipe_of(larger), 1).world
    assert (world.size("person"), world.size("workplace"), world.size("interview"), world.size("coding")) == (600, 20, 30, 30 * 2 * 2)


def test_without_loss_everybody_answers_everything(tmp_path: Path) -> None:
    part = {"wave": "t2", "unit": "person", "share": 0.5, "break_off": 0.5}
    one = draw(recipe_of(without_loss(survey(tmp_path, taking_part=[part], missing={"dont_know": 0.2}))), 1)
    assert one.answering["person", "t2"].all()
    assert not one.missing["calm_1", "t2"].any()


def test_without_the_effect_selection_stays_and_chance_is_the_same(tmp_path: Path) -> None:
    study = survey(tmp_path, choices=[{"names": ["now"], "effects": EFFECTS}])
    worlds = [draw(recipe_of(one), 1).world for one in (study, without_effect(study))]
    with_effect, without = (latent_parts(world, world.simulation.part["now"], "now", "t2") for world in worlds)
    assert set(np.round(with_effect[0], 9)) == {0.0, 0.8}
    assert set(np.round(without[0], 9)) == {0.0, 0.3}
    assert (with_effect[1] == without[1]).all()


def test_exact_numbers_are_left_to_chance(tmp_path: Path) -> None:
    sex = {"names": ["sex"], "shares": {"woman": 1, "man": 1}, "exact": True}
    recipe = recipe_of(left_to_chance(survey(tmp_path, units=people(60), choices=[sex])))
    assert len({int((draw(recipe, seed).world.values["sex", ""] == "woman").sum()) for seed in range(5)}) > 1
