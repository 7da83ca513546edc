"""The locked plan: what was decided before the answers were seen.

The plan is every declared key that can move a number; labels, titles and texts
are not in it. ``plan.lock`` holds the flattened keys as sorted JSON and their
hash; later runs compare and report each difference as a deviation.
"""

import hashlib
import json
from dataclasses import dataclass

from pipeline.errors import ResearcherError
from pipeline.paths import Paths
from pipeline.spec.care import done_again, written_out
from pipeline.spec.declaration import Declaration
from pipeline.spec.study import Study

PLAN_PARTS = ("design", "seed", "sample", "exclusions", "measures", "balance", "analyses", "exhibits", "disclosure")
LATER_PARTS = ("care",)
"""Parts that older locks do not have, and that most studies do not declare."""
NOT_IN_THE_PLAN = (
    "label",
    "unit",
    "description",
    "categories",
    "reason",
    "family_reason",
    "instrument",
    "of",
    "parts",
    "said",
    "published",
)
LATER_KEYS = {
    "sample": frozenset(("weight", "strata", "population", "margins")),
    "measures": frozenset(("collapse", "correct", "counts_also", "scales", "flags", "least_flags", "duration")),
    "analyses": frozenset(
        (
            "before",
            "then",
            "beside",
            "target",
            "readings",
            "event",
            "event_codes",
            "times",
            "horizon",
            "caliper",
            "mediator",
            "rater",
            "subject",
            "margins",
            "response",
        )
    ),
    "exhibits": frozenset(("by", "rows", "columns", "rater", "present")),
}
"""Keys that older locks do not have: left out of the plan where they say nothing, so that such a lock still holds."""

ORDERED_RULES = ("as_category", "collapsed")
"""Rules whose classes come in a declared order, which decides what counts as up."""


@dataclass(frozen=True)
class Deviation:
    """One key that differs between the locked plan and this run."""

    key: str
    before: str
    after: str


def plan_keys(declaration: Declaration) -> dict[str, object]:
    """Flatten the plan to ``analyses.adjusted.covariates`` -> value; what ``[care]`` writes out is planned as ``[care]``."""
    content = declaration.model_dump(mode="json", include={*PLAN_PARTS, *LATER_PARTS})
    added = written_out(declaration)
    flat: dict[str, object] = {}
    for part in (*PLAN_PARTS, *(part for part in LATER_PARTS if getattr(declaration, part) is not None)):
        found = content[part]
        _flatten(part, [one for one in found if one.get("id", one.get("name")) not in added] if isinstance(found, list) else found, flat)
    orders = {f"measures.{one.name}.order": list(one.categories) for one in declaration.measures if one.rule in ORDERED_RULES}
    return flat | orders


def _flatten(key: str, value: object, flat: dict[str, object]) -> None:
    if isinstance(value, list) and value and isinstance(value[0], dict):
        for element in value:
            _flatten(f"{key}.{element.get('id', element.get('name'))}", element, flat)
    elif isinstance(value, dict) and key.count(".") < 2:
        for inner, inside in value.items():
            if _is_planned_key(key, inner, inside):
                _flatten(f"{key}.{inner}", inside, flat)
    else:
        flat[key] = {name: inside for name, inside in value.items() if name != "label"} if isinstance(value, dict) else value


def _is_planned_key(key: str, inner: str, value: object) -> bool:
    if inner in NOT_IN_THE_PLAN:
        return key == "sample" and inner == "unit"
    return bool(value) or inner not in LATER_KEYS.get(key.partition(".")[0], ())


def plan_hash(keys: dict[str, object]) -> str:
    """Hash the flattened plan; any changed key changes it."""
    return hashlib.sha256(json.dumps(keys, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def lock_text(declaration: Declaration) -> str:
    """Write the content of ``plan.lock``: hash first, then one key per line."""
    keys = plan_keys(declaration)
    return json.dumps({"sha256": plan_hash(keys), "plan": keys}, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def read_lock(paths: Paths) -> dict[str, object] | None:
    """Read ``plan.lock``; None when the study has none.

    Raises
    ------
    ResearcherError
        When the file was edited by hand, so that its hash no longer fits.
    """
    path = paths.declared / "plan.lock"
    if not path.is_file():
        return None
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        intact = content["sha256"] == plan_hash(content["plan"])
    except (ValueError, KeyError, TypeError):
        intact = False
    if not intact:
        remedy = "Restore it from version control; it is only ever written by 'make lock'."
        raise ResearcherError.of(paths.shown(path), "was changed after it was locked", remedy=remedy)
    return content["plan"]


def deviations(study: Study) -> list[Deviation]:
    """List every plan key that was changed, added or removed since the plan was locked.

    Returns
    -------
    list of Deviation, in key order
        Empty when nothing differs or when no plan is locked (see
        ``Study.locked_plan``).
    """
    if study.locked_plan is None:
        return []
    planned, run = study.locked_plan, plan_keys(study.declaration)
    keys = sorted(planned.keys() | run.keys())
    return [Deviation(key, _shown(planned, key), _shown(run, key)) for key in keys if _said(planned, key) != _said(run, key)]


def is_planned(study: Study, analysis: str) -> bool:
    """Say whether an analysis stands in the locked plan; others can only be exploratory."""
    locked = study.locked_plan or {}
    again = locked.get("care.analyses")
    return f"analyses.{analysis}.estimator" in locked or (isinstance(again, list) and analysis in map(done_again, again))


def _said(keys: dict[str, object], key: str) -> object:
    """Give what a key says; a key of an added or removed analysis that says nothing is as one that is not there."""
    return None if keys.get(key) in (None, "", [], {}) else keys[key]


def _shown(keys: dict[str, object], key: str) -> str:
    return json.dumps(keys[key], ensure_ascii=False) if key in keys else ""
