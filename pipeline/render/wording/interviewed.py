"""How many were asked, interviewed and coded, and why others were not."""

from dataclasses import dataclass

from pipeline.render.codings import CodedInterviews
from pipeline.render.flow import flow_chains
from pipeline.render.results import Results
from pipeline.render.selection import known
from pipeline.render.wording.needs import by_coders
from pipeline.spec.vocabulary import EVERYBODY


@dataclass(frozen=True)
class CountedStep:
    """One count on the way from those asked to what was coded."""

    name: str
    count: int
    lost: tuple[str, ...] = ()
    """What was lost since the step before, in words."""


def steps(results: Results, coding: CodedInterviews) -> tuple[CountedStep, ...]:
    """Give the counts from those asked, where that is known, to the interviews that all coders coded."""
    interviewed, asked, coded = len(coding.interviews), _asked(results), coding.coded_by_all
    found = [CountedStep(results.say("needs.step.asked"), asked)] if asked is not None else []
    lost = (results.say("needs.step.not_interviewed", count=asked - interviewed),) if asked is not None and asked > interviewed else ()
    found.append(CountedStep(results.say("needs.step.interviewed"), interviewed, lost))
    if coded is not None:
        found.append(CountedStep(results.say("needs.step.coded", by=by_coders(results, coding.most)), coded, _not_coded(results, coding)))
    return tuple(found)


def _asked(results: Results) -> int | None:
    """Give how many were asked for an interview; None where no register says it."""
    sample = flow_chains(results).get(("sample", EVERYBODY))
    return int(sample.start.n) if sample is not None and sample.start.node == "invited" and known(sample.start.n) else None


def _not_coded(results: Results, coding: CodedInterviews) -> tuple[str, ...]:
    by_number = [coding.coders_of(interview) for interview in coding.coded_by_fewer]
    said = (("needs.step.fewer", len(by_number) - by_number.count(0)), ("needs.step.not_coded", by_number.count(0)))
    return tuple(results.say(key, count=count) for key, count in said if count)


def interviewed_sentences(results: Results, coding: CodedInterviews) -> list[str]:
    """Say who was asked and interviewed, and how many interviews all coders coded."""
    interviewed, asked, coded = len(coding.interviews), _asked(results), coding.coded_by_all
    sentences = [results.say("needs.asked", asked=asked, interviewed=interviewed)] if asked is not None else []
    if coded is not None:
        sentences.append(results.say("needs.coded", by=by_coders(results, coding.most), coded=coded, interviewed=interviewed))
    return sentences
