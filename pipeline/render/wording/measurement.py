"""What models of a scale mean in words: whether its questions hang together, are one thing, and may be compared over groups and time."""

from collections.abc import Iterable

from pipeline.render.labels import declared, level_label
from pipeline.render.markup import Markup, bullets, element, paragraph
from pipeline.render.results import Results
from pipeline.render.selection import Row, capital, known, rows_of, why_absent
from pipeline.render.wording.phrases import listed, wave_name

STEPS = ("configural_invariance", "metric_invariance", "scalar_invariance", "strict_invariance")
HOLDS, FAILS, DEVIATES = "step_holds", "step_fails", "item_deviates"
GOOD, FAIR = 0.8, 0.7
"""Omega from which questions are commonly said to hang together well, and well enough."""
FITS, LEFT = 0.95, 0.08
"""One factor is commonly taken to be enough from this comparative fit and up to this standardised residual (Hu and Bentler 1999)."""


def measured(results: Results) -> list[Row]:
    """Give every row about scales, in the order of measures, waves, and questions as declared."""
    rows = [*rows_of(results.rows(analysis="measurement")), *rows_of(results.rows(analysis="factors"))]
    measures, waves = ([one["name"] for one in results.facts[part]] for part in ("measures", "waves"))
    order = {name: place for place, name in enumerate(("", *waves))}

    def place(row: Row) -> tuple[int, int, str, int, int]:
        head, _, item = row.term.rpartition("*")
        items = list(declared(results, "measures", row.outcome).get("items", ()))
        step = STEPS.index(row.estimand) if row.estimand in STEPS else 0
        return measures.index(row.outcome), order[row.wave], head or row.term, step, items.index(item) if item in items else 0

    return sorted(rows, key=place)


def over_name(results: Results, row: Row) -> str:
    """Name what a comparison of answers is over: the groups compared, another variable, or time."""
    name = row.term.partition("*")[0]
    if _is_time(results, row):
        return results.say("measurement.time")
    named = results.has_label("group_label", name)
    return results.inside(results.label("group_label", name) if named else results.outcome_label(name))


def compared_name(results: Results, row: Row) -> str:
    """Name it for a heading: since when, for time."""
    return results.say("measurement.since", wave=wave_name(results, row.term)) if _is_time(results, row) else over_name(results, row)


def _is_time(results: Results, row: Row) -> bool:
    return any(one["name"] == row.term for one in results.facts["waves"])


def part_name(results: Results, row: Row) -> str:
    """Name the group, or the answer, that a row is about."""
    name, _, code = row.term.partition("=")
    return capital(results.group_label(code) if name == results.facts["sample"]["group"] else level_label(results, row.term))


def verdict_text(results: Results, row: Row) -> str:
    """Say in a word or two whether a step holds; of the first, whether the model fits in each group."""
    for code in (HOLDS, FAILS):
        if code in row.note.split():
            return results.say(f"measurement.{code}")
    return ""


def scale_sentences(results: Results, measure: str) -> list[str]:
    """Say of one scale how reliable it is, whether one factor is enough, and over what it may be compared."""
    rows = [row for row in measured(results) if row.outcome == measure]
    return [*_reliability(results, rows), *_one_factor(results, rows), *_comparable(results, rows)]


def scales_in_short(results: Results) -> list[Markup]:
    """Say one sentence of each scale, the most telling one, and lead to the report on measures where the study has one."""
    said = []
    for name in scales(results):
        rows = [row for row in measured(results) if row.outcome == name]
        [sentence, *_] = [*_not_alike(results, rows), *_reliability(results, rows)]
        said.append(f"{results.label('measure', name)}: {results.inside(sentence)}")
    own = [one["id"] for one in results.facts["reports"] if one["template"] == "measurement" and results.language in one["languages"]]
    link = [paragraph(element("a", results.say("index.measurement"), href=f"{own[0]}.html"))] if own and said else []
    return [bullets(said), *link] if said else []


def scales(results: Results) -> list[str]:
    """Name the measures that models say something of, as declared."""
    return list(dict.fromkeys(row.outcome for row in measured(results) if row.estimand == "omega_total"))


