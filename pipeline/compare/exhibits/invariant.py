"""Comparisons once more on the questions that groups answer alike, where a measure's means cannot be compared as they are."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import pandas as pd

from pipeline.compare.exhibits.scales import ITEM_DEVIATES, Scale, scales_of
from pipeline.compare.gather.panel import Panel
from pipeline.compare.gather.protocol import AnalysisFrame, analysis_frame, analysis_rows
from pipeline.errors import at_work_on
from pipeline.spec.naming import split_reference, toml_place
from pipeline.spec.vocabulary import EVERYBODY

ESTIMATOR = "invariant_items"
FEWEST = 2
"""Questions that must be left."""


def invariant_rows(panel: Panel, gathered: Iterable[AnalysisFrame], estimates: pd.DataFrame) -> Iterator[dict[str, object]]:
    """Give the tested difference of every comparison of groups that answer some questions of the measure otherwise, without these.

    Parameters
    ----------
    panel : Panel
    gathered : iterable of AnalysisFrame
        Of the declared analyses.
    estimates : DataFrame
        Table ``estimates``, which names the questions that deviate.

    Yields
    ------
    dict
        Rows of ``estimates`` with estimand ``on_invariant_items``, in the measure's
        own unit and by the analysis' own estimator; exploratory, without verdict.
        Nothing where fewer than ``FEWEST`` questions are left.
    """
    marked = estimates[estimates["note"].str.split().map(lambda codes: ITEM_DEVIATES in codes)]
    deviating: dict[tuple[str, str, str], set[str]] = {}
    for row in marked.itertuples():
        name, _, item = row.term.partition("*")
        deviating.setdefault((row.outcome, row.wave, name), set()).add(item)
    scales = {scale.measure.name: scale for scale in scales_of(panel)} if deviating else {}
    for one in gathered:
        over = one.analysis.group or panel.study.declaration.sample.group
        for outcome in one.analysis.outcomes if not one.estimator.takes_cohort else ():
            name, wave = split_reference(outcome)
            out = deviating.get((name, wave, str(over)), set())
            if out and len(scales[name].measure.items) - len(out) >= FEWEST:
                with at_work_on(toml_place(panel.study, f"analyses '{one.analysis.id}'")):
                    yield from _again(panel, one, outcome, scales[name], out)


def _again(panel: Panel, one: AnalysisFrame, outcome: str, scale: Scale, out: set[str]) -> Iterator[dict[str, object]]:
    analysis = one.analysis.model_copy(update={"outcomes": (outcome,)})
    found = analysis_frame(_scored_without(panel, scale, out), analysis)
    for row in analysis_rows(found):
        if one.estimator.place_of_test(row) is not None and row.get("level", EVERYBODY) == EVERYBODY:
            kept = {"role": "exploratory", "family": "", "reference_value": None}
            yield row | kept | {"estimator": ESTIMATOR, "estimand": "on_invariant_items"}


def _scored_without(panel: Panel, scale: Scale, out: set[str]) -> Panel:
    """See the study with one measure scored from its other questions, in all waves: their mean, in the measure's unit.

    Of the same people: who has a value and answered none of these questions keeps it.
    """
    measure, own = scale.measure, scale.panel
    kept = [place for place, item in enumerate(measure.items) if item not in out]
    times = len(measure.items) if measure.rule == "sum_of_items" else 1
    scores = panel.scored.scores[own.unit].copy()
    ids = own.study.unit[own.unit].id
    for wave, answers in scale.answers.items():
        rows = (scores["wave"] == wave) & scores[measure.name].notna()
        means = pd.DataFrame(answers[:, kept], index=own.people.index).mean(axis="columns") * times
        scores.loc[rows, measure.name] = scores.loc[rows, ids].map(means).fillna(scores.loc[rows, measure.name])
    return Panel(panel.study, panel.cleaned, replace(panel.scored, scores={**panel.scored.scores, own.unit: scores}), panel.unit)
