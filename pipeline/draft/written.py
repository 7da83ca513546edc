"""The files of a drafted study: codebook.csv, answers.csv, and study.toml with the reason beside what was inferred."""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from pipeline.draft.analyses import Analyses, nothing_in
from pipeline.draft.assembled import PERSON, Draft, Drafted, DraftedSource
from pipeline.draft.described import Kind, Labels
from pipeline.draft.kinds import WORDED, candidates
from pipeline.draft.people import names_people, odd_ids, repeated_ids
from pipeline.draft.waves import repeating, waves_known
from pipeline.spec.codebook import ANSWER_COLUMNS, CODEBOOK_COLUMNS, LABEL, RAW_NAME
from pipeline.spec.sources import REST
from pipeline.spec.vocabulary import LANGUAGES

DECIDE = "# DECIDE: "
"""Begins the comments that the list at the end of a draft points at."""
WRITTEN = ("csv", "limesurvey", "qualtrics", "redcap", "surveymonkey")
"""Formats whose numbers are texts with a sign."""
LONGEST_LINE = 100
Given = TypeVar("Given", bound=Hashable)


@dataclass(frozen=True)
class Facts:
    """What a draft is written with beside its tables: name, languages, sha256 by file, the seed, where the keys are explained."""

    study: str
    languages: tuple[str, ...]
    sha256: Mapping[str, str]
    seed: int
    docs: str

    def text(self, **texts: str) -> str:
        """Write a text in the languages of the study."""
        return "{ " + ", ".join(f"{language} = {_string(texts[language])}" for language in self.languages) + " }"

    def label(self, labels: Labels, otherwise: str) -> dict[str, str]:
        """Give a label in every language of the study; where there is none, the one of another language, or the name."""
        known = next((text for text in labels.values() if text), otherwise)
        return {language: labels.get(language) or known for language in self.languages}


def _key(heading: str) -> str:
    """Write a heading as a key of TOML: bare where it can be."""
    return heading if re.fullmatch(r"[A-Za-z0-9_-]+", heading) else _string(heading)


def _string(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def codebook_rows(draft: Draft, facts: Facts) -> list[dict[str, str]]:
    """Give the rows of codebook.csv: the id first, then the variables in the order of the files."""
    raws = {f"{RAW_NAME}{source.name}": source.table.id_heading for source in draft.sources}
    number = {"sv": "Nummer på den som svarade", "en": "Number of who answered"}
    rows = [{"type": "id", "name": PERSON, "unit": PERSON, "fixed": "yes", **_labels(facts, number, PERSON), **raws}]
    for one in draft.variables.values():
        rows.append(
            {
                "type": one.kind.type,
                "name": one.name,
                "unit": PERSON,
                "fixed": "yes" if one.fixed and one.kind.type != "select_multiple" else "",
                "answers": one.answers,
                "constraint": one.kind.constraint,
                **_labels(facts, one.label, one.name),
                **{f"{RAW_NAME}{source}": raw for source, raw in one.raw_names.items()},
            }
        )
    return rows


def _labels(facts: Facts, labels: Labels, otherwise: str) -> dict[str, str]:
    return {f"{LABEL}{language}": text for language, text in facts.label(labels, otherwise).items()}


def answer_rows(draft: Draft, facts: Facts) -> list[dict[str, str]]:
    """Give the rows of answers.csv."""
    return [
        {
            "list_name": name,
            "name": one.code,
            "raw": one.raw,
            "missing": one.missing,
            **_labels(facts, one.label, "" if one.missing else one.raw),
        }
        for name, answers in draft.lists.items()
        for one in answers
    ]


def table_text(rows: Iterable[Mapping[str, str]], columns: Sequence[str], languages: Sequence[str], more: Sequence[str] = ()) -> str:
    """Write rows as CSV, one line each, without the labels of languages that the study does not have."""
    kept = [name for name in columns if not name.startswith(LABEL) or name.removeprefix(LABEL) in languages]
    text = io.StringIO()
    writer = csv.DictWriter(text, [*kept, *more], restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: " ".join(cell.split()) for name, cell in row.items()} for row in rows)
    return text.getvalue()


def files_of(draft: Draft, analyses: Analyses, proposals: Sequence[str], facts: Facts) -> dict[str, str]:
    """Write the three files of a study: name -> text."""
    raw_names = [f"{RAW_NAME}{source.name}" for source in draft.sources]
    return {
        "codebook.csv": table_text(codebook_rows(draft, facts), CODEBOOK_COLUMNS, facts.languages, raw_names),
        "answers.csv": table_text(answer_rows(draft, facts), ANSWER_COLUMNS, facts.languages),
        "study.toml": "\n".join([*_head(draft, analyses, facts), *_parts(draft, analyses, facts), *proposals, *analyses.lines]) + "\n",
    }


