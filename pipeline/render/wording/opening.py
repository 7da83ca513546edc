"""The first page: title, where the answers come from, the summary, and the question with its design."""

from collections.abc import Sequence

from pipeline.render.looks import ONLY
from pipeline.render.markup import Markup, element, joined, paragraph
from pipeline.render.primary import Question
from pipeline.render.results import Results
from pipeline.render.wording.evidence import evidence
from pipeline.render.wording.findings import brief_finding, headline, secondary_headline
from pipeline.render.wording.outcomes import Outcome
from pipeline.render.wording.people import size_facts
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
            note,
        ]
    )


def summary(results: Results, outcomes: list[Outcome], questions: Sequence[Question]) -> Markup:
    """Give the key findings on one screen: one line, the numbers of people, one finding per primary outcome and other primary question."""
    design = results.facts["design"]
    caution = results.say_with(f"summary.headline.{design}", {"programme": results.programme})
    own = [question for question in questions if compares_own_groups(results, question)]
    others = [question for question in questions if question not in own]
    lead = " ".join(filter(None, [headline(results, outcomes, verdicts_of(results, own)), questions_headline(results, others)]))
    items = [*(brief_finding(results, outcome) for outcome in outcomes), *brief_questions(results, questions)]
    parts = [
        element("h3", results.say("summary.found")),
        *([paragraph(lead, class_="lead")] if lead else []),
        element("ul", *items, class_="findings"),
        *([paragraph(results.say("words.other_people"))] if any(one.of_other_people for one in outcomes) else []),
        paragraph(caution),
    ]
    secondary = secondary_headline(results, outcomes)
    if secondary:
        parts.insert(-1, paragraph(secondary))
    if not results.facts["plan"]["locked"]:
        parts.append(paragraph(results.say("summary.exploratory")))
    legend = paragraph(results.say_with("summary.legend", group_names(results)), class_="small")
    brief = element("div", *parts, evidence(results, outcomes), legend, class_="brief")
    return joined([brief, size_facts(results, outcomes)])


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
        ]
    )
