"""The report on measures: what was asked, how it was answered, and how far the answers can be trusted and compared."""

from collections.abc import Sequence

from pipeline.render.figures.likert import likert_figures
from pipeline.render.figures.scales import items_alike_figure, loadings_figure
from pipeline.render.figures.scores import scores_figure
from pipeline.render.markup import bullets, paragraph
from pipeline.render.section import Section, Showable, Words, words
from pipeline.render.sections import Sections
from pipeline.render.tables.care import signs_table, without_flagged_table
from pipeline.render.tables.factors import (
    clusters_table,
    fit_table,
    invariance_table,
    items_alike_table,
    omega_by_group_table,
    ordered_table,
    questions_table,
    scales_table,
    together_table,
)
from pipeline.render.tables.measurement import missing_table
from pipeline.render.tables.published import published_table
from pipeline.render.wording import opening
from pipeline.render.wording.measurement import scale_sentences, scales

RELIABILITY = (scales_table, omega_by_group_table, questions_table, loadings_figure)
ONE_FACTOR = (fit_table, ordered_table, together_table)
INVARIANCE = (invariance_table, items_alike_table, items_alike_figure)
"""What each section shows."""


class Measurement(Sections):
    """Sections of a report on the measures of a study."""

    def title(self) -> Words:
        """Title, and that the report is about the measures."""
        return words(opening.title_block(self._results, self._results.say("measurement.lead")))

    def summary(self) -> Section | None:
        """Say of each measure whether it can be trusted, and compared."""
        say = self._results.say
        label = self._results.label
        found = [f"{label('measure', name)}: {' '.join(scale_sentences(self._results, name))}" for name in scales(self._results)]
        return self._section("summary", words(bullets(found) if found else paragraph(say("measurement.none"))))

    def answers(self) -> Section | None:
        """How each question was answered, and who left it open."""
        exhibits = [
            *likert_figures(self._results),
            scores_figure(self._results),
            missing_table(self._results),
            published_table(self._results),
        ]
        return self._own("answers", exhibits)

    def reliability(self) -> Section | None:
        """How well the questions of each measure hang together."""
        return self._own("reliability", [made(self._results) for made in RELIABILITY])

    def one_factor(self) -> Section | None:
        """Whether the questions of a measure are one thing."""
        return self._own("one_factor", [made(self._results) for made in ONE_FACTOR])

    def invariance(self) -> Section | None:
        """Whether groups, and people at different times, answer the questions in the same way."""
        return self._own("invariance", [made(self._results) for made in INVARIANCE])

    def clusters(self) -> Section | None:
        """How alike the people of one cluster are."""
        return self._own("clusters", [clusters_table(self._results)])

    def care(self) -> Section | None:
        """Who seems to have answered without care, and what is different without them."""
        return self._own("care", [signs_table(self._results), without_flagged_table(self._results)])

    def _own(self, name: str, exhibits: Sequence[Showable | None]) -> Section | None:
        intro = self._text(self._results.say(f"measurement.{name}_intro"))
        shown = [one for one in exhibits if one is not None]
        heading = self._results.say(f"measurement.section.{name}")
        return self._section(name.replace("_", "-"), intro, *shown, heading=heading) if shown else None
