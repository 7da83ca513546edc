import pytest

from pipeline.compare.numbers.student import critical_value, normal_value, two_sided_p


@pytest.mark.parametrize("df", [0.7, 1, 3.5, 12, 4000])
@pytest.mark.parametrize("confidence", [0.8, 0.95, 0.999])
def test_the_critical_value_has_the_p_value_of_its_level(df: float, confidence: float) -> None:
    assert two_sided_p(critical_value(confidence, df), df) == pytest.approx(1 - confidence, rel=1e-10)


def test_with_one_degree_of_freedom_t_is_cauchy() -> None:
    assert two_sided_p(1, 1) == pytest.approx(0.5)
    assert critical_value(0.5, 1) == pytest.approx(1)


def test_many_degrees_of_freedom_are_normal() -> None:
    assert critical_value(0.95, 1e9) == pytest.approx(normal_value(0.95), rel=1e-8)


def test_the_sign_of_the_statistic_does_not_matter() -> None:
    assert two_sided_p(-2.5, 7) == two_sided_p(2.5, 7)
