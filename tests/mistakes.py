"""Mistakes that researchers make, planted one by one in the little study: what happened, and what the message must name.

One list for two things: ``tests/stages/test_mistakes.py`` holds every message to what a
message must say, and docs/messages.md prints them.
"""

import io
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import NamedTuple

from pipeline.cli import main
from pipeline.paths import KEYS_VARIABLE, ROOT_VARIABLE
from tests.clean.files import workbook
from tests.miniature import AFTER, BEFORE, miniature

FILES, CELLS, PEOPLE, TABLES, TOML, DOING = (
    "Raw files",
    "Cells of raw files",
    "People and their ids",
    "codebook.csv, answers.csv and corrections.csv",
    "study.toml",
    "Commands",
)
TOML_FILE, CODEBOOK, ANSWERS = "studies/mini/study.toml", "studies/mini/codebook.csv", "studies/mini/answers.csv"
FORE, EFTER = "data/raw/mini/before.csv", "data/raw/mini/after.csv"


class Mistake(NamedTuple):
    """What somebody did, how it is planted, and what the message must hold.

    Attributes
    ----------
    group, what : str
        Heading on the page, and the mistake in the words of who made it.
    plant : callable
        Makes the mistake in a root that holds the little study.
    says : tuple of str
        Where it is, what was found, what is allowed, what to do.
    command : tuple of str
        What is typed behind ``python -m pipeline``.
    """

    group: str
    what: str
    plant: Callable[[Path], object]
    says: tuple[str, ...]
    command: tuple[str, ...] = ("check", "mini")


def change(file: str, old: str, new: str) -> Callable[[Path], None]:
    """Replace a text once in a file of the study, which must hold it; a raw file then counts as received so."""

    def plant(root: Path) -> None:
        content = (root / file).read_bytes()
        assert old.encode() in content, (file, old)
        write(file, content.replace(old.encode(), new.encode(), 1))(root)

    return plant


def write(file: str, content: str | bytes) -> Callable[[Path], None]:
    """Write a file of the study; a raw file then counts as received so."""

    def plant(root: Path) -> None:
        (root / file).write_bytes(content if isinstance(content, bytes) else content.encode())
        if file.startswith("data/raw/"):
            run(root, "receive", "mini")

    return plant


def weighted(estimator: str = "survey_weighted") -> Callable[[Path], None]:
    """Let everybody stand for as many as they are years old, in an analysis by an estimator."""
    weight = change(TOML_FILE, '"control" = "control"', '"control" = "control", "weight" = "age"')
    return all_of(weight, change(TOML_FILE, '"welch"', f'"{estimator}"'))


def imputed(how: dict[str, int] | None, used: bool = True) -> Callable[[Path], None]:
    """Impute the missing answers of the main analysis so, or say nothing of how."""

    def plant(root: Path) -> None:
        text = (root / TOML_FILE).read_text(encoding="utf-8")
        text = text.replace('"welch"', '"welch", "imputed" = true', 1) if used else text
        lines = [] if how is None else ["", "[imputation]", *(f"{key} = {value}" for key, value in how.items()), ""]
        (root / TOML_FILE).write_text(text + "\n".join(lines), encoding="utf-8")

    return plant


def margins(*rows: str) -> Callable[[Path], None]:
    """Write how many of the population are in each level."""
    return write("studies/mini/margins.csv", "\n".join(("variable,code,people", *rows, "")))


def all_of(*plants: Callable[[Path], object]) -> Callable[[Path], None]:
    """Make several changes that are one mistake."""

    def plant(root: Path) -> None:
        for one in plants:
            one(root)

    return plant


def corrections(row: str) -> Callable[[Path], None]:
    """Write one correction."""
    return write("studies/mini/corrections.csv", f"file,id,variable,was,becomes,who,why,date\n{row},Eva,rang,2024-03-01\n")


def unreceived(root: Path) -> None:
    """Take the checksums out of study.toml."""
    path = root / TOML_FILE
    path.write_text(re.sub(r'"sha256" = "[0-9a-f]+"', '"sha256" = ""', path.read_text(encoding="utf-8")), encoding="utf-8")


