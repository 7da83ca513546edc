"""The report on one group's progress over time: moves between classes, time to an event, change, and what those lost could change."""

from functools import cached_property

from pipeline.render.changes import Change, changes_by_level, paired_changes
from pipeline.render.curves import declared_curves
from pipeline.render.figures.curve import curve_figure
from pipeline.render.figures.figure import Figure
from pipeline.render.figures.hero import change_hero
from pipeline.render.figures.lost import lost_figures
from pipeline.render.figures.stages import stages_figure
from pipeline.render.figures.transition import transition_figures
from pipeline.render.markup import element, paragraph
from pipeline.render.primary import Place
from pipeline.render.section import Section, Showable, Words, words
from pipeline.render.sections import Sections
from pipeline.render.tables.baseline import table_one
from pipeline.render.tables.changes import level_tables, lost_table
from pipeline.render.tables.exhibits import curve_tables, transition_tables
from pipeline.render.tables.moves import level_moves_tables, moves_table, shares_moved_table
from pipeline.render.tables.over_time import over_time_table
from pipeline.render.tables.responses import response_tables
from pipeline.render.tables.times import time_table
from pipeline.render.times import Time, times
from pipeline.render.wording import progress as wording
from pipeline.render.wording.changes import basis_sentences, change_sentences, lost_of, lost_sentences
from pipeline.render.wording.moves import hidden_sentences, move_sentences, moves
from pipeline.render.wording.outcomes import Outcome
from pipeline.render.wording.phrases import listed
from pipeline.render.wording.times import comparison_sentences, time_sentences


