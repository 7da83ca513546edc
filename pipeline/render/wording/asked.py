"""Sentences on what people were asked afterwards: which question got most of an answer, and which least."""

from pipeline.render.answers import cells_of
from pipeline.render.labels import answer_label, answer_order
from pipeline.render.results import Results
from pipeline.render.selection import Row, known
from pipeline.spec.vocabulary import EVERYBODY

YES = "yes"


def asked_sentences(results: Results, exhibit: str) -> list[str]:
    """Name the questions of an exhibit with the largest and the smallest share of yes.

    Parameters
    ----------
    results : Results
    exhibit : str
        Of kind ``experience``.

    Returns
    -------
    list of str
        Empty where fewer than two shares of yes can be shown.
    """
    rows = sorted(yes_rows(results, exhibit), key=lambda row: row.share)
    if len(rows) < 2:
        return []
    least, most = rows[0], rows[-1]
    names = {"most": results.label("variable", most.outcome), "least": results.label("variable", least.outcome)}
    shares = {"most_share": results.percent(most.share), "least_share": results.percent(least.share)}
    answer = results.inside(answer_label(results, most.outcome, YES))
    return [results.say("before_after.asked_found", answer=answer, **names, **shares)]


def anybody_answered(results: Results) -> bool:
    """Say whether any question of an exhibit was answered by anybody; a number that is withheld is not nobody."""
    rows = [row for cells in cells_of(results, "experience").values() for row in cells]
    return any(row.withheld or (known(row.total) and row.total > 0) for row in rows)


def yes_rows(results: Results, exhibit: str) -> list[Row]:
    """Give the cells of everybody who answered yes, one per question that has that answer unmerged and shown."""
    cells = [
        rows for (variable, _, group), rows in cells_of(results, "experience").items() if group == EVERYBODY and asks_yes(results, variable)
    ]
    own = [row for rows in cells for row in rows if row.analysis == exhibit]
    return [row for row in own if row.row == YES and not row.withheld and known(row.share)]


def asks_yes(results: Results, variable: str) -> bool:
    """Say whether a question can be answered with yes."""
    return YES in answer_order(results, variable)
