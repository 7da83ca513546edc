"""Decide which estimates are withheld.

Every reason is a function that marks rows; ``emptied`` takes their numbers out. A
number withheld for few people loses its n too.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import pandas as pd

from pipeline.disclose.answers import any_small
from pipeline.disclose.counts import TableKey, category_of
from pipeline.disclose.evidence import Decided, Evidence
from pipeline.disclose.levels import HiddenLevels, hidden_levels, is_about_one_group
from pipeline.disclose.overlaps import near_duplicates, retells_transition, told_by_answers
from pipeline.disclose.paired_means import near_paired_means
from pipeline.disclose.policy import ORDER_STATISTICS_NEED, Policy
from pipeline.disclose.populations import is_exact, special_analyses
from pipeline.disclose.sizes import beside_hidden_sizes
from pipeline.disclose.solved import solved_estimates
from pipeline.disclose.worlds import tells_apart
from pipeline.spec.study import Study
from pipeline.spec.vocabulary import EVERYBODY

ONE_PERSON = ("minimum", "maximum")
ORDER_STATISTICS = ("median", "lower_quartile", "upper_quartile", "median_time")
SHAPE = ("skewness", "excess_kurtosis")
ITEMS = ("item_rest_correlation", "alpha_if_dropped")
"""What is told of the single questions of a scale."""
OF_TABLES = ("association", "odds_ratio_by_ordered", "superiority_by_ordered")
"""What is told of a whole table, which a merged or withheld one does not leave open."""
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
    by_level = _withheld_by_level(evidence, rows)
    group = by_level.group | rows["analysis"].isin(hidden) | _pairs(rows).isin(decided.bases)
    cell = by_level.cell | (_pairs(rows).isin(decided.shares) & exact)
    cell |= _merged_categories(decided, rows) | near_duplicates(evidence, rows) | retells_transition(study, rows)
    cell |= rows["estimand"].isin(OF_TABLES) & ~_pairs(rows).isin(_whole_tables(evidence, decided))
    detail = _single_answers(policy, rows) | _shape_tells(evidence, decided, rows) | _near_changes(evidence, rows)
    detail |= _items_tell(evidence, decided, rows)
    scales = rows["estimand"].eq("cronbach_alpha") & (group | cell | detail)
    detail |= rows["estimand"].isin(ITEMS) & _pairs(rows).isin(_pairs(rows)[scales])
    return Withheld(group, detail, cell & rows["estimand"].ne("n"))


def _withheld_by_level(evidence: Evidence, rows: pd.DataFrame) -> HiddenLevels:
    """Mark what few people or small counts at some level give; comparisons of groups and results about one group each by their rules."""
    study, policy = evidence.study, evidence.policy
    alone = is_about_one_group(study, rows)
    own = hidden_levels(study, policy, rows[alone])
    compared = rows[~alone]
    exact = is_exact(study, compared)
    group = spread(study, compared, exact, few_people(policy, compared) | _leaves_few(policy, compared, exact))
    cell = spread(study, compared, exact, _small_in_level(policy, evidence, compared))
    return HiddenLevels(pd.concat([own.group, group]).reindex(rows.index), pd.concat([own.cell, cell]).reindex(rows.index))


def _near_changes(evidence: Evidence, rows: pd.DataFrame) -> pd.Series:
    """Mark means of one group in one wave that differ by few people from those that a change lies between."""
    alone = rows[is_about_one_group(evidence.study, rows)]
    return near_paired_means(evidence.study, evidence.policy, alone).reindex(rows.index, fill_value=False)


def few_people(policy: Policy, rows: pd.DataFrame) -> pd.Series:
    """Mark estimates on fewer people than the minimum base, in all or in either group."""
    counts = rows[["n", "n_a", "n_b"]].astype("float64")
    return ((counts > 0) & (counts < policy.base)).any(axis="columns")


def spread(study: Study, rows: pd.DataFrame, exact: pd.Series, marked: pd.Series) -> pd.Series:
    """Extend a mark to the rows that would give the number back.

    Exact numbers about the same people: the other group (everybody is shown as
    well). Subgroups: all levels of the variable and what compares them.
    """
    population = rows["analysis"].where(rows["analysis"].isin(list(special_analyses(study))) | ~exact, "")
    by = _subgroup_variable(rows)
    key = pd.MultiIndex.from_arrays([population, rows["outcome"], rows["unit"], rows["wave"], by])
    single = rows["estimator"].isin(["alpha"]) | ((population != "") & (by == ""))
    return marked | (pd.Series(key.isin(key[marked & ~single]), index=rows.index) & ~single)


def _subgroup_variable(rows: pd.DataFrame) -> pd.Series:
    """Give the variable whose levels a row shows or compares; empty for the whole."""
    named = rows["level"].where(rows["estimand"] != "interaction", rows["term"])
    return named.map(lambda name: "" if name == EVERYBODY else name.partition("=")[0])


def _leaves_few(policy: Policy, rows: pd.DataFrame, exact: pd.Series) -> pd.Series:
    """Mark subgroup results whose levels leave out few people: the whole minus the levels would be these people."""
    by = _subgroup_variable(rows)
    groups = rows[exact & (rows["group_b"] == "") & rows["group_a"].ne("") & ~rows["term"].str.contains(": ", regex=False)]
    sizes = groups.assign(by=by).groupby(["analysis", "outcome", "wave", "by", "group_a", "level"])["n"].max().astype("float64")
    sizes = sizes.groupby(["analysis", "outcome", "wave", "group_a", "by"]).sum().unstack("by")
    few = pd.Series(False, index=rows.index)
    for name in sizes.columns.drop("", errors="ignore"):
        left = sizes[""] - sizes[name]
        found = left[(left > 0) & (left < policy.base)].reset_index()
        pairs = list(zip(found["outcome"], found["wave"], strict=True))
        few |= _pairs(rows).isin(pairs) & (by == name) & exact
    return few


def _pairs(rows: pd.DataFrame) -> pd.Series:
    return pd.Series(list(zip(rows["outcome"], rows["wave"], strict=True)), index=rows.index, dtype="object")


def _small_in_level(policy: Policy, evidence: Evidence, rows: pd.DataFrame) -> pd.Series:
    """Mark exact results in subgroups where few people have, or lack, the outcome."""
    small = {key for key, groups in evidence.shares.items() if key.level != EVERYBODY and any_small(policy, groups)}
    keys = pd.MultiIndex.from_frame(rows[["outcome", "wave", "level"]])
    return pd.Series(keys.isin(list(small)), index=rows.index) & (rows["estimator"] != "adjusted")


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
    """Mark what is one person's answer: extremes always, quartiles of few people."""
    few = rows["n"].astype("float64") < ORDER_STATISTICS_NEED * policy.base
    return rows["estimand"].isin(ONE_PERSON) | (rows["estimand"].isin(ORDER_STATISTICS) & few)


