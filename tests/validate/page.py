"""docs/validation.md: what was planted, what was found, and how often the intervals held it."""

from collections.abc import Mapping, Sequence

import numpy as np

from tests.validate.methods import Held
from tests.validate.validation import Effort, Line

HEAD = """# Planted effects are recovered

Written by `make validate` (with `RORLIGHET_DRAWS={draws}`; without it 2000). Each study is drawn {draws:,} times as arrays from its `[simulation]` (docs/simulate.md), every number left to
chance, also those that the bundled files hold exactly. For `trs`, whose bundled answers were made otherwise, a model of the same kind is
kept beside the tests. Each draw goes through scoring and the study's own estimators.

- **planted**: the true value when everybody answers. For comparisons: by how much the answers of participants differ from what the same
  people would answer without the planted effect.
- **aim**: what the estimator gives with unlimited data of this kind, loss and selection included, from {larger:,} times as many units as
  the study has. Where aim and planted differ, loss or selection biases the estimate, and no interval can say so.
- **mean**: of the estimates of all draws. **coverage**: share of draws whose 95 % interval holds the aim.
- **expected**: coverage that the interval ought to have: computed exactly for intervals of one share (Wilson; Clopper and Pearson), 95 %
  for the others, and at least that for shares in clusters. Those of agreement promise nothing exact at a given size; theirs are shown as they are. **limits**: 99.9 % of all series of
  {draws:,} draws stay inside.

Where a study plants that those of one employer or seminar resemble each other, an interval that counts none or other clusters is too
narrow. Such lines say `clusters` where it shows: not a fault
of the arithmetic, but a limit of these intervals that a reader must know. Bounds for those lost hold the planted value in at least 95 of 100 draws. Left out:
medians, whose truth is no single number where answers are few classes; readings with a planned denominator; numbers that are counts.
"""
COLUMNS = ("analysis", "outcome", "level", "estimand", "term", "planted", "aim", "mean", "coverage", "expected", "limits", "verdict")


METHODS = """
# Methods where they are hard pressed

How often intervals hold the truth, and tests reject where there is nothing to find, in settings that are known to be difficult. **before**
is the method that was used until the other took its place, in the same draws.
"""
HELD_COLUMNS = ("question", "setting", "quantity", "promised", "method", "found", "before", "found before", "draws", "remark")


def page(results: Mapping[str, Sequence[Line]], held: Mapping[str, Sequence[Held]], effort: Effort) -> str:
    """Write the page: one table per study, at the top what lies outside its limits, and one table per topic of methods."""
    verdicts = [(line.verdict, f"{study}: {name(line)}, {100 * line.coverage:.1f}") for study, lines in results.items() for line in lines]
    inside = sum(verdict == "inside" for verdict, _ in verdicts)
    summary = f"{inside} of {len(verdicts)} lines lie inside their limits."
    found = [summary, *(f"- {verdict}: {one}" for verdict, one in verdicts if verdict != "inside")]
    parts = [HEAD.format(draws=effort.draws, larger=effort.truth_draws * effort.factor), "\n".join(found)]
    topics = [METHODS, *(_held_table(topic, lines) for topic, lines in held.items())] if held else []
    return "\n".join([*parts, *(_table(study, lines) for study, lines in results.items()), *topics, ""])


def _held_table(topic: str, lines: Sequence[Held]) -> str:
    head = [f"\n## {topic}\n", f"| {' | '.join(HELD_COLUMNS)} |", "|---|---|---|---:|---|---:|---|---:|---:|---|"]
    return "\n".join([*head, *(f"| {' | '.join(_held_cells(line))} |" for line in lines)])


def _held_cells(line: Held) -> list[str]:
    promised, found, found_before = (
        "–" if np.isnan(value) else f"{100 * value:.1f}" for value in (line.promised, line.found, line.found_before)
    )
    return [
        line.question,
        line.setting,
        line.quantity,
        promised,
        line.method,
        found,
        line.before or "–",
        found_before,
        f"{line.draws:,}",
        line.remark,
    ]


def name(line: Line) -> str:
    """Name a line: analysis, outcome, estimand, and level and term where there are several."""
    return " ".join(part for part in line.key if part not in ("", "all"))


def _table(study: str, lines: Sequence[Line]) -> str:
    head = [f"\n## {study}\n", f"| {' | '.join(COLUMNS)} |", "|---" * 5 + "|---:" * 5 + "|---|---|"]
    return "\n".join([*head, *(f"| {' | '.join(_cells(line))} |" for line in lines)])


def _cells(line: Line) -> list[str]:
    known = not np.isnan(line.expected)
    limits = f"{100 * line.least:.1f}–{100 * line.greatest:.1f}" if known else "–"
    numbers = [f"{value:.3f}" for value in (line.planted, line.aim, line.mean)]
    expected = f"{100 * line.expected:.1f}" if known else "–"
    return [*line.key, *numbers, f"{100 * line.coverage:.1f}", expected, limits, "" if line.verdict == "inside" else line.verdict]
