"""Which counts fit a plain table with hidden cells: tau-argus finds the same ends, by its own programme."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pytauargus.protect import protect

from tests.disclose.whole_numbers import Equations

pytestmark = pytest.mark.slow


def drawn_table(seed: int) -> np.ndarray:
    """Draw counts of three rows and four columns, with small ones and an empty cell.

    Tau-argus takes it as known that nothing hidden is below the least cell of the table.
    """
    counts = np.random.default_rng(seed).choice([1, 2, 4, 7, 9, 12], size=(3, 4))
    counts[0, 0] = 0
    return counts


def audited(counts: np.ndarray) -> dict[int, dict[str, Any]]:
    """Hide cells of one or two, and others for their sake, and give the ends of each hidden cell by its place."""
    places = np.argwhere(counts > 0)
    rows = [{"row": f"r{row}", "column": f"c{column}", "one": 1} for row, column in places for _ in range(counts[row, column])]
    hidden = protect(rows, ["row", "column"], "one", safety_rules="FREQ(3,100)", suppress="OPT(1)", workdir=".").engine.audit(0)
    return {one["cell"]: one for one in hidden}


@pytest.mark.parametrize("seed", range(6))
def test_the_least_and_the_greatest_count_of_a_hidden_cell_are_those_of_tau_argus(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # it leaves its logs where it is started
    counts = drawn_table(seed)
    hidden, equations, asked = audited(counts), Equations(counts.size, solutions=[counts.ravel().astype(float)]), {}
    for place in range((counts.shape[0] + 1) * (counts.shape[1] + 1)):
        row, column = divmod(place, counts.shape[1] + 1)  # the totals come first
        cells = np.zeros_like(counts)
        cells[(row - 1 if row else slice(None)), (column - 1 if column else slice(None))] = 1
        if place in hidden:
            asked[place] = cells.ravel().astype(float)
        else:
            equations.add(cells.ravel(), (cells * counts).sum(), (cells * counts).sum(), "a shown cell")
    assert len(asked) >= 4
    for place, cell in asked.items():
        ends = [hidden[place][end] for end in ("min", "max")]
        assert equations.ends_of(cell) == pytest.approx(ends)
