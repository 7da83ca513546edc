"""What interviews say is needed: numbers of interviews in words, never shares."""

from collections.abc import Iterable, Sequence

from pipeline.render.codings import CodedInterviews, Theme, ThemeCount, ThemePart
from pipeline.render.markup import Markup, element, escape, joined, paragraph
from pipeline.render.primary import Question
from pipeline.render.results import Results
from pipeline.render.wording.coders import agreement_brief
from pipeline.render.wording.most import NAMED, top
from pipeline.render.wording.opening import Opening
from pipeline.render.wording.phrases import first_upper, listed
from pipeline.render.wording.primary import brief_questions
from pipeline.render.wording.quoted import quotation_brief, quotations_shown


def opening(results: Results, coding: CodedInterviews, questions: Sequence[Question]) -> Opening:
    """Give the first page: the themes found in most interviews, the dilemma and what was also said."""
    items = [_part_item(results, coding, part) for part in coding.parts[1:]]
    items += map(escape, filter(None, (agreement_brief(results, coding), quotation_brief(results))))
    findings = [*(element("li", item) for item in items), *brief_questions(results, questions)]
    return Opening(headline(results, coding), findings, f"{basis(results, coding)} {results.say('needs.caution')}")


def headline(results: Results, coding: CodedInterviews) -> str:
    """Say which themes of the first part were found in most interviews."""
    if not coding.shows_sums:
        return results.say("needs.headline_withheld")
    found = [theme for theme in coding.parts[0].themes if theme.found(coding.most) > 0]
    if not found:
        return results.say("needs.headline_none", by=by_coders(results, coding.most))
    themes = top(found, lambda theme: theme.found(coding.most))
    if not themes:
        level = [theme for theme in found if theme.found(coding.most) == found[0].found(coding.most)]
        return results.say("needs.headline_level", themes=len(level), count=found_of_all(results, found[0].counts[coding.most]))
    return results.say("needs.headline", themes=listed(results, [_named(results, coding, theme) for theme in themes]))


def least_sentence(results: Results, coding: CodedInterviews, part: ThemePart) -> str:
    """Say which themes of a part were found in fewest interviews; empty where that is all there are, or none stands out."""
    rising = sorted((theme for theme in part.themes if theme.found(coding.most) >= 0), key=lambda theme: theme.found(coding.most))
    themes = top(rising, lambda theme: theme.found(coding.most))
    if len(part.themes) < 2 * NAMED or not themes:
        return ""
    return results.say("needs.least", themes=listed(results, [_named(results, coding, theme) for theme in themes]))


def _named(results: Results, coding: CodedInterviews, theme: Theme) -> str:
    return f"{results.inside(theme.label)} ({found_of_all(results, theme.counts[coding.most])})"


def found_of_all(results: Results, count: ThemeCount) -> str:
    """Write ``9 av 13``, or that it is withheld."""
    if count.n is None or count.total is None:
        return results.say("table.withheld")
    return results.say("needs.of", n=count.n, total=count.total)


def by_coders(results: Results, least: int) -> str:
    """Name the coders who must have found a theme: the coder, both, or so many."""
    return results.say("needs.by.many", count=least) if least > 2 else results.say(f"needs.by.{least}")


def basis(results: Results, coding: CodedInterviews) -> str:
    """Say which interviews the numbers count."""
    return results.say("needs.basis", by=by_coders(results, coding.most))


def _part_item(results: Results, coding: CodedInterviews, part: ThemePart) -> Markup:
    label = element("strong", results.label("part", part.id, coding.exhibit["id"]) + ".")
    return joined([label, " ", part_sentence(results, coding, part)])


def part_sentence(results: Results, coding: CodedInterviews, part: ThemePart) -> str:
    """Say in how many interviews the themes of a part were found."""
    if not coding.shows_sums:
        return results.say("needs.headline_withheld")
    if len(part.themes) == 1:
        return _single_sentence(results, coding, part.themes[0])
    named = [_named(results, coding, theme) for theme in part.themes]
    return results.say("needs.also", themes="; ".join(named))