def _head(draft: Draft, analyses: Analyses, facts: Facts) -> Iterator[str]:
    files = ", ".join(facts.sha256)
    yield "# Drafted from the exports by 'make new'. Lines with DECIDE wait for you. docs/study_toml.md explains every key; an editor that"
    yield "# reads the schema below (VS Code with Even Better TOML) shows the meaning where you type, completes and checks."
    yield f"#:schema {facts.docs}/study.schema.json"
    yield ""
    if len(facts.languages) < len(LANGUAGES):
        yield "# The files are in one language; add the other here and its texts everywhere to have reports in both."
        yield f"languages = {json.dumps(list(facts.languages))}"
    yield "# randomised or self_selected where a programme was offered (then name programme too), observational for groups that are there"
    yield "# anyway, single_group where nobody is compared."
    yield f"{DECIDE}the design decides what reports may say."
    yield f'design = "{analyses.design}"'
    yield "# true only for made-up answers; reports say so."
    yield "simulated = false"
    yield f"seed = {facts.seed}"
    yield f"{DECIDE}the title of the reports."
    yield f"title = {facts.text(sv=facts.study, en=facts.study)}"
    yield f"{DECIDE}the question that the study answers."
    yield f"question = {facts.text(**analyses.question)}"
    yield f"{DECIDE}who was invited, where, when and how."
    yield f"setting = {facts.text(sv=f'Svar ur {files}. Vilka som tillfrågades, när och hur är ännu inte beskrivet.', en=f'Answers from {files}. Who was invited, when and how is not yet described.')}"
    yield f"{DECIDE}where the data come from, and what must not be concluded from them."
    sv = "Svaren är lästa som de exporterades. Vad som inte kan sägas av dem är ännu inte beskrivet."
    yield f"source_note = {facts.text(sv=sv, en='The answers are read as exported. What must not be concluded from them is not yet described.')}"
    yield from nothing_in(analyses.lines)
    if analyses.labels:
        yield f"{DECIDE}what reports call the two groups, in the middle of a sentence: participants, the others."
    for key, labels in analyses.labels.items():
        yield f"{key} = {facts.text(**facts.label(labels, key))}"
    yield ""


def _parts(draft: Draft, analyses: Analyses, facts: Facts) -> Iterator[str]:
    yield "# What was observed: one row of a file is one of these."
    yield "[[units]]"
    yield from (f'name = "{PERSON}"', f'id = "{PERSON}"', f"label = {facts.text(sv='personer', en='people')}")
    if any(names_people(source.table) for source in draft.sources):
        yield f"{DECIDE}some ids name people, so they are read as pseudonyms: draw a key with 'make key STUDY={facts.study}'."
        yield "pseudonym = true"
    yield ""
    if draft.waves:
        yield f"# Rounds of answers, in order of time ({draft.why_waves})."
    if not waves_known(draft.waves):
        yield f"{DECIDE}what reports call each wave, in the middle of a sentence: before training, six months later."
    for wave in draft.waves:
        yield from ("[[waves]]", f'name = "{wave}"', f"label = {facts.text(**draft.called(wave))}", "")
    for source in draft.sources:
        yield from _source(draft, source, facts)
    yield "# Who is studied, and who is compared with whom."
    yield "[sample]"
    yield f'unit = "{PERSON}"'
    yield from analyses.sample
    yield from (f"# {line}" for line in candidates(draft.kinds))
    yield ""
    yield from analyses.exclusions
    yield from _exclusions(draft, facts)


def _exclusions(draft: Draft, facts: Facts) -> Iterator[str]:
    """Propose to take out rows whose ids look like trials of the questionnaire."""
    odd = {source.name: odd_ids(source.table) for source in draft.sources}
    values = sorted({text for own in odd.values() for text in own})
    if values:
        yield f"{DECIDE}are these ids trials, and not people? Then take away '# '."
        sources = [name for name, own in odd.items() if own]
        yield from ("# [[exclusions]]", '# id = "test_rows"', f"# sources = {json.dumps(sources)}", f'# variable = "{PERSON}"')
        yield f"# values = {json.dumps(values, ensure_ascii=False)}"
        yield from (f"# label = {facts.text(sv='testrader', en='test rows')}", "")


