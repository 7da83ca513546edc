"""One survey of sixty made-up people, written as each tool exports it: the same answers in other clothes."""

import csv
import io
import json
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import xlsxwriter

PEOPLE = 60
SEXES = {"1": "Woman", "2": "Man"}
AGREEMENT = {"1": "Strongly disagree", "2": "Disagree", "3": "Neither agree nor disagree", "4": "Agree", "5": "Strongly agree"}
UNKNOWN = "9"
WORDED = {**AGREEMENT, UNKNOWN: "Don't know"}
BOXES = {"1": "Talks", "2": "Courses", "3": "Money"}
QUESTIONS = {"sex": "Sex", "age": "Age", "hours": "Hours", "day": "Day", **{f"work_{item}": f"Work {item}" for item in (1, 2, 3)}}
"""Code -> wording; a tool that has no codes gives names that are made of the wordings."""


def answers() -> pd.DataFrame:
    """Draw the answers as codes; a blank is an empty text."""
    rng = np.random.default_rng(13)
    people = pd.DataFrame({"nr": [f"P{number:03d}" for number in range(1, PEOPLE + 1)]})
    people["sex"] = rng.choice(["1", "2", ""], PEOPLE, p=[0.5, 0.4, 0.1])
    people["age"] = [str(age) for age in rng.integers(18, 65, PEOPLE)]
    people["hours"] = [f"{hours:.1f}" for hours in rng.uniform(0, 40, PEOPLE)]
    people["day"] = [(date(2024, 3, 1) + timedelta(days=int(days))).isoformat() for days in rng.integers(0, 40, PEOPLE)]
    for item in (1, 2, 3):
        people[f"work_{item}"] = rng.choice(["1", "2", "3", "4", "5", UNKNOWN, ""], PEOPLE)
    for box in BOXES:
        people[f"helped_{box}"] = rng.choice(["1", ""], PEOPLE)
    return people


def worded(people: pd.DataFrame) -> pd.DataFrame:
    """Write answers by their wordings, ticks as the box's own text."""
    table = people.copy()
    table["sex"] = table["sex"].map({**SEXES, "": ""})
    for item in (1, 2, 3):
        table[f"work_{item}"] = table[f"work_{item}"].map({**WORDED, "": ""})
    for box, text in BOXES.items():
        table[f"helped_{box}"] = table[f"helped_{box}"].map({"1": text, "": ""})
    return table


def in_one_cell(people: pd.DataFrame, between: str, behind: str = "") -> pd.DataFrame:
    """Put all ticks of a person into one cell."""
    table = worded(people)
    boxes = [f"helped_{box}" for box in BOXES]
    cells = [between.join(text for text in row if text) for row in table[boxes].to_numpy()]
    return table.drop(columns=boxes).assign(helped=[f"{cell}{behind}" if cell else "" for cell in cells])


def text_of(rows: list[list[str]], delimiter: str = ",") -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return text.getvalue()


def rows_of(table: pd.DataFrame) -> list[list[str]]:
    return table.to_numpy().tolist()


def headings(table: pd.DataFrame, box: str, own: Mapping[str, str] = QUESTIONS) -> list[str]:
    """Name columns by their wordings; ``box`` is how one of several is written."""
    named = {**own, "nr": "nr", "helped": "Helped", **{f"helped_{code}": box.format(code=code, text=text) for code, text in BOXES.items()}}
    return [named[name] for name in table.columns]


def swedish_csv(people: pd.DataFrame) -> dict[str, bytes]:
    table = worded(people)
    table["hours"] = table["hours"].str.replace(".", ",")
    return {"svar.csv": text_of([headings(table, "Helped: {text}"), *rows_of(table)], ";").encode("cp1252")}


def workbook(people: pd.DataFrame) -> dict[str, bytes]:
    """Write as Microsoft Forms does: several answers in one cell, a semicolon behind each."""
    table = in_one_cell(people, ";", ";")
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        sheet, days = book.add_worksheet("Form1"), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, ["Start time", *headings(table, "")])
        for row, cells in enumerate(table.to_dict("records"), start=1):
            sheet.write_datetime(row, 0, pd.Timestamp("2024-03-01 12:00").to_pydatetime(), days)
            for column, (name, cell) in enumerate(cells.items(), start=1):
                if name == "day":
                    sheet.write_datetime(row, column, pd.Timestamp(cell).to_pydatetime(), days)
                elif cell:
                    sheet.write(row, column, float(cell) if name in ("age", "hours") else cell)
    return {"form.xlsx": content.getvalue()}


def google_forms(people: pd.DataFrame) -> dict[str, bytes]:
    table = in_one_cell(people, ", ")
    stamped = [["2024/03/01 9:15:02 am CET", *row] for row in rows_of(table)]
    return {"Form responses.csv": text_of([["Timestamp", *headings(table, "")], *stamped]).encode()}


