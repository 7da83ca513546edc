"""Whatever is declared and answered, what is released about it agrees: from raw files through every stage, drawn at random."""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.disclose import told_by_estimates
from pipeline.disclose.solved import known_in_all, statements_in, worlds_of
from pipeline.errors import ResearcherError
from pipeline.paths import Paths
from pipeline.render import report
from pipeline.spec.study import Study
from pipeline.stages.build import method_problems
from pipeline.tables.results import Released
from tests.any_study import any_study
from tests.disclose.conftest import surveyed
from tests.disclose.size_attack import sizes_worked_out
from tests.disclose.survey import Survey
from tests.one_group import analysis, measure, one_group, people
from tests.released import release_results
from tests.stages.project import build_tables

pytestmark = pytest.mark.slow

DRAWN = int(os.environ.get("RORLIGHET_SURVEYS", "10"))
EMPTY_GROUP = "nobody is in group"
"""The one thing about which a drawn study may be told to its researcher."""


def drawn(root: Path, seed: int) -> Survey | None:
    """Draw a study and estimate it; none where a group that is compared drew nobody."""
    study = any_study(root, seed)
    assert [*method_problems(study)] == []
    try:
        return surveyed(study)
    except ResearcherError as error:
        assert EMPTY_GROUP in str(error)
        return None


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("seed", range(DRAWN))
def test_any_study_is_released_and_agrees_with_itself(tmp_path: Path, seed: int) -> None:
    survey = drawn(tmp_path, seed)
    if survey is not None:
        released = release_results(survey.study, survey.estimated, {})
        assert released.facts["contradicted"] == []
        assert disagreeing(survey) == []
        assert sizes_worked_out(survey.study, survey.cleaned, released) == []


def disagreeing(survey: Survey) -> list[str]:
    """Give the questions of which no people fit all that is estimated, with nothing withheld or merged."""
    rows, cells = survey.estimated.estimates, survey.estimated.distributions.assign(withheld=False)
    worlds = worlds_of(survey.study, rows.assign(no_number=False, no_people=False), cells)
    return [
        f"{about.told.world.question} {about.told.world.waves}"
        for about, facts in worlds
        if not known_in_all(about, statements_in(about, facts)).fits()
    ]


def moves_of(rows: pd.DataFrame, analysis_id: str) -> dict[str, float]:
    """Give the shares of one analysis that say how people moved, and who is at the end of the scale."""
    shares = rows[rows["analysis"].eq(analysis_id) & rows["estimand"].str.startswith("share_") & rows["level"].eq("all")]
    return dict(zip(shares["estimand"], shares["estimate"], strict=True))


def changing(root: Path, *, direction: str = "lower", **keys: object) -> Study:
    """Declare the calm of one group before and after, in a measure of any direction."""
    calm = [measure("calmness", "as_answered", "calm", **{"direction": direction, **keys})]
    calmer = [analysis("calmer", "paired", "calmness@exit", "primary", before="start", by=["sex"])]
    return one_group(root, people(80), measures=calm, analyses=calmer, exhibits=[])


@pytest.mark.parametrize(("turned", "better"), [([], -1), (["calm"], 1)])
def test_to_improve_is_to_go_down_where_lower_is_better(tmp_path: Path, turned: list[str], better: int) -> None:
    study = changing(tmp_path, range=[1, 5], reversed=turned)
    moved = [int(one.calm["exit"]) - int(one.calm["start"]) for one in people(80) if "exit" in one.calm]
    released = release_results(study, surveyed(study).estimated, {})
    found, ways = moves_of(released.estimates, "calmer"), np.sign(moved) * better
    assert released.facts["contradicted"] == []
    for estimand, way in (("share_improved", 1), ("share_unchanged", 0), ("share_worse", -1)):
        assert found[estimand] == pytest.approx((ways == way).mean())