def _source(draft: Draft, source: DraftedSource, facts: Facts) -> Iterator[str]:
    file, settings = source.table.export.file, source.table.export.settings
    yield f"# {file} {'; '.join(source.table.export.why)}. Named by {source.table.id_heading}: {source.table.why_id}."
    yield from (
        "[[sources]]",
        f'name = "{source.name}"',
        f"file = {_string(file)}",
        f'sha256 = "{facts.sha256[file]}"',
        f'unit = "{PERSON}"',
    )
    if source.wave:
        yield f'wave = "{source.wave}"'
    yield from (f"{key} = {_string(value) if isinstance(value, str) else value}" for key, value in settings.items())
    if source.rows:
        yield (
            "rows = { "
            + ", ".join(f"{_key(key)} = {json.dumps(list(texts), ensure_ascii=False)}" for key, texts in source.rows.items())
            + " }"
        )
    if repeating(source.table):
        yield f"{DECIDE}the rows of {', '.join(repeating(source.table))} belong to no source yet: they are a unit of their own (docs/declare.md)."
    repeated = repeated_ids(source.table)
    if repeated:
        order = next((f' with order = "{one.name}"' for one, kind in source.holds if kind.type == "date"), "")
        yield f'{DECIDE}{repeated} rows repeat an id: say which counts, such as duplicates = "most_answered", or "latest"{order}.'
    yield from _written(source)
    yield f"# Columns that are not in codebook.csv are not read{':' if source.left_out else '.'}"
    for why, headings in source.left_out.items():
        yield from (f"#   {line}" for line in _folded(f"{why}: {', '.join(' '.join(heading.split())[:60] for heading in headings)}"))
    yield f'ignore = "{REST}"'
    yield ""


def _folded(text: str) -> Iterator[str]:
    """Break a long comment into lines."""
    line = ""
    for word in text.split(" "):
        if len(line) + len(word) > LONGEST_LINE:
            yield line
            line = "  "
        line = f"{line} {word}" if line else word
    yield line


def _written(source: DraftedSource) -> Iterator[str]:
    """State how numbers and dates are written, for the file and for the columns that differ."""
    own: dict[str, dict[str, object]] = {}
    signed = source.table.export.settings["format"] in WRITTEN
    decimal = (_most(kind.decimal for _, kind in source.holds) or "") if signed else ""
    dates = _most(kind.dates for _, kind in source.holds) or ()
    if decimal:
        yield f'decimal = "{decimal}"'
    if dates:
        yield f"dates = {json.dumps(list(dates))}"
    for one, kind in source.holds:
        differs = _differences(kind, decimal, dates, signed)
        if differs:
            own[one.name] = differs
        if kind.thousands or (kind.dates and kind.decide):
            yield f"{DECIDE}{one.name} {kind.decide}."
    if own:
        written = ", ".join(
            f"{name} = {{ {', '.join(f'{key} = {json.dumps(value)}' for key, value in keys.items())} }}" for name, keys in own.items()
        )
        yield f"columns = {{ {written} }}"


def _differences(kind: Kind, decimal: str, dates: tuple[str, ...], signed: bool) -> dict[str, object]:
    differs: dict[str, object] = {}
    if signed and kind.decimal and kind.decimal != decimal:
        differs["decimal"] = kind.decimal
    if signed and kind.thousands:
        differs["thousands"] = kind.thousands
    if kind.dates and kind.dates != dates:
        differs["dates"] = list(kind.dates)
    return differs


def _most(values: Iterable[Given]) -> Given | None:
    """Give the commonest of values that are not empty; None when all are."""
    counted = Counter(value for value in values if value)
    return counted.most_common(1)[0][0] if counted else None


def _from_cells(variable: Drafted) -> bool:
    return variable.kind.why.startswith((WORDED, "cells hold"))


def to_decide(folder: str, files: Mapping[str, str], variables: Mapping[str, Drafted]) -> Iterator[str]:
    """List what only the researcher knows, with file and line."""
    for number, line in enumerate(files["study.toml"].split("\n"), start=1):
        if DECIDE in line:
            yield f"{folder}/study.toml:{number}: {line.partition(DECIDE)[2]}"
    worded = [one.name for one in variables.values() if _from_cells(one)]
    if worded:
        yield f"{folder}/answers.csv:2: the answers of {len(worded)} questions are taken from their cells: read whether any of them names a person"
    for number, row in enumerate(csv.DictReader(io.StringIO(files["codebook.csv"])), start=2):
        kind = variables[row["name"]].kind if row["name"] in variables else None
        if kind is not None and kind.decide and not kind.thousands and not kind.dates:
            yield f"{folder}/codebook.csv:{number}: {row['name']}: {kind.decide}"
