"""What a study says of its publications: the release it prepares, what it keeps back or takes back, and what stands elsewhere."""

from typing import Annotated

from pydantic import Field, StringConstraints

from pipeline.spec.declared import Declared, Name, Text

Day = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")]
PUBLISHED_COLUMNS = ("outcome", "wave", "level", "group", "n", "mean", "share")
"""Columns of a table that was published elsewhere; only the outcome and n are needed."""


class Withhold(Declared):
    """Numbers of this release that are kept back, because with an earlier release they would tell about few people."""

    outcome: Name = Field(description="Measure or variable")
    wave: str | None = Field(None, description="Wave of the outcome, 't1>t2' for moves; without it every wave")
    level: str | None = Field(None, description="Subgroup, such as 'sex=woman', or 'all'; without it every level")
    analysis: Name | None = Field(None, description="Only of this analysis or exhibit")


class Withdrawn(Declared):
    """An earlier release that was taken back everywhere; later ones are not compared with it."""

    number: int = Field(ge=1, description="Its number in releases/")
    reason: Text = Field(description="Printed in every later report")


class Publish(Declared):
    """The release that is being prepared; 'make publish' freezes it (docs/publish.md)."""

    number: int = Field(1, ge=1, description="1, and one more for each release after it")
    date: Day = Field(description="Day of the release, such as 2025-06-30")
    prepared_by: str = Field(min_length=1, description="Who answers for it")
    checked_by: str | None = Field(None, min_length=1, description="Who else has looked at it; somebody else")
    licence: str | None = Field(
        None, min_length=1, description="Under which the release may be used, such as CC BY 4.0; told to an archive"
    )
    contact: str | None = Field(None, min_length=1, description="Whom to ask about the release; told to an archive")
    replaces: int | None = Field(None, ge=1, description="Earlier release that this one replaces everywhere it was sent; needs a reason")
    reason: Text | None = Field(None, description="Why it replaces the earlier one; printed in the report")
    withhold: tuple[Withhold, ...] = Field((), description="Numbers of this release that are kept back")
    withdrawn: tuple[Withdrawn, ...] = Field((), description="Earlier releases that were taken back everywhere")


class Published(Declared):
    """Numbers on the same people that were published elsewhere; they count like an earlier release."""

    id: Name = Field(description="Short name")
    label: Text = Field(description="What it is called")
    date: Day = Field(description="Day of the publication, such as 2025-06-30")
    file: str = Field(
        pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]*\.csv$", description=f"CSV beside study.toml with columns {', '.join(PUBLISHED_COLUMNS)}"
    )
