"""An attacker who reads the whole release about one group cannot work out a small count."""

import os
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import product

import numpy as np
import pandas as pd
import pytest

from pipeline.disclose.policy import Policy
from pipeline.spec.naming import level_codes
from pipeline.tables.results import Released
from tests.disclose.attack import NOTHING, Reader
from tests.disclose.cohort_attack import AFTER, BEFORE, Attack, Cell, Conditions, World, attack_on, moved, sums_of_few
from tests.disclose.cohort_survey import GRID, LISTS, TIMES, random_release
from tests.disclose.survey import Survey
from tests.disclose.time_attack import moment_of, read_times, steps, time_world

pytestmark = pytest.mark.slow

SURVEYS = int(os.environ.get("RORLIGHET_SURVEYS", "6"))
QUESTIONS = {"status": LISTS["status"], "calm": LISTS["often"]}
SCALES = {"status": ("rung", "in_work", "active"), "calm": ("calmness",)}
FACTS = (("sex", "town"), ("house",))


def joined_answers(survey: Survey, question: str, facts: tuple[str, ...]) -> pd.DataFrame:
    """Give one row per person: the answer before, the answer after, and the facts; as codes."""
    responses = survey.cleaned.responses["person"]
    people = survey.cleaned.units["person"].set_index("person")
    wide = responses.pivot(index="person", columns="wave", values=question).reindex(people.index)
    codes = wide.map(lambda value: f"{value:g}" if isinstance(value, float) else value, na_action="ignore")
    return codes.join(levels_of(people)[list(facts)]).astype("object")


def levels_of(people: pd.DataFrame) -> pd.DataFrame:
    """Name houses as the tables do: by their place among all houses."""
    houses = sorted(people["house"].unique())
    return people.assign(house=people["house"].map(dict(zip(houses, level_codes("house", len(houses)), strict=True))))


def world_of(survey: Survey, question: str, facts: tuple[str, ...]) -> World:
    people = levels_of(survey.cleaned.units["person"])
    codes = {fact: LISTS.get(fact) or tuple(sorted(people[fact].dropna().unique())) for fact in facts}
    return World(dict.fromkeys((BEFORE, AFTER), (*QUESTIONS[question], NOTHING)) | {fact: (*one, NOTHING) for fact, one in codes.items()})


def protected(attack: Attack, facts: tuple[str, ...]) -> Iterator[tuple[str, list[tuple[str, ...]]]]:
    """Name every count that must not be known when it is small, with its cells."""
    world, codes = attack.world, QUESTIONS[attack.question]
    levels: dict[str, Conditions] = {"": {}} | {
        f" {fact}={code}": {fact: [code]} for fact in facts for code in world.axes[fact] if code != NOTHING
    }
    if len(facts) > 1:
        pairs = product(*([code for code in world.axes[fact] if code != NOTHING] for fact in facts))
        levels |= {f" {'*'.join(pair)}": {fact: [code] for fact, code in zip(facts, pair, strict=True)} for pair in pairs}
    for level, inside in levels.items():
        if inside:
            yield f"people{level}", world.where(inside)
        for wave, code in product((BEFORE, AFTER), codes):
            yield f"{wave} {code}{level}", world.where({**inside, wave: [code]})
        for name, way in product(SCALES[attack.question], (1, 0, -1)):
            yield f"{name} {way:+d}{level}", moved(attack, attack.study.measure[name], {**inside, **world.known(BEFORE, AFTER)}, way)
    for before, after in product((*codes, NOTHING), repeat=2):
        if before != after or before != NOTHING:
            yield f"{before}>{after}", world.where({BEFORE: [before], AFTER: [after]})


def exposed(survey: Survey, released: Released, question: str, facts: tuple[str, ...]) -> dict[str, float]:
    """Give the small counts that are known too well; see ``test_attack.exposed`` for what means may do."""
    policy, world = Policy.of(survey.study), world_of(survey, question, facts)
    answers = joined_answers(survey, question, facts).fillna(NOTHING)
    counts = answers[list(world.axes)].value_counts().to_dict()
    attack = attack_on(survey.study, released, world, question, with_means=True)
    small = {name: cells for name, cells in protected(attack, facts) if policy.is_small_cell(people_in(counts, cells))}
    reader = asked(attack, small)

    @cache
    def without_means() -> Reader:
        return asked(attack_on(survey.study, released, world, question, with_means=False), small)

    found = {}
    for name, cells in small.items():
        need = min(policy.cell - 1, lost_of(counts, cells))
        width = reader.range_of(name)
        if width < need and (width < 1 or without_means().range_of(name) < need):
            found[name] = width
    return found


