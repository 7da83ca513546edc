"""Which answers of which question the rows of a table stand for.

A measure may sort the answers of one question into classes of its own
(``as_category``, ``collapsed``, ``classes_of``). Its table is then about the same
people as the question's, and whatever tells about the one tells about the other.
"""

from collections.abc import Iterable

from pipeline.spec.study import Study


def row_answers(study: Study, outcome: str, codes: Iterable[str]) -> dict[str, frozenset[str]]:
    """Give, for each row of a table of codes, the answers that it counts: its own, or those of a class."""
    collapse = study.measure[outcome].collapse if outcome in study.measure else {}
    return {code: frozenset(collapse.get(code, (code,))) for code in codes}


def values_counted(study: Study, outcome: str, code: str) -> tuple[float, float]:
    """Give the least and greatest value that a row of a table of numbers counts.

    Parameters
    ----------
    study : Study
    outcome : str
        A measure or variable that is shown in classes of numbers.
    code : str
        A class such as ``1-<8``, a number's code, or the name of a class.

    Returns
    -------
    least, greatest
        Of whole numbers the greatest is the last inside the class; of a class
        without upper end it is infinity.
    """
    measure = study.measure.get(outcome)
    if measure is None or measure.rule != "classes_of":
        whole = outcome in study.variable and study.variable[outcome].type == "integer"
        return least(code), greatest(code, whole)
    place = list(measure.categories).index(code)
    edges = (*measure.classes, float("inf"))
    last = 1 if study.variable[measure.items[0]].type == "integer" else 0
    return edges[place], edges[place + 1] - last


def least(code: str) -> float:
    """Give the least value of a class such as ``1-<8``, or the value of a number's code."""
    return float(code.partition("-<")[0]) if "-<" in code else float(code.rstrip("-"))


def greatest(code: str, whole: bool) -> float:
    """Give the greatest value of a class; of a class without upper end, infinity."""
    if "-<" in code:
        return float(code.partition("-<")[2]) - (1 if whole else 0)
    return float("inf") if code.endswith("-") else float(code)


def are_nested(study: Study, question: str, tables: dict[str, Iterable[str]]) -> bool:
    """Say whether of any two tables of one question one only divides the classes of the other further.

    Parameters
    ----------
    study : Study
    question : str
        The variable that all tables are about.
    tables : dict
        Outcome -> rows of its table.
    """
    if study.variable[question].is_numeric:
        edges = [{values_counted(study, outcome, code)[0] for code in codes} for outcome, codes in tables.items()]
        return all(one <= other or other <= one for one in edges for other in edges)
    divisions = [set(row_answers(study, outcome, codes).values()) for outcome, codes in tables.items()]
    return all(_divides(one, other) or _divides(other, one) for one in divisions for other in divisions)


def _divides(fine: set[frozenset[str]], coarse: set[frozenset[str]]) -> bool:
    """Say whether each set of the one lies inside a set of the other, or outside all of them."""
    return all(any(small <= wide for wide in coarse) or not any(small & wide for wide in coarse) for small in fine)
