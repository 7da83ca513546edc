"""What ``study.toml`` may say: frozen types, unknown keys refused.

docs/study_toml.md and the JSON Schema are written from these types.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
Reference = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(@[a-z][a-z0-9_]*)?$")]
"""A variable or measure, with its wave when it has waves: ``turnover_intention@t2``."""


class Declared(BaseModel):
    """Base of every declared part: frozen, strict, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Text(Declared):
    """One text in both languages."""

    sv: str
    en: str

    def in_language(self, language: str) -> str:
        """Give the text in ``sv`` or ``en``."""
        return self.sv if language == "sv" else self.en


class Unit(Declared):
    """A kind of thing observed: person, workplace, employer, interview."""

    name: Name
    id: Name = Field(description="The id variable; one value per unit")
    label: Text = Field(description="Plural noun, as in 'persons'")


class Wave(Declared):
    """One round of answers."""

    name: Name
    label: Text
    asked_of: tuple[str, ...] = Field((), description="Group codes that were asked; empty: everybody")


class Source(Declared):
    """One file of answers or register facts, of one unit and at most one wave."""

    name: Name
    file: str
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    unit: Name
    wave: Name | None = None
    format: Literal["csv"] = "csv"
    encoding: Literal["utf-8", "utf-8-sig", "cp1252"] | None = Field(None, description="Detected and recorded when absent")
    delimiter: Literal[",", ";", "\t"] | None = None
    decimal: Literal[".", ","] | None = None
    dates: tuple[str, ...] = Field(("%Y-%m-%d",), description="Date formats, tried in this order")
    blank: Literal["skipped", "not_asked", "not_reached", "not_applicable"] = "skipped"
    duplicates: Literal["refuse", "exact", "most_answered", "first", "latest"] = Field(
        "refuse",
        description="Which row of one unit to keep; 'exact' drops only identical rows, the others also break ties between different ones",
    )
    order: Name | None = Field(None, description="The date variable that 'first' and 'latest' go by")
    ignore: tuple[str, ...] = Field((), description="Columns of the file that are not read")


class Sample(Declared):
    """Who is compared with whom."""

    unit: Name
    group: Name
    participant: str
    control: str
    cluster: Name | None = None


class Exclusion(Declared):
    """A rule that takes rows out before anything is counted; each row is accounted for."""

    id: Name
    sources: tuple[Name, ...]
    variable: Name
    values: tuple[str, ...] = Field(description="Codes, or raw values for id and text variables; case and outer blanks do not matter")
    label: Text


class Measure(Declared):
    """A number or class made from one person's answers in one wave."""

    name: Name
    label: Text
    unit: Text = Field(description="Unit of the value, for axes and tables")
    rule: str
    items: tuple[Name, ...]
    reversed: tuple[Name, ...] = ()
    range: tuple[float, float] | None = Field(None, description="Least and greatest answer of one item; needed to reverse")
    minimum_answered: float = Field(1.0, ge=0, le=1, description="Least share of items a person must have answered")
    counts: tuple[str, ...] = Field((), description="Answer codes that count, for the rules that count")
    leaves_out: tuple[str, ...] = Field((), description="Answer codes to whom the measure does not apply")
    threshold: float | None = None
    direction: Literal["higher", "lower", "neither"] = Field("neither", description="Which values are better")
    categories: dict[str, Text] = Field({}, description="Labels of the classes, for rules that classify")
    waves: tuple[Name, ...] = Field((), description="Empty: every wave in which all items are asked")
    classes: tuple[float, ...] = Field((), description="Lower edges of the classes in which the distribution is shown")
    description: Text | None = Field(None, description="Source, wording, licence: printed in the methods")


class Analysis(Declared):
    """One declared comparison: an estimator, its outcomes and what it adjusts for."""

    id: Name
    role: Literal["primary", "secondary", "exploratory"]
    estimator: str
    outcomes: tuple[Reference, ...]
    label: Text
    group: Name | None = Field(None, description="Another variable than the sample's group to compare by")
    contrast: tuple[str, str] | None = Field(None, description="Codes (first, second); differences are first minus second")
    covariates: tuple[Reference, ...] = ()
    cluster: bool = Field(True, description="False: ignore the sample's cluster (HC3 errors)")
    by: tuple[Name, ...] = Field((), description="Variables for subgroup results by interaction")
    restrict: dict[Reference, tuple[str, ...]] = Field({}, description="Only those with one of these values")
    family: Name | None = Field(None, description="p-values are adjusted together within a family (Holm)")
    smallest_difference: dict[Reference, float] = Field({}, description="Smallest difference that matters, per outcome, in its unit")
    confidence: float = Field(0.95, gt=0.5, lt=1)


class Exhibit(Declared):
    """A declared table or figure that is not one number."""

    id: Name
    kind: Literal["transition", "experience", "curve"]
    label: Text
    outcomes: tuple[Name, ...] = Field((), description="Measure or variables shown")
    waves: tuple[Name, ...] = Field((), description="From and to, for a transition")
    time: Name | None = Field(None, description="Time variable of a curve")
    event: Name | None = None
    event_codes: tuple[str, ...] = ()
    grid: tuple[float, ...] = Field((), description="Times at which a curve is given; nothing between them is released")


class Balance(Declared):
    """Which facts and baseline measures Table 1 compares."""

    covariates: tuple[Reference, ...]


class Disclosure(Declared):
    """Smallest groups and cells that may leave the project."""

    minimum_base: int = Field(6, ge=1)
    minimum_cell: int = Field(3, ge=1)
    reason: Text | None = Field(None, description="Required, and printed, when a threshold is lower than the default")


class Report(Declared):
    """One report: a template in some languages."""

    id: Name
    template: Name
    languages: tuple[Literal["sv", "en"], ...] = ("sv", "en")


class Declaration(Declared):
    """The whole of ``study.toml``."""

    title: Text
    programme: Text = Field(description="What the programme offers, as a noun phrase inside a sentence")
    question: Text
    setting: Text = Field(description="Who was invited, where, when and how")
    design: Literal["randomised", "self_selected"]
    simulated: bool
    source_note: Text = Field(description="Where the data come from and what must not be concluded from them")
    source_url: str = ""
    seed: int
    group_label: Text
    participant_label: Text
    control_label: Text
    units: tuple[Unit, ...]
    waves: tuple[Wave, ...]
    sources: tuple[Source, ...]
    sample: Sample
    exclusions: tuple[Exclusion, ...] = ()
    measures: tuple[Measure, ...]
    balance: Balance
    analyses: tuple[Analysis, ...]
    exhibits: tuple[Exhibit, ...] = ()
    disclosure: Disclosure = Field(default_factory=lambda: Disclosure.model_validate({}))
    reports: tuple[Report, ...]
