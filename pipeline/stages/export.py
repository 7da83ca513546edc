"""Write a study's labelled responses and scores for a co-author's own tool: micro-data, beside the tables, with a README that says so."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from pipeline.draft.written import table_text
from pipeline.errors import raise_if_any
from pipeline.exports import labelled
from pipeline.exports.export import Export
from pipeline.exports.labelled import Coded, Column
from pipeline.exports.sav import write_dta, write_sav
from pipeline.render.catalogue import catalogue
from pipeline.score.checks import rule_problems
from pipeline.spec.codebook import ANSWER_COLUMNS, CODEBOOK_COLUMNS, RAW_NAME
from pipeline.spec.declared import Text
from pipeline.spec.load import load_study
from pipeline.spec.study import Study
from pipeline.spec.vocabulary import LANGUAGES, MISSING_REASONS
from pipeline.stages.build import build_stage, table_steps
from pipeline.stages.running import only_run
from pipeline.stages.store import load
from pipeline.stages.up_to_date import read_record
from pipeline.tables.atomic import write_bytes, write_text
from pipeline.tables.frames import csv_bytes, rows_bytes
from pipeline.tables.results import Cleaned, Scored


@dataclass(frozen=True)
class Written:
    """A table in a format: its bytes, the name of each column there, and the cell that stands for each reason."""

    content: bytes
    headings: Mapping[str, str]
    reasons: Mapping[str, str]


@dataclass(frozen=True)
class Form:
    """A format: how names and labels are cut, how reasons are written, and what writes the file."""

    how: Coded
    reasons: Callable[[list[Column]], dict[str, str]]
    write: Callable[[Export], bytes]

    def of(self, columns: list[Column], language: str, every: Iterable[Column]) -> Written:
        """Write columns as numbers with labels; a reason is written alike in the tables of all units, whose columns are ``every``."""
        how = replace(self.how, reasons=self.reasons(list(every)))
        export, headings = labelled.coded(
            columns, language, how, {reason: label.in_language(language) for reason, label in _reasons().items()}
        )
        return Written(self.write(export), headings, how.reasons)


CODED = {
    "sav": Form(Coded(64, 256, 120), labelled.negative_reasons, write_sav),
    # Stata has names of 32 letters; pyreadstat puts the number of the label set behind the name and asks that both fit.
    "dta": Form(Coded(27, 80, 32_000), lambda columns: labelled.stata_reasons(), write_dta),
}
PLAIN: dict[str, Callable[[list[Column]], bytes]] = {
    "csv": lambda columns: csv_bytes(labelled.plain(columns)),
    "parquet": lambda columns: rows_bytes(labelled.typed(columns)),
}
FORMATS = (*CODED, *PLAIN)


def export_study(name: str, form: str, language: str = "", root: Path | None = None) -> Iterator[str]:
    """Write ``data/processed/<study>/export/<format>/``: one table per kind of unit, its codebook, and a README.

    Parameters
    ----------
    name : str
        Folder in ``studies/``; needs no analyses.
    form : str
        One of ``FORMATS``.
    language : str
        Of labels inside the files; the study's first when empty. The codebook has both.
    root : Path, optional
        The project's root.

    Yields
    ------
    str
        What was written.

    Raises
    ------
    ResearcherError
        For what the researcher can put right.
    """
    study = load_study(name, root)
    raise_if_any(rule_problems(study))
    chosen = language or study.declaration.languages[0]
    folder = study.paths.processed / "export" / form
    with only_run(study.paths):
        record = read_record(study.paths)
        for step in table_steps(study)[:2]:
            build_stage(study, record, step)
        cleaned, scored = load(study, Cleaned), load(study, Scored)
        codebook: list[dict[str, str]] = []
        answers: dict[tuple[str, str], dict[str, str]] = {}
        tables = {unit: labelled.columns_of(study, unit, cleaned, scored) for unit in study.unit if len(cleaned.units[unit])}
        for unit, columns in tables.items():
            every = chain.from_iterable(tables.values())
            written = CODED[form].of(columns, chosen, every) if form in CODED else Written(PLAIN[form](columns), {}, {})
            write_bytes(folder / f"{unit}.{form}", written.content)
            yield f"{study.paths.shown(folder / f'{unit}.{form}')}: {len(columns[0].values)} rows, {len(columns)} columns"
            codebook += labelled.codebook_rows(unit, columns, written.headings)
            rows = labelled.answer_rows(columns, written.reasons, _reasons(), form in CODED)
            answers |= {(row["list_name"], row["raw"]): row for row in rows}
        _write_words(study, folder, chosen, codebook, answers)
    yield f"{study.paths.shown(folder)}/README.md says what is in them. They hold single people's answers: give them only to those who may have them."


def _write_words(
    study: Study, folder: Path, language: str, codebook: list[dict[str, str]], answers: Mapping[tuple[str, str], dict[str, str]]
) -> None:
    """Write what the files mean: codebook and answers as the study's own are written, and a README."""
    sources = list(dict.fromkeys(f"{RAW_NAME}{row['unit']}" for row in codebook))
    write_text(folder / "codebook.csv", table_text(codebook, CODEBOOK_COLUMNS, LANGUAGES, sources))
    write_text(folder / "answers.csv", table_text(answers.values(), ANSWER_COLUMNS, LANGUAGES))
    say = catalogue(language).say
    parts = [
        f"# {study.declaration.title.in_language(language)}",
        say("export.private"),
        say("export.rows"),
        say(f"export.{folder.name}"),
        say("export.codebook"),
    ]
    if study.declaration.simulated or study.paths.simulated.is_file():
        parts.insert(1, say("page.simulated") + ".")
    write_text(folder / "README.md", "\n\n".join(parts) + "\n")


def _reasons() -> dict[str, Text]:
    return {
        reason: Text(**{language: catalogue(language).say(f"missing.{reason}") for language in LANGUAGES}) for reason in MISSING_REASONS
    }
