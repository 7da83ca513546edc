"""The structure of a survey, from the file its tool keeps it in: LimeSurvey, Qualtrics, REDCap, XLSForm.

Each reader gives ``Question`` by the heading that the tool's exports have for
it, folded. To add one: write it, and its line in ``STRUCTURES``.
"""

import csv
import html
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping
from xml.etree import ElementTree as Xml

from pipeline.clean.importers.xlsx import FORBIDDEN, open_workbook
from pipeline.draft.described import Option, Question
from pipeline.errors import ResearcherError
from pipeline.spec.folding import comparable, tidy
from pipeline.spec.vocabulary import LANGUAGES

Structure = Mapping[str, Question]
MARKUP = re.compile(r"<[^<>]+>")
REDCAP_NAME, REDCAP_CHOICES = "Variable / Field Name", "Choices, Calculations, OR Slider Labels"
REDCAP_KINDS = {
    "checkbox": "box",
    "radio": "choice",
    "dropdown": "choice",
    "yesno": "choice",
    "truefalse": "choice",
    "notes": "text",
    "file": "text",
}
REDCAP_FIXED = {"yesno": "1, Yes | 0, No", "truefalse": "1, True | 0, False"}
LIME_KINDS = {"M": "box", "P": "box", "S": "text", "T": "text", "U": "text", "Q": "text", "N": "number", "K": "number", "D": "date"}
LIME_POINTS = {"5": 5, "A": 5, "B": 10}
LIME_FIXED = {"Y": {"Y": ("Ja", "Yes"), "N": ("Nej", "No")}, "G": {"F": ("Kvinna", "Female"), "M": ("Man", "Male")}}
LIME_FIXED["C"] = {**LIME_FIXED["Y"], "U": ("Osäker", "Uncertain")}
XLSFORM_KINDS = {
    "select_multiple": "box",
    "select_one": "choice",
    "integer": "number",
    "decimal": "number",
    "range": "number",
    "date": "date",
    "text": "text",
}
NUMBERS = {"number", "integer", "number_comma_decimal", "number_1dp", "number_2dp"}


def plain(text: str | None) -> str:
    """Take the marks of a web page out of a text."""
    return tidy(" ".join(html.unescape(MARKUP.sub(" ", text or "")).split()))


def read_limesurvey(content: bytes) -> Structure:
    """Read a LimeSurvey survey (.lss) in all its languages that reports can have."""
    if any(mark in content for mark in FORBIDDEN):
        raise ValueError("it defines XML entities of its own")
    root = Xml.fromstring(content)  # noqa: S314 - entities were refused above
    tables = {part.tag: [{cell.tag: cell.text or "" for cell in row} for row in part.iter("row")] for part in root}
    wording = _by_language(tables, "question_l10ns", ("questions", "subquestions"), "qid", "question")
    answer_text = _by_language(tables, "answer_l10ns", ("answers",), "aid", "answer")
    options: dict[str, dict[str, Option]] = {}
    for row in tables.get("answers", []):
        key = row.get("aid", f"{row['qid']} {row['code']}")
        options.setdefault(row["qid"], {})[row["code"]] = Option(row["code"], answer_text.get(key, {}))
    parts: dict[str, dict[str, dict]] = {}
    for row in tables.get("subquestions", []):
        parts.setdefault(row["parent_qid"], {})[row["title"]] = row
    found: dict[str, Question] = {}
    for row in {row["qid"]: row for row in tables.get("questions", []) if row.get("parent_qid", "0") in ("0", "")}.values():
        own = tuple(options.get(row["qid"], {}).values()) or _fixed_options(row["type"])
        whole = Question(wording.get(row["qid"], {}), own, LIME_KINDS.get(row["type"], "choice" if own else ""))
        found[comparable(row["title"])] = whole
        for code, part in parts.get(row["qid"], {}).items():
            labels = wording.get(part["qid"], {})
            joined = {language: f"{text} [{labels.get(language, '')}]" for language, text in whole.label.items()}
            found[comparable(f"{row['title']}[{code}]")] = Question(joined, whole.options, whole.kind)
    return found


def _by_language(tables: Mapping[str, list[dict]], newer: str, older: tuple[str, ...], key: str, text: str) -> dict[str, dict[str, str]]:
    """Give texts by key and language: newer surveys keep them in a table of their own, older ones in the rows themselves."""
    found: dict[str, dict[str, str]] = {}
    for row in [*tables.get(newer, []), *(row for name in older for row in tables.get(name, []) if text in row)]:
        language = row.get("language", "")[:2]
        if language in LANGUAGES:
            found.setdefault(row.get(key, f"{row.get('qid')} {row.get('code')}"), {})[language] = plain(row[text])
    return found


def _fixed_options(kind: str) -> tuple[Option, ...]:
    """Give the answers that LimeSurvey itself has for a type of question."""
    points = range(1, LIME_POINTS.get(kind, 0) + 1)
    worded = LIME_FIXED.get(kind, {})
    return tuple(Option(str(point), dict.fromkeys(LANGUAGES, str(point))) for point in points) or tuple(
        Option(code, dict(zip(LANGUAGES, texts, strict=True))) for code, texts in worded.items()
    )


def read_redcap(content: bytes) -> Structure:
    """Read a REDCap data dictionary (CSV); its texts count as English."""
    found: dict[str, Question] = {}
    for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig"))):
        name, type_, label = row[REDCAP_NAME], row["Field Type"], {"en": plain(row["Field Label"])}
        check = row.get("Text Validation Type OR Show Slider Number") or ""
        kind = REDCAP_KINDS.get(type_) or (
            "number" if check in NUMBERS or type_ in ("calc", "slider") else "date" if check.startswith("date") else ""
        )
        choices = REDCAP_FIXED.get(type_) or (row[REDCAP_CHOICES] if type_ in REDCAP_KINDS else "")
        options = tuple(_redcap_options(choices))
        personal = (row.get("Identifier?") or "").strip().casefold() == "y"
        found[comparable(name)] = Question(label, options, kind, personal)
        for option in options if kind == "box" else ():
            found[comparable(f"{name}___{option.raw.casefold()}")] = Question(
                {"en": f"{label['en']} [{option.label['en']}]"}, options, kind, personal
            )
    return found


