"""Draft a study from exports: copy them as received, write what can be declared, say what only the researcher knows."""

import hashlib
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.draft.again import difference
from pipeline.draft.analyses import proposed
from pipeline.draft.assembled import Draft, assembled
from pipeline.draft.described import Question, Table, columns_of
from pipeline.draft.people import name_ids
from pipeline.draft.proposals import proposed_measures
from pipeline.draft.recognise import Export, recognised, tool_of
from pipeline.draft.structures import structure_of
from pipeline.draft.words import language_of, slug, unused
from pipeline.draft.written import Facts, files_of, to_decide
from pipeline.errors import Problem, ResearcherError, raise_if_any
from pipeline.paths import Paths, study_paths
from pipeline.spec.load import load_study
from pipeline.spec.vocabulary import LANGUAGES
from pipeline.stages.build import check_files, check_study
from pipeline.stages.running import told_in_full
from pipeline.tables.atomic import write_bytes, write_text

LONGEST_SOURCE = 30
TEXTS_LOOKED_AT = 2_000
MOST_CELLS_CHECKED = 10_000_000


@dataclass(frozen=True)
class Asked:
    """What the researcher says of a draft: the group compared, the outcomes, the heading of the id."""

    compare: str = ""
    outcomes: tuple[str, ...] = ()
    id: str = ""


def new_study(name: str, files: Sequence[str], asked: Asked, root: Path | None = None) -> Iterator[str]:
    """Draft ``studies/<name>/`` from exports, or say what a new draft would change in one that is there.

    Parameters
    ----------
    name : str
        Of the study.
    files : sequence of str
        Paths of exports, and of files that hold a survey's structure.
    asked : Asked
    root : Path, optional
        Project root; this checkout when absent.

    Yields
    ------
    str
        Lines that say what was found and drafted, what must be decided, and what to do next.

    Raises
    ------
    ResearcherError
        When a file cannot be read, or a draft would be a guess.
    """
    paths = study_paths(name, root)
    contents = _contents(files)
    structure, told = _structure(contents)
    exports = [export for file, content in contents.items() if file not in told for export in recognised(file, content, file)]
    if not exports:
        raise ResearcherError.of("FROM", "names no file with answers", remedy='Name the exports: FROM="before.csv after.sav".')
    language, languages = _languages(exports, structure)
    tables = list(_tables(exports, structure, language))
    name_ids(tables, asked.id)
    draft = assembled(tables, language)
    analyses = proposed(draft, asked.compare, asked.outcomes, languages)
    facts = Facts(name, languages, _hashes(exports, contents), zlib.crc32(name.encode()) % 10_000_000, paths.way_to_docs)
    written = files_of(draft, analyses, proposed_measures(draft, languages), facts)
    yield from (f"{file}: a {kind}" for file, kind in told.items())
    yield from _found(draft)
    if (paths.declared / "study.toml").is_file():
        headings = [heading for export in exports for heading in export.imported.headings]
        differences = list(difference(paths, written, facts.sha256, headings))
        yield f"{paths.shown(paths.declared)}/ is there, so nothing is written. What these files have that it has not:"
        yield from differences or ("nothing",)
        return
    raise_if_any(_unfinished(paths, written))
    _receive(paths, contents)
    for file, content in written.items():
        write_text(paths.declared / file, content)
    yield f"Drafted: {paths.shown(paths.declared)}/ with {', '.join(written)}."
    yield from _decisions(paths, draft, written)
    cells = sum(len(table.columns) * len(table.columns[0].rows) for table in tables)
    if not analyses.lines:
        yield from _uncounted(name, root)
    else:
        yield from _checked(name, root, cells, "[[reports]]" in analyses.lines)


def _contents(files: Sequence[str]) -> dict[str, bytes]:
    """Read all files named; their names must be there and differ."""
    problems, found = [], {}
    for file in map(Path, files):
        if not file.is_file():
            problems.append(Problem(str(file), "there is no such file", remedy='Name files that are there: FROM="before.csv after.sav".'))
        elif file.name in found:
            problems.append(Problem(str(file), f"'{file.name}' is named twice", remedy="Give each file a name of its own."))
        else:
            found[file.name] = file.read_bytes()
    raise_if_any(problems)
    return found


def _structure(contents: Mapping[str, bytes]) -> tuple[dict[str, Question], dict[str, str]]:
    """Read what the files say of the survey's structure; give it with the names of these files and what they are."""
    questions: dict[str, Question] = {}
    told: dict[str, str] = {}
    for file, content in contents.items():
        read = structure_of(content, file)
        if read is not None:
            told[file] = read[0]
            questions |= read[1]
    return questions, told


