"""Questions of a measure that run against the others: what a negative alpha means, and which question is the likely cause."""

from pipeline.render.results import Results
from pipeline.render.selection import Row, known, outcome_in_wave, rows_of
from pipeline.render.wording.phrases import listed
from pipeline.spec.vocabulary import EVERYBODY

REST, DROPPED = ITEM = ("item_rest_correlation", "alpha_if_dropped")
"""Estimands of single questions."""
NEAR = 0.05
"""Questions whose correlations with the rest differ by less run equally hard against it."""
Items = dict[str, dict[str, Row]]
"""Question -> estimand -> row, in the order declared."""


def item_rows(results: Results) -> dict[tuple[str, str], Items]:
    """Give what is told of the questions of each measure by (measure, wave), measures and waves as declared."""
    found: dict[tuple[str, str], Items] = {}
    for row in rows_of(results.rows(analysis="measurement", level=EVERYBODY)):
        if row.estimand in ITEM:
            found.setdefault((row.outcome, row.wave), {}).setdefault(row.term, {})[row.estimand] = row
    return {
        (measure["name"], wave): {
            item: found[measure["name"], wave][item] for item in measure["items"] if item in found[measure["name"], wave]
        }
        for measure in results.facts["measures"]
        for wave in ("", *(one["name"] for one in results.facts["waves"]))
        if (measure["name"], wave) in found
    }


def scale_warnings(results: Results) -> list[str]:
    """Say of each measure with a negative alpha, or a question that runs against the others, what that means and which question it is."""
    alphas = {
        (row.outcome, row.wave): row for row in rows_of(results.rows(analysis="measurement", estimand="cronbach_alpha", level=EVERYBODY))
    }
    items = item_rows(results)
    return [said for key, row in alphas.items() if known(row.estimate) and (said := _warning(results, row, items.get(key, {})))]


def _warning(results: Results, alpha: Row, items: Items) -> str:
    against = _against(items)
    if alpha.estimate >= 0 and not against:
        return ""
    measure = results.inside(outcome_in_wave(results, alpha.outcome, alpha.wave))
    negative = [results.say("measures.alpha_negative", measure=measure, alpha=results.number(alpha.estimate))] if alpha.estimate < 0 else []
    if not against:
        return " ".join(negative)
    rest = results.number(min(items[item][REST].estimate for item in against))
    named = listed(results, [results.say("measures.item", item=results.label("variable", item)) for item in against])
    key = "measures.against_alone" if len(against) == 1 else "measures.against"
    said = [*negative, results.say(key, measure=measure, items=named, rest=rest)]
    dropped = items[against[0]].get(DROPPED)
    if len(against) == 1 and dropped is not None and known(dropped.estimate):
        said.append(results.say("measures.without_it", alpha=results.number(dropped.estimate)))
    return " ".join(said)


def _against(items: Items) -> list[str]:
    """Name the question that runs hardest against the others, and those that do so as hard; none where all go with them."""
    rests = {item: rows[REST].estimate for item, rows in items.items() if REST in rows and known(rows[REST].estimate)}
    least = min(rests.values(), default=0.0)
    return [item for item, rest in rests.items() if rest < min(0.0, least + NEAR)]
