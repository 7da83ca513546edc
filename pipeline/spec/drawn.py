"""What ``[simulation]`` may say of variables: one declared type per kind.

Every answer follows a latent standard normal value: what is declared is the
distribution of the answers at latent mean 0 (the reference), and what moves the
latent mean (waves, facts, groups). docs/simulate.md explains every key.
"""

import datetime
from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from pipeline.spec.declared import Declared, Name, Reference

Share = Annotated[float, Field(ge=0, le=1)]
Weight = Annotated[float, Field(ge=0)]
Weights = dict[str, Weight]
"""Answer code -> weight; weights are divided by their sum."""


class Effect(Declared):
    """What a fact adds to a latent mean, in standard deviations (log-odds for taking part, log-hazard for events)."""

    of: Name = Field(description="Fixed variable or link, of the same unit or of one it links to")
    level: str | None = Field(None, description="Answer code that has the effect; absent for a number")
    per: float | None = Field(None, gt=0, description="For a number: the step that has the effect, counted from its declared mean")
    size: float = Field(description="What is added, in standard deviations, or on the log-odds or log-hazard")
    waves: tuple[Name, ...] = Field((), description="Empty: every wave")
    event: str = Field("", description="For events with several causes: the cause; empty: the first")


class DrawnPart(Declared):
    """A part that is drawn before or after others."""

    named_by: ClassVar[tuple[str, ...]] = ("names",)
    """Keys that name the variables."""

    @property
    def drawn(self) -> tuple[str, ...]:
        """Name the variables that this part draws."""
        named = (getattr(self, key) for key in self.named_by)
        return tuple(name for names in named for name in ([names] if isinstance(names, str) else names))


class SimulatedVariable(DrawnPart):
    """What all kinds of variables share, but for events."""

    lasting: ClassVar[float] = 0.5
    """Share of what is special to one answer of one unit that stays from wave to wave."""
    trait: Name | None = Field(None, description="Trait that the answers follow, of the same unit or of one it links to")
    loading: float | None = Field(None, gt=-1, lt=1, description="Correlation of the latent answer with the trait")
    shift: dict[Name, float] = Field({}, description="Wave -> change of the latent mean beside the trait's")
    effects: tuple[Effect, ...] = Field((), description="Effects beside the trait's")
    only_if: dict[Reference, tuple[str, ...]] = Field({}, description="Answered only by those with these codes, or in a range 1..12")
    otherwise: Annotated[str, StringConstraints(pattern=r"^(skipped|not_asked|not_reached|not_applicable)$")] = Field(
        "skipped", description="Missing reason of those whom only_if leaves out"
    )
    missing: dict[str, Share] | None = Field(None, description="Reason -> share; absent: as simulation.missing says")


class Choices(SimulatedVariable):
    """Questions with answer codes, asked once or in every wave."""

    names: tuple[Name, ...] = Field(description="Variables of the codebook; their answers are those of their list")
    shares: Weights | dict[str, Weights] = Field({}, description="By code; with given: by the other's code, then by code. Empty: equal")
    given: tuple[Name, ...] = Field((), description="Variables that the shares depend on; codes of several are joined with *")
    exact: bool = Field(False, description="Numbers of units as near to the shares as can be, not left to chance")
    alpha: float | None = Field(None, gt=0, lt=1, description="Cronbach's alpha of these items; instead of loading")
    spread: float = Field(0.0, ge=0, description="Items differ in difficulty, from -spread to +spread")


class Numbers(SimulatedVariable):
    """Numbers, asked once or in every wave; the constraint of the codebook is kept."""

    names: tuple[Name, ...] = Field(description="Variables of the codebook")
    mean: float = Field(description="Mean at the reference, without effects")
    sd: float = Field(gt=0, description="Standard deviation at the reference")
    skewed: bool = Field(False, description="Log-normal with this mean and standard deviation")
    zeros: Share = Field(0.0, description="Share of zeros; mean and sd are those of the others")
    decimals: int = Field(0, ge=0, le=6, description="Decimals that are written")