@pytest.mark.parametrize("direction", ["higher", "lower", "neither"])
@pytest.mark.parametrize("ends", [[0, 6], [1, 6], [0, 5], [1, 5], None])
def test_a_scale_that_reaches_beyond_its_answers_has_nobody_at_its_end(tmp_path: Path, direction: str, ends: list[int] | None) -> None:
    study = changing(tmp_path, direction=direction, **({"range": ends} if ends else {}))
    released = release_results(study, surveyed(study).estimated, {})
    assert released.facts["contradicted"] == []
    low, high = ends or [1, 5]
    end = low if direction == "lower" else high
    both_waves = [one for one in people(80) if "exit" in one.calm]
    expected = np.mean([one.calm["exit"] == str(end) for one in both_waves])
    assert moves_of(released.estimates, "calmer")["share_at_ceiling_after"] == pytest.approx(expected)


def numbers_of(released: Released, *, about: bool, outcome: str = "calmness") -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give estimates and cells about an outcome, or about all others."""
    tables = (released.estimates, released.distributions)
    first, second = (table[table["outcome"].eq(outcome) == about].reset_index(drop=True) for table in tables)
    return first, second


def test_a_contradiction_withholds_its_outcome_builds_the_rest_and_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    calm = measure("calmness", "as_answered", "calm", range=[1, 5], direction="lower")
    analyses = [
        analysis("calmer", "paired", "calmness@exit", "primary", before="start", by=["sex"]),
        analysis("work_moves", "transition", "in_work@exit", before="start"),
        analysis("target", "attainment", "in_work@exit", target=0.7, by=["town"]),
    ]
    measures = [measure("in_work", "one_of", "status", counts=["work"]), calm]
    study = one_group(tmp_path, people(80), measures=measures, analyses=analyses, exhibits=[])
    estimated = surveyed(study).estimated
    whole = release_results(study, estimated, {})
    monkeypatch.setitem(told_by_estimates.MOVES, "share_unchanged", 1)
    part = release_results(study, estimated, {})
    assert part.facts["contradicted"] == [{"outcome": "calmness", "analyses": ["calmer"]}]
    for one, other in zip(numbers_of(part, about=False), numbers_of(whole, about=False), strict=True):
        pd.testing.assert_frame_equal(one, other)
    estimates, cells = numbers_of(part, about=True)
    assert set(estimates["note"]) == {"withheld_contradiction"}
    assert estimates[["estimate", "n", "n_missing", "conf_low", "p_value", "p_adjusted", "effect"]].isna().all(axis=None)
    assert cells["withheld"].all() and cells[["n", "total", "share"]].isna().all(axis=None)
    assert not part.flow["chain"].str.contains("calmness").any()
    build_tables(study.id, tmp_path)
    said = capsys.readouterr().err
    assert "one_group: released numbers about calmness contradict each other (calmer)" in said
    assert "Please report it" in said
    for language, words in (("en", "a fault of the program"), ("sv", "Felet ligger i programmet")):
        section = report.group_comparison(Paths(tmp_path, study.id).study, language, str(Paths(tmp_path, study.id).release)).withheld()
        assert section is not None
        assert words in str(section.parts[0])


def test_exhibits_that_count_differently_are_withheld_and_told(tmp_path: Path) -> None:
    study = changing(tmp_path)
    estimated = surveyed(study).estimated
    cells = estimated.distributions
    one = cells[cells["exhibit"].eq("answers") & cells["outcome"].eq("calm")].index[0]
    twice = pd.concat([cells, cells.loc[[one]].assign(exhibit="experience", analysis="said", n=cells.loc[one, "n"] + 4)], ignore_index=True)
    assert release_results(study, estimated, {}).facts["contradicted"] == []
    released = release_results(study, type(estimated)(**{**vars(estimated), "distributions": twice}), {})
    assert {one["outcome"] for one in released.facts["contradicted"]} >= {"calm"}
    assert {one["outcome"] for one in released.facts["contradicted"]} <= {"calm", "calmness"}, "what is made of the same answers"
    assert numbers_of(released, about=True, outcome="calm")[1]["withheld"].all()
    assert not numbers_of(released, about=False, outcome="calm")[1]["withheld"].all()
