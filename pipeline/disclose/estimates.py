"""Decide which estimates are withheld, and empty them.

Every reason is a function that marks rows; the row keeps what identifies it, its
numbers go, and its note says why. A number withheld for few people loses its n too.
Of a share in clusters the interval alone may go, or lose digits.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import prod

import pandas as pd

from pipeline.disclose.codes import MERGED
from pipeline.disclose.counts import COUNTED, TableKey, category_of
from pipeline.disclose.evidence import Decided, Evidence
from pipeline.disclose.known import SUM, tells
from pipeline.disclose.overlaps import told_by_answers
from pipeline.disclose.policy import ORDER_STATISTICS_NEED, Policy
from pipeline.disclose.populations import (
    MODELS,
    NEVER_ADJUSTED,
    POOLED,
    has_known_weights,
    is_about_one_group,
    is_exact,
    number_of_values,
    special_analyses,
    tells_raw,
)
from pipeline.disclose.search import DISPERSION
from pipeline.disclose.sizes import beside_hidden_sizes
from pipeline.disclose.solved import solved_estimates
from pipeline.disclose.told import NUMBER, PEOPLE, SPREAD
from pipeline.disclose.worlds import question_of, tells_apart
from pipeline.spec.naming import split_reference
from pipeline.spec.study import Study
from pipeline.spec.vocabulary import EVERYBODY

ONE_PERSON = ("minimum", "maximum")

ORDER_STATISTICS = ("median", "lower_quartile", "upper_quartile", "median_time")

SHAPE = ("skewness", "excess_kurtosis")

BETWEEN_LEVELS = ("interaction", "log_rank", "equal_means", "equal_ranks", "level_difference")

ITEMS = ("item_rest_correlation", "alpha_if_dropped", "loading", "item_odds_ratio", "on_invariant_items")
"""What is told of the single questions of a scale."""

TRIMMED = ("trimmed_low", "trimmed_high")
"""Differences without those at an end, whose answers they tell where they are few."""
CORRELATIONS = ("pearson_correlation", "rank_correlation")
"""What is told of the answers to two questions together."""

MODELS_OF_SCALES = ("factor", "invariance", "factors_together")
PEOPLE_PER_NUMBER, NUMBERS_PER_ITEM = 5, 3
"""A model of a scale has a loading, a residual and an intercept per question; of fewer people per number it tells how single ones answered."""

HALF_UNIT = 0.005
"""How far a printed number may be from what it is."""

ITEM_DIGITS = 2

GROUPS = ("mean", "share", "mean_difference", "risk_difference")
"""What is told of two groups, or of both, that a model of them tells again."""
WEIGHTED = "survey_weighted"
OF_TABLES = ("association", "odds_ratio_by_ordered", "superiority_by_ordered")
"""What is told of a whole table, which a merged or withheld one does not leave open."""
ALIKE = 3
"""So many times the least cell a category has on average where small cells are seldom."""
FEWEST_ANSWERS = 4
"""With fewer answers to a question, how it goes with another one nearly tells how many gave which two answers."""


@dataclass(frozen=True)
class Withheld:
    """Which rows are emptied, and why; all with the index of the estimates."""

    group: pd.Series
    """Too few people: n goes too."""
    detail: pd.Series
    """Is, or helps to find, single people's answers, though there are enough people."""
    cell: pd.Series
    """Would give back a small count."""
    spread: pd.Series
    """Its error, interval and tests would."""
    contradictions: frozenset[tuple[str, str]] = frozenset()
    """Analysis and outcome of numbers that no people fit."""

    @property
    def contradicted(self) -> frozenset[str]:
        """Name the outcomes of which nothing is shown, because numbers about them contradict each other."""
        return frozenset(outcome for _, outcome in self.contradictions)

    @property
    def any(self) -> pd.Series:
        """Mark every row that is emptied."""
        return self.group | self.detail | self.cell

    def with_cells(self, more: pd.Series) -> "Withheld":
        """Withhold more, for small counts."""
        return replace(self, cell=self.cell | more)

    def without(self, rows: pd.DataFrame, contradictions: Iterable[tuple[str, str]]) -> "Withheld":
        """Withhold, with n, everything about outcomes whose numbers contradict each other."""
        found = self.contradictions | frozenset(contradictions)
        return replace(self, group=self.group | rows["outcome"].isin([outcome for _, outcome in found]), contradictions=found)


