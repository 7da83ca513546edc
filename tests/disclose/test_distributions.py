"""Tables of answers: merged alike in every exhibit that shows them."""

import numpy as np
import pytest

from pipeline.compare.numbers.proportions import wilson_interval as interval_in_compare
from pipeline.disclose.distributions import wilson_interval
from pipeline.disclose.known import TELLS
from pipeline.spec.study import Study
from pipeline.spec.vocabulary import RULE_KINDS
from pipeline.tables.frames import table_of
from pipeline.tables.glossary import DISTRIBUTIONS, ESTIMATES, FLOW
from pipeline.tables.results import Estimated
from tests.disclose.survey import analysis, measure, study_of, variable
from tests.released import release_results

AGREE = {"participant": (10, 1, 5, 9, 15), "control": (10, 8, 0, 9, 23)}
BALANCE = {"covariates": ["colour@t1"]}


def study(**more: object) -> Study:
    """Declare one rating, one choice and two yes-or-no questions."""
    variables = [
        variable("group", "select_one", "group", fixed=True),
        variable("calm", "rating", "agree"),
        variable("colour", "select_one", "colour"),
        variable("plan", "select_one", "yes_no"),
        variable("search", "select_one", "yes_no"),
    ]
    usual = {
        "measures": [measure("calmer", "one_of", ("calm",), counts=["4", "5"])],
        "analyses": [analysis("shares", "risk_difference", ["calmer@t1"])],
        "balance": BALANCE,
    }
    return study_of(variables, **{**usual, **more})


def table(exhibit: str, outcome: str, answers: str, counts: dict[str, tuple[int, ...]], **more: object) -> list[dict]:
    """Count answers by group and in all."""
    groups = {**counts, "all": tuple(map(sum, zip(*counts.values(), strict=True)))}
    keys = {"study": "mini", "exhibit": exhibit, "unit": "person", "outcome": outcome, "wave": "t1", "level": "all"}
    return [
        keys | {"row": code, "column": group, "n": n, "total": sum(numbers), "share": n / sum(numbers)} | more
        for group, numbers in groups.items()
        for code, n in zip(answers.split(), numbers, strict=True)
    ]


def share(measured: str, counts: dict[str, tuple[int, int]]) -> list[dict]:
    keys = {"study": "mini", "analysis": "description", "estimator": "describe", "estimand": "share", "outcome": measured, "unit": "person", "wave": "t1", "level": "all", "measure_unit": "share"}  # fmt: skip
    return [keys | {"term": group, "group_a": group, "estimate": count / n, "n": n} for group, (count, n) in counts.items()]


def released(declared: Study, cells: list[dict], estimates: list[dict] | None = None) -> dict[tuple[str, str], dict[str, object]]:
    """Release and give, per exhibit and outcome, row -> count of participants (None where withheld)."""
    estimated = Estimated(table_of(ESTIMATES, estimates or []), table_of(DISTRIBUTIONS, cells), table_of(FLOW, []))
    rows = release_results(declared, estimated, {}).distributions
    shown: dict[tuple[str, str], dict[str, object]] = {}
    for row in rows[rows["column"] == "participant"].itertuples():
        shown.setdefault((row.exhibit, row.outcome), {})[row.row] = None if row.withheld else row.n
    return shown


def test_answers_and_experience_of_one_question_are_merged_alike() -> None:
    cells = table("answers", "calm", "1 2 3 4 5", AGREE) + table(
        "experience", "calm", "1 2 3 4 5", AGREE, analysis="said", conf_low=0.1, conf_high=0.2
    )
    merged = {"1": 10, "2+3": 6, "4": 9, "5": 15}
    assert released(study(), cells) == {("answers", "calm"): merged, ("experience", "calm"): merged}


def test_a_table_of_two_answers_keeps_its_rows_without_numbers() -> None:
    assert released(study(), table("answers", "plan", "yes no", {"participant": (2, 38), "control": (20, 30)})) == {
        ("answers", "plan"): {"yes": None, "no": None}
    }


def test_a_table_is_merged_inside_the_answers_that_a_share_counts() -> None:
    counts = {"participant": (12, 9, 9, 1, 9), "control": (12, 9, 9, 9, 9)}
    estimates = share("calmer", {"participant": (10, 40), "control": (18, 48)})
    cells = table("answers", "calm", "1 2 3 4 5", counts)
    assert released(study(), cells, estimates) == {("answers", "calm"): {"1": 12, "2": 9, "3": 9, "4+5": 10}}


def test_both_groups_are_withheld_where_one_is_small_and_all_stays() -> None:
    estimated = Estimated(
        table_of(ESTIMATES, []),
        table_of(DISTRIBUTIONS, table("answers", "plan", "yes no", {"participant": (3, 2), "control": (20, 30)})),
        table_of(FLOW, []),
    )
    rows = release_results(study(), estimated, {}).distributions
    assert set(rows.loc[~rows["withheld"], "column"]) == {"all"}
    assert rows.loc[rows["withheld"], ["n", "total", "share"]].isna().all(axis=None)


