"""A report per level of a variable: a page for each level, and an overview that links them."""

from pipeline.render.figures.levels import level_figures
from pipeline.render.labels import level_label
from pipeline.render.levels import is_withheld, levels_shown, page_of_level, people_at
from pipeline.render.markup import Markup, element, paragraph
from pipeline.render.results import Results
from pipeline.render.section import Section, Words, words
from pipeline.render.sections import Sections
from pipeline.render.tables.levels import changes_table, level_table, overview_table
from pipeline.render.tables.withheld import unprinted_table
from pipeline.render.wording import closing, opening
from pipeline.render.wording.phrases import group_names
from pipeline.spec.vocabulary import EVERYBODY


class OneLevel(Sections):
    """One page of a report per level: the overview for ``all``, else one level beside everybody."""

    def __init__(self, results: Results, report: str, level: str) -> None:
        super().__init__(results)
        self._report = report
        self._level = level
        self._per = next(one["per"] for one in results.facts["reports"] if one["id"] == report)

    @property
    def _is_overview(self) -> bool:
        return self._level == EVERYBODY

    @property
    def _is_silent(self) -> bool:
        return not self._is_overview and is_withheld(self._results, self._level)

    def title(self) -> Words:
        """Title, the level, and where the answers come from."""
        variable = self._results.inside(self._results.outcome_label(self._per))
        part = variable if self._is_overview else level_label(self._results, self._level)
        key = "one_level.lead_overview" if self._is_overview else "one_level.lead"
        return words(opening.title_block(self._results, self._results.say(key, part=part)))

    def summary(self) -> Section | None:
        """What this page is about, and how many units it rests on."""
        if self._is_overview:
            return self._section("summary", words(paragraph(self._results.say("one_level.about_overview")), self._links()))
        if self._is_silent:
            least = self._results.facts["disclosure"]["minimum_base"]
            silent = self._results.say("one_level.silent", level=level_label(self._results, self._level), least=least)
            return self._section("summary", words(element("p", silent, class_="lead"), self._back()))
        unit = self._results.label("unit", self._results.facts["sample"]["unit"])
        count = people_at(self._results, self._level) or 0
        said = self._results.say("one_level.about", level=level_label(self._results, self._level), count=count, unit=unit)
        caution = self._results.say("one_level.caution")
        return self._section("summary", words(element("p", said, class_="lead"), paragraph(caution), self._back()))

    def _links(self) -> Markup:
        items = []
        for level in levels_shown(self._results, self._per):
            target = f"{self._report}-{page_of_level(self._results, self._per, level)}.html"
            items.append(element("li", element("a", level_label(self._results, level), href=target)))
        return element("ul", *items, class_="levels")

    def _back(self) -> Markup:
        link = element("a", self._results.say("one_level.back"), href=f"{self._report}.html")
        return element("p", link, class_="links")

    def question(self) -> Section | None:
        """Where and when, and how the page differs from the study's main report."""
        say = self._results.say
        pooled = [self._results.say_with("one_level.pooled", group_names(self._results))] if len(self._results.groups) > 1 else []
        elsewhere = [say("one_level.elsewhere")] if any(one["per"] is None for one in self._results.facts["reports"]) else []
        setting = [element("h3", say("question.setting")), paragraph(self._results.label("study", "setting"))]
        design = [element("h3", say("question.design")), paragraph(" ".join([say("one_level.design"), *elsewhere, *pooled]))]
        return self._section("question", words(*setting, *design))

    def results(self) -> Section | None:
        """Primary outcomes by level; on a level's page also everything that was measured there."""
        if self._is_silent:
            return None
        figures = level_figures(self._results, self._per, self._level)
        intro = self._text(self._results.say("one_level.results_intro")) if figures else None
        if self._is_overview:
            return self._section("results", intro, *figures, overview_table(self._results, self._per))
        tables = [level_table(self._results, self._per, self._level), changes_table(self._results, self._level)]
        return self._led("results", intro, [*figures, *tables])

    def limits(self) -> Section | None:
        """What a comparison of levels does not show."""
        say = self._results.say
        items = [say("one_level.not_ranked"), say("one_level.not_cause"), say("one_level.threshold_rest")]
        listed = element("ul", *(element("li", item) for item in items))
        return self._section("limits", words(listed))

    def withheld(self) -> Section | None:
        """By which policy results are withheld; on the overview also which numbers of the release it leaves out."""
        table = unprinted_table(self._results, self._printed) if self._is_overview else None
        return self._section("withheld", words(closing.withheld(self._results)), table)
