"""What each kind of report found, in one line for the index; needs no table package.

To add a template: write its function and its line in ``LINES``.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pipeline.render.catalogue import Catalogue
from pipeline.render.names import Names
from pipeline.render.numbers import number, p_value, percent
from pipeline.render.wording.most import top
from pipeline.render.wording.one_line import groups_said, in_words, listed, one_line, own_said
from pipeline.spec.vocabulary import EVERYBODY

DIFFERENCES = ("adjusted_mean_difference", "adjusted_risk_difference", "mean_difference", "risk_difference", "location_shift")
COMPARING = ("adjusted", "welch", "risk_difference", "rank")
KINDS = dict(zip(DIFFERENCES, (0, 0, 1, 1, 2), strict=True))
"""Estimand -> place among comparisons of one outcome: adjusted, raw, by ranks."""
FEW_EVENTS = "few_events"
"""Remark on an adjusted share that has no error: the raw comparison leads."""
Rows = Sequence[Mapping[str, str]]
Analyses = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Found:
    """One study's release as plain rows, in one language.

    Parameters
    ----------
    facts : dict
        Content of release.json.
    labels : mapping of (kind, parent, name) to text
        Texts of this language.
    rows : sequence of dict
        Rows of estimates.csv as text, of everybody (level ``all``).
    words : Catalogue
    cells : sequence of dict
        Rows of distributions.csv as text, of everybody.
    """

    facts: dict[str, Any]
    labels: Mapping[tuple[str, str, str], str]
    rows: Sequence[Mapping[str, str]]
    words: Catalogue
    cells: Sequence[Mapping[str, str]] = ()

    @cached_property
    def _names(self) -> Names:
        return Names.of_study(self.labels, self.facts, self.words.texts)

    def inside(self, label: str) -> str:
        """Write a label as it stands inside a sentence."""
        return self._names.inside(label)

    def wave(self, name: str) -> str:
        """Name a wave inside a sentence."""
        return self.inside(self.labels["wave", "", name])

    def outcome_label(self, name: str) -> str:
        """Name a measure or variable inside a sentence."""
        said = self.labels.get(("said", "", name))
        return said or self.inside(self.labels.get(("measure", "", name)) or self.labels["variable", "", name])


def comparison_line(found: Found) -> str:
    """Say what was found on all primary outcomes of a comparison of two groups."""
    sample = found.facts["sample"]
    names = {letter: found.inside(found.labels["group", "", sample[role]]) for letter, role in (("a", "participant"), ("b", "control"))}
    primary = [one["id"] for one in found.facts["analyses"] if one["role"] == "primary" and _is_whole(found, one)]
    rows = [row for row in found.rows if row["analysis"] in primary and row["estimand"] in DIFFERENCES]
    rows.sort(key=lambda row: (FEW_EVENTS in row["note"].split(), KINDS[row["estimand"]], primary.index(row["analysis"])), reverse=True)
    verdicts = {(row["outcome"], row["wave"]): row["verdict"] or ("no_verdict" if row["estimate"] else "") for row in rows}
    outcomes = [(one["outcome"], one["wave"] or "") for one in found.facts["primary_outcomes"]]
    pairs = [(found.outcome_label(name), verdicts[name, wave]) for name, wave in outcomes if (name, wave) in verdicts]
    later = {(row["outcome"], row["wave"]): row["verdict"] for row in _later(found, outcomes) if row["estimand"] in DIFFERENCES}
    pairs += [(f"{found.outcome_label(name)} ({found.wave(wave)})", verdict) for (name, wave), verdict in later.items()]
    return one_line(found.words.say, groups_said(found.words.say, names, own_said(sample, found.words.language)), pairs)


def _is_whole(found: Found, analysis: Mapping[str, Any]) -> bool:
    """Say whether an analysis compares the study's own groups, and everybody in them."""
    sample = found.facts["sample"]
    own = (sample["participant"], sample["control"])
    compares = analysis.get("group") in (None, "", sample["group"]) and tuple(analysis.get("contrast") or own) == own
    return compares and not analysis.get("restrict") and not analysis.get("by")


