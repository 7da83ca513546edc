"""Answers at the edge of what people give: each number that cannot be is a row with a note, and the rest is still made."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest

from pipeline.errors import ResearcherError
from pipeline.render.catalogue import catalogue
from pipeline.spec.study import Study
from tests.interviews import interview_study
from tests.once import release_of, results_of
from tests.studies.one_group import USUAL, declared, one_group

pytestmark = pytest.mark.slow


def estimated(study: Study) -> pd.DataFrame:
    """Estimate a study, and release it: neither may stop."""
    release_of(study)
    return results_of(study)[-1].estimates


def changed(column: int, value: str, places: Sequence[int] = range(30)) -> list[str]:
    """Give the usual lines with one field replaced for some people."""
    lines = [line.split() for line in USUAL]
    for place in places:
        lines[place][column] = value
    return [" ".join(line) for line in lines]


def notes(rows: pd.DataFrame, analysis: str, level: str = "all") -> dict[tuple[str, str], str]:
    """Give the notes of an analysis by estimand and term."""
    chosen = rows.query("analysis == @analysis and level == @level")
    return dict(zip(zip(chosen["estimand"], chosen["term"], strict=True), chosen["note"], strict=True))


def test_the_usual_answers_give_every_analysis_a_number(tmp_path: Path) -> None:
    rows = estimated(one_group(tmp_path))
    for analysis in declared()["analyses"]:
        made = rows.query("analysis == @analysis['id'] and level == 'all'")
        assert made[["estimate", "statistic"]].notna().any(axis=None), analysis["id"]


def test_every_note_has_its_words_in_both_languages(tmp_path: Path) -> None:
    rows = [estimated(one_group(tmp_path / "usual")), estimated(one_group(tmp_path / "empty", follow_up=False))]
    codes = {code for note in pd.concat(rows)["note"] for code in note.split()}
    for language in ("sv", "en"):
        assert {f"note.{code}" for code in codes} <= catalogue(language).messages.keys()


def test_a_wave_missing_for_everyone_is_said_and_the_register_still_counts(tmp_path: Path) -> None:
    rows = estimated(one_group(tmp_path, follow_up=False))
    assert notes(rows, "change")["mean_change", "all"] == "too_few_people"
    assert notes(rows, "target")["attainment", "everybody"] == "denominator_zero"
    assert notes(rows, "ladder")["marginal_homogeneity", "stuart_maxwell"] == "too_few_people"
    assert rows.query("analysis == 'time' and estimand == 'restricted_mean' and level == 'all'")["estimate"].notna().all()
    [rate] = rows.query("analysis == 'answered' and term == 'everybody'")["estimate"]
    assert rate == 0
    ends = rows.query("analysis == 'lost' and term == 'after'").set_index("estimand")["estimate"]
    assert (ends["bound_low"], ends["bound_high"]) == (1, 5)


def test_a_denominator_of_nobody_is_said_and_the_other_reading_counts(tmp_path: Path) -> None:
    rows = estimated(one_group(tmp_path))
    assert notes(rows, "target")["attainment", "nobody"] == "denominator_zero"
    assert notes(rows, "target")["attainment", "everybody"] == ""
    assert notes(rows, "target")["attainment_least", "everybody"] == ""
    assert notes(rows, "answered")["response_rate", "nobody"] == "denominator_zero"


def test_an_agency_with_one_attendee_is_a_row_with_a_note(tmp_path: Path) -> None:
    lines = [line.replace(" C ", " A ") if place != 2 else line for place, line in enumerate(USUAL)]
    rows = estimated(one_group(tmp_path, lines))
    assert "too_few_people" in notes(rows, "change", "agency=c")["mean_change", "all"]
    assert notes(rows, "change", "agency=b")["mean_change", "all"] == "within_one_cluster"
    assert rows.query("analysis == 'change' and estimand == 'mean_change' and level == 'all'")["n_clusters"].item() == 3


def test_all_tied_pairs_are_said_and_nothing_is_tested(tmp_path: Path) -> None:
    lines = [" ".join([*line.split()[:4], line.split()[2], *line.split()[5:]]) for line in USUAL]
    rows = estimated(one_group(tmp_path, lines))
    assert notes(rows, "change")["mean_change", "all"] == "nobody_changed"
    row = rows.query("analysis == 'change' and estimand == 'mean_change' and level == 'all'").iloc[0]
    assert row["estimate"] == 0
    assert pd.isna([row["p_value"], row["conf_low"]]).all()
    assert row["verdict"] in ("", "cannot_tell")


def test_an_unknown_status_is_missing_and_no_move(tmp_path: Path) -> None:
    rows = estimated(one_group(tmp_path, changed(8, "-", range(6))))
    row = rows.query("analysis == 'ladder' and estimand == 'share_up'").iloc[0]
    assert (row["n"], row["n_missing"]) == (24, 6)


def test_nobody_with_the_event_leaves_no_test_and_no_median(tmp_path: Path) -> None:
    rows = estimated(one_group(tmp_path, changed(10, "slut")))
    found = notes(rows, "time")
    assert (found["log_rank", "agency"], found["median_time", "all"]) == ("no_events", "median_not_reached")


@pytest.mark.parametrize(("lines", "message"), [(changed(8, "himmel", [3]), "himmel"), (changed(9, "99", [3]), "99")])
def test_a_status_outside_the_ladder_and_a_time_out_of_range_are_named(tmp_path: Path, lines: list[str], message: str) -> None:
    with pytest.raises(ResearcherError, match=message):
        estimated(one_group(tmp_path, lines))


def test_a_coder_who_coded_nothing_is_named(tmp_path: Path) -> None:
    silent = dict.fromkeys(("tools", "secrecy", "foreign"), "    ")
    rows = estimated(interview_study(tmp_path, found={"A": {"tools": "xx.x", "secrecy": "x...", "foreign": "xxxx"}, "B": silent}))
    assert notes(rows, "agreement")["cohens_kappa", "all"] == "coder_without_codes nothing_double_coded"


def test_a_theme_that_nobody_mentioned_is_said_and_the_others_are_measured(tmp_path: Path) -> None:
    tools = {"tools": "xx.x", "secrecy": "....", "foreign": "xxxx"}
    rows = estimated(interview_study(tmp_path, found={"A": tools, "B": tools | {"tools": "x..x"}}))
    assert notes(rows, "agreement", "theme=secrecy")["cohens_kappa", "all"] == "one_category_only"
    assert rows.query("analysis == 'agreement' and level == 'theme=tools' and estimand == 'percent_agreement'")["estimate"].item() == 3 / 4