def _single_sentence(results: Results, coding: CodedInterviews, theme: Theme) -> str:
    key = "needs.single" if coding.most > 1 else "needs.single_coder"
    values = {
        "theme": theme.label,
        "by": by_coders(results, coding.most),
        "agreed": found_of_all(results, theme.counts[coding.most]),
        "some": found_of_all(results, theme.counts[1]),
    }
    return results.say_with(key, values)


def facts(results: Results, coding: CodedInterviews) -> Markup:
    """Show how many were interviewed, who coded, how many themes there are and how many quotations are shown."""
    rows = [
        (results.say("needs.fact.interviews"), len(coding.interviews), results.say("needs.fact.one_code")),
        (results.say("needs.fact.coders"), len(coding.work) - len(coding.idle), results.say("needs.fact.apart")),
        (results.say("needs.fact.themes"), len(coding.themes), results.say("needs.fact.codebook")),
    ]
    if results.facts.get("quotations"):
        rows.append((results.say("needs.fact.quotations"), quotations_shown(results), results.say("needs.fact.consent")))
    return element("dl", *(_fact(results, *row) for row in rows), class_="facts")


def _fact(results: Results, name: str, value: int, remark: str) -> Markup:
    return element("div", element("dt", name), element("dd", results.number(value, 0), " ", element("small", remark)))


def question_and_design(results: Results, coding: CodedInterviews) -> Markup:
    """Give the setting, the design, how the coding was done and what was made of disagreement."""
    plan = results.facts["plan"]
    planned = results.say("question.planned", sha=plan["sha256"][:12]) if plan["locked"] else results.say("question.not_planned")
    return joined(
        [
            element("h3", results.say("question.setting")),
            paragraph(results.label("study", "setting")),
            element("h3", results.say("question.design")),
            paragraph(results.say("question.design.interviews")),
            element("h3", results.say("needs.consensus.heading")),
            paragraph(results.say("needs.consensus.text" if coding.most > 1 else "needs.consensus.one_coder")),
            paragraph(planned),
        ]
    )


def pairs_named(results: Results, coding: CodedInterviews) -> list[str]:
    """Name the pairs of themes of the first part that go together most often, with their numbers of interviews."""
    themes = coding.parts[0].themes
    pairs = [(one, other) for place, one in enumerate(themes) for other in themes[place + 1 :] if coding.pair(one, other).n]
    most = top(sorted(pairs, key=lambda pair: -_size(coding, pair)), lambda pair: _size(coding, pair))
    return [
        results.say("needs.pair", one=one.label, other=other.label, count=found_of_all(results, coding.pair(one, other)))
        for one, other in most
    ]


def _size(coding: CodedInterviews, pair: tuple[Theme, Theme]) -> int:
    return coding.pair(*pair).n or 0


def goes_with_sentences(results: Results, coding: CodedInterviews) -> list[str]:
    """Say which themes of the first part a theme that stands alone in its part, such as a dilemma, goes with most often."""
    sentences = []
    for part in (part for part in coding.parts[1:] if len(part.themes) == 1):
        [theme] = part.themes
        pairs = sorted(((theme, other) for other in coding.parts[0].themes), key=lambda pair: -_size(coding, pair))
        most = top([pair for pair in pairs if _size(coding, pair)], lambda pair: _size(coding, pair))
        named = [f"{results.inside(other.label)} ({found_of_all(results, coding.pair(theme, other))})" for _, other in most]
        sentences += [results.say("needs.goes_with", theme=theme.label, themes=listed(results, named))] if named else []
    return sentences


def interview_numbers(interviews: Iterable[str]) -> list[str]:
    """Give the numbers of interviews as the figure's headings show them: ``09`` of ``interview-09``."""
    return [code.rpartition("-")[2] for code in interviews]


def coverage_sentences(results: Results, coding: CodedInterviews) -> list[str]:
    """Say which interviews fewer coders coded than the others, which nobody coded, and which coders coded nothing."""
    empty = [interview for interview in coding.coded_by_fewer if coding.coders_of(interview) == 0]
    fewer = [interview for interview in coding.coded_by_fewer if interview not in empty]
    said = [("needs.fewer", fewer), ("needs.not_coded", empty), ("needs.idle", list(coding.idle))]
    return [
        first_upper(results.say(key, count=len(codes), numbers=listed(results, interview_numbers(codes)))) for key, codes in said if codes
    ]
