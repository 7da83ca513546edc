"""Checks of measures that sort answers into classes, and of questions with a right answer."""

from collections.abc import Iterator

from pipeline.errors import Problem, suggestion
from pipeline.score.rules import ScoringRule
from pipeline.spec.declaration import Measure
from pipeline.spec.naming import toml_place
from pipeline.spec.study import Study, Variable

DONT_KNOW = "dont_know"


def measure_place(study: Study, measure: Measure, key: str) -> str:
    """Name the place of a measure's key."""
    return toml_place(study, f"measures '{measure.name}' {key}")


def items_of(study: Study, measure: Measure) -> list[Variable]:
    """Give a measure's items as variables, in declared order."""
    return [study.variable[item] for item in measure.items]


def category_problems(study: Study, measure: Measure, rule: ScoringRule) -> Iterator[Problem]:
    """Every answer must lie in exactly one class, or be left out, and no class may stay empty."""
    if measure.rule not in ("as_category", "collapsed") or not measure.categories or not measure.items:
        return
    groups = measure.collapse if measure.rule == "collapsed" else {code: (code,) for code in measure.categories}
    key = "collapse" if measure.rule == "collapsed" else "categories"
    where = measure_place(study, measure, key)
    sorted_codes = [*(code for codes in groups.values() for code in codes), *measure.leaves_out]
    answers = study.codes_of(items_of(study, measure)[0])
    for code in answers:
        if (times := sorted_codes.count(code)) != 1:
            found = f"answer '{code}' is in none of the classes" if not times else f"answer '{code}' is in more than one class"
            yield Problem(where, found, remedy="Put it into one class, or name it in leaves_out if the measure does not apply to it.")
    for code in sorted(set(sorted_codes) - set(answers)):
        remedy = suggestion(code, answers) or "Correct the code, or add the answer to answers.csv."
        yield Problem(where, f"'{code}' is not an answer of '{measure.items[0]}'", ", ".join(answers), remedy)
    if measure.rule == "collapsed" and set(groups) != set(measure.categories):
        remedy = "Give each class its label in categories, in their order, and its codes in collapse."
        yield Problem(where, ", ".join(groups), ", ".join(measure.categories), remedy)


def edge_problems(study: Study, measure: Measure, rule: ScoringRule) -> Iterator[Problem]:
    """Classes of a number need one rising edge each, and no allowed number may lie below the first."""
    if list(measure.classes) != sorted(set(measure.classes)):
        yield Problem(measure_place(study, measure, "classes"), str(list(measure.classes)), "rising lower edges", "Put them in order.")
        return
    if measure.rule != "classes_of" or not measure.classes or not measure.items:
        return
    if len(measure.classes) != len(measure.categories):
        found = f"{len(measure.classes)} edges for {len(measure.categories)} categories"
        yield Problem(measure_place(study, measure, "classes"), found, remedy="Give each category its lower edge, in the same order.")
    [item, *_] = items_of(study, measure)
    if item.minimum is None or item.minimum < measure.classes[0]:
        yield Problem(
            f"studies/{study.id}/codebook.csv, '{item.name}', column constraint",
            f"allows numbers below {measure.classes[0]:g}, which belong to no class of measure '{measure.name}'",
            f"{measure.classes[0]:g}.. or more",
            "Correct the constraint, or add a class for them.",
        )


def knowledge_problems(study: Study, measure: Measure, rule: ScoringRule) -> Iterator[Problem]:
    """Every question needs its right answer, and 'do not know' must be an answer: it is not right."""
    if "correct" not in rule.needs or not measure.correct:
        return
    where = measure_place(study, measure, "correct")
    for name in sorted(set(measure.correct) - set(measure.items)):
        yield Problem(where, f"'{name}' is not an item of this measure", ", ".join(measure.items), suggestion(name, measure.items))
    for item in items_of(study, measure):
        codes = study.codes_of(item)
        right = measure.correct.get(item.name)
        if right is None:
            yield Problem(where, f"does not say which answer to '{item.name}' is right", ", ".join(codes), "Add it.")
        elif right not in codes:
            yield Problem(where, f"'{right}' is not an answer of '{item.name}'", ", ".join(codes), suggestion(right, codes))
        if any(answer.missing == DONT_KNOW for answer in study.answer_lists.get(item.answers, ())):
            yield Problem(
                f"studies/{study.id}/answers.csv, list {item.answers}",
                f"makes 'do not know' a missing reason, so that measure '{measure.name}' would leave out those who do not know",
                remedy="Leave its column missing empty and give it labels: it is an answer, and not right.",
            )
