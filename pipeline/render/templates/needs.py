"""A report on what interviews say is needed: themes by number of interviews, how far coders agree, and quotations."""

from functools import cached_property

from pipeline.render.codings import CodedInterviews, codings
from pipeline.render.figures.co_occurrence import co_occurrence_figure
from pipeline.render.figures.coding_matrix import coding_matrix_figure
from pipeline.render.figures.hero import themes_hero
from pipeline.render.figures.interviews import interviews_figure
from pipeline.render.markup import bullets, element, paragraph
from pipeline.render.primary import Place
from pipeline.render.section import Section, words
from pipeline.render.sections import Sections
from pipeline.render.tables.needs import agreement_table, codebook_table, themes_table
from pipeline.render.tables.withheld import withheld_table
from pipeline.render.wording import methods
from pipeline.render.wording.coders import least_agreed
from pipeline.render.wording.interviewed import interviewed_sentences
from pipeline.render.wording.needs import (
    by_coders,
    coverage_sentences,
    facts,
    goes_with_sentences,
    least_sentence,
    opening,
    pairs_named,
    question_and_design,
)
from pipeline.render.wording.needs_limits import limits, not_shown
from pipeline.render.wording.primary import brief_questions
from pipeline.render.wording.quoted import other_language, quotation_blocks, quotation_counts


class Needs(Sections):
    """Sections of a report on needs; what they share with other reports is inherited."""

    @cached_property
    def coding(self) -> CodedInterviews | None:
        """The coding that answers the question: the first one declared; None where the release has none."""
        return next(iter(codings(self._results)), None)

    def summary(self) -> Section | None:
        """Key findings on one screen."""
        if self.coding is None:
            found = brief_questions(self._results, self.questions)
            listed = words(element("ul", *found, class_="findings")) if found else None
            return self._section("summary", self._text(self._results.say("needs.nothing")), listed)
        return self._opening(opening(self._results, self.coding, self.questions), themes_hero(self._results, self.coding))

    @property
    def _told(self) -> set[Place]:
        """Give none: what counts here are themes, and what is estimated beside them is told as in every report."""
        return set()

    def question(self) -> Section | None:
        """Setting, design, and what was made of disagreement between coders."""
        return (
            self._section("question", words(facts(self._results, self.coding), question_and_design(self._results, self.coding)))
            if self.coding
            else None
        )

    def flow(self) -> Section | None:
        """Who was asked, interviewed and coded."""
        if self.coding is None:
            return None
        text = self._text(*interviewed_sentences(self._results, self.coding), *coverage_sentences(self._results, self.coding))
        return self._section("flow", text, interviews_figure(self._results, self.coding))

    def needs(self) -> Section | None:
        """The themes that answer the question, by number of interviews."""
        if self.coding is None:
            return None
        first = self.coding.parts[:1]
        least = least_sentence(self._results, self.coding, first[0])
        return self._section("needs", self._text(least) if least else None, themes_table(self._results, self.coding, first, "needs"))

    def others(self) -> Section | None:
        """The dilemma, and what was said that is no need: each part with its explanation."""
        if self.coding is None or len(self.coding.parts) < 2:
            return None
        others = self.coding.parts[1:]
        blocks = []
        for part in others:
            place = (part.id, self.coding.exhibit["id"])
            blocks.append(element("h3", self._results.label("part", *place)))
            if self._results.has_label("part_explanation", *place):
                blocks.append(paragraph(self._results.label("part_explanation", *place)))
        return self._section("others", words(*blocks), themes_table(self._results, self.coding, others, "others"))

    def matrix(self) -> Section | None:
        """Theme by theme, interview by interview."""
        figure = coding_matrix_figure(self._results, self.coding) if self.coding else None
        return self._led("matrix", self._text(self._results.say("needs.matrix_intro")), [figure])

    def together(self) -> Section | None:
        """Which themes go together."""
        if self.coding is None:
            return None
        say, pairs = self._results.say, pairs_named(self._results, self.coding)
        named = [paragraph(say("needs.together_intro", by=by_coders(self._results, self.coding.most))), bullets(pairs)] if pairs else []
        rest = paragraph(" ".join([*goes_with_sentences(self._results, self.coding), say("needs.together_caution")]))
        return self._led("together", words(*named, rest), [co_occurrence_figure(self._results, self.coding)])

    def quotations(self) -> Section | None:
        """What those say who let themselves be quoted."""
        if self.coding is None or not self._results.facts.get("quotations"):
            return None
        say = self._results.say
        intro = [say("needs.quoted.intro"), *([say("needs.quoted.language")] if other_language(self._results) else [])]
        blocks = quotation_blocks(self._results, self.coding)
        counted = paragraph(" ".join(quotation_counts(self._results)))
        return self._section("quotations", words(paragraph(" ".join(intro)), counted), words(*blocks) if blocks else None)

    def agreement(self) -> Section | None:
        """How far coders agree on each theme."""
        if self.coding is None:
            return None
        least = least_agreed(self._results, self.coding)
        return self._led("agreement", self._text(least) if least else None, [agreement_table(self._results, self.coding)])

    def limits(self) -> Section | None:
        """What may not be concluded, and what to take into account."""
        if self.coding is None:
            return super().limits()
        say = self._results.say
        return self._section(
            "limits",
            words(element("h3", say("limits.not_shown")), not_shown(self._results)),
            words(element("h3", say("limits.weigh")), limits(self._results, self.coding)),
        )

    def methods(self) -> Section | None:
        """Methods used and literature."""
        return self._section("methods", words(methods.methods_text(self._results)), words(methods.references_text(self._results)))

    def codebook(self) -> Section | None:
        """What the coders took each theme to mean."""
        table = codebook_table(self._results, self.coding) if self.coding else None
        return self._led("codebook", self._text(self._results.say("needs.codebook_intro")), [table])

    def withheld(self) -> Section | None:
        """What is withheld, by which policy, and why single interviews are shown."""
        if self.coding is None or not self.coding.shows_interviews:
            return super().withheld()
        reason = paragraph(self._results.label("disclosure_reason", "reason"))
        return self._section("withheld", words(paragraph(self._results.say("needs.withheld")), reason), withheld_table(self._results))
