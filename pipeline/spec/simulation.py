"""What ``[simulation]`` in ``study.toml`` may say: units, links, traits, who answers, rules and mess; ``drawn`` holds the kinds of variables."""

from typing import TypeVar

from pydantic import Field

from pipeline.spec.declared import Declared, Name, Reference
from pipeline.spec.drawn import Choices, Coding, Dates, DrawnPart, Effect, Event, Knowledge, Moves, Numbers, Recalled, Share, Texts


class SimulatedUnit(Declared):
    """How many units there are, and what their ids look like."""

    name: Name = Field(description="Kind of unit, as [[units]] names it")
    size: int | None = Field(
        None,
        ge=1,
        description="How many there are; absent: 200 of the sample's unit, the length of sizes for a unit that others link to, else 20",
    )
    id: str = Field("", description="Pattern, # for a digit: P### gives P001, P002 …")
    product: tuple[Name, ...] = Field((), description="One unit per combination of these links (all ids) and fixed choices (all codes)")


class SimulatedLink(Declared):
    """How units are spread over the units they link to."""

    unit: Name = Field(description="Kind of unit that has the link")
    link: Name = Field(description="Id variable of the other unit")
    sizes: tuple[int, ...] = Field((), description="Members per linked unit, in order of id; they add up to the unit's size")
    uneven: float = Field(0.0, ge=0, description="Without sizes: standard deviation of log size; 0 gives equal sizes")
    through: Name | None = Field(None, description="Take the link from the unit behind this other link")


class Trait(DrawnPart):
    """A latent standard normal property of units, wave by wave."""

    name: Name = Field(description="Short English name, by which other parts call it")
    unit: Name = Field(description="Kind of unit that has it")
    cluster: Name | None = Field(None, description="Link or fixed variable whose members are alike")
    icc: Share = Field(0.0, description="Share of the variance that lies between clusters in every wave alike")
    icc_change: Share = Field(0.0, description="Share of the variance between clusters that is drawn anew in each wave")
    stability: Share = Field(0.6, description="Correlation between any two waves; at least icc")
    follows: Name | None = Field(None, description="An earlier trait of the same unit that this one is correlated with")
    correlation: float = Field(0.0, gt=-1, lt=1, description="With the trait that it follows")
    shift: dict[Name, float] = Field({}, description="Wave -> change of the mean, in standard deviations")
    effects: tuple[Effect, ...] = Field((), description="What facts add to its mean, in standard deviations")

    @property
    def drawn(self) -> tuple[str, ...]:
        """Name the trait, as no variable is named."""
        return (f"trait {self.name}",)


class TakingPart(Declared):
    """Who answers a wave."""

    wave: Name = Field(description="The wave that is answered or not; waves without such a table are answered by all")
    unit: Name = Field(description="Kind of unit that answers")
    share: Share = Field(description="Share that answers, at effects of 0")
    effects: tuple[Effect, ...] = Field((), description="On the log-odds")
    traits: dict[Name, float] = Field({}, description="Trait -> log-odds per standard deviation at its first wave")
    only_if: dict[Name, tuple[str, ...]] = Field({}, description="Only those with these codes are asked")
    after: Name | None = Field(None, description="Only those who answered this wave")
    exact: bool = Field(False, description="The number that answers is not left to chance")
    break_off: Share = Field(0.0, description="Share that stops before the end; the rest stays blank")


class Rule(Declared):
    """A consequence: where all of ``when`` holds, these answers are set."""

    when: dict[Reference, tuple[str, ...]] = Field(description="Codes, or a range of a number such as 0..12")
    set: dict[Reference, str] = Field(description="Code, number, or missing reason")


class Reentries(Declared):
    """People with two rows that differ in some dates."""

    rows: int = Field(ge=1, description="How many people have a second row")
    later: tuple[Name, ...] = Field(description="Dates that are later in the second row")
    days: tuple[int, int] = Field((30, 180), description="Least and greatest number of days by which they are later")


class Mess(Declared):
    """What goes wrong on the way from the questionnaire to the file."""

    sources: tuple[Name, ...] = Field((), description="Empty: all sources of waves")
    untidy: tuple[Name, ...] = Field((), description="Variables with blanks, no-break spaces and upper case in some cells")
    same: int = Field(0, ge=0, description="Rows that stand twice")
    retyped: int = Field(0, ge=0, description="Rows that stand twice, the second time with blanks and another case in the id")
    partial: int = Field(0, ge=0, description="Rows that come first in part, then complete")
    tests: tuple[str, ...] = Field((), description="Ids of test rows")
    other_dates: Share = Field(0.0, description="Share of dates written in the source's last date format")
    shuffled: bool = Field(True, description="Rows are in no order")
    reentries: Reentries | None = Field(None, description="People who entered twice")


class Simulation(Declared):
    """How ``make simulate`` makes up the answers of a study; what is not declared gets a default."""

    seed: int | None = Field(None, description="Absent: the study's seed")
    missing: dict[str, Share] = Field({}, description="Missing reason -> share, for all answers in waves whose list knows the reason")
    units: tuple[SimulatedUnit, ...] = Field((), description="How many units there are, and what their ids look like")
    links: tuple[SimulatedLink, ...] = Field((), description="How units are spread over those they link to")
    traits: tuple[Trait, ...] = Field((), description="Latent properties that answers follow")
    choices: tuple[Choices, ...] = Field((), description="Questions of type select_one and rating")
    numbers: tuple[Numbers, ...] = Field((), description="Questions of type integer and decimal")
    dates: tuple[Dates, ...] = Field((), description="Questions of type date")
    texts: tuple[Texts, ...] = Field((), description="Questions of type text")
    knowledge: tuple[Knowledge, ...] = Field((), description="Questions with one right answer")
    recalled: tuple[Recalled, ...] = Field((), description="Questions, asked afterwards, about how it was before")
    moves: tuple[Moves, ...] = Field((), description="Statuses that change from wave to wave by declared shares")
    codings: tuple[Coding, ...] = Field((), description="What several coders say of the same thing")
    events: tuple[Event, ...] = Field((), description="Times to a first event")
    taking_part: tuple[TakingPart, ...] = Field((), description="Who answers which wave")
    rules: tuple[Rule, ...] = Field((), description="Consequences that make answers agree, after all are drawn")
    mess: tuple[Mess, ...] = Field((), description="What goes wrong on the way to the file; without it files are tidy")

    @property
    def parts(self) -> tuple[DrawnPart, ...]:
        """Give every part that draws variables, in order of kind."""
        measured = (*self.choices, *self.numbers, *self.dates, *self.texts)
        return (*measured, *self.knowledge, *self.recalled, *self.moves, *self.codings, *self.events)

    @property
    def part(self) -> dict[str, DrawnPart]:
        """Give every variable that is drawn, with the part that draws it."""
        return {name: part for part in self.parts for name in part.drawn}


AnyPart = TypeVar("AnyPart", bound=Declared)


def part_of(kind: type[AnyPart], **keys: object) -> AnyPart:
    """Make a declared part as if ``study.toml`` held these keys."""
    return kind.model_validate(keys)