def _redcap_options(choices: str) -> Iterator[Option]:
    for choice in choices.split("|"):
        code, _, label = choice.partition(",")
        if label.strip():
            yield Option(code.strip(), {"en": plain(label)})


def read_qualtrics(content: bytes) -> Structure:
    """Read a Qualtrics survey (.qsf); its texts count as those of the survey's language."""
    survey = json.loads(content)
    language = {"SV": "sv"}.get(survey["SurveyEntry"].get("SurveyLanguage", ""), "en")
    found: dict[str, Question] = {}
    for element in survey["SurveyElements"]:
        payload = element.get("Payload") or {}
        if element.get("Element") != "SQ" or not isinstance(payload, dict) or "DataExportTag" not in payload:
            continue
        tag, wording = payload["DataExportTag"], plain(payload.get("QuestionText"))
        recode = payload.get("RecodeValues") or {}
        choices = _qualtrics_options(payload.get("Choices"), recode, language)
        answers = _qualtrics_options(payload.get("Answers"), recode, language)
        several = payload.get("QuestionType") == "MC" and payload.get("Selector", "").startswith("MA")
        text = payload.get("QuestionType") == "TE"
        found[comparable(tag)] = Question(
            {language: wording}, choices, "box" if several else "text" if text else "choice" if choices else ""
        )
        for key, choice in (payload.get("Choices") or {}).items() if several or answers else ():
            label = {language: f"{wording} [{plain(choice.get('Display'))}]"}
            place = recode.get(key, key) if several else key
            found[comparable(f"{tag}_{place}")] = Question(label, choices if several else answers, "box" if several else "choice")
    return found


def _qualtrics_options(choices: object, recode: Mapping[str, str], language: str) -> tuple[Option, ...]:
    if not isinstance(choices, dict):
        return ()
    return tuple(Option(str(recode.get(key, key)), {language: plain(choice.get("Display"))}) for key, choice in choices.items())


def read_xlsform(content: bytes) -> Structure:
    """Read an XLSForm (.xlsx with the sheets survey and choices), in all its languages that reports can have."""
    book = open_workbook(content, "the XLSForm")
    options: dict[str, list[Option]] = {}
    for row in _rows(book, "choices"):
        name = str(row.get("list_name") or row.get("list name") or "")
        options.setdefault(name, []).append(Option(_code(row.get("name")), _labels(row)))
    found: dict[str, Question] = {}
    for row in _rows(book, "survey"):
        type_, _, rest = str(row.get("type", "")).strip().partition(" ")
        own = tuple(options.get(rest.strip().split(" ")[0], ()))
        name, label, kind = str(row.get("name", "")), _labels(row), XLSFORM_KINDS.get(type_, "")
        if kind:
            found[comparable(name)] = Question(label, own, kind)
        for option in own if kind == "box" else ():
            joined = {language: f"{text} [{option.label.get(language, option.raw)}]" for language, text in label.items()}
            found[comparable(f"{name}/{option.raw}")] = Question(joined, own, kind)
    return found


def _rows(book: object, sheet: str) -> Iterator[dict]:
    heading, *rows = book.get_sheet_by_name(sheet).to_python()  # type: ignore[attr-defined]
    yield from (dict(zip(map(str, heading), row, strict=False)) for row in rows)


def _code(value: object) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _labels(row: Mapping[str, object]) -> dict[str, str]:
    """Give the labels of an XLSForm row: ``label`` (English), ``label::Svenska (sv)``, ``label::English (en)``."""
    found = {"en": plain(str(row["label"]))} if row.get("label") else {}
    for key, value in row.items():
        language = re.search(r"label::.*?\(?(sv|en)\)?$", key, re.IGNORECASE) or re.search(r"label::(sv|en)", key, re.IGNORECASE)
        if language and value:
            found[language[1].casefold()] = plain(str(value))
    return found


def _is_xlsform(content: bytes, where: str) -> bool:
    return content.startswith(b"PK") and {"survey", "choices"} <= set(open_workbook(content, where).sheet_names)


STRUCTURES: tuple[tuple[str, Callable[[bytes, str], bool], Callable[[bytes], Structure]], ...] = (
    ("LimeSurvey survey", lambda content, _: b"<LimeSurveyDocType>" in content[:2000], read_limesurvey),
    ("REDCap dictionary", lambda content, _: REDCAP_NAME.encode() in content[:200], read_redcap),
    ("Qualtrics survey", lambda content, _: content.lstrip()[:1] == b"{" and b'"SurveyEntry"' in content[:5000], read_qualtrics),
    ("XLSForm", _is_xlsform, read_xlsform),
)
"""Name, how it is recognised, and what reads it."""


def structure_of(content: bytes, where: str) -> tuple[str, Structure] | None:
    """Read a file that holds the structure of a survey; None when it is another kind of file.

    Raises
    ------
    ResearcherError
        When it is one and cannot be read.
    """
    for name, fits, read in STRUCTURES:
        if fits(content, where):
            try:
                return name, read(content)
            except (KeyError, ValueError, TypeError, AttributeError, Xml.ParseError) as error:
                found, remedy = f"is a {name} that cannot be read: {error}", "Export it again, or leave it out of FROM."
                raise ResearcherError.of(where, found, remedy=remedy) from None
    return None
