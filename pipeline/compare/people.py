"""Who stands behind the numbers: every place of the tables with its people and what their numbers are made of.

Two releases differ by the people who were added, removed or changed between them;
``stages`` keeps of each place a keyed fingerprint, so that they can be counted.
What is not listed here has no people that are known, and is compared by its n.
"""

from collections.abc import Iterator, Mapping

import pandas as pd

from pipeline.compare.exhibits.description import levels_described
from pipeline.compare.gather.cohort import LEVEL, READING, SUBJECT
from pipeline.compare.gather.losses import losses
from pipeline.compare.gather.panel import Panel
from pipeline.compare.gather.protocol import ANSWERED_IN, GROUP, INSIDE, AnalysisFrame, analysis_frame, before_column, per_levels
from pipeline.spec.declaration import Exhibit
from pipeline.spec.naming import ALL_INSIDE, SAMPLE, place_name, split_reference
from pipeline.spec.study import Study
from pipeline.spec.vocabulary import EVERYBODY, MISSING_SUFFIX
from pipeline.tables.results import Cleaned, Scored

NOT_SHOWN = ("id", "date", "text")
"""Types of variables of which no number is made."""


def people_behind(study: Study, cleaned: Cleaned, scored: Scored) -> pd.DataFrame:
    """List, for every place that released numbers are about, the people in it.

    Parameters
    ----------
    study : Study
    cleaned, scored : Cleaned, Scored

    Returns
    -------
    DataFrame
        ``place`` (``place_name``), ``person`` (unit and id) and ``value``: all
        that the numbers of the place take of the person, as one text. A coding
        is about the interview that was coded, so that a person may stand in a
        place several times. Micro-data: it is never written as it is.
    """
    panel = Panel(study, cleaned, scored)
    gathered = [analysis_frame(panel, analysis) for analysis in study.declaration.analyses]
    frames = [
        *(frame for unit in study.unit for frame in _answered(panel.on(unit))),
        *(frame for one in gathered for outcome in one.analysis.outcomes for frame in _analysed(one, outcome)),
        *(frame for one in study.declaration.exhibits for frame in _exhibited(panel, one)),
    ]
    return pd.concat(frames, ignore_index=True)


def _answered(panel: Panel) -> Iterator[pd.DataFrame]:
    """Give those whose answer, value, or reason for none is known, for every question and measure in every wave."""
    study = panel.study
    levels = {name: panel.levels(name) for name in dict.fromkeys((*levels_described(panel), *per_levels(study, panel.unit)))}
    linked = [split_reference(one)[0] for one in study.declaration.balance.covariates if panel.unit == study.declaration.sample.unit]
    for name in (*study.measure, *study.variable):
        own = study.unit_of(name) == panel.unit
        if not (own or name in linked) or (name in study.variable and study.variable[name].type in NOT_SHOWN):
            continue
        for wave in panel.waves_of(name):
            groups, reference = _groups(panel, panel.asked_groups(wave)), f"{name}@{wave}" if wave else name
            values = {"": _as_text(panel.column(reference).to_frame())}
            if own and name in study.variable:
                values["missing"] = _as_text(panel.rows(name, wave)[[name + MISSING_SUFFIX]].reindex(panel.people.index))
            elif own:
                items = {item: panel.column(f"{item}@{wave}" if wave else item) for item in study.measure[name].items}
                answers = pd.DataFrame(items)
                values["measurement"] = _as_text(answers)
                values["factors"] = _as_text(answers, complete=False).where(answers.notna().any(axis="columns"))
            for basis, texts in values.items():
                yield from _standing((basis, _unit(study, panel.unit), name, wave), texts, groups, {} if basis else levels)


def _unit(study: Study, unit: str) -> str:
    return SAMPLE if unit == study.declaration.sample.unit else unit


def _groups(panel: Panel, asked: tuple[str, ...]) -> dict[str, pd.Series]:
    """Mark everybody, each group that was asked, and the two that are compared."""
    both = panel.group_codes[:2]
    pair = {"+".join(both): panel.group.isin(both)} if len(both) > 1 else {}
    everybody = pd.Series(True, index=panel.people.index)
    return {EVERYBODY: everybody} | {code: panel.group == code for code in asked if code != EVERYBODY} | pair