def beside_line(found: Found, templates: Collection[str]) -> str:
    """Say what was found on the primary questions that no line of these templates tells, whatever their estimator."""
    told = {name for template in templates for name in TOLD.get(template, ())}
    whole = set(COMPARING) if "group_comparison" in templates else set()
    sentences = []
    for analysis in (one for one in found.facts["analyses"] if one["role"] == "primary"):
        here = analysis["estimator"] in told or (analysis["estimator"] in whole and _is_whole(found, analysis))
        rows = [row for row in found.rows if row["analysis"] == analysis["id"] and row["estimator"] == analysis["estimator"]]
        if rows and not here:
            sentences.append(_beside_sentence(found, analysis["id"], rows))
    return " ".join(sentences)


def _beside_sentence(found: Found, analysis: str, rows: Rows) -> str:
    """Give the verdict of one question or, where it has none, the p-value of its test; that there is a result where it has neither."""
    label = found.labels["analysis", "", analysis]
    verdicts = dict.fromkeys(row["verdict"] for row in rows if row["verdict"])
    tested = [float(row["p_value"]) for row in rows if row["p_value"]]
    if verdicts:
        result = "; ".join(found.words.say(f"verdict.{verdict}") for verdict in verdicts)
    else:
        result = p_value(tested[0], found.words.language) if tested else found.words.say("index.in_report")
    return found.words.say("index.primary", label=label, result=result)


def _later(found: Found, told: Sequence[tuple[str, str]]) -> Rows:
    """Give the rows of the same outcomes at waves after those told of, by any analysis of the whole sample, in order of time."""
    waves = ["", *(wave["name"] for wave in found.facts["waves"])]
    group = found.facts["sample"]["group"]
    whole = {one["id"] for one in found.facts["analyses"] if not one.get("restrict") and one.get("group") in (None, group)}
    last = {name: max(waves.index(wave) for other, wave in told if other == name) for name, _ in told}
    rows = [row for row in found.rows if row["analysis"] in whole and row["outcome"] in last and row["estimate"]]
    later = [row for row in rows if waves.index(row["wave"]) > last[row["outcome"]]]
    return sorted(later, key=lambda row: waves.index(row["wave"]))


def targets_line(found: Found) -> str:
    """Say under how many readings the first target was reached and is supported, and how many numbers were reached."""
    rows = {name: [row for row in found.rows if row["estimand"] == name] for name in ("attainment", "attainment_least", "count")}
    sentences = []
    for place, (wave, first) in enumerate(_first_target(found, rows["attainment"])):
        readings = {(row["analysis"], row["outcome"], row["wave"]) for row in first}
        least = [row for row in rows["attainment_least"] if (row["analysis"], row["outcome"], row["wave"]) in readings]
        reached, supported = (sum(row["verdict"] == one for row in those) for one, those in (("reached", least), ("supported", first)))
        counted = {"count": len(first), "reached": in_words(found.words.say, reached), "supported": in_words(found.words.say, supported)}
        target = percent(float(first[0]["reference_value"]), 0, found.words.language)
        named = {"wave": f"{wave[:1].upper()}{wave[1:]}"} if place else {}
        sentences.append(found.words.say("targets.headline_later" if place else "targets.line", target=target, **named, **counted))
    if rows["count"]:
        reached = sum(row["verdict"] == "reached" for row in rows["count"])
        sentences.append(found.words.say("targets.counts.reached", reached=reached, count=len(rows["count"])))
    return " ".join(sentences)


