"""Raw files become responses: the stage's public function.

Everything a researcher may have got wrong in files and codebook is collected
and reported at once; only then are rows joined into waves and units.
"""

import pandas as pd

from pipeline.clean.corrections import with_corrections
from pipeline.clean.faults import unlisted_missing_problems
from pipeline.clean.files import RawSource, read_sources
from pipeline.clean.flow import count_flow, flow_problems
from pipeline.clean.linkage import doubtful_links, linkage_lines
from pipeline.clean.matching import matching_problems, unmatched_lines
from pipeline.clean.pseudonyms import with_pseudonyms
from pipeline.clean.rows import SourceRows, clean_source
from pipeline.clean.sample import membership_problems
from pipeline.clean.units import backward_lines, facts_of_units
from pipeline.clean.waves import answers_by_wave
from pipeline.errors import Problem, at_work_on, raise_if_any
from pipeline.spec.study import Study
from pipeline.spec.vocabulary import MISSING_SUFFIX
from pipeline.tables.frames import table_of
from pipeline.tables.glossary import CLEANING_LOG, EXCLUSIONS, LINKAGE
from pipeline.tables.results import Cleaned


def clean_responses(study: Study) -> Cleaned:
    """Read a study's raw files and explain every cell and row of them.

    Parameters
    ----------
    study : Study
        Declared; its files lie in ``study.paths.raw``.

    Returns
    -------
    Cleaned
        ``responses`` (unit x wave) and ``units`` sorted by id; a missing value
        has its reason in ``<name>__missing``; ``exclusions`` and ``flow``
        account for every row of every file. The order of rows in the files
        changes nothing but the row numbers in ``exclusions``.

    Raises
    ------
    ResearcherError
        With all problems of all sources at once: files that are absent,
        changed or unreadable, unknown columns and answers, ids that are blank,
        repeated or personal identity numbers, people in both groups.
    """
    sources = clean_sources(study)
    facts = facts_of_units(study, sources)
    waves = answers_by_wave(study, sources)
    doubtful = doubtful_links(study, sources)
    raise_if_any([*waves.problems, *facts.problems, *membership_problems(study, sources, facts.units, doubtful)])
    raise_if_any(flow_problems(study, facts.units))
    for frame in (*waves.responses.values(), *facts.units.values()):
        _value_or_reason(study, frame)
    log = (
        [line for source in sources.values() for line in source.log]
        + facts.log
        + [*backward_lines(study, sources), *unmatched_lines(study, sources), *linkage_lines(doubtful, study)]
    )
    gone = [line for source in sources.values() for line in source.exclusions]
    return Cleaned(
        responses=waves.responses,
        units=facts.units,
        exclusions=table_of(EXCLUSIONS, [{"study": study.id, **line} for line in gone]),
        cleaning_log=table_of(CLEANING_LOG, [{"study": study.id, **line} for line in log]),
        linkage=table_of(LINKAGE, [{"study": study.id, **line} for line in doubtful]),
        flow=count_flow(study, sources, waves.responses, facts.units),
    )


def clean_sources(study: Study) -> dict[str, SourceRows]:
    """Read and interpret every source, by name.

    Raises
    ------
    ResearcherError
        With all problems of all sources.
    """
    raws, problems = raw_sources(study)
    sources = {}
    for name, raw in raws.items():
        with at_work_on(raw.where):
            sources[name], found = clean_source(study, raw)
        problems += found
    raise_if_any([*problems, *unlisted_missing_problems(study, raws.values())])
    raise_if_any(matching_problems(study, sources))
    return sources


def raw_sources(study: Study) -> tuple[dict[str, RawSource], list[Problem]]:
    """Read every source, with pseudonyms and corrections in the place of what the files hold; nothing else may read their ids."""
    raws, problems = read_sources(study)
    for change in (with_pseudonyms, with_corrections):
        raws, found = change(study, raws)
        problems += found
    return raws, problems


def _value_or_reason(study: Study, frame: pd.DataFrame) -> None:
    """Hold that every cell has a value, or the reason why there is none, and never both."""
    for name in frame.columns:
        reasons = f"{name}{MISSING_SUFFIX}"
        if reasons in frame.columns and (frame[name].isna() != (frame[reasons] != 0)).any():
            raise ValueError(f"{study.id}: '{name}' has a value beside the reason why there is none, or neither")
