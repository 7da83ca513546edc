"""Who is in the sample: where groups are compared, each person in one of them, and nobody without cluster."""

from collections.abc import Iterable, Iterator, Mapping

import pandas as pd

from pipeline.clean.cells import first_few
from pipeline.clean.rows import SourceRows
from pipeline.errors import Problem
from pipeline.spec.study import Study


def membership_problems(
    study: Study, sources: Mapping[str, SourceRows], units: Mapping[str, pd.DataFrame], doubtful: Iterable[Mapping]
) -> Iterator[Problem]:
    """Give every problem of groups: both, none, empty, asked though not meant to be, without cluster.

    Parameters
    ----------
    study : Study
    sources, units : mapping
    doubtful : iterable of mapping
        As ``doubtful_links`` gives it: who may be somebody else is told so.
    """
    if study.declaration.sample.compares:
        yield from _both_groups(study, sources)
        yield from _empty_groups(study, units)
        yield from _asked_by_mistake(study, sources, units)
    yield from _nobody(study, units)
    yield from _without(study, units, doubtful)
    yield from _unweighted(study, units)


def _nobody(study: Study, units: Mapping[str, pd.DataFrame]) -> Iterator[Problem]:
    if units[study.declaration.sample.unit].empty:
        yield Problem(_where(study) + "/", f"holds no {_plural(study)}", remedy="Check the files, and the exclusions in study.toml.")


def _where(study: Study) -> str:
    return study.paths.shown(study.paths.raw)


def _both_groups(study: Study, sources: Mapping[str, SourceRows]) -> Iterator[Problem]:
    """Look at every row that was handed in, also at those that left as duplicates."""
    group, id_name = study.declaration.sample.group, study.unit[study.declaration.sample.unit].id
    holding = [source for source in sources.values() if source.source.name in study.variable[group].raw_names]
    answers = pd.concat([source.submitted[[id_name, group]] for source in holding]).dropna()
    once = answers.drop_duplicates()
    ids = sorted(set(once.loc[once.duplicated(id_name), id_name]))
    if ids:
        files = " and ".join(dict.fromkeys(source.source.file for source in holding))
        yield Problem(
            f"{_where(study)}/ {files}, {group}",
            f"{len(ids)} {_plural(study)} are in both groups",
            remedy="Find out which is right and say so in corrections.csv, or take the rows out by an exclusion on the id.",
            details=(f"ids: {first_few(ids)}",),
        )


def _empty_groups(study: Study, units: Mapping[str, pd.DataFrame]) -> Iterator[Problem]:
    sample = study.declaration.sample
    for code in (sample.participant, sample.control):
        if not (units[sample.unit][sample.group] == code).any():
            yield Problem(
                f"{_where(study)}/, {sample.group}",
                f"nobody is in group '{code}'",
                remedy="Check the exclusions, and the raw answers of the group variable in answers.csv.",
            )


def _asked_by_mistake(study: Study, sources: Mapping[str, SourceRows], units: Mapping[str, pd.DataFrame]) -> Iterator[Problem]:
    """Nobody may answer a wave that only the other group was asked."""
    sample = study.declaration.sample
    id_name = study.unit[sample.unit].id
    groups = units[sample.unit].set_index(id_name)[sample.group]
    for wave in study.declaration.waves:
        answering = [source for source in sources.values() if source.source.wave == wave.name and source.source.unit == sample.unit]
        for source in answering:
            ids = source.answering[id_name]
            theirs = groups.reindex(ids)
            wrong = ids[(theirs.notna() & ~theirs.isin(wave.asked_of)).to_numpy()] if wave.asked_of else ids[:0]
            if len(wrong):
                yield Problem(
                    f"{_where(study)}/{source.source.file}",
                    f"{len(wrong)} {_plural(study)} answer wave {wave.name}, which only {', '.join(wave.asked_of)} were asked",
                    remedy="Correct their group at the source, or asked_of of the wave in study.toml.",
                    details=(f"ids: {first_few(wrong)}",),
                )


def _without(study: Study, units: Mapping[str, pd.DataFrame], doubtful: Iterable[Mapping]) -> Iterator[Problem]:
    """Everybody in the sample needs a group where groups are compared, and a cluster where one is declared."""
    sample = study.declaration.sample
    needed: dict[str, tuple[str, str, str]] = {}
    if sample.compares:
        needed[sample.group] = ("group", ", ".join(study.codes_of(study.variable[sample.group])), "the group")
    if sample.cluster is not None:
        needed[sample.cluster] = (f"{sample.cluster}, which is the sample's cluster", "", "it")
    people = units[sample.unit]
    for name, (said, allowed, what) in needed.items():
        ids = people.loc[people[name].isna(), study.unit[sample.unit].id]
        if len(ids):
            remedy = f"Add {what} at the source or in corrections.csv, or take the rows out by an exclusion on the id."
            others = {line["id"]: line for line in doubtful if line["unit"] == study.declaration.sample.unit}
            maybe = [
                f"{one} in {others[one]['source']} may be {others[one]['other_id']} in {others[one]['other_source']}: see corrections.csv in docs/declare.md"
                for one in ids
                if one in others
            ]
            details = (f"ids: {first_few(ids)}", *maybe)
            yield Problem(f"{_where(study)}/, {name}", f"{len(ids)} {_plural(study)} have no {said}", allowed, remedy, details)


def _unweighted(study: Study, units: Mapping[str, pd.DataFrame]) -> Iterator[Problem]:
    """Everybody stands for somebody, and was drawn in a stratum, where these are declared."""
    sample = study.declaration.sample
    people, id_name = units[sample.unit], study.unit[sample.unit].id
    if sample.weight is not None:
        weights = people[sample.weight].astype("float64")
        for wrong, found in ((weights.isna(), "no weight"), (weights <= 0, "a weight of nothing or less")):
            if wrong.any():
                remedy = "Put it right at the source or in corrections.csv, or take the rows out by an exclusion on the id."
                details = (f"ids: {first_few(people.loc[wrong, id_name])}",)
                told = f"{int(wrong.sum())} {_plural(study)} have {found}"
                yield Problem(f"{_where(study)}/, {sample.weight}", told, "a number above 0", remedy, details)
    if sample.strata is not None:
        unit = study.variable[sample.strata].unit
        link = study.unit[unit].id
        known = units[unit].set_index(link)[sample.strata].dropna().index
        without = people.loc[~people[link].isin(known), id_name]
        if len(without):
            told, remedy = f"{len(without)} {_plural(study)} are in no stratum", "Add it at the source or in corrections.csv."
            yield Problem(f"{_where(study)}/, {sample.strata}", told, remedy=remedy, details=(f"ids: {first_few(without)}",))


def _plural(study: Study) -> str:
    return study.unit[study.declaration.sample.unit].label.en