class Progress(Sections):
    """Sections of a report on one group that is followed over time."""

    @cached_property
    def outcomes(self) -> list[Outcome]:
        """Primary changes as shared sections take them."""
        return wording.changes_as_outcomes(self._results)

    @cached_property
    def moves(self) -> list[Change]:
        """Every declared move between classes."""
        return moves(self._results)

    @cached_property
    def times(self) -> list[Time]:
        """Every declared time to an event."""
        return times(self._results)

    @cached_property
    def changes(self) -> list[Change]:
        """Every declared change of a number."""
        return paired_changes(self._results)

    def _own(self, anchor: str, *parts: Showable | None, **values: str) -> Section | None:
        """Make a section of this template; None when it has nothing to show."""
        return self._section(anchor.replace("_", "-"), *parts, heading=self._results.say(f"progress.section.{anchor}", **values))

    @property
    def _told(self) -> set[Place]:
        """Give the primary moves, times and changes."""
        moved = [*moves(self._results, "primary"), *paired_changes(self._results, "primary")]
        timed = [(one.analysis["id"], one.outcome, "") for one in times(self._results, "primary")]
        return {*((one.analysis["id"], one.outcome, one.waves[1]) for one in moved), *timed}

    def _found(self, analysis: str, *blocks: list[str]) -> Words:
        """Say what one analysis found, under its name."""
        heading = element("h3", self._results.label("analysis", analysis))
        return words(heading, *(paragraph(" ".join(sentences)) for sentences in blocks if sentences))

    def summary(self) -> Section | None:
        """Key findings on one screen."""
        return self._opening(
            wording.opening(self._results, self.questions),
            next(iter(self._ladders), None) or change_hero(self._results, wording.told_changes(self._results)),
        )

    @cached_property
    def _ladders(self) -> list[Figure]:
        """Draw where people were each time, for every measure whose classes are shown; the first page has the first."""
        shown = dict.fromkeys(name for one in self._results.facts["exhibits"] if one["kind"] == "transition" for name in one["outcomes"])
        return [figure for name in shown if (figure := stages_figure(self._results, name)) is not None]

    def people(self) -> Section | None:
        """Who took part, and who of them answered each time."""
        exhibits = [part for part in (table_one(self._results), *response_tables(self._results)) if part is not None]
        said = ("progress.people_intro", "progress.people_answered")[: len(exhibits)]
        return self._own("people", self._text(*map(self._results.say, said)), *exhibits) if exhibits else None

    def ladder(self) -> Section | None:
        """Moves between classes: where people were each time, who moved which way, and from where to where."""
        exhibits = [one for one in self._results.facts["exhibits"] if one["kind"] == "transition"]
        if not (self.moves or exhibits):
            return None
        shown = dict.fromkeys(name for one in exhibits for name in one["outcomes"])
        return self._own(
            "ladder",
            self._text(self._results.say("progress.ladder_intro")),
            *self._ladders[1:],
            *(self._found(one.analysis["id"], move_sentences(self._results, one)) for one in self.moves),
            moves_table(self._results, self.moves),
            shares_moved_table(self._results, self.moves),
            *transition_figures(self._results),
            *transition_tables(self._results),
            what=self._results.outcome_label(self.moves[0].outcome if self.moves else next(iter(shown))),
        )

    def time_to_work(self) -> Section | None:
        """Time to an event, with those who had not had it when they were last followed."""
        curves = declared_curves(self._results)
        if not (self.times or curves):
            return None
        return self._own(
            "time",
            self._text(self._results.say("progress.time_intro")),
            *(
                self._found(one.analysis["id"], time_sentences(self._results, one), comparison_sentences(self._results, one))
                for one in self.times
            ),
            *(curve_figure(self._results, one) for one in curves),
            *(time_table(self._results, one) for one in self.times),
            *curve_tables(self._results),
            what=self._results.outcome_label(self.times[0].outcome if self.times else curves[0].outcome),
        )

    def change(self) -> Section | None:
        """Changes of the same people, and between which ends they lie for everybody."""
        if not self.changes:
            return None
        return self._own(
            "change",
            self._text(self._results.say("progress.change_intro")),
            *(self._finding(one) for one in wording.told_changes(self._results)),
            *lost_figures(self._results, self._in_order),
            over_time_table(self._results, self._in_order),
            lost_table(self._results),
        )

    def _finding(self, change: Change) -> Words:
        bounds = lost_of(self._results, change)
        lost = lost_sentences(self._results, bounds) if bounds is not None else []
        return self._found(change.analysis["id"], change_sentences(self._results, change), basis_sentences(self._results, change), lost)

    @property
    def _in_order(self) -> list[Change]:
        """Every change, outcome by outcome, times in order."""
        order = [wave["name"] for wave in self._results.facts["waves"]]
        names = list(dict.fromkeys(change.outcome for change in self.changes))
        return sorted(self.changes, key=lambda one: (names.index(one.outcome), order.index(one.waves[1])))

    def levels(self) -> Section | None:
        """Primary moves and changes by the levels that the plan names, such as each municipality."""
        moved = [one for one in moves(self._results, "primary") if changes_by_level(self._results, one)]
        changed = [one for one in paired_changes(self._results, "primary") if changes_by_level(self._results, one)]
        tables = [table for one in moved for table in level_moves_tables(self._results, one)]
        tables += [table for one in changed for table in level_tables(self._results, one)]
        if not (moved or changed):
            return None
        by = (name for one in (*moved, *changed) for name in one.analysis["by"] if "*" not in name)
        names = listed(self._results, list(dict.fromkeys(self._results.inside(self._results.outcome_label(name)) for name in by)))
        hidden = (sentence for one in moved for sentence in hidden_sentences(self._results, one))
        intro = self._text(self._results.say("progress.levels_intro"), *hidden)
        return self._own("levels", intro, *tables, variables=names)

    def limits(self) -> Section | None:
        """What may not be concluded, and what to take into account."""
        say = self._results.say
        return self._section(
            "limits",
            words(element("h3", say("limits.not_shown")), wording.not_shown(self._results)),
            words(element("h3", say("limits.weigh")), wording.weigh(self._results)),
        )
