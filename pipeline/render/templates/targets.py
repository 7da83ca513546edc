"""The report on a programme with targets and one group: was each reached, and what can be said of similar groups."""

from functools import cached_property

from pipeline.render.changes import paired_changes
from pipeline.render.figures.hero import targets_hero
from pipeline.render.figures.targets import target_board
from pipeline.render.markup import element, paragraph
from pipeline.render.primary import Place
from pipeline.render.section import Section, Showable, words
from pipeline.render.sections import Sections
from pipeline.render.tables.baseline import table_one
from pipeline.render.tables.changes import change_table
from pipeline.render.tables.targets import counts_table, group_tables, single_targets_table, target_table
from pipeline.render.targets import Target, boards, numbers_to_reach, single_targets, targets_by_group
from pipeline.render.wording import targets as wording
from pipeline.render.wording import targets_frame
from pipeline.render.wording.changes import basis_sentences, change_sentences


class Targets(Sections):
    """Targets by reading of the denominator, by group, numbers to be reached, and rules."""

    def summary(self) -> Section | None:
        """Key findings on one screen: the first target, then every other."""
        return self._opening(targets_frame.opening(self._results, self.questions), targets_hero(self._results, self._first))

    @property
    def _told(self) -> set[Place]:
        """Give the targets and changes that the summary tells in sentences of its own."""
        held = [*boards(self._results), *single_targets(self._results)]
        counted = [(one.row.analysis, one.row.outcome, one.row.wave) for one in numbers_to_reach(self._results)]
        changed = [(one.analysis["id"], one.outcome, one.waves[1]) for one in paired_changes(self._results, "primary")]
        return {*((one.analysis["id"], one.outcome, one.wave) for one in held), *counted, *changed}

    def people(self) -> Section | None:
        """Who took part."""
        return self._led("targets-people", self._text(self._results.say("targets.people_intro")), [table_one(self._results)])

    def targets(self) -> Section | None:
        """The targets at the first time at which they are held against results."""
        return self._board("targets", self._first, "targets.intro")

    def later(self) -> Section | None:
        """The same at later times."""
        later = [target for target in boards(self._results) if target.wave != self._first[0].wave]
        return self._board("targets-later", later, "targets.later_intro")

    @cached_property
    def _first(self) -> list[Target]:
        """Give the targets of the first time at which any is held against results."""
        every = boards(self._results)
        return [target for target in every if target.wave == every[0].wave]

    def _board(self, anchor: str, targets: list[Target], intro: str) -> Section | None:
        if not targets:
            return None
        lead = words(*(paragraph(self._results.say(key)) for key in wording.intros(intro, targets)))
        found = [words(*said) for target in targets if (said := wording.finding(self._results, target))]
        tables = [target_table(self._results, target) for target in targets]
        return self._section(anchor, lead, *found, target_board(self._results, anchor, targets), *tables)

    def groups(self) -> Section | None:
        """Each target that is declared for subgroups, by group."""
        found = targets_by_group(self._results)
        planned = any(reading.planned for target in boards(self._results) for reading in target.readings)
        sentences = [self._results.say("targets.groups.planned")] if planned else []
        sentences += [self._results.say("targets.groups.intro"), *wording.withheld_groups(self._results, found)]
        return self._led(
            "targets-groups", self._text(*sentences), [table for targets in found for table in group_tables(self._results, targets)]
        )

    def counts(self) -> Section | None:
        """Numbers to be reached."""
        found = numbers_to_reach(self._results)
        return self._led("targets-counts", self._text(self._results.say("targets.counts.intro")), [counts_table(self._results, found)])

    def rules(self) -> Section | None:
        """Targets that are read in one way, and rules."""
        found = single_targets(self._results)
        lead = words(paragraph(self._results.say("targets.rules.intro")), *wording.single_findings(self._results, found))
        return self._led("targets-rules", lead, [single_targets_table(self._results, found)])

    def changes(self) -> Section | None:
        """How the same people changed, where that is part of the plan."""
        found = paired_changes(self._results)
        blocks = [paragraph(self._results.say("targets.changes.intro"))]
        for change in found:
            said = (change_sentences(self._results, change), basis_sentences(self._results, change))
            heading = element("h3", self._results.label("analysis", change.analysis["id"]))
            blocks += [heading, *(paragraph(" ".join(sentences)) for sentences in said if sentences)]
        return self._led("targets-changes", words(*blocks), [change_table(self._results, found)])

    def limits(self) -> Section | None:
        """What may not be concluded from targets without a comparison group."""
        parts: list[Showable] = targets_frame.limits(self._results)
        return self._section("limits", *parts)