def asked(attack: Attack, small: Mapping[str, list[Cell]]) -> Reader:
    """Give what an attacker knows, with a name for each sum of cells that is asked about."""
    for name, cells in small.items():
        attack.reader.know({**dict.fromkeys(cells, 1.0), name: -1.0}, 0)
    return attack.reader


def people_in(counts: Mapping[Cell, int], cells: Iterable[Cell]) -> int:
    return sum(counts.get(cell, 0) for cell in cells)


def lost_of(counts: Mapping[Cell, int], cells: list[Cell]) -> float:
    """Give how many were lost, or new, where cells are about them: of so few, that they are few is told."""
    ways = {tuple(code == NOTHING for code in cell[:2]) for cell in cells}
    if len(ways) > 1 or ways == {(False, False)}:
        return np.inf
    [way] = ways
    return float(sum(count for cell, count in counts.items() if tuple(code == NOTHING for code in cell[:2]) == way))


def few_summed(survey: Survey, released: Released) -> list[tuple[str, str]]:
    """Give the few people whose sum of answers can be worked out."""
    found = []
    for facts in ("sex", "house"):
        frame = joined_answers(survey, "calm", (facts,))
        found += sums_of_few(released, "calmness", frame, facts, Policy.of(survey.study))
    return found


@pytest.mark.parametrize("seed", range(SURVEYS))
def test_no_small_count_of_one_group_can_be_worked_out(seed: int) -> None:
    survey, released = random_release(seed)
    assert {
        (question, facts): found for question, facts in product(QUESTIONS, FACTS) if (found := exposed(survey, released, question, facts))
    } == {}
    assert few_summed(survey, released) == []


def exposed_times(survey: Survey, released: Released, fact: str) -> dict[str, float]:
    """Give the small numbers of people whose time ended in some way in some stretch that are known too well."""
    people = levels_of(survey.cleaned.units["person"])
    times, policy = tuple(sorted({*GRID, *TIMES})), Policy.of(survey.study)
    world = time_world(times, LISTS["ended"], {fact: world_of(survey, "status", (fact,)).axes[fact][:-1]})
    cells = pd.DataFrame({"time": people["months"].map(lambda time: moment_of(time, times)), "end": people["ended"], fact: people[fact]})
    counts = cells.fillna(NOTHING).value_counts().to_dict()
    attack = read_times(survey.study, released, world, events_so_far(survey, people))
    levels = [{}, *({fact: [code]} for code in world.axes[fact][:-1])]
    small = {
        name: inside
        for name, inside in steps(world, times, ("work", "studies"), levels).items()
        if policy.is_small_cell(people_in(counts, inside))
    }
    for name, inside in small.items():
        attack.reader.know({**dict.fromkeys(inside, 1.0), name: -1.0}, 0)
    return {name: width for name in small if (width := attack.reader.range_of(name)) < policy.cell - 1}


def events_so_far(survey: Survey, people: pd.DataFrame) -> dict[tuple[str, str, str], float]:
    """Count the events behind every share by time."""
    events = {}
    for one in survey.study.declaration.analyses:
        for time in one.times:
            had = people["ended"].isin(one.event_codes) & (people["months"] <= time)
            events[one.id, "all", f"{time:g}"] = float(had.sum())
            for by in one.by:
                events |= {
                    (one.id, f"{by}={code}", f"{time:g}"): float(had[people[by] == code].sum()) for code in people[by].dropna().unique()
                }
    return events


@pytest.mark.parametrize("seed", range(SURVEYS))
def test_no_small_number_of_events_of_one_group_can_be_worked_out(seed: int) -> None:
    survey, released = random_release(seed)
    assert exposed_times(survey, released, "sex") | exposed_times(survey, released, "house") == {}