def _reliability(results: Results, rows: Iterable[Row]) -> list[str]:
    omegas = [row for row in rows if row.estimand == "omega_total"]
    shown = [row for row in omegas if known(row.estimate)]
    if not shown:
        return [results.say("measurement.no_omega", why=why_absent(results, [row.note for row in omegas]))]
    least = min(row.estimate for row in shown)
    word = "good" if least >= GOOD else "fair" if least >= FAIR else "weak"
    values = listed(results, [_in_wave(results, row, results.number(row.estimate)) for row in shown])
    return [results.say(f"measurement.reliable_{word}", omega=values)]


def _in_wave(results: Results, row: Row, text: str) -> str:
    return f"{text} ({wave_name(results, row.wave)})" if row.wave else text


def _one_factor(results: Results, rows: Iterable[Row]) -> list[str]:
    found = {(row.wave, row.estimand): row.estimate for row in rows if known(row.estimate)}
    waves = [wave for wave, estimand in found if estimand == "comparative_fit"]
    if not waves:
        return []
    bad = [wave for wave in waves if found[wave, "comparative_fit"] < FITS or found.get((wave, "residual_correlation"), 0.0) > LEFT]
    if not bad:
        return [results.say("measurement.one_factor")]
    where = listed(results, [wave_name(results, wave) for wave in bad if wave])
    return [results.say("measurement.not_one_factor_in" if where else "measurement.not_one_factor", waves=where)]


def _comparable(results: Results, rows: list[Row]) -> list[str]:
    """Say over what means may be compared, over what they may not, with the questions that stand out, and what was not tested."""
    steps = _steps(rows)
    alike = [mine[-1] for mine in steps if mine[-1].estimand == STEPS[2] and HOLDS in mine[-1].note.split()]
    untested = [mine[-1] for mine in steps if not _fails(mine) and mine[-1] not in alike]
    said = [results.say("measurement.alike", over=_overs(results, alike, rows))] if alike else []
    said += _not_alike(results, rows)
    if untested:
        why = "; ".join(dict.fromkeys(why_absent(results, [row.note]) for row in untested))
        said.append(results.say("measurement.untested", over=_overs(results, untested, rows), why=why))
    return said


def _steps(rows: Iterable[Row]) -> list[list[Row]]:
    """Give the steps that means need, comparison by comparison."""
    steps: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        if row.estimand in STEPS[:3]:
            steps.setdefault((row.wave, row.term), []).append(row)
    return list(steps.values())


def _fails(steps: Iterable[Row]) -> bool:
    return any(FAILS in row.note.split() for row in steps)


def _not_alike(results: Results, rows: list[Row]) -> list[str]:
    """Say over what means may not be compared, by the questions that stand out."""
    apart: dict[str, list[Row]] = {}
    for mine in filter(_fails, _steps(rows)):
        apart.setdefault(_deviating(results, mine[-1], rows), []).append(mine[-1])
    return [
        results.say("measurement.not_alike_by" if items else "measurement.not_alike", over=_overs(results, found, rows), items=items)
        for items, found in apart.items()
    ]


def _overs(results: Results, found: Iterable[Row], rows: Iterable[Row]) -> str:
    """Name what comparisons are over, with the waves where they are not all that there are."""
    everything = _waves_by_name(results, (row for row in rows if row.estimand == STEPS[0]))
    names = []
    for name, waves in _waves_by_name(results, found).items():
        named = ", ".join(wave_name(results, wave) for wave in waves if wave)
        names.append(f"{name} ({named})" if named and waves != everything[name] else name)
    return listed(results, names)


def _waves_by_name(results: Results, rows: Iterable[Row]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(over_name(results, row), []).append(row.wave)
    return {name: sorted(waves) for name, waves in found.items()}


def _deviating(results: Results, row: Row, rows: Iterable[Row]) -> str:
    """Name the questions without which a comparison would hold."""
    named = [
        results.say("measures.item", item=results.label("variable", one.term.partition("*")[2]))
        for one in rows
        if one.wave == row.wave and one.term.startswith(f"{row.term}*") and DEVIATES in one.note.split()
    ]
    return listed(results, named) if named else ""
