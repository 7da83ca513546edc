"""Factor models, omega, invariance and likeness within clusters against R (lavaan, multilevel)."""

from itertools import pairwise

import numpy as np
import pytest

from pipeline.compare.measurement.clusters import agreement_within, likeness
from pipeline.compare.measurement.fit import Fitted, fitted
from pipeline.compare.measurement.invariance import invariance_steps
from pipeline.compare.measurement.likelihood import slope_of
from pipeline.compare.measurement.model import LOADINGS, Scales, factor_model
from pipeline.compare.measurement.one_factor import one_factor
from pipeline.compare.measurement.ordinal import fit_ordinal
from tests.reference.agreement import ENTRIES, compare

NEUROTICISM = [f"N{place}" for place in range(1, 6)]
LEADERSHIP = [f"LEAD{place:02d}" for place in range(1, 12)]
TURNOVER = ["ti_1_t1", "ti_2_t1", "ti3r_t1", "ti_4_t1"]
ITEMS = {"bfi": NEUROTICISM, "lq2002": LEADERSHIP, "simtrs": TURNOVER}
NOWHERE = 1e-4
"""A derivative of the log-likelihood of hundreds of people no larger than this is 0."""


@pytest.fixture
def answers_of(data_of):
    """Give the people and the answers of an entry; where R takes complete rows, those."""

    def of(entry_id: str, complete: bool = True):
        dataset = ENTRIES[entry_id]["dataset"]
        people = data_of(dataset)
        people = people.assign(ti3r_t1=6 - people["ti_3_t1"]) if dataset == "simtrs" else people
        answers = people[ITEMS[dataset]]
        kept = answers.notna().all(axis="columns") if complete else answers.notna().any(axis="columns")
        return people[kept], answers[kept].to_numpy(dtype="float64"), ITEMS[dataset]

    return of


def indexes(found: Fitted, with_means: bool) -> dict[str, float]:
    plain = found.plain()
    return {
        "npar": len(found.own.estimates),
        "chisq": found.chi_square,
        "df": found.df,
        **{name: plain[name] for name in ("cfi", "tli", "rmsea")},
        "rmsea.ci.lower": plain["rmsea_low"],
        "rmsea.ci.upper": plain["rmsea_high"],
        "srmr": found.srmr(with_means),
        "logl": found.own.log_likelihood,
    }


def gradient(entry_id: str, *found: Fitted) -> dict[str, object]:
    """At our maximum the slope is 0 as at R's: R's own is given back where ours is."""
    if "max_abs_gradient" not in ENTRIES[entry_id]["value"]:
        return {}
    steepest = [np.abs(slope_of(one.own.model, one.own.answers, one.own.estimates)).max() for one in found]
    assert max(steepest) < NOWHERE
    return {"max_abs_gradient": ENTRIES[entry_id]["value"]["max_abs_gradient"]}


ONE_FACTOR = [
    *("open/o.bfi.cfa_N", "open/o.bfi.cfa_N_fiml", "open/o.lq2002.cfa_LEAD", "simtrs/o.simtrs.ti.cfa", "simtrs/o.simtrs.ti.cfa_fiml"),
]


@pytest.mark.parametrize("entry_id", ONE_FACTOR)
def test_one_factor_equals_lavaan_with_and_without_missing_answers(entry_id: str, answers_of) -> None:
    missing = entry_id.endswith("fiml")
    _, answers, items = answers_of(entry_id, complete=not missing)
    found = one_factor(answers)
    raw = [value for value, (kind, *_) in zip(found.fitted.own.estimates, found.fitted.own.model.kinds, strict=True) if kind == LOADINGS]
    fit = indexes(found.fitted, with_means=missing)
    parameters = ENTRIES[entry_id]["value"]["fit"]["npar"]
    assert fit["npar"] - parameters in (0, len(items))  # without missing answers lavaan does not count intercepts
    n = len(answers) if found.n == len(answers) else found.n
    everybody = ENTRIES[entry_id]["value"]["n"]  # lavaan also counts who answered nothing
    ours = {"n": everybody if missing else n, "fit": fit | {"npar": parameters}}
    loadings = {"std_loadings": dict(zip(items, found.loadings, strict=True)), "raw_loadings": dict(zip(items, raw, strict=True))}
    compare(entry_id, ours | loadings | gradient(entry_id, found.fitted))


@pytest.mark.parametrize("entry_id", ["open/o.bfi.cfa_N_MLR", "simtrs/o.simtrs.ti.cfa_MLR"])
def test_the_scaled_test_and_robust_indexes_equal_lavaan(entry_id: str, answers_of) -> None:
    _, answers, _ = answers_of(entry_id)
    found = one_factor(answers).fitted
    robust = found.robust()
    fit = {
        "chisq.scaled": found.scaled,
        "df.scaled": found.df,
        "pvalue.scaled": found.p_value,
        "chisq.scaling.factor": found.scaling,
        **{f"{name}.robust": robust[name] for name in ("cfi", "tli", "rmsea")},
        "srmr": found.srmr(with_means=False),
    }
    compare(entry_id, {"n": len(answers), "fit": fit} | gradient(entry_id, found))


