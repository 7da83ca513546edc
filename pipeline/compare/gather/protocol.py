"""How a declared analysis becomes rows of ``estimates.csv``.

Builds what an estimator sees, runs it, and adds what the estimator cannot know:
which analysis, role, family and wave a number belongs to.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import cast

import pandas as pd

from pipeline.compare.families import family_of
from pipeline.compare.gather import cohort as columns_of
from pipeline.compare.gather.cohort import LEVEL, READING, Cohort, Row
from pipeline.compare.gather.comparison import EARLIER, ENDED, FIRST, Comparison
from pipeline.compare.gather.imputed import imputation_problem, imputed_frames, pooled_rows
from pipeline.compare.gather.panel import CLUSTER, MARGIN, STRATUM, WEIGHT, Panel, is_one_of
from pipeline.compare.registry import ESTIMATORS, MEDIATOR, Estimator
from pipeline.spec.declaration import Analysis
from pipeline.spec.naming import split_reference
from pipeline.spec.plan import is_planned
from pipeline.spec.scales import scale_of
from pipeline.spec.study import Study
from pipeline.spec.vocabulary import EVERYBODY

GROUP = "group"
INSIDE = "inside"
ANSWERED_IN = "answered:"
INFERRED = ("std_error", "conf_low", "p_value")
"""Columns that say something about others than those studied; a fact about these ignores nothing."""


@dataclass(frozen=True)
class AnalysisFrame:
    """All that one analysis needs, one row per unit it is about.

    Parameters
    ----------
    study : Study
    analysis : Analysis
    frame : DataFrame indexed by id, sorted
        ``group`` (code), ``inside`` (True when every restriction holds),
        ``cluster`` where declared, ``answered:<wave>`` for the waves of the
        outcomes, and one column per outcome, covariate and ``by`` variable;
        ``before`` per outcome where a wave before is named, and for a cohort what ``cohort`` names.
    first, second : str
        Codes of the groups compared; ``all`` and empty for a cohort.
    clustered : bool
    unit : str
        Whose rows these are.
    by : tuple of str
        Declared subgroups, then the levels that reports are made of.
    imputations : tuple of DataFrame
        The frame with missing answers imputed, once for each time.
    imputation_problem : str
        Why there are none although the analysis asks for them.
    """

    study: Study
    analysis: Analysis
    frame: pd.DataFrame
    first: str
    second: str
    clustered: bool
    unit: str
    by: tuple[str, ...]
    imputations: tuple[pd.DataFrame, ...] = ()
    imputation_problem: str = ""
    _views: dict[str, Comparison | Cohort] = field(default_factory=dict, repr=False)

    @property
    def estimator(self) -> Estimator:
        """The estimator of the analysis."""
        return ESTIMATORS[self.analysis.estimator]

    def view(self, outcome: str) -> Comparison | Cohort:
        """Give what the estimator takes of one outcome; each view is made once.

        Parameters
        ----------
        outcome : str
            One of the analysis' references.
        """
        if outcome not in self._views:
            self._views[outcome] = (cohort_of if self.estimator.takes_cohort else comparison_of)(self, outcome)
        return self._views[outcome]


def unit_of_analysis(study: Study, analysis: Analysis) -> str:
    """Give the unit that an analysis is about: that of its outcomes."""
    return study.unit_of(split_reference(analysis.outcomes[0])[0])


def levels_of(study: Study, analysis: Analysis) -> tuple[str, ...]:
    """Give the subgroups of an analysis: as declared, and the variables that reports are made per level of."""
    estimator = ESTIMATORS[analysis.estimator]
    if not estimator.takes_cohort or "by" not in estimator.uses:
        return analysis.by
    return tuple(dict.fromkeys((*analysis.by, *per_levels(study, unit_of_analysis(study, analysis)))))


def per_levels(study: Study, unit: str) -> tuple[str, ...]:
    """Give the variables and links that reports are made per level of, and that divide a unit."""
    links = {link.name for link in study.links_of(unit)}
    reachable = {unit, *(study.unit_with_id(name) for name in links)}
    per = dict.fromkeys(one.per for one in study.declaration.reports if one.per is not None)
    return tuple(name for name in per if name in links or (study.variable[name].type != "id" and study.variable[name].unit in reachable))


def analysis_frame(panel: Panel, analysis: Analysis) -> AnalysisFrame:
    """Gather what one analysis needs, wide, one row per unit it is about.

    Parameters
    ----------
    panel : Panel
    analysis : Analysis
        Its references are known to resolve.

    Returns
    -------
    AnalysisFrame
        Nobody is left out: restrictions and missing values are columns, so that
        the flow can account for every loss.
    """
    own = panel.on(unit_of_analysis(panel.study, analysis))
    group = own.column(analysis.group).astype("object") if analysis.group else own.group
    columns = {GROUP: group, INSIDE: _inside(own, analysis.restrict)}
    cluster = own.cluster_of(analysis.cluster)
    clustered = cluster is not None
    if cluster is not None:
        columns[CLUSTER] = cluster
    if ESTIMATORS[analysis.estimator].allows_weights:
        columns |= own.drawn | {f"{MARGIN}{name}": own.levels(name) for name in analysis.margins}
    for reference in dict.fromkeys((*analysis.outcomes, *analysis.covariates, *analysis.response)):
        columns[reference] = own.column(reference)
    if analysis.event is not None:
        ended = own.column(analysis.event)
        columns[columns_of.EVENT] = is_one_of(ended, analysis.event_codes).astype("float64").where(ended.notna())
    if analysis.mediator is not None:
        columns[MEDIATOR] = own.column(analysis.mediator)
    if analysis.before is not None:
        for name in dict.fromkeys(split_reference(outcome)[0] for outcome in analysis.outcomes):
            columns[before_column(name)] = own.column(f"{name}@{analysis.before}")
    by, about_cohort = levels_of(panel.study, analysis), ESTIMATORS[analysis.estimator].takes_cohort
    prefix = LEVEL if about_cohort else ""
    columns |= {f"{prefix}{name}": own.levels(name) for name in by}
    for wave in dict.fromkeys(split_reference(outcome)[1] for outcome in analysis.outcomes):
        columns[f"{ANSWERED_IN}{wave}"] = own.answered(wave)
    if about_cohort:
        columns |= _cohort_columns(own, analysis)
        frame = pd.DataFrame(columns).assign(**{GROUP: EVERYBODY})
        return AnalysisFrame(panel.study, analysis, frame, EVERYBODY, "", clustered, own.unit, by)
    sample = panel.study.declaration.sample
    first, second = analysis.contrast or (sample.participant, sample.control)
    frame = pd.DataFrame(columns)
    imputed = (imputed_frames(own, analysis, frame), imputation_problem(own, analysis))
    return AnalysisFrame(panel.study, analysis, frame, first, second, clustered, own.unit, by, *imputed)


def _inside(panel: Panel, restrict: dict[str, tuple[str, ...]]) -> pd.Series:
    inside = pd.Series(True, index=panel.people.index)
    for reference, allowed in restrict.items():
        inside &= is_one_of(panel.column(reference), allowed)
    return inside


def _cohort_columns(panel: Panel, analysis: Analysis) -> dict[str, pd.Series]:
    """Give the columns that only questions about one group have."""
    columns: dict[str, pd.Series] = {f"{READING}{one.id}": _inside(panel, one.restrict) for one in analysis.readings}
    for key in (columns_of.THEN, columns_of.BESIDE):
        reference = getattr(analysis, key)
        if reference is not None:
            columns[key] = panel.column(reference)
    if analysis.before is not None and analysis.beside is not None:
        columns[columns_of.BESIDE_BEFORE] = panel.column(f"{split_reference(analysis.beside)[0]}@{analysis.before}")
    for key in (columns_of.RATER, columns_of.SUBJECT):
        link = getattr(analysis, key)
        if link is not None:
            columns[key] = panel.people[link].astype("str")
    return columns


def before_column(name: str) -> str:
    """Name the column of an outcome in the wave before."""
    return f"{columns_of.BEFORE}:{name}"


def cohort_of(gathered: AnalysisFrame, outcome: str) -> Cohort:
    """Give an estimator's view of one outcome of one group: the units inside the restrictions, missing values kept."""
    study = gathered.study
    name, wave = split_reference(outcome)
    inside = gathered.frame.loc[gathered.frame[INSIDE]]
    kept = {outcome: columns_of.OUTCOME, before_column(name): columns_of.BEFORE, f"{ANSWERED_IN}{wave}": columns_of.ANSWERED} | {
        column: column for column in inside.columns if column in (*columns_of.GIVEN, CLUSTER) or column.startswith((READING, LEVEL))
    }
    present = [column for column in kept if column in inside.columns]
    least, greatest = scale_of(study, name)
    return Cohort(
        outcome=outcome,
        kind=study.kind_of(name),
        frame=inside[present].rename(columns=kept),
        by=gathered.by,
        clustered=gathered.clustered,
        analysis=gathered.analysis,
        direction=study.measure[name].direction if name in study.measure else "neither",
        least=least,
        greatest=greatest,
        seed=study.declaration.seed,
    )


