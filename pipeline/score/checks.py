"""Whether each declared measure gives its scoring rule what the rule needs, and nothing that it would ignore.

``make check`` calls ``rule_problems``; it looks at the declaration only, so it
can run before there are data.
"""

from collections.abc import Iterator
from itertools import repeat

from pipeline.errors import Problem, suggestion
from pipeline.score.flagged import flag_problems
from pipeline.score.imputation import references_imputed
from pipeline.score.lock_in import EMPLOYABILITY_CLASSES, LOCK_IN_CLASSES, NO, YES
from pipeline.score.rules import SCORING_RULES, ScoringRule
from pipeline.spec.declaration import Measure
from pipeline.spec.naming import is_number, split_reference, toml_place
from pipeline.spec.study import Study, Variable
from pipeline.spec.vocabulary import CARELESS, CHOICE_TYPES

RULE_KEYS = tuple(key for key in Measure.model_fields if any(key in (*rule.needs, *rule.allows) for rule in SCORING_RULES.values()))
"""Keys of a measure that only some rules use."""


def rule_problems(study: Study) -> list[Problem]:
    """Give every way in which a declared measure does not fit its scoring rule.

    Parameters
    ----------
    study : Study
        Passed the checks of ``spec``, so rules and items exist.

    Returns
    -------
    list of Problem
        Empty when every measure can be scored.
    """
    checks = (
        _key_problems,
        _item_count_problems,
        _item_problems,
        _range_problems,
        _code_problems,
        _lock_in_problems,
        _category_problems,
        _edge_problems,
        _knowledge_problems,
        _flag_problems,
    )
    problems = [
        problem
        for measure in study.declaration.measures
        for check in checks
        for problem in check(study, measure, SCORING_RULES[measure.rule])
    ]
    return [*problems, *_imputed_problems(study)]


def _imputed_problems(study: Study) -> Iterator[Problem]:
    """Imputed answers are nobody's, so that nothing is to be read of how they were given."""
    for reference in references_imputed(study):
        name, _ = split_reference(reference)
        if name in study.measure and SCORING_RULES[study.measure[name].rule].among:
            yield Problem(
                toml_place(study, "imputation"),
                f"'{reference}' tells how answers were given, and imputed ones were given by nobody",
                "measures of what was answered",
                "Leave it out of the imputed analyses.",
            )


def _place(study: Study, measure: Measure, key: str) -> str:
    """Name the place of a measure's key."""
    return toml_place(study, f"measures '{measure.name}' {key}")


def _items_of(study: Study, measure: Measure) -> list[Variable]:
    """Give a measure's items as variables, in declared order."""
    return [study.variable[item] for item in measure.items]


def _key_problems(study: Study, measure: Measure, rule: ScoringRule) -> Iterator[Problem]:
    used = (*rule.needs, *rule.allows)
    for key in RULE_KEYS:
        declared = getattr(measure, key) != Measure.model_fields[key].default
        if key in rule.needs and not declared:
            yield Problem(_place(study, measure, key), "is missing", remedy=f"Rule '{measure.rule}' needs it.")
        if declared and key not in used:
            allowed = ", ".join(used) or "none of the keys that only some rules use"
            yield Problem(
                _place(study, measure, key), f"rule '{measure.rule}' would ignore it", allowed, "Remove it, or choose another rule."
            )


def _item_count_problems(study: Study, measure: Measure, rule: ScoringRule) -> Iterator[Problem]:
    least = len(rule.first_types) + 1
    if rule.first_types and len(measure.items) < least:
        yield Problem(
            _place(study, measure, "items"),
            f"{len(measure.items)} variables",
            f"at least {least}",
            f"Rule '{measure.rule}' needs {rule.order}.",
        )
    if rule.most_items is not None and len(measure.items) != rule.most_items:
        needed = {1: "one variable", 2: f"two variables: {rule.order}"}[rule.most_items]
        yield Problem(
            _place(study, measure, "items"), f"{len(measure.items)} variables", needed, f"Rule '{measure.rule}' needs exactly that."
        )
    repeated = sorted({item for item in measure.items if measure.items.count(item) > 1})
    for item in repeated:
        yield Problem(_place(study, measure, "items"), f"'{item}' is named more than once", remedy="Name it once.")