def _first_target(found: Found, rows: Rows) -> list[tuple[str, Rows]]:
    """Give the readings of the target declared first, then those of the same outcome at later waves, with the wave's name."""
    if not rows:
        return []
    ids = [analysis["id"] for analysis in found.facts["analyses"] if analysis["estimator"] == "attainment"]
    first = min(rows, key=lambda row: ids.index(row["analysis"]))
    own = [row for row in rows if all(row[key] == first[key] for key in ("analysis", "outcome", "wave"))]
    later: dict[tuple[str, str], list[Mapping[str, str]]] = {}
    for row in _later(found, [(first["outcome"], first["wave"])]):
        if row["estimand"] == "attainment":
            later.setdefault((row["wave"], row["analysis"]), []).append(row)
    return [("", own), *((found.wave(wave), again) for (wave, _), again in later.items())]


def needs_line(found: Found) -> str:
    """Say which themes of the first part of a coding were found in most interviews, by as many coders as there are."""
    exhibit = next((one for one in found.facts["exhibits"] if one["kind"] == "coding"), None)
    cells = [cell for cell in found.cells if exhibit is not None and cell["exhibit"] == "coding" and cell["analysis"] == exhibit["id"]]
    if exhibit is None or not cells:
        return ""
    interviews = len({cell["column"] for cell in cells if not cell["x"] and cell["row"] != "answered"})
    sums = [cell for cell in cells if cell["column"] == EVERYBODY]
    most = max((float(cell["x"]) for cell in sums), default=1.0)
    asked = exhibit["parts"][0]["rows"] if exhibit.get("parts") else [cell["row"] for cell in sums]
    told = [cell for cell in sums if float(cell["x"]) == most and cell["row"] in asked and cell["n"]]
    counts = {cell["row"]: int(cell["n"]) for cell in told}
    by_any = {cell["row"]: int(cell["n"] or 0) for cell in sums if float(cell["x"]) == 1}
    named = top(
        sorted((code for code in counts if counts[code]), key=lambda code: (-counts[code], -by_any.get(code, 0))), lambda code: counts[code]
    )
    if not named:
        return found.words.say("needs.line_none", interviews=interviews)
    of = {cell["row"]: found.words.say("needs.of", n=counts[cell["row"]], total=cell["total"]) for cell in told}
    labels = [f"{found.inside(found.labels['answer', exhibit['rows'], code])} ({of[code]})" for code in named]
    return found.words.say("needs.line", themes=listed(found.words.say, labels))


def change_line(found: Found) -> str:
    """Say the means before and after of every primary outcome, with the verdict on the change."""
    paired = {analysis["id"]: analysis for analysis in found.facts["analyses"] if analysis["estimator"] == "paired"}
    primary = [row for row in found.rows if row["estimate"] and row["analysis"] in paired and paired[row["analysis"]]["role"] == "primary"]
    later = [row for row in _later(found, [(row["outcome"], row["wave"]) for row in primary]) if row["analysis"] in paired]
    changes: dict[tuple[str, str, str], dict[str, Mapping[str, str]]] = {}
    for row in (*primary, *later):
        changes.setdefault((row["analysis"], row["outcome"], row["wave"]), {})[row["estimand"]] = row
    said = [
        _change_sentence(found, rows, (paired[analysis]["before"], wave))
        for (analysis, _, wave), rows in changes.items()
        if {"mean_before", "mean_after", "mean_change"} <= rows.keys()
    ]
    return " ".join(said) or found.words.say("before_after.line_none")


def _change_sentence(found: Found, rows: Mapping[str, Mapping[str, str]], waves: tuple[str, str]) -> str:
    before, after = (found.wave(wave) for wave in waves)
    main = rows["mean_change"]
    means = {
        name: number(float(rows[estimand]["estimate"]), 2, found.words.language)
        for name, estimand in (("before_value", "mean_before"), ("after_value", "mean_after"))
    }
    label = found.labels.get(("measure", "", main["outcome"])) or found.labels["variable", "", main["outcome"]]
    verdict = found.words.say(f"verdict.{main['verdict']}")
    unit = found.labels.get(("measure_unit", "", main["outcome"]))
    named = f"{label} ({found.inside(unit)})" if unit else label
    return found.words.say("before_after.line", label=named, before=before, after=after, n=int(float(main["n"])), verdict=verdict, **means)


