"""Coverage of the intervals of one study's main estimands."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import Pool

import numpy as np

from pipeline.spec.naming import split_reference
from pipeline.spec.study import Study
from tests.validate.laws import NOMINAL, SHARES, expected_coverage, limits
from tests.validate.models import enlarged, left_to_chance, names_single_units, with_simulation, without_effect, without_loss
from tests.validate.replicate import Key, Row, estimated, panel_of, recipe_for

LEFT_OUT = ("mean_before", "mean_after", "mean_then", "mean_beside", "median_change", "median_time", "hodges_lehmann", "attainment_count")
"""Estimands without a table line: parts of others, or medians, whose truth is no single number where answers are few classes."""
LOW, HIGH = "bound_low", "bound_high"
FIRST_TRUTH_SEED = 10_000_000
COMPARED = ("mean_difference", "risk_difference", "adjusted_mean_difference", "adjusted_risk_difference")


@dataclass(frozen=True)
class Effort:
    """How many draws, and how many larger ones for the truth."""

    draws: int = 2000
    truth_draws: int = 200
    factor: int = 10


@dataclass(frozen=True)
class Line:
    """One estimand of one analysis: what is true, and how often its interval says so.

    Attributes
    ----------
    planted : float
        True value when everybody answers: for comparisons what taking part
        changes for those who take part.
    aim : float
        What the estimator would give with unlimited data of this kind, loss and
        selection included.
    mean, coverage : float
        Mean estimate; share of intervals that hold the aim.
    expected, least, greatest : float
        Coverage the interval ought to have, and its 99.9 % limits.
    draws : int
        Draws that gave an interval.
    """

    key: Key
    planted: float
    aim: float
    mean: float
    coverage: float
    expected: float
    least: float
    greatest: float
    draws: int
    overlooks_clusters: bool = False
    """Whether members of some cluster are planted to be alike and the interval takes no account of it."""

    @property
    def verdict(self) -> str:
        """Give ``inside`` the limits; below them ``clusters`` where these are overlooked; else ``outside``."""
        if self.least <= self.coverage <= self.greatest:
            return "inside"
        return "clusters" if self.overlooks_clusters and self.coverage < self.least else "outside"


def validate(study: Study, analyses: tuple[str, ...], effort: Effort, workers: int = 1) -> list[Line]:
    """Draw a study many times and count how often each interval holds its aim.

    Parameters
    ----------
    study : Study
        With a simulation, its own or the one beside these tests.
    analyses : tuple of str
        Ids; empty: the primary ones.
    effort : Effort
    workers : int
        Processes; the result is the same for any number.

    Returns
    -------
    list of Line, in order of the declaration
    """
    study = left_to_chance(with_simulation(study))
    factor = 1 if names_single_units(study) else effort.factor
    large = enlarged(study, factor)
    truth_seeds = range(FIRST_TRUTH_SEED, FIRST_TRUTH_SEED + effort.truth_draws * effort.factor // factor)
    run = partial(_series, analyses=analyses, workers=workers)
    drawn, aims, everybody = run(study, range(1, effort.draws + 1)), run(large, truth_seeds), run(without_loss(large), truth_seeds)
    planted = {key: _mean(rows) for key, rows in everybody.items()} | _effects(large, analyses, truth_seeds)
    planned = {(analysis.id, one.id) for analysis in study.declaration.analyses for one in analysis.readings if one.planned is not None}
    told = {key: rows for key, rows in drawn.items() if _is_shown(key, rows) and (key.analysis, key.term) not in planned}
    # An exact comparison that leads only in draws with few events has no aim of its own.
    lines = [_line(key, rows, _mean(aims[key]), planted[key]) for key, rows in told.items() if key in aims]
    possible = [line for line in lines if 0 < line.aim < 1 or line.key.estimand not in SHARES]
    shown = [replace(line, overlooks_clusters=overlooks_clusters(study, line.key)) for line in possible]
    return [*(_never_too_wide(study, line) for line in shown), *_bound_lines(drawn, planted)]


def _never_too_wide(study: Study, line: Line) -> Line:
    """Let a share that counts clusters hold more than it promises: its interval is never inside that of independent units."""
    if line.key.estimand not in SHARES or counted_cluster(study, line.key) is None:
        return line
    return replace(line, expected=NOMINAL, least=limits(NOMINAL, line.draws)[0], greatest=1.0)


def counted_cluster(study: Study, key: Key) -> str | None:
    """Give the cluster that an interval counts."""
    analysis = next(one for one in study.declaration.analyses if one.id == key.analysis)
    usual = study.cluster_of(study.unit_of(split_reference(key.outcome)[0]))
    return {True: usual, False: None}.get(analysis.cluster, analysis.cluster)


def overlooks_clusters(study: Study, key: Key) -> bool:
    """Say whether units resemble each other within clusters that an interval does not count."""
    assert study.declaration.simulation is not None
    unit = study.unit_of(split_reference(key.outcome)[0])
    planted = {one.cluster for one in study.declaration.simulation.traits if one.unit == unit and one.icc + one.icc_change > 0}
    return bool(planted - {counted_cluster(study, key)})


def _series(study: Study, seeds: Iterable[int], analyses: tuple[str, ...], workers: int) -> dict[Key, list[Row]]:
    """Run every seed; gather the rows of each key in order of the seeds."""
    recipe, small = recipe_for(study, analyses)
    work = partial(estimated, recipe, small)
    gathered: dict[Key, list[Row]] = {}
    if workers == 1:
        results: Iterable[Mapping[Key, Row]] = map(work, seeds)
    else:
        with Pool(workers) as pool:
            results = pool.map(work, seeds, chunksize=10)
    for rows in results:
        for key, row in rows.items():
            gathered.setdefault(key, []).append(row)
    return gathered


def _is_shown(key: Key, rows: list[Row]) -> bool:
    return key.estimand not in LEFT_OUT and any(np.isfinite(row.low) and np.isfinite(row.high) for row in rows)


def _mean(rows: list[Row]) -> float:
    there = [row.estimate for row in rows if np.isfinite(row.estimate)]
    return float(np.mean(there)) if there else float("nan")


def _line(key: Key, rows: list[Row], aim: float, planted: float) -> Line:
    given = [row for row in rows if np.isfinite(row.low) and np.isfinite(row.high)]
    coverage = float(np.mean([row.low <= aim <= row.high for row in given]))
    expected = expected_coverage(key.estimand, aim, [row.n for row in given])
    return Line(key, planted, aim, _mean(rows), coverage, expected, *limits(expected, len(given)), len(given))


def _bound_lines(drawn: Mapping[Key, list[Row]], planted: Mapping[Key, float]) -> Iterator[Line]:
    """Count how often bounds for those lost hold what is true of everybody; at least 95 in 100 times."""
    for key, lows in drawn.items():
        if key.estimand != LOW:
            continue
        high = key._replace(estimand=HIGH)
        pairs = list(zip(lows, drawn[high], strict=True))
        held = float(np.mean([low.estimate <= planted[key] <= top.estimate for low, top in pairs]))
        middle = float(np.mean([(low.estimate + top.estimate) / 2 for low, top in pairs]))
        yield Line(key._replace(estimand="bounds"), planted[key], planted[key], middle, held, NOMINAL, NOMINAL, 1.0, len(pairs))


def _effects(study: Study, analyses: tuple[str, ...], seeds: Iterable[int]) -> dict[Key, float]:
    """Give what taking part changes for participants: the same people's answers with the planted effects and without."""
    if not study.declaration.sample.compares:
        return {}
    seeds = list(seeds)
    with_effect, without = (_outcomes(one, analyses, seeds) for one in (without_loss(study), without_loss(without_effect(study))))
    keys = estimated(*recipe_for(study, analyses), seeds[0])
    return {key: with_effect[key.outcome] - without[key.outcome] for key in keys if key.outcome in with_effect and key.estimand in COMPARED}


def _outcomes(study: Study, analyses: tuple[str, ...], seeds: list[int]) -> dict[str, float]:
    """Give the mean of every outcome among participants."""
    recipe, small = recipe_for(study, analyses)
    found: dict[str, list[float]] = {}
    for seed in seeds:
        panel = panel_of(recipe, small, seed)
        participates = (panel.group == small.declaration.sample.participant).to_numpy()
        for outcome in (outcome for analysis in small.declaration.analyses for outcome in analysis.outcomes):
            if small.kind_of(split_reference(outcome)[0]) != "category":
                found.setdefault(outcome, []).append(float(np.nanmean(panel.column(outcome).to_numpy()[participates])))
    return {outcome: float(np.mean(means)) for outcome, means in found.items()}
