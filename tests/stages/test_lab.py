"""Executed notebooks as they are seen: in the JupyterLab that ``make lab`` starts, which trusts none of them, and as nbconvert writes them."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.stages.project import TEMPLATES

pytestmark = pytest.mark.slow

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
REQUIRED = os.environ.get("RORLIGHET_BROWSER") == "required"
WITH_BROWSER = pytest.mark.skipif(BROWSER is None and not REQUIRED, reason="no Chromium on this machine")
QUIET = "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync --no-first-run --disable-quic"
SETTINGS = {
    "notebook-extension/tracker": {"windowingMode": "none"},  # all cells at once, not only those in view
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
}
SEEN = """() => {
  const outputs = [...document.querySelectorAll('.jp-OutputArea-output')];
  const within = (what) => outputs.flatMap((output) => [...output.querySelectorAll(what)]).filter((one) => one.checkVisibility());
  return {
    pictures: within('img').filter((one) => one.naturalWidth > 0 && one.clientWidth > 0).map((one) => one.alt),
    captions: within('figcaption').map((one) => one.textContent),
    rows: [...new Set(within('th[scope=row]').map((one) => getComputedStyle(one).textAlign))],
    first: (outputs[0]?.innerText ?? '').split('\\n')[0],
    marks: within('.verdict').map((one) => one.parentElement.innerText),
  };
}"""
OPEN = """async (path) => {
  await jupyterapp.restored;
  await jupyterapp.commands.execute('docmanager:open', {path, kernelPreference: {shouldStart: false, canStart: false}});
}"""
"""What a click on the file's name does, but for the kernel, which showing needs not."""
READY = "count => document.querySelectorAll('.jp-OutputArea-output').length >= count && [...document.images].every(one => one.complete)"


@dataclass(frozen=True)
class Executed:
    """One executed notebook: where it is below its root, of which template, and what it holds."""

    name: str
    template: str
    outputs: list[dict[str, Any]]

    @property
    def words(self) -> list[dict[str, str]]:
        """Alternative text and caption of each figure, in order."""
        return [one["metadata"]["image/svg+xml"] for one in self.outputs if "image/svg+xml" in one["data"]]


def executed(folder: Path) -> list[Executed]:
    """Read every executed notebook below a folder."""
    templates = {code_of(json.loads((ROOT / "notebooks" / f"{name}.ipynb").read_bytes())): name for name in TEMPLATES}
    found = []
    for path in sorted(folder.glob("*/*/*.ipynb")):
        notebook = json.loads(path.read_bytes())
        outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", [])]
        found.append(Executed(path.relative_to(folder).as_posix(), templates[code_of(notebook)], outputs))
    return found


def code_of(notebook: dict[str, Any]) -> str:
    """Give the code of a notebook without its parameters."""
    return "\n".join("".join(cell["source"]) for cell in notebook["cells"][1:] if cell["cell_type"] == "code")


