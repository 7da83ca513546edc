"""The two 60-row exports: each row is kept or dropped as expected, each kept value is the survey's."""

import pandas as pd
import pytest

from pipeline.clean.responses import clean_responses
from pipeline.spec.vocabulary import MISSING_CODES
from pipeline.tables.results import Cleaned
from tests.conftest import REFERENCE
from tests.miniature import twins

RULES = {
    "test row": "test_rows",
    "exact duplicate": "duplicate_exact",
    "duplicate with changed case and blank in the number": "duplicate_exact",
    "partial first submission; complete one follows": "duplicate_most_answered",
}
CODED = {"-7": "refused", "-8": "dont_know", "-9": "not_asked"}
FIXED = ("group", "sex", "age", "education", "employment", "design_weight", "workplace")
NUMERIC = ("age", "design_weight", "sick_days", "self_rated_health")


@pytest.fixture(scope="module")
def cleaned(tmp_path_factory: pytest.TempPathFactory) -> Cleaned:
    return clean_responses(twins(tmp_path_factory.mktemp("twins")))


@pytest.fixture(scope="module")
def expected() -> pd.DataFrame:
    return pd.read_csv(REFERENCE / "simtrs" / "raw_twin_expected.csv", dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def coded() -> pd.DataFrame:
    return pd.read_csv(REFERENCE / "simtrs" / "survey_coded.csv", dtype=str, keep_default_na=False).set_index("person")


def test_the_same_rows_are_dropped_for_the_same_reasons(cleaned: Cleaned, expected: pd.DataFrame) -> None:
    dropped = expected[expected["action"] == "drop"]
    wanted = set(zip(dropped["file"], dropped["data_row"].astype(int), dropped["id_in_file"], dropped["reason"].map(RULES), strict=True))
    gone = cleaned.exclusions
    assert set(zip(gone["file"], gone["row"], gone["unit_id"], gone["rule"], strict=True)) == wanted


def test_the_same_persons_are_kept(cleaned: Cleaned, expected: pd.DataFrame) -> None:
    answers = cleaned.responses["person"]
    for wave, file in (("t1", "raw_baseline_cp1252.csv"), ("t2", "raw_followup_cp1252.csv")):
        kept = expected.loc[(expected["file"] == file) & (expected["action"] == "keep"), "person"]
        assert set(answers.loc[answers["wave"] == wave, "person"]) == set(kept)
        assert len(kept) == 52


def test_a_dropped_duplicate_names_the_row_that_was_kept(cleaned: Cleaned, expected: pd.DataFrame) -> None:
    keep = expected[expected["action"] == "keep"].set_index(["file", expected.loc[expected["action"] == "keep", "data_row"].astype(int)])
    duplicates = cleaned.exclusions[cleaned.exclusions["kept_row"].notna()]
    assert len(duplicates) == 8
    for line in duplicates.itertuples():
        assert keep.loc[(line.file, line.kept_row), "person"] == line.unit_id.upper()


def survey_name(name: str, wave: str, coded: pd.DataFrame) -> str:
    return next(column for column in (f"{name}_{wave}", name) if column in coded.columns)


def test_every_kept_value_equals_the_survey(cleaned: Cleaned, coded: pd.DataFrame) -> None:
    answers = cleaned.responses["person"]
    names = [name for name in answers.columns if f"{name}__missing" in answers.columns and name not in ("response_date", "comment")]
    compared = 0
    for wave in ("t1", "t2"):
        for line in answers[answers["wave"] == wave].to_dict("records"):
            for name in names:
                if wave == "t1" and name.startswith(("step_", "mobility")):
                    assert line[f"{name}__missing"] == MISSING_CODES["not_asked"]
                    continue
                truth = coded.at[line["person"], survey_name(name, wave, coded)]
                assert line[f"{name}__missing"] == MISSING_CODES.get(CODED.get(truth, ""), 0)
                if truth in CODED:
                    assert pd.isna(line[name])
                else:
                    assert line[name] == (float(truth) if name in NUMERIC or name.startswith(("ti_", "emp_")) else truth)
                compared += 1
    assert compared == 52 * 14 + 52 * (14 + 10 + 1)


def test_every_kept_fact_equals_the_survey(cleaned: Cleaned, coded: pd.DataFrame) -> None:
    for line in cleaned.units["person"].to_dict("records"):
        for name in FIXED:
            truth = coded.at[line["person"], name]
            assert line[name] == (float(truth) if name in NUMERIC else truth)


def test_both_ways_of_writing_dates_are_read(cleaned: Cleaned) -> None:
    days = cleaned.responses["person"]["response_date"]
    assert days.notna().all()
    assert days.min() >= pd.Timestamp("2007-03-05")
    assert days.max() <= pd.Timestamp("2008-03-03") + pd.Timedelta(days=20)


def test_a_formula_in_a_comment_stays_the_text_it_was(cleaned: Cleaned) -> None:
    assert "=SUMMA(A1)" in set(cleaned.responses["person"]["comment"].dropna())
