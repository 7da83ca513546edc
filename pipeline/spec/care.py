"""``[care]`` written out: a measure of who is flagged, one of each sign, and the analyses without the flagged.

Works on ``study.toml`` as parsed, its measures completed. What it adds is
declared like anything else: it is scored, compared, released and planned by the
same rules.
"""

import json

from pydantic import ValidationError

from pipeline.errors import Problem, suggestion
from pipeline.spec.declaration import Care, Declaration
from pipeline.spec.naming import split_reference
from pipeline.spec.vocabulary import CARELESS, LANGUAGES

WITHOUT = "_careful"
FEWEST_SCALES = 3
"""With fewer, the halves of scales cannot be held against each other within a person."""
HALF_ANSWERED = 0.5
SHARE = {"sv": "andel", "en": "share"}
WORDS = {
    CARELESS: {"sv": "Verkar ha svarat utan eftertanke", "en": "Seems to have answered without care"},
    "long_string": {"sv": "Samma svar många gånger i rad", "en": "The same answer many times in a row"},
    "variability": {"sv": "Svar som nästan inte varierar", "en": "Answers that hardly vary"},
    "even_odd": {"sv": "Skalornas halvor går isär", "en": "Halves of the scales disagree"},
    "mahalanobis": {"sv": "Ovanlig kombination av svar", "en": "Unusual combination of answers"},
    "synonyms": {"sv": "Olika svar på frågor som säger detsamma", "en": "Different answers to questions that say the same"},
    "duration": {"sv": "Svarade mycket fortare än andra", "en": "Answered much faster than others"},
    "attention": {"sv": "Fel svar på en fråga som prövar uppmärksamheten", "en": "Wrong answer to a question that tests attention"},
}
RULE = {
    "sv": "Minst {least} av {count} tecken på att svaren gavs utan eftertanke. Ingen lämnas ute om inte en analys säger det.",
    "en": "At least {least} of {count} signs that the answers were given without care. Nobody is left out unless an analysis says so.",
}
LEFT_OUT = {
    "sv": "{label}, utan dem som verkar ha svarat utan eftertanke",
    "en": "{label}, without those who seem to have answered without care",
}


def complete_care(parsed: dict, where: str) -> tuple[dict, list[Problem]]:
    """Add what ``[care]`` declares to measures and analyses.

    Parameters
    ----------
    parsed : dict
        ``study.toml`` as parsed; not changed.
    where : str
        Name of the file, for problems.

    Returns
    -------
    parsed, problems
        Unchanged where there is no ``[care]``, or one that its types refuse: the
        declaration's own check tells that. What is written out already stays as it is.
    """
    try:
        care = Care.model_validate_json(json.dumps(parsed["care"]))
    except (KeyError, TypeError, ValidationError):
        return parsed, []
    measures = {one["name"]: one for one in parsed.get("measures", ()) if isinstance(one, dict) and "name" in one}
    analyses = {one["id"]: one for one in parsed.get("analyses", ()) if isinstance(one, dict) and "id" in one}
    problems = [
        *_unknown(care.scales, measures, f"{where}, care scales", "measure"),
        *_unknown(care.analyses, analyses, f"{where}, care analyses", "analysis"),
    ]
    added = _measures(care, measures) if not problems else []
    taken = [one["name"] for one in added if measures.get(one["name"], one).get("rule") != CARELESS]
    problems += [
        Problem(f"{where}, measures", f"'{name}' is a name that [care] gives", remedy="Call the measure otherwise.") for name in taken
    ]
    if problems:
        return parsed, problems
    again = [_again(analyses[name], added[0]) for name in care.analyses if done_again(name) not in analyses]
    added = [one for one in added if one["name"] not in measures]
    return parsed | {"measures": [*parsed["measures"], *added], "analyses": [*parsed["analyses"], *again]}, []


def done_again(analysis: str) -> str:
    """Name an analysis that is done once more without those who are flagged."""
    return f"{analysis}{WITHOUT}"


def written_out(declaration: Declaration) -> set[str]:
    """Name the measures and analyses that ``[care]`` adds."""
    if declaration.care is None:
        return set()
    return {one.name for one in declaration.measures if one.rule == CARELESS} | set(map(done_again, declaration.care.analyses))


def _unknown(names: tuple[str, ...], known: dict, where: str, kind: str) -> list[Problem]:
    return [Problem(where, f"'{name}' is no {kind}", ", ".join(known), suggestion(name, known)) for name in names if name not in known]


def _measures(care: Care, measures: dict[str, dict]) -> list[dict]:
    """Give the measure of who is flagged, then one of each sign."""
    scales = {name: list(measures[name].get("items", ())) for name in care.scales}
    possible = {"even_odd": len(scales) >= FEWEST_SCALES, "duration": care.duration is not None, "attention": bool(care.attention)}
    flags: tuple[str, ...] = care.flags or tuple(name for name in WORDS if name != CARELESS and possible.get(name, True))
    shared = {
        "unit": SHARE,
        "rule": CARELESS,
        "items": list(dict.fromkeys(item for own in scales.values() for item in own)),
        "minimum_answered": HALF_ANSWERED,
        "scales": scales,
        "waves": list(care.waves),
    }
    rule = {one: RULE[one].format(least=care.least_flags, count=len(flags)) for one in LANGUAGES}
    whole = _one(care, shared, CARELESS, flags) | {"least_flags": care.least_flags, "description": rule}
    return [whole, *(_one(care, shared, f"{CARELESS}_{flag}", (flag,)) | {"label": WORDS[flag], "least_flags": 1} for flag in flags)]


def _one(care: Care, shared: dict, name: str, flags: tuple[str, ...]) -> dict:
    """Give a measure of some signs, which asks for what these need."""
    beside = {"duration": care.duration} if "duration" in flags and care.duration else {}
    right = {"correct": care.attention} if "attention" in flags and care.attention else {}
    items = dict.fromkeys([*shared["items"], *beside.values(), *(care.attention if right else ())])
    return {"name": name, "label": WORDS[CARELESS], **shared, "items": list(items), "flags": list(flags), **beside, **right}


def _again(analysis: dict, careless: dict) -> dict:
    """Give an analysis without those who are flagged in a wave whose answers it uses; it is no part of a family."""
    named = [*analysis.get("outcomes", ()), *analysis.get("covariates", ())]
    scored = {split_reference(name)[1] for name in named} | {analysis.get("before", "")}
    waves = careless["waves"] or sorted(wave for wave in scored if wave)
    references = [f"{CARELESS}@{wave}" for wave in waves] if waves else [CARELESS]
    label = {one: LEFT_OUT[one].format(label=analysis.get("label", {}).get(one, "")) for one in LANGUAGES}
    kept = {key: value for key, value in analysis.items() if key not in ("family", "family_reason")}
    restrict = {**analysis.get("restrict", {}), **{one: ["0"] for one in references}}
    return kept | {"id": done_again(analysis["id"]), "role": "exploratory", "label": label, "restrict": restrict}