@pytest.fixture(scope="module")
def reports(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reports of all bundled studies, copied: JupyterLab writes beside what it opens."""
    return shutil.copytree(built / "reports", tmp_path_factory.mktemp("lab") / "reports")


def lab_command() -> str:
    """What ``make lab`` runs, with the programs of this Python."""
    own = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")}
    done = subprocess.run(["make", "-n", "lab"], cwd=ROOT, env=own, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()[-1].replace(".venv/bin/", f"{Path(sys.executable).parent}/")


@contextmanager
def lab(folder: Path, own: Path) -> Iterator[str]:
    """Serve a folder with a JupyterLab of its own, which has never seen a notebook; give its address."""
    for name, values in SETTINGS.items():
        path = own / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values), encoding="utf-8")
    jupyter = {f"JUPYTER_{name}_DIR": str(own / name.lower()) for name in ("CONFIG", "DATA", "RUNTIME")}
    environment = {**os.environ, **jupyter, "JUPYTERLAB_SETTINGS_DIR": str(own / "settings"), "HOME": str(own)}
    options = "--no-browser --allow-root --ServerApp.ip=127.0.0.1 --ServerApp.port=0 --IdentityProvider.token=seen --LabApp.expose_app_in_browser=True"
    command = f"exec env {lab_command()} {options}"
    with (own / "log").open("w") as log:
        server = subprocess.Popen(["sh", "-c", command], cwd=folder, env=environment, stdout=log, stderr=subprocess.STDOUT)
    try:
        for _ in range(600):
            told = next((own / "runtime").glob("jpserver-*.json"), None)
            if told or server.poll() is not None:
                break
            time.sleep(0.1)
        assert told, (own / "log").read_text()
        yield json.loads(told.read_text(encoding="utf-8"))["url"]
    finally:
        server.terminate()
        server.wait(timeout=30)


@contextmanager
def browser() -> Iterator[Any]:
    """Start Chromium without a window."""
    from playwright.sync_api import sync_playwright

    assert BROWSER, "RORLIGHET_BROWSER=required, and there is no Chromium"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=BROWSER, args=QUIET.split())
        try:
            yield started
        finally:
            started.close()


@pytest.fixture(scope="module")
def seen(reports: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What JupyterLab shows of each executed notebook, by its name."""
    shown: dict[str, dict[str, Any]] = {}
    with lab(reports.parent, tmp_path_factory.mktemp("jupyter")) as url, browser() as chromium:
        page = chromium.new_page(viewport={"width": 1300, "height": 1000})
        page.goto(f"{url}lab?token=seen")
        page.wait_for_function("window.jupyterapp", timeout=120_000)
        for notebook in executed(reports):
            place = f"reports/{notebook.name}"
            contents = page.request.get(f"{url}api/contents/{place}").json()["content"]
            page.evaluate(OPEN, place)
            page.wait_for_function(READY, arg=len(notebook.outputs), timeout=120_000)
            trusted = any(cell["metadata"].get("trusted") for cell in contents["cells"] if cell["cell_type"] == "code")
            shown[notebook.name] = page.evaluate(SEEN) | {"trusted": trusted}
            page.evaluate("() => { jupyterapp.shell.currentWidget.dispose(); }")
    return shown


@WITH_BROWSER
def test_jupyterlab_shows_every_figure_of_every_executed_notebook_though_it_trusts_none(
    reports: Path, seen: dict[str, dict[str, Any]]
) -> None:
    notebooks = executed(reports)
    assert [name for name, one in seen.items() if one["trusted"]] == []
    for what, word in (("pictures", "alt"), ("captions", "caption")):
        assert {name: one[what] for name, one in seen.items()} == {one.name: [each[word] for each in one.words] for one in notebooks}
    assert {one.template for one in notebooks if one.words} == set(TEMPLATES)


@WITH_BROWSER
def test_jupyterlab_shows_row_headings_at_the_left_and_verdicts_apart_from_names(seen: dict[str, dict[str, Any]]) -> None:
    assert [name for name, one in seen.items() if one["rows"] != ["left"]] == []
    marks = [mark for one in seen.values() for mark in one["marks"]]
    assert marks
    assert [mark for mark in marks if not re.search(r"\S – \S", mark)] == []


@WITH_BROWSER
def test_jupyterlab_says_first_that_answers_are_made_up(built: Path, seen: dict[str, dict[str, Any]]) -> None:
    words = {"sv": "Simulerade svar – inga verkliga personer", "en": "Simulated answers – no real people"}
    warned = set()
    for name, one in seen.items():
        study, language, _ = name.split("/")
        simulated = json.loads((built / "data/processed" / study / "release/release.json").read_bytes())["simulated"]
        assert (one["first"] == words[language]) == simulated, name
        warned.add(simulated)
    assert warned == {True, False}


@pytest.mark.parametrize("template", TEMPLATES)
def test_nbconvert_shows_every_figure_with_its_words(reports: Path, template: str) -> None:
    from bs4 import BeautifulSoup
    from nbconvert import HTMLExporter

    one = next(one for one in executed(reports) if one.template == template)
    html, _ = HTMLExporter().from_filename(str(reports / one.name))
    figures = BeautifulSoup(html, "html.parser").select("figure")
    assert [(one.img["alt"], one.figcaption.text) for one in figures] == [(words["alt"], words["caption"]) for words in one.words]
    assert all(one.img["src"].startswith("data:image/png;base64,") for one in figures)
