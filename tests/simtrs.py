"""The raw files of the study ``trs``: ``python -m tests.simtrs OUTPUT_FOLDER``.

R made the survey (tests/reference/r/simulate.R), and R's reference values hang on
exactly its answers; so trs is not drawn by ``[simulation]``. Here the survey is
written as an evaluator would receive it. Every value comes from
``tests/reference/simtrs/survey.csv`` (blank where missing; ``missing_reasons.csv``
says why), except the dates, the comments and the questionnaire on the talks, which
are drawn. The same bytes on every run: each file has its own seed, so a change to
one leaves the others as they are.
"""

import sys
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.exports.delimited import write_swedish
from pipeline.exports.export import Export
from pipeline.paths import SIMULATED
from pipeline.simulate import mess
from pipeline.simulate.kinds.texts import COMMENTS
from pipeline.spec.load import load_study
from pipeline.spec.sources import Source
from pipeline.spec.study import Study, Variable
from pipeline.spec.vocabulary import MISSING_REASONS
from pipeline.stages.simulation import marker
from pipeline.tables.atomic import write_bytes
from tests.conftest import REFERENCE

SURVEY_FOLDER = REFERENCE / "simtrs"
NOT_ANSWERED = "unit_nonresponse"
OTHER_NAMES = {"mobility": "mobility_t2"}
"""Variables whose column in the survey is not ``<name>_<wave>`` or ``<name>``."""

TEST_IDS = ("TEST", "P999", "asdf", "P000")
TEST_COMMENTS = ("test", "asdf asdf", "", "testar.enkat@example.org")
SEEDS = {"baseline": 20260101, "followup": 20260102, "talks": 20260103}
FIRST_DAYS = {"baseline": "2007-03-05", "followup": "2008-03-03", "talks": "2007-09-03"}
UNTIDY = {"baseline": ("ti_1", "emp_2", "sex"), "followup": ("ti_1", "emp_2", "sex", "mobility"), "talks": ("talk_experience",)}
REPEATED = {"baseline": (3, 2, 3), "followup": (3, 2, 2), "talks": (1, 1, 1)}
LEFT_BLANK = {
    "baseline": ("ti_3", "ti_4", "emp_1", "emp_2", "emp_3", "emp_4", "emp_5"),
    "followup": ("ti_3", "ti_4", "emp_1", "emp_2", "emp_3", "emp_4", "emp_5"),
    "talks": ("talk_both_plans", "talk_plan_used"),
}
TEST_CELLS = {"age": ("99", "18", "0", "45"), "workplace": ("W01", "W99", "", "W02")}

TALKS_ANSWERED = 0.85
TALKS_REFUSED, TALKS_DONT_KNOW = 0.015, 0.02
EXPERIENCE = {"1": 0.02, "2": 0.05, "3": 0.13, "4": 0.45, "5": 0.35}
YES = ("talk_reflected", "talk_wants_change", "talk_both_plans", "talk_plan_used")
REFLECTED, WANTS_CHANGE = 0.78, 0.68
AS_REPORTED = {"yes": 0.94, "no": 0.06, "": 0.40}
"""Chance of a yes about plans by what the same person reports, or does not report, half a year later."""


def render_trs(folder: Path) -> None:
    """Write the raw files of the study ``trs`` and their ``SIMULATED`` marker into a folder that does not exist yet."""
    folder.mkdir(parents=True)
    study = load_study("trs")
    survey, reasons = read_survey(), read_reasons()
    tables = {
        "baseline": questionnaire(study, study.source["baseline"], survey, reasons),
        "followup": questionnaire(study, study.source["followup"], survey[survey["responded_t2"] == "1"], reasons),
        "talks": questionnaire(study, study.source["talks"], *talks_answers(survey)),
        "workplaces": workplace_register(study, survey),
        "employer": employer_register(study, survey),
    }
    contents = {study.source[name].file: write_swedish(Export(table)) for name, table in tables.items()}
    for file, content in {**contents, SIMULATED: marker(contents)}.items():
        write_bytes(folder / file, content)


