"""What may not be concluded, and what weakens the results: made from the declaration and the numbers.

Each limit is a function of the release and its primary outcomes that gives its
catalogue values, or None when it does not apply; its texts are ``limit.<id>.lead`` and ``limit.<id>.text``. To add one:
the function, its line in ``LIMITS``, and both texts in both catalogues.
"""

from collections.abc import Callable, Mapping

from pipeline.render.answers import only_participants_asked
from pipeline.render.markup import Markup, bullets, element, joined
from pipeline.render.results import ONCE, Results
from pipeline.render.selection import Row, known, outcome_in_wave, rows_of
from pipeline.render.wording.outcomes import TIED, Outcome, excludes_zero, measured_before, tested_together
from pipeline.render.wording.people import holds_complete_answers_only, lost_some
from pipeline.render.wording.phrases import compares_chosen_groups, difference, group_names, listed, references, with_interval
from pipeline.spec.vocabulary import EVERYBODY

FEW_CLUSTERS = 40
NOT_RANDOMISED = ("self_selected", "observational")
Values = Mapping[str, str | int] | None


def not_shown(results: Results, outcomes: list[Outcome]) -> Markup:
    """List the conclusions that a reader might draw and must not."""
    items = []
    if results.facts["simulated"]:
        items.append(results.say("not_shown.real"))
    items.append(results.say_with(f"not_shown.{results.facts['design']}", {"programme": results.programme}))
    if any(compares_chosen_groups(results, analysis) for analysis in results.facts["analyses"]):
        items.append(results.say("not_shown.other_groups"))
    undecided = [results.inside(results.outcome_label(one.main.outcome)) for one in outcomes if one.main.verdict == "cannot_tell"]
    if undecided:
        items.append(results.say("not_shown.alike", outcomes=listed(results, undecided, "table.or")))
    items.append(results.say("not_shown.others"))
    if any(only_participants_asked(results, exhibit["id"]) for exhibit in results.facts["exhibits"] if exhibit["kind"] == "experience"):
        items.append(results.say("not_shown.experience", groups=group_names(results)["the_a"]))
    return bullets(items)


def limits(results: Results, outcomes: list[Outcome]) -> Markup:
    """List what weakens the results, in order of weight."""
    items = []
    for name, applies in LIMITS.items():
        values = applies(results, outcomes)
        if values is not None:
            lead = element("strong", results.say_with(f"limit.{name}.lead", values))
            items.append(joined([lead, " ", results.say_with(f"limit.{name}.text", values)]))
    return element("div", bullets(items), class_="caution")


def _unmeasured(results: Results, outcomes: list[Outcome]) -> Values:
    every = _adjusted_for(outcomes)
    return {"covariates": references(results, every)} if results.facts["design"] in NOT_RANDOMISED and every else None


def _not_adjusted(results: Results, outcomes: list[Outcome]) -> Values:
    return {} if results.facts["design"] in NOT_RANDOMISED and outcomes and not _adjusted_for(outcomes) else None


def _one_occasion(results: Results, outcomes: list[Outcome]) -> Values:
    return {} if ONCE in results.circumstances else None


def _adjusted_for(outcomes: list[Outcome]) -> str:
    """Give everything that some main result is adjusted for, separated by blanks."""
    return " ".join(dict.fromkeys(name for one in outcomes if one.adjusted is not None for name in one.adjusted.covariates.split()))


def _attrition_rows(results: Results) -> list[Row]:
    """Give who answered each wave compared between the groups, by an error that allows for clusters where these are declared."""
    clustered = results.rows(analysis="attrition", estimand="adjusted_risk_difference", level=EVERYBODY)
    rows = rows_of(clustered if len(clustered) else results.rows(analysis="attrition", estimand="risk_difference", level=EVERYBODY))
    return [row for row in rows if known(row.estimate)]


def _attrition_differs(results: Results, outcomes: list[Outcome]) -> Values:
    return _attrition(results, differs=True)


def _attrition_unclear(results: Results, outcomes: list[Outcome]) -> Values:
    return _attrition(results, differs=False)


def _attrition(results: Results, differs: bool) -> Values:
    rows = [row for row in _attrition_rows(results) if lost_some(results, row.wave) and excludes_zero(row) == differs]
    if not rows:
        return None
    waves = [f"{results.inside(results.label('wave', row.wave))}: {with_interval(results, row)}" for row in rows]
    return {"differences": "; ".join(waves), **group_names(results)}


def _complete_cases(results: Results, outcomes: list[Outcome]) -> Values:
    return {} if holds_complete_answers_only(results) else None


def _clustered(outcomes: list[Outcome]) -> list[Row]:
    rows = (one.main for one in outcomes)
    return [row for row in rows if known(row.n_clusters)]


