"""The data book: every question as it was answered, before any measure or analysis is declared. Micro-data, for the researchers only."""

from dataclasses import replace
from pathlib import Path

from pipeline.paths import project_root
from pipeline.render.described import Described, Question
from pipeline.render.figures.answers import answers_figure
from pipeline.render.figures.missing_map import missing_maps, whole_units
from pipeline.render.markup import paragraph
from pipeline.render.section import Chapter, Section, Showable, Words, present, words
from pipeline.render.tables.answers import answers_table, left_open_table
from pipeline.render.tables.flow import flow_table
from pipeline.render.tables.table import Table
from pipeline.render.wording import databook as wording
from pipeline.render.wording.people import size_facts

LONGEST_LISTED = 60


class Databook:
    """The parts of a data book, in the order of its template."""

    def __init__(self, study: str, language: str, folder: str) -> None:
        """Open ``data/processed/<study>/databook/``.

        Raises
        ------
        FileNotFoundError
            When it has not been made.
        """
        place = next((path for path in (Path(folder), project_root() / folder) if path.is_dir()), None)
        if place is None:
            raise FileNotFoundError(f"{folder}: there is no data book; run 'make databook STUDY={study}' first")
        self._described = Described.load(place, language)
        self._say = self._described.results.say

    def title(self) -> Words:
        """Title, what this is, and that it must stay here."""
        return words(wording.opening(self._described))

    def overview(self) -> Section:
        """How many there are, and where rows were left out."""
        results = self._described.results
        return self._section("overview", words(size_facts(results, [])), self._flow())

    def _flow(self) -> Table | None:
        table = flow_table(self._described.results)
        return None if table is None else replace(table, fold=self._say("databook.flow_fold"))

    def findings(self) -> Section:
        """What to look at first."""
        return self._section("findings", words(paragraph(self._say("databook.findings_intro")), wording.findings(self._described)))

    def missing(self) -> Section:
        """Where answers are missing: a map, and the questions that most left open."""
        intro = words(paragraph(self._say("databook.missing_intro")))
        whole = [self._say("databook.map.whole", unit=self._described.results.label("unit", unit)) for unit in whole_units(self._described)]
        said = words(*map(paragraph, whole)) if whole else None
        maps = missing_maps(self._described)
        return self._section("missing", intro if maps else None, *maps, said, left_open_table(self._described))

    def durations(self) -> Chapter:
        """How long answering took, where the files tell."""
        found = self._described.durations
        if not found:
            return Chapter(())
        intro = self._section("durations", words(paragraph(self._say("databook.durations_intro"))))
        return Chapter((intro, *map(self._question, found)))

    def questions(self) -> Chapter:
        """Every question, in the order of the codebook."""
        intro = self._section("questions", words(paragraph(self._say("databook.questions_intro"))))
        return Chapter((intro, *map(self._question, self._described.questions)))

    def _section(self, name: str, *parts: Showable | None) -> Section:
        return Section(name, self._say(f"databook.section.{name}"), present(parts))

    def _question(self, question: Question) -> Section:
        heading = question.heading
        listed = heading if len(heading) <= LONGEST_LISTED else f"{heading[: LONGEST_LISTED - 2].rstrip()} …"
        figure = answers_figure(self._described, question)
        note = words(paragraph(self._say("databook.text"), class_="small")) if question.type == "text" else None
        about = words(wording.about(self._described, question)) if question.number else None
        parts = present((about, figure, note, answers_table(self._described, question)))
        return Section(question.slug, heading, parts, 3, listed)
