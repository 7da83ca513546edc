"""The study as columns over its sample: answers, measures, and facts of linked units.

Everything that compares asks a ``Panel`` for its columns; each is made once.
"""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from pipeline.spec.study import Study, split_reference
from pipeline.tables.results import Cleaned, Scored

EVERYBODY = "all"


@dataclass(frozen=True, eq=False)
class Panel:
    """A study with the results of the stages before."""

    study: Study
    cleaned: Cleaned
    scored: Scored
    _columns: dict[str, pd.Series] = field(default_factory=dict, repr=False)
    _rows: dict[tuple[str, str, str], pd.DataFrame] = field(default_factory=dict, repr=False)
    _masks: dict[tuple[str, str], dict[str, np.ndarray]] = field(default_factory=dict, repr=False)

    @cached_property
    def people(self) -> pd.DataFrame:
        """The sample: one row per unit with its fixed variables and links, indexed by id, sorted."""
        unit = self.study.declaration.sample.unit
        return self.cleaned.units[unit].set_index(self.study.unit[unit].id).sort_index(kind="stable")

    @cached_property
    def group(self) -> pd.Series:
        """The sample's group of each unit, as codes."""
        return self.people[self.study.declaration.sample.group].astype("object")

    @cached_property
    def group_codes(self) -> tuple[str, ...]:
        """Participant and control, then any other answer of the sample's group."""
        sample = self.study.declaration.sample
        return tuple(dict.fromkeys((sample.participant, sample.control, *self.study.codes_of(self.study.variable[sample.group]))))

    def column(self, reference: str) -> pd.Series:
        """Give one variable or measure for every unit of the sample.

        Parameters
        ----------
        reference : str
            ``name@wave``, or ``name`` for what is fixed. What belongs to another
            unit, such as a workplace's sector, is found through the link id.

        Returns
        -------
        Series indexed by the sample's ids, sorted
            float64 for numbers and shares; for categories a categorical in the
            codebook's order. Missing where not answered or not asked.
        """
        if reference not in self._columns:
            name, wave = split_reference(reference)
            unit = self.study.unit_of(name)
            values = self.rows(name, wave)[name]
            own = unit == self.study.declaration.sample.unit
            found = values.reindex(self.people.index if own else self.people[self.study.unit[unit].id])
            found.index = self.people.index
            self._columns[reference] = as_kind(self.study, name, found).rename(reference)
        return self._columns[reference]

    def rows(self, name: str, wave: str) -> pd.DataFrame:
        """Give the rows that hold a variable or measure in one wave, indexed by the id of its unit.

        Parameters
        ----------
        name : str
            A measure or variable.
        wave : str
            Empty for what is fixed.
        """
        unit = self.study.unit_of(name)
        kind = "units" if not wave else "scores" if name in self.study.measure else "responses"
        if (kind, unit, wave) not in self._rows:
            tables = {"units": self.cleaned.units, "scores": self.scored.scores, "responses": self.cleaned.responses}
            table = tables[kind][unit]
            inside = table.loc[table["wave"] == wave] if wave else table
            self._rows[kind, unit, wave] = inside.set_index(self.study.unit[unit].id)
        return self._rows[kind, unit, wave]

    def answered(self, wave: str) -> pd.Series:
        """Mark the units of the sample with a row in a wave; everybody when the wave is empty."""
        if not wave:
            return pd.Series(True, index=self.people.index)
        unit = self.study.declaration.sample.unit
        responses = self.cleaned.responses[unit]
        ids = pd.Index(responses.loc[responses["wave"] == wave, self.study.unit[unit].id])
        return pd.Series(ids.get_indexer(self.people.index) >= 0, index=self.people.index)

    def waves_of(self, name: str) -> tuple[str, ...]:
        """Give the waves in which a variable or measure exists; one empty wave for what is fixed."""
        if name in self.study.measure:
            return self.study.waves_of_measure(self.study.measure[name]) or ("",)
        return self.study.waves_of(self.study.variable[name]) or ("",)

    def asked_groups(self, wave: str) -> tuple[str, ...]:
        """Give the groups that were asked in a wave; all of them for what is fixed."""
        asked = {declared.name: declared.asked_of for declared in self.study.declaration.waves}.get(wave, ())
        return asked or self.group_codes

    def masks(self, name: str, wave: str) -> dict[str, np.ndarray]:
        """Mark which of ``rows(name, wave)`` belong to each group that was asked, and to all together.

        Returns
        -------
        dict of arrays of bool
            Group code -> mask, then ``all``. A unit without groups, such as a
            workplace, has ``all`` only.
        """
        unit = self.study.unit_of(name)
        if (unit, wave) not in self._masks:
            rows = self.rows(name, wave)
            everybody = {EVERYBODY: np.ones(len(rows), dtype=bool)}
            if unit != self.study.declaration.sample.unit:
                return everybody
            group = self.group.reindex(rows.index)
            self._masks[unit, wave] = {code: (group == code).to_numpy(dtype=bool) for code in self.asked_groups(wave)} | everybody
        return self._masks[unit, wave]


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
    numeric = not isinstance(values.dtype, pd.CategoricalDtype)
    return values.isin([float(value) for value in allowed] if numeric else list(allowed))
