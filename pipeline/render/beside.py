"""What lies beside a report's page, and how the page leads there: annex, notebook, other language, other reports, the index."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.render.kept import ANNEX
from pipeline.render.markup import Markup, element

if TYPE_CHECKING:
    from pipeline.render.results import Results

INDEX = "../../index.html"


@dataclass(frozen=True)
class Beside:
    """The files beside the page of one report.

    Parameters
    ----------
    slug : str
        Name of the report's files without ending.
    report : str
        Id of the report, as declared.
    """

    slug: str
    report: str

    @property
    def annex(self) -> str:
        """Give the file of the annex."""
        return self.slug + ANNEX

    def to_annex(self, results: "Results", contents: Markup) -> Markup:
        """Lead from the report to the sections of its annex."""
        heading = element("p", element("a", results.say("page.annex"), href=self.annex), class_="nav-heading")
        return element("div", heading, contents, class_="onward")

    def to_main(self, results: "Results") -> Markup:
        """Lead from the annex to the report."""
        return element("p", element("a", results.say("page.main"), href=f"{self.slug}.html"), class_="nav-heading")

    def links(self, results: "Results") -> Markup:
        """Lead to everything else that belongs to the study."""
        return element("ul", *(element("li", link) for link in self._links(results)), class_="beside")

    def _links(self, results: "Results") -> Iterator[Markup]:
        say, declared = results.say, results.facts["reports"]
        for language in (one for report in declared if report["id"] == self.report for one in report["languages"]):
            if language != results.language:
                yield element("a", say(f"page.in.{language}"), href=f"../{language}/{self.slug}.html", hreflang=language, lang=language)
        for report in declared:
            if results.language in report["languages"] and not report.get("on_request") and report["id"] != self.slug:
                yield element("a", _name(results, report), href=f"{report['id']}.html")
        yield element("a", say("page.notebook"), href=f"{self.slug}.ipynb")
        yield element("a", say("page.index"), href=INDEX)


def _name(results: "Results", report: dict[str, str]) -> str:
    """Name another report of the study."""
    if report.get("per") is None:
        return results.say("index.measurement" if report["template"] == "measurement" else "page.whole")
    return results.say("index.levels", per=results.inside(results.outcome_label(report["per"])))
