"""Agreement of coders: against the functions, by theme, and coders who leave nothing to compare."""

import numpy as np
import pandas as pd
import pytest

from pipeline.compare.estimators.agreement import agreement
from pipeline.compare.intraclass import rater_correlations
from pipeline.compare.kappa import agreement_table, cohens_kappa, linear_weights, nominal_weights
from pipeline.compare.krippendorff import interval, krippendorff_alpha, nominal, ordinal
from tests.compare.cohorts import cohort, rows_of

DRAW = np.random.default_rng(4)
FIRST = DRAW.integers(0, 3, 40)
SECOND = np.where(DRAW.random(40) < 0.7, FIRST, DRAW.integers(0, 3, 40))
CODES = np.column_stack([FIRST, SECOND]).astype(float)


def coded(codes: np.ndarray, kind: str = "number", direction: str = "neither", **columns: object):
    """Give one row per subject and coder of a table (subjects, coders)."""
    subjects, coders = codes.shape
    frame = {"outcome": codes.ravel(), "subject": np.repeat([f"i{place:02d}" for place in range(subjects)], coders)}
    if kind == "category":
        frame["outcome"] = pd.Categorical.from_codes(np.nan_to_num(codes.ravel(), nan=-1).astype(int), ("low", "middle", "high"))
    frame["rater"] = [f"coder{place}" for place in range(coders)] * subjects
    return cohort({**frame, **columns}, kind, direction, rater="coder", subject="interview")


def test_two_coders_get_cohens_kappa_with_its_error_and_a_drawn_interval() -> None:
    rows = rows_of(agreement(coded(CODES, "category")))
    expected = cohens_kappa(agreement_table(CODES, 3), nominal_weights(3))
    row = rows["cohens_kappa", "all"]
    assert (row["estimate"], row["std_error"]) == pytest.approx((expected.kappa, expected.std_error))
    assert (row["conf_low"], row["conf_high"]) == pytest.approx((expected.conf_low, expected.conf_high), abs=0.05)
    assert row["seed"] == 11
    assert rows["percent_agreement", "all"]["estimate"] == (FIRST == SECOND).mean()
    assert set(rows) == {("percent_agreement", "all"), ("cohens_kappa", "all"), ("krippendorff_alpha", "nominal")}


def test_codes_in_an_order_get_weights_and_the_metric_of_their_level() -> None:
    ordered = rows_of(agreement(coded(CODES, "category", "higher")))
    assert ordered["weighted_kappa", "linear"]["estimate"] == pytest.approx(
        cohens_kappa(agreement_table(CODES, 3), linear_weights(3)).kappa
    )
    assert ordered["krippendorff_alpha", "ordinal"]["estimate"] == pytest.approx(krippendorff_alpha(CODES, ordinal))
    numbers = rows_of(agreement(coded(2 * CODES)))
    assert numbers["krippendorff_alpha", "interval"]["estimate"] == pytest.approx(krippendorff_alpha(CODES, interval))
    assert numbers["weighted_kappa", "linear"]["estimate"] == pytest.approx(ordered["weighted_kappa", "linear"]["estimate"])


def test_numbers_get_the_intraclass_correlation_of_single_ratings() -> None:
    row = rows_of(agreement(coded(CODES)))["intraclass_correlation", "all"]
    expected = rater_correlations(CODES)["ICC2"]
    assert (row["estimate"], row["conf_low"], row["conf_high"]) == (expected.correlation, expected.conf_low, expected.conf_high)
    alike = rows_of(agreement(coded(np.full((6, 2), 3.0))))["intraclass_correlation", "all"]
    assert alike["note"] == "one_category_only"


def test_three_coders_get_fleiss_kappa() -> None:
    rows = rows_of(agreement(coded(np.column_stack([CODES, FIRST]), "category")))
    assert set(rows) == {("percent_agreement", "all"), ("fleiss_kappa", "all"), ("krippendorff_alpha", "nominal")}


