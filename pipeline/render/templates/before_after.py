"""The report on one group before and after: what changed, for whom, and what those missing could change."""

from dataclasses import replace
from functools import cached_property

from pipeline.render.changes import Change, bounded, change_name, changes_by_level, paired_changes, self_ratings, what_was_tested
from pipeline.render.figures.experience import experience_figures
from pipeline.render.figures.flow import flow_figure
from pipeline.render.figures.hero import change_hero
from pipeline.render.figures.self_ratings import rating_figures
from pipeline.render.figures.slope import slope_figure
from pipeline.render.markup import element, joined, paragraph
from pipeline.render.primary import Place
from pipeline.render.section import Section, Showable, Words, words
from pipeline.render.sections import Sections
from pipeline.render.tables.asked import asked_tables
from pipeline.render.tables.changes import change_table, checks_table, level_tables, lost_table
from pipeline.render.tables.flow import flow_table
from pipeline.render.tables.responses import response_tables
from pipeline.render.tables.self_ratings import rating_tables
from pipeline.render.wording import before_after as wording
from pipeline.render.wording import limits
from pipeline.render.wording.asked import anybody_answered, asked_sentences
from pipeline.render.wording.changes import basis_sentences, change_sentences, levels_sentences, lost_sentences, wave_names
from pipeline.render.wording.findings import verdict_mark
from pipeline.render.wording.outcomes import Outcome
from pipeline.render.wording.self_ratings import brief_rating, rating_sentences