BOXED = {
    FORE: "nr;grupp;ålder;lugn;kommentar\n" + "".join(f"A{n};{'Ja' if n % 2 else 'Nej'};30;Ofta;\n" for n in range(12)),
    EFTER: "nr;grupp;lugn;arbete;dag\n"
    + "".join(f"A{n};{'Ja' if n % 2 else 'Nej'};Ofta;{'Ja' if n % 3 else ''};2024-03-01\n" for n in range(12)),
}

MISTAKES = (
    Mistake(FILES, "The export is not in its folder", lambda root: (root / FORE).unlink(), (FORE, "there is no such file", "Put the file there"), ("build", "mini")),
    Mistake(FILES, "Somebody opened and saved the export", lambda root: (root / FORE).write_text(BEFORE + "\n", encoding="utf-8"), (FORE, "its content has changed", "stated in study.toml", "Restore the file as it was received")),
    Mistake(FILES, "Nobody has said that the file is as received", unreceived, (FORE, "its sha256 is not recorded yet", "make receive STUDY=mini")),
    Mistake(FILES, "The file is empty", write(FORE, ""), (FORE, "empty")),
    Mistake(FILES, "There is a heading and no row", write(FORE, BEFORE.split("\n")[0] + "\n"), (FORE, "holds a heading and nothing else", "Export it again")),
    Mistake(FILES, "A column has another heading than the codebook says", change(FORE, "lugn", "lugnet"), (FORE, "column", "lugn")),
    Mistake(FILES, "The file has a column that nobody has declared", write(FORE, BEFORE.replace("kommentar\n", "kommentar;ort\n").replace(";\n", ";;Umeå\n").replace("bra\n", "bra;Luleå\n")), (FORE, "column 'ort'", "ignore")),
    Mistake(FILES, "Two columns have the same heading", change(FORE, "ålder", "lugn"), (FORE, "lugn")),
    Mistake(FILES, "A workbook is declared as text", write(FORE, workbook({"A1": "nr", "A2": "A1"})), (FORE, "xlsx")),
    Mistake(FILES, "It is an old Excel workbook (.xls)", all_of(write(FORE, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)), change(TOML_FILE, '"unit" = "person", "wave" = "t1"', '"format" = "xlsx", "unit" = "person", "wave" = "t1"')), (FORE, "old Excel workbook", ".xlsx")),
    Mistake(FILES, "Its letters are in the encoding of an old Mac", write(FORE, BEFORE.replace("ålder", "år").replace("bra", "bra känsla").encode("mac-roman")), (FORE, "looks like mac-roman", "encoding")),
    Mistake(CELLS, "An answer is in no list", change(FORE, "Aldrig", "Varje dag"), (FORE, "calm", "'Varje dag' (once: data row 2)", "allowed: Aldrig, Ibland, Ofta", ANSWERS)),
    Mistake(CELLS, "An answer is misspelt", change(FORE, "Aldrig", "Aldirg"), (FORE, "'Aldirg' (once: data row 2)", "did you mean 'Aldrig'?")),
    Mistake(CELLS, "Excel made a date of an answer", change(FORE, "Aldrig", "07-jul"), (FORE, "'07-jul'", "Excel seems to have changed these answers")),
    Mistake(CELLS, "A number is too large", change(FORE, "59", "590"), (FORE, "age", "'590' (once: data row 6)", "allowed: 16..75", "Correct the constraint")),
    Mistake(CELLS, "A number is written in words", change(FORE, "41", "fyrtioett"), (FORE, "age", "'fyrtioett' (once: data row 2)", "missing reason")),
    Mistake(CELLS, "Nothing tells thousands from decimals", all_of(change(FORE, ";30;", ";25.000;"), change(CODEBOOK, "16..75,16 40 60", ",")), (FORE, "age", "'25.000' (once: data row 1)", "thousands")),
    Mistake(CELLS, "A date is written in another way", change(EFTER, "2024-03-01", "1 mars 2024"), (EFTER, "day", "'1 mars 2024' (once: data row 1)", "Add the format to dates")),
    Mistake(CELLS, "A date can be read as two days", all_of(change(EFTER, "2024-03-01", "05/08/2024"), change(TOML_FILE, '"wave" = "t2"', '"wave" = "t2", "dates" = ["%m/%d/%Y", "%d/%m/%Y", "%Y-%m-%d"]')), (EFTER, "day", "different days", "'05/08/2024'", "dates")),
    Mistake(CELLS, "A box is declared as a question of one answer", all_of(*(write(file, text) for file, text in BOXED.items()), change(ANSWERS, "yes_no,no,Nej,Nej,No,\n", "")), (EFTER, "work", "8 cells hold the answer 'yes', 4 are blank", "If it is a box", "select_multiple")),
    Mistake(PEOPLE, "A row has no id", change(FORE, "A2;", ";"), (FORE, "person: 1 rows have no id", "data row 2", "corrections.csv")),
    Mistake(PEOPLE, "A person has two rows", change(FORE, "A2;", "A1;"), (FORE, "ids: A1", "duplicates", "corrections.csv")),
    Mistake(PEOPLE, "Ids are personal identity numbers", change(FORE, "A2;", "640823-3234;"), (FORE, "person: 1 ids are Swedish personal identity numbers", "data row 2", "pseudonym = true")),
    Mistake(PEOPLE, "Ids are e-mail addresses", change(FORE, "A2;", "anna@example.se;"), (FORE, "1 ids are e-mail addresses", "data row 2", "pseudonym = true")),
    Mistake(PEOPLE, "Ids are names", change(FORE, "A2;", "Anna Berg;"), (FORE, "1 ids look like names", "data row 2", "pseudonym = false")),
    Mistake(PEOPLE, "A spreadsheet made a number of an id", change(FORE, "A2;", "1,96E+11;"), (FORE, "what a spreadsheet made of them", "'1,96E+11' (once: data row 2)", "export the file again")),
    Mistake(PEOPLE, "Zeros in front of ids are lost in one file", all_of(write(FORE, BEFORE.replace("A", "00").replace("B", "01").replace("00ldrig", "Aldrig")), write(EFTER, AFTER.replace("A1;", "1;").replace("A2;", "2;").replace("B1;", "11;").replace("B2;", "12;"))), ("after.csv", "zeros in front", "id_form")),
    Mistake(PEOPLE, "The files know other people", write(EFTER, AFTER.replace("A1;", "C1;").replace("A2;", "C2;").replace("B1;", "D1;").replace("B2;", "D2;")), (EFTER, "0 of 4 persons are known", "least_matched")),
    Mistake(PEOPLE, "Somebody is in both groups", change(EFTER, "A1;Ja", "A1;Nej"), ("after.csv, group", "1 persons are in both groups", "ids: A1", "corrections.csv")),
    Mistake(PEOPLE, "Nobody is in one of the groups", all_of(write(FORE, BEFORE.replace("Nej;", "Ja;")), write(EFTER, AFTER.replace("Nej;Ibland", "Ja;Ibland").replace("Nej;Aldrig", "Ja;Aldrig"))), ("group", "nobody is in group 'control'", "answers.csv")),
    Mistake(PEOPLE, "Somebody has no weight", all_of(weighted(), change(FORE, "A2;Ja;41;", "A2;Ja;;")), ("data/raw/mini/, age: 1 persons have no weight", "a number above 0", "ids: A2")),
    Mistake(PEOPLE, "A weight is negative", all_of(weighted(), change(CODEBOOK, "16..75,16 40 60", ","), change(FORE, "A2;Ja;41;", "A2;Ja;-1;")), ("data/raw/mini/, age: 1 persons have a weight of nothing or less", "a number above 0", "ids: A2")),
    Mistake(TABLES, "A type is misspelt", change(CODEBOOK, "integer,age", "intger,age"), (f"{CODEBOOK}, row 4 'age', column type: 'intger'", "allowed: id, select_one", "did you mean 'integer'?")),
    Mistake(TABLES, "A name has capital letters", change(CODEBOOK, "integer,age", "integer,Age"), (f"{CODEBOOK}, row 4 'Age', column name", "lower-case a-z")),
    Mistake(TABLES, "A label is missing", change(CODEBOOK, "Ålder,Age", "Ålder,"), (f"{CODEBOOK}, row 4 'age', columns label", "both languages")),
    Mistake(TABLES, "A comma in a text makes a column too many", change(CODEBOOK, "Dag,Day", "Dag, datum,Day"), (f"{CODEBOOK}, line 7: has not 11 fields", "Quote texts that hold commas")),
    Mistake(TABLES, "A column is called otherwise", change(CODEBOOK, "raw_name::after", "rawname::after"), (f"{CODEBOOK}, column rawname::after", "did you mean 'raw_name::after'?")),
    Mistake(TABLES, "A list of answers is not there", change(CODEBOOK, "person,,often", "person,,oftn"), ("codebook.csv, 'calm', column answers: 'oftn'", "did you mean 'often'?")),
    Mistake(TABLES, "An answer stands twice in a list", change(ANSWERS, "often,2,Ibland", "often,2,ALDRIG"), (f"{ANSWERS}, list often: 'aldrig' stands for 2 answers", "Keep one row")),
    Mistake(TABLES, "A missing reason is misspelt", change(ANSWERS, ",dont_know\n", ",dontknow\n"), (f"{ANSWERS}, row 7, column missing: 'dontknow'", "did you mean 'dont_know'?")),
    Mistake(TABLES, "A correction has another old value than the file", corrections("before.csv,A2,calm,Ofta,Ibland"), ("studies/mini/corrections.csv, row 2, column was: 'Ofta'", "data row 2: 'Aldrig'", "letter by letter")),
    Mistake(TABLES, "A correction is of somebody who is not in the file", corrections("before.csv,A22,calm,Ofta,Ibland"), ("corrections.csv, row 2, column id: no row of before.csv has id 'A22'", "did you mean")),
    Mistake(TABLES, "A margin names a level that is none", margins("group,participant,30", "group,kontroll,40"), ("studies/mini/margins.csv, group: 'kontroll'", "participant, control", "did you mean 'control'?")),
    Mistake(TABLES, "Margins are of different populations", margins("group,participant,30", "group,control,40", "group*group,participant*control,60"), ("studies/mini/margins.csv: add up to different populations: group 70, group*group 60", "the same total")),
    Mistake(TABLES, "A margin holds no number", margins("group,participant,many"), ("margins.csv, row 2, column people: 'many'", "a whole number above 0")),
    Mistake(TOML, "A quotation mark is missing", change(TOML_FILE, 'design = "self_selected"', "design = self_selected"), (f"{TOML_FILE}: is not valid TOML", "line", "text needs quotes")),
    Mistake(TOML, "A key is misspelt", change(TOML_FILE, '"outcomes" = ', '"outcome" = '), (f"{TOML_FILE}, analyses 'main' outcome: is not a known key", "allowed: ", "did you mean 'outcomes'?")),
    Mistake(TOML, "A key is missing", change(TOML_FILE, "seed = 1\n", ""), (f"{TOML_FILE}, seed: is missing", "Add it")),
    Mistake(TOML, "An estimator is misspelt", change(TOML_FILE, '"welch"', '"welsh"'), ("study.toml, analyses 'main' estimator", "'welsh'", "did you mean 'welch'?")),
    Mistake(TOML, "An outcome is not declared", change(TOML_FILE, '["calmness@t2"]', '["calmnes@t2"]'), ("analyses 'main' outcomes", "'calmnes", "did you mean 'calmness")),
    Mistake(TOML, "An outcome lacks its wave", change(TOML_FILE, '["calmness@t2"]', '["calmness"]'), ("analyses 'main' outcomes", "calmness@t1, calmness@t2", "Name the wave")),
    Mistake(TOML, "A group has another code than the answers", change(TOML_FILE, '"control" = "control"', '"control" = "kontroll"'), ("study.toml, sample control", "'kontroll'", "participant, control", "did you mean 'control'?")),
    Mistake(TOML, "A scoring rule does not exist", change(TOML_FILE, '"as_answered"', '"mean"'), ("measures 'calmness' rule", "'mean'", "mean_of_items")),
    Mistake(TOML, "A template does not exist", change(TOML_FILE, "reports = []", 'reports = [{ "id" = "r", "template" = "group_comparision" }]'), ("reports 'r' template", "did you mean 'group_comparison'?")),
    Mistake(TOML, "A threshold is lowered without a reason", change(TOML_FILE, "reports = []", 'reports = []\ndisclosure = { "minimum_cell" = 1 }'), ("study.toml, disclosure reason: is missing", "needs a reason")),
    Mistake(TOML, "An exclusion names an answer that is none", change(TOML_FILE, "reports = []", 'reports = []\nexclusions = [{ "id" = "x", "sources" = ["before"], "variable" = "group", "values" = ["Nej"], "label" = { "sv" = "x", "en" = "x" } }]'), ("exclusions 'x' values: 'Nej' is not an answer of 'group'", "participant, control", "Correct the code")),
    Mistake(TOML, "The weight is no number", change(TOML_FILE, '"control" = "control"', '"control" = "control", "weight" = "group"'), ("study.toml, sample weight: 'group'", "fixed number of person", "age")),
    Mistake(TOML, "A declared weight counts nowhere", weighted("welch"), ("study.toml, sample weight: is used by no analysis", "an analysis by survey_weighted", "count everybody alike")),
    Mistake(TOML, "Missing answers are imputed once", imputed({"m": 1}), ("study.toml, imputation m: is 1", "how unsure imputed answers are", "20 to 100", "Impute several times")),
    Mistake(TOML, "Nothing says how missing answers are imputed", imputed(None), ("analyses 'main' imputed", "not how", "a table [imputation]", "m = 40")),
    Mistake(TOML, "An imputed analysis is by subgroups", all_of(imputed({}), change(TOML_FILE, '"welch"', '"adjusted", "by" = ["group"]')), ("analyses 'main' imputed: stands beside 'by'", "would make subgroups alike", "Remove 'by' or 'imputed'")),
    Mistake(TOML, "What is imputed is used by no analysis", imputed({}, used=False), ("study.toml, imputation: is used by no analysis", "imputed = true", "Add one")),
    Mistake(TOML, "Another estimator is to pool imputations", all_of(imputed({}), change(TOML_FILE, '"welch"', '"rank"')), ("analyses 'main' imputed: estimator 'rank' would ignore 'imputed'", "welch, risk_difference, adjusted")),
    Mistake(TOML, "A weighted analysis has no weight", change(TOML_FILE, '"welch"', '"survey_weighted"'), ("analyses 'main' estimator", "the sample has no weight, strata or population", "under [sample]")),
    Mistake(TOML, "Strata have no number each", change(TOML_FILE, '"control" = "control"', '"control" = "control", "population" = 40, "strata" = "group"'), ("study.toml, sample population: is one number", "a number per answer of the strata")),
    Mistake(DOING, "STUDY is misspelt", lambda root: None, ("studies/minni/study.toml: there is no such file", "STUDY= one of: mini", "did you mean 'mini'?"), ("check", "minni")),
    Mistake(DOING, "STUDY is a path", lambda root: None, ("STUDY=../mini: is not a study name", "lower-case letters", "Give the name of a folder in studies/."), ("check", "../mini")),
    Mistake(DOING, "FROM names a file that is not there", lambda root: None, ("svar.csv: there is no such file", "FROM="), ("new", "ny", "--from", "svar.csv")),
    Mistake(DOING, "plan.lock was edited by hand", all_of(lambda root: run(root, "lock", "mini"), change("studies/mini/plan.lock", '"design": "self_selected"', '"design": "randomised"')), ("studies/mini/plan.lock: was changed after it was locked", "Restore it from version control")),
    Mistake(DOING, "The key of pseudonyms is on another computer", change(TOML_FILE, '"id" = "person"', '"id" = "person", "pseudonym" = true'), ("mini.key: the key of the study's pseudonyms is not there", "make key STUDY=mini")),
    Mistake(DOING, "Nothing says who publishes what", lambda root: None, ("study.toml, publish: is missing", "prepared_by"), ("publish", "mini")),
)  # fmt: skip


@contextmanager
def _standing_in(root: Path) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in (ROOT_VARIABLE, KEYS_VARIABLE, "NO_COLOR")}
    os.environ |= {ROOT_VARIABLE: str(root), KEYS_VARIABLE: "/home/you/.config/rorlighet/keys", "NO_COLOR": "1"}
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name)
            os.environ |= {} if value is None else {name: value}


def run(root: Path, *arguments: str) -> tuple[int, str]:
    """Run a command on a root; give its exit status and all it says."""
    said = io.StringIO()
    with _standing_in(root), redirect_stdout(said), redirect_stderr(said):
        status = main(arguments)
    return status, said.getvalue()


def made(mistake: Mistake, root: Path) -> tuple[int, str]:
    """Make a mistake in a fresh little study; give the exit status and what is said."""
    miniature(root)
    mistake.plant(root)
    return run(root, *mistake.command)
