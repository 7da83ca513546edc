"""What ``study.toml`` may say: frozen types, unknown keys refused.

docs/study_toml.md and the JSON Schema are written from these types.
"""

import re
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from pipeline.spec.declared import Declared, Name, Reference, Text
from pipeline.spec.shown import Exhibit, Quotations
from pipeline.spec.simulation import Simulation

Crossing = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\*[a-z][a-z0-9_]*)?$")]
"""A variable, or two crossed: ``sex*sick_listed``."""


class Unit(Declared):
    """A kind of thing observed: person, workplace, employer, interview."""

    name: Name
    id: Name = Field(description="The id variable; one value per unit")
    label: Text = Field(description="Plural noun, as in 'persons'")
    cluster: Name | None = Field(
        None, description="Fixed variable or link that says which units resemble each other; the sample has its own key"
    )
    id_form: Annotated[str, StringConstraints(pattern=r"^[^#]*#+[^#]*$")] | None = Field(
        None,
        description="Form of the ids, '#' for a digit, such as 'P####': lost zeros in front come back, '.0' goes, other forms are refused",
    )
    most_contradicted: float = Field(
        0.05, ge=0, le=1, description="Largest share of units whose sources may contradict each other on what cannot change"
    )


class Wave(Declared):
    """One round of answers."""

    name: Name
    label: Text
    asked_of: tuple[str, ...] = Field((), description="Group codes that were asked; empty: everybody")


Decimal = Literal[".", ","]
Thousands = Literal[".", ",", " ", "'", "none"]
Blank = Literal["skipped", "not_asked", "not_reached", "not_applicable"]
REST = "rest"
EVERYTHING = "*"
EXCEL, EXCEL_1904 = CALENDARS = ("excel", "excel1904")
"""Day numbers of a spreadsheet, among date formats."""
SHORT_YEARS = re.compile(r"%[-#]?[yx]")
"""What may stand for a year of two digits in a date format."""


class Written(Declared):
    """How the cells of one column are written, where it differs from the rest of its file."""

    decimal: Decimal | None = None
    thousands: Thousands | None = None
    dates: tuple[str, ...] | None = None
    two_digit_years_from: int | None = Field(None, ge=1800, le=2100)
    blank: Blank | None = None


class Source(Declared):
    """One file of answers or register facts, of one unit and at most one wave."""

    name: Name
    file: str
    sha256: Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{64})?$")] = Field(
        "", description="Fingerprint of the file as received; 'make receive' writes it"
    )
    unit: Name
    wave: Name | None = None
    format: Literal["csv", "limesurvey", "xlsx", "sav", "dta"] = "csv"
    encoding: Literal["utf-8", "utf-8-sig", "cp1252", "mac-roman", "cp850", "cp437", "utf-16"] | None = Field(
        None, description="Detected and recorded when absent"
    )
    delimiter: Literal[",", ";", "\t"] | None = None
    sheet: str = Field("", description="Name of the sheet that is read from an Excel workbook; empty: the first one")
    skip_rows: int = Field(0, ge=0, description="Rows above the heading, such as a title; blank lines count")
    heading_rows: int = Field(1, ge=1, le=9, description="Rows that the heading takes: 3 in Qualtrics, 2 in SurveyMonkey")
    headings: Literal["first", "last", "joined"] = Field(
        "first",
        description="Which heading row names the columns; 'joined' takes all, and fills blanks of upper ones from the left",
    )
    merged: Literal["refuse", "fill"] = Field("refuse", description="Merged cells of a workbook: 'fill' gives each the value of the first")
    decimal: Decimal | None = Field(None, description="Decimal sign; detected and recorded when absent")
    thousands: Thousands | None = Field(
        None,
        description="Sign between thousands, '1.234' for 1234; 'none' says that 25.000 is 25. Blanks need no word beside a decimal comma",
    )
    dates: tuple[str, ...] = Field(
        ("%Y-%m-%d",),
        description="Date formats; two that read one cell as two days are refused. 'excel' reads day numbers such as 45352, "
        "'excel1904' those of a workbook that counts from 1904",
    )
    two_digit_years_from: int | None = Field(
        None, ge=1800, le=2100, description="First of the hundred years that '%y' stands for: with 1930, 30 is 1930 and 29 is 2029"
    )
    blank: Blank = "skipped"
    columns: dict[Name, Written] = Field(
        {}, description='Variable -> how its column is written, where it differs: { bmi = { decimal = "." } }'
    )
    duplicates: Literal["refuse", "exact", "most_answered", "first", "latest", "spells"] = Field(
        "refuse",
        description="Which row of one unit to keep; 'exact' drops only identical rows, the others also break ties between different ones; "
        "'spells' counts a unit once, from its first entry to its last exit",
    )
    order: Name | None = Field(
        None,
        description="The date variable of the answers: 'first' and 'latest' go by it, and a later wave should not be dated before an earlier one",
    )
    entry: Name | None = Field(None, description="The date variable of entering; no exit may lie before it")
    exit: Name | None = Field(None, description="The date variable of leaving; without a date the unit is still inside")
    ignore: tuple[str, ...] | Literal["rest"] = Field(
        (),
        description="Columns of the file that are not read; '*' in a name stands for anything, \"rest\" for all that the codebook does not name",
    )
    answered_if: dict[Name, tuple[str, ...]] = Field(
        {},
        description="Variables of this source, and the codes (none: any answer) by which one knows that somebody answered the wave; without it, "
        "in a file of several waves, whoever has an answer in a column that is the wave's own",
    )
    least_matched: float | None = Field(
        None,
        ge=0,
        le=1,
        description="Least share of this file's units that other waves or lists must know; without it none at all stops, and less than half warns",
    )
    lists_everybody: bool = Field(False, description="True: everybody in this file belongs to the study, whether they answered or not")

    @property
    def is_recorded(self) -> bool:
        """Say whether anybody said how the file was received; zeros say nothing."""
        return bool(self.sha256.strip("0"))

    @property
    def ignored(self) -> tuple[str, ...]:
        """Give the columns that are not read, as patterns."""
        return (EVERYTHING,) if self.ignore == REST else tuple(self.ignore)

    @property
    def decimal_written(self) -> str:
        """Give the decimal sign that numbers of typed cells are written with."""
        return self.decimal or ("," if self.thousands == "." else ".")

    def in_calendar(self, name: str) -> "Source":
        """Give the source as it reads day numbers of a workbook with this calendar; as it is when the file names none."""
        if not name:
            return self
        dates = {"dates": tuple(name if form == EXCEL else form for form in self.dates)}
        own = {
            key: one.model_copy(update={"dates": one.dates and tuple(name if form == EXCEL else form for form in one.dates)})
            for key, one in self.columns.items()
        }
        return self.model_copy(update={**dates, "columns": own})

    def of_column(self, variable: str) -> "Source":
        """Give the source as it reads the column of one variable; a sign of its own takes the other meaning from the file's."""
        own = self.columns.get(variable) or Written.model_validate({})
        stated = own.model_dump(exclude_none=True)
        given_up: dict[str, None] = {}
        if own.decimal and own.decimal == self.thousands:
            given_up["thousands"] = None
        if own.thousands and own.thousands == self.decimal:
            given_up["decimal"] = None
        return self.model_copy(update={**given_up, **stated})


