"""Looking around from a notebook: the pipeline's own numbers, said to be exploratory, and nothing that anything else reads."""

import json
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from pipeline import explore
from pipeline.errors import ResearcherError
from pipeline.paths import ROOT_VARIABLE, Paths
from pipeline.tables.frames import read_table
from pipeline.tables.glossary import ESTIMATES
from tests.conftest import ROOT
from tests.miniature import miniature
from tests.once import folder_once
from tests.one_group import one_group, people
from tests.stages.project import build_tables, change, contents, run

STATUS = "exploratory, not released"
NUMBERS = ["estimand", "term", "level", "estimate", "std_error", "conf_low", "conf_high", "df", "p_value", "n", "n_a", "n_b"]
CELLS = [
    "".join(cell["source"]) for cell in json.loads((ROOT / "notebooks/explore.ipynb").read_bytes())["cells"] if cell["cell_type"] == "code"
]


def explored(root: Path) -> None:
    miniature(root)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(ROOT_VARIABLE, str(root))
        explore.estimates("mini")


@pytest.fixture
def mini(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with the little study, whose estimates were built when they were first looked at."""
    monkeypatch.setenv(ROOT_VARIABLE, str(tmp_path))
    return shutil.copytree(folder_once("explored", explored), tmp_path, dirs_exist_ok=True)


@pytest.fixture
def jobs2(tables_of_jobs2: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(ROOT_VARIABLE, str(tables_of_jobs2))
    return tables_of_jobs2


def test_answers_have_their_labels_and_reasons(mini: Path) -> None:
    frame = explore.responses("mini", language="en").set_index(["person", "wave"])
    assert frame["group"].cat.categories.tolist() == ["Participants", "Control"]
    assert frame.loc[("A1", "before"), ["group", "age", "calm"]].tolist() == ["Participants", 30.0, 3.0]
    assert frame.loc[("A3", "before"), "calm__missing"] == "dont_know"
    assert frame.loc[("A1", "after"), "day"] == pd.Timestamp("2024-03-01")
    assert frame.attrs["labels"]["calm"] == "Calm"
    assert frame.attrs["status"] == STATUS
    assert explore.responses("mini")["wave"].cat.categories.tolist() == ["before", "after"]


def test_scores_are_the_measures_of_each_row(mini: Path) -> None:
    frame = explore.scores("mini").set_index(["person", "wave"])
    assert frame.loc[("B2", "after"), "calmness"] == 1.0
    assert "calm" not in frame


def same_as_planned(root: Path, name: str, analysis: str, outcome: str, **keys: Any) -> None:
    """Hold a comparison against the plan's own rows."""
    found = explore.compare(name, outcome, **keys)
    planned = read_table(root / "data/processed" / name / "estimates.csv", ESTIMATES)
    own = planned[(planned["analysis"] == analysis) & (planned["outcome"] == outcome.partition("@")[0]) & (planned["level"] == "all")]
    own = own[~own["estimand"].eq("detectable_difference")].reset_index(drop=True)
    pd.testing.assert_frame_equal(found[NUMBERS].reset_index(drop=True), own[NUMBERS])
    assert set(found["status"]) == {STATUS}
    assert set(found["role"]) == {"exploratory"}
    assert "verdict" not in found


def test_a_comparison_gives_the_numbers_that_the_plan_gives(mini: Path) -> None:
    same_as_planned(mini, "mini", "main", "calmness@t2", estimator="welch")


@pytest.mark.slow
def test_an_adjusted_comparison_gives_the_numbers_that_the_plan_gives(jobs2: Path) -> None:
    keys = {"covariates": ["depressive_symptoms@t1", "economic_hardship@t1", "sex", "age"]}
    same_as_planned(jobs2, "jobs2", "offered_adjusted", "depressive_symptoms@t2", estimator="adjusted", **keys)


@pytest.mark.parametrize(
    ("outcome", "keys", "estimator"),
    [
        ("calmness@t2", {}, "adjusted"),
        ("work@t2", {}, "table"),
        ("calm@t2", {"estimator": "welch"}, "welch"),
    ],
)
def test_the_estimator_fits_the_outcome_a_variable_as_it_is_too(mini: Path, outcome: str, keys: dict[str, Any], estimator: str) -> None:
    assert set(explore.compare("mini", outcome, **keys)["estimator"]) == {estimator}


def test_one_group_is_compared_with_itself_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    study = one_group(tmp_path, people(30))
    monkeypatch.setenv(ROOT_VARIABLE, str(tmp_path))
    build_tables(study.id, tmp_path, "scores")
    paired = next(one for one in study.declaration.analyses if one.estimator == "paired")
    found = explore.compare(study.id, paired.outcomes[0], before=paired.before)
    assert set(found["estimator"]) == {"paired"}


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: explore.compare("mini", "calmnes@t2"), ["compare('mini', 'calmnes@t2') outcomes", "did you mean 'calmness'?"]),
        (lambda: explore.compare("mini", "calm@t2", covariate=["age"]), ["covariate: is not a known key", "did you mean 'covariates'?"]),
        (lambda: explore.compare("mini", "calm@t2", estimator="welsh"), ["'welsh'", "welch"]),
        (lambda: explore.compare("mini", "work@t2", estimator="welch"), ["is a category", "table"]),
        (lambda: explore.plot("mini", "clam"), ["plot of clam: is no question or measure", "did you mean 'calm'?"]),
        (lambda: explore.plot("mini", "comment"), ["free text"]),
        (lambda: explore.responses("mini", unit="persn"), ["unit=persn", "did you mean 'person'?"]),
        (lambda: explore.scores("mimi"), ["studies/mimi/study.toml", "did you mean 'mini'?"]),
    ],
)
def test_a_mistake_is_told_in_words_and_without_a_traceback(mini: Path, call: Any, words: list[str]) -> None:
    with pytest.raises(ResearcherError) as caught:
        call()
    shown = "\n".join(caught.value._render_traceback_())
    assert all(word in shown for word in words), shown
    assert "Traceback" not in shown