class BeforeAfter(Sections):
    """Sections of a report on the same people before and after."""

    @cached_property
    def changes(self) -> list[Change]:
        """Changes that the plan calls primary, with later ones beside them."""
        return wording.primary_changes(self._results)

    @cached_property
    def outcomes(self) -> list[Outcome]:
        """Primary changes as shared sections take them."""
        return wording.as_outcomes(self.changes)

    def _own(self, anchor: str, *parts: Showable | None, **values: str) -> Section | None:
        """Make a section of this template; None when it has nothing to show."""
        return self._section(anchor.replace("_", "-"), *parts, heading=self._results.say(f"before_after.section.{anchor}", **values))

    @property
    def _told(self) -> set[Place]:
        """Give the primary changes and what was rated in retrospect, which the summary tells in sentences of its own."""
        rated = [(one.analysis["id"], one.outcome, one.waves[1]) for one in self_ratings(self._results) if brief_rating(self._results, one)]
        return {*super()._told, *rated}

    def summary(self) -> Section | None:
        """Key findings on one screen."""
        return self._opening(wording.opening(self._results, self.changes, self.questions), change_hero(self._results, self.changes))

    def flow(self) -> Section | None:
        """Who took part, who answered, and who is analysed, with the denominator named."""
        sentences = wording.people_sentences(self._results, self.changes)
        text = words(paragraph(" ".join(sentences)), paragraph(self._results.say("people.flow_intro")))
        return self._led("flow", text, [flow_figure(self._results), *response_tables(self._results), flow_table(self._results)])

    def change(self) -> Section | None:
        """The primary changes: findings in words, the slope chart, the table."""
        if not self.changes:
            return self._own("change", self._text(self._results.say("before_after.change_none")), *self._primary())
        intro = self._text(self._results.say("before_after.change_intro", **wave_names(self._results, self.changes[0])))
        figures = (slope_figure(self._results, change) for change in self.changes)
        table = change_table(self._results, self.changes)
        return self._own("change", intro, *(self._finding(change) for change in self.changes), *figures, table, *self._primary())

    def _finding(self, change: Change) -> Words:
        row = change.row("mean_change")
        mark = [" ", verdict_mark(self._results, row)] if row is not None else []
        said = [change_sentences(self._results, change), basis_sentences(self._results, change)]
        heading = element("h3", change_name(self._results, change, self.changes), *mark)
        return words(heading, *(paragraph(" ".join(sentences)) for sentences in said if sentences))

    def self_rated(self) -> Section | None:
        """What people say they know, at the time and in retrospect, beside what was tested."""
        ratings = self_ratings(self._results)
        if not ratings:
            return None
        tested = any(what_was_tested(self._results, rated) is not None for rated in ratings)
        intro = self._text(self._results.say("before_after.self_rated_intro_tested" if tested else "before_after.self_rated_intro"))
        found = (self._text(*rating_sentences(self._results, rated)) for rated in ratings)
        return self._own("self_rated", intro, *found, *rating_figures(self._results, ratings), *rating_tables(self._results, ratings))

    def levels(self) -> Section | None:
        """Each primary change by the levels that the plan names, such as each seminar."""
        divided = [change for change in self.changes if changes_by_level(self._results, change)]
        if not divided:
            return None
        intro = self._text(self._results.say("before_after.levels_intro"))
        found = (self._text(*levels_sentences(self._results, change)) for change in divided)
        tables = (table for change in divided for table in level_tables(self._results, change))
        names = [
            self._results.inside(self._results.outcome_label(name))
            for change in divided
            for name in change.analysis["by"]
            if "*" not in name
        ]
        return self._own("levels", intro, *found, *tables, variables=" / ".join(dict.fromkeys(names)))

    def experience(self) -> Section | None:
        """What people were asked afterwards, such as what they plan to use."""
        exhibits = [one["id"] for one in self._results.facts["exhibits"] if one["kind"] == "experience"]
        if not exhibits:
            return None
        answered = anybody_answered(self._results)
        figures, tables = (experience_figures(self._results), asked_tables(self._results)) if answered else ((), ())
        heading = self._results.label("exhibit", exhibits[0]) if len(exhibits) == 1 else self._results.say("section.experience")
        found = (sentence for exhibit in exhibits for sentence in asked_sentences(self._results, exhibit))
        nothing = () if answered else (self._results.say("before_after.asked_none"),)
        text = " ".join([*nothing, *self._shares(), *found])
        return self._section("experience", self._text(text) if text else None, *figures, *tables, heading=heading)

    def _shares(self) -> list[str]:
        """Say the shares that were bounded, of those who answered and of everybody."""
        found = [one for one in bounded(self._results) if one.term == "after" and one.low.measure_unit == "share"]
        return [sentence for one in found for sentence in lost_sentences(self._results, one)]

    def lost(self) -> Section | None:
        """What those missing could change at most."""
        found = bounded(self._results)
        if not found:
            return None
        sentences = [sentence for one in found if one.low.measure_unit != "share" for sentence in lost_sentences(self._results, one)]
        intro = self._results.say("before_after.lost_intro")
        return self._own("lost", words(paragraph(intro), paragraph(" ".join(sentences))), lost_table(self._results))

    def checks(self) -> Section | None:
        """The same changes in other analyses."""
        told = {(one.analysis["id"], one.outcome, one.waves) for one in self.changes}
        every = paired_changes(self._results, "secondary", "exploratory")
        others = [one for one in every if (one.analysis["id"], one.outcome, one.waves) not in told]
        table = checks_table(self._results, others, self.changes)
        said = [self._results.say("before_after.checks_intro")] if table else []
        unshown = self._unshown(table)
        said += [self._results.say("checks.intro_unshown")] if unshown else []
        return self._led("checks", self._text(*said), [table, *unshown])

    def limits(self) -> Section | None:
        """What may not be concluded, and what to take into account."""
        say = self._results.say
        weigh = joined([wording.own_limits(self._results, self.changes), limits.limits(self._results, self._for_limits())])
        return self._section(
            "limits",
            words(element("h3", say("limits.not_shown")), wording.not_shown(self._results, self.changes)),
            words(element("h3", say("limits.weigh")), weigh),
        )

    def _for_limits(self) -> list[Outcome]:
        """Give the primary changes without the counts of those missing, of whom this template speaks itself."""
        return [replace(one, main=one.main._replace(n_missing=None)) for one in self.outcomes]