def read_survey() -> pd.DataFrame:
    """Read the survey: one row per person, all values as text, blank where missing."""
    return pd.read_csv(SURVEY_FOLDER / "survey.csv", dtype=str, keep_default_na=False).set_index("person", drop=False)


def read_reasons() -> dict[str, pd.Series]:
    """Read why values are missing.

    Returns
    -------
    dict
        Column of the survey -> Series of reasons, one per person with a
        missing value, index person.
    """
    reasons = pd.read_csv(SURVEY_FOLDER / "missing_reasons.csv", dtype=str)
    return {name: rows.set_index("person")["reason"] for name, rows in reasons.groupby("variable")}


def survey_column(survey: pd.DataFrame, name: str, wave: str) -> str:
    """Find the survey's column for a variable in a wave."""
    candidates = (OTHER_NAMES.get(name, f"{name}_{wave}"), name)
    return next(column for column in candidates if column in survey.columns)


def labelled(study: Study, variable: Variable, values: pd.Series, reasons: pd.Series) -> pd.Series:
    """Write the values of one variable as the export shows them.

    Parameters
    ----------
    study : Study
        Supplies the answer list.
    variable : Variable
        Whose values these are.
    values : Series of str, one per person
        Codes or numbers; blank where missing.
    reasons : Series of str
        Missing reason per person, for those with one.

    Returns
    -------
    Series of str, same index
        Answers in the list's own wording, numbers with decimal comma.
    """
    answers = study.answer_lists.get(variable.answers, ())
    wording = {answer.code: answer.raw for answer in answers if answer.missing not in MISSING_REASONS}
    why = {answer.missing: answer.raw for answer in answers if answer.missing}
    shown = values.map(wording) if wording else values.str.replace(".", ",", regex=False)
    return shown.where(values != "", reasons.reindex(values.index).map(why)).fillna("")


def questionnaire(study: Study, source: Source, people: pd.DataFrame, reasons: dict[str, pd.Series]) -> pd.DataFrame:
    """Render one questionnaire as its survey tool exports it, one row per submission."""
    rng = np.random.default_rng(SEEDS[source.name])
    headings = {variable.name: variable.raw_names[source.name] for variable in study.variables if source.name in variable.raw_names}
    table = answers_as_labels(study, source, people, reasons)
    table["response_date"] = dates(FIRST_DAYS[source.name], 21, len(table), rng)
    table["comment"] = comments(len(table), 0.06, rng)
    table = mess.with_untidy_cells(table, UNTIDY[source.name], rng)
    table = table.iloc[rng.permutation(len(table))]
    first_part = partial(mess.blanked, names=[*LEFT_BLANK[source.name], "comment"])
    table = mess.with_repeated_rows(table, "person", first_part, REPEATED[source.name], rng)
    table = mess.with_test_rows(table, "person", TEST_IDS)
    for name, cells in {"comment": TEST_COMMENTS, **TEST_CELLS}.items():
        if name in headings:
            table.loc[table["person"].isin(TEST_IDS), name] = cells
    return table[list(headings)].rename(columns=headings)


def dates(first_day: str, days: int, rows: int, rng: np.random.Generator) -> list[str]:
    """Draw dates of answering within ``days`` of the first; one in five as dd.mm.yyyy."""
    drawn = np.datetime64(first_day) + rng.integers(0, days, rows)
    other_way = rng.random(rows) < 0.2
    return [pd.Timestamp(day).strftime("%d.%m.%Y" if turned else "%Y-%m-%d") for day, turned in zip(drawn, other_way, strict=True)]


def comments(rows: int, share: float, rng: np.random.Generator) -> list[str]:
    """Give a share of the rows a comment, every one of ``COMMENTS`` at least once if there is room."""
    cells = [""] * rows
    for number, position in enumerate(mess.some(rng, rows, share)):
        cells[position] = COMMENTS[number % len(COMMENTS)]
    return cells