def _item_problems(study: Study, measure: Measure, rule: ScoringRule) -> Iterator[Problem]:
    for place, item in enumerate(_items_of(study, measure)):
        allowed = (*rule.first_types, *repeat(rule.item_types, len(measure.items)))[place]
        if item.type not in allowed:
            yield Problem(
                _place(study, measure, "items"),
                f"'{item.name}' is of type {item.type}",
                f"{', '.join(allowed)} for rule '{measure.rule}'" + (f" as variable no. {place + 1}" if rule.first_types else ""),
                "Choose another rule, or correct the type in codebook.csv.",
            )
        if item.fixed and not all(other.fixed for other in _items_of(study, measure)):
            yield Problem(
                _place(study, measure, "items"),
                f"'{item.name}' is fixed, other items are asked in waves",
                "items that are all fixed, or all asked in waves",
                "Make a measure of the fixed variable alone, or use it itself.",
            )


def _range_problems(study: Study, measure: Measure, rule: ScoringRule) -> Iterator[Problem]:
    if measure.range is None:
        return
    least, greatest = measure.range
    if least >= greatest:
        yield Problem(_place(study, measure, "range"), f"{least:g} to {greatest:g}", "[least, greatest]", "Put the least answer first.")
        return
    for item in _items_of(study, measure):
        outside = [code for code in study.codes_of(item) if item.is_numeric and not least <= float(code) <= greatest]
        if outside:
            yield Problem(
                _place(study, measure, "range"),
                f"'{item.name}' has answers outside it: {', '.join(outside)}",
                f"{least:g} to {greatest:g}",
                "Correct the range, or the codes in answers.csv.",
            )
        elif item.name in measure.reversed and (ends := _ends(study, item)) != (least, greatest):
            known = all(end is not None for end in ends)
            yield Problem(
                _place(study, measure, "range"),
                f"'{item.name}' is mirrored in {least:g} to {greatest:g}, but its answers {_said(ends) if known else 'have no ends'}",
                "the least and the greatest answer of a reversed item",
                "Correct the range, or the codes in answers.csv."
                if known
                else f"State the constraint of '{item.name}' in codebook.csv, such as {least:g}..{greatest:g}.",
            )


def _ends(study: Study, item: Variable) -> tuple[float | None, float | None]:
    """Give the least and greatest answer that an item can have: of its list, or of its constraint where any number is read."""
    codes = [float(code) for code in study.codes_of(item)] if item.is_numeric else []
    if codes and (item.type in CHOICE_TYPES or item.minimum is None or item.maximum is None):
        return min(codes), max(codes)
    return item.minimum, item.maximum


def _said(ends: tuple[float | None, float | None]) -> str:
    return f"go from {ends[0]:g} to {ends[1]:g}"


def _code_problems(study: Study, measure: Measure, rule: ScoringRule) -> Iterator[Problem]:
    numbers = [item for item in _items_of(study, measure)[len(rule.first_types) :] if item.is_numeric]
    for key in ("counts", "leaves_out"):
        for code in getattr(measure, key):
            if numbers and not is_number(code):
                yield Problem(
                    _place(study, measure, key),
                    f"'{code}' is not a number, but '{numbers[0].name}' holds numbers",
                    remedy="Give the answer's number in quotes.",
                )
    for name, codes in measure.counts_also.items():
        known = study.codes_of(study.variable[name]) if name in measure.items else ()
        for code in codes:
            if code not in known:
                found = f"'{code}' is not an answer of '{name}'" if name in measure.items else f"'{name}' is not an item of this measure"
                yield Problem(_place(study, measure, "counts_also"), found, ", ".join(known or measure.items), suggestion(code, known))
    for code in sorted(set(measure.counts) & set(measure.leaves_out)):
        yield Problem(_place(study, measure, "leaves_out"), f"'{code}' is also in counts", remedy="Keep it in one of them.")