class Sample(Declared):
    """Who is studied and, where a study compares two groups, who is compared with whom."""

    unit: Name
    group: str = Field("", description="The variable of the two groups; empty where there is one group only")
    participant: str = ""
    control: str = ""
    cluster: Name | None = None

    @property
    def compares(self) -> bool:
        """Say whether two groups are compared."""
        return bool(self.group)


class Exclusion(Declared):
    """A rule that takes rows out before anything is counted; each row is accounted for."""

    id: Name
    sources: tuple[Name, ...]
    variable: Name
    values: tuple[str, ...] = Field(description="Codes, or raw values for id and text variables; case and outer blanks do not matter")
    label: Text


class Measure(Declared):
    """A number or class made from one person's answers in one wave; beside an instrument only the name is needed."""

    name: Name
    instrument: Name | None = Field(None, description="One of docs/instruments.md, which gives every key that is not stated here")
    of: Name | None = Field(None, description="Which measure of the instrument, where it gives several and this one has another name")
    label: Text
    unit: Text = Field(description="Unit of the value, for axes and tables")
    rule: str
    items: tuple[Name, ...] = Field(description='With an instrument also a table of its items: { ti_1 = "q7" }')
    reversed: tuple[Name, ...] = ()
    range: tuple[float, float] | None = Field(None, description="Least and greatest answer of one item; needed to reverse")
    minimum_answered: float = Field(1.0, ge=0, le=1, description="Least share of items a person must have answered")
    counts: tuple[str, ...] = Field((), description="Answer codes that count, for the rules that count")
    leaves_out: tuple[str, ...] = Field((), description="Answer codes to whom the measure does not apply")
    threshold: float | None = None
    direction: Literal["higher", "lower", "neither"] = Field("neither", description="Which values are better")
    categories: dict[str, Text] = Field({}, description="Labels of the classes, for rules that classify; in their order")
    collapse: dict[str, tuple[str, ...]] = Field({}, description="Class -> answer codes that belong to it, for rule 'collapsed'")
    correct: dict[Name, str] = Field({}, description="Item -> code of the right answer, for knowledge questions")
    waves: tuple[Name, ...] = Field((), description="Empty: every wave in which all items are asked")
    classes: tuple[float, ...] = Field((), description="Lower edges of the classes in which the distribution is shown")
    description: Text | None = Field(None, description="Source, wording, licence: printed in the methods")


