"""Whether the answers of one unit come in the order of the waves, by the dates that sources declare as ``order``.

A date in the wrong order is a slip in a date, or a form filed under the wrong
wave; nobody can tell which from here. The answers are kept as they are, and counted.
"""

from collections.abc import Iterator, Mapping

import pandas as pd

from pipeline.clean.rows import SourceRows
from pipeline.clean.units import ordered_sources
from pipeline.spec.study import Study


def backward_lines(study: Study, sources: Mapping[str, SourceRows]) -> Iterator[dict]:
    """Count the units that answered a wave on an earlier day than one of the waves before it.

    Parameters
    ----------
    study : Study
    sources : mapping
        Name of a source to its rows.

    Yields
    ------
    dict
        One line of the cleaning log per source with such units. Sources without
        ``order`` say nothing; units are only ever held against themselves.
    """
    for unit in study.unit:
        dated = [source for source in ordered_sources(study, sources, unit) if source.source.wave and source.source.order]
        latest = pd.Series(dtype="datetime64[s]")
        for wave in study.wave_names:
            days = {source.source.name: _days(study, source) for source in dated if source.source.wave == wave}
            for name, answered in days.items():
                count = int((answered < latest.reindex(answered.index)).sum())
                if count:
                    detail = "dated before an earlier wave; kept"
                    order = study.source[name].order
                    yield {"source": name, "subject": order, "finding": "backward_in_time", "detail": detail, "n": count}
            together = pd.concat([latest, *days.values()])
            latest = together.groupby(level=0).max()


def _days(study: Study, source: SourceRows) -> pd.Series:
    """Give the day on which each unit answered, by id; a time of day does not count."""
    identifier = study.unit[source.source.unit].id
    return source.answering.set_index(identifier)[str(source.source.order)].dropna().dt.floor("D")
