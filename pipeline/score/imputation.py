"""Missing answers imputed several times, and every measure scored of them again.

What is imputed are answers, never scores, so that a measure made of imputed answers is what its rule
makes of them. Nobody gets an answer to a question that was not asked of, or does not apply to, that person, nor one that
decides nothing of a measure (such as "do not know" where yes and no decide). Who gave such an
answer keeps the measure as answered. The group, the sample's weight and its cluster are in every model.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from pipeline.score.chained import Plan, Variable, chained, too_large
from pipeline.score.rules import SCORING_RULES
from pipeline.score.scored import score_measure
from pipeline.spec.declaration import Imputation, Measure
from pipeline.spec.naming import split_reference
from pipeline.spec.study import Study
from pipeline.spec.vocabulary import MISSING_CODES, MISSING_SUFFIX
from pipeline.tables.frames import table_of
from pipeline.tables.glossary import IMPUTATION
from pipeline.tables.results import Cleaned

IMPUTED = "imputation"
"""Column that numbers the imputations from 1."""
NOT_THEIRS = tuple(MISSING_CODES[reason] for reason in ("not_asked", "not_applicable"))
"""Reasons of a missing answer that there is not: nothing is imputed."""
TOO_LARGE, LINKED_UNKNOWN = "imputation_too_large", "imputation_linked_unknown"
Answer = tuple[str, str]
"""A variable and its wave."""


@dataclass(frozen=True)
class _Known:
    """One answer of everybody: what is known of it, and to whom it may be given."""

    values: pd.Series
    """As answered: numbers, or codes."""
    codes: tuple[str, ...]
    """Answers that there are; none for a number."""
    theirs: np.ndarray
    """Who has an answer, known or not."""
    decides: np.ndarray
    """Who gave an answer that decides, and so may be given to others."""

    @property
    def variable(self) -> Variable:
        """The answer as the chains take it."""
        places = self.values.map({code: float(place) for place, code in enumerate(self.codes)}) if self.codes else self.values
        return Variable(places.to_numpy(dtype="float64"), self.decides, bool(self.codes))

    def filled(self, drawn: np.ndarray) -> np.ndarray:
        """Give (m, n) answers with those drawn in their places; empty where there is none to have."""
        unknown = self.values.isna().to_numpy()
        filled = np.repeat(self.values.to_numpy(dtype="object" if self.codes else "float64")[None], len(drawn), axis=0)
        filled[:, unknown] = np.array(self.codes, dtype="object")[drawn.astype("int64")] if self.codes else drawn
        filled[:, ~self.theirs] = np.nan
        return filled


@dataclass(frozen=True)
class _People:
    """Those in the groups, with their facts and answers."""

    study: Study
    cleaned: Cleaned
    facts: pd.DataFrame
    """Indexed by id, sorted."""
    found: dict[Answer, _Known] = field(default_factory=dict)

    def known(self, answer: Answer) -> _Known:
        """Give an answer of everybody; each is looked up once."""
        if answer not in self.found:
            self.found[answer] = self._known(*answer)
        return self.found[answer]

    def _known(self, name: str, wave: str) -> _Known:
        variable = self.study.variable[name]
        rows = self.facts
        if wave:
            responses = self.cleaned.responses[variable.unit]
            rows = responses.loc[responses["wave"] == wave].set_index(self.study.unit[variable.unit].id).reindex(self.facts.index)
        reasons = rows[f"{name}{MISSING_SUFFIX}"] if f"{name}{MISSING_SUFFIX}" in rows else pd.Series(0, index=rows.index)
        theirs = ~reasons.isin(NOT_THEIRS)
        asked_of = {one.name: one.asked_of for one in self.study.declaration.waves}.get(wave, ())
        if asked_of:
            theirs &= self.facts[self.study.declaration.sample.group].isin(asked_of)
        codes = self.study.codes_of(variable) if variable.type == "select_one" else ()
        values = rows[name].astype("object" if codes else "float64")
        decides = values.notna() & (values.isin(_deciding(self.study, name, codes)) if codes else True)
        return _Known(values, codes, theirs.to_numpy(dtype=bool), decides.to_numpy(dtype=bool))


def impute_answers(study: Study, cleaned: Cleaned, scores: pd.DataFrame) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """Impute what the analyses that say so need.

    Parameters
    ----------
    study : Study
    cleaned : Cleaned
    scores : DataFrame
        Measures of the sample's unit as answered.

    Returns
    -------
    dict of DataFrame
        The sample's unit -> one row per imputation and unit in the groups, sorted: ``imputation`` from 1, the id, and each
        reference of those analyses. Empty where nothing is imputed, or could not be.
    DataFrame
        Table ``imputation``: noted ``imputation_too_large`` where a model has as many columns as people to estimate it from,
        ``imputation_linked_unknown`` where something of a linked unit is not known of all.
    """
    how, wanted = study.declaration.imputation, references_imputed(study)
    if how is None or not wanted:
        return {}, table_of(IMPUTATION, ())
    sample = study.declaration.sample
    facts = cleaned.units[sample.unit].set_index(study.unit[sample.unit].id).sort_index(kind="stable")
    people = _People(study, cleaned, facts.loc[facts[sample.group].notna()])
    own = [one for one in wanted if study.unit_of(split_reference(one)[0]) == sample.unit]
    answers = list(dict.fromkeys(answer for one in own for answer in answers_of(study, one)))
    fixed = _fixed(people, [one for one in wanted if one not in own])
    variables = [people.known(answer).variable for answer in answers]
    problem = LINKED_UNKNOWN if np.isnan(fixed).any() else TOO_LARGE if too_large(variables, fixed) else ""
    if problem:
        rows = [_row(study, one, len(people.facts)) | {"n": None, "note": problem} for one in own]
        return {}, table_of(IMPUTATION, rows)
    chains = chained(variables, fixed, _clusters(people), Plan(how.m, how.rounds, study.declaration.seed))
    drawn = {answer: people.known(answer).filled(values) for answer, values in zip(answers, chains.values, strict=True)}
    apart = dict(zip(answers, chains.apart, strict=True))
    columns = {one: (_as_answered(people, scores, one), _imputed(people, scores, one, drawn, how)) for one in own}
    frame = pd.DataFrame({one: made.reshape(-1) for one, (_, made) in columns.items()})
    frame.insert(0, study.unit[sample.unit].id, np.tile(people.facts.index.to_numpy(), how.m))
    frame.insert(0, IMPUTED, np.repeat(np.arange(1, how.m + 1), len(people.facts)))
    rows = [
        _row(study, one, len(people.facts))
        | _compared(known, made, study.kind_of(split_reference(one)[0]) == "category")
        | {"chains": float(np.nanmax([1.0, *(apart[answer] for answer in answers_of(study, one))]))}
        for one, (known, made) in columns.items()
    ]
    return {sample.unit: frame}, table_of(IMPUTATION, rows)


def references_imputed(study: Study) -> list[str]:
    """Give what the imputed analyses compare and take into account, and what else is declared to be drawn from."""
    how = study.declaration.imputation
    analyses = [one for one in study.declaration.analyses if one.imputed] if how is not None else []
    named = [reference for one in analyses for reference in (*one.outcomes, *one.covariates)]
    return list(dict.fromkeys((*named, *(how.auxiliary if how is not None and analyses else ()))))


def answers_of(study: Study, reference: str) -> list[Answer]:
    """Give the answers that a measure is made of, or the one that a variable is; facts without a wave."""
    name, wave = split_reference(reference)
    items = study.measure[name].items if name in study.measure else (name,)
    return [(item, "" if study.variable[item].fixed else wave) for item in items]


def _deciding(study: Study, name: str, codes: tuple[str, ...]) -> list[str]:
    """Give the answers to a choice that every measure made of such choices makes something of: scored as if all its items were answered so."""
    measures = [
        one
        for one in study.declaration.measures
        if name in one.items and all(study.variable[item].type == "select_one" for item in one.items) and not SCORING_RULES[one.rule].among
    ]
    undecided = {code for one in measures for code in codes if _scored(study, one, {item: [code] for item in one.items}, 1).isna().all()}
    return [code for code in codes if code not in undecided]


def _scored(study: Study, measure: Measure, answers: Mapping[str, object], n: int) -> pd.Series:
    wave = next(iter(study.waves_of_measure(measure)), "")
    return score_measure(study, measure, pd.DataFrame({"wave": [wave] * n, **answers}))


def _fixed(people: _People, linked: list[str]) -> np.ndarray:
    """Give (n, f) what is known of everybody: group, weight, and facts of linked units; NaN where one of these is not."""
    study, sample = people.study, people.study.declaration.sample
    columns = _indicators(people.facts[sample.group])
    if sample.weight is not None and people.facts[sample.weight].notna().all():
        columns += _standardised(people.facts[sample.weight])
    for name in linked:
        unit = study.unit[study.unit_of(name)]
        values = people.facts[unit.id].map(people.cleaned.units[unit.name].set_index(unit.id)[name])
        columns += _indicators(values) if study.kind_of(name) == "category" else _standardised(values)
    return np.column_stack(columns) if columns else np.empty((len(people.facts), 0))


def _indicators(values: pd.Series) -> list[np.ndarray]:
    found = sorted(values.dropna().unique())
    return [(values == one).to_numpy(dtype="float64") + np.where(values.isna(), np.nan, 0.0) for one in found[1:]]


def _standardised(values: pd.Series) -> list[np.ndarray]:
    numbers = values.to_numpy(dtype="float64")
    return [(numbers - numbers.mean()) / numbers.std()] if np.ptp(numbers) != 0 else []


def _clusters(people: _People) -> np.ndarray | None:
    """Give the cluster of each as whole numbers; those of whom it is not known are one of their own together."""
    name = people.study.cluster_of(people.study.declaration.sample.unit)
    return None if name is None else np.unique(people.facts[name].fillna("").astype("str"), return_inverse=True)[1]


def _as_answered(people: _People, scores: pd.DataFrame, reference: str) -> np.ndarray:
    name, wave = split_reference(reference)
    if name not in people.study.measure:
        return people.known((name, wave)).values.to_numpy()
    key = people.study.unit[people.study.declaration.sample.unit].id
    return scores.loc[scores["wave"] == wave].set_index(key)[name].reindex(people.facts.index).to_numpy()


def _imputed(people: _People, scores: pd.DataFrame, reference: str, drawn: dict[Answer, np.ndarray], how: Imputation) -> np.ndarray:
    """Give (m, n) a reference of the imputed answers; as answered where an answer is none to have, or decides nothing."""
    study, (name, _) = people.study, split_reference(reference)
    answers = answers_of(study, reference)
    if name not in study.measure:
        return drawn[answers[0]]
    items = {answer[0]: drawn[answer].reshape(-1) for answer in answers}
    made = _scored(study, study.measure[name], items, how.m * len(people.facts)).to_numpy().reshape(how.m, -1)
    each = [people.known(answer) for answer in answers]
    settled = np.logical_or.reduce([~one.theirs | (one.values.notna().to_numpy() & ~one.decides) for one in each])
    return np.where(settled, _as_answered(people, scores, reference), made)


def _row(study: Study, reference: str, total: int) -> dict[str, object]:
    name, wave = split_reference(reference)
    return {"study": study.id, "outcome": name, "wave": wave, "unit": study.declaration.sample.unit, "total": total, "note": ""}


def _compared(known: np.ndarray, made: np.ndarray, category: bool) -> dict[str, object]:
    """Count whose value was imputed, and hold these values against those known."""
    new = pd.isna(known) & pd.notna(made).all(axis=0)
    there = pd.notna(known)
    if not new.any() or not there.any():
        return {"n": int(new.sum())}
    if category:
        shares = [abs((made[:, new] == code).mean() - (known[there] == code).mean()) for code in pd.unique(known[there])]
        return {"n": int(new.sum()), "apart": float(max(shares))}
    numbers, drawn = known[there].astype("float64"), made[:, new].astype("float64")
    spread = numbers.std(ddof=1) if len(numbers) > 1 else 0.0
    return {"n": int(new.sum())} | ({"apart": float((drawn.mean() - numbers.mean()) / spread)} if spread > 0 else {})
