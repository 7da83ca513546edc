"""What interviews about needs do not show, and what to weigh; each limit applies by what the release holds.

To add one: a function that says whether it applies and with which values, its line
in ``LIMITS``, and the texts ``needs.limit.<id>.lead`` and ``needs.limit.<id>.text``.
"""

from collections.abc import Callable, Mapping

from pipeline.render.codings import CodedInterviews
from pipeline.render.markup import Markup, bullets, element, joined
from pipeline.render.results import Results
from pipeline.render.wording.coders import not_estimable
from pipeline.render.wording.needs import interview_numbers
from pipeline.render.wording.phrases import listed
from pipeline.render.wording.quoted import quotations_shown

Values = Mapping[str, str | int] | None
NOT_SHOWN = ("others", "importance", "silence", "effect")


def not_shown(results: Results) -> Markup:
    """List the conclusions that a reader might draw and must not."""
    items = [results.say("not_shown.real")] if results.facts["simulated"] else []
    return bullets([*items, *(results.say(f"needs.not_shown.{name}") for name in NOT_SHOWN)])


def limits(results: Results, coding: CodedInterviews) -> Markup:
    """List what weakens the results, in order of weight."""
    items = []
    for name, applies in LIMITS.items():
        values = applies(results, coding)
        if values is not None:
            lead = element("strong", results.say(f"needs.limit.{name}.lead"))
            items.append(joined([lead, " ", results.say(f"needs.limit.{name}.text", **values)]))
    return element("div", bullets(items), class_="caution")


def _few(results: Results, coding: CodedInterviews) -> Values:
    return {"count": len(coding.interviews)}


def _one_coder(results: Results, coding: CodedInterviews) -> Values:
    return {} if coding.most == 1 else None


def _fewer_coders(results: Results, coding: CodedInterviews) -> Values:
    numbers = interview_numbers(coding.coded_by_fewer)
    return {"count": len(numbers), "numbers": listed(results, numbers)} if numbers else None


def _not_estimable(results: Results, coding: CodedInterviews) -> Values:
    themes = not_estimable(results, coding)
    return {"themes": listed(results, themes)} if themes else None


def _codebook(results: Results, coding: CodedInterviews) -> Values:
    return {"count": len(coding.themes)}


def _quoted(results: Results, coding: CodedInterviews) -> Values:
    return {} if quotations_shown(results) else None


def _unlocked(results: Results, coding: CodedInterviews) -> Values:
    return None if results.facts["plan"]["locked"] else {}


LIMITS: dict[str, Callable[[Results, CodedInterviews], Values]] = {
    "few": _few,
    "one_coder": _one_coder,
    "fewer_coders": _fewer_coders,
    "codebook": _codebook,
    "not_estimable": _not_estimable,
    "quoted": _quoted,
    "unlocked": _unlocked,
}