def answers_as_labels(study: Study, source: Source, people: pd.DataFrame, reasons: dict[str, pd.Series]) -> pd.DataFrame:
    """Give every answer of one wave in the export's wording, columns by variable name."""
    nobody = pd.Series(dtype=str)
    wanted = [variable for variable in study.variables if source.name in variable.raw_names]
    table = {}
    for variable in wanted:
        if variable.name in ("response_date", "comment"):
            table[variable.name] = pd.Series("", index=people.index)
            continue
        column = survey_column(people, variable.name, source.wave or "")
        table[variable.name] = labelled(study, variable, people[column], reasons.get(column, nobody))
        if variable.name == "design_weight":
            table[variable.name] = people[column].map(lambda weight: f"{float(weight):.4f}".replace(".", ","))
    return pd.DataFrame(table)


def talks_answers(survey: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, pd.Series]]:
    """Draw what participants say of the talks; what they say of plans agrees with their follow-up, as far as people agree with themselves.

    Returns
    -------
    answers : DataFrame of str, one row per participant who answered
        Codes; blank where missing.
    reasons : dict
        Variable -> missing reason per person, for those who did not answer it.
    """
    rng = np.random.default_rng(SEEDS["talks"] + 1)
    participants = survey[survey["group"] == "participant"]
    participants = participants[rng.random(len(participants)) < TALKS_ANSWERED]
    answers = participants[["person"]].copy()
    answers["talk_experience"] = rng.choice(list(EXPERIENCE), len(answers), p=list(EXPERIENCE.values()))
    plans = participants[["step_private_plan", "step_work_plan"]]
    both = np.select([(plans == "").any(axis="columns"), (plans == "yes").all(axis="columns")], ["", "yes"], "no")
    chances = (REFLECTED, WANTS_CHANGE, pd.Series(both).map(AS_REPORTED), participants["step_plan_in_talk"].map(AS_REPORTED))
    for name, chance in zip(YES, chances, strict=True):
        answers[name] = np.where(rng.random(len(answers)) < np.asarray(chance), "yes", "no")
    reasons = {}
    for name in ("talk_experience", *YES):
        chance = rng.random(len(answers))
        why = np.select([chance < TALKS_REFUSED, chance < TALKS_REFUSED + TALKS_DONT_KNOW], ["refused", "dont_know"], "")
        reasons[name] = pd.Series(why, index=answers.index)[why != ""]
        answers[name] = answers[name].where(why == "", "")
    return answers, reasons


def workplace_register(study: Study, survey: pd.DataFrame) -> pd.DataFrame:
    """One row per workplace; invited are all its persons in the survey, as the design weights imply."""
    first = survey.groupby("workplace").first()
    sector = {answer.code: answer.raw for answer in study.answer_lists["sector"]}
    agreement = {"1": "Ja", "0": "Nej"}
    values = {
        "workplace": first.index,
        "sector": first["sector"].map(sector),
        "employees": first["workplace_employees"],
        "invited": survey.groupby("workplace").size().astype(str),
        "local_agreement": first["local_agreement"].map(agreement),
    }
    return pd.DataFrame({study.variable[name].raw_names["workplaces"]: column for name, column in values.items()})


def employer_register(study: Study, survey: pd.DataFrame) -> pd.DataFrame:
    """One row per person of the survey, answered or not: months to job change or last information."""
    end = {answer.code: answer.raw for answer in study.answer_lists["register_end"]}
    values = {
        "person": survey["person"],
        "months_to_change": survey["months_to_change"].str.replace(".", ",", regex=False),
        "register_end": survey["register_end"].map(end),
    }
    return pd.DataFrame({study.variable[name].raw_names["employer"]: column for name, column in values.items()})


if __name__ == "__main__":
    render_trs(Path(sys.argv[1]))
