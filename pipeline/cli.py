"""The command line: what make calls, usable without make.

Imports nothing heavy at the top: ``python -m pipeline --help`` must be instant.
"""

import argparse
import os
import signal
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.digits import same_digits
from pipeline.paths import ROOT_VARIABLE
from pipeline.spec.vocabulary import LANGUAGES
from pipeline.stages import STAGES
from pipeline.stages.running import Patient
from pipeline.stages.told import INTERRUPTED, OK, OUR_FAULT, THEIR_FAULT, told

if TYPE_CHECKING:
    from pipeline.stages.cluster import Cluster

ENDING = ("SIGTERM", "SIGHUP")
"""Signals that end a run as Ctrl-C does; Windows lacks the last."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; give the exit status."""
    sys.stdout, sys.stderr = Patient.instead_of(sys.stdout), Patient.instead_of(sys.stderr)
    options = _parser().parse_args(arguments)
    if options.project:
        os.environ[ROOT_VARIABLE] = str(Path(options.project).expanduser().resolve())
    os.umask(0o077)
    for name, value in same_digits().items():
        os.environ.setdefault(name, value)
    for name in ENDING:
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.default_int_handler)
    try:
        return options.run(options)
    except KeyboardInterrupt:
        print("Interrupted. Finished tables and reports are kept; run again to go on.", file=sys.stderr)
        return INTERRUPTED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m pipeline", description="From raw survey answers to defensible evaluation reports.")
    parser.add_argument(
        "--project", default="", metavar="FOLDER", help="where studies/, data/ and reports/ lie (default: beside the program)"
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _add_building(commands)
    new = commands.add_parser("new", help="draft a study from exports: what the files know is declared, the rest is asked")
    new.add_argument("study", nargs=1, help="name of the new folder in studies/")
    new.add_argument("--from", dest="files", nargs="+", required=True, metavar="FILE", help="exports, and files of the survey's structure")
    new.add_argument("--compare", default="", metavar="VARIABLE", help="question of two answers whose groups are compared")
    new.add_argument("--outcomes", nargs="+", default=[], metavar="VARIABLE", help="questions in which they are compared")
    new.add_argument("--id", default="", metavar="HEADING", help="column that names people, in every file")
    new.set_defaults(run=_new)
    project = commands.add_parser("project", help="make a folder of one's own for studies, raw data and reports")
    project.add_argument("folder", help="new or empty folder, outside that of the program")
    project.set_defaults(run=_project)
    _add_micro_data(commands)
    check = commands.add_parser("check", help="check what is declared, and the raw files where there are any")
    check.add_argument("study", nargs="*", help="folders in studies/ (default: all)")
    check.set_defaults(run=_check)
    receive = commands.add_parser("receive", help="write the sha256 of the raw files, as they are, into study.toml")
    receive.add_argument("study", nargs="+", help="folders in studies/")
    receive.set_defaults(run=_receive)
    key = commands.add_parser("key", help="draw the key of a study's pseudonyms, outside the project")
    key.add_argument("study", nargs="+", help="folders in studies/")
    doing = key.add_mutually_exclusive_group()
    doing.add_argument("--change", action="store_true", help="draw another one in place of one that may be known")
    doing.add_argument("--find", action="store_true", help="tell the pseudonym of an id that you type")
    key.set_defaults(run=_key)
    lock = commands.add_parser("lock", help="lock the analysis plan of a study")
    lock.add_argument("study", nargs="+", help="folders in studies/")
    lock.set_defaults(run=_lock)
    simulate = commands.add_parser("simulate", help="fill a study that has no raw files with made-up answers")
    simulate.add_argument("study", nargs="+", help="folders in studies/")
    simulate.add_argument("--write-hashes", action="store_true", help="write the sha256 lines of study.toml")
    simulate.set_defaults(run=_simulate)
    _add_leaving(commands)
    instruments = commands.add_parser("instruments", help="list the instruments, their measures, and what was published of them")
    instruments.set_defaults(run=_instruments)
    doctor = commands.add_parser("doctor", help="look at the machine and at all studies: what is wrong, and how to mend it")
    doctor.set_defaults(run=_doctor)
    index = commands.add_parser("index", help="write reports/index.html")
    index.set_defaults(run=_index)
    return parser


def _add_building(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    build = commands.add_parser("build", help="build studies: tables, release, reports")
    build.add_argument("study", nargs="*", help="folders in studies/ (default: all)")
    build.add_argument("--until", choices=STAGES, default=STAGES[-1], help="last stage to build (default: reports)")
    build.add_argument("--language", choices=LANGUAGES, help="render reports in one language only")
    build.add_argument("--levels", default="", help="render the reports per level of this variable only, also those made on request")
    build.add_argument("--scheduler", default="", metavar="ADDRESS", help="let workers of dask do it: local:4, or tcp://host:8786")
    build.add_argument("--jobs", type=_at_least_one, default=0, metavar="N", help="reports made at the same time (default: one per core)")
    build.add_argument("--index", action="store_true", help="write reports/index.html afterwards")
    build.set_defaults(run=_build)
    scheduler = commands.add_parser("scheduler", help="hand out work to workers on this and other machines")
    scheduler.add_argument("--port", type=_at_least_one, default=8786, metavar="N", help="where it listens (default: 8786)")
    scheduler.set_defaults(run=_help_out, address="", jobs=0)
    worker = commands.add_parser("worker", help="do what a scheduler hands out")
    worker.add_argument("address", help="where the scheduler listens, such as tcp://host:8786")
    worker.add_argument("--jobs", type=_at_least_one, default=0, metavar="N", help="workers (default: one per core)")
    worker.set_defaults(run=_help_out, port=0)


def _add_leaving(commands: argparse._SubParsersAction) -> None:
    """Add what makes something to be sent away."""
    publish = commands.add_parser("publish", help="freeze the release of a study into releases/, if it tells of nobody with earlier ones")
    publish.add_argument("study", nargs="+", help="folders in studies/")
    publish.set_defaults(run=_publish)
    handover = commands.add_parser("handover", help="write a study's reports as Word, Excel, PDF, leaflet and figures, to be passed on")
    handover.add_argument("study", nargs="*", help="folders in studies/ (default: all)")
    handover.add_argument("--language", choices=LANGUAGES, help="in one language only")
    handover.set_defaults(run=_handover)
    archive = commands.add_parser("archive", help="write what a data archive asks for: release, plan, DDI, licence; no micro-data")
    archive.add_argument("study", nargs="+", help="folders in studies/")
    archive.set_defaults(run=_archive)


def _add_micro_data(commands: argparse._SubParsersAction) -> None:
    """Add what shows or writes single people's answers."""
    databook = commands.add_parser("databook", help="show every question as it was answered, before anything is declared of it")
    databook.add_argument("study", nargs="*", help="folders in studies/ (default: all)")
    databook.set_defaults(run=_databook)
    export = commands.add_parser("export", help="write labelled responses and scores for a co-author's own tool (micro-data)")
    export.add_argument("study", nargs="+", help="folders in studies/")
    export.add_argument("--format", required=True, choices=("sav", "dta", "csv", "parquet"), help="of the tables")
    export.add_argument("--language", default="", choices=LANGUAGES, help="language of labels (default: the study's first)")
    export.set_defaults(run=_export)


def _studies(options: argparse.Namespace) -> list[str]:
    from pipeline.errors import ResearcherError
    from pipeline.paths import declared_studies

    chosen = options.study or declared_studies()
    if not chosen:
        raise ResearcherError.of("studies/", "no study is declared", remedy="Add a folder with study.toml; docs/declare.md shows how.")
    return chosen


def _build(options: argparse.Namespace) -> int:
    status = told(lambda: _build_studies(options))
    if options.index:
        status = max(status, _index(options))
    return status


def _build_studies(options: argparse.Namespace) -> int:
    from pipeline.paths import project_root
    from pipeline.render.engine import Engine, make_engine

    cluster = _connected(options) if options.scheduler else None
    engine: Engine = make_engine(options.jobs or _cores()) if cluster is None else cluster
    if cluster is None and options.until == STAGES[-1] and _some_are_stale(options):
        engine.warm_up()
    from pipeline.stages.build import Wanted, build_study
    from pipeline.stages.reports import Reports
    from pipeline.stages.running import bar, tell

    wanted = Wanted(options.until, (options.language,) if options.language else LANGUAGES, options.levels)

    def build(study: str) -> None:
        lines = [] if cluster is None else cluster.made(study)
        for line in lines:
            tell(line)
        build_study(study, replace(wanted, told=bool(lines)), reports)

    with engine, bar.shown(_steps(options)), Reports(engine) as reports:
        if cluster is not None:
            cluster.begin(sorted(set(_studies(options))), options.until, project_root())
        status = _each(options, build)
        return max(status, told(lambda: OUR_FAULT if reports.finish() else OK))


def _connected(options: argparse.Namespace) -> "Cluster":
    from pipeline.stages.cluster import connected

    return connected(options.scheduler)


def _help_out(options: argparse.Namespace) -> int:
    """Become a scheduler, or workers of one, until stopped."""
    from pipeline.stages.cluster import command_of

    command = command_of(options.address, options.port, options.jobs or _cores())
    os.execv(command[0], command)  # noqa: S606 - our own Python


def _steps(options: argparse.Namespace) -> int:
    """Count the steps that make the tables of all studies."""
    from pipeline.stages.up_to_date import MADE

    steps = len(MADE) if options.until in STAGES[-2:] else STAGES.index(options.until) + 1
    return steps * len(set(_studies(options)))


def _some_are_stale(options: argparse.Namespace) -> bool:
    """Say whether some study lacks the stamp of a finished build: what makes reports then loads while this process does."""
    from pipeline.paths import Paths, project_root

    return any(not Paths(project_root(), study).stamp(options.language or "").is_file() for study in _studies(options))


def _at_least_one(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number from 1")
    return int(text)


def _cores() -> int:
    """Give the number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _check(options: argparse.Namespace) -> int:
    from pipeline.stages.build import check_files, check_study

    def check(study: str) -> list[str]:
        declared = check_study(study)
        counts = f"{len(declared.variables)} variables, {len(declared.measure)} measures, {len(declared.declaration.analyses)} analyses"
        return [f"{study}: {counts}: no problems ({check_files(declared)})"]

    return _each(options, check)


def _new(options: argparse.Namespace) -> int:
    from pipeline.stages.new import Asked, new_study

    compare, outcomes = options.compare, options.outcomes
    if not compare and sys.stdin.isatty() and sys.stdout.isatty():
        compare = input("Which question has the two groups that are compared? (its heading; Enter: nobody is compared) ").strip()
        outcomes = outcomes or [
            one.strip() for one in input("In which questions? (headings, ';' between them; Enter: a proposal) ").split(";") if one.strip()
        ]
    asked = Asked(compare, tuple(outcomes), options.id)
    return _each(options, lambda study: new_study(study, options.files, asked))


def _databook(options: argparse.Namespace) -> int:
    from pipeline.render.engine import make_engine
    from pipeline.stages.databook import make_databook

    def make(study: str) -> Iterable[str]:
        with make_engine(_cores()) as engine:
            yield from make_databook(study, engine)

    return _each(options, make)


def _export(options: argparse.Namespace) -> int:
    from pipeline.stages.export import export_study

    return _each(options, lambda study: export_study(study, options.format, options.language))


def _project(options: argparse.Namespace) -> int:
    from pipeline.stages.project import make_project

    return told(partial(_print, make_project, options.folder))


def _receive(options: argparse.Namespace) -> int:
    from pipeline.stages.receive import receive_files

    return _each(options, receive_files)


def _key(options: argparse.Namespace) -> int:
    from getpass import getpass

    from pipeline.stages.key import change_key, draw_key, find_pseudonym

    if options.find:
        return _each(options, partial(find_pseudonym, ask=getpass))
    return _each(options, change_key if options.change else draw_key)


def _lock(options: argparse.Namespace) -> int:
    from pipeline.stages.build import lock_plan

    return _each(options, lambda study: [lock_plan(study)])


def _simulate(options: argparse.Namespace) -> int:
    from pipeline.stages.simulation import fill_study

    return _each(options, lambda study: fill_study(study, options.write_hashes))


def _publish(options: argparse.Namespace) -> int:
    from pipeline.stages.publish import publish_study

    return _each(options, publish_study)


def _handover(options: argparse.Namespace) -> int:
    from pipeline.stages.handover import make_handover

    return _each(options, partial(make_handover, languages=(options.language,) if options.language else LANGUAGES))


def _archive(options: argparse.Namespace) -> int:
    from pipeline.stages.handover import make_archive

    return _each(options, make_archive)


def _instruments(options: argparse.Namespace) -> int:
    from pipeline.spec.instruments import listed_instruments, read_instruments

    print("\n".join(listed_instruments(read_instruments())))
    return OK


def _doctor(options: argparse.Namespace) -> int:
    from pipeline.paths import project_root
    from pipeline.stages.doctor import told_findings

    lines, wrong = told_findings(project_root())
    print("\n".join(lines))
    return THEIR_FAULT if wrong else OK


def _index(options: argparse.Namespace) -> int:
    from pipeline.paths import project_root
    from pipeline.stages.reports import write_sealed_index

    return told(lambda: write_sealed_index(project_root()))


def _each(options: argparse.Namespace, work: Callable[[str], Iterable[str] | None]) -> int:
    """Do the work for every study, in one order for all runs, and print the lines it gives; one that fails does not stop the others."""
    studies: list[str] = []
    status = told(lambda: studies.extend(_studies(options)))
    for study in sorted(set(studies)):
        status = max(status, told(partial(_print, work, study), study))
    return status


def _print(work: Callable[[str], Iterable[str] | None], name: str) -> None:
    for line in work(name) or ():
        print(line)
