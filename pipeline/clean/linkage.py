"""Who may be one person under two ids, or two people under one: a list for the researcher, never a decision.

People are joined by their ids alone. What could be wrong with that is listed in
``linkage.csv`` beside the tables: ids of a file that no earlier one knows and that
are near one which it lacks, people of the same facts, and ids whose facts contradict
each other. Rows of ``corrections.csv`` put right what is.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from pipeline.clean.log import counted_line
from pipeline.clean.matching import precedes
from pipeline.clean.rows import SourceRows
from pipeline.clean.waves import observed
from pipeline.spec.folding import is_near
from pipeline.spec.study import Study

NEAR_ID, SAME_FACTS, CONTRADICTION = "near_id", "same_facts", "contradiction"
FEWEST_FACTS = 2
"""So many facts make two rows one person, or one id two; a single one is counted as a contradiction only."""

MOST_NEAR = 5
"""An id that is near more than so many, as numbers in a row are, tells nothing."""


def doubtful_links(study: Study, sources: Mapping[str, SourceRows]) -> list[dict]:
    """Hold every file against those before it.

    Returns
    -------
    list of dict
        Rows of the table ``linkage`` (without study), one per pair of ids.
    """
    place = {wave: number for number, wave in enumerate(study.wave_names)}
    lines = []
    for source in sources.values():
        same = [other for other in sources.values() if other.source.unit == source.source.unit]
        before = [other for other in same if precedes(source, other, place)]
        lines += list(_held_against(study, source, before)) if before else []
    return lines


def linkage_lines(doubtful: Iterable[Mapping], study: Study) -> Iterator[dict]:
    """Count per file what ``linkage.csv`` lists."""
    for name, rows in pd.DataFrame(doubtful, columns=["source", "unit", "why"]).groupby("source"):
        said = ", ".join(f"{why} {count}" for why, count in sorted(Counter(rows["why"]).items()))
        yield from counted_line(str(name), study.unit[rows["unit"].iloc[0]].id, "doubtful_link", len(rows), f"{said}: linkage.csv")


def _held_against(study: Study, source: SourceRows, before: list[SourceRows]) -> Iterator[dict]:
    unit = source.source.unit
    id_name = study.unit[unit].id
    names = [one.name for one in (*study.links_of(unit), *observed(study, unit, fixed=True)) if one.name in source.rows]
    own = source.answering.set_index(id_name).reindex(columns=names).astype("object")
    earlier = pd.concat([other.answering.set_index(id_name).reindex(columns=names).astype("object") for other in before])
    known = earlier.sort_index() if earlier.index.is_unique else earlier.groupby(level=0).first()
    where = {one: other.source.name for other in reversed(before) for one in other.answering[id_name].to_numpy(dtype="object")}
    here, there = (frame.index.to_numpy(dtype="object") for frame in (own, known))
    new, lost = set(here) - set(there), set(there) - set(here)
    pairs = [(NEAR_ID, a, b) for a, b in _near(sorted(new), lost)]
    pairs += [(SAME_FACTS, a, b) for a, b in (_alike(own, known) if new and lost else ()) if a in new and b in lost]
    pairs += [(CONTRADICTION, one, one) for one in _contradicting(own, known)]
    for why, a, b, alike, compared in _single(_with_facts(pairs, own, known)):
        yield {
            "unit": unit,
            "why": why,
            "source": source.source.name,
            "id": a,
            "other_source": where[b],
            "other_id": b,
            "facts_alike": alike,
            "facts_compared": compared,
        }


def _with_facts(pairs: list[tuple[str, str, str]], own: pd.DataFrame, known: pd.DataFrame) -> list[tuple[str, str, str, int, int]]:
    """Add to each pair how many of the facts that are known of both agree, and how many there are."""
    here = own.to_numpy()[own.index.get_indexer([a for _, a, _ in pairs])]
    there = known.to_numpy()[known.index.get_indexer([b for _, _, b in pairs])]
    both = ~(pd.isna(here) | pd.isna(there))
    alike = (here == there) & both
    return [(*pair, *counts) for pair, counts in zip(pairs, np.column_stack([alike.sum(1), both.sum(1)]).tolist(), strict=True)]


def _contradicting(own: pd.DataFrame, known: pd.DataFrame) -> Iterator[str]:
    """Give the ids known of before of which several facts are others now."""
    place = known.index.get_indexer(own.index)
    here, there = own.to_numpy()[place >= 0], known.to_numpy()[place[place >= 0]]
    other = (here != there) & ~(pd.isna(here) | pd.isna(there))
    yield from own.index[place >= 0][other.sum(1) >= FEWEST_FACTS]


def _single(told: list[tuple[str, str, str, int, int]]) -> Iterator[tuple[str, str, str, int, int]]:
    """Keep pairs of which nothing speaks for another partner, and all contradictions."""
    yield from (one for one in told if one[0] == CONTRADICTION)
    near = [one for one in told if one[0] == NEAR_ID and one[3] == one[4]]
    firsts, seconds = Counter(one[1] for one in near), Counter(one[2] for one in near)
    near = [one for one in near if firsts[one[1]] == seconds[one[2]] == 1]
    yield from near
    yield from (one for one in told if one[0] == SAME_FACTS and one[1:3] not in [other[1:3] for other in near])


def _near(new: Sequence[str], lost: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Give pairs of ids that are a slip apart; both become one when a sign is left out of each, which is how they are found."""
    by_rest: dict[str, set[str]] = {}
    for other in lost if new else ():
        for rest in _rests(other):
            by_rest.setdefault(rest, set()).add(other)
    for one in new:
        others = set().union(*(by_rest.get(rest, ()) for rest in _rests(one)))
        near = [other for other in sorted(others) if is_near(one, other)]
        yield from ((one, other) for other in near if len(near) <= MOST_NEAR)


def _rests(text: str) -> set[str]:
    return {text, *(text[:place] + text[place + 1 :] for place in range(len(text)))}


def _alike(own: pd.DataFrame, known: pd.DataFrame) -> Iterator[tuple[str, str]]:
    """Give pairs with the same facts, all of them known, that nobody else has in either."""
    if own.shape[1] < FEWEST_FACTS:
        return
    here, there = ({facts: ids for facts, ids in _by_facts(frame).items() if len(ids) == 1} for frame in (own, known))
    yield from ((here[facts][0], there[facts][0]) for facts in here if facts in there)


def _by_facts(frame: pd.DataFrame) -> dict[tuple, list[str]]:
    found: dict[tuple, list[str]] = {}
    for identifier, *facts in frame.dropna().itertuples():
        found.setdefault(tuple(facts), []).append(str(identifier))
    return found
