"""Hold the project's numbers to those that R printed.

An entry's value is flattened to dotted names (``newcombe_ci95.0``). Which names
the project must give stands in ``coverage.toml``, by kind of entry; ``compare``
accepts neither fewer names nor others.
"""

import json
import math
import re
import tomllib
from collections.abc import Mapping
from fnmatch import fnmatchcase
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
FILES = {"open": FOLDER / "open.json", "simtrs": FOLDER / "simtrs" / "reference.json"}
ENTRIES: dict[str, dict] = {
    f"{file}/{entry['id']}": entry for file, path in FILES.items() for entry in json.loads(path.read_text(encoding="utf-8"))["entries"]
}
"""File and id -> entry; one id is used in both files."""
COVERAGE: dict[str, dict] = tomllib.loads((FOLDER / "coverage.toml").read_text(encoding="utf-8"))
KINDS: dict[str, str] = {f"{file}/{name}": kind for file, entries in COVERAGE["entries"].items() for name, kind in entries.items()}
R_PRINTS = 1e-8
"""What nothing is drawn for, in an entry whose tolerance is only about draws."""
RESULT, CHECKED, NOT_COVERED = "result", "checked", "not_covered"


def ids_of(kind: str) -> list[str]:
    """Give the entries of one kind, in file order."""
    return [name for name, its_kind in KINDS.items() if its_kind == kind]


def flatten(value: object, name: str = "") -> dict[str, float | None]:
    """Give every number of a nested value by its dotted name; texts are remarks and left out."""
    if isinstance(value, Mapping):
        parts = [(str(key), inner) for key, inner in value.items()]
    elif isinstance(value, list | tuple):
        parts = [(str(place), inner) for place, inner in enumerate(value)]
    else:
        return {} if isinstance(value, str) else {name: None if value is None else float(value)}
    flat: dict[str, float | None] = {}
    for part, inner in parts:
        flat |= flatten(inner, f"{name}.{part}" if name else part)
    return flat


def patterns_of(entry_id: str) -> dict[str, list[str]]:
    """Give the patterns of value names by status."""
    kind = COVERAGE["kinds"][KINDS[entry_id]]
    return {status: list(kind.get(status, [])) for status in (RESULT, CHECKED, NOT_COVERED)}


def status_of(entry_id: str, name: str) -> str:
    """Give the status of a value name: the first list with a pattern that fits; empty when none does."""
    for status, patterns in patterns_of(entry_id).items():
        if any(fnmatchcase(name, pattern) for pattern in patterns):
            return status
    return ""


def names_with(entry_id: str, *statuses: str) -> set[str]:
    """Give the value names of an entry that have one of some statuses."""
    return {name for name in flatten(ENTRIES[entry_id]["value"]) if status_of(entry_id, name) in statuses}


def tolerance_of(entry_id: str, name: str) -> tuple[float, float]:
    """Give (rtol, atol) of one value: those of ``coverage.toml``, of the last pattern of keys that fits, or of the entry."""
    for pattern, wider in COVERAGE["kinds"][KINDS[entry_id]].get("tolerance", {}).items():
        if fnmatchcase(name, pattern):
            return wider.get("rtol", 0.0), wider.get("atol", 0.0)
    tolerance = ENTRIES[entry_id]["tol"]
    for pattern, own in tolerance.get("keys", {}).items():
        if re.fullmatch(pattern, name):
            tolerance = own
    if "rule" in tolerance:
        return 0.0, RULES[tolerance["rule"]](entry_id, name)
    return tolerance["rtol"] or R_PRINTS, tolerance["atol"]


def _four_errors(entry_id: str, _: str) -> float:
    return 4 * ENTRIES[entry_id]["value"]["mc_se"]


def _of_bootstrap(entry_id: str, name: str) -> float:
    value = ENTRIES[entry_id]["value"]
    low, high = value.get(name.partition(".")[0]) if "." in name else (0.0, 0.0)
    return 0.05 * (high - low) if "." in name else {"boot_se": 0.03, "est": 1e-8}[name] * abs(value[name])


def _but_for_draws(entry_id: str, name: str) -> float:
    return 0.01 if name.startswith("mediate") else R_PRINTS * abs(flatten(ENTRIES[entry_id]["value"])[name] or 0.0)


RULES = {
    "Monte Carlo parts excepted": _but_for_draws,
    "within 4 mc_se": _four_errors,
    "boot_se 3 %; CI ends 5 % of CI width": _of_bootstrap,
}
"""Tolerance in words -> largest difference of a value; what R drew differs from draw to draw."""


def compare(entry_id: str, ours: Mapping[str, object]) -> None:
    """Compare all values that the project gives or checks; fail on any that is missing, extra or too far away."""
    flat = flatten(ours)
    expected = names_with(entry_id, RESULT, CHECKED)
    assert set(flat) == expected, f"{entry_id}: missing {sorted(expected - set(flat))}, not covered {sorted(set(flat) - expected)}"
    _assert_close(entry_id, flat)


def compare_reported(entry_id: str, ours: Mapping[str, object]) -> None:
    """Compare some values that a report gives; each must be listed as a result."""
    flat = flatten(ours)
    unlisted = sorted(set(flat) - names_with(entry_id, RESULT))
    assert flat, f"{entry_id}: nothing to compare"
    assert not unlisted, f"{entry_id}: not listed as results: {unlisted}"
    _assert_close(entry_id, flat)


def _assert_close(entry_id: str, ours: Mapping[str, float | None]) -> None:
    theirs = flatten(ENTRIES[entry_id]["value"])
    apart = [_difference(entry_id, name, ours[name], theirs[name]) for name in ours]
    assert not any(apart), "\n".join([entry_id, *filter(None, apart)])


def _difference(entry_id: str, name: str, ours: float | None, theirs: float | None) -> str:
    ours_missing, theirs_missing = (value is None or math.isnan(value) for value in (ours, theirs))
    if ours_missing or theirs_missing:
        return "" if ours_missing and theirs_missing else f"  {name}: {ours}, R {theirs}"
    rtol, atol = tolerance_of(entry_id, name)
    allowed = atol + rtol * abs(theirs)
    return "" if abs(ours - theirs) <= allowed else f"  {name}: {ours!r}, R {theirs!r}, allowed {allowed:.3g}"
