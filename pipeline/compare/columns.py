"""The value of one declared reference for every unit: answers, measures, and facts of linked units."""

from collections.abc import Callable

import pandas as pd

from pipeline.spec.study import Study, split_reference
from pipeline.tables.results import Cleaned, Scored


def column_of(study: Study, cleaned: Cleaned, scored: Scored, reference: str) -> pd.Series:
    """Give one variable or measure for every unit of the sample.

    Parameters
    ----------
    study : Study
    cleaned, scored
        Results of the stages before.
    reference : str
        ``name@wave``, or ``name`` for what is fixed. What belongs to another
        unit, such as a workplace's sector, is found through the link id.

    Returns
    -------
    Series indexed by the sample's ids, sorted
        float64 for numbers and shares; for categories a categorical in the
        codebook's order. Missing where not answered or not asked.
    """
    name, wave = split_reference(reference)
    unit = study.unit_of(name)
    table = cleaned.units[unit] if not wave else (scored.scores if name in study.measure else cleaned.responses)[unit]
    rows = table.loc[table["wave"] == wave] if wave else table
    values = rows.set_index(study.unit[unit].id)[name]
    people = sample_units(study, cleaned)
    if unit == study.declaration.sample.unit:
        values = values.reindex(people.index)
    else:
        values = values.reindex(people[study.unit[unit].id])
        values.index = people.index
    return as_kind(study, name, values).rename(reference)


def sample_units(study: Study, cleaned: Cleaned) -> pd.DataFrame:
    """Give the sample: one row per unit with its fixed variables and links, indexed by id, sorted."""
    unit = study.declaration.sample.unit
    return cleaned.units[unit].set_index(study.unit[unit].id).sort_index(kind="stable")


def as_kind(study: Study, name: str, values: pd.Series) -> pd.Series:
    """Give numbers as float64 and categories in the codebook's order; the first is the reference level."""
    if study.kind_of(name) == "category":
        return values.astype("object").astype(pd.CategoricalDtype(list(categories_of(study, name))))
    return values.astype("float64")


def categories_of(study: Study, name: str) -> tuple[str, ...]:
    """Give the codes of a category: a measure's classes, or a variable's answers, in declared order."""
    if name in study.measure:
        return tuple(study.measure[name].categories)
    return study.codes_of(study.variable[name])


def is_one_of(values: pd.Series, allowed: tuple[str, ...]) -> pd.Series:
    """Mark units whose value is among declared ones; numbers are compared as numbers, missing is never among them."""
    convert: Callable[[str], object] = str if isinstance(values.dtype, pd.CategoricalDtype) else float
    return values.isin([convert(value) for value in allowed])