def withheld_estimates(evidence: Evidence, decided: Decided, rows: pd.DataFrame) -> Withheld:
    """Decide which estimates are withheld.

    Parameters
    ----------
    evidence, decided
    rows : DataFrame
        Table ``estimates``, nothing withheld.

    Returns
    -------
    Withheld
    """
    study, policy = evidence.study, evidence.policy
    hidden = [name for name, one in special_analyses(study).items() if told_by_answers(study, decided, one)]
    exact = is_exact(study, rows)
    group = (
        _with_other_group(study, rows, few_people(policy, rows))
        | _scales_of_few(study, policy, rows)
        | rows["analysis"].isin(hidden)
        | _pairs(rows).isin(decided.bases)
    )
    cell = (_pairs(rows).isin(decided.shares) & exact) | _merged_categories(decided, rows)
    detail = _single_answers(policy, rows) | _shape_tells(evidence, decided, rows)
    detail |= _items_tell(evidence, decided, rows) | _together_tells(evidence, decided, rows)
    scales = rows["estimand"].eq("cronbach_alpha") & (group | cell | detail)
    detail |= rows["estimand"].isin(ITEMS) & _pairs(rows).isin(_pairs(rows)[scales])
    cell |= rows["estimand"].isin(OF_TABLES) & ~_pairs(rows).isin(whole_tables(evidence, decided))
    squares = _squares_of_scales(evidence, decided, rows)
    detail |= squares & rows["estimand"].isin(DISPERSION)
    return Withheld(group, detail, cell & rows["estimand"].ne("n"), squares & ~rows["estimand"].isin(DISPERSION))


def few_people(policy: Policy, rows: pd.DataFrame) -> pd.Series:
    """Mark estimates on fewer people than the minimum base, in all or in either group."""
    counts = rows[["n", "n_a", "n_b"]].astype("float64")
    return ((counts > 0) & (counts < policy.base)).any(axis="columns")


def _scales_of_few(study: Study, policy: Policy, rows: pd.DataFrame) -> pd.Series:
    """Mark models of a scale, in all or in either group, on few people for their numbers, and what is told of few clusters."""
    scales = rows["estimator"].isin(MODELS_OF_SCALES)
    sizes = {
        name: len(study.measure[name].items) for name in rows.loc[scales, ["outcome", "term"]].stack().unique() if name in study.measure
    }
    items = rows["outcome"].map(sizes).astype("float64") + rows["term"].map(sizes).astype("float64").fillna(0)
    least = items * NUMBERS_PER_ITEM * PEOPLE_PER_NUMBER
    few = rows[["n", "n_a", "n_b"]].astype("float64").lt(least, axis="index").any(axis="columns")
    clusters = rows["estimator"].eq("clusters") & rows["n_clusters"].fillna(0).lt(policy.base)
    return (scales & few) | clusters


def _with_other_group(study: Study, rows: pd.DataFrame, few: pd.Series) -> pd.Series:
    """Mark also the other group at the place of a small one: everybody together is shown, and the difference would be the small one's size."""
    part = rows["analysis"].where(rows["analysis"].isin(list(special_analyses(study))), "")
    places = pd.MultiIndex.from_arrays([part, *(rows[name] for name in ("outcome", "unit", "wave", "level"))])
    one_group = rows["group_b"].eq("") & ~rows["group_a"].isin(["", EVERYBODY])
    return few | (one_group & pd.Series(places.isin(places[few & one_group]), index=rows.index))


def _pairs(rows: pd.DataFrame) -> pd.Series:
    return pd.Series(list(zip(rows["outcome"], rows["wave"], strict=True)), index=rows.index, dtype="object")