@pytest.mark.parametrize("name", ["calm", "calmness", "age"])
def test_a_figure_says_of_whom_it_is_and_that_it_is_not_released(mini: Path, name: str) -> None:
    figure = explore.plot("mini", name, language="en")
    assert figure.caption.endswith("Exploratory, not released.")
    assert "4 answers" in figure.caption or "6 answers" in figure.caption
    assert figure.svg.startswith(b"<?xml")


@pytest.mark.slow
def test_estimates_are_labelled_and_say_that_they_are_not_released(mini: Path) -> None:
    frame = explore.estimates("mini", language="en")
    assert set(frame["status"]) == {STATUS}
    assert frame.loc[frame["outcome"] == "calmness", "label"].unique().tolist() == ["Calmness"]


@pytest.mark.slow
def test_looking_around_changes_nothing_that_is_built(mini: Path) -> None:
    before = contents(mini)
    explore.compare("mini", "calmness@t2")
    explore.plot("mini", "age")
    explore.responses("mini")
    assert contents(mini) == before


@pytest.mark.slow
def test_what_is_built_for_it_is_what_a_build_makes(mini: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("built")
    miniature(other)
    done = run(other, "build", "mini", "--until", "estimates")
    assert done.returncode == 0, done.stderr
    made, built = (contents(root / "data/processed/mini", "*.parquet", "run.json", "*.csv") for root in (mini, other))
    assert made == built
    table = mini / "data/processed/mini/responses/person.parquet"
    assert table.stat().st_mode & 0o077 == 0


@pytest.mark.slow
def test_a_build_that_fails_is_told_in_its_own_words(mini: Path) -> None:
    (mini / "data/raw/mini/before.csv").unlink()
    with pytest.raises(ResearcherError, match=r"make responses STUDY=mini: did not succeed(.|\n)*before.csv: there is no such file"):
        explore.responses("mini")


def test_a_study_without_analyses_can_be_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    miniature(tmp_path, analyses=[], balance={"covariates": []})
    build_tables("mini", tmp_path, "scores")
    monkeypatch.setenv(ROOT_VARIABLE, str(tmp_path))
    assert explore.compare("mini", "calm@t2")["outcome"].tolist() == ["calm"]
    with pytest.raises(ResearcherError, match="none has role = 'primary'"):
        explore.estimates("mini")


def test_the_notebook_is_no_template_and_no_input_of_a_build(mini: Path) -> None:
    assert (mini / "notebooks/explore.ipynb").is_file()
    assert "explore" not in Paths(mini, "mini").templates
    assert "databook" in Paths(mini, "mini").templates


@pytest.mark.slow
def test_the_notebook_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in ("studies/trs", "data/raw/trs"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    monkeypatch.setenv(ROOT_VARIABLE, str(tmp_path))
    names: dict[str, Any] = {}
    for cell in CELLS:
        exec(compile(cell, "explore.ipynb", "exec"), names)
    assert names["answers"].attrs["status"] == STATUS
    assert len(CELLS) > 5


@pytest.mark.slow
def test_an_outcome_is_added_to_the_plan_by_its_name_in_one_line(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "studies/jobs2", tmp_path / "studies/jobs2")
    shutil.copytree(ROOT / "data/raw/jobs2", tmp_path / "data/raw/jobs2")
    listed = 'outcomes = ["job_search_self_efficacy@t2", "reemployed@t2", "depressive_symptoms@t2"]'
    change(tmp_path / "studies/jobs2/study.toml", listed, listed.replace("]", ', "depression@t2"]'))
    done = run(tmp_path, "build", "jobs2", "--language", "en")
    assert done.returncode == 0, done.stderr
    released = pd.read_csv(tmp_path / "data/processed/jobs2/release/estimates.csv")
    [row] = released[(released["analysis"] == "offered_adjusted") & (released["outcome"] == "depression")].itertuples()
    page = (tmp_path / "reports/jobs2/en/group_comparison.html").read_text(encoding="utf-8")
    assert "Depressive symptoms (scale 1–5) (after)" in page
    assert f"{row.estimate:.2f}".replace("-", "−") in page
