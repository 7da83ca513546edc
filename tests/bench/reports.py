"""What reports cost, beside the papermill and nbconvert commands, a second worker, and the same cells as a plain script."""

import json
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from pipeline.paths import Paths
from pipeline.render.engine.client import ForkEngine
from pipeline.render.engine.jobs import Limits
from pipeline.render.rendering import Rendering
from pipeline.spec.load import load_study
from pipeline.spec.vocabulary import LANGUAGES
from pipeline.stages.pages import ReportPage, pages_of
from tests.bench.measure import BIN, cpu_seconds, environment, least, megabytes_over_time, pipeline
from tests.one_group import analysis, one_group, people, replace

LEVELS = 100
PEOPLE = 4000
SCRIPT = """import json, sys, time
import pandas, pipeline.render.report
from pipeline.render.engine.preload import load_packages
load_packages()
from pipeline.render.figures import canvas
spent = {"drawing": 0.0}

def timed(draw):
    def drawn(*arguments):
        began = time.process_time()
        try:
            return draw(*arguments)
        finally:
            spent["drawing"] += time.process_time() - began
    return drawn

for module in list(sys.modules.values()):
    if getattr(module, "drawn", None) is canvas.drawn and module is not canvas:
        module.drawn = timed(canvas.drawn)
began = time.process_time()
for source in sys.argv[1:]:
    exec(source, globals())
print(json.dumps({"all": time.process_time() - began, **spent}))
"""


@dataclass(frozen=True)
class Chosen:
    """One report: its study and page."""

    study: str
    page: ReportPage

    def parameters(self, root: Path) -> dict[str, str]:
        """Give what its template is given."""
        return Rendering.of(Paths(root, self.study), self.page.report, self.page.language, self.page.level).parameters


def without_level_pages(root: Path) -> None:
    """Leave the reports per level out of every declaration, so that each study has one report in two languages."""
    for path in root.glob("studies/*/study.toml"):
        blocks = path.read_text(encoding="utf-8").split("[[reports]]\n")
        path.write_text("[[reports]]\n".join(block for block in blocks if "\nper = " not in f"\n{block}"), encoding="utf-8")


def chosen_reports(root: Path) -> list[Chosen]:
    """Give every report of a plain make."""
    studies = [path.parent.name for path in sorted(root.glob("studies/*/study.toml"))]
    return [Chosen(study, page) for study in studies for page in pages_of(load_study(study, root), LANGUAGES)]


def no_reports(root: Path) -> None:
    """Make all reports count as never made."""
    shutil.rmtree(root / "reports", ignore_errors=True)
    for stamp in root.glob("data/processed/*/.stamp"):
        stamp.unlink()


def twelve_rows(root: Path) -> list[str]:
    """Measure the reports of all studies in one run, with one worker and two, and the loop of commands on the same ones."""
    reports = chosen_reports(root)
    one_cpu, one_wall = least([pipeline("build", "--jobs", "1")], root, lambda: no_reports(root))
    two_cpu, two_wall = least([pipeline("build", "--jobs", "2")], root, lambda: no_reports(root))
    commands = [command for place, report in enumerate(reports) for command in command_pair(root, report, place)]
    peer_cpu, peer_wall = cpu_seconds(commands, root)
    count = len(reports)
    return [
        f"| {count} reports, one worker | {one_cpu:.2f} | {one_wall:.2f} | {peer_cpu / one_cpu:.1f}× less CPU than the commands |",
        f"| {count} reports, two workers | {two_cpu:.2f} | {two_wall:.2f} | {two_wall / one_wall:.2f} of the wall time of one |",
        f"| the same {count} by a loop of papermill and nbconvert commands | {peer_cpu:.2f} | {peer_wall:.2f} | |",
    ]


def command_pair(root: Path, report: Chosen, place: int) -> list[list[str]]:
    """Give the two commands that researchers use for one report."""
    template, executed = root / "notebooks" / f"{report.page.report.template}.ipynb", root / f"peer-{place}.ipynb"
    values = [word for name, value in report.parameters(root).items() for word in ("-p", name, value)]
    return [
        [str(BIN / "papermill"), str(template), str(executed), *values],
        [str(BIN / "jupyter"), "nbconvert", "--to", "html", "--no-input", str(executed)],
    ]


def script_rows(root: Path) -> list[str]:
    """Measure each report in a fork, the same cells as a plain script without imports, and the writing of both files."""
    forked = plain = drawing = written = 0.0
    reports = [report for report in chosen_reports(root) if report.page.language == "sv"]
    for report in reports:
        rendering = Rendering.of(Paths(root, report.study), report.page.report, "sv", report.page.level)
        job = rendering.job(report.study, Limits())
        with ForkEngine() as engine:
            runs = []
            for _ in range(3):
                engine.submit(job)
                runs += engine.ended(wait=True)
        forked += min(run.cpu_seconds for run in runs)
        script = min((as_script(root, [cell.source for cell in job.cells]) for _ in range(3)), key=lambda one: one["all"])
        plain += script["all"]
        drawing += script["drawing"]
        rendering.rendered(runs[0])
        began = time.process_time()
        rendering.rendered(runs[0])
        written += time.process_time() - began
    count = len(reports)
    return [
        f"| one report in its fork, mean of {count} | {forked / count:.2f} | | {forked / plain:.2f}× the same cells as a plain script |",
        f"| the same cells as a plain script, imports not counted | {plain / count:.2f} | | {100 * drawing / plain:.0f} % of it draws figures |",
        f"| writing its notebook and page | {written / count:.3f} | | |",
    ]


def as_script(root: Path, sources: list[str]) -> dict[str, float]:
    """Run cells in one plain Python process; give the CPU seconds after its imports, and those of drawing figures."""
    command = [sys.executable, "-c", SCRIPT, *sources]
    done = subprocess.run(command, cwd=root, env=environment(root), check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def many_rows(root: Path, notebooks: Path) -> list[str]:
    """Measure 200 pages and an overview of a generated study in one run, and its memory at the beginning and at the end."""
    group = [replace(person, house=f"H{place % LEVELS + 1:03d}", number=f"P{place:05d}") for place, person in enumerate(people(PEOPLE))]
    target = analysis("target", "attainment", "in_work@exit", "primary", target=0.5, by=["house"])
    one_group(root, group, analyses=[target], exhibits=[], reports=[{"id": "houses", "template": "one_level", "per": "house"}])
    shutil.copytree(notebooks, root / "notebooks", dirs_exist_ok=True)
    (root / "requirements.lock").touch()
    cpu_seconds([pipeline("build", "--until", "release")], root)
    cpu, wall = cpu_seconds([pipeline("build")], root)
    count = len(list(root.glob("reports/*/*/*.ipynb")))
    no_reports(root)
    memory = list(megabytes_over_time(pipeline("build"), root))
    part = len(memory) // 5
    first, last = max(memory[part : 2 * part]), max(memory[-2 * part : -part])
    return [
        f"| {count} reports of a generated study, two workers | {cpu:.1f} | {wall:.1f} | {cpu / count:.2f} CPU s each; "
        f"memory of all processes at most {first:.0f} MB in the second fifth of the run, {last:.0f} MB in the fourth |"
    ]


def plain_make_row(root: Path) -> str:
    """Measure a build of everything from raw files to index."""
    shutil.rmtree(root / "data" / "processed", ignore_errors=True)
    no_reports(root)
    cpu, wall = cpu_seconds([pipeline("build", "--index")], root)
    count = len(list(root.glob("reports/*/*/*.ipynb")))
    return f"| all six studies from raw files to {count} reports and the index | {cpu:.1f} | {wall:.1f} | |"