def _merged_categories(decided: Decided, rows: pd.DataFrame) -> pd.Series:
    """Mark shares of single categories that tables of answers merge or withhold."""
    categories = [category_of(outcome, term) for outcome, term in zip(rows["outcome"], rows["term"], strict=True)]
    keys = [TableKey(*key) for key in zip(rows["unit"], rows["outcome"], rows["wave"], strict=True)]
    return pd.Series(
        [bool(category) and _is_merged(decided, key, category) for key, category in zip(keys, categories, strict=True)], index=rows.index
    )


def _is_merged(decided: Decided, key: TableKey, category: str) -> bool:
    blocks = decided.blocks.get(key)
    return blocks is None or (category,) not in blocks


def _single_answers(policy: Policy, rows: pd.DataFrame) -> pd.Series:
    """Mark what is one person's answer: extremes always, quartiles of few people; or what leaves out few at an end."""
    few = rows["n"].astype("float64") < ORDER_STATISTICS_NEED * policy.base
    cut = rows["estimand"].isin(TRIMMED) & rows["effect"].astype("float64").lt(policy.base)
    return cut | rows["estimand"].isin(ONE_PERSON) | (rows["estimand"].isin(ORDER_STATISTICS) & few)


def whole_tables(evidence: Evidence, decided: Decided) -> list[tuple[str, str]]:
    """Give the outcomes and waves of which a table shows every answer of every group."""
    return [(key.outcome, key.wave) for key in decided.blocks if decided.is_whole(key, evidence.tables[key])]


def _squares_of_scales(evidence: Evidence, decided: Decided, rows: pd.DataFrame) -> pd.Series:
    """Mark what tells the spread of a scale one of whose questions hides answers, unless enough whole sums of squares fit what is printed.

    The sum of squares of a scale is one more equation over the joint answers to all of its questions.
    """
    study, whole = evidence.study, set(whole_tables(evidence, decided))
    items = {
        name: study.measure[name].items for name in rows["outcome"].unique() if name in study.measure and tells(study.measure[name]) == SUM
    }
    hiding = [len(items.get(name, ())) > 1 and any((item, wave) not in whole for item in items[name]) for name, wave in _pairs(rows)]
    size = rows["outcome"].map({name: len(several) for name, several in items.items()}).astype("float64")
    n, error = rows["n"].astype("float64"), rows["std_error"].astype("float64")
    of_error = rows["estimand"].eq("standard_error")
    deviation = rows["estimate"].where(rows["estimand"].eq("standard_deviation"), (error.where(~of_error, rows["estimate"])) * n**0.5)
    fitting = 4 * deviation * HALF_UNIT * n * size**2
    return pd.Series(hiding, index=rows.index, dtype="bool") & (fitting < evidence.policy.cell)


def _shape_tells(evidence: Evidence, decided: Decided, rows: pd.DataFrame) -> pd.Series:
    """Mark skewness and kurtosis where they help to find counts that are not shown: in subgroups, and unless the tables behind them are whole."""
    asked = {(row.unit, row.outcome, row.wave): row for row in rows[rows["estimand"].isin(SHAPE)].itertuples()}
    telling = [(row.outcome, row.wave) for row in asked.values() if not _shape_is_known(evidence, decided, row.outcome, row.wave)]
    return rows["estimand"].isin(SHAPE) & ((rows["level"] != EVERYBODY) | _pairs(rows).isin(telling))


def _shape_is_known(evidence: Evidence, decided: Decided, outcome: str, wave: str) -> bool:
    """Say whether every table of the answers behind a number is shown whole; of numbers in classes, whether none is merged."""
    measure = evidence.study.measure.get(outcome)
    items = [item for item in (measure.items if measure is not None else [outcome]) if tells_apart(evidence.study, item)]
    keys = [TableKey(evidence.study.unit_of(name), name, wave) for name in (outcome, *items)]
    whole = {key.outcome: decided.is_whole(key, evidence.tables[key]) for key in keys if key in decided.blocks}
    return all(whole.values()) and set(items) <= whole.keys()


