"""Tests by exchanging and by draws against R: every arrangement to the last digit, draws within their own error."""

import pandas as pd
import pytest

from pipeline.compare.estimators.cluster_bootstrap import cluster_bootstrap
from pipeline.compare.estimators.permutation import permutation
from pipeline.compare.estimators.wild_bootstrap import wild_bootstrap
from pipeline.compare.gather.comparison import FIRST, Comparison
from pipeline.compare.gather.panel import CLUSTER
from tests.reference.agreement import ENTRIES, compare, ids_of

CLUSTERS = {"lq2002": ("HOSTILE", "odd", "COMPID"), "simtrs": ("ti_t2", "local_agreement", "workplace")}
GROUPS = {"jobs2": "treat", "univbct": "female", "simtrs": "treat"}


def compared(people: pd.DataFrame, outcome: str, group: str, covariates: tuple[str, ...] = (), cluster: str = "") -> Comparison:
    columns = {outcome: people[outcome], FIRST: people[group].astype(float)} | {name: people[name] for name in covariates}
    if cluster:
        columns[CLUSTER] = people[cluster].astype("str")
    frame = pd.DataFrame(columns).dropna(subset=[FIRST])
    return Comparison(outcome, "number", frame, covariates, (), bool(cluster), 0.95, "1", "0", seed=1)


def file_order(people: pd.DataFrame) -> pd.DataFrame:
    return people.dropna(subset=["ti_t2"])


EXACT = {
    "open/o.jobs2.perm_exact": lambda people: compared(people.head(18), "depress2", "treat"),
    "simtrs/o.simtrs.ti.perm_exact": lambda people: compared(
        pd.concat([file_order(people).query("treat == 1").head(7), file_order(people).query("treat == 0").head(11)]), "ti_t2", "treat"
    ),
    "simtrs/o.simtrs.ti.perm_cluster_exact": lambda people: compared(
        file_order(people)[file_order(people)["workplace"].isin([f"W{place:02d}" for place in range(1, 15)])],
        "ti_t2",
        "local_agreement",
        cluster="workplace",
    ),
}


@pytest.mark.parametrize("entry_id", EXACT)
def test_every_arrangement_gives_r_p_value(entry_id: str, data_of) -> None:
    [row] = permutation(EXACT[entry_id](data_of(ENTRIES[entry_id]["dataset"])))
    assert "every_arrangement" in row["note"]
    compare(entry_id, {"obs_diff": row["estimate"], "p_two_sided": row["p_value"]})


@pytest.mark.parametrize("entry_id", [one for one in ids_of("permutation") if one.endswith("perm_mc")])
def test_draws_give_r_p_value_within_their_error(entry_id: str, data_of) -> None:
    _, dataset, outcome, _ = ENTRIES[entry_id]["id"].split(".")
    [row] = permutation(compared(data_of(dataset), outcome, GROUPS[dataset]))
    compare(entry_id, {"obs_diff": row["estimate"], "p_mc_plus1": row["p_value"]})


@pytest.mark.parametrize("entry_id", ids_of("permutation_within"))
def test_exchanging_within_workplaces_gives_r_p_value_within_its_error(entry_id: str, data_of) -> None:
    [row] = permutation(compared(data_of("simtrs"), entry_id.split(".")[2], "treat", cluster="workplace"))
    assert "exchanged_within" in row["note"]
    compare(entry_id, {"p_mc_centred": row["p_value"]})


@pytest.mark.parametrize("entry_id", ["open/o.lq2002.perm_cluster", "simtrs/o.simtrs.ti.perm_cluster"])
def test_exchanging_whole_clusters_gives_r_p_value_within_its_error(entry_id: str, data_of) -> None:
    dataset = ENTRIES[entry_id]["dataset"]
    outcome, group, cluster = CLUSTERS[dataset]
    [row] = permutation(compared(data_of(dataset), outcome, group, cluster=cluster))
    assert "exchanged_clusters" in row["note"]
    compare(entry_id, {"clusters": row["n_clusters"], "obs_diff_of_cluster_means": row["estimate"], "p_mc_plus1": row["p_value"]})


@pytest.mark.parametrize("entry_id", ids_of("bootstrap"))
def test_drawing_clusters_gives_r_error_and_interval(entry_id: str, data_of) -> None:
    dataset = ENTRIES[entry_id]["dataset"]
    outcome, group, cluster = CLUSTERS[dataset]
    [row] = cluster_bootstrap(compared(data_of(dataset), outcome, group, cluster=cluster))
    compare(entry_id, {"est": row["estimate"], "boot_se": row["std_error"], "perc_ci95": [row["conf_low"], row["conf_high"]]})


def test_the_wild_bootstrap_equals_a_fit_per_sign_change_in_r(survey: pd.DataFrame) -> None:
    [entry_id] = ids_of("wild_bootstrap")
    people = survey[survey["workplace"].isin([f"W{place:02d}" for place in range(1, 13)])]
    [row] = wild_bootstrap(compared(people, "ti_t2", "treat", ("ti_t1",), "workplace"))
    compare(entry_id, {"n": row["n"], "clusters": row["n_clusters"], "coef": row["estimate"], "p": row["p_value"]})
