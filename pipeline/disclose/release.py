"""The fourth stage: from estimates to what may leave.

Everything is decided jointly for all that a study declares, so which reports are
rendered never changes what is released. The policy is told in docs/privacy.md.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from pipeline.disclose.across.kept_back import keep_back
from pipeline.disclose.answers import decide_answers
from pipeline.disclose.codes import MERGED, unknown_codes
from pipeline.disclose.coding import decide_codings
from pipeline.disclose.counts import COUNTED, TableKey, disagreements
from pipeline.disclose.data_notes import data_notes
from pipeline.disclose.distributions import emptied, release_distributions
from pipeline.disclose.emptied import adjusted_again, blur_clusters, empty_estimates
from pipeline.disclose.estimates import Withheld, withheld_estimates, without_solved
from pipeline.disclose.evidence import gather_evidence
from pipeline.disclose.facts import facts_of
from pipeline.disclose.flow import release_flow
from pipeline.disclose.labels import labels_of
from pipeline.disclose.layouts import choose_layouts
from pipeline.disclose.personal import personal_data_problems
from pipeline.disclose.policy import PUBLISHED
from pipeline.disclose.quotations import quotation_faults, release_quotations
from pipeline.disclose.recomputed import recomputed
from pipeline.disclose.times import declared_cells, hidden_times, of_hidden_times
from pipeline.disclose.together import decide_together
from pipeline.errors import Problem, raise_if_any
from pipeline.spec.plan import deviations
from pipeline.spec.study import Study
from pipeline.spec.vocabulary import EVERYBODY
from pipeline.tables.frames import conform, rounded, table_of
from pipeline.tables.glossary import DEVIATIONS, DISTRIBUTIONS, ESTIMATES
from pipeline.tables.printed import printed
from pipeline.tables.results import Decided, Estimated, Released


def decided_results(study: Study, estimated: Estimated) -> Decided:
    """Decide what may leave the project.

    Parameters
    ----------
    study : Study
    estimated : Estimated
        Every number, nothing withheld.

    Returns
    -------
    Decided
        Tables in which no small group, small cell or single answer can be read
        or worked out, as docs/privacy.md says, and what was found on the way.

    Raises
    ------
    ResearcherError
        When a code cannot be told from merged codes.
    ValueError
        When a table holds a code that was not declared: a fault of ours.
    """
    raise_if_any(undeclared_codes(study))
    estimated = replace(estimated, estimates=conform(ESTIMATES, estimated.estimates))
    evidence = gather_evidence(study, estimated)
    decided = decide_together(evidence, decide_answers(evidence))
    decided = decide_codings(evidence.policy, decided, estimated.distributions)
    layouts = choose_layouts(evidence, decided, estimated.distributions)
    points = hidden_times(evidence, estimated.distributions)
    cells = declared_cells(estimated.distributions)
    distributions = release_distributions(evidence.policy, decided, layouts, points, cells)
    withheld = withheld_estimates(evidence, decided, estimated.estimates)
    withheld = withheld.without(estimated.estimates, disagreements(estimated.distributions, estimated.estimates))
    withheld = withheld.with_cells(of_hidden_times(estimated.estimates, estimated.distributions, points))
    withheld, tables = without_solved(study, withheld, estimated.estimates, distributions)
    distributions = emptied(distributions, distributions["outcome"].isin(withheld.contradicted) | of_tables(distributions, tables))
    estimates = blur_clusters(study, evidence.policy, empty_estimates(estimated.estimates, withheld))
    estimates, distributions = keep_back(study, estimates, distributions)
    estimates = adjusted_again(study, estimated.estimates, estimates)
    kept = estimates["note"] == PUBLISHED
    flow = release_flow(study, estimated.flow, chains_of(estimated.estimates[withheld.group | kept]), evidence.policy)
    quotations = release_quotations(study, estimated.quotations, evidence.policy)
    faults = [*unknown_codes(study, estimates, distributions, flow), *quotation_faults(study, quotations)]
    if faults:
        raise ValueError(f"{study.id}: release holds codes that were not declared: {', '.join(faults)}")
    numbers = {
        "estimates": int(((withheld.any | kept) & estimated.estimates["estimate"].notna()).sum()),
        "distributions": int(distributions["withheld"].sum()),
        "merged": len(cells) - len(distributions),
    }
    return Decided(
        estimates=rounded(ESTIMATES, printed(estimates)),
        distributions=rounded(DISTRIBUTIONS, distributions),
        flow=flow,
        quotations=quotations,
        facts={
            "withheld": numbers,
            "linked": linked_units(study, estimated.estimates),
            "data_notes": data_notes(evidence.policy, estimated.cleaning_log),
            "contradicted": contradicted(withheld),
            "second_opinion": recomputed(estimates, estimated.second_opinion),
        },
    )


def told_results(study: Study, decided: Decided, provenance: Mapping[str, object]) -> Released:
    """Put what may leave into the study's words.

    Parameters
    ----------
    study : Study
    decided : Decided
    provenance : mapping
        Hashes and versions to be told in the report; kept as given.

    Returns
    -------
    Released
        What was decided, with labels, facts and texts.

    Raises
    ------
    ResearcherError
        When a label, a text or a code holds personal data.
    """
    facts: Any = dict(decided.facts)
    released = Released(
        estimates=decided.estimates,
        distributions=decided.distributions,
        flow=decided.flow,
        labels=labels_of(study),
        deviations=table_of(
            DEVIATIONS, ({"study": study.id, "key": one.key, "before": one.before, "after": one.after} for one in deviations(study))
        ),
        facts=facts_of(study, facts.pop("withheld"), facts.pop("linked"), provenance) | facts,
        texts=dict(study.texts),
        quotations=decided.quotations,
    )
    raise_if_any(personal_data_problems(texts_of(study, released)))
    return released


def of_tables(distributions: pd.DataFrame, tables: Collection[TableKey]) -> pd.Series:
    """Mark the cells of some tables of answers."""
    keys = pd.MultiIndex.from_frame(distributions[["unit", "outcome", "wave"]])
    return pd.Series(keys.isin(list(tables)), index=distributions.index) & distributions["exhibit"].isin(COUNTED)


def contradicted(withheld: Withheld) -> list[dict[str, object]]:
    """Name the outcomes of which nothing is shown because numbers about them contradict each other, with the analyses that do."""
    found = sorted(withheld.contradictions)
    return [
        {"outcome": name, "analyses": [analysis for analysis, outcome in found if outcome == name and analysis]}
        for name in sorted(withheld.contradicted)
    ]


def linked_units(study: Study, estimates: pd.DataFrame) -> dict[str, int]:
    """Count the levels of every link that reports are made per level of, from the codes of the estimates."""
    links = [one.per for one in study.declaration.reports if one.per is not None and study.variable[one.per].type == "id"]
    levels = estimates["level"].unique()
    numbers = {link: [int(level.rpartition("-")[2]) for level in levels if level.startswith(f"{link}=")] for link in links}
    return {link: max(found, default=0) for link, found in numbers.items()}


def chains_of(rows: pd.DataFrame) -> list[str]:
    """Name the chains of the flow that end in the n of these estimates of the whole of an analysis."""
    whole = rows[(rows["level"] == EVERYBODY) & (rows["role"] != "") & (rows["estimand"] != "interaction")]
    outcome = whole["outcome"] + ("@" + whole["wave"]).where(whole["wave"] != "", "")
    return sorted(set("analysed:" + whole["analysis"] + ":" + outcome))


def undeclared_codes(study: Study) -> Iterator[Problem]:
    """Give a problem for every code that could not be told from merged codes."""
    for variable in study.variables:
        for code in study.codes_of(variable):
            if MERGED in code:
                yield Problem(
                    f"studies/{study.id}/answers.csv, list {variable.answers}",
                    f"code '{code}' holds '{MERGED}'",
                    remedy=f"Choose another code; '{MERGED}' joins answers that are shown together.",
                )


def texts_of(study: Study, released: Released) -> Iterator[tuple[str, str]]:
    """Yield every text of a release with the place where a researcher can change it."""
    for language, text in released.texts.items():
        yield f"studies/{study.id}/texts/{language}.md", text
    for row in released.labels.itertuples(index=False):
        yield f"studies/{study.id}, label of {row.kind} '{row.name}' ({row.language})", str(row.text)
    for row in released.deviations.itertuples(index=False):
        yield f"studies/{study.id}/study.toml, {row.key}", f"{row.before} {row.after}"
    for name in ("estimates", "distributions", "flow", "quotations"):
        frame = getattr(released, name)
        for column in frame.select_dtypes(["str", "object"]).columns:
            for value in frame[column].unique():
                yield f"release of {study.id}, {name}, {column}", str(value)
    for key, value in released.facts.items():
        yield f"release of {study.id}, release.json, {key}", json.dumps(value, ensure_ascii=False, default=str)