def _items_tell(evidence: Evidence, decided: Decided, rows: pd.DataFrame) -> pd.Series:
    """Mark what is told of single questions of a scale where any of them has few answers, or a table that is not whole.

    Together with alpha and the questions' own tables it gives, for three
    questions, how each two of them vary together; for more, sums of it.
    """
    study = evidence.study
    telling = {
        (row.outcome, row.wave): any(_item_tells(evidence, decided, item, row.wave) for item in study.measure[row.outcome].items)
        for row in rows[rows["estimand"].isin(ITEMS)].itertuples()
    }
    return rows["estimand"].isin(ITEMS) & _pairs(rows).isin([key for key, tells in telling.items() if tells])


def _together_tells(evidence: Evidence, decided: Decided, rows: pd.DataFrame) -> pd.Series:
    """Mark how two numbers go together where a question behind either has few answers, or a table that is not whole."""
    beside = {one.id: one.beside for one in evidence.study.declaration.analyses if one.beside}
    asked = rows["estimand"].isin(CORRELATIONS)
    telling = [
        any(_question_tells(evidence, decided, *pair) for pair in ((row.outcome, row.wave), split_reference(beside[row.analysis])))
        for row in rows[asked].itertuples()
    ]
    return asked & pd.Series(telling, index=rows.index[asked], dtype="bool").reindex(rows.index, fill_value=False)


def _question_tells(evidence: Evidence, decided: Decided, name: str, wave: str) -> bool:
    measure = evidence.study.measure.get(name)
    return any(_item_tells(evidence, decided, item, wave) for item in (measure.items if measure is not None else [name]))


def _item_tells(evidence: Evidence, decided: Decided, item: str, wave: str) -> bool:
    key = TableKey(evidence.study.unit_of(item), item, wave)
    if key in decided.blocks and not decided.is_whole(key, evidence.tables[key]):
        return True
    answers = evidence.study.codes_of(evidence.study.variable[item])
    return 0 < len(answers) < FEWEST_ANSWERS


def without_solved(study: Study, withheld: Withheld, rows: pd.DataFrame, cells: pd.DataFrame) -> tuple[Withheld, frozenset[TableKey]]:
    """Withhold also what would solve a small count together with all else (``solved``), or the size of a level (``sizes``).

    Parameters
    ----------
    study : Study
    withheld : Withheld
        As the rules decide.
    rows : DataFrame
        Table ``estimates``, nothing withheld.
    cells : DataFrame
        Table ``distributions`` as released.

    Returns
    -------
    Withheld, set of TableKey
        Estimates, and tables of answers.
    """
    marked = rows.assign(no_number=withheld.any, no_people=withheld.group)
    gone = solved_estimates(study, marked, cells)
    part = pd.Series(gone.parts, dtype="float64").reindex(rows.index)
    solved = replace(
        withheld, group=withheld.group | part.eq(PEOPLE), cell=withheld.cell | part.eq(NUMBER), spread=withheld.spread | part.eq(SPREAD)
    )
    alone = rows[is_about_one_group(study, rows)]
    no_size, no_number = beside_hidden_sizes(study, Policy.of(study), alone, solved.group.loc[alone.index])
    hidden = solved.cell | no_number.reindex(rows.index, fill_value=False)
    solved = replace(solved, group=solved.group | no_size.reindex(rows.index, fill_value=False), cell=hidden)
    weighted = _told_by_weights(study, rows, solved.group | solved.cell, [*gone.tables, *_hiding_tables(cells)])
    hidden = _between_hidden_levels(rows, solved.any) | _beside_hidden_groups(study, rows, solved.any | solved.spread) | weighted
    hidden |= _adjusted_for_few(study, rows)
    solved = solved.with_cells(hidden)
    return solved.without(rows, gone.contradicted), frozenset(gone.tables)


