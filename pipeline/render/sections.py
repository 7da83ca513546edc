"""What every kind of report is made with: the sections that reports share, and what they have shown so far.

A method is one section, called by the notebook in the order of the report: it
gives a ``Section`` (shown as heading, text, figures and tables), or None when
the study has nothing of it.
"""

from collections.abc import Iterable
from functools import cached_property

from pipeline.render.figures.figure import Figure
from pipeline.render.figures.flow import flow_figure
from pipeline.render.figures.likert import likert_figures
from pipeline.render.figures.scores import scores_figure
from pipeline.render.markup import bullets, element, paragraph, researcher_markdown
from pipeline.render.once import Said
from pipeline.render.primary import Place, Question, as_question, questions_beside
from pipeline.render.results import Results
from pipeline.render.section import Section, Showable, Turn, Words, present, words
from pipeline.render.selection import Key, declared_estimates, row_key, without
from pipeline.render.tables.appendix import appendix_tables
from pipeline.render.tables.care import without_flagged_table
from pipeline.render.tables.context import context_table
from pipeline.render.tables.description import described_levels_table, description_table
from pipeline.render.tables.deviations import deviations_table
from pipeline.render.tables.flow import flow_table
from pipeline.render.tables.measurement import items_table, missing_table, reliability_table
from pipeline.render.tables.others import other_estimates_tables, primary_table, ratios_table
from pipeline.render.tables.provenance import provenance_table
from pipeline.render.tables.table import Table
from pipeline.render.tables.withheld import unprinted_table, withheld_table
from pipeline.render.wording import closing, limits, methods, opening, people
from pipeline.render.wording.contradictions import contradictions_box
from pipeline.render.wording.data_notes import data_note_sentences
from pipeline.render.wording.measurement import scales_in_short
from pipeline.render.wording.outcomes import Outcome, primary_outcomes
from pipeline.render.wording.phrases import compares_chosen_groups
from pipeline.render.wording.primary import question_findings
from pipeline.render.wording.scales import scale_warnings