def _languages(exports: Sequence[Export], structure: Mapping[str, Question]) -> tuple[str, tuple[str, ...]]:
    """Give the language of what the files themselves say, and those of the study."""
    texts = [text for export in exports for text in (*export.imported.headings, *export.imported.labels.values())]
    texts += [label for export in exports for labels in export.imported.value_labels.values() for label in labels.values()]
    texts += [text for export in exports for column in export.imported.columns for text in column.cat.categories[:20]]
    language = language_of(texts[:TEXTS_LOOKED_AT])
    worded = [set(question.label) for question in structure.values() if question.label]
    known = tuple(one for one in LANGUAGES if worded and all(one in labels for labels in worded))
    return (known[0] if len(known) == 1 else language), known or (language,)


def _tables(exports: Iterable[Export], structure: Mapping[str, Question], language: str) -> Iterator[Table]:
    taken: set[str] = set()
    for export in exports:
        stem = slug(f"{Path(export.file).stem} {export.settings.get('sheet', '')}", LONGEST_SOURCE) or "answers"
        name = unused(stem if stem[0].isalpha() else f"file_{stem}", taken)
        taken.add(name)
        yield Table(name, export, tool_of(export), columns_of(export.imported, structure, language))


def _hashes(exports: Iterable[Export], contents: Mapping[str, bytes]) -> dict[str, str]:
    return {export.file: hashlib.sha256(contents[export.file]).hexdigest() for export in exports}


def _unfinished(paths: Paths, written: Iterable[str]) -> Iterator[Problem]:
    """Find tables of a study that has no study.toml: they may be somebody's work."""
    for file in written:
        if (paths.declared / file).exists():
            remedy = "Move it away to have a draft, or declare the study by hand: docs/declare.md shows how."
            yield Problem(paths.shown(paths.declared / file), "is there, but no study.toml", remedy=remedy)


def _receive(paths: Paths, contents: Mapping[str, bytes]) -> None:
    """Copy the files as they are; what is there already is never written over."""
    there = {file: paths.raw / file for file in contents if (paths.raw / file).is_file()}
    remedy = "Files there are kept as received: give the new one another name."
    raise_if_any(
        Problem(paths.shown(path), "is there with another content", remedy=remedy)
        for file, path in there.items()
        if path.read_bytes() != contents[file]
    )
    for file, content in contents.items():
        if file not in there:
            write_bytes(paths.raw / file, content)


def _found(draft: Draft) -> Iterator[str]:
    for source in draft.sources:
        left_out = sum(map(len, source.left_out.values()))
        rows = len(source.table.columns[0].rows) if source.own is None else int(source.own.sum())
        held = f"{rows} rows, {len(source.holds)} questions, {left_out} columns left out (why: study.toml)"
        wave = f", wave {source.wave}" if source.wave else ""
        yield f"{source.table.export.file} {'; '.join(source.table.export.why)}: source {source.name}{wave}, {held}"
    if draft.waves:
        yield f"Waves {', '.join(draft.waves)}: {draft.why_waves}."


def _decisions(paths: Paths, draft: Draft, written: Mapping[str, str]) -> Iterator[str]:
    listed = list(to_decide(paths.shown(paths.declared), written, draft.variables))
    if listed:
        yield "You decide:"
        yield from (f"  {line}" for line in listed)


def _uncounted(name: str, root: Path | None) -> Iterator[str]:
    """Say of files in which nothing can be counted yet what is missing, and that they can be looked at."""
    yield "Nothing in these files can be counted yet: no question has answers that differ and repeat. study.toml says of each column why it is"
    yield "left out. Draft again when more people have answered, or declare what you want to count: docs/declare.md, section 4."
    yield f"Checked: no other problems ({check_files(load_study(name, root))})."
    yield f"Next: make databook STUDY={name}"


def _checked(name: str, root: Path | None, cells: int, is_reported: bool) -> Iterator[str]:
    """Check the draft as ``make check`` would; files of many cells are not read a second time."""
    try:
        study = check_study(name, root)
        if cells > MOST_CELLS_CHECKED:
            yield f"Checked: no problems in the declaration; the files are large and not yet held against it.\nNext: make check STUDY={name}"
            return
        yield f"Checked: no problems ({check_files(study)})."
        if not is_reported:
            yield "No report fits yet: there are neither two waves nor a question of a few answers by which people differ, and no COMPARE= was named."
        yield f"Next: make {'' if is_reported else 'databook '}STUDY={name}"
    except ResearcherError as error:
        yield "Checked: this must be put right before a first report:"
        yield from str(told_in_full(study_paths(name, root), error)).splitlines()
        yield f"Next: make check STUDY={name}"
