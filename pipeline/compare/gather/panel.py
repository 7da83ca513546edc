"""The study as columns over one unit: answers, measures, and facts of linked units.

Everything that estimates asks a ``Panel`` for its columns; each is made once.
"""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from pipeline.spec.naming import level_codes, split_reference
from pipeline.spec.scales import without_noise
from pipeline.spec.study import Study
from pipeline.spec.vocabulary import EVERYBODY
from pipeline.tables.results import Cleaned, Scored

CLUSTER = "cluster"
"""Column with the cluster of each unit, wherever units are gathered."""
WEIGHT, STRATUM, MARGIN = "drawn:weight", "drawn:stratum", "margin:"
"""Columns that say how many each unit stands for, and among whom it was drawn, and the beginning of those that say where it is in a margin; a reference has no colon."""


@dataclass(frozen=True, eq=False)
class Panel:
    """A study with the results of the stages before, seen from one unit: the sample's, unless ``on`` names another."""

    study: Study
    cleaned: Cleaned
    scored: Scored
    unit: str = ""
    _columns: dict[str, pd.Series] = field(default_factory=dict, repr=False)
    _rows: dict[tuple[str, str, str], pd.DataFrame] = field(default_factory=dict, repr=False)
    _masks: dict[tuple[str, str], dict[str, np.ndarray]] = field(default_factory=dict, repr=False)

    _seen: dict[str, "Panel"] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        if not self.unit:
            object.__setattr__(self, "unit", self.study.declaration.sample.unit)
        self._seen[self.unit] = self

    def on(self, unit: str) -> "Panel":
        """See the study from another unit; each view is made once."""
        if unit not in self._seen:
            self._seen[unit] = Panel(self.study, self.cleaned, self.scored, unit, _rows=self._rows, _seen=self._seen)
        return self._seen[unit]

    @cached_property
    def people(self) -> pd.DataFrame:
        """The units: one row each with its fixed variables and links, indexed by id, sorted."""
        return self.cleaned.units[self.unit].set_index(self.study.unit[self.unit].id).sort_index(kind="stable")

    @cached_property
    def is_grouped(self) -> bool:
        """Whether these units fall into the groups that the study compares."""
        sample = self.study.declaration.sample
        return sample.compares and sample.unit == self.unit

    @cached_property
    def group(self) -> pd.Series:
        """The group of each unit, as codes; ``all`` where no groups are compared."""
        if not self.is_grouped:
            return pd.Series(EVERYBODY, index=self.people.index, dtype="object")
        return self.people[self.study.declaration.sample.group].astype("object")

    @cached_property
    def group_codes(self) -> tuple[str, ...]:
        """Participant and control, then any other answer of the sample's group; ``all`` where no groups are compared."""
        sample = self.study.declaration.sample
        if not self.is_grouped:
            return (EVERYBODY,)
        return tuple(dict.fromkeys((sample.participant, sample.control, *self.study.codes_of(self.study.variable[sample.group]))))

    @cached_property
    def cluster(self) -> pd.Series | None:
        """The declared cluster of each unit; None where none is declared."""
        name = self.study.cluster_of(self.unit)
        return None if name is None else self.people[name].astype("str")

    @cached_property
    def drawn(self) -> dict[str, pd.Series]:
        """The declared weight and stratum of each unit, where they are declared and the units are the sample's."""
        sample = self.study.declaration.sample
        named = {WEIGHT: sample.weight, STRATUM: sample.strata} if sample.unit == self.unit else {}
        found = {place: self.column(name) for place, name in named.items() if name is not None}
        return {place: values.astype("str") if place == STRATUM else values for place, values in found.items()}

    def cluster_of(self, chosen: bool | str) -> pd.Series | None:
        """Give the cluster that an analysis declares: True for the usual one, False for none, or the name of another."""
        return self.people[chosen].astype("str") if isinstance(chosen, str) else self.cluster if chosen else None

    def column(self, reference: str) -> pd.Series:
        """Give one variable or measure for every unit.

        Parameters
        ----------
        reference : str
            ``name@wave``, or ``name`` for what is fixed. What belongs to another
            unit, such as a workplace's sector, is found through the link id.

        Returns
        -------
        Series indexed by the units' ids, sorted
            float64 for numbers and shares; for categories a categorical in the
            codebook's order. Missing where not answered or not asked.
        """
        if reference not in self._columns:
            name, wave = split_reference(reference)
            unit = self.study.unit_of(name)
            values = self.rows(name, wave)[name]
            found = values.reindex(self.people.index if unit == self.unit else self.people[self.study.unit[unit].id])
            found.index = self.people.index
            self._columns[reference] = as_kind(self.study, name, found).rename(reference)
        return self._columns[reference]

    def levels(self, crossing: str) -> pd.Series:
        """Give the level of each unit on a variable, a link, or two crossed.

        Parameters
        ----------
        crossing : str
            ``sex``, ``municipality`` or ``sex*sick_listed``.

        Returns
        -------
        Series of categories, indexed by the units' ids
            Codes; ``woman*yes`` for a crossing; for a link its unit and number
            such as ``workplace-03``, by the sorted ids of all units linked to.
            Missing where a part is.
        """
        parts = [self._level(name) for name in crossing.split("*")]
        if len(parts) == 1:
            return parts[0]
        codes = [f"{first}*{second}" for first in parts[0].cat.categories for second in parts[1].cat.categories]
        joined = parts[0].astype("object") + "*" + parts[1].astype("object")
        return joined.astype(pd.CategoricalDtype(codes))

    def _level(self, name: str) -> pd.Series:
        if self.study.variable[name].type != "id":
            return self.column(name)
        ids = link_ids(self.study, self.cleaned, name)
        codes = level_codes(self.study.unit_with_id(name), len(ids))
        return self.people[name].map(dict(zip(ids, codes, strict=True))).astype(pd.CategoricalDtype(codes))

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
        kind = "scores" if name in self.study.measure else "responses" if wave else "units"
        if (kind, unit, wave) not in self._rows:
            tables = {"units": self.cleaned.units, "scores": self.scored.scores, "responses": self.cleaned.responses}
            table = tables[kind][unit]
            inside = table if kind == "units" else table.loc[table["wave"] == wave]
            self._rows[kind, unit, wave] = inside.set_index(self.study.unit[unit].id)
        return self._rows[kind, unit, wave]

    def answered(self, wave: str) -> pd.Series:
        """Mark the units with a row in a wave; everybody when the wave is empty."""
        if not wave:
            return pd.Series(True, index=self.people.index)
        responses = self.cleaned.responses[self.unit]
        ids = pd.Index(responses.loc[responses["wave"] == wave, self.study.unit[self.unit].id])
        return pd.Series(ids.get_indexer(self.people.index) >= 0, index=self.people.index)

    def waves_of(self, name: str) -> tuple[str, ...]:
        """Give the waves in which a variable or measure exists; one empty wave for what is fixed."""
        return self.study.waves_of_outcome(name) or ("",)

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
            if not self.on(unit).is_grouped:
                return everybody
            group = self.on(unit).group.reindex(rows.index)
            self._masks[unit, wave] = {code: (group == code).to_numpy(dtype=bool) for code in self.on(unit).asked_groups(wave)} | everybody
        return self._masks[unit, wave]