class Sections:
    """The sections of one report, made in the order of its template."""

    def __init__(self, results: Results) -> None:
        self._results = results
        self._printed: set[Key] = set()
        """Estimates that the tables made so far show."""
        self._said = Said()

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

    def _primary(self, *shown: Table | None) -> list[Showable | None]:
        """Give findings and table of these questions, for the main results; the table also holds what no table shown has of the others."""
        here = {row_key(row) for table in shown if table is not None for row in table.shows}
        left = [as_question(self._results, row) for row in without((one.main for one in self.outcomes), here)] if shown else []
        found = words(*question_findings(self._results, self.questions)) if self.questions else None
        return [found, primary_table(self._results, [*left, *self.questions])]

    def primary(self) -> Section | None:
        """Primary questions beside those that the sections above are about."""
        return self._section("primary", self._text(self._results.say("primary.intro")), *self._primary()) if self.questions else None

    def title(self) -> Words:
        """Title and where the answers come from."""
        return words(opening.title_block(self._results))

    def _opening(self, said: opening.Opening, hero: Figure | None) -> Section | None:
        """Give the first page: the answer, its figure, what was found and how sure it is."""
        return self._section("summary", *opening.opening_parts(self._results, said, hero))

    def annex(self) -> Turn:
        """Begin the second page: what the report rests on."""
        self._said = Said()
        return Turn(self._results.say("page.annex_of", title=self._results.label("study", "title")), self._results.say("page.annex_lead"))

    def question(self) -> Section | None:
        """Question, setting and design."""
        return self._section("question", words(people.size_facts(self._results, self.outcomes), opening.question_and_design(self._results)))

    def context(self) -> Section | None:
        """Published figures that the results are read against."""
        return self._led("context", self._text(self._results.say("context.intro")), [context_table(self._results)])

    def contradictions(self) -> Section | None:
        """What the programme's own documents say in two ways."""
        box = contradictions_box(self._results)
        return self._section("contradictions", self._text(self._results.say("contradictions.intro")), words(box)) if box else None

    def flow(self) -> Section | None:
        """How many were invited, answered and are analysed."""
        text = self._text(*people.flow_sentences(self._results), self._results.say("people.flow_intro"))
        return self._led("flow", text, [flow_figure(self._results), flow_table(self._results)])

    def data_notes(self) -> Section | None:
        """What was found when the files were read, and how it was counted."""
        sentences = data_note_sentences(self._results)
        return (
            self._section("data_notes", self._text(self._results.say("data_notes.intro")), words(bullets(sentences))) if sentences else None
        )

    def measures(self) -> Section | None:
        """How the measures behave: alpha, answers, missing answers."""
        reliability = reliability_table(self._results)
        first = "measures.intro" if len(self._results.groups) > 1 else "measures.intro_of_one"
        said = (first, "measures.alpha") if reliability else (first,)
        intro = words(
            *(paragraph(self._results.say(key)) for key in said),
            *map(paragraph, scale_warnings(self._results)),
            *scales_in_short(self._results),
        )
        exhibits = [
            reliability,
            items_table(self._results),
            *likert_figures(self._results),
            scores_figure(self._results),
            missing_table(self._results),
        ]
        return self._led("measures", intro, exhibits)

    def checks(self) -> Section | None:
        """Every estimate of the plan that no section before has shown, whatever its estimator."""
        chosen = [analysis["id"] for analysis in self._results.facts["analyses"] if compares_chosen_groups(self._results, analysis)]
        remarks = [self._results.say("checks.other_groups", analysis=self._results.label("analysis", name)) for name in chosen]
        key = "checks.intro" if len(self._results.groups) > 1 else "checks.intro_unshown"
        intro = self._text(self._results.say(key), *remarks)
        beside = self._beside()
        return self._led("checks", intro, [*beside, *self._unshown(*beside)])

    def _beside(self) -> list[Table | None]:
        """Give what stands before other estimates of the plan: the same outcomes as ratios, in a comparison, and without careless answers."""
        return [ratios_table(self._results) if len(self._results.groups) > 1 else None, without_flagged_table(self._results)]

    def limits(self) -> Section | None:
        """What may not be concluded, and what to take into account."""
        say = self._results.say
        return self._section(
            "limits",
            words(element("h3", say("limits.not_shown")), limits.not_shown(self._results, self.outcomes)),
            words(element("h3", say("limits.weigh")), limits.limits(self._results, self.outcomes)),
        )

    def researcher(self) -> Section | None:
        """The researchers' own words."""
        text = self._results.researcher_text.strip()
        return self._section("researcher", Words(researcher_markdown(text))) if text else None

    def deviations(self) -> Section | None:
        """What differs from the locked plan."""
        if not self._results.facts["plan"]["locked"]:
            return self._section("deviations", self._text(self._results.say("deviations.unlocked")))
        table = deviations_table(self._results)
        intro = self._results.say("deviations.intro" if table else "deviations.none")
        return self._section("deviations", self._text(intro), table)

    def methods(self) -> Section | None:
        """Measures, methods used and literature."""
        used = element("h3", self._results.say("methods.used"))
        return self._section(
            "methods",
            words(methods.measures_text(self._results)),
            words(used, methods.methods_text(self._results)),
            words(methods.references_text(self._results)),
        )

    def withheld(self) -> Section | None:
        """What is withheld, by which policy, and which numbers of the release the report leaves out."""
        tables = (withheld_table(self._results), unprinted_table(self._results, self._printed))
        return self._section("withheld", words(closing.withheld(self._results)), *tables)

    def appendix(self) -> Section | None:
        """All answers to all questions."""
        tables = [description_table(self._results), described_levels_table(self._results), *appendix_tables(self._results)]
        return self._led("appendix", self._text(self._results.say("appendix.intro")), tables)

    def provenance(self) -> Section | None:
        """From what the report was made."""
        return self._section("provenance", words(closing.provenance(self._results)), provenance_table(self._results))

    def _section(self, anchor: str, *parts: Showable | None, heading: str = "") -> Section | None:
        """Make a section of the parts that have something to show, and keep in mind what its tables show; None without any."""
        shown = self._said.once(anchor, present(parts))
        self._printed |= {row_key(row) for part in shown if isinstance(part, Table) for row in part.shows}
        return Section(anchor, heading or self._results.say(f"section.{anchor}"), shown) if shown else None

    def _text(self, *sentences: str) -> Words:
        return words(paragraph(" ".join(sentences)))

    def _led(self, anchor: str, intro: Words | None, exhibits: Iterable[Showable | None]) -> Section | None:
        """Make a section that is only there for its figures and tables."""
        shown = present(exhibits)
        return self._section(anchor, intro, *shown) if shown else None

    def _unshown(self, *tables: Table | None) -> list[Table]:
        """Give the tables of what neither these tables nor any section before has shown of the plan."""
        here = {row_key(row) for table in tables if table is not None for row in table.shows}
        return other_estimates_tables(self._results, without(declared_estimates(self._results), self._printed | here))