def _compared(gathered: AnalysisFrame, frame: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """Give the two groups inside the restrictions, with the columns that one outcome's comparison needs."""
    analysis = gathered.analysis
    drawn = [name for name in frame if name in (WEIGHT, STRATUM) or name.startswith(MARGIN)]
    columns = dict.fromkeys(
        (outcome, *analysis.covariates, *analysis.response, *analysis.by, *([CLUSTER] if gathered.clustered else []), *drawn)
    )
    chosen = frame.loc[frame[INSIDE] & frame[GROUP].isin([gathered.first, gathered.second])]
    made = chosen[list(columns)].copy()
    if analysis.event is not None:
        made[ENDED] = chosen[columns_of.EVENT]
    if analysis.before is not None:
        made[EARLIER] = chosen[before_column(split_reference(outcome)[0])]
    if analysis.mediator is not None:
        made[MEDIATOR] = chosen[MEDIATOR]
    made[FIRST] = (chosen[GROUP] == gathered.first).astype("float64")
    return made


def comparison_of(gathered: AnalysisFrame, outcome: str) -> Comparison:
    """Give an estimator's view of one outcome: the two groups inside the restrictions, missing values kept, and as they were imputed."""
    analysis = gathered.analysis
    frame, *imputations = (_compared(gathered, one, outcome) for one in (gathered.frame, *gathered.imputations))
    return Comparison(
        outcome=outcome,
        kind=gathered.study.kind_of(split_reference(outcome)[0]),
        frame=frame,
        covariates=tuple(dict.fromkeys(analysis.covariates)),
        by=analysis.by,
        clustered=gathered.clustered,
        confidence=analysis.confidence,
        first=gathered.first,
        second=gathered.second,
        seed=gathered.study.declaration.seed,
        population=gathered.study.declaration.sample.population,
        response=tuple(dict.fromkeys(analysis.response)),
        margins={name: gathered.study.declaration.sample.margins[name] for name in analysis.margins},
        caliper=analysis.caliper,
        imputations=tuple(imputations),
        imputation_problem=gathered.imputation_problem,
    )


def run_estimator(name: str, comparison: Comparison | Cohort, overlooked: bool = False) -> list[Row]:
    """Run one estimator and say, beside each error and test, where it ignores declared clusters.

    Parameters
    ----------
    name : str
    comparison : Comparison or Cohort
    overlooked : bool
        Whether an analysis overlooks the cluster that its study declares.
    """
    estimator = ESTIMATORS[name]
    ignored = overlooked or (comparison.clustered and not estimator.allows_clusters)
    seen = replace(comparison, clustered=comparison.clustered and not ignored)
    imputed = isinstance(seen, Comparison) and seen.is_imputed
    rows = pooled_rows(estimator, estimator.load(), cast(Comparison, seen)) if imputed else estimator.load()(seen)
    rows = [row | _ignoring(row) if ignored or (comparison.clustered and row["estimand"] in estimator.ignores) else row for row in rows]
    return [{"level": EVERYBODY, "confidence": comparison.confidence, "estimator": name} | row for row in rows]


def _ignoring(row: Row) -> Row:
    """Give the note of a row that ignores clusters; a fact ignores nothing, nor does what is about one cluster's own units."""
    infers = any(pd.notna(row.get(name)) for name in INFERRED) and "within_one_cluster" not in str(row.get("note"))
    return {"note": f"{row.get('note') or ''} clusters_ignored".strip()} if infers else {}


def analysis_rows(gathered: AnalysisFrame) -> Iterator[Row]:
    """Give every row of one declared analysis, but for what its family decides (``families``)."""
    study, analysis, estimator = gathered.study, gathered.analysis, gathered.estimator
    beside = (*analysis.response, *(part for name in analysis.margins for part in name.split("*")))
    declared: Row = {
        "study": study.id,
        "analysis": analysis.id,
        "role": analysis.role if is_planned(study, analysis.id) else "exploratory",
        "family": family_of(analysis),
        "unit": gathered.unit,
        "covariates": " ".join(dict.fromkeys((*analysis.covariates, *beside))),
    }
    if estimator.takes_cohort:
        declared |= {"group_a": EVERYBODY, "term": EVERYBODY}
    overlooked = analysis.cluster is False and study.cluster_of(gathered.unit) is not None
    for outcome in analysis.outcomes:
        name, wave = split_reference(outcome)
        bound = analysis.smallest_difference.get(outcome)
        for row in run_estimator(analysis.estimator, gathered.view(outcome), overlooked):
            yield (
                declared
                | {"outcome": name, "wave": wave, "reference_value": bound if estimator.place_of_test(row) is not None else None}
                | row
            )
