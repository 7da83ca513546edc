"""Table 1 and love plot: the covariates in the order declared, each with groups and difference."""

import math
from dataclasses import dataclass, field

from pipeline.render.labels import answer_label, answer_order, first_place
from pipeline.render.results import Results
from pipeline.render.selection import WITHHELD, Row, known, outcome_in_wave, rows_of, term_category
from pipeline.spec.naming import split_reference
from pipeline.spec.vocabulary import EVERYBODY

DENOMINATOR = "denominator_average_variance"
"""Note of the standardised difference that is printed when there are several."""
COMPLETE = "complete_difference"
"""Note of a difference that is infinite: each group has one value only, and not the same one."""


@dataclass
class Covariate:
    """One number, share, or category of a covariate: what each group has, and the difference."""

    outcome: str
    wave: str
    category: str
    """Code of the category; empty for a number or a share."""
    groups: dict[tuple[str, str], Row] = field(default_factory=dict)
    """(group code, estimand) -> row."""
    difference: Row | None = None

    @property
    def apart(self) -> float:
        """Difference in standard deviations; infinite where it is complete, NaN where it is not known."""
        if self.difference is None or not is_complete(self.difference):
            return float("nan") if self.difference is None or not known(self.difference.estimate) else float(self.difference.estimate)
        first, second = (self._level(code) for code in (self.difference.group_a, self.difference.group_b))
        return -math.inf if first < second else math.inf

    @property
    def is_withheld(self) -> bool:
        """Say whether there is a difference that must not be shown."""
        return self.difference is not None and WITHHELD in self.difference.note

    def _level(self, group: str) -> float:
        row = self.groups.get((group, "share")) or self.groups.get((group, "mean"))
        return float(row.estimate) if row is not None else float("nan")


@dataclass(frozen=True)
class Difference:
    """One line of the love plot."""

    label: str
    estimate: float
    """Infinite for a complete difference; NaN where not known."""
    is_withheld: bool = False
    row: Row | None = None

    @property
    def is_known(self) -> bool:
        """Say whether it can be compared with a limit."""
        return not math.isnan(self.estimate)

    @property
    def is_complete(self) -> bool:
        """Say whether the groups have nothing in common here."""
        return math.isinf(self.estimate)


def is_complete(row: Row) -> bool:
    """Say whether a standardised difference is infinite."""
    return COMPLETE in row.note.split()


def covariates(results: Results) -> list[Covariate]:
    """Give every covariate of the balance analysis, categories in the order of their answer list."""
    found: dict[tuple[str, str, str], Covariate] = {}
    for row in rows_of(results.rows(analysis="balance", level=EVERYBODY)):
        category, group = term_category(row.term)
        one = found.setdefault((row.outcome, row.wave, category), Covariate(row.outcome, row.wave, category))
        if row.estimand != "standardised_difference":
            one.groups[group, row.estimand] = row
        elif one.difference is None or DENOMINATOR in row.note.split():
            one.difference = row
    places = {split_reference(reference): place for place, reference in enumerate(results.facts["balance"])}
    return sorted(found.values(), key=lambda one: (places.get((one.outcome, one.wave), len(places)), _category_place(results, one)))


def _category_place(results: Results, covariate: Covariate) -> int:
    return first_place(answer_order(results, covariate.outcome), covariate.category)


def covariate_label(results: Results, covariate: Covariate) -> str:
    """Name a covariate with its wave, and its category when it has one: ``Kön: Kvinna``."""
    name = outcome_in_wave(results, covariate.outcome, covariate.wave)
    return f"{name}: {answer_label(results, covariate.outcome, covariate.category)}" if covariate.category else name


def balance_differences(results: Results) -> list[Difference]:
    """Give the lines of the love plot: a category of two is shown once, since the other mirrors it."""
    lines = [one for one in covariates(results) if one.difference is not None]
    sizes: dict[tuple[str, str], int] = {}
    for one in lines:
        sizes[one.outcome, one.wave] = sizes.get((one.outcome, one.wave), 0) + 1
    kept = [one for place, one in enumerate(lines) if not _mirrors(lines, place, sizes[one.outcome, one.wave])]
    return [Difference(covariate_label(results, one), one.apart, one.is_withheld, one.difference) for one in kept]


def _mirrors(lines: list[Covariate], place: int, size: int) -> bool:
    """Say whether a line is the first of a two-category covariate, which the second repeats with the other sign."""
    one = lines[place]
    if not one.category or size != 2 or place + 1 >= len(lines):
        return False
    following = lines[place + 1]
    return (following.outcome, following.wave) == (one.outcome, one.wave)