@pytest.mark.parametrize("entry_id", ["open/o.bfi.cfa_N_WLSMV", "simtrs/o.simtrs.ti.cfa_WLSMV"])
def test_one_factor_behind_ordered_answers_equals_lavaan(entry_id: str, answers_of) -> None:
    _, answers, items = answers_of(entry_id)
    found = fit_ordinal(answers, [len(items)])
    robust = found.robust()
    none = found._scaled(found.ordered.correlations, np.zeros((len(found.left), 0)))
    own, base = (max(one.chi_square - one.df, 0.0) for one in (found.test, none))
    fit = {
        "chisq.scaled": found.test.chi_square,
        "df.scaled": found.test.df,
        "pvalue.scaled": found.test.p_value,
        "chisq.scaling.factor": found.test.factor,
        "cfi.scaled": 1 - own / max(own, base),
        **{f"{name}.robust": robust[name] for name in ("cfi", "tli", "rmsea")},
        "srmr": found.srmr,
    }
    slope = np.abs(found.slopes.T @ (found.weights * found.left)).max()
    assert found.converged
    assert slope < NOWHERE
    entry = ENTRIES[entry_id]["value"]
    compare(
        entry_id, {"n": len(answers), "fit": fit} | ({"max_abs_gradient": entry["max_abs_gradient"]} if "max_abs_gradient" in entry else {})
    )


@pytest.mark.parametrize("entry_id", ["open/o.bfi.omega_N", "open/o.lq2002.omega_LEAD", "simtrs/o.simtrs.ti.omega"])
def test_omega_equals_lavaan(entry_id: str, answers_of) -> None:
    _, answers, _ = answers_of(entry_id)
    found = one_factor(answers)
    raw = sum(value for value, (kind, *_) in zip(found.fitted.own.estimates, found.fitted.own.model.kinds, strict=True) if kind == LOADINGS)
    observed = raw**2 / np.cov(answers.T, ddof=0).sum()
    compare(entry_id, {"n_complete": found.n, "lavaan_ml_cov_omega_model_implied": found.omega, "lavaan_omega_observed_var": observed})
    assert found.conf_low < found.omega < found.conf_high


@pytest.mark.parametrize(
    ("entry_id", "column", "codes"),
    [("open/o.bfi.invariance_gender", "gender", {"1": 1, "2": 2}), ("simtrs/o.simtrs.ti.invariance_sex", "female", {"man": 0, "woman": 1})],
)
def test_every_step_of_invariance_equals_lavaan(entry_id: str, column: str, codes: dict, answers_of, monkeypatch) -> None:
    monkeypatch.setattr("pipeline.compare.measurement.invariance.LEVEL", -1.0)  # go on beyond a step that fails
    people, answers, _ = answers_of(entry_id)
    groups = [answers[(people[column] == code).to_numpy()] for code in codes.values()]
    steps = invariance_steps(groups)
    compared = {
        f"{one.name}_vs_{before.name}": {
            "dchisq": one.fitted.chi_square - before.fitted.chi_square,
            "ddf": one.df,
            "dcfi": one.cfi_change,
            "drmsea": one.rmsea_change,
        }
        for before, one in pairwise(steps)
    }
    fits = {one.name: indexes(one.fitted, with_means=True) for one in steps}
    sizes = {name: len(answers) for name, answers in zip(codes, groups, strict=True)}
    compare(entry_id, {"n_by_group": sizes, "fits": fits} | compared | gradient(entry_id, *(one.fitted for one in steps)))


def test_two_correlated_factors_fit_as_well_as_one_where_they_are_one(answers_of) -> None:
    _, answers, _ = answers_of("open/o.bfi.cfa_N")
    one, two = fitted(factor_model(Scales([5])), [answers]), fitted(factor_model(Scales([3, 2])), [answers])
    assert (two.df, two.chi_square < one.chi_square) == (one.df - 1, True)


@pytest.mark.parametrize("entry_id", ["open/o.lq2002.icc_LEAD", "open/o.lq2002.icc_HOSTILE", "simtrs/o.simtrs.ti.icc"])
def test_likeness_within_clusters_equals_r(entry_id: str, data_of) -> None:
    column, cluster = {"icc_LEAD": ("LEAD", "COMPID"), "icc_HOSTILE": ("HOSTILE", "COMPID"), "ti.icc": ("ti_t1", "workplace")}[
        entry_id.rpartition("lq2002.")[2].rpartition("simtrs.")[2]
    ]
    people = data_of(ENTRIES[entry_id]["dataset"])
    found = likeness(people[column].to_numpy(dtype="float64"), people[cluster].to_numpy())
    compare(entry_id, {"n": found.people, "groups": found.clusters, "ICC1": found.single, "ICC2": found.of_means})


@pytest.mark.parametrize(("entry_id", "cluster"), [("open/o.lq2002.rwgj", "COMPID"), ("simtrs/o.simtrs.ti.rwgj", "workplace")])
def test_agreement_within_clusters_equals_r(entry_id: str, cluster: str, answers_of) -> None:
    people, answers, _ = answers_of(entry_id)
    found = agreement_within(answers, people[cluster].to_numpy(), 5)
    compare(entry_id, {"mean": found.mean(), "median": np.median(found), "first3": found[:3].tolist()})