def limesurvey_codes(people: pd.DataFrame) -> dict[str, bytes]:
    """Write codes, with the survey's structure beside them."""
    own = {name: name for name in people.columns}
    table = people.replace({"helped_1": {"1": "Y"}, "helped_2": {"1": "Y"}, "helped_3": {"1": "Y"}})
    export = text_of([[*headings(table, "helped[{code}]", own), "submitdate"], *([*row, "2024-04-20"] for row in rows_of(table))])
    return {"survey.csv": f"\ufeff{export}".encode(), "survey.lss": lss().encode()}


def limesurvey_texts(people: pd.DataFrame) -> dict[str, bytes]:
    own = {name: f"{name}. {text}" for name, text in QUESTIONS.items()}
    table = worded(people)
    table.update({f"helped_{box}": table[f"helped_{box}"].map(lambda cell: "Yes" if cell else "No") for box in BOXES})
    unanswered = (people[[f"helped_{box}" for box in BOXES]] == "").all(axis="columns")
    table.loc[unanswered, [f"helped_{box}" for box in BOXES]] = ""
    return {"survey.csv": text_of([headings(table, "helped[{code}]. Helped [{text}]", own), *rows_of(table)]).encode()}


def lss() -> str:
    """Write the structure as LimeSurvey keeps it: numbered questions, parts, answers and their texts by language."""
    questions, parts, wordings, options, texts = [], [], [], [], []
    kinds = {"sex": "L", "age": "N", "hours": "N", "day": "D", "helped": "M"}
    for number, (name, text) in enumerate({**QUESTIONS, "helped": "Helped"}.items(), start=1):
        questions.append({"qid": number, "parent_qid": 0, "type": kinds.get(name, "L"), "title": name})
        wordings.append({"qid": number, "question": f"<p>{text}</p>", "language": "en"})
        for code, label in {"sex": SEXES, **dict.fromkeys(("work_1", "work_2", "work_3"), WORDED)}.get(name, {}).items():
            options.append({"aid": f"{number}{code}", "qid": number, "code": code})
            texts.append({"aid": f"{number}{code}", "answer": label, "language": "en"})
    for code, label in BOXES.items():
        parts.append({"qid": f"90{code}", "parent_qid": len(questions), "type": "T", "title": code})
        wordings.append({"qid": f"90{code}", "question": label, "language": "en"})
    tables = {"questions": questions, "subquestions": parts, "question_l10ns": wordings, "answers": options, "answer_l10ns": texts}
    body = "".join(f"<{name}><rows>{''.join(map(_row, rows))}</rows></{name}>" for name, rows in tables.items())
    return f'<?xml version="1.0"?><document><LimeSurveyDocType>Survey</LimeSurveyDocType>{body}</document>'


def _row(cells: Mapping[str, object]) -> str:
    return f"<row>{''.join(f'<{name}><![CDATA[{value}]]></{name}>' for name, value in cells.items())}</row>"


def qualtrics_numbers(people: pd.DataFrame) -> dict[str, bytes]:
    """Write numbers, with the survey beside them; a box in a column of its own."""
    return {"survey.csv": _qualtrics(people), "survey.qsf": json.dumps(qsf()).encode()}


def qualtrics_texts(people: pd.DataFrame) -> dict[str, bytes]:
    return {"survey.csv": _qualtrics(worded(people))}


def qualtrics_in_one_cell(people: pd.DataFrame) -> dict[str, bytes]:
    return {"survey.csv": _qualtrics(in_one_cell(people, ","))}


def _qualtrics(table: pd.DataFrame) -> bytes:
    names = ["ResponseId" if name == "nr" else name for name in table.columns]
    wordings = headings(table, "Helped - Selected Choice - {text}")
    ids = [json.dumps({"ImportId": f"QID{place}" if place else "_recordId"}) for place in range(len(names))]
    extra = [["Finished", *names], ["Finished", *wordings], ['{"ImportId":"finished"}', *ids]]
    return text_of([*extra, *(["True", *row] for row in rows_of(table))]).encode()


def qsf() -> dict:
    elements = []
    for name, text in {**QUESTIONS, "helped": "Helped"}.items():
        choices = {"sex": SEXES, "helped": BOXES, **dict.fromkeys(("work_1", "work_2", "work_3"), WORDED)}.get(name, {})
        payload = {"QuestionText": text, "DataExportTag": name, "QuestionType": "MC" if choices else "TE"}
        payload |= {"Choices": {code: {"Display": label} for code, label in choices.items()}} if choices else {}
        elements.append({"Element": "SQ", "Payload": {**payload, "Selector": "MAVR" if name == "helped" else "SAVR"}})
    for element in elements:
        if element["Payload"]["DataExportTag"] in ("age", "hours", "day"):
            element["Payload"]["QuestionType"] = "Slider"
    return {"SurveyEntry": {"SurveyLanguage": "EN"}, "SurveyElements": elements}


