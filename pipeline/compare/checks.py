"""Whether each declared analysis can be done as declared, before there are data.

``make check`` calls ``estimator_problems``; references and contrasts were
checked by ``spec``.
"""

from collections.abc import Iterable, Iterator

from pipeline.compare.drawing import drawing_problems
from pipeline.compare.exhibits.checks import exhibit_problems
from pipeline.compare.families import family_problems
from pipeline.compare.gather.protocol import unit_of_analysis
from pipeline.compare.imputing import imputing_problems
from pipeline.compare.registry import ESTIMATORS, SELECTIVE_KEYS, Estimator
from pipeline.errors import Problem, suggestion
from pipeline.spec.declaration import Analysis
from pipeline.spec.naming import is_number, split_reference, toml_place, unknown_cluster
from pipeline.spec.study import Study

OR_ONE_CATEGORY = ", or declare a measure of one of its categories, with rule one_of"


def estimator_problems(study: Study) -> list[Problem]:
    """Give every way in which a declared analysis or exhibit cannot be made as declared.

    Parameters
    ----------
    study : Study
        Passed the checks of ``spec``, so every reference resolves.

    Returns
    -------
    list of Problem
        Empty when every analysis can be run.
    """
    problems: list[Problem] = []
    for analysis in study.declaration.analyses:
        estimator = ESTIMATORS.get(analysis.estimator)
        if estimator is None:
            problems.append(_unknown_estimator(study, analysis))
        else:
            problems += _ignored_keys(study, analysis, estimator)
            problems += _missing_keys(study, analysis, estimator)
            problems += _several_problems(study, analysis, estimator)
            problems += _beside_problems(study, analysis, estimator)
            problems += _design_problems(study, analysis, estimator)
            problems += _outcome_problems(study, analysis, estimator)
            problems += _group_problems(study, analysis, estimator)
            problems += _target_problems(study, analysis)
            problems += _cluster_problems(study, analysis, estimator)
            problems += drawing_problems(study, analysis, estimator)
        problems += _model_problems(study, analysis)
        problems += _unit_problems(study, analysis)
        problems += _restriction_problems(study, analysis)
        problems += _wave_problems(study, analysis)
    return [*problems, *imputing_problems(study), *family_problems(study), *exhibit_problems(study)]


def _place(study: Study, analysis: Analysis, key: str) -> str:
    return toml_place(study, f"analyses '{analysis.id}' {key}")


def _is_about_one_group(analysis: Analysis) -> bool:
    """Say whether no groups are compared; an estimator that there is not is taken to compare."""
    return analysis.estimator in ESTIMATORS and ESTIMATORS[analysis.estimator].takes_cohort


def _own_unit(study: Study, analysis: Analysis) -> str:
    """Give the unit whose rows an analysis needs: that of its outcomes; of a comparison the sample's."""
    return unit_of_analysis(study, analysis) if _is_about_one_group(analysis) else study.declaration.sample.unit


def _unknown_estimator(study: Study, analysis: Analysis) -> Problem:
    return Problem(
        _place(study, analysis, "estimator"),
        f"'{analysis.estimator}' is not an estimator",
        ", ".join(ESTIMATORS),
        suggestion(analysis.estimator, ESTIMATORS) or "docs/estimators.md says what each one does.",
    )


def _ignored_keys(study: Study, analysis: Analysis, estimator: Estimator) -> Iterator[Problem]:
    for key in SELECTIVE_KEYS:
        if getattr(analysis, key) and key not in estimator.uses:
            able = [name for name, other in ESTIMATORS.items() if key in other.uses]
            yield Problem(
                _place(study, analysis, key),
                f"estimator '{analysis.estimator}' would ignore '{key}'",
                f"estimators that use it: {', '.join(able)}",
                f"Remove '{key}', or choose another estimator.",
            )


def _missing_keys(study: Study, analysis: Analysis, estimator: Estimator) -> Iterator[Problem]:
    for key in sorted(estimator.needs):
        if not getattr(analysis, key):
            yield Problem(
                _place(study, analysis, key), "is missing", remedy=f"Estimator '{analysis.estimator}' needs it; see docs/estimators.md."
            )


def _design_problems(study: Study, analysis: Analysis, estimator: Estimator) -> Iterator[Problem]:
    own_group = analysis.group in (None, study.declaration.sample.group)
    if estimator.randomised and not (study.declaration.design == "randomised" and own_group):
        yield Problem(
            _place(study, analysis, "estimator"),
            f"'{analysis.estimator}' holds only where chance made the groups"
            + ("" if own_group else f", and '{analysis.group}' is not what was drawn"),
            "the group of a study whose design is 'randomised'",
            "Choose 'bounds', which asks nothing of how people came into groups.",
        )


