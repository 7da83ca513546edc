"""What a release shows of a coding: sums of all themes or none, single interviews only where the policy lets them."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from pipeline.clean.responses import clean_responses
from pipeline.compare.estimates import estimate_effects
from pipeline.disclose.coding import hidden_codings
from pipeline.disclose.policy import Policy
from pipeline.score.scores import score_responses
from pipeline.spec.declaration import Disclosure
from pipeline.tables.results import Released
from tests.interviews import interview_study
from tests.released import release_results

pytestmark = pytest.mark.slow

MANY = [f"I{number:02d}" for number in range(1, 31)]
CONSENT = dict.fromkeys(MANY, "Ja")


def signs(*runs: tuple[str, int]) -> str:
    return "".join(sign * length for sign, length in runs)


EVEN = {
    "tools": signs(("x", 15), (".", 15)),
    "secrecy": signs(("x", 8), (".", 7), ("x", 7), (".", 8)),
    "foreign": signs(("x", 30)),
}
ODD = {**EVEN, "secrecy": signs(("x", 8), (".", 7), ("x", 1), (".", 14))}
RARE = {**EVEN, "tools": signs(("x", 2), (".", 28))}


def released(root: Path, found: dict[str, str], base: int = 6, cell: int = 3) -> Released:
    study = interview_study(root, {"A": found, "B": found}, CONSENT, {}, quotations=[])
    policy = Disclosure(minimum_base=base, minimum_cell=cell, reason=study.declaration.disclosure.reason)
    study = replace(study, declaration=study.declaration.model_copy(update={"disclosure": policy}))
    cleaned = clean_responses(study)
    scored = score_responses(study, cleaned)
    return release_results(study, estimate_effects(study, cleaned, scored), {})


def shown(made: Released) -> dict[str, int]:
    """Count the cells that are shown, by kind."""
    rows = made.distributions[(made.distributions["exhibit"] == "coding") & ~made.distributions["withheld"]]
    matrix = rows["x"].isna() & (rows["row"] != "answered")
    return {
        "matrix": int(matrix.sum()),
        "sums": int((rows["column"] == "all").sum()),
        "pairs": int((rows["x"].notna() & (rows["column"] != "all")).sum()),
        "work": int((rows["row"] == "answered").sum()),
    }


def test_a_policy_for_single_people_shows_everything(tmp_path: Path) -> None:
    # 3 themes x 30 interviews; 3 themes and 3 pairs for one and for two coders; 2 coders
    assert shown(released(tmp_path, RARE, base=1, cell=1)) == {"matrix": 90, "sums": 6, "pairs": 6, "work": 2}


def test_the_usual_policy_shows_no_single_interview(tmp_path: Path) -> None:
    assert shown(released(tmp_path, EVEN)) == {"matrix": 0, "sums": 6, "pairs": 6, "work": 2}


def test_one_rare_theme_withholds_the_sums_of_all(tmp_path: Path) -> None:
    assert shown(released(tmp_path, RARE)) == {"matrix": 0, "sums": 0, "pairs": 0, "work": 2}


def test_a_pair_with_one_interview_withholds_all_pairs_but_no_sum(tmp_path: Path) -> None:
    assert shown(released(tmp_path, ODD)) == {"matrix": 0, "sums": 6, "pairs": 0, "work": 2}


@pytest.mark.parametrize(("base", "cell"), [(1, 3), (6, 1)])
def test_a_matrix_needs_both_thresholds_to_be_one(tmp_path: Path, base: int, cell: int) -> None:
    assert shown(released(tmp_path, EVEN, base, cell))["matrix"] == 0


def test_codes_and_agreement_are_withheld_with_the_sums(tmp_path: Path) -> None:
    made = released(tmp_path, RARE)
    codes = made.distributions[made.distributions["outcome"].eq("mentioned") & made.distributions["exhibit"].isin(["answers", "missing"])]
    assert codes["withheld"].all()
    assert made.estimates.loc[made.estimates["analysis"] == "agreement", "estimate"].isna().all()
    open_ = released(tmp_path / "open", EVEN)
    agreed = open_.estimates.query("analysis == 'agreement' and estimand == 'percent_agreement'")
    assert (agreed["estimate"] == 1).all()


def test_sums_of_few_interviews_are_withheld_by_the_base(tmp_path: Path) -> None:
    rows = pd.DataFrame({"row": ["tools"], "column": ["all"], "x": [1.0], "n": [5], "total": [5]})
    assert hidden_codings(rows, Policy(base=6, cell=3)).all()
    assert not hidden_codings(rows.assign(n=6, total=6), Policy(base=6, cell=3)).any()
