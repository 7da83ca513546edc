"""The base of every declared part, the names it may use, and texts in both languages."""

from typing import Annotated, get_args

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
Reference = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(@[a-z][a-z0-9_]*)?$")]
"""A variable or measure, with its wave when it has waves: ``turnover_intention@t2``."""


class Declared(BaseModel):
    """Base of every declared part: frozen, strict, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


def declared_in(annotation: object) -> type[Declared] | None:
    """Find the declared type in an annotation such as ``tuple[Source, ...]``."""
    if isinstance(annotation, type) and issubclass(annotation, Declared):
        return annotation
    return next((found for part in get_args(annotation) if (found := declared_in(part))), None)


class Text(Declared):
    """One text in both languages."""

    sv: str = Field(description="In Swedish")
    en: str = Field(description="In English")

    def in_language(self, language: str) -> str:
        """Give the text in ``sv`` or ``en``."""
        return self.sv if language == "sv" else self.en
