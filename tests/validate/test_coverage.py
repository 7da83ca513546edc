"""The coverage of an interval, against its definition and against simulation."""

import numpy as np
import pytest

from pipeline.compare.numbers.proportions import clopper_pearson_interval, wilson_interval
from tests.validate.coverage import exact_coverage

pytestmark = pytest.mark.slow


def test_one_persons_coverage_is_counted_by_hand() -> None:
    # One person: Wilson gives 0-0.793 for no and 0.207-1 for yes.
    assert exact_coverage(wilson_interval, 1, 0.1) == pytest.approx(0.9)
    assert exact_coverage(wilson_interval, 1, 0.5) == pytest.approx(1.0)


@pytest.mark.parametrize("total", [5, 30, 60])
def test_the_exact_interval_never_holds_less_than_it_promises(total: int) -> None:
    assert min(exact_coverage(clopper_pearson_interval, total, share) for share in np.linspace(0, 1, 101)) >= 0.95


def test_wilsons_interval_lies_on_both_sides_of_what_it_promises() -> None:
    held = [exact_coverage(wilson_interval, 60, share) for share in np.linspace(0.02, 0.98, 97)]
    assert min(held) < 0.95 < max(held)
    assert np.mean(held) == pytest.approx(0.95, abs=0.01)


def test_coverage_is_the_frequency_in_a_simulation() -> None:
    limits = np.array([wilson_interval(count, 25, 0.9) for count in range(26)])
    counts = np.random.default_rng(2).binomial(25, 0.3, 40_000)
    held = ((limits[counts, 0] <= 0.3) & (limits[counts, 1] >= 0.3)).mean()
    computed = exact_coverage(wilson_interval, 25, 0.3, 0.9)
    assert held == pytest.approx(computed, abs=4 * np.sqrt(computed * (1 - computed) / 40_000))
