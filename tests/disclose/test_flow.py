"""Flow: small losses for an answer are added to others, and every chain still adds up."""

import pandas as pd
import pytest

from pipeline.disclose.flow import release_flow
from pipeline.disclose.policy import Policy
from pipeline.spec.study import Study
from pipeline.tables.flow import check_flow
from pipeline.tables.frames import table_of
from pipeline.tables.glossary import FLOW
from pipeline.tables.results import Released
from tests.disclose.survey import Survey, study_of, variable

CHAIN = "analysed:main:mood@t2"


@pytest.fixture
def study() -> Study:
    exclusions = [
        {"id": "too_young", "sources": ["t1"], "variable": "age", "values": ["15"], "label": {"sv": "x", "en": "x"}},
        {"id": "tests", "sources": ["t1"], "variable": "person", "values": ["TEST"], "label": {"sv": "x", "en": "x"}},
    ]
    return study_of([variable("group", "select_one", "group", fixed=True), variable("age", "integer", fixed=True)], exclusions=exclusions)


def chain(name: str, steps: dict[str, dict[str, int]]) -> pd.DataFrame:
    """Build a chain from node -> group -> n; the first and last nodes are counts."""
    nodes = list(steps)
    return table_of(
        FLOW,
        [
            {"study": "mini", "unit": "person", "chain": name, "step": step, "kind": "count" if node in (nodes[0], nodes[-1]) else "loss", "node": node, "group": group, "n": n}
            for step, node in enumerate(nodes)
            for group, n in steps[node].items()
        ],
    )  # fmt: skip


def groups(first: int, second: int) -> dict[str, int]:
    return {"participant": first, "control": second, "all": first + second}


def losses(flow: pd.DataFrame) -> dict[str, list[int]]:
    kept = flow[flow["kind"] == "loss"]
    return {node: rows.sort_values("group")["n"].tolist() for node, rows in kept.groupby("node", sort=False)}


def test_a_small_restriction_is_added_to_the_next_smallest_losses(study: Study, policy: Policy) -> None:
    before = chain(
        CHAIN,
        {
            "in_sample": groups(40, 60),
            "restricted_out": groups(1, 9),
            "no_answer": groups(5, 9),
            "outcome_missing": groups(1, 1),
            "analysed": groups(33, 41),
        },
    )
    after = release_flow(study, before, [], policy)
    check_flow(after)
    assert losses(after) == {"other_reasons": [10 + 14 + 2, 9 + 9 + 1, 1 + 5 + 1]}


def test_few_people_who_did_not_answer_are_told(study: Study, policy: Policy) -> None:
    before = chain(
        CHAIN, {"in_sample": groups(40, 60), "no_answer": groups(1, 9), "outcome_missing": groups(2, 1), "analysed": groups(37, 50)}
    )
    assert losses(release_flow(study, before, [], policy)) == losses(before)


def test_few_test_rows_are_told_but_not_few_people_excluded_by_an_answer(study: Study, policy: Policy) -> None:
    before = chain(
        "rows:t1",
        {
            "rows_received": {"all": 50},
            "tests": {"all": 2},
            "too_young": {"all": 1},
            "duplicate_exact": {"all": 4},
            "rows_kept": {"all": 43},
        },
    )
    after = release_flow(study, before, [], policy)
    check_flow(after)
    assert losses(after) == {"other_reasons": [3], "duplicate_exact": [4]}


def test_a_chain_whose_last_count_is_withheld_is_left_out(study: Study, policy: Policy) -> None:
    before = chain(CHAIN, {"in_sample": groups(40, 60), "no_answer": groups(37, 9), "analysed": groups(3, 51)})
    assert release_flow(study, before, [CHAIN], policy).empty


def test_the_flow_of_trs_still_adds_up(trs_survey: Survey, trs_released: Released) -> None:
    check_flow(trs_released.flow)
    rows = trs_released.estimates
    silent = {f"analysed:{name}" for name, numbers in rows.groupby("analysis")["n"] if numbers.isna().all()}
    gone = set(trs_survey.estimated.flow["chain"]) - set(trs_released.flow["chain"])
    assert set(trs_released.flow["chain"]) <= set(trs_survey.estimated.flow["chain"])
    assert all(chain.rpartition(":")[0] in silent for chain in gone) and len(gone) < len(set(trs_released.flow["chain"])) / 10
