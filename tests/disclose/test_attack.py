"""An attacker who reads the whole release cannot work out a small count."""

import os
from collections.abc import Iterator
from functools import cache, partial

import numpy as np
import pandas as pd
import pytest

from pipeline.disclose.policy import Policy
from pipeline.spec.study import Study
from pipeline.tables.results import Released
from tests.disclose.attack import NOTHING, codes_of, read_subgroups, read_transition, read_wave
from tests.disclose.survey import WAVES, Survey, random_survey
from tests.released import release_results

pytestmark = pytest.mark.slow

SURVEYS = int(os.environ.get("RORLIGHET_SURVEYS", "10"))
"""Whole random surveys; 200 and more were tried while the rules were written."""
Unknown = tuple[str, str, str]


def counts_by_answer(survey: Survey, wave: str) -> Iterator[tuple[Unknown, int]]:
    """Count people by answer and group, from the answers themselves."""
    sample = survey.study.declaration.sample
    identifier = survey.study.unit[sample.unit].id
    people = survey.cleaned.units[sample.unit].set_index(identifier)
    tables = [survey.cleaned.responses[sample.unit], survey.scored.scores[sample.unit]]
    rows = [table[table["wave"] == wave].set_index(identifier) for table in tables] if wave else [people]
    for table in rows:
        group = people[sample.group].reindex(table.index)
        for name in [column for column in table if column in survey.study.measure or column in survey.study.variable]:
            classes = as_codes(survey.study, name, table[name].dropna())
            for (code, one), count in classes.to_frame("code").assign(group=group).groupby(["code", "group"]).size().items():
                yield (name, code, one), int(count)


def as_codes(study: Study, name: str, values: pd.Series) -> pd.Series:
    """Give each value the code of its answer or class."""
    edges = study.measure[name].classes if name in study.measure else study.variable[name].classes
    if edges and study.kind_of(name) != "category":
        codes = codes_of(study, name)
        return pd.Series([codes[place] for place in np.searchsorted(edges, values, side="right") - 1], index=values.index, dtype="str")
    return values.map(lambda one: f"{one:g}" if isinstance(one, float) else str(one)).astype("str")


def exposed(survey: Survey, released: Released) -> dict[tuple[str, ...], float]:
    """Give the small counts that are known too well.

    Without means, at least ``minimum_cell`` different counts must fit. A mean
    narrows what answers can have been, as it must; more than one count must fit still.
    """
    policy = Policy.of(survey.study)
    found = {}
    for wave in (*survey.study.wave_names, ""):
        read = cache(partial(read_wave, survey.study, released, wave))
        for unknown, count in counts_by_answer(survey, wave):
            if not policy.is_small_cell(count) or unknown not in read(True).places:
                continue
            width = read(True).range_of(unknown)
            if width < policy.cell - 1 and (width < 1 or read(False).range_of(unknown) < policy.cell - 1):
                found[wave, *unknown] = width
    return found


def exposed_transition(survey: Survey, released: Released, outcome: str) -> dict[tuple[str, ...], float]:
    """Give the small counts of a transition that are known too well, those lost and newcomers included."""
    sample, policy = survey.study.declaration.sample, Policy.of(survey.study)
    identifier = survey.study.unit[sample.unit].id
    table = (survey.scored.scores if outcome in survey.study.measure else survey.cleaned.responses)[sample.unit]
    wide = table[table["wave"].isin(WAVES)].pivot(index=identifier, columns="wave", values=outcome)
    wide = wide.astype("object").where(wide.notna(), NOTHING)
    group = survey.cleaned.units[sample.unit].set_index(identifier)[sample.group].reindex(wide.index)
    counts = wide.assign(group=group).groupby([*WAVES, "group"]).size()
    reader = read_transition(survey.study, released, outcome, WAVES)
    small = [key for key, count in counts.items() if policy.is_small_cell(count) and key in reader.places]
    widths = {key: reader.range_of(key) for key in small if key[:2] != (NOTHING, NOTHING)}
    return {key: width for key, width in widths.items() if width < policy.cell}


def exposed_subgroups(survey: Survey, released: Released, by: str) -> dict[tuple[str, ...], float]:
    """Give the small counts of shares by subgroup that are known too well; of those whose level is not known it may be known how few they are."""
    sample, policy = survey.study.declaration.sample, Policy.of(survey.study)
    people = survey.cleaned.units[sample.unit].set_index(survey.study.unit[sample.unit].id)
    scores = survey.scored.scores[sample.unit]
    found = {}
    shares = [one.name for one in survey.study.declaration.measures if survey.study.kind_of(one.name) == "share"]
    for wave, name in [(wave, name) for wave in WAVES for name in shares]:
        values = scores[scores["wave"] == wave].set_index(survey.study.unit[sample.unit].id)[name].dropna()
        sides = pd.DataFrame(
            {"side": np.where(values == 1, "with", "without"), "by": people[by].reindex(values.index).fillna(NOTHING)}, index=values.index
        )
        for group in (sample.participant, sample.control):
            reader = read_subgroups(released, survey.study, (name, wave), by, group)
            counts = sides[people["group"].reindex(values.index) == group].groupby(["side", "by"]).size()
            for unknown in [key for key, count in counts.items() if policy.is_small_cell(count) and key in reader.places]:
                few = counts.groupby("by").sum().get(NOTHING, 0) if unknown[1] == NOTHING else np.inf
                if reader.range_of(unknown) < min(policy.cell - 1, few):
                    found[wave, name, group, *unknown] = reader.range_of(unknown)
    return found


@pytest.mark.parametrize("seed", range(SURVEYS))
def test_no_small_count_of_a_random_survey_can_be_worked_out(seed: int) -> None:
    survey = random_survey(seed)
    released = release_results(survey.study, survey.estimated, {})
    assert exposed(survey, released) == {}
    assert exposed_transition(survey, released, "lock_in") | exposed_transition(survey, released, "colour") == {}
    assert exposed_subgroups(survey, released, "sex") == {}
    assert_large_enough(released)


def assert_large_enough(released: Released) -> None:
    """No number on fewer than six people, no shown count of one or two answers."""
    told = released.estimates[released.estimates["estimate"].notna()]
    for name in ("n", "n_a", "n_b"):
        sizes = told[name].dropna()
        assert not ((sizes > 0) & (sizes < 6)).any()
    cells = released.distributions[~released.distributions["withheld"] & ~released.distributions["exhibit"].isin(["missing", "curve"])]
    assert not ((cells["n"] > 0) & (cells["n"] < 3)).any()
    assert not ((cells["total"] > 0) & (cells["total"] < 6)).any()


def test_no_small_count_of_trs_can_be_worked_out(trs_survey: Survey, trs_released: Released) -> None:
    assert exposed(trs_survey, trs_released) == {}
    assert exposed_transition(trs_survey, trs_released, "lock_in") == {}
    assert exposed_subgroups(trs_survey, trs_released, "sex") == {}
    assert_large_enough(trs_released)


def test_no_small_count_of_jobs2_can_be_worked_out(jobs2_survey: Survey, jobs2_released: Released) -> None:
    assert exposed(jobs2_survey, jobs2_released) == {}
    assert exposed_subgroups(jobs2_survey, jobs2_released, "sex") == {}
    assert_large_enough(jobs2_released)


def test_the_attacker_finds_small_counts_when_nothing_is_withheld() -> None:
    survey = random_survey(3)
    everything = Released(survey.estimated.estimates, survey.estimated.distributions, survey.estimated.flow, *[pd.DataFrame()] * 2, {}, {})
    assert exposed(survey, everything)
    assert exposed_transition(survey, everything, "lock_in")