def _beside_problems(study: Study, analysis: Analysis, estimator: Estimator) -> Iterator[Problem]:
    """What is set beside the outcome must be of a kind that the estimator takes, and no outcome itself."""
    named = {key: getattr(analysis, key) for key in ("beside", "mediator") if key in estimator.uses}
    for key, reference in named.items():
        kind = study.kind_of(split_reference(reference)[0]) if reference else ""
        if kind and kind not in estimator.kinds:
            yield Problem(
                _place(study, analysis, key),
                f"'{reference}' is a {kind}, which estimator '{analysis.estimator}' cannot set beside the outcome",
                f"what is of kind {', '.join(estimator.kinds)}",
                "Choose another reference, or declare a measure of it.",
            )
        if reference in (*analysis.outcomes, *analysis.covariates):
            yield Problem(_place(study, analysis, key), f"'{reference}' is also an outcome or covariate", remedy="Name it in one place.")


def _several_problems(study: Study, analysis: Analysis, estimator: Estimator) -> Iterator[Problem]:
    for key in sorted(estimator.one_of):
        named = getattr(analysis, key)
        if len(named) > 1:
            yield Problem(
                _place(study, analysis, key),
                f"'{analysis.estimator}' makes one test, and {len(named)} are named: {', '.join(named)}",
                "one of them",
                "Declare an analysis for each of the others.",
            )


def _group_problems(study: Study, analysis: Analysis, estimator: Estimator) -> Iterator[Problem]:
    """A comparison of groups needs groups: the sample's, or its own."""
    if not estimator.takes_cohort and not (study.declaration.sample.compares or analysis.group):
        yield Problem(
            _place(study, analysis, "estimator"),
            f"'{analysis.estimator}' compares two groups, and this study has one",
            ", ".join(name for name, other in ESTIMATORS.items() if other.takes_cohort),
            "Choose an estimator about one group, or name group and contrast.",
        )


def _target_problems(study: Study, analysis: Analysis) -> Iterator[Problem]:
    """A share cannot be above 1; a denominator of its own needs somebody planned or taking part."""
    if analysis.target is None:
        return
    if analysis.estimator != "count" and analysis.target > 1:
        yield Problem(
            _place(study, analysis, "target"),
            f"{analysis.target:g} is above 1",
            "a share above 0, at most 1 (70 % is 0.7)",
            "Write per cent as a share, or choose estimator 'count' for a number of units.",
        )
    if analysis.estimator == "count" and analysis.target != int(analysis.target):
        yield Problem(_place(study, analysis, "target"), f"{analysis.target:g} is not a whole number", "a number of units", "Correct it.")
    repeated = [one.id for one in analysis.readings]
    for name in sorted({name for name in repeated if repeated.count(name) > 1}):
        yield Problem(_place(study, analysis, "readings"), f"'{name}' is declared twice", remedy="Give each reading its own id.")


def _cluster_problems(study: Study, analysis: Analysis, estimator: Estimator) -> Iterator[Problem]:
    """Another cluster than the declared one must be known of every unit that the analysis is about; none is overlooked by a verdict."""
    unit = _own_unit(study, analysis)
    if estimator.needs_clusters and (analysis.cluster is False or not (analysis.cluster or study.cluster_of(unit))):
        yield Problem(
            _place(study, analysis, "cluster"),
            f"'{analysis.estimator}' draws whole clusters, and there are none",
            "a link or fixed variable, in the sample or in the analysis",
            "Declare who belongs together, or choose 'permutation' or 'adjusted'.",
        )
    yield from _overlooked_problems(study, analysis, estimator, unit)
    if isinstance(analysis.cluster, str):
        yield from unknown_cluster(study, _place(study, analysis, "cluster"), unit, analysis.cluster)


def _overlooked_problems(study: Study, analysis: Analysis, estimator: Estimator, unit: str) -> Iterator[Problem]:
    """A primary analysis may not take members of a declared cluster as independent of each other."""
    cluster = analysis.cluster if isinstance(analysis.cluster, str) else study.cluster_of(unit)
    if analysis.role != "primary" or cluster is None:
        return
    if analysis.cluster is False and estimator.infers:
        yield Problem(
            _place(study, analysis, "cluster"),
            f"false overlooks the declared cluster '{cluster}', and the analysis is primary",
            "true, or another link or fixed variable",
            "Remove it, or make the analysis secondary: it then gives no verdict.",
        )
    kinds = {study.kind_of(split_reference(outcome)[0]) for outcome in analysis.outcomes} & set(estimator.kinds)
    for kind in sorted(kind for kind in kinds if not estimator.may_decide(kind, clustered=True)):
        alike = {
            name: one for name, one in ESTIMATORS.items() if (one.takes_cohort, one.needs) == (estimator.takes_cohort, estimator.needs)
        }
        able = [name for name, one in alike.items() if kind in one.kinds and one.infers and one.may_decide(kind, clustered=True)]
        remedy = "Choose one of these" if able else f"Make it secondary{OR_ONE_CATEGORY if kind == 'category' else ''}"
        yield Problem(
            _place(study, analysis, "estimator"),
            f"'{analysis.estimator}' takes everybody of one '{cluster}' as independent of each other, and the analysis is primary",
            f"for a {kind} in clusters: {', '.join(able)}" if able else f"none can for a {kind} in clusters",
            f"{remedy}. A secondary analysis by '{analysis.estimator}' stays, without a verdict.",
        )


