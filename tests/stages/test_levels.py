"""A report per level: the release is one, each level and what it leaves are held to the thresholds, and files carry codes."""

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.errors import ResearcherError
from pipeline.render.figures.levels import level_figures
from pipeline.render.results import Results
from pipeline.render.templates.one_level import OneLevel
from pipeline.spec.study import Study
from pipeline.stages.build import level_problems
from pipeline.stages.pages import pages_of
from pipeline.stages.store import save_released
from pipeline.tables.results import Released
from tests.once import release_of
from tests.one_group import Person, one_group, people

pytestmark = pytest.mark.slow

PER_TOWN = {"id": "towns", "template": "one_level", "per": "town"}
PER_HOUSE = {"id": "houses", "template": "one_level", "per": "house", "on_request": True}


def released(root: Path, group: list[Person], **changes: object) -> tuple[Study, Released]:
    study = one_group(root, group, reports=[PER_TOWN, PER_HOUSE], **changes)
    result = release_of(study)
    save_released(study.paths, result)
    return study, result


def crowd(north: int, south: int) -> list[Person]:
    return [replace(person, town="north" if place < north else "south") for place, person in enumerate(people(north + south))]


def shown(result: Released, level: str) -> list[float]:
    rows = result.estimates
    return list(
        rows.loc[(rows["level"] == level) & rows["estimand"].isin(["mean", "share", "mean_change", "attainment"]), "estimate"].dropna()
    )


def test_each_level_of_a_large_study_has_numbers(tmp_path: Path) -> None:
    _, result = released(tmp_path, crowd(40, 40))
    assert shown(result, "town=north") and shown(result, "town=south")


def test_a_level_below_the_threshold_has_none_and_neither_has_the_rest_of_the_whole(tmp_path: Path) -> None:
    _, result = released(tmp_path, crowd(60, 4))
    assert shown(result, "all")
    assert shown(result, "town=south") == []
    assert shown(result, "town=north") == []


def test_file_names_tell_places_and_no_names(tmp_path: Path) -> None:
    study, _ = released(tmp_path, crowd(40, 40))
    assert [page.slug for page in pages_of(study, ("sv",))] == ["towns", "towns-town-01", "towns-town-02"]


def test_reports_on_request_are_made_when_asked_for_and_only_then(tmp_path: Path) -> None:
    study, _ = released(tmp_path, crowd(40, 40))
    assert {page.report.id for page in pages_of(study, ("sv", "en"))} == {"towns"}
    assert [page.slug for page in pages_of(study, ("en",), "house")] == ["houses", *(f"houses-house-0{place}" for place in range(1, 5))]


def test_what_is_rendered_never_changes_what_is_released(tmp_path: Path) -> None:
    _, both = released(tmp_path / "both", crowd(40, 40))
    study = one_group(tmp_path / "none", crowd(40, 40), reports=[{**PER_TOWN, "on_request": True}, PER_HOUSE])
    alone = release_of(study)
    assert both.estimates.equals(alone.estimates)


def test_asking_for_levels_that_no_report_has_names_those_that_exist(tmp_path: Path) -> None:
    study, _ = released(tmp_path, crowd(40, 40))
    [problem] = level_problems(study, "sex")
    assert "town, house" in str(problem)
    assert list(level_problems(study, "town")) == []


def test_a_report_per_a_variable_that_changes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ResearcherError, match="per"):
        one_group(tmp_path, crowd(20, 20), reports=[{**PER_TOWN, "per": "status"}])


def texts(page: OneLevel) -> str:
    sections = [page.summary(), page.results(), page.limits()]
    return " ".join(
        part._repr_mimebundle_()[0]["text/html"] for section in sections if section for part in section.parts if hasattr(part, "html")
    )


@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_silent_level_gets_a_page_that_says_so(tmp_path: Path, language: str) -> None:
    study, _ = released(tmp_path, crowd(60, 4))
    page = OneLevel(Results.load(study.paths.release, language), "towns", "town=south")
    assert page.results() is None
    assert {"sv": "kan inget visas", "en": "Nothing can be shown"}[language] in texts(page)


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_overview_links_every_level(tmp_path: Path, language: str) -> None:
    study, _ = released(tmp_path, crowd(40, 40))
    overview = texts(OneLevel(Results.load(study.paths.release, language), "towns", "all"))
    assert 'href="towns-town-01.html"' in overview
    assert 'href="towns-town-02.html"' in overview
    level = texts(OneLevel(Results.load(study.paths.release, language), "towns", "town=north"))
    assert 'href="towns.html"' in level


@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_page_shows_its_own_level_and_all_and_no_other(tmp_path: Path, language: str) -> None:
    study, _ = released(tmp_path, crowd(40, 40))
    results = Results.load(study.paths.release, language)
    own, other = (results.label("answer", town, "town") for town in ("north", "south"))
    said = {level: [one.alt + one.caption for one in level_figures(results, "town", level)] for level in ("town=north", "")}
    assert said["town=north"]
    assert all(own in one and other not in one for one in said["town=north"])
    assert any(other in one for one in said[""])
