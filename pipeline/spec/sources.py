"""What ``study.toml`` may say of what is read: units, waves, files, who is studied and who is taken out."""

import re
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from pipeline.spec.declared import Declared, Name, Text

Decimal = Literal[".", ","]
Thousands = Literal[".", ",", " ", "'", "none"]
Blank = Literal["skipped", "not_asked", "not_reached", "not_applicable"]
REST = "rest"
EVERYTHING = "*"
BLANK = ""
"""A cell without an answer, among values of an exclusion."""
EXCEL, EXCEL_1904 = CALENDARS = ("excel", "excel1904")
"""Day numbers of a spreadsheet, among date formats."""
SHORT_YEARS = re.compile(r"%[-#]?[yx]")
"""What may stand for a year of two digits in a date format."""


class Unit(Declared):
    """A kind of thing observed: person, workplace, employer, interview."""

    name: Name = Field(description="Short English name, by which sources and codebook.csv call it")
    id: Name = Field(description="The id variable; one value per unit")
    label: Text = Field(description="Plural noun, as in 'persons'")
    cluster: Name | None = Field(
        None, description="Fixed variable or link that says which units resemble each other; the sample has its own key"
    )
    id_form: Annotated[str, StringConstraints(pattern=r"^[^#]*#+[^#]*$")] | None = Field(
        None,
        description="Form of the ids, '#' for a digit, such as 'P####': lost zeros in front come back, '.0' goes, other forms are refused",
    )
    pseudonym: bool | None = Field(
        None,
        description="True: ids that name people are replaced by keyed pseudonyms as they are read (docs/privacy.md); without it they are "
        "refused. False: ids look like names and are none of people's, such as those of workplaces",
    )
    most_contradicted: float = Field(
        0.05, ge=0, le=1, description="Largest share of units whose sources may contradict each other on what cannot change"
    )


class Wave(Declared):
    """One round of answers."""

    name: Name = Field(description="Short name, such as 't1'; 'calm@t1' is calm in this wave")
    label: Text = Field(description="As reports call it")
    asked_of: tuple[str, ...] = Field((), description="Group codes that were asked; empty: everybody")


class Written(Declared):
    """How the cells of one column are written, where it differs from the rest of its file."""

    decimal: Decimal | None = Field(None, description="Decimal sign")
    thousands: Thousands | None = Field(None, description="Sign between thousands, or 'none'")
    dates: tuple[str, ...] | None = Field(None, description="Date formats")
    two_digit_years_from: int | None = Field(None, ge=1800, le=2100, description="First of the hundred years that '%y' stands for")
    blank: Blank | None = Field(None, description="What a blank cell means")


class Source(Declared):
    """One file of answers or register facts, of one unit and at most one wave."""

    name: Name = Field(description="Short name; codebook.csv has a column raw_name::<name> for it")
    file: str = Field(description="File name in data/raw/<study>/")
    sha256: Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{64})?$")] = Field(
        "", description="Fingerprint of the file as received; 'make receive' writes it"
    )
    unit: Name = Field(description="What a row is about")
    wave: Name | None = Field(None, description="When it was answered; none for a register of facts")
    format: Literal["csv", "limesurvey", "qualtrics", "redcap", "surveymonkey", "xlsx", "sav", "dta"] = Field(
        "csv", description="Kind of export (docs/declare.md, section 5)"
    )
    encoding: Literal["utf-8", "utf-8-sig", "cp1252", "mac-roman", "cp850", "cp437", "utf-16"] | None = Field(
        None, description="Detected and recorded when absent"
    )
    delimiter: Literal[",", ";", "\t"] | None = Field(None, description="Sign between cells; detected and recorded when absent")
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
    blank: Blank = Field("skipped", description="What a blank cell means")
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
    rows: dict[str, tuple[str, ...]] = Field(
        {},
        description="Headings of the file, and what stands there in the rows that belong to this source, such as the event of a REDCap export: "
        '{ redcap_event_name = ["baseline_arm_1"] }; "" is a blank. Empty: all rows',
    )
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

    unit: Name = Field(description="Who is studied")
    group: str = Field("", description="The variable of the two groups; empty where there is one group only")
    participant: str = Field("", description="Code of those who were offered something; differences are participant minus control")
    control: str = Field("", description="Code of those they are compared with")
    cluster: Name | None = Field(None, description="Fixed variable or link, such as the workplace, within which people resemble each other")
    weight: Name | None = Field(None, description="Fixed number: how many of the population a person stands for, such as a design weight")
    strata: Name | None = Field(
        None, description="Fixed variable, also of a linked unit, within whose answers the clusters or people were drawn"
    )
    population: int | dict[str, int] | None = Field(
        None, description="How many clusters (people, without a cluster) there were to draw: in all, or per answer of the strata"
    )
    margins: dict[str, dict[str, int]] = Field(
        {}, description="How many of the population are in each level of a variable, best kept in margins.csv"
    )
    said: dict[Literal["participant", "control"], Text] = Field(
        {}, description="How the two groups are said in a sentence, in the definite form, such as 'deltagarna' and 'övriga anställda'"
    )

    @property
    def compares(self) -> bool:
        """Say whether two groups are compared."""
        return bool(self.group)


class Exclusion(Declared):
    """A rule that takes rows out before anything is counted; each row is accounted for."""

    id: Name = Field(description="Short name, by which exclusions.csv and the flow call it")
    sources: tuple[Name, ...] = Field(description="Sources whose rows it takes")
    variable: Name = Field(description="Variable whose value decides")
    values: tuple[str, ...] = Field(
        description='Codes, or raw values for id and text variables; case and outer blanks do not matter; "" is a blank cell'
    )
    label: Text = Field(description="As the report calls it")