def _whole_tables(evidence: Evidence, decided: Decided) -> set[tuple[str, str]]:
    """Give the outcomes and waves of which a table shows every answer of every group."""
    return {(key.outcome, key.wave) for key in decided.blocks if decided.is_whole(key, evidence.tables[key])}


def _shape_tells(evidence: Evidence, decided: Decided, rows: pd.DataFrame) -> pd.Series:
    """Mark skewness and kurtosis where they help to find counts that are not shown: in subgroups, and unless the tables behind them are whole."""
    shown = _whole_tables(evidence, decided)
    hidden = {(key.outcome, key.wave) for key in decided.blocks} - shown
    telling = {
        (name, wave)
        for name, wave in set(_pairs(rows[rows["estimand"].isin(SHAPE)]))
        if (name, wave) in hidden or not {(item, wave) for item in _asked(evidence.study, name)} <= shown
    }
    return rows["estimand"].isin(SHAPE) & ((rows["level"] != EVERYBODY) | _pairs(rows).isin(telling))


def _asked(study: Study, name: str) -> list[str]:
    """Give the questions behind a number whose answers are told apart."""
    items = study.measure[name].items if name in study.measure else (name,)
    return [item for item in items if tells_apart(study, item)]


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


def _item_tells(evidence: Evidence, decided: Decided, item: str, wave: str) -> bool:
    key = TableKey(evidence.study.unit_of(item), item, wave)
    if key in decided.blocks and not decided.is_whole(key, evidence.tables[key]):
        return True
    answers = evidence.study.codes_of(evidence.study.variable[item])
    return 0 < len(answers) < FEWEST_ANSWERS


def without_solved(study: Study, withheld: Withheld, rows: pd.DataFrame, cells: pd.DataFrame) -> Withheld:
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
    """
    alone = rows[is_about_one_group(study, rows)]
    marked = alone.assign(no_number=withheld.any.loc[alone.index], no_people=withheld.group.loc[alone.index])
    gone = solved_estimates(study, marked, cells)
    solved = replace(
        withheld, group=withheld.group | rows.index.isin(gone.people), cell=withheld.cell | rows.index.isin(gone.cells - gone.people)
    )
    no_size, no_number = beside_hidden_sizes(study, Policy.of(study), alone, solved.group.loc[alone.index])
    cells = solved.cell | no_number.reindex(rows.index, fill_value=False)
    return replace(solved, group=solved.group | no_size.reindex(rows.index, fill_value=False), cell=cells).without(rows, gone.contradicted)
