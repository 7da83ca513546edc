"""What each kind of report found, in one line for the index; needs no table package.

To add a template: write its function and its line in ``LINES``.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from pipeline.render.catalogue import Catalogue
from pipeline.render.numbers import number, percent
from pipeline.render.wording.most import top
from pipeline.render.wording.one_line import inside, listed, one_line

DIFFERENCES = ("adjusted_mean_difference", "adjusted_risk_difference", "mean_difference", "risk_difference", "location_shift")


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

    def outcome_label(self, name: str) -> str:
        """Name a measure or variable inside a sentence."""
        return inside(self.labels.get(("measure", "", name)) or self.labels["variable", "", name])


def comparison_line(found: Found) -> str:
    """Say what was found on all primary outcomes of a comparison of two groups."""
    sample = found.facts["sample"]
    names = {letter: inside(found.labels["group", "", sample[role]]) for letter, role in (("a", "participant"), ("b", "control"))}
    primary = {analysis["id"] for analysis in found.facts["analyses"] if analysis["role"] == "primary"}
    verdicts = {
        (row["outcome"], row["wave"]): row["verdict"] or ("no_verdict" if row["estimate"] else "")
        for row in found.rows
        if row["analysis"] in primary and row["estimand"] in DIFFERENCES
    }
    outcomes = [(one["outcome"], one["wave"] or "") for one in found.facts["primary_outcomes"]]
    pairs = [(found.outcome_label(name), verdicts[name, wave]) for name, wave in outcomes if (name, wave) in verdicts]
    return one_line(found.words.say, partial(listed, found.words.say), names, pairs)


def targets_line(found: Found) -> str:
    """Say under how many readings the first target was reached and is supported, and how many numbers were reached."""
    rows = {name: [row for row in found.rows if row["estimand"] == name] for name in ("attainment", "attainment_least", "count")}
    ids = [analysis["id"] for analysis in found.facts["analyses"] if analysis["estimator"] == "attainment"]
    first = [row for row in rows["attainment"] if ids and row["analysis"] == ids[0]]
    sentences = []
    if first:
        reached = sum(row["verdict"] == "reached" for row in rows["attainment_least"] if row["analysis"] == ids[0])
        supported = sum(row["verdict"] == "supported" for row in first)
        target = percent(float(first[0]["reference_value"]), 0, found.words.language)
        sentences.append(found.words.say("targets.line", target=target, reached=reached, count=len(first), supported=supported))
    if rows["count"]:
        reached = sum(row["verdict"] == "reached" for row in rows["count"])
        sentences.append(found.words.say("targets.counts.reached", reached=reached, count=len(rows["count"])))
    return " ".join(sentences)


def needs_line(found: Found) -> str:
    """Say which themes of the first part of a coding were found in most interviews, by as many coders as there are."""
    exhibit = next((one for one in found.facts["exhibits"] if one["kind"] == "coding"), None)
    cells = [cell for cell in found.cells if exhibit is not None and cell["exhibit"] == "coding" and cell["analysis"] == exhibit["id"]]
    if exhibit is None or not cells:
        return ""
    interviews = len({cell["column"] for cell in cells if not cell["x"] and cell["row"] != "answered"})
    sums = [cell for cell in cells if cell["column"] == "all"]
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
    labels = [f"{inside(found.labels['answer', exhibit['rows'], code])} ({of[code]})" for code in named]
    return found.words.say("needs.line", themes=listed(found.words.say, labels))


def change_line(found: Found) -> str:
    """Say the means before and after of every primary outcome, with the verdict on the change."""
    primary = {analysis["id"]: analysis for analysis in found.facts["analyses"] if analysis["role"] == "primary" and analysis["before"]}
    changes: dict[tuple[str, str, str], dict[str, Mapping[str, str]]] = {}
    for row in found.rows:
        if row["analysis"] in primary and row["estimate"]:
            changes.setdefault((row["analysis"], row["outcome"], row["wave"]), {})[row["estimand"]] = row
    said = [
        _change_sentence(found, rows, (primary[analysis]["before"], wave))
        for (analysis, _, wave), rows in changes.items()
        if {"mean_before", "mean_after", "mean_change"} <= rows.keys()
    ]
    return " ".join(said) or found.words.say("before_after.line_none")


def _change_sentence(found: Found, rows: Mapping[str, Mapping[str, str]], waves: tuple[str, str]) -> str:
    before, after = (inside(found.labels["wave", "", wave]) for wave in waves)
    main = rows["mean_change"]
    means = {
        name: number(float(rows[estimand]["estimate"]), 2, found.words.language)
        for name, estimand in (("before_value", "mean_before"), ("after_value", "mean_after"))
    }
    label = found.labels.get(("measure", "", main["outcome"])) or found.labels["variable", "", main["outcome"]]
    verdict = found.words.say(f"verdict.{main['verdict']}")
    unit = found.labels.get(("measure_unit", "", main["outcome"]))
    named = f"{label} ({inside(unit)})" if unit else label
    return found.words.say("before_after.line", label=named, before=before, after=after, n=int(float(main["n"])), verdict=verdict, **means)


def progress_line(found: Found) -> str:
    """Say who moved up, how many had the event by the last time, and whether the mean of a measure changed."""
    primary = {analysis["id"]: analysis for analysis in found.facts["analyses"] if analysis["role"] == "primary"}
    rows = [row for row in found.rows if row["analysis"] in primary and row["estimate"]]
    sentences = [*_moved(found, rows, primary), *_reached(found, rows, primary), *_changed(found, rows, primary)]
    return " ".join(sentences) or found.words.say("progress.line.none")


Rows = Sequence[Mapping[str, str]]
Analyses = Mapping[str, Mapping[str, Any]]


def _moved(found: Found, rows: Rows, primary: Analyses) -> list[str]:
    row = next((row for row in rows if row["estimand"] == "share_up" and row["estimator"] == "transition"), None)
    if row is None:
        return []
    before, after = (inside(found.labels["wave", "", wave]) for wave in (primary[row["analysis"]]["before"], row["wave"]))
    up = percent(float(row["estimate"]), 0, found.words.language)
    return [found.words.say("progress.line.moved", after_name=after[:1].upper() + after[1:], before=before, up=up, n=int(float(row["n"])))]


def _reached(found: Found, rows: Rows, primary: Analyses) -> list[str]:
    reached = [row for row in rows if row["estimand"] == "survival_at"]
    if not reached:
        return []
    last = max(reached, key=lambda row: float(row["term"]))
    codes, event = primary[last["analysis"]]["event_codes"], primary[last["analysis"]]["event"]
    share = percent(1 - float(last["estimate"]), 0, found.words.language)
    unit = inside(found.labels.get(("measure_unit", "", last["outcome"]), ""))
    named = inside(" / ".join(found.labels["answer", event, code] for code in codes))
    time = number(float(last["term"]), 0, found.words.language)
    return [found.words.say("progress.line.reached", time=time, unit=unit, share=share, event=named)]


def _changed(found: Found, rows: Rows, primary: Analyses) -> list[str]:
    row = next((row for row in rows if row["estimand"] == "mean_change"), None)
    if row is None:
        return []
    before, after = (inside(found.labels["wave", "", wave]) for wave in (primary[row["analysis"]]["before"], row["wave"]))
    label = found.outcome_label(row["outcome"])
    verdict = found.words.say(f"verdict.{row['verdict']}")
    return [found.words.say("progress.line.changed", label=label, before=before, after=after, verdict=verdict)]


LINES: dict[str, Callable[[Found], str]] = {
    "group_comparison": comparison_line,
    "before_after": change_line,
    "targets": targets_line,
    "needs": needs_line,
    "progress": progress_line,
}
"""Template -> what its report found."""