def _analysed(one: AnalysisFrame, outcome: str) -> Iterator[pd.DataFrame]:
    """Give those whom an analysis rests on, with all that it takes of them; and all it is about, also those lost."""
    frame, analysis = one.frame, one.analysis
    name, wave = split_reference(outcome)
    of_others = [(other, before_column(split_reference(other)[0])) for other in analysis.outcomes if other != outcome]
    others = {column for columns in of_others for column in columns} - {before_column(name)}
    used = [column for column in frame if column not in {GROUP, INSIDE, *one.by, *others} and not column.startswith((LEVEL, ANSWERED_IN))]
    values = _as_text(frame[used], complete=False)
    levels = {by: frame[f"{LEVEL if one.estimator.takes_cohort else ''}{by}"] for by in one.by}
    groups = {code: frame[GROUP] == code for code in (one.first, one.second) if code}
    groups |= {f"{one.first}+{one.second}": frame[GROUP].isin([one.first, one.second])} if one.second else {}
    readings = {f":{column.removeprefix(READING)}": frame[column] for column in frame if column.startswith(READING)}
    known, unit = losses(one, outcome) == "", _unit(one.study, one.unit)
    for ending, members in {"": frame[INSIDE], **readings}.items():
        inside = members & frame[INSIDE]
        for basis, chosen in {ending: inside & known, f"{ending}{ALL_INSIDE}": inside}.items():
            about = (f"{analysis.id}{basis}", unit, name, wave)
            yield from _standing(about, values.where(chosen), groups, levels, frame.get(SUBJECT))


def _exhibited(panel: Panel, exhibit: Exhibit) -> Iterator[pd.DataFrame]:
    """Give those who stand in a table of moves or in a curve."""
    if exhibit.kind == "curve":
        texts = _as_text(pd.DataFrame({name: panel.column(name) for name in (exhibit.time, exhibit.event) if name}))
        levels = {name: panel.levels(name) for name in exhibit.by}
        yield from _standing(
            (exhibit.id, _unit(panel.study, panel.unit), str(exhibit.time), ""), texts, _groups(panel, panel.group_codes), levels
        )
    for name in exhibit.outcomes if exhibit.kind == "transition" else ():
        own = panel.on(panel.study.unit_of(name))
        ends = (exhibit.waves[0], exhibit.waves[-1])
        texts = _as_text(pd.DataFrame({wave: own.column(f"{name}@{wave}") for wave in ends}))
        levels = {panel.study.declaration.sample.group: own.group} if own.is_grouped else {}
        everybody = {EVERYBODY: pd.Series(True, index=texts.index)}
        yield from _standing((exhibit.id, _unit(panel.study, own.unit), name, ">".join(ends)), texts, everybody, levels)


def _as_text(frame: pd.DataFrame, complete: bool = True) -> pd.Series:
    """Write each row as one text; where it must be complete, none for rows that lack anything."""
    texts = pd.Series(["|".join(map(str, row)) for row in frame.itertuples(index=False)], index=frame.index, dtype="object")
    return texts.where(frame.notna().all(axis="columns")) if complete else texts


def _standing(
    about: tuple[str, str, str, str],
    values: pd.Series,
    groups: Mapping[str, pd.Series],
    levels: Mapping[str, pd.Series],
    subject: pd.Series | None = None,
) -> Iterator[pd.DataFrame]:
    """Place those with a value in all, and at the level of each variable, of each group.

    Parameters
    ----------
    about : tuple of str
        Basis, unit, outcome and wave.
    values : Series (units)
        What counts of each; None for those who do not stand there.
    groups, levels : mappings of Series (units)
        Group -> its members; variable -> at which of its levels.
    subject : Series (units), optional
        Whom a row is about, where that is not its unit.
    """
    unit = about[1]
    persons = pd.Series(values.index if subject is None else subject.to_numpy(), index=values.index).astype("str")
    for group, members in groups.items():
        inside = members & values.notna()
        whole = pd.DataFrame({"place": place_name(*about, EVERYBODY, group), "person": f"{unit}:" + persons, "value": values})
        yield whole[inside]
        for variable, codes in levels.items():
            known = inside & codes.notna()
            if known.any():
                head, _, end = place_name(*about, f"{variable}=\0", group).partition("\0")
                yield whole.assign(place=head + codes.astype("object").astype("str") + end)[known]
