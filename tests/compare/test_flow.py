import pandas as pd
import pytest

from pipeline.compare.gather.losses import LOSSES, RARE, analysed_rows, count_faults, losses
from pipeline.compare.gather.protocol import ANSWERED_IN, GROUP, INSIDE, AnalysisFrame, analysis_frame
from pipeline.spec.declaration import Analysis
from pipeline.tables.flow import flow_faults
from pipeline.tables.results import Estimated
from tests.compare.cohorts import LABEL
from tests.compare.conftest import Made

pytestmark = pytest.mark.slow


def chain(estimated: Estimated, name: str, group: str = "all") -> dict[str, int]:
    flow = estimated.flow
    return flow.loc[(flow["chain"] == name) & (flow["group"] == group)].set_index("node")["n"].to_dict()


def test_every_chain_adds_up(trs_estimated: Estimated, jobs2_estimated: Estimated) -> None:
    assert list(flow_faults(trs_estimated.flow)) == []
    assert list(flow_faults(jobs2_estimated.flow)) == []


def test_each_loss_has_its_reason(trs_estimated: Estimated, made_trs: Made) -> None:
    panel = made_trs.panel
    nodes = chain(trs_estimated, "analysed:turnover_adjusted:turnover_intention@t2")
    no_answer = ~panel.answered("t2")
    outcome = panel.column("turnover_intention@t2").isna()
    baseline = panel.column("turnover_intention@t1").isna()
    assert list(nodes) == ["in_sample", *(reason for reason in LOSSES if reason not in RARE), "analysed"]
    assert nodes["no_answer"] == no_answer.sum()
    assert nodes["outcome_missing"] == (outcome & ~no_answer).sum()
    assert nodes["covariate_missing"] == (baseline & ~outcome).sum()
    assert nodes["restricted_out"] == nodes["other_group"] == 0


def test_the_columns_are_the_groups_that_are_compared(jobs2_estimated: Estimated) -> None:
    name = "analysed:took_part:reemployed@t2"
    groups = jobs2_estimated.flow.loc[jobs2_estimated.flow["chain"] == name, "group"].unique()
    assert sorted(groups) == ["all", "no", "yes"]
    assert chain(jobs2_estimated, name, "no")["restricted_out"] == 299
    assert chain(jobs2_estimated, name)["analysed"] == 600


def test_people_of_another_group_or_of_none_are_lost_to_that(made_trs: Made) -> None:
    education = made_trs.cleaned.units["person"].copy()
    education.loc[education.index[:5], "education"] = pd.NA
    changed = made_trs.with_tables({"person": education}, {})
    [declared] = [one for one in changed.study.declaration.analyses if one.id == "means_raw"]
    analysis = declared.model_copy(update={"group": "education", "contrast": ("university", "compulsory")})
    rows = pd.DataFrame(analysed_rows(analysis_frame(changed.panel, analysis)))
    other = rows.loc[rows["node"].eq("other_group") & rows["chain"].str.endswith("turnover_intention@t2")].set_index("group")["n"]
    assert list(flow_faults(rows)) == []
    assert other["university"] == other["compulsory"] == 0
    assert other[""] == 5
    assert other["all"] == other["upper_secondary"] + 5


def test_people_without_a_workplace_are_lost_only_where_workplaces_count(made_trs: Made) -> None:
    homeless = made_trs.cleaned.units["person"].copy()
    answered = made_trs.panel.column("turnover_intention@t2").dropna().index[:4]
    homeless.loc[homeless["person"].isin(answered), "workplace"] = pd.NA
    analyses = tuple(one for one in made_trs.study.declaration.analyses if one.id in ("fewer_covariates", "means_raw"))
    estimated = made_trs.with_tables({"person": homeless}, {}).declared(analyses=analyses).estimated()
    name = "turnover_intention@t2"
    assert chain(estimated, f"analysed:fewer_covariates:{name}")["cluster_missing"] == 4
    assert chain(estimated, f"analysed:fewer_covariates:{name}")["analysed"] == 457 - 4
    assert "cluster_missing" not in chain(estimated, f"analysed:means_raw:{name}")
    assert chain(estimated, f"analysed:means_raw:{name}")["analysed"] == 462


def test_everybody_is_lost_once_to_the_first_reason(made_trs: Made) -> None:
    [analysis] = [one for one in made_trs.study.declaration.analyses if one.id == "locked_in_at_baseline"]
    reasons = losses(analysis_frame(made_trs.panel, analysis), "turnover_intention@t2")
    inside = made_trs.panel.column("double_lock_in@t1") == 1
    assert (reasons[~inside] == "restricted_out").all()
    assert not (reasons[inside] == "restricted_out").any()


@pytest.mark.parametrize(
    ("estimator", "keys", "column", "reason"),
    [
        ("paired", {"before": "t1"}, "before:rated", "before_missing"),
        ("transition", {"before": "t1"}, "before:rated", "before_missing"),
        ("retrospective", {"before": "t1", "then": "earlier@t2"}, "then", "then_missing"),
        ("survival", {"event": "ended", "event_codes": ("work",)}, "event", "event_missing"),
    ],
)
def test_what_is_compared_within_people_is_a_reason_of_its_own(
    made_trs: Made, estimator: str, keys: dict, column: str, reason: str
) -> None:
    analysis = Analysis(id="main", role="primary", estimator=estimator, outcomes=("rated@t2",), label=LABEL, **keys)
    known = {name: [1.0, 2.0, 3.0] for name in ("rated@t2", "before:rated", "then", "event")}
    everybody = {INSIDE: True, GROUP: "all", f"{ANSWERED_IN}t2": True}
    frame = pd.DataFrame(known | {column: [1.0, float("nan"), 3.0]}).assign(**everybody)
    gathered = AnalysisFrame(made_trs.study, analysis, frame, "all", "", clustered=False, unit="person", by=())
    assert list(losses(gathered, "rated@t2")) == ["", reason, ""]


def test_a_number_that_rests_on_other_people_than_the_flow_says_is_found(trs_estimated: Estimated) -> None:
    estimates = trs_estimated.estimates.copy()
    assert count_faults(estimates, trs_estimated.flow) == []
    one = estimates.index[estimates["analysis"] == "turnover_adjusted"][0]
    estimates.loc[one, "n"] += 1
    [fault] = count_faults(estimates, trs_estimated.flow)
    assert fault.startswith("turnover_adjusted turnover_intention adjusted_mean_difference")


@pytest.mark.parametrize("change", ["other_outcome", "no_people"])
def test_a_number_without_a_chain_is_found(trs_estimated: Estimated, change: str) -> None:
    estimates = trs_estimated.estimates.copy()
    one = estimates.index[estimates["analysis"] == "turnover_adjusted"][0]
    estimates.loc[one, {"other_outcome": "outcome", "no_people": "n"}[change]] = {"other_outcome": "age", "no_people": pd.NA}[change]
    assert len(count_faults(estimates, trs_estimated.flow)) == 1
