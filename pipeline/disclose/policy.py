"""The thresholds of a release, and the names of what is withheld for them."""

from dataclasses import dataclass

from pipeline.spec.study import Study

SMALL_GROUP = "withheld_small_group"
SMALL_CELL = "withheld_small_cell"
DETAIL = "withheld_detail"
INTERVAL = "withheld_interval"
CONTRADICTION = "withheld_contradiction"
"""Not for anybody's sake: numbers of this outcome contradict each other, by a fault of ours."""
PUBLISHED = "withheld_published"
"""Kept back by the study, because it would tell of few people beside an earlier release."""
ORDER_STATISTICS_NEED = 4
"""Medians and quartiles are single people's answers: they need this many times the minimum base."""


@dataclass(frozen=True)
class Policy:
    """The declared thresholds.

    Parameters
    ----------
    base : int
        No result on fewer people than this (``minimum_base``).
    cell : int
        No count of people between 1 and this minus 1 (``minimum_cell``).
    """

    base: int
    cell: int

    @classmethod
    def of(cls, study: Study) -> "Policy":
        """Take the thresholds from the declaration."""
        declared = study.declaration.disclosure
        return cls(declared.minimum_base, declared.minimum_cell)

    def is_small_base(self, people: float) -> bool:
        """Say whether a group is too small for a result; an empty group has no result to hide."""
        return 0 < people < self.base

    def is_small_cell(self, people: float) -> bool:
        """Say whether a count must not be known; that nobody is in a cell may be."""
        return 0 < people < self.cell
