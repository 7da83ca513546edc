"""What stands in place of a report that could not be finished: an alert that nobody overlooks, in page and notebook."""

from typing import Any

from pipeline.render.catalogue import catalogue
from pipeline.render.engine.jobs import Failure
from pipeline.render.markup import Markup, element, joined, paragraph

ALERT_ID = "failure"


def failure_words(failure: Failure, template: str, language: str) -> str:
    """Say in one sentence where a report stopped and why.

    Parameters
    ----------
    failure : Failure
    template : str
        The template as the researcher knows it.
    language : str
    """
    say = catalogue(language).say
    error = ": ".join(filter(None, (failure.error, failure.words)))
    place = say("failure.before") if failure.cell is None else say("failure.cell", cell=failure.cell + 1, template=template)
    return f"{place} {say(f'failure.{failure.kind}', error=error)}"


def failure_alert(failure: Failure, template: str, language: str) -> Markup:
    """Give the alert of the page."""
    say = catalogue(language).say
    parts = [
        element("p", say("failure.heading"), class_="failure-heading"),
        paragraph(failure_words(failure, template, language)),
        paragraph(say("failure.caution")),
    ]
    if failure.traceback:
        lines = element("pre", "\n".join(failure.traceback))
        parts.append(element("details", element("summary", say("failure.traceback")), lines))
    return element("div", joined(parts, "\n"), class_="failure", role="alert")


def failure_cell(failure: Failure, template: str, language: str) -> dict[str, Any]:
    """Give the notebook cell that says the same, to stand first."""
    say = catalogue(language).say
    source = f"**{say('failure.heading')}**\n\n{failure_words(failure, template, language)}\n\n{say('failure.caution')}"
    return {"cell_type": "markdown", "id": ALERT_ID, "metadata": {}, "source": source}
