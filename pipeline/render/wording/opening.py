"""The first page: title, where the answers come from, the summary, and the question with its design."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.render.looks import ONLY
from pipeline.render.markup import Markup, element, joined, paragraph
from pipeline.render.primary import Question
from pipeline.render.results import Results
from pipeline.render.section import Showable, words
from pipeline.render.wording.evidence import evidence
from pipeline.render.wording.findings import brief_finding, headline, secondary_headline
from pipeline.render.wording.outcomes import Outcome
from pipeline.render.wording.phrases import group_names, listed
from pipeline.render.wording.primary import brief_questions, compares_own_groups, questions_headline, verdicts_of

SHOWN_OF_A_HASH = 12


def title_block(results: Results, lead: str = "") -> Markup:
    """Give the title, a lead (the study's question when empty), and whether the answers are real."""
    kind = "simulated" if results.facts["simulated"] else "real"
    warning = paragraph(results.say("page.simulated"), class_=ONLY) if kind == "simulated" else Markup()
    note = paragraph(results.label("study", "source_note"), class_=f"source {kind}")
    return joined(
        [
            warning,
            paragraph(results.say(f"page.kicker.{kind}"), class_="kicker"),
            element("h1", results.label("study", "title")),
            paragraph(lead or results.label("study", "question"), class_="lead"),
            *(paragraph(said, class_="byline") for said in head_sentences(results)[:1]),
            note,
        ]
    )


def head_sentences(results: Results) -> list[str]:
    """Say who wrote the report and when, and how to cite it; nothing where the study does not say.

    The head of the first report that has one is that of all pages of the study.
    """
    head = next((one["head"] for one in results.facts["reports"] if one.get("head")), None)
    if head is None:
        return []
    say, language = results.say, results.language
    authors = listed(results, head["authors"])
    version = [say("head.version", version=head["version"])] if head.get("version") else []
    commissioner = [say("head.commissioner", name=head["commissioner"][language])] if head.get("commissioner") else []
    contact = [say("head.contact", contact=head["contact"])] if head.get("contact") else []
    parts = [say("head.authors", authors=authors), head["date"], *version, *commissioner, *contact]
    cited = [f"{authors} ({head['date'][:4]}).", f"{results.label('study', 'title')}.", *(f"{one}." for one in [*version, *commissioner])]
    return [" · ".join(parts), say("head.cite", cited=" ".join(cited))]


@dataclass(frozen=True)
class Opening:
    """What the first page says beside its figure.

    Parameters
    ----------
    answer : str
        The question's answer in a sentence or two; empty where only the findings give it.
    findings : sequence of str
        One item per primary question, ``li`` or text.
    caution : str
        What the report does not show.
    outcomes : sequence of Outcome
        What the kind of evidence is judged by.
    above, below : sequence of str
        Paragraphs before and behind the findings.
    legend : str
        How to read the findings' marks.
    tall : bool
        Whether the figure has several rows for each finding, so that the rest has room behind the findings.
    """

    answer: str
    findings: Sequence[str]
    caution: str
    outcomes: Sequence[Outcome] = ()
    above: Sequence[str] = ()
    below: Sequence[str] = ()
    legend: str = ""
    tall: bool = False


def opening_parts(results: Results, opening: Opening, hero: Showable | None) -> tuple[Showable | None, ...]:
    """Give the first page: the answer, its figure, and what was found, how sure it is, and what it does not show."""
    plan = [] if results.facts["plan"]["locked"] else [results.say("summary.exploratory")]
    answer = [paragraph(opening.answer, class_="lead answer")] if opening.answer else []
    items = (one if one.startswith("<li") else element("li", one) for one in opening.findings)
    found = [*map(paragraph, opening.above), element("ul", *items, class_="findings")]
    rest = [
        *map(paragraph, (*opening.below, *plan)),
        evidence(results, list(opening.outcomes)),
        element("p", element("strong", results.say("summary.not_shown")), " ", opening.caution),
        *([paragraph(opening.legend, class_="small")] if opening.legend else []),
    ]
    return (
        words(*answer) if answer else None,
        hero,
        words(element("div", *found, class_="found")),
        words(element("div", *rest, class_="brief behind" if opening.tall else "brief")),
    )


def compared(results: Results, outcomes: Sequence[Outcome], questions: Sequence[Question]) -> Opening:
    """Give the first page of a comparison of two groups."""
    own = [question for question in questions if compares_own_groups(results, question)]
    others = [question for question in questions if question not in own]
    answer = [headline(results, outcomes, verdicts_of(results, own)), questions_headline(results, others)]
    below = [results.say("words.other_people")] if any(one.of_other_people for one in outcomes) else []
    return Opening(
        " ".join(filter(None, answer)),
        [*(brief_finding(results, outcome) for outcome in outcomes), *brief_questions(results, questions)],
        results.say_with(f"summary.headline.{results.facts['design']}", {"programme": results.programme}),
        outcomes,
        below=[*below, *filter(None, [secondary_headline(results, outcomes)])],
        legend=results.say_with("summary.legend", group_names(results)),
        tall=True,
    )


def question_and_design(results: Results) -> Markup:
    """Give the setting, the design in words, the primary outcomes and whether the plan was locked."""
    plan = results.facts["plan"]
    names = dict.fromkeys(one["outcome"] for one in results.facts["primary_outcomes"])
    primary = listed(results, [results.inside(results.outcome_label(name)) for name in names])
    locked = (
        results.say("question.planned", sha=plan["sha256"][:SHOWN_OF_A_HASH]) if plan["locked"] else results.say("question.not_planned")
    )
    return joined(
        [
            element("h3", results.say("question.setting")),
            paragraph(results.label("study", "setting")),
            element("h3", results.say("question.design")),
            paragraph(
                results.say_with(f"question.design.{results.facts['design']}", {"programme": results.programme} | group_names(results))
            ),
            paragraph(results.say("question.primary", outcomes=primary)),
            paragraph(locked),
            *map(paragraph, head_sentences(results)[1:]),
        ]
    )