def link_ids(study: Study, cleaned: Cleaned, name: str) -> list[str]:
    """Give the ids of all units that a link leads to, sorted."""
    return sorted(cleaned.units[study.unit_with_id(name)][name].astype("str"))


def as_kind(study: Study, name: str, values: pd.Series) -> pd.Series:
    """Give numbers as float64 without binary noise, and categories in the codebook's order; the first is the reference level."""
    if study.kind_of(name) == "category":
        return values.astype("object").astype(pd.CategoricalDtype(list(categories_of(study, name))))
    numbers = values.astype("float64")
    return pd.Series(without_noise(numbers.to_numpy(), float(numbers.abs().max())), index=numbers.index)


def categories_of(study: Study, name: str) -> tuple[str, ...]:
    """Give the codes of a category: a measure's classes, or a variable's answers, in declared order."""
    if name in study.measure:
        return tuple(study.measure[name].categories)
    return study.codes_of(study.variable[name])


def is_one_of(values: pd.Series, allowed: tuple[str, ...]) -> pd.Series:
    """Mark units whose value is among declared ones; numbers are compared as numbers, missing is never among them."""
    numeric = not isinstance(values.dtype, pd.CategoricalDtype)
    return values.isin([float(value) for value in allowed] if numeric else list(allowed))
