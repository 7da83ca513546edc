"""The data behind the reference values, from raw files through the project's own stages."""

import numpy as np
import pandas as pd
import pytest

from pipeline.spec.study import Study
from pipeline.tables.results import Cleaned, Estimated, Scored
from tests.conftest import REFERENCE, ROOT, VALIDATION
from tests.once import results_of, scored_of

Results = tuple[Cleaned, Scored, Estimated]


@pytest.fixture(scope="session")
def trs_results(trs: Study) -> Results:
    """The simulated survey as an evaluator gets it: raw exports, cleaned, scored, estimated."""
    return results_of(trs)


@pytest.fixture(scope="session")
def jobs2_results(jobs2: Study) -> Results:
    return results_of(jobs2)


@pytest.fixture(scope="session")
def survey(trs: Study) -> pd.DataFrame:
    """One row per person of simtrs, with the names that tests/reference/r/open_data_prelude.R gives."""
    cleaned, scored = scored_of(trs)
    people = cleaned.units["person"].set_index("person")
    workplaces = cleaned.units["workplace"].set_index("workplace")
    wide = people[["workplace", "age", "education"]].assign(
        treat=(people["group"] == "participant").astype(float),
        female=(people["sex"] == "woman").astype(float),
        univ=(people["education"] == "university").astype(float),
        perm=(people["employment"] == "permanent").astype(float),
        local_agreement=(people["workplace"].map(workplaces["local_agreement"]) == "yes").astype(float),
        months_to_change=people["months_to_change"],
        job_change=people["register_end"] == "job_change",
        design_weight=people["design_weight"],
        sector=people["workplace"].map(workplaces["sector"]),
    )
    for wave in ("t1", "t2"):
        wide = wide.join(wave_columns(cleaned, scored, wave))
    return wide.sort_index()


def wave_columns(cleaned: Cleaned, scored: Scored, wave: str) -> pd.DataFrame:
    """Give the measures and the answers that entries use, with R's names, of one wave."""
    measures = scored.scores["person"].query("wave == @wave").set_index("person")
    answers = cleaned.responses["person"].query("wave == @wave").set_index("person")
    columns = {
        f"ti_{wave}": measures["turnover_intention"],
        f"emp_{wave}": measures["employability"],
        f"lock4_{wave}": measures["lock_in"],
        f"double_{wave}": measures["double_lock_in"],
        f"workplace_answer_{wave}": answers["preferred_workplace"],
        f"occupation_answer_{wave}": answers["preferred_occupation"],
        f"wp_no_{wave}": (answers["preferred_workplace"] == "no").astype(float).where(answers["preferred_workplace"].notna()),
        f"srh_{wave}": answers["self_rated_health"].astype("float64"),
        f"answered_{wave}": pd.Series(True, index=answers.index),
    }
    columns |= {f"{item}_{wave}": answers[item] for item in ("ti_1", "ti_2", "ti_3", "ti_4")}
    if wave == "t2":
        columns |= {"steps": measures["career_steps"], "applied": measures["applied"], "plan": measures["plan_made"]}
    return pd.DataFrame(columns)


@pytest.fixture(scope="session")
def jobs() -> pd.DataFrame:
    """JOBS II, as the raw file of the bundled study holds it."""
    people = pd.read_csv(ROOT / "data" / "raw" / "jobs2" / "jobs.csv")
    return people.assign(work1_num=(people["work1"] == "psyemp").astype(float))


@pytest.fixture(scope="session")
def neuroticism() -> pd.DataFrame:
    """Five items of bfi (committed; see tests/reference/data/README.md)."""
    return pd.read_csv(REFERENCE / "data" / "bfi" / "bfi_neuroticism.csv")


def third_party(name: str) -> pd.DataFrame:
    path = VALIDATION / "data" / name
    if not path.is_file():
        pytest.skip(f"{name} may not be committed and is not in {VALIDATION}")
    return pd.read_csv(path)


@pytest.fixture(scope="session")
def univbct() -> pd.DataFrame:
    people = third_party("univbct/univbct_wide.csv")
    return people.assign(female=(people["GENDER"] == 2).astype(float).where(people["GENDER"].notna()))


@pytest.fixture(scope="session")
def lq2002() -> pd.DataFrame:
    people = third_party("lq2002/lq2002.csv")
    hostile = (people["HOSTILE"] >= 1).astype(float).where(people["HOSTILE"].notna())
    return people.assign(odd=(people["COMPID"] % 2).astype(float), hostile_any=hostile)


@pytest.fixture(scope="session")
def lalonde() -> pd.DataFrame:
    people = third_party("lalonde/lalonde_matchit.csv")
    return people.assign(black=(people["race"] == "black").astype(float), hispan=(people["race"] == "hispan").astype(float))


@pytest.fixture(scope="session")
def jtrain() -> pd.DataFrame:
    firms = third_party("jtrain/jtrain.csv").query("year in (1987, 1988)")
    granted = firms.query("year == 1988 and grant == 1")["fcode"].unique()
    return firms.assign(gfirm=firms["fcode"].isin(granted).astype(float), post=(firms["year"] == 1988).astype(float))


@pytest.fixture
def data_of(request: pytest.FixtureRequest):
    """Give a data set by the name that entries use; only what is asked for is read."""
    fixtures = {"simtrs": "survey", "jobs2": "jobs", "bfi": "neuroticism"}
    return lambda dataset: request.getfixturevalue(fixtures.get(dataset, dataset))


@pytest.fixture(scope="session")
def person_waves(survey: pd.DataFrame) -> pd.DataFrame:
    """Turnover intention in long format: a row per person and wave with a score."""
    waves = [survey.assign(y=survey[f"ti_t{place + 1}"], post=float(place)) for place in (0, 1)]
    return pd.concat(waves).dropna(subset="y")


def known(values: pd.Series) -> np.ndarray:
    return values.dropna().to_numpy(dtype=float)
