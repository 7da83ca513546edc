"""The facts of a release: what was declared and decided, without any text."""

from collections.abc import Mapping

from pipeline.paths import SIMULATED
from pipeline.spec.declaration import Analysis, Exhibit, Measure
from pipeline.spec.naming import level_codes, split_reference
from pipeline.spec.plan import deviations, is_planned, plan_hash
from pipeline.spec.sources import Source
from pipeline.spec.study import Study, Variable
from pipeline.spec.vocabulary import CARELESS


def facts_of(study: Study, withheld: Mapping[str, int], units: Mapping[str, int], provenance: Mapping[str, object]) -> dict[str, object]:
    """Give the content of release.json.

    Parameters
    ----------
    study : Study
    withheld : mapping
        Table name to the number of rows whose numbers are withheld.
    units : mapping
        Link that reports are made per level of, to the number of its levels.
    provenance : mapping
        Hashes and versions, from the caller.

    Returns
    -------
    dict
        Plain data; declared order is kept.
    """
    declared = study.declaration
    return {
        "study": study.id,
        "design": declared.design,
        "simulated": declared.simulated or _is_marked(provenance),
        "seed": declared.seed,
        "sample": declared.sample.model_dump(mode="json"),
        "waves": [{"name": wave.name, "asked_of": list(wave.asked_of)} for wave in declared.waves],
        "sources": [_source(one) for one in declared.sources],
        "primary_outcomes": primary_references(study),
        "analyses": [_analysis(study, analysis) for analysis in declared.analyses],
        "measures": [_measure(study, measure) for measure in declared.measures if measure.rule != CARELESS],
        "care": [
            one.model_dump(mode="json", include={"name", "flags", "least_flags"}) for one in declared.measures if one.rule == CARELESS
        ],
        "variables": [_variable(study, variable) for variable in study.variables],
        "contradictions": [one.id for one in declared.contradictions],
        "context": [one.model_dump(mode="json", exclude={"label", "source"}) for one in declared.context],
        "levels": report_levels(study, units),
        "units": [{"name": one.name, "id": one.id, "cluster": one.cluster} for one in declared.units],
        "exhibits": [_exhibit(exhibit) for exhibit in declared.exhibits],
        "quotations": [one.model_dump(mode="json", exclude={"label"}) for one in declared.quotations],
        "balance": list(declared.balance.covariates),
        "reports": [one.model_dump(mode="json") for one in declared.reports],
        "disclosure": {
            "minimum_base": declared.disclosure.minimum_base,
            "minimum_cell": declared.disclosure.minimum_cell,
            "withheld": dict(withheld),
        },
        "plan": {
            "locked": study.locked_plan is not None,
            "sha256": plan_hash(study.locked_plan) if study.locked_plan is not None else "",
            "deviations": len(deviations(study)),
        },
        "source_url": declared.source_url,
        "publication": _publication(study),
        "provenance": _without_marker(provenance),
    }


def _is_marked(provenance: Mapping[str, object]) -> bool:
    """Say whether the marker of made-up answers lay beside the raw files."""
    raw = provenance.get("raw", ())
    return isinstance(raw, list) and any(one["source"] == SIMULATED for one in raw)


def _without_marker(provenance: Mapping[str, object]) -> dict[str, object]:
    """Leave the marker of made-up answers out of the files that were received; it holds no answers."""
    raw = provenance.get("raw")
    return {**provenance, "raw": [one for one in raw if one["source"] != SIMULATED]} if isinstance(raw, list) else dict(provenance)


def report_levels(study: Study, units: Mapping[str, int]) -> dict[str, list[dict[str, str]]]:
    """Give the levels of every variable that reports are made per level of: code in the tables, and name of the files.

    Files are named by place, so that no name stands in a path.
    """
    levels = {}
    for name in dict.fromkeys(report.per for report in study.declaration.reports if report.per is not None):
        variable = study.variable[name]
        if variable.type == "id":
            codes = level_codes(study.unit_with_id(name), units.get(name, 0))
            levels[name] = [{"code": code, "slug": code} for code in codes]
        else:
            codes = list(study.codes_of(variable))
            levels[name] = [{"code": code, "slug": slug} for code, slug in zip(codes, level_codes(name, len(codes)), strict=True)]
    return levels


def primary_references(study: Study) -> list[dict[str, str]]:
    """List the outcomes of primary analyses, each once, in declared order."""
    primary = [analysis for analysis in study.declaration.analyses if analysis.role == "primary"]
    references = dict.fromkeys(outcome for analysis in primary for outcome in analysis.outcomes)
    return [{"outcome": name, "wave": wave} for name, wave in map(split_reference, references)]


def _publication(study: Study) -> dict[str, object] | None:
    """Say of which release this is, and beside what it is published; None where the study does not say."""
    publish = study.declaration.publish
    if publish is None:
        return None
    elsewhere = [{"id": one.id, "date": one.date} for one in study.declaration.published]
    said = publish.model_dump(mode="json", include={"number", "date", "prepared_by", "checked_by", "replaces"})
    return said | {"withdrawn": [one.number for one in publish.withdrawn], "elsewhere": elsewhere}


def _analysis(study: Study, analysis: Analysis) -> dict[str, object]:
    readings = [reading.model_dump(mode="json", exclude={"label"}) for reading in analysis.readings]
    unit = study.unit_of(split_reference(analysis.outcomes[0])[0])
    return analysis.model_dump(mode="json", exclude={"label", "family_reason"}) | {
        "readings": readings,
        "unit": unit,
        "planned": is_planned(study, analysis.id),
    }


def _exhibit(exhibit: Exhibit) -> dict[str, object]:
    parts = [{"id": part.id, "rows": list(part.rows)} for part in exhibit.parts]
    return exhibit.model_dump(mode="json", exclude={"label"}) | {"parts": parts}


def _source(source: Source) -> dict[str, object]:
    return source.model_dump(mode="json", include={"name", "unit", "wave", "lists_everybody"})


def _measure(study: Study, measure: Measure) -> dict[str, object]:
    kept = {"name", "rule", "direction", "items", "reversed", "minimum_answered", "published"}
    waves = list(study.waves_of_measure(measure))
    kind = study.kind_of(measure.name)
    derived = {"kind": kind, "waves": waves, "categories": list(measure.categories)}
    ends = measure.range or (_shared_ends(study, measure) if kind == "number" else None)
    return measure.model_dump(mode="json", include=kept) | derived | {"range": list(ends) if ends else None}


def _shared_ends(study: Study, measure: Measure) -> tuple[float, float] | None:
    """Give the least and greatest answer that the codebook allows to every item; None where one is open or they differ."""
    ends = {_ends(study, study.variable[item]) for item in measure.items}
    return ends.pop() if len(ends) == 1 else None


def _ends(study: Study, variable: Variable) -> tuple[float, float] | None:
    codes = [float(code) for code in study.codes_of(variable)] if variable.type == "rating" else []
    if codes:
        return min(codes), max(codes)
    return None if variable.minimum is None or variable.maximum is None else (variable.minimum, variable.maximum)


def _variable(study: Study, variable: Variable) -> dict[str, object]:
    return {
        "name": variable.name,
        "type": variable.type,
        "unit": variable.unit,
        "fixed": variable.fixed,
        "waves": list(study.waves_of(variable)),
        "answers": list(study.codes_of(variable)),
    }
