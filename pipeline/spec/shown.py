"""What ``study.toml`` may say of what is shown beside estimates: tables, figures and quotations."""

from typing import Literal

from pydantic import Field

from pipeline.spec.declared import Declared, Name, Reference, Text


class Part(Declared):
    """Rows of a coding that stand together under a heading, with what the coders took each of them to mean."""

    id: Name
    label: Text
    explanation: Text | None = Field(None, description="Printed below the heading")
    rows: dict[str, Text] = Field(description="Answer code of the rows' variable -> its definition in the coders' codebook")


class Exhibit(Declared):
    """A declared table or figure that is not one number."""

    id: Name
    kind: Literal["transition", "experience", "curve", "coding"]
    label: Text
    outcomes: tuple[Name, ...] = Field((), description="Measure or variables shown")
    waves: tuple[Name, ...] = Field((), description="From and to, for a transition")
    time: Name | None = Field(None, description="Time variable of a curve")
    event: Name | None = None
    event_codes: tuple[str, ...] = ()
    grid: tuple[float, ...] = Field((), description="Times at which a curve is given; nothing between them is released")
    by: tuple[Name, ...] = Field((), description="Variables by whose answers a curve is drawn beside the whole")
    rows: Name | None = Field(None, description="Variable whose answers are the rows of a coding matrix, such as the theme")
    columns: Name | None = Field(None, description="Link whose units are the columns of a coding matrix, such as the interview")
    rater: Name | None = Field(None, description="Link that says who coded")
    present: tuple[str, ...] = Field((), description="Answer codes that mean that a row was found in a column")
    parts: tuple[Part, ...] = Field((), description="Headings for the rows of a coding; the first part answers the study's question")


class Quotations(Declared):
    """Free text that may be quoted: only with consent, only read, and never with who said it."""

    id: Name
    label: Text
    text: Reference = Field(description="Variable of type text, with its wave when it has waves")
    consent: Reference = Field(description="select_one of the same unit or of one it links to")
    given: tuple[str, ...] = Field(description="Answer codes that are a consent; no answer is none")
    theme: Name | None = Field(None, description="Rows of an exhibit of kind coding, under whose answers the quotations stand")
    language: Literal["sv", "en"] = Field("sv", description="Language that the quotations are in; they are not translated")
    read: int | None = Field(
        None,
        ge=0,
        description="How many quotations with consent somebody has read for names; another number, or none, and nothing is shown",
    )
    leave_out: tuple[int, ...] = Field((), description="Numbers, in quotations.csv, of those that tell too much and are not shown")