class Reading(Declared):
    """One way to read the denominator of a target."""

    id: Name
    label: Text
    restrict: dict[Reference, tuple[str, ...]] = Field({}, description="Only units with one of these values")
    planned: int | None = Field(None, ge=1, description="Number planned, where it and not the number who took part is the denominator")


class Analysis(Declared):
    """One declared question: an estimator, its outcomes and what it needs."""

    id: Name
    role: Literal["primary", "secondary", "exploratory"]
    estimator: str
    outcomes: tuple[Reference, ...]
    label: Text
    group: Name | None = Field(None, description="Another variable than the sample's group to compare by")
    contrast: tuple[str, str] | None = Field(None, description="Codes (first, second); differences are first minus second")
    covariates: tuple[Reference, ...] = ()
    cluster: bool | Name = Field(
        True,
        description="False: ignore the declared cluster (HC3 errors; not in a primary analysis, and no verdict is given); "
        "a name: another link or fixed variable is the cluster",
    )
    by: tuple[Crossing, ...] = Field((), description="Variables for results by subgroup; 'sex*sick_listed' crosses two")
    restrict: dict[Reference, tuple[str, ...]] = Field({}, description="Only those with one of these values")
    family: Name | None = Field(
        None, description="p-values are adjusted together within a family (Holm); 'none', with a family_reason: they are not"
    )
    family_reason: Text | None = Field(
        None, description="Why primary outcomes are not adjusted together; printed as a sentence in the report"
    )
    smallest_difference: dict[Reference, float] = Field({}, description="Smallest difference that matters, per outcome, in its unit")
    confidence: float = Field(0.95, gt=0.5, lt=1)
    before: Name | None = Field(None, description="The wave before, for what changes within units")
    then: Reference | None = Field(None, description="How units later say it was before (retrospective self-rating)")
    beside: Reference | None = Field(
        None, description="The outcome measured otherwise, shown beside it, such as a test beside a self-rating"
    )
    target: float | None = Field(None, gt=0, description="Target: a share of 0 to 1, or a number for estimator 'count'")
    readings: tuple[Reading, ...] = Field((), description="Every reading of the target's denominator; empty: those the analysis is about")
    event: Name | None = Field(None, description="Variable that says how the time ended")
    event_codes: tuple[str, ...] = ()
    times: tuple[float, ...] = Field((), description="Times at which the share with the event is given")
    horizon: float | None = Field(None, gt=0, description="Time up to which the mean time without the event is given")
    rater: Name | None = Field(None, description="Link that says who coded, for agreement")
    subject: Name | None = Field(None, description="Link that says what was coded, for agreement")


class Balance(Declared):
    """Which facts and baseline measures Table 1 compares."""

    covariates: tuple[Reference, ...] = ()


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
    per: Name | None = Field(None, description="Variable or link with a page per level, such as the municipality")
    on_request: bool = Field(False, description="True: built only by 'make reports STUDY=... LEVELS=<variable>'")


class Contradiction(Declared):
    """Something the programme's own documents say in two ways; shown, never silently resolved."""

    id: Name
    label: Text
    text: Text


class Context(Declared):
    """A published figure that the results are read against."""

    id: Name
    label: Text
    value: float
    measure_unit: Literal["number", "share", "ratio", "index"] = "share"
    source: Text


class Declaration(Declared):
    """The whole of ``study.toml``."""

    title: Text
    programme: Text | None = Field(
        None, description="What the programme offers, as a noun phrase inside a sentence; needed where chance or choice decides who gets it"
    )
    question: Text
    setting: Text = Field(description="Who was invited, where, when and how")
    design: Literal["randomised", "self_selected", "observational", "single_group", "interviews"]
    simulated: bool
    source_note: Text = Field(description="Where the data come from and what must not be concluded from them")
    source_url: str = ""
    seed: int
    group_label: Text | None = None
    participant_label: Text | None = None
    control_label: Text | None = None
    units: tuple[Unit, ...]
    waves: tuple[Wave, ...] = ()
    sources: tuple[Source, ...]
    sample: Sample
    exclusions: tuple[Exclusion, ...] = ()
    measures: tuple[Measure, ...] = ()
    balance: Balance = Field(default_factory=lambda: Balance.model_validate({}))
    analyses: tuple[Analysis, ...]
    exhibits: tuple[Exhibit, ...] = ()
    quotations: tuple[Quotations, ...] = ()
    disclosure: Disclosure = Field(default_factory=lambda: Disclosure.model_validate({}))
    contradictions: tuple[Contradiction, ...] = ()
    context: tuple[Context, ...] = ()
    reports: tuple[Report, ...]
    simulation: Simulation | None = Field(None, description="How made-up answers are drawn; docs/simulate.md explains it")
