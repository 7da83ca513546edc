import pytest

from pipeline.compare.estimators.response import response
from tests.compare.cohorts import cohort, reading, rows_of


def asked(**declared: object) -> dict:
    people = {
        "outcome": [1.0] * 662 + [float("nan")] * 348,
        "answered": [True] * 662 + [False] * 348,
        "reading:approached": [True] * 1010,
        "reading:without_retired": [True] * 995 + [False] * 15,
        "reading:nobody": [False] * 1010,
    }
    return rows_of(response(cohort(people, **declared)))


def test_each_denominator_has_its_own_response_rate() -> None:
    rows = asked(readings=(reading("approached"), reading("without_retired")))
    found = {term: (round(100 * row["estimate"], 1), row["n"], row["n_missing"]) for (_, term), row in rows.items()}
    assert found == {"approached": (65.5, 1010, 348), "without_retired": (66.5, 995, 333)}


def test_a_rate_is_a_fact_without_interval() -> None:
    [row] = asked().values()
    assert row["estimate"] == 662 / 1010
    assert "conf_low" not in row


def test_a_number_approached_may_be_declared_where_no_list_is_kept() -> None:
    [row] = asked(readings=(reading("approached", planned=1200),)).values()
    assert (row["estimate"], row["n"], row["n_missing"]) == (pytest.approx(662 / 1200), 1200, 538)


def test_a_partial_answer_counts_as_an_answer() -> None:
    people = {"outcome": [1.0, float("nan"), float("nan")], "answered": [True, True, False]}
    [row] = response(cohort(people))
    assert row["estimate"] == 2 / 3


@pytest.mark.parametrize(
    ("one", "note"), [(reading("nobody"), "denominator_zero"), (reading("approached", planned=600), "more_than_planned")]
)
def test_odd_denominators_are_said(one, note: str) -> None:
    [row] = asked(readings=(one,)).values()
    assert row["note"] == note