def _lock_in_problems(study: Study, measure: Measure, rule: ScoringRule) -> Iterator[Problem]:
    if measure.rule not in ("lock_in", "double_lock_in", "lock_in_employability"):
        return
    for item in _items_of(study, measure)[:2]:
        for code in (YES, NO):
            if item.type == "select_one" and code not in study.codes_of(item):
                yield Problem(
                    f"studies/{study.id}/answers.csv, list {item.answers}",
                    f"has no answer '{code}', which measure '{measure.name}' needs",
                    ", ".join(study.codes_of(item)),
                    "Add the answer, or correct its code.",
                )
    classes = EMPLOYABILITY_CLASSES if measure.rule == "lock_in_employability" else tuple(LOCK_IN_CLASSES.values())
    if measure.categories and set(measure.categories) != set(classes):
        yield Problem(
            _place(study, measure, "categories"),
            ", ".join(measure.categories),
            ", ".join(classes),
            "Give each of these classes its label, and no other.",
        )


def _category_problems(study: Study, measure: Measure, rule: ScoringRule) -> Iterator[Problem]:
    """Every answer must lie in exactly one class, or be left out, and no class may stay empty."""
    if measure.rule not in ("as_category", "collapsed") or not measure.categories or not measure.items:
        return
    groups = measure.collapse if measure.rule == "collapsed" else {code: (code,) for code in measure.categories}
    key = "collapse" if measure.rule == "collapsed" else "categories"
    where = _place(study, measure, key)
    sorted_codes = [*(code for codes in groups.values() for code in codes), *measure.leaves_out]
    answers = study.codes_of(_items_of(study, measure)[0])
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


def _edge_problems(study: Study, measure: Measure, rule: ScoringRule) -> Iterator[Problem]:
    """Classes of a number need one rising edge each, and no allowed number may lie below the first."""
    if list(measure.classes) != sorted(set(measure.classes)):
        yield Problem(_place(study, measure, "classes"), str(list(measure.classes)), "rising lower edges", "Put them in order.")
        return
    if measure.rule != "classes_of" or not measure.classes or not measure.items:
        return
    if len(measure.classes) != len(measure.categories):
        found = f"{len(measure.classes)} edges for {len(measure.categories)} categories"
        yield Problem(_place(study, measure, "classes"), found, remedy="Give each category its lower edge, in the same order.")
    [item, *_] = _items_of(study, measure)
    if item.minimum is None or item.minimum < measure.classes[0]:
        yield Problem(
            f"studies/{study.id}/codebook.csv, '{item.name}', column constraint",
            f"allows numbers below {measure.classes[0]:g}, which belong to no class of measure '{measure.name}'",
            f"{measure.classes[0]:g}.. or more",
            "Correct the constraint, or add a class for them.",
        )


def _knowledge_problems(study: Study, measure: Measure, rule: ScoringRule) -> Iterator[Problem]:
    """Every question needs its right answer, and 'do not know' must be an answer: it is not right."""
    if "correct" not in rule.needs or not measure.correct:
        return
    where = _place(study, measure, "correct")
    for name in sorted(set(measure.correct) - set(measure.items)):
        yield Problem(where, f"'{name}' is not an item of this measure", ", ".join(measure.items), suggestion(name, measure.items))
    for item in _items_of(study, measure):
        codes = study.codes_of(item)
        right = measure.correct.get(item.name)
        if right is None:
            yield Problem(where, f"does not say which answer to '{item.name}' is right", ", ".join(codes), "Add it.")
        elif right not in codes:
            yield Problem(where, f"'{right}' is not an answer of '{item.name}'", ", ".join(codes), suggestion(right, codes))
        if any(answer.missing == "dont_know" for answer in study.answer_lists.get(item.answers, ())):
            yield Problem(
                f"studies/{study.id}/answers.csv, list {item.answers}",
                f"makes 'do not know' a missing reason, so that measure '{measure.name}' would leave out those who do not know",
                remedy="Leave its column missing empty and give it labels: it is an answer, and not right.",
            )


def _flag_problems(study: Study, measure: Measure, rule: ScoringRule) -> Iterator[Problem]:
    if measure.rule == CARELESS:
        yield from flag_problems(study, measure)
