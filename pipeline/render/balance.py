"""Table 1 and love plot: the covariates in the order declared, each with groups and difference."""

from dataclasses import dataclass, field

from pipeline.render.labels import answer_label, answer_order, first_place
from pipeline.render.results import Results
from pipeline.render.selection import Row, outcome_in_wave, rows_of, split_reference, term_category

DENOMINATOR = "denominator_average_variance"
"""Note of the standardised difference that is printed when there are several."""


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


@dataclass(frozen=True)
class Difference:
    """One line of the love plot."""

    label: str
    estimate: float


def covariates(results: Results) -> list[Covariate]:
    """Give every covariate of the balance analysis, categories in the order of their answer list."""
    found: dict[tuple[str, str, str], Covariate] = {}
    for row in rows_of(results.rows(analysis="balance", level="all")):
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
    return [Difference(covariate_label(results, one), one.difference.estimate) for one in kept if one.difference is not None]


def _mirrors(lines: list[Covariate], place: int, size: int) -> bool:
    """Say whether a line is the first of a two-category covariate, which the second repeats with the other sign."""
    one = lines[place]
    if not one.category or size != 2 or place + 1 >= len(lines):
        return False
    following = lines[place + 1]
    return (following.outcome, following.wave) == (one.outcome, one.wave)