def redcap(people: pd.DataFrame) -> dict[str, bytes]:
    own = {name: name for name in people.columns}
    table = people.replace({f"helped_{box}": {"": "0"} for box in BOXES})
    names = ["record_id" if name == "nr" else name for name in headings(table, "helped___{code}", own)]
    rows = [[*row, "2"] for row in rows_of(table)]
    choices = {"sex": ("radio", SEXES), "helped": ("checkbox", BOXES), **dict.fromkeys(("work_1", "work_2", "work_3"), ("radio", WORDED))}
    fields = [["record_id", "form", "text", "Record ID", "", "", ""]]
    for name, text in {**QUESTIONS, "helped": "Helped"}.items():
        kind, options = choices.get(name, ("text", {}))
        check = {"age": "integer", "hours": "number", "day": "date_ymd"}.get(name, "")
        fields.append([name, "form", kind, text, " | ".join(f"{code}, {label}" for code, label in options.items()), check, ""])
    heading = ["Variable / Field Name", "Form Name", "Field Type", "Field Label", "Choices, Calculations, OR Slider Labels"]
    dictionary = [[*heading, "Text Validation Type OR Show Slider Number", "Identifier?"], *fields]
    return {"data.csv": text_of([[*names, "form_complete"], *rows]).encode(), "dictionary.csv": text_of(dictionary).encode()}


def surveymonkey(people: pd.DataFrame) -> dict[str, bytes]:
    table = worded(people)
    top = ["Respondent ID" if name == "nr" else QUESTIONS.get(name, "Helped" if name == "helped_1" else "") for name in table.columns]
    below = [BOXES.get(name.removeprefix("helped_"), "" if name == "nr" else "Response") for name in table.columns]
    return {"export.csv": text_of([top, below, *rows_of(table)]).encode()}


def _statistics(people: pd.DataFrame, tagged: bool) -> tuple[pd.DataFrame, dict]:
    table = people.copy()
    for name in table.columns.drop(["nr", "day"]):
        table[name] = pd.to_numeric(table[name].where(table[name] != "", None))
    table["day"] = [date.fromisoformat(day) for day in people["day"]]
    labels = {"sex": {int(code): text for code, text in SEXES.items()}}
    for item in (1, 2, 3):
        labels[f"work_{item}"] = {("a" if tagged and code == UNKNOWN else int(code)): text for code, text in WORDED.items()}
        if tagged:
            table[f"work_{item}"] = table[f"work_{item}"].astype("object").where(people[f"work_{item}"] != UNKNOWN, "a")
    questions = {**QUESTIONS, "nr": "Number", **{f"helped_{box}": f"Helped: {text}" for box, text in BOXES.items()}}
    return table, {"column_labels": [questions[name] for name in table.columns], "variable_value_labels": labels}


def _written(people: pd.DataFrame, folder: Path, file: str) -> dict[str, bytes]:
    stata = file.endswith(".dta")
    table, said = _statistics(people, tagged=stata)
    works = [f"work_{item}" for item in (1, 2, 3)]
    if stata:
        pyreadstat.write_dta(table, str(folder / file), missing_user_values={name: ["a"] for name in works}, **said)
    else:
        missing = {name: [float(UNKNOWN)] for name in works}
        pyreadstat.write_sav(table, str(folder / file), missing_ranges=missing, compress=file.endswith(".zsav"), **said)
    return {file: (folder / file).read_bytes()}


TOOLS: dict[str, Callable[[pd.DataFrame], dict[str, bytes]]] = {
    "swedish csv": swedish_csv,
    "microsoft forms": workbook,
    "google forms": google_forms,
    "limesurvey codes": limesurvey_codes,
    "limesurvey texts": limesurvey_texts,
    "qualtrics numbers": qualtrics_numbers,
    "qualtrics texts": qualtrics_texts,
    "qualtrics in one cell": qualtrics_in_one_cell,
    "redcap": redcap,
    "surveymonkey": surveymonkey,
}
STATISTICS = {"spss": "data.sav", "compressed spss": "data.zsav", "stata": "data.dta"}


def written(tool: str, folder: Path) -> list[str]:
    """Write the survey as a tool exports it; give the paths of the files."""
    folder.mkdir(parents=True, exist_ok=True)
    files = _written(answers(), folder, STATISTICS[tool]) if tool in STATISTICS else TOOLS[tool](answers())
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return [str(folder / name) for name in files]
