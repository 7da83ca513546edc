"""Whether the files of a study speak of the same units: ids that changed form, files that match nobody, facts that do not fit."""

from collections.abc import Iterator, Mapping
from itertools import combinations

import pandas as pd

from pipeline.clean.cells import are_among, first_few
from pipeline.clean.identity import spreadsheet_form
from pipeline.clean.log import counted_line
from pipeline.clean.rows import SourceRows
from pipeline.errors import Problem, examples
from pipeline.spec.naming import toml_place
from pipeline.spec.study import Study

FEW = 0.5
"""Below this share of units known elsewhere a file is told of loudly; no match at all stops."""

Ids = Mapping[str, frozenset[str]]
"""Source name -> its ids."""


def matching_problems(study: Study, sources: Mapping[str, SourceRows]) -> Iterator[Problem]:
    """Give what speaks against joining files by their ids."""
    for name in dict.fromkeys([*(unit.id for unit in study.declaration.units), *_links(study)]):
        yield from _changed_form(study, name, _ids(study, sources, name))
    for unit in study.unit:
        yield from _links_to_nobody(study, sources, unit)
    for source, common, fewer in _overlaps(study, sources):
        least = source.source.least_matched
        if (common == 0 and least is None) or (least is not None and common < least * fewer):
            place = toml_place(study, f"sources '{source.source.name}'")
            wanted = f"{least:.0%}" if least is not None else "some"
            yield Problem(
                f"{study.paths.shown(study.paths.raw)}/{source.source.file}, source '{source.source.name}'",
                f"{common} of {fewer} {study.unit[source.source.unit].label.en} are known from the study's other files",
                wanted,
                "Check that the file belongs to this study and that its ids have the same form; if other people are meant to answer each time, "
                f"state least_matched = 0 in {place}.",
                _both_sides(study, sources, source),
            )


def _links_to_nobody(study: Study, sources: Mapping[str, SourceRows], unit: str) -> Iterator[Problem]:
    """A register of other units, such as workplaces, that none of the links leads into."""
    owners = {declared.id: name for name, declared in study.unit.items()}
    for link in study.links_of(unit):
        ids = _ids(study, sources, link.name)
        owned = {name: own for name, own in ids.items() if study.source[name].unit == owners.get(link.name)}
        linking = frozenset().union(*(those for name, those in ids.items() if study.source[name].unit == unit))
        for name, own in owned.items():
            if own and linking and not own & linking:
                yield Problem(
                    f"{study.paths.shown(study.paths.raw)}/{study.source[name].file}, {link.name}",
                    f"none of its {len(own)} ids is named by any of the {study.unit[unit].label.en}",
                    remedy="Check that the file belongs to this study and that its ids have the same form.",
                    details=(f"here: {first_few(sorted(own))}", f"there: {first_few(sorted(linking))}"),
                )


def unmatched_lines(study: Study, sources: Mapping[str, SourceRows]) -> Iterator[dict]:
    """Record files of which less than half is known elsewhere, though no share is declared."""
    for source, common, fewer in _overlaps(study, sources):
        if source.source.least_matched is None and common < FEW * fewer:
            detail = f"{common} of {fewer} known from other files"
            yield from counted_line(source.source.name, study.unit[source.source.unit].id, "few_matched", fewer - common, detail)


def _links(study: Study) -> Iterator[str]:
    for unit in study.unit:
        yield from (link.name for link in study.links_of(unit))


def _ids(study: Study, sources: Mapping[str, SourceRows], name: str) -> Ids:
    held = {source.source.name: source.submitted[name].dropna() for source in sources.values() if name in source.submitted}
    return {source: frozenset(ids.to_numpy(dtype="object")) for source, ids in held.items()}


def _changed_form(study: Study, name: str, ids: Ids) -> Iterator[Problem]:
    """Find ids of two sources that differ by what a spreadsheet does to numbers only."""
    for (first, these), (second, those) in combinations(ids.items(), 2):
        known = {spreadsheet_form(one): one for one in these - those}
        pairs = sorted((known[spreadsheet_form(other)], other) for other in those - these if spreadsheet_form(other) in known)
        if pairs:
            files = " and ".join(dict.fromkeys(study.source[source].file for source in (first, second)))
            whole = [text for pair in pairs for text in (*pair, spreadsheet_form(pair[0])) if text.isdigit()]
            form = "#" * max(map(len, whole), default=4)
            yield Problem(
                f"{study.paths.shown(study.paths.raw)}/ {files}, {name}",
                f"{len(pairs)} ids are the same but for zeros in front, blanks or decimals",
                remedy=f'State the form of the ids in study.toml, such as id_form = "{form}" under the unit whose id is {name}, '
                "or have the ids of one file corrected.",
                details=examples([f"'{one}' in {first}, '{other}' in {second}" for one, other in pairs]),
            )


def _overlaps(study: Study, sources: Mapping[str, SourceRows]) -> Iterator[tuple[SourceRows, int, int]]:
    """Give each source that others precede, with the units it shares with them, and how many it could share.

    A wave is held against the waves before it and the lists of everybody, a list
    or register without wave against all waves.
    """
    place = {wave: number for number, wave in enumerate(study.wave_names)}
    for source in sources.values():
        id_name = study.unit[source.source.unit].id
        others = [other for other in sources.values() if other.source.unit == source.source.unit and precedes(source, other, place)]
        own = source.answering[id_name]
        known = pd.concat([other.answering[id_name] for other in others]).drop_duplicates() if others else own[:0]
        if len(own) and len(known):
            yield source, int(are_among(own, known).sum()), min(len(own), len(known))


def precedes(source: SourceRows, other: SourceRows, place: Mapping[str, int]) -> bool:
    """Say whether a source is held against another: a wave against earlier waves and lists of everybody, a register against all waves."""
    wave, before = source.source.wave, other.source.wave
    if wave is None:
        return before is not None
    return (before is None and other.source.lists_everybody) or (before is not None and place[before] < place[wave])


def _both_sides(study: Study, sources: Mapping[str, SourceRows], source: SourceRows) -> tuple[str, ...]:
    """Show ids of the file, and of the others."""
    id_name = study.unit[source.source.unit].id
    others = [other for other in sources.values() if other.source.unit == source.source.unit and other is not source]
    shown = [f"{one.source.name}: {first_few(sorted(one.rows[id_name].dropna()))}" for one in (source, *others)]
    return examples(shown)
