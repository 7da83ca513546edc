"""What a report template calls: one method per section, in the order of the report.

A notebook imports this module only. Each method gives a ``Section`` (shown as
heading, text, figures and tables) or None when the study has nothing of it.
"""

from pathlib import Path

from pipeline.paths import project_root
from pipeline.render.markup import bullets, element, paragraph, researcher_markdown
from pipeline.render.results import Results
from pipeline.render.section import Part, Section, Words, words
from pipeline.render.sections import Sections
from pipeline.render.selection import known
from pipeline.render.wording import closing, limits, methods, opening, people
from pipeline.render.wording.contradictions import contradictions_box
from pipeline.render.wording.data_notes import data_note_sentences
from pipeline.render.wording.findings import finding
from pipeline.render.wording.phrases import compares_chosen_groups, group_names


def open(study: str, language: str, release: str) -> "Report":
    """Open one study's release in one language, as a comparison of two groups; see ``load_results``."""
    return Report(load_results(study, language, release))


def targets(study: str, language: str, release: str) -> "Report":
    """Open one study's release in one language, as a report on targets."""
    from pipeline.render.templates.targets import Targets

    return Targets(load_results(study, language, release))


def before_after(study: str, language: str, release: str) -> "Report":
    """Open one study's release in one language, as one group before and after."""
    from pipeline.render.templates.before_after import BeforeAfter

    return BeforeAfter(load_results(study, language, release))


def progress(study: str, language: str, release: str) -> "Report":
    """Open one study's release in one language, as one group followed over time."""
    from pipeline.render.templates.progress import Progress

    return Progress(load_results(study, language, release))


def one_level(study: str, language: str, release: str, report: str, level: str) -> "Report":
    """Open one page of a report per level; ``level`` is ``all`` for the overview."""
    from pipeline.render.templates.one_level import OneLevel

    return OneLevel(load_results(study, language, release), report, level)


def needs(study: str, language: str, release: str) -> "Report":
    """Open one study's release in one language, as a report on what interviews say is needed."""
    from pipeline.render.templates.needs import Needs

    return Needs(load_results(study, language, release))


def load_results(study: str, language: str, release: str) -> Results:
    """Load one study's release in one language.

    Parameters
    ----------
    study : str
        Name of the study, held against the release.
    language : str
        ``sv`` or ``en``.
    release : str
        Folder of the release, relative to the project; found from the working
        folder first, so that a template also runs by hand from notebooks/.

    Raises
    ------
    FileNotFoundError
        When there is no such release yet.
    ValueError
        When the release is of another study (a fault of ours).
    """
    folder = next((path for path in (Path(release), project_root() / release) if path.is_dir()), None)
    if folder is None:
        raise FileNotFoundError(f"{release}: there is no such release yet; run 'make release STUDY={study}' first")
    results = Results.load(folder, language)
    if results.study != study:
        raise ValueError(f"the release in {release} is of {results.study}, not of {study}")
    return results