def progress_line(found: Found) -> str:
    """Say who moved up, how many had the event by the last time, and whether the mean of a measure changed."""
    analyses = {analysis["id"]: analysis for analysis in found.facts["analyses"]}
    rows = [row for row in found.rows if row["estimate"] and analyses.get(row["analysis"], {}).get("role") == "primary"]
    sentences = [*_moved(found, rows, analyses), *_reached(found, rows, analyses), *_changed(found, rows, analyses)]
    return " ".join(sentences) or found.words.say("progress.line.none")


def _moved(found: Found, rows: Rows, analyses: Analyses) -> list[str]:
    first = next((row for row in rows if row["estimand"] == "share_up" and row["estimator"] == "transition"), None)
    return [_moved_sentence(found, row, analyses[row["analysis"]]) for row in _with_later(found, first, "transition")]


def _with_later(found: Found, first: Mapping[str, str] | None, estimator: str) -> Rows:
    """Give a row with those of the same quantity at later waves, one per wave, the first declared."""
    if first is None:
        return []
    later = _later(found, [(first["outcome"], first["wave"])])
    by_wave: dict[str, Mapping[str, str]] = {}
    for row in later:
        if (row["estimator"], row["estimand"]) == (estimator, first["estimand"]):
            by_wave.setdefault(row["wave"], row)
    return [first, *by_wave.values()]


def _moved_sentence(found: Found, row: Mapping[str, str], analysis: Mapping[str, Any]) -> str:
    before, after = found.wave(analysis["before"]), found.wave(row["wave"])
    direction = next(measure["direction"] for measure in found.facts["measures"] if measure["name"] == row["outcome"])
    key = "progress.line.moved_neither" if direction == "neither" else "progress.line.moved"
    up = percent(float(row["estimate"]), 0, found.words.language)
    return found.words.say(key, after_name=after[:1].upper() + after[1:], before=before, up=up, n=int(float(row["n"])))


def _reached(found: Found, rows: Rows, analyses: Analyses) -> list[str]:
    reached = [row for row in rows if row["estimand"] == "survival_at"]
    if not reached:
        return []
    last = max(reached, key=lambda row: float(row["term"]))
    codes, event = analyses[last["analysis"]]["event_codes"], analyses[last["analysis"]]["event"]
    share = percent(1 - float(last["estimate"]), 0, found.words.language)
    unit = found.inside(found.labels.get(("measure_unit", "", last["outcome"]), ""))
    named = found.inside(" / ".join(found.labels["answer", event, code] for code in codes))
    said = analyses[last["analysis"]].get("said")
    had = said[found.words.language] if said else found.words.say("words.had_event", event=named)
    time = number(float(last["term"]), 0, found.words.language)
    return [found.words.say("progress.line.reached", time=time, unit=unit, share=share, event=had)]


def _changed(found: Found, rows: Rows, analyses: Analyses) -> list[str]:
    first = next((row for row in rows if row["estimand"] == "mean_change"), None)
    return [_changed_sentence(found, row, analyses[row["analysis"]]) for row in _with_later(found, first, "paired")]


def _changed_sentence(found: Found, row: Mapping[str, str], analysis: Mapping[str, Any]) -> str:
    verdict = found.words.say(f"verdict.{row['verdict']}")
    waves = {"before": found.wave(analysis["before"]), "after": found.wave(row["wave"])}
    return found.words.say("progress.line.changed", label=found.outcome_label(row["outcome"]), verdict=verdict, **waves)


TOLD = {
    "before_after": ("paired",),
    "targets": ("attainment", "count"),
    "progress": ("transition", "survival", "paired"),
}
"""Template -> estimators that its line speaks of; that of a comparison speaks of those of everybody."""
LINES: dict[str, Callable[[Found], str]] = {
    "group_comparison": comparison_line,
    "before_after": change_line,
    "targets": targets_line,
    "needs": needs_line,
    "progress": progress_line,
}
"""Template -> what its report found."""
