"""A comparison of participants with controls."""

from pipeline.render.answers import only_participants_asked
from pipeline.render.figures.alternatives import alternatives_figure
from pipeline.render.figures.curve import curve_figures
from pipeline.render.figures.experience import experience_figures
from pipeline.render.figures.forest import forest_figure
from pipeline.render.figures.hero import comparison_hero
from pipeline.render.figures.love import love_figure
from pipeline.render.figures.steps import steps_figures
from pipeline.render.figures.transition import transition_figures
from pipeline.render.markup import paragraph
from pipeline.render.section import Section, Showable, words
from pipeline.render.sections import Sections
from pipeline.render.selection import known
from pipeline.render.tables.baseline import table_one
from pipeline.render.tables.comparison import results_table, secondary_table
from pipeline.render.tables.exhibits import curve_tables, transition_tables
from pipeline.render.tables.imputation import imputation_table
from pipeline.render.tables.power import power_rows, power_table
from pipeline.render.tables.restricted import restricted_table, restrictions_used
from pipeline.render.tables.robustness import population_table, robustness_table, weights_table, what_if_table
from pipeline.render.tables.subgroups import by_subgroup_table
from pipeline.render.tables.table import Table
from pipeline.render.wording import people
from pipeline.render.wording.alternatives import alternatives_sentences
from pipeline.render.wording.findings import finding, stories_explained
from pipeline.render.wording.opening import compared
from pipeline.render.wording.phrases import group_names


class GroupComparison(Sections):
    """Two groups: what they differ in, how sure that is, and for whom."""

    def summary(self) -> Section | None:
        """Key findings on one screen."""
        return self._opening(compared(self._results, self.outcomes, self.questions), comparison_hero(self._results, self.outcomes))

    def people(self) -> Section | None:
        """How alike the groups were before."""
        text = self._text(*people.balance_sentences(self._results))
        return self._led("people", text, [table_one(self._results), love_figure(self._results)])

    def results(self) -> Section | None:
        """Primary outcomes: findings in words, the table, the forest plot."""
        design = self._results.facts["design"]
        values = {"programme": self._results.programme}
        together = any(known(one.main.p_adjusted) for one in self.outcomes)
        reading = self._results.say_with("results.reading_family" if together else "results.reading", group_names(self._results))
        intro = words(paragraph(reading), paragraph(self._results.say_with(f"results.{design}", values)))
        found = [words(*finding(self._results, outcome)) for outcome in self.outcomes]
        found += [words(*said) for said in [stories_explained(self._results, self.outcomes)] if said]
        table = results_table(self._results)
        return self._section("results", intro, *found, forest_figure(self._results), table, *self._primary(table))

    def secondary(self) -> Section | None:
        """Outcomes beside the primary ones."""
        intro = self._text(self._results.say("secondary.intro"))
        return self._led("secondary", intro, [secondary_table(self._results), *steps_figures(self._results)])

    def restricted(self) -> Section | None:
        """Comparisons among part of the people, and what follows from how that part was chosen."""
        found = restrictions_used(self._results)
        if not found:
            return None
        key = "restricted" if found == {"before"} else "restricted_part"
        said = [self._results.say(f"comparison.{key}_intro")]
        said += [self._results.say("comparison.restricted_later")] if "later" in found else []
        heading = self._results.say(f"section.{key}")
        return self._section("restricted", self._text(*said), restricted_table(self._results), heading=heading)

    def _beside(self) -> list[Table | None]:
        """Give the primary outcomes by other methods, before what else the plan holds."""
        tables = (robustness_table, imputation_table, population_table, weights_table, what_if_table)
        return [*super()._beside(), *(table(self._results) for table in tables)]

    def alternatives(self) -> Section | None:
        """The primary outcomes by every comparison that the plan declares of them."""
        said = alternatives_sentences(self._results)
        intro = words(paragraph(self._results.say("alternatives.intro")), *said)
        return self._section("alternatives", intro, alternatives_figure(self._results)) if said else None

    def power(self) -> Section | None:
        """What the study could have detected."""
        rows = power_rows(self._results)
        if not rows:
            return None
        power = self._results.percent(float(rows[0].reference_value))
        return self._section("power", self._text(self._results.say("comparison.power_intro", power=power)), power_table(self._results))

    def transition(self) -> Section | None:
        """Before and after, person by person."""
        exhibits: list[Showable] = [*transition_figures(self._results), *transition_tables(self._results)]
        return self._led("transition", self._text(self._results.say("transition.intro")), exhibits)

    def curve(self) -> Section | None:
        """Time to an event."""
        exhibits: list[Showable] = [*curve_figures(self._results), *curve_tables(self._results)]
        return self._led("curve", self._text(self._results.say("curve.intro")), exhibits)

    def experience(self) -> Section | None:
        """What those who were asked say."""
        key = "experience.intro" if only_participants_asked(self._results) else "experience.intro_asked"
        intro = self._results.say_with(key, {"groups": group_names(self._results)["the_a"]})
        return self._led("experience", self._text(intro), experience_figures(self._results))

    def subgroups(self) -> Section | None:
        """Differences within subgroups, and whether they vary."""
        return self._led("subgroups", self._text(self._results.say("subgroups.intro")), [by_subgroup_table(self._results)])