def _beside_hidden_groups(study: Study, rows: pd.DataFrame, withheld: pd.Series) -> pd.Series:
    """Mark what models say, with nothing but few categories to adjust for, where a number of a group or of their difference, or its error, is withheld."""
    places = pd.MultiIndex.from_frame(rows[["outcome", "wave", "level"]])
    hidden = places[rows["estimand"].isin(GROUPS) & withheld]
    again = rows["estimator"].isin(MODELS) | rows["estimand"].isin(POOLED)
    return again & tells_raw(study, rows) & (places.isin(hidden) | _told_beside(study, rows).isin(hidden))


def _adjusted_for_few(study: Study, rows: pd.DataFrame) -> pd.Series:
    """Mark what is adjusted for categories only, where so few people are in each that how each of them answered may follow.

    Of a difference that is adjusted for sex and its error one table of group, sex and answer is mostly left. Where a
    group had ``ALIKE`` times the least cell for every category and either answer, its cells are no small ones.
    """
    models = rows["estimator"].isin(("adjusted", *MODELS)) & rows["covariates"].ne("") & ~rows["estimand"].isin((*NEVER_ADJUSTED, *POOLED))
    models &= tells_raw(study, rows)
    kinds = {
        names: prod(number_of_values(study, split_reference(name)[0]) for name in names.split()) for names in rows["covariates"].unique()
    }
    least = rows[["n_a", "n_b"]].astype("float64").min(axis="columns")
    return models & least.gt(0) & (least < 2 * ALIKE * Policy.of(study).cell * rows["covariates"].map(kinds).astype("float64"))


def _told_beside(study: Study, rows: pd.DataFrame) -> pd.MultiIndex:
    """Give, row by row, what an analysis tells of beside its outcome: the outcome in the wave before, or the mediator."""
    analyses = {one.id: one for one in study.declaration.analyses}
    places = []
    for outcome, wave, level, name in rows[["outcome", "wave", "level", "analysis"]].itertuples(index=False):
        one = analyses.get(name)
        if one is not None and one.mediator:
            outcome, wave = split_reference(one.mediator)  # noqa: PLW2901
        places.append((outcome, one.before if one is not None and one.before else wave, level))
    return pd.MultiIndex.from_tuples(places, names=["outcome", "wave", "level"])


def _hiding_tables(cells: pd.DataFrame) -> Iterable[TableKey]:
    """Give the tables of answers of which some are withheld or merged."""
    hides = cells["exhibit"].isin(COUNTED) & (cells["withheld"] | cells["row"].str.contains(MERGED, regex=False))
    return (TableKey(*key) for key in cells.loc[hides, ["unit", "outcome", "wave"]].drop_duplicates().itertuples(index=False))


def _told_by_weights(study: Study, rows: pd.DataFrame, hidden: pd.Series, tables: Iterable[TableKey]) -> pd.Series:
    """Mark what known weights make of a question of which anything is hidden in the wave, at whatever level.

    Weight times answer is one more sum over the same people.
    """
    known = [one.id for one in study.declaration.analyses if one.estimator == WEIGHTED and has_known_weights(study, one)]
    weighted = rows["analysis"].isin(known) & tells_raw(study, rows)
    asked = zip(rows["outcome"], rows["wave"], strict=True)
    places = pd.Series([(question_of(study, name), wave) for name, wave in asked], index=rows.index, dtype="object")
    return weighted & places.isin([*places[hidden], *((question_of(study, key.outcome), key.wave) for key in tables)])


def _between_hidden_levels(rows: pd.DataFrame, withheld: pd.Series) -> pd.Series:
    """Mark what compares the levels of a variable where the number of some level is withheld."""
    by = rows["level"].map(lambda level: level.partition("=")[0])
    places = [rows["analysis"], rows["outcome"], rows["wave"]]
    levels = withheld & by.ne(EVERYBODY) & ~rows["estimand"].isin([*SHAPE, *ORDER_STATISTICS, *ONE_PERSON])
    hidden = pd.MultiIndex.from_arrays([*places, by])[levels]
    compared = pd.MultiIndex.from_arrays([*places, rows["term"].map(lambda term: term.partition("=")[0])])
    return rows["estimand"].isin(BETWEEN_LEVELS) & pd.Series(compared.isin(hidden), index=rows.index)
