"""The simulated study ``trs`` as files: ``python -m pipeline.simulate.trs OUTPUT_FOLDER``.

Every value comes from ``simtrs/survey.csv``, except the dates, the comments and
the questionnaire on the talks, which are drawn here. The same bytes on every
run: each file has its own seed, so a change to one leaves the others as they are.
"""

import sys
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.errors import Problem, ResearcherError
from pipeline.paths import SIMULATED
from pipeline.simulate import mess
from pipeline.simulate.exports.export import Export
from pipeline.simulate.exports.swedish import write_swedish
from pipeline.simulate.marker import marker
from pipeline.simulate.survey import labelled, read_reasons, read_survey, survey_column
from pipeline.spec.declaration import Source
from pipeline.spec.load import load_study
from pipeline.spec.study import Study
from pipeline.tables.atomic import write_bytes

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
    """Write the raw files of the study ``trs`` and their ``SIMULATED`` marker.

    Parameters
    ----------
    folder : Path
        Must not exist yet, or be empty: raw data are never written over.

    Raises
    ------
    ResearcherError
        When the folder holds anything.
    """
    if folder.is_dir() and any(folder.iterdir()):
        raise ResearcherError([Problem(str(folder), "is not empty", remedy="Name a folder that does not exist yet.")])
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
    for file, content in contents.items():
        write_bytes(folder / file, content)
    write_bytes(folder / SIMULATED, marker(contents))


def questionnaire(study: Study, source: Source, people: pd.DataFrame, reasons: dict[str, pd.Series]) -> pd.DataFrame:
    """Render one questionnaire as its survey tool exports it, one row per submission."""
    rng = np.random.default_rng(SEEDS[source.name])
    headings = {variable.name: variable.raw_names[source.name] for variable in study.variables if source.name in variable.raw_names}
    table = answers_as_labels(study, source, people, reasons)
    table["response_date"] = mess.dates(FIRST_DAYS[source.name], 21, len(table), rng)
    table["comment"] = mess.comments(len(table), 0.06, rng)
    table = mess.with_untidy_cells(table, UNTIDY[source.name], rng)
    table = table.iloc[rng.permutation(len(table))]
    first_part = partial(mess.blanked, names=[*LEFT_BLANK[source.name], "comment"])
    table = mess.with_repeated_rows(table, "person", first_part, REPEATED[source.name], rng)
    changed = {name: cells for name, cells in TEST_CELLS.items() if name in headings}
    table = mess.with_test_rows(table, "person", mess.TEST_IDS, {"comment": mess.TEST_COMMENTS, **changed})
    return table[list(headings)].rename(columns=headings)


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
