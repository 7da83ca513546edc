"""How sure a report is: one mark, that says what the design can carry, with its reasons in words and never in stars."""

from pipeline.render.markup import Markup, element
from pipeline.render.results import Results
from pipeline.render.selection import known
from pipeline.render.wording.limits import LIMITS
from pipeline.render.wording.outcomes import Outcome


def evidence(results: Results, outcomes: list[Outcome]) -> Markup:
    """Say what kind of evidence a report gives, and why: design, size, loss, measures, and what was computed a second time.

    Parameters
    ----------
    results : Results
    outcomes : list of Outcome
        The primary outcomes, or changes in the same form; empty where a template tells of neither.
    """
    say, design = results.say, results.facts["design"]
    lead = element("strong", say("evidence.lead"))
    mark = element("span", say(f"evidence.mark.{design}"), class_="verdict")
    return element("p", lead, " ", mark, " ", " ".join(reasons(results, outcomes)), class_="evidence")


def reasons(results: Results, outcomes: list[Outcome]) -> list[str]:
    """Give the reasons in the order of their weight; nothing is said of what the release does not tell."""
    say = results.say
    sentences = [say(f"evidence.design.{results.facts['design']}")]
    fewest = min((int(one.main.n) for one in outcomes if known(one.main.n)), default=0)
    if fewest:
        sentences.append(say("evidence.size", n=fewest, unit=results.label("unit", results.facts["sample"]["unit"])))
    lost = LIMITS["missing_answers"](results, outcomes)
    if lost is not None:
        sentences.append(say("evidence.lost", **lost))
    if LIMITS["own_answers"](results, outcomes) is not None:
        sentences.append(say("evidence.own_answers"))
    again = results.facts.get("second_opinion")
    if again and again["packages"] and not again["held"]:
        sentences.append(say("evidence.again", count=int(again["recomputed"]), all=int(again["numbers"])))
    return sentences