def test_alpha_uses_what_two_of_three_coded_and_kappa_what_all_did() -> None:
    codes = np.column_stack([CODES, FIRST])
    codes[:5, 2] = np.nan
    codes[0, 1] = np.nan
    rows = rows_of(agreement(coded(codes, "category")))
    assert (rows["fleiss_kappa", "all"]["n"], rows["fleiss_kappa", "all"]["n_missing"]) == (35, 5)
    alpha = rows["krippendorff_alpha", "nominal"]
    assert (alpha["n"], alpha["estimate"]) == (39, pytest.approx(krippendorff_alpha(codes, nominal)))


def test_each_theme_is_measured_and_the_whole_draws_interviews_not_codes() -> None:
    themes = np.array(["tools", "dialogue"])
    codes = np.stack([CODES[:20] > 0, CODES[20:] > 0], axis=1).astype(float)  # (interviews, themes, coders)
    interviews, named, coders = np.indices(codes.shape)
    columns = {
        "outcome": codes.ravel(),
        "subject": [f"i{place:02d}" for place in interviews.ravel()],
        "theme": themes[named.ravel()],
        "rater": [f"coder{place}" for place in coders.ravel()],
    }
    rows = agreement(cohort(columns, "share", "neither", rater="coder", subject="interview", by=("theme",)))
    tools = rows_of(rows, "theme=tools")["cohens_kappa", "all"]
    assert tools["estimate"] == pytest.approx(cohens_kappa(agreement_table(codes[:, 0], 2), nominal_weights(2)).kappa)
    whole = rows_of(rows)["cohens_kappa", "all"]
    assert whole["estimate"] == pytest.approx(cohens_kappa(agreement_table(codes.reshape(-1, 2), 2), nominal_weights(2)).kappa)
    assert (whole["n"], whole["n_clusters"]) == (40, 20)
    assert "std_error" not in whole


def test_the_order_of_rows_changes_no_digit() -> None:
    given = coded(CODES, "category")
    other = cohort(given.frame.sample(frac=1, random_state=2), "category", "neither", rater="coder", subject="interview")
    assert agreement(given) == agreement(other)


def test_a_coder_who_coded_nothing_is_named_and_the_others_are_compared() -> None:
    silent = np.full(40, np.nan)
    three = rows_of(agreement(coded(np.column_stack([CODES, silent]), "category")))
    assert three["cohens_kappa", "all"]["note"] == "coder_without_codes"
    assert "estimate" in three["cohens_kappa", "all"]
    alone = rows_of(agreement(coded(np.column_stack([FIRST, silent]), "category")))
    assert {row["note"] for row in alone.values()} == {"coder_without_codes nothing_double_coded"}


def test_a_theme_that_nobody_mentioned_says_nothing_beyond_chance() -> None:
    rows = rows_of(agreement(coded(np.zeros((12, 2)), "share")))
    assert rows["percent_agreement", "all"]["estimate"] == 1
    for key in (("cohens_kappa", "all"), ("krippendorff_alpha", "nominal")):
        assert rows[key]["note"] == "one_category_only"
        assert "estimate" not in rows[key]


def test_a_theme_mentioned_once_has_a_kappa_without_interval() -> None:
    codes = np.zeros((12, 2))
    codes[3] = 1
    row = rows_of(agreement(coded(codes, "share")))["cohens_kappa", "all"]
    assert (row["estimate"], row["note"]) == (1, "interval_unstable")


def test_nobody_coded_anything_is_rows_with_notes() -> None:
    rows = rows_of(agreement(coded(np.full((4, 2), np.nan), "share")))
    assert {row["note"] for row in rows.values()} == {"coder_without_codes nothing_double_coded"}


def test_a_code_given_twice_for_one_item_is_left_out_and_said() -> None:
    given = coded(CODES, "category")
    frame = pd.concat([given.frame, given.frame.iloc[[0]]])
    rows = rows_of(agreement(cohort(frame, "category", "neither", rater="coder", subject="interview")))
    assert (rows["cohens_kappa", "all"]["n"], rows["cohens_kappa", "all"]["note"]) == (39, "coded_twice")
