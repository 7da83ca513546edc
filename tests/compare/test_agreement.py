"""Agreement of coders: against the functions, by theme, and coders who leave nothing to compare."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.inter_rater import cohens_kappa

from pipeline.compare.estimators.agreement import agreement
from pipeline.compare.numbers.agreement import (
    coder_table,
    interval_distances,
    kappa_of,
    kappa_weights,
    krippendorff_alpha,
    nominal_distances,
    ordinal_distances,
)
from pipeline.compare.numbers.intraclass import rater_correlation
from pipeline.compare.numbers.proportions import wilson_interval
from pipeline.compare.numbers.student import critical_value
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


def test_two_coders_get_cohens_kappa_with_its_error_and_an_interval_by_leaving_out() -> None:
    rows = rows_of(agreement(coded(CODES, "category")))
    expected = cohens_kappa(coder_table(CODES, 3))
    row = rows["cohens_kappa", "all"]
    assert (row["estimate"], row["std_error"]) == pytest.approx((expected.kappa, expected.std_kappa))
    assert (row["conf_low"], row["conf_high"]) == pytest.approx((expected.kappa_low, expected.kappa_upp), abs=0.06)
    alike = rows["percent_agreement", "all"]
    assert alike["estimate"] == (FIRST == SECOND).mean()
    assert (alike["conf_low"], alike["conf_high"]) == wilson_interval(int((FIRST == SECOND).sum()), 40)
    assert set(rows) == {("percent_agreement", "all"), ("cohens_kappa", "all"), ("krippendorff_alpha", "nominal")}


def test_codes_in_an_order_get_weights_and_the_metric_of_their_level() -> None:
    ordered = rows_of(agreement(coded(CODES, "category", "higher")))
    assert ordered["weighted_kappa", "linear"]["estimate"] == pytest.approx(kappa_of(coder_table(CODES, 3), kappa_weights(3, "linear")))
    assert ordered["krippendorff_alpha", "ordinal"]["estimate"] == pytest.approx(krippendorff_alpha(CODES, ordinal_distances))
    numbers = rows_of(agreement(coded(2 * CODES)))
    assert numbers["krippendorff_alpha", "interval"]["estimate"] == pytest.approx(krippendorff_alpha(CODES, interval_distances))
    assert numbers["weighted_kappa", "linear"]["estimate"] == pytest.approx(ordered["weighted_kappa", "linear"]["estimate"])


def test_numbers_get_the_intraclass_correlation_of_single_ratings() -> None:
    row = rows_of(agreement(coded(CODES)))["intraclass_correlation", "all"]
    expected = rater_correlation(CODES)
    assert (row["estimate"], row["conf_low"], row["conf_high"]) == (expected.estimate, expected.conf_low, expected.conf_high)
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
    assert (alpha["n"], alpha["estimate"]) == (39, pytest.approx(krippendorff_alpha(codes, nominal_distances)))


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
    assert tools["estimate"] == pytest.approx(kappa_of(coder_table(codes[:, 0], 2), kappa_weights(2, "nominal")))
    whole = rows_of(rows)["cohens_kappa", "all"]
    assert whole["estimate"] == pytest.approx(kappa_of(coder_table(codes.reshape(-1, 2), 2), kappa_weights(2, "nominal")))
    assert (whole["n"], whole["n_clusters"]) == (40, 20)
    assert "std_error" not in whole
    alike = rows_of(rows)["percent_agreement", "all"]
    shares = (codes[..., 0] == codes[..., 1]).mean(axis=1)
    t = (np.log(alike["conf_high"] / (1 - alike["conf_high"])) - np.log(alike["estimate"] / (1 - alike["estimate"]))) / critical_value(
        0.95, 19
    )
    assert t * alike["estimate"] * (1 - alike["estimate"]) == pytest.approx(shares.std(ddof=1) / 20**0.5)


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


def pairs(both: int, first: int, second: int, neither: int) -> np.ndarray:
    """Give so many subjects to which both coders, one of them, or none gave a code."""
    return np.repeat([[1.0, 1], [1, 0], [0, 1], [0, 0]], [both, first, second, neither], axis=0)


@pytest.mark.parametrize(
    ("codes", "kappa", "cause"),
    [
        (pairs(1, 0, 0, 11), 1, "all_agreed"),
        (pairs(6, 0, 0, 6), 1, "all_agreed"),
        (pairs(0, 0, 5, 7), 0, "one_coder_one_code"),
        (pairs(7, 5, 0, 0), 0, "one_coder_one_code"),
        (pairs(0, 12, 0, 0), 0, "each_used_one_code"),
        (pairs(0, 6, 6, 0), -1, "none_agreed"),
        (pairs(1, 0, 0, 0), None, "one_category_only"),
        (pairs(0, 1, 0, 0), 0, "single_subject"),
        (pairs(2, 1, 3, 30), 1 - (4 / 36) / ((3 * 31 + 5 * 33) / 36**2), ""),
        (pairs(1, 1, 5, 30), 1 - (6 / 37) / ((2 * 31 + 6 * 35) / 37**2), "few_other_codes"),
    ],
)
def test_a_degenerate_result_is_known_by_its_cause(codes: np.ndarray, kappa: float | None, cause: str) -> None:
    rows = rows_of(agreement(coded(codes, "share")))
    row = rows["cohens_kappa", "all"]
    assert (row["note"], row.get("estimate")) == (cause, kappa if kappa is None else pytest.approx(kappa))
    assert ("conf_low" in row) == (cause == "")
    assert rows["krippendorff_alpha", "nominal"]["note"] == cause
    assert rows["percent_agreement", "all"]["note"] == ""


def test_a_single_interview_says_how_much_was_alike_and_nothing_of_its_error() -> None:
    items = pairs(3, 1, 1, 4)
    columns = {"outcome": items.ravel(), "subject": ["i1"] * 18, "rater": ["a", "b"] * 9, "theme": np.repeat(list("ABCDEFGHI"), 2)}
    rows = rows_of(agreement(cohort(columns, "share", "neither", rater="coder", subject="interview", by=("theme",))))
    for key in (("percent_agreement", "all"), ("cohens_kappa", "all"), ("krippendorff_alpha", "nominal")):
        assert (rows[key]["note"], "conf_low" in rows[key]) == ("single_subject", False)
    assert rows["percent_agreement", "all"]["estimate"] == 7 / 9


def test_an_index_of_many_coded_alike_is_known_as_the_theory_of_large_samples_says() -> None:
    draw = np.random.default_rng(3)
    first = draw.integers(0, 2, 1500)
    codes = np.column_stack([first, np.where(draw.random(1500) < 0.8, first, 1 - first)]).astype(float)
    row = rows_of(agreement(coded(codes, "share")))["cohens_kappa", "all"]
    expected = cohens_kappa(coder_table(codes, 2))
    assert (row["conf_low"], row["conf_high"]) == pytest.approx((expected.kappa_low, expected.kappa_upp), abs=0.002)


def test_nobody_coded_anything_is_rows_with_notes() -> None:
    rows = rows_of(agreement(coded(np.full((4, 2), np.nan), "share")))
    assert {row["note"] for row in rows.values()} == {"coder_without_codes nothing_double_coded"}


def test_a_code_given_twice_for_one_item_is_left_out_and_said() -> None:
    given = coded(CODES, "category")
    frame = pd.concat([given.frame, given.frame.iloc[[0]]])
    rows = rows_of(agreement(cohort(frame, "category", "neither", rater="coder", subject="interview")))
    assert (rows["cohens_kappa", "all"]["n"], rows["cohens_kappa", "all"]["note"]) == (39, "coded_twice")
