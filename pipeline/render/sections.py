"""What every kind of report is made with: sections that keep in mind what they show, and what no template has a place of its own for."""

from collections.abc import Iterable
from functools import cached_property

from pipeline.render.markup import paragraph
from pipeline.render.primary import Place, Question, as_question, questions_beside
from pipeline.render.results import Results
from pipeline.render.section import Part, Section, Words, present, words
from pipeline.render.selection import Key, declared_estimates, row_key, without
from pipeline.render.tables.table import Table
from pipeline.render.wording.outcomes import Outcome, primary_outcomes
from pipeline.render.wording.primary import question_findings


class Sections:
    """The sections of one report, made in the order of its template."""

    def __init__(self, results: Results) -> None:
        self._results = results
        self._printed: set[Key] = set()
        """Estimates that the tables made so far show."""

    @cached_property
    def outcomes(self) -> list[Outcome]:
        """Primary outcomes of a comparison of two groups."""
        return primary_outcomes(self._results)

    @property
    def _told(self) -> set[Place]:
        """Give the primary questions that the report has sentences of its own for; a template names its own."""
        return {(one.main.analysis, one.main.outcome, one.main.wave) for one in self.outcomes}

    @cached_property
    def questions(self) -> list[Question]:
        """Primary questions beside those, by any estimator and of any part of the people."""
        return questions_beside(self._results, self._told)

    def _primary(self, *shown: Table | None) -> list[Part | None]:
        """Give findings and table of these questions, for the main results; the table also holds what no table shown has of the others."""
        from pipeline.render.tables.others import primary_table

        here = {row_key(row) for table in shown if table is not None for row in table.shows}
        left = [as_question(self._results, row) for row in without((one.main for one in self.outcomes), here)] if shown else []
        found = words(*question_findings(self._results, self.questions)) if self.questions else None
        return [found, primary_table(self._results, [*left, *self.questions])]

    def primary(self) -> Section | None:
        """Primary questions beside those that the sections above are about."""
        return self._section("primary", self._text(self._results.say("primary.intro")), *self._primary()) if self.questions else None

    def _section(self, anchor: str, *parts: Part | None, heading: str = "") -> Section | None:
        """Make a section of the parts that have something to show, and keep in mind what its tables show; None without any."""
        shown = present(parts)
        self._printed |= {row_key(row) for part in shown if isinstance(part, Table) for row in part.shows}
        return Section(anchor, heading or self._results.say(f"section.{anchor}"), shown) if shown else None

    def _text(self, *sentences: str) -> Words:
        return words(paragraph(" ".join(sentences)))

    def _led(self, anchor: str, intro: Words, exhibits: Iterable[Part | None]) -> Section | None:
        """Make a section that is only there for its figures and tables."""
        shown = present(exhibits)
        return self._section(anchor, intro, *shown) if shown else None

    def _unshown(self, *tables: Table | None) -> list[Table]:
        """Give the tables of what neither these tables nor any section before has shown of the plan."""
        from pipeline.render.tables.others import other_estimates_tables

        here = {row_key(row) for table in tables if table is not None for row in table.shows}
        return other_estimates_tables(self._results, without(declared_estimates(self._results), self._printed | here))