class Report(Sections):
    """One report: its sections, in order. Reports on one group inherit what they share with a comparison."""

    def title(self) -> Words:
        """Title and where the answers come from."""
        return words(opening.title_block(self._results))

    def summary(self) -> Section | None:
        """Key findings on one screen."""
        return self._section("summary", words(opening.summary(self._results, self.outcomes, self.questions)))

    def question(self) -> Section | None:
        """Question, setting and design."""
        return self._section("question", words(opening.question_and_design(self._results)))

    def context(self) -> Section | None:
        """Published figures that the results are read against."""
        from pipeline.render.tables.context import context_table

        return self._led("context", self._text(self._results.say("context.intro")), [context_table(self._results)])

    def contradictions(self) -> Section | None:
        """What the programme's own documents say in two ways."""
        box = contradictions_box(self._results)
        return self._section("contradictions", self._text(self._results.say("contradictions.intro")), words(box)) if box else None

    def flow(self) -> Section | None:
        """How many were invited, answered and are analysed."""
        from pipeline.render.figures.flow import flow_figure
        from pipeline.render.tables.flow import flow_table

        text = self._text(*people.flow_sentences(self._results), self._results.say("people.flow_intro"))
        return self._led("flow", text, [flow_figure(self._results), flow_table(self._results)])

    def data_notes(self) -> Section | None:
        """What was found when the files were read, and how it was counted."""
        sentences = data_note_sentences(self._results)
        return (
            self._section("data_notes", self._text(self._results.say("data_notes.intro")), words(bullets(sentences))) if sentences else None
        )

    def people(self) -> Section | None:
        """How alike the groups were before."""
        from pipeline.render.figures.love import love_figure
        from pipeline.render.tables.baseline import table_one

        text = self._text(*people.balance_sentences(self._results))
        return self._led("people", text, [table_one(self._results), love_figure(self._results)])

    def measures(self) -> Section | None:
        """How the measures behave: alpha, answers, missing answers."""
        from pipeline.render.figures.likert import likert_figures
        from pipeline.render.figures.scores import scores_figure
        from pipeline.render.tables.measurement import items_table, missing_table, reliability_table
        from pipeline.render.wording.scales import scale_warnings

        reliability = reliability_table(self._results)
        first = "measures.intro" if len(self._results.groups) > 1 else "measures.intro_of_one"
        said = (first, "measures.alpha") if reliability else (first,)
        intro = words(*(paragraph(self._results.say(key)) for key in said), *map(paragraph, scale_warnings(self._results)))
        exhibits = [
            reliability,
            items_table(self._results),
            *likert_figures(self._results),
            scores_figure(self._results),
            missing_table(self._results),
        ]
        return self._led("measures", intro, exhibits)

    def results(self) -> Section | None:
        """Primary outcomes: findings in words, the table, the forest plot."""
        from pipeline.render.figures.forest import forest_figure
        from pipeline.render.tables.comparison import results_table

        design = self._results.facts["design"]
        values = {"programme": self._results.programme}
        together = any(known(one.main.p_adjusted) for one in self.outcomes)
        reading = self._results.say("results.reading_family" if together else "results.reading", **group_names(self._results))
        intro = words(paragraph(reading), paragraph(self._results.say_with(f"results.{design}", values)))
        found = [words(*finding(self._results, outcome)) for outcome in self.outcomes]
        table = results_table(self._results)
        return self._section("results", intro, *found, forest_figure(self._results), table, *self._primary(table))

    def secondary(self) -> Section | None:
        """Outcomes beside the primary ones."""
        from pipeline.render.figures.steps import steps_figures
        from pipeline.render.tables.comparison import secondary_table

        intro = self._text(self._results.say("secondary.intro"))
        return self._led("secondary", intro, [secondary_table(self._results), *steps_figures(self._results)])

    def checks(self) -> Section | None:
        """Every estimate of the plan that no section before has shown, whatever its estimator."""
        from pipeline.render.tables.others import ratios_table

        ratios = ratios_table(self._results) if len(self._results.groups) > 1 else None
        chosen = [analysis["id"] for analysis in self._results.facts["analyses"] if compares_chosen_groups(self._results, analysis)]
        remarks = [self._results.say("checks.other_groups", analysis=self._results.label("analysis", name)) for name in chosen]
        key = "checks.intro" if len(self._results.groups) > 1 else "checks.intro_unshown"
        intro = self._text(self._results.say(key), *remarks)
        return self._led("checks", intro, [ratios, *self._unshown(ratios)])

    def restricted(self) -> Section | None:
        """Comparisons among part of the people, and what follows from how that part was chosen."""
        from pipeline.render.tables.restricted import restricted_table, restrictions

        found = restrictions(self._results)
        if not found:
            return None
        key = "restricted" if found == {"before"} else "restricted_part"
        said = [self._results.say(f"comparison.{key}_intro")]
        said += [self._results.say("comparison.restricted_later")] if "later" in found else []
        heading = self._results.say(f"section.{key}")
        return self._section("restricted", self._text(*said), restricted_table(self._results), heading=heading)

    def power(self) -> Section | None:
        """What the study could have detected."""
        from pipeline.render.tables.power import detectable_rows, power_table

        rows = detectable_rows(self._results)
        if not rows:
            return None
        power = self._results.percent(float(rows[0].reference_value))
        return self._section("power", self._text(self._results.say("comparison.power_intro", power=power)), power_table(self._results))

    def transition(self) -> Section | None:
        """Before and after, person by person."""
        from pipeline.render.figures.transition import transition_figures
        from pipeline.render.tables.exhibits import transition_tables

        exhibits: list[Part] = [*transition_figures(self._results), *transition_tables(self._results)]
        return self._led("transition", self._text(self._results.say("transition.intro")), exhibits)

    def curve(self) -> Section | None:
        """Time to an event."""
        from pipeline.render.figures.curve import curve_figures
        from pipeline.render.tables.exhibits import curve_tables

        exhibits: list[Part] = [*curve_figures(self._results), *curve_tables(self._results)]
        return self._led("curve", self._text(self._results.say("curve.intro")), exhibits)

    def experience(self) -> Section | None:
        """What those who were asked say."""
        from pipeline.render.answers import only_participants_asked
        from pipeline.render.figures.experience import experience_figures

        key = "experience.intro" if only_participants_asked(self._results) else "experience.intro_asked"
        intro = self._results.say_with(key, {"groups": group_names(self._results)["a"]})
        return self._led("experience", self._text(intro), experience_figures(self._results))

    def subgroups(self) -> Section | None:
        """Differences within subgroups, and whether they vary."""
        from pipeline.render.tables.subgroups import by_subgroup_table

        return self._led("subgroups", self._text(self._results.say("subgroups.intro")), [by_subgroup_table(self._results)])

    def limits(self) -> Section | None:
        """What may not be concluded, and what to take into account."""
        say = self._results.say
        return self._section(
            "limits",
            words(element("h3", say("limits.not_shown")), limits.not_shown(self._results, self.outcomes)),
            words(element("h3", say("limits.weigh")), limits.limits(self._results, self.outcomes)),
            words(element("h3", say("limits.source")), paragraph(self._results.label("study", "source_note"))),
        )

    def researcher(self) -> Section | None:
        """The researchers' own words."""
        text = self._results.researcher_text.strip()
        return self._section("researcher", Words(researcher_markdown(text))) if text else None

    def deviations(self) -> Section | None:
        """What differs from the locked plan."""
        from pipeline.render.tables.deviations import deviations_table

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
        from pipeline.render.tables.withheld import unprinted_table, withheld_table

        tables = (withheld_table(self._results), unprinted_table(self._results, self._printed))
        return self._section("withheld", words(closing.withheld(self._results)), *tables)

    def appendix(self) -> Section | None:
        """All answers to all questions."""
        from pipeline.render.tables.appendix import appendix_tables
        from pipeline.render.tables.description import described_levels_table, description_table

        tables = [description_table(self._results), described_levels_table(self._results), *appendix_tables(self._results)]
        return self._led("appendix", self._text(self._results.say("appendix.intro")), tables)

    def provenance(self) -> Section | None:
        """From what the report was made."""
        from pipeline.render.tables.provenance import provenance_table

        return self._section("provenance", words(closing.provenance(self._results)), provenance_table(self._results))
