"""The declared study as a whole: what ``study.toml``, the codebook and the answer lists say.

Everything here is frozen data. Reading files is in ``load``; rules that span
several parts are in ``check``.
"""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from pipeline.paths import Paths
from pipeline.spec.declaration import Declaration, Measure
from pipeline.spec.declared import Text
from pipeline.spec.sources import Source, Unit
from pipeline.spec.vocabulary import MISSING_REASONS, NUMERIC_TYPES, RULE_KINDS


@dataclass(frozen=True)
class Answer:
    """One row of ``answers.csv``: an answer as exported and what it stands for."""

    code: str
    raw: str
    label: Text
    missing: str = ""


@dataclass(frozen=True)
class Box:
    """What a variable is a box of: the question, its answer, all answers of the question, and the sources that hold them in one cell."""

    question: str
    answer: Answer
    options: tuple[Answer, ...]
    in_one_cell: frozenset[str]


@dataclass(frozen=True)
class Variable:
    """One row of ``codebook.csv``."""

    name: str
    type: str
    unit: str
    fixed: bool
    label: Text
    answers: str
    minimum: float | None
    maximum: float | None
    classes: tuple[float, ...]
    """Lower edges of the classes in which a number's distribution is shown; empty: not shown."""
    raw_names: dict[str, str]
    """Source name -> column heading in that source's file."""
    box: Box | None = None
    """For a box of a select_multiple; its answers are ``yes`` (ticked) and ``no``."""
    earliest: date | None = None
    latest: date | None = None
    """First and last day allowed, of a date."""

    @property
    def is_numeric(self) -> bool:
        """Say whether the column holds numbers."""
        return self.type in NUMERIC_TYPES


@dataclass(frozen=True)
class Correction:
    """One row of ``corrections.csv``: a cell of a raw file, what it holds, what is right, and who says so."""

    row: int
    place: str
    file: str
    """Raw file, or name of the source where a file is several."""
    id: str
    """Of the unit as the file has it, or ``#12`` for data row 12."""
    variable: str
    was: str
    becomes: str
    who: str
    why: str
    date: str


@dataclass(frozen=True)
class Study:
    """A study that passed every check. Frozen; stages read it and never change it."""

    id: str
    paths: Paths
    declaration: Declaration
    variables: tuple[Variable, ...]
    answer_lists: dict[str, tuple[Answer, ...]]
    texts: dict[str, str]
    """Language -> the researcher's own words (Markdown)."""
    locked_plan: dict[str, object] | None
    """Flattened plan keys of ``plan.lock``; None when no plan is locked."""
    corrections: tuple[Correction, ...] = ()

    @cached_property
    def variable(self) -> dict[str, Variable]:
        """Variables by name."""
        return {variable.name: variable for variable in self.variables}

    @cached_property
    def measure(self) -> dict[str, Measure]:
        """Measures by name."""
        return {measure.name: measure for measure in self.declaration.measures}

    @cached_property
    def source(self) -> dict[str, Source]:
        """Sources by name."""
        return {source.name: source for source in self.declaration.sources}

    @cached_property
    def unit(self) -> dict[str, Unit]:
        """Units by name."""
        return {unit.name: unit for unit in self.declaration.units}

    @cached_property
    def wave_names(self) -> tuple[str, ...]:
        """Waves in order of time."""
        return tuple(wave.name for wave in self.declaration.waves)

    def sharing(self, source: Source) -> tuple[Source, ...]:
        """Give the sources that are read from the same file and sheet, this one included."""
        return tuple(one for one in self.declaration.sources if (one.file, one.sheet) == (source.file, source.sheet))

    def unit_with_id(self, name: str) -> str:
        """Give the unit that an id variable names, such as workplace."""
        return next(unit.name for unit in self.declaration.units if unit.id == name)

    def links_of(self, unit: str) -> tuple[Variable, ...]:
        """Give the id variables of other units found in this unit's sources, such as a person's workplace."""
        own = self.unit[unit].id
        held = {source.name for source in self.declaration.sources if source.unit == unit}
        return tuple(v for v in self.variables if v.type == "id" and v.name != own and held & v.raw_names.keys())

    def reached_from(self, unit: str) -> tuple[str, ...]:
        """Give a unit and those it links to."""
        links = {link.name for link in self.links_of(unit)}
        return (unit, *(one.name for one in self.declaration.units if one.id in links))

    def variables_of(self, unit: str) -> tuple[Variable, ...]:
        """Give the variables observed on one unit, in codebook order."""
        return tuple(variable for variable in self.variables if variable.unit == unit)

    def waves_of(self, variable: Variable) -> tuple[str, ...]:
        """Give the waves in which a variable is asked, in order of time; none for a fixed variable."""
        if variable.fixed:
            return ()
        asked = {self.source[name].wave for name in variable.raw_names}
        return tuple(wave for wave in self.wave_names if wave in asked)

    def waves_of_measure(self, measure: Measure) -> tuple[str, ...]:
        """Give the waves in which a measure exists: as declared, else where all its items are asked."""
        if measure.waves:
            return measure.waves
        asked = [set(self.waves_of(self.variable[item])) for item in measure.items]
        return tuple(wave for wave in self.wave_names if all(wave in waves for waves in asked))

    def waves_of_outcome(self, name: str) -> tuple[str, ...]:
        """Give the waves in which a measure or variable exists; none for what cannot change."""
        return self.waves_of_measure(self.measure[name]) if name in self.measure else self.waves_of(self.variable[name])

    def kind_of(self, name: str) -> str:
        """Say whether a measure or variable is a number, a share (0 or 1) or a category."""
        if name in self.measure:
            return RULE_KINDS[self.measure[name].rule]
        return "number" if self.variable[name].is_numeric else "category"

    def unit_of(self, name: str) -> str:
        """Give the unit that a measure or variable is observed on."""
        return self.variable[self.measure[name].items[0] if name in self.measure else name].unit

    def cluster_of(self, unit: str) -> str | None:
        """Give the cluster that is declared for a unit; None where there is none."""
        sample = self.declaration.sample
        return sample.cluster if unit == sample.unit else self.unit[unit].cluster

    def codes_of(self, variable: Variable) -> tuple[str, ...]:
        """Give the codes of real answers (not missing reasons), in list order, each once."""
        answers = self.answer_lists.get(variable.answers, ())
        return tuple(dict.fromkeys(answer.code for answer in answers if answer.missing not in MISSING_REASONS))
