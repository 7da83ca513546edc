"""The same answers from every format; what a format does not have is refused."""

import io
from pathlib import Path

import pandas as pd
import pytest

from pipeline.clean.responses import clean_responses
from pipeline.errors import ResearcherError
from pipeline.exports import EXPORTS
from pipeline.exports.export import CodebookColumn, Export
from pipeline.spec.vocabulary import MISSING_CODES
from tests.clean.files import refused, workbook
from tests.miniature import AFTER, ANSWERS, BEFORE, CODEBOOK, miniature, source


def numbers_for_labels(text: str) -> str:
    for label, code in {"Aldrig": "1", "Ibland": "2", "Ofta": "3", "Vet ej": "9"}.items():
        text = text.replace(label, code)
    return text.replace("lugn", "calm_q").replace("ålder", "age_q")


def table(text: str) -> pd.DataFrame:
    return pd.read_csv(io.StringIO(text), sep=";", dtype=str, keep_default_na=False)


SURVEY = {name: table(numbers_for_labels(text)) for name, text in {"before": BEFORE, "after": AFTER}.items()}
SURVEY["before"].loc[1, "kommentar"] = 'Åsa sa "nej";\n=SUMMA(A1)'
KINDS = {"calm_q": CodebookColumn("number", missing=("9",)), "age_q": CodebookColumn("number"), "dag": CodebookColumn("date")}
STYLES = {"swedish": "csv", "register": "csv", "limesurvey": "limesurvey", "xlsx": "xlsx", "sav": "sav", "dta": "dta"}


def cleaned_from(root: Path, style: str):
    format_ = STYLES[style]
    files = {f"{name}.{style}": EXPORTS[style](Export(answers, KINDS)) for name, answers in SURVEY.items()}
    sources = [
        source("before", wave="t1", file=f"before.{style}", format=format_),
        source("after", wave="t2", file=f"after.{style}", format=format_),
    ]
    study = miniature(root, files, numbers_for_labels(CODEBOOK), numbers_for_labels(ANSWERS), sources=sources)
    return clean_responses(study)


@pytest.mark.parametrize("style", [style for style in STYLES if style != "register"])
def test_the_same_answers_in_every_format_give_the_same_tables(tmp_path: Path, style: str) -> None:
    one, other = cleaned_from(tmp_path / "register", "register"), cleaned_from(tmp_path / style, style)
    pd.testing.assert_frame_equal(one.responses["person"], other.responses["person"])
    pd.testing.assert_frame_equal(one.units["person"], other.units["person"])
    assert one.responses["person"]["calm__missing"].eq(MISSING_CODES["dont_know"]).sum() == 1
    assert 'Åsa sa "nej";\n=SUMMA(A1)' in other.responses["person"]["comment"].tolist()


@pytest.mark.parametrize(
    ("format_", "setting"),
    [("csv", {"sheet": "Blad1"}), ("xlsx", {"encoding": "utf-8"}), ("xlsx", {"delimiter": ";"}), ("sav", {"delimiter": ";"})],
)
def test_a_setting_that_the_format_does_not_have_is_refused(tmp_path: Path, format_: str, setting: dict) -> None:
    with pytest.raises(ResearcherError) as caught:
        miniature(tmp_path, sources=[source("before", wave="t1", format=format_, **setting), source("after", wave="t2")])
    [name] = setting
    assert f"sources 'before' {name}: is stated, but a file of format '{format_}' has none" in str(caught.value)


def test_an_answer_that_is_in_no_list_is_shown_with_its_label_in_the_file(tmp_path: Path) -> None:
    answers = SURVEY["before"].assign(calm_q="7")
    described = {"calm_q": CodebookColumn("number", answers={"7": "Vill ej svara"})}
    sources = [source("before", wave="t1", file="before.sav", format="sav"), source("after", wave="t2")]
    files = {"before.sav": EXPORTS["sav"](Export(answers, described)), "after.csv": numbers_for_labels(AFTER)}
    study = miniature(tmp_path, files, numbers_for_labels(CODEBOOK), numbers_for_labels(ANSWERS), sources=sources)
    with pytest.raises(ResearcherError, match=r"'7' = 'Vill ej svara' \(6 times"):
        clean_responses(study)


def test_two_sheets_of_one_workbook_may_be_two_sources(tmp_path: Path) -> None:
    sheets = [
        {f"{letter}{row}": cell for row, line in enumerate(text.split(), 1) for letter, cell in zip("ABCDE", line.split(";"), strict=False)}
        for text in (BEFORE.replace("Vet ej", "Ofta"), AFTER)
    ]
    sources = [
        source(name, wave=wave, file="both.xlsx", format="xlsx", sheet=sheet)
        for name, wave, sheet in (("before", "t1", "Blad1"), ("after", "t2", "Blad2"))
    ]
    result = clean_responses(miniature(tmp_path, {"both.xlsx": workbook(*sheets)}, sources=sources))
    assert len(result.responses["person"]) == 6 + 4
    log = result.cleaning_log.set_index(["source", "subject"])
    assert log.loc[("after", "sheet"), ["finding", "detail"]].tolist() == ["stated", "Blad2"]
    assert ("after", "encoding") not in log.index


@pytest.mark.parametrize(
    ("style", "said"), [("sav", "is an SPSS file, not CSV"), ("xlsx", "is an Excel workbook or another zip file, not CSV")]
)
def test_another_format_than_declared_is_named(style: str, said: str) -> None:
    message = refused("limesurvey", EXPORTS[style](Export(SURVEY["before"], KINDS)))
    assert said in message
    assert "Correct format of the source in study.toml" in message