def _outcome_problems(study: Study, analysis: Analysis, estimator: Estimator) -> Iterator[Problem]:
    for outcome in analysis.outcomes:
        kind = study.kind_of(split_reference(outcome)[0])
        if kind not in estimator.kinds:
            able = [name for name, other in ESTIMATORS.items() if kind in other.kinds and other.takes_cohort == estimator.takes_cohort]
            yield Problem(
                _place(study, analysis, "outcomes"),
                f"'{outcome}' is a {kind}, which estimator '{analysis.estimator}' cannot compare",
                f"outcomes of kind {', '.join(estimator.kinds)}",
                f"Choose one that can: {', '.join(able)}{OR_ONE_CATEGORY if kind == 'category' else ''}.",
            )


def _model_problems(study: Study, analysis: Analysis) -> Iterator[Problem]:
    group = "" if _is_about_one_group(analysis) else analysis.group or study.declaration.sample.group
    for key in ("covariates", "by"):
        names = getattr(analysis, key)
        for name in dict.fromkeys(names):
            if name == group:
                yield Problem(
                    _place(study, analysis, key),
                    f"'{name}' is the group that is compared",
                    remedy="Remove it: it has no effect of its own.",
                )
            if name in analysis.outcomes:
                yield Problem(_place(study, analysis, key), f"'{name}' is also an outcome", remedy="Remove it from one of the two.")
            if names.count(name) > 1:
                yield Problem(_place(study, analysis, key), f"'{name}' is named {names.count(name)} times", remedy="Name it once.")
    if analysis.contrast is not None and len(set(analysis.contrast)) < 2:
        yield Problem(_place(study, analysis, "contrast"), "both groups are the same", remedy="Name two different answers.")


def _unit_problems(study: Study, analysis: Analysis) -> Iterator[Problem]:
    """Outcomes belong to one unit; all else may also come from a unit it is linked to. Groups are the sample's."""
    own = _own_unit(study, analysis)
    linked = [unit.name for unit in study.declaration.units if unit.id in {link.name for link in study.links_of(own)}]
    used: dict[str, tuple[Iterable[str], list[str]]] = {
        "outcomes": (analysis.outcomes, [own]),
        "covariates": (analysis.covariates, [own, *linked]),
        "response": (analysis.response, [own, *linked]),
        "restrict": (analysis.restrict, [own, *linked]),
        "by": ([part for name in analysis.by for part in name.split("*") if study.variable[part].type != "id"], [own, *linked]),
        "readings": ([reference for one in analysis.readings for reference in one.restrict], [own, *linked]),
        "then": ((analysis.then,) if analysis.then else (), [own]),
        "beside": ((analysis.beside,) if analysis.beside else (), [own]),
        "mediator": ((analysis.mediator,) if analysis.mediator else (), [own]),
        "event": ((analysis.event,) if analysis.event else (), [own]),
        "group": ((analysis.group,) if analysis.group else (), [own, *linked]),
    }
    for key, (references, reachable) in used.items():
        for reference in references:
            unit = study.unit_of(split_reference(reference)[0])
            if unit not in reachable:
                yield Problem(
                    _place(study, analysis, key),
                    f"'{reference}' is observed on {unit}, but {own} is compared",
                    f"what is observed on {' or '.join(reachable)}",
                    "Choose another reference, or give a source the id that links the units.",
                )


def _restriction_problems(study: Study, analysis: Analysis) -> Iterator[Problem]:
    for reference, values in analysis.restrict.items():
        name = split_reference(reference)[0]
        if study.kind_of(name) == "category":
            codes = tuple(study.measure[name].categories) if name in study.measure else study.codes_of(study.variable[name])
            wrong = [value for value in values if value not in codes]
            allowed = ", ".join(codes)
        else:
            wrong = [value for value in values if not is_number(value)]
            allowed = "numbers, written as text"
        for value in wrong:
            yield Problem(
                _place(study, analysis, "restrict"),
                f"'{value}' is not a value of '{reference}'",
                allowed,
                suggestion(value, allowed.split(", ")) or "Correct the value.",
            )


def _wave_problems(study: Study, analysis: Analysis) -> Iterator[Problem]:
    """An outcome that only one group was asked for has nothing to be compared with."""
    if analysis.group is not None:
        return
    asked_of = {wave.name: wave.asked_of for wave in study.declaration.waves}
    for outcome in analysis.outcomes:
        groups = asked_of.get(split_reference(outcome)[1], ())
        if len(groups) == 1:
            yield Problem(
                _place(study, analysis, "outcomes"),
                f"'{outcome}' was asked of {groups[0]} only",
                "outcomes that both groups were asked for",
                "Show it in an exhibit of kind 'experience' instead.",
            )