def _few_clusters(results: Results, outcomes: list[Outcome]) -> Values:
    rows = _clustered(outcomes)
    count = max((int(row.n_clusters) for row in rows), default=FEW_CLUSTERS)
    if count >= FEW_CLUSTERS:
        return None
    return {"clusters": count, "unit": cluster_unit(results)}


def _single_group_clusters(results: Results, outcomes: list[Outcome]) -> Values:
    found = any("single_group_clusters" in row.note.split() for row in _clustered(outcomes))
    return {"unit": cluster_unit(results)} if found else None


def _clusters_ignored(results: Results, outcomes: list[Outcome]) -> Values:
    compares = len(results.groups) > 1
    found = compares and any("clusters_ignored" in note.split() for note in results.estimates["note"].unique())
    return {"unit": cluster_unit(results)} if found else None


def cluster_unit(results: Results) -> str:
    """Name what the sample's clusters are, in the plural."""
    cluster = results.facts["sample"].get("cluster") or ""
    return results.label("unit", cluster) if results.has_label("unit", cluster) else results.say("words.clusters")


def _no_baseline(results: Results, outcomes: list[Outcome]) -> Values:
    return _unmeasured_before(results) if results.facts["design"] == "self_selected" else None


def _no_baseline_randomised(results: Results, outcomes: list[Outcome]) -> Values:
    return _unmeasured_before(results) if results.facts["design"] == "randomised" else None


def _unmeasured_before(results: Results) -> Values:
    if ONCE in results.circumstances:
        return None
    primary = [f"{one['outcome']}@{one['wave']}" for one in results.facts["primary_outcomes"] if one["wave"]]
    missing = [reference.partition("@")[0] for reference in primary if not measured_before(results, reference)]
    return {"outcomes": listed(results, [results.inside(results.outcome_label(name)) for name in missing])} if missing else None


def _several_outcomes(results: Results, outcomes: list[Outcome]) -> Values:
    count = max((tested_together(results, one.main) for one in outcomes), default=1)
    return {"count": count} if count > 1 else None


def _several_alone(results: Results, outcomes: list[Outcome]) -> Values:
    reasons = family_reasons(results)
    return {"reasons": " ".join(reasons)} if reasons else None


def family_reasons(results: Results) -> list[str]:
    """Give the declared reasons why primary outcomes are not adjusted together, each once."""
    named = [one["id"] for one in results.facts["analyses"] if results.has_label("family_reason", one["id"])]
    return list(dict.fromkeys(results.label("family_reason", name) for name in named))


def _missing_answers(results: Results, outcomes: list[Outcome]) -> Values:
    shares = [row.n_missing / (row.n + row.n_missing) for one in outcomes if _counted(row := one.main)]
    if not any(shares):
        return None
    low, high = results.percent(min(shares)), results.percent(max(shares))
    return {"shares": low if low == high else results.say("words.range", low=low, high=high)}


def _counted(row: Row) -> bool:
    return known(row.n) and known(row.n_missing) and row.n + row.n_missing > 0


def _smallest_not_seen(results: Results, outcomes: list[Outcome]) -> Values:
    wide = [
        one.main for one in outcomes if one.main.verdict == "cannot_tell" and known(one.main.conf_low) and TIED not in one.main.note.split()
    ]
    parts = [
        f"{results.inside(outcome_in_wave(results, row.outcome, row.wave))} ±{difference(results, (row.conf_high - row.conf_low) / 2, row.measure_unit)}"
        for row in wide
    ]
    return {"widths": "; ".join(parts)} if parts else None


def _unlocked(results: Results, outcomes: list[Outcome]) -> Values:
    return None if results.facts["plan"]["locked"] else {}


def _deviations(results: Results, outcomes: list[Outcome]) -> Values:
    count = len(results.deviations)
    return {"count": count} if count else None


def _withheld(results: Results, outcomes: list[Outcome]) -> Values:
    withheld = results.facts["disclosure"]["withheld"]
    count = int(withheld["estimates"]) + int(withheld["distributions"])
    return {"count": count} if count else None


def _always(results: Results, outcomes: list[Outcome]) -> Values:
    return {}


LIMITS: dict[str, Callable[[Results, list[Outcome]], Values]] = {
    "unmeasured": _unmeasured,
    "not_adjusted": _not_adjusted,
    "one_occasion": _one_occasion,
    "attrition_differs": _attrition_differs,
    "attrition_unclear": _attrition_unclear,
    "complete_cases": _complete_cases,
    "few_clusters": _few_clusters,
    "single_group_clusters": _single_group_clusters,
    "clusters_ignored": _clusters_ignored,
    "no_baseline": _no_baseline,
    "no_baseline_randomised": _no_baseline_randomised,
    "missing_answers": _missing_answers,
    "several_outcomes": _several_outcomes,
    "several_alone": _several_alone,
    "smallest_not_seen": _smallest_not_seen,
    "own_answers": _always,
    "unlocked": _unlocked,
    "deviations": _deviations,
    "withheld": _withheld,
}