def test_the_category_of_a_merged_answer_goes_from_the_table_of_balance_too() -> None:
    colours = {"participant": (20, 2, 9, 9), "control": (20, 9, 9, 9)}
    codes = ("red", "blue", "green", "black")
    shares = [
        {**row, "analysis": "balance", "estimator": "standardised_difference", "term": f"colour={code}: {group}"}
        for group, counts in colours.items()
        for code, count in zip(codes, counts, strict=True)
        for row in share("colour", {group: (count, sum(counts))})
    ]
    estimated = Estimated(
        table_of(ESTIMATES, shares), table_of(DISTRIBUTIONS, table("answers", "colour", " ".join(codes), colours)), table_of(FLOW, [])
    )
    release = release_results(study(), estimated, {})
    assert "blue+green" in set(release.distributions["row"]) or "blue+black" in set(release.distributions["row"])
    left = release.estimates.loc[release.estimates["estimate"].notna(), "term"].str.partition(":")[0]
    merged = next(row for row in release.distributions["row"] if "+" in row).split("+")
    assert set(left) == {f"colour={code}" for code in codes if code not in merged}


def test_one_hidden_question_of_a_sum_takes_another_with_it() -> None:
    declared = study(
        measures=[measure("steps", "count_of", ("plan", "search"), counts=["yes"])], analyses=[analysis("means", "welch", ["steps@t1"])]
    )
    cells = table("answers", "plan", "yes no", {"participant": (2, 38), "control": (20, 30)})
    cells += table("answers", "search", "yes no", {"participant": (12, 28), "control": (20, 30)})
    [mean] = share("steps", {"participant": (14, 40)})
    mean = {**mean, "estimand": "mean", "measure_unit": "number"}
    assert released(declared, cells)["answers", "search"] == {"yes": 12, "no": 28}
    assert released(declared, cells, [mean])["answers", "search"] == {"yes": None, "no": None}


def merged_rating(people: int, mean: float) -> set[float | None]:
    """Give what is shown of a rating that one participant gave the least of, beside the mean of the participants."""
    declared = study(measures=[measure("calmness", "as_answered", ("calm",))], analyses=[analysis("means", "welch", ["calmness@t1"])])
    [row] = share("calmness", {"participant": (1, people)})
    row = {**row, "estimand": "mean", "estimate": mean, "measure_unit": "number"}
    fourth = people - 1 - 9 - 10
    counts = {"participant": (1, 9, 10, fourth, 0), "control": (8, 8, 8, 8, 8)}
    return set(released(declared, table("answers", "calm", "1 2 3 4 5", counts), [row])["answers", "calm"].values())


def test_a_merged_rating_is_withheld_where_its_mean_tells_how_it_divides_and_shown_where_rounding_hides_it() -> None:
    answers = np.array([1, 2, 3, 4])
    few, many = np.array([1, 9, 10, 20]), np.array([1, 9, 10, 762])
    assert merged_rating(40, few @ answers / 40) == {None}
    assert merged_rating(782, many @ answers / 782) >= {10.0, 762.0}


def test_a_small_refusal_is_added_to_other_reasons_and_the_total_stays() -> None:
    counts = {"participant": (30, 1, 9), "control": (40, 4, 6)}
    cells = table("missing", "calm", "answered refused skipped", counts)
    assert released(study(), cells) == {("missing", "calm"): {"answered": 30, "skipped+refused": 10}}


def test_a_few_blanks_stay_because_a_blank_is_no_answer() -> None:
    cells = table("missing", "calm", "answered skipped", {"participant": (39, 1), "control": (40, 4)})
    assert released(study(), cells) == {("missing", "calm"): {"answered": 39, "skipped": 1}}


def test_one_refusal_by_itself_is_shown_as_some_reason() -> None:
    cells = table("missing", "calm", "answered refused", {"participant": (39, 1), "control": (40, 0)})
    [[row, count]] = [pair for pair in released(study(), cells)["missing", "calm"].items() if pair[0] != "answered"]
    assert (count, {"refused", "skipped", "dont_know"} <= set(row.split("+"))) == (1, True)


def test_exhibits_that_disagree_are_withheld_and_no_other() -> None:
    cells = table("answers", "calm", "1 2 3 4 5", AGREE) + table(
        "answers", "plan", "yes no", {"participant": (12, 28), "control": (20, 30)}
    )
    other = table("experience", "calm", "1 2 3 4 5", {**AGREE, "control": (10, 8, 0, 9, 22)}, analysis="said")
    shown = released(study(), cells + other)
    assert shown["answers", "plan"] == {"yes": 12, "no": 28}
    assert {count for exhibit in ("answers", "experience") for count in shown[exhibit, "calm"].values()} == {None}


def test_every_scoring_rule_says_what_it_tells_about_its_items() -> None:
    assert TELLS.keys() == RULE_KINDS.keys()


@pytest.mark.parametrize(("count", "total"), [(0, 7), (3, 10), (51, 52), (42, 60)])
def test_the_interval_of_a_merged_answer_is_the_one_of_compare(count: int, total: int) -> None:
    assert wilson_interval(count, total) == pytest.approx(interval_in_compare(count, total, 0.95), abs=1e-12)
