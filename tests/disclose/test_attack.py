"""An attacker who reads the whole release cannot work out a small count."""

from collections.abc import Iterator

import numpy as np
import pytest

from pipeline.disclose.policy import Policy
from pipeline.disclose.release import release_results
from pipeline.spec.study import Study
from pipeline.tables.results import Cleaned, Released, Scored
from tests.disclose.attack import NOTHING, codes_of, read_transition, read_wave
from tests.disclose.survey import WAVES, random_survey

SURVEYS = 200
AT_A_TIME = 10


def counts_by_answer(study: Study, cleaned: Cleaned, scored: Scored, wave: str) -> Iterator[tuple[tuple[str, str, str], int]]:
    """Count people by answer and group, from the answers themselves."""
    sample = study.declaration.sample
    unit = sample.unit
    identifier = study.unit[unit].id
    group = cleaned.units[unit].set_index(identifier)[sample.group]
    for table in (cleaned.responses[unit], scored.scores[unit]):
        rows = table[table["wave"] == wave]
        groups = rows[identifier].map(group)
        for name in [column for column in rows if column in study.measure or column in study.variable]:
            edges = study.measure[name].classes if name in study.measure else study.variable[name].classes
            codes = codes_of(study, name)
            values = rows[name]
            if edges:
                values = np.array(codes, dtype=object)[np.searchsorted(edges, values.dropna(), side="right") - 1]
                held = groups[rows[name].notna()]
            else:
                held = groups[values.notna()]
                values = np.array([f"{one:g}" if isinstance(one, float) else one for one in values.dropna()], dtype=object)
            for code in codes:
                for one in (sample.participant, sample.control):
                    yield (name, code, one), int(((values == code) & (held == one).to_numpy()).sum())


def narrowest(study: Study, cleaned: Cleaned, scored: Scored, released: Released, policy: Policy, with_means: bool) -> dict[tuple, float]:
    """Give, for every small count, how wide the range is that an attacker is left with."""
    ranges = {}
    for wave in study.wave_names:
        reader = read_wave(study, released, wave, with_means)
        for unknown, count in counts_by_answer(study, cleaned, scored, wave):
            if policy.is_small_cell(count) and unknown in reader.places:
                ranges[wave, *unknown] = reader.range_of(unknown)
    return ranges


def narrowest_transition(
    study: Study, cleaned: Cleaned, scored: Scored, released: Released, policy: Policy, outcome: str
) -> dict[tuple, float]:
    """Give the same for a transition table, lost people and newcomers included."""
    sample = study.declaration.sample
    identifier = study.unit[sample.unit].id
    table = (scored.scores if outcome in study.measure else cleaned.responses)[sample.unit]
    wide = table[table["wave"].isin(WAVES)].pivot(index=identifier, columns="wave", values=outcome).reindex(columns=list(WAVES))
    wide = wide.astype("object").where(wide.notna(), NOTHING)
    group = cleaned.units[sample.unit].set_index(identifier)[sample.group].reindex(wide.index)
    counts = wide.assign(group=group).groupby(["t1", "t2", "group"]).size()
    reader = read_transition(study, released, outcome, WAVES)
    small = [key for key, count in counts.items() if policy.is_small_cell(count) and key in reader.places and key[:2] != (NOTHING, NOTHING)]
    return {key: reader.range_of(key) for key in small}


@pytest.mark.parametrize("first", range(0, SURVEYS, AT_A_TIME))
def test_no_small_count_of_a_random_survey_can_be_worked_out(first: int) -> None:
    for seed in range(first, first + AT_A_TIME):
        survey = random_survey(seed)
        policy = Policy.of(survey.study)
        released = release_results(survey.study, survey.estimated, {})
        given = (survey.study, survey.cleaned, survey.scored, released, policy)
        ranges = narrowest(*given) | narrowest_transition(*given, "lock_in") | narrowest_transition(*given, "colour")
        assert {key: width for key, width in ranges.items() if width < policy.cell} == {}, f"survey {seed}"