class Dates(SimulatedVariable):
    """Dates within a period, or some days after another date."""

    names: tuple[Name, ...] = Field(description="Variables of the codebook")
    first: datetime.date | dict[Name, datetime.date] | None = Field(None, description="First day; by wave if asked in several")
    days: tuple[int, int] = Field((0, 13), description="Least and greatest number of days after the first day or the other date")
    after: Name | None = Field(None, description="Another date of the same unit")


class Texts(SimulatedVariable):
    """Free text: some write one of these."""

    names: tuple[Name, ...] = Field(description="Variables of the codebook")
    texts: tuple[str, ...] | dict[str, tuple[str, ...]] = Field(
        (), description="Empty: usual comments, among them awkward ones; with given: by the other's code, and no text for other codes"
    )
    given: tuple[Name, ...] = Field(
        (), description="Variables that the texts depend on, such as the theme; codes of several are joined with *"
    )
    share: Share = Field(0.06, description="Share of units that write anything")


class Knowledge(SimulatedVariable):
    """Questions with one right answer each."""

    named_by: ClassVar = ("right",)
    right: dict[Name, str] = Field(description="Question -> code of the right answer")
    shares: dict[Name, Share] = Field(description="Wave -> share of right answers, guesses included")
    guess: Share = Field(0.0, description="Share of right answers among those who do not know")
    alpha: float | None = Field(None, gt=0, lt=1, description="Cronbach's alpha of right and wrong; instead of loading")
    spread: float = Field(0.0, ge=0, description="Questions differ in difficulty, from -spread to +spread")


class Recalled(SimulatedVariable):
    """Ratings of an earlier time, made later; shift and effects are the planted response shift."""

    names: dict[Name, Name] = Field(description="Question -> the question that was asked at the time")
    wave: Name = Field(description="The earlier wave")
    accuracy: Share = Field(0.8, description="Correlation with what was felt at the time")


class Moves(SimulatedVariable):
    """A status that moves from wave to wave by declared transitions."""

    lasting: ClassVar[float] = 0.0
    named_by: ClassVar = ("name",)
    name: Name = Field(description="The variable that holds the status")
    start: Weights = Field(description="Shares in the first wave")
    moves: dict[Name, dict[str, Weights]] = Field(description="Wave -> status in the wave before -> shares; who is not named stays")


class Coding(SimulatedVariable):
    """What several coders say of the same thing: a true code, and their errors."""

    named_by: ClassVar = ("name",)
    name: Name = Field(description="The variable that holds the code given")
    same: tuple[Name, ...] = Field(description="Links and fixed choices that name the thing, such as interview and theme")
    coder: Name = Field(description="Link or fixed choice that names the coder")
    shares: Weights | dict[str, Weights] = Field(description="True codes, by code; with given: by the other's code, then by code")
    given: tuple[Name, ...] = Field((), description="Variables that the shares depend on; codes of several are joined with *")
    errors: dict[str, dict[str, Share]] = Field({}, description="Coder, or 'all' -> true code -> share recorded as another code")


class Event(DrawnPart):
    """Time to the first of several events, censored at a horizon."""

    named_by: ClassVar = ("time", "event")
    time: Name = Field(description="The variable that holds the time")
    event: Name = Field(description="The variable that says which event it was")
    hazards: dict[str, Weight] = Field(description="Event code -> hazard per unit of time")
    censored: str = Field(description="Event code of those without an event")
    horizon: float = Field(gt=0, description="Time at which those without an event are censored")
    decimals: int = Field(1, ge=0, le=6, description="Decimals of the time that are written")
    trait: Name | None = Field(None, description="Trait that the hazard of the first event follows")
    loading: float = Field(0.0, description="Log-hazard of the first event per standard deviation of the trait at its first wave")
    effects: tuple[Effect, ...] = Field((), description="On the log-hazard")
