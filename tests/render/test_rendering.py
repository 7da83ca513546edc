"""From a template to the two files that are kept: the same bytes every time, with every engine, failures shown."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.errors import ResearcherError
from pipeline.paths import Paths
from pipeline.render.engine.client import ForkEngine
from pipeline.render.engine.jobs import Limits, Ran
from pipeline.render.engine.plain import PlainEngine
from pipeline.render.rendering import Rendered, Rendering
from pipeline.render.results import Results
from pipeline.spec.declaration import Report
from pipeline.tables.frames import write_table
from pipeline.tables.glossary import DEVIATIONS, DISTRIBUTIONS, ESTIMATES, FLOW, LABELS, QUOTATIONS
from tests.conftest import ROOT
from tests.render.synthetic import made_up_results

pytestmark = pytest.mark.slow

REPORT = Report(id="group_comparison", template="group_comparison")


def release(results: Results, folder: Path) -> None:
    """Write a release as the stage before does."""
    for table in (ESTIMATES, DISTRIBUTIONS, FLOW, LABELS, DEVIATIONS, QUOTATIONS):
        write_table(folder / f"{table.name}.csv", table, getattr(results, table.name))
    (folder / "release.json").write_text(json.dumps(results.facts), encoding="utf-8")
    (folder / "texts.sv.md").write_text("Egna ord med <script>alert(1)</script> i.", encoding="utf-8")


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    paths = Paths(tmp_path, "made_up")
    release(made_up_results("sv"), paths.release)
    (paths.root / "notebooks").mkdir()
    return paths


def template(paths: Paths, *sources: str) -> None:
    """Write a small template: the parameters cell, then the given cells."""
    parameters = 'study: str = "x"\nlanguage: str = "sv"\nrelease: str = "x"'
    cells = [
        {"cell_type": "code", "id": f"c{place}", "metadata": {} if place else {"tags": ["parameters"]}, "source": source, "outputs": [], "execution_count": None}
        for place, source in enumerate([parameters, *sources])
    ]  # fmt: skip
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (paths.root / "notebooks" / "group_comparison.ipynb").write_text(json.dumps(notebook), encoding="utf-8")


@pytest.fixture(scope="module")
def engine() -> Iterator[ForkEngine]:
    with ForkEngine() as engine:
        yield engine


def render(engine: ForkEngine | PlainEngine, paths: Paths, language: str = "sv") -> tuple[Rendered, Ran]:
    """Render a template with an engine; give the files and what was run."""
    rendering = Rendering.of(paths, REPORT, language, released=str(paths.root))
    engine.submit(rendering.job("report", Limits(seconds=60)))
    [ran] = engine.ended(wait=True)
    return rendering.rendered(ran), ran


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory, engine: ForkEngine) -> tuple[Rendered, Rendered]:
    """Render the bundled template on the made-up release, in two different folders, with both engines."""
    rendered = []
    for name, one in (("here", engine), ("there", PlainEngine())):
        paths = Paths(tmp_path_factory.mktemp(name), "made_up")
        release(made_up_results("sv"), paths.release)
        (paths.root / "notebooks").mkdir()
        shutil.copy(ROOT / "notebooks" / "group_comparison.ipynb", paths.root / "notebooks")
        files, ran = render(one, paths)
        assert ran.remarks == ()
        rendered.append(files)
    return rendered[0], rendered[1]


def test_two_runs_in_two_folders_by_two_engines_give_the_same_bytes(twice: tuple[Rendered, Rendered]) -> None:
    assert twice[0] == twice[1]


def test_the_notebook_holds_no_error_and_its_figures_as_figures(twice: tuple[Rendered, Rendered]) -> None:
    outputs = [output for cell in json.loads(twice[0].notebook)["cells"] for output in cell["outputs"]]
    assert {output["output_type"] for output in outputs} == {"display_data", "execute_result"}
    assert sum("image/svg+xml" in output["data"] for output in outputs) >= 7
    assert sum('<table class="exhibit"' in output["data"].get("text/html", "") for output in outputs) >= 7


def test_every_figure_says_in_words_what_it_shows(twice: tuple[Rendered, Rendered]) -> None:
    outputs = [output for cell in json.loads(twice[0].notebook)["cells"] for output in cell["outputs"]]
    words = [output["metadata"]["image/svg+xml"] for output in outputs if "image/svg+xml" in output["data"]]
    assert all(len(one["alt"]) > 30 and len(one["caption"]) > 10 for one in words)
    assert len({one["alt"] for one in words}) == len(words)


def test_no_path_time_or_object_address_is_in_any_file(twice: tuple[Rendered, Rendered], tmp_path: Path) -> None:
    for content in (twice[0].notebook.decode(), twice[0].html.decode(), twice[0].annex.decode()):
        assert not [
            trace for trace in (str(ROOT), str(tmp_path.parent), str(Path.home()) + "/", " at 0x", "papermill", "iopub") if trace in content
        ]


def test_planted_script_is_shown_as_text(twice: tuple[Rendered, Rendered]) -> None:
    html = (twice[0].html + twice[0].annex).decode()
    assert "<script" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "Jag vill &lt;stanna&gt; här" in html


def test_a_page_has_one_h1_and_every_header_cell_a_scope(twice: tuple[Rendered, Rendered]) -> None:
    for html in (twice[0].html.decode(), twice[0].annex.decode()):
        assert html.count("<h1") == 1
        assert html.count("<th") == html.count("<thead") + html.count('<th scope="')


def test_no_word_of_the_page_claims_a_cause_or_denies_a_difference(twice: tuple[Rendered, Rendered]) -> None:
    words = re.sub(
        r'<div class="references">.*?</div>|<style>.*?</style>|src="[^"]*"', "", (twice[0].html + twice[0].annex).decode(), flags=re.DOTALL
    )
    assert not re.search(r"effekt|ledde till|tack vare|ingen skillnad|inga skillnader", words, re.IGNORECASE)


@pytest.mark.parametrize("plain", [False, True], ids=["fork", "papermill"])
def test_the_result_of_a_cell_is_in_the_report_and_what_it_prints_is_a_remark(paths: Paths, engine: ForkEngine, plain: bool) -> None:
    template(paths, "import sys; print('surplus'); print('warned', file=sys.stderr)", "study + language")
    rendered, ran = render(PlainEngine() if plain else engine, paths, "en")
    assert sorted(ran.remarks) == ["surplus\n", "warned\n"]
    printing, showing = json.loads(rendered.notebook)["cells"][1:]
    assert printing["outputs"] == []
    assert showing["outputs"][0]["data"] == {"text/plain": "'made_upen'"}
    assert "<pre>&#x27;made_upen&#x27;</pre>" in rendered.html.decode()


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("plain", [False, True], ids=["fork", "papermill"])
def test_a_failing_cell_leaves_what_there_is_under_an_alert(paths: Paths, engine: ForkEngine, plain: bool, language: str) -> None:
    template(paths, "'shown first'", "def broken():\n    raise KeyError('<no such row>')\nbroken()", "'never run'")
    rendered, ran = render(PlainEngine() if plain else engine, paths, language)
    page, notebook = rendered.html.decode(), json.loads(rendered.notebook)
    assert ran.failure is not None
    assert page.count('role="alert"') == 1
    assert {"sv": "cell 3 i notebooks/group_comparison.ipynb", "en": "cell 3 of notebooks/group_comparison.ipynb"}[language] in page
    assert "KeyError: &#x27;&lt;no such row&gt;&#x27;" in page
    assert "shown first" in page
    assert "never run" not in page
    alert, *cells = notebook["cells"]
    assert alert["cell_type"] == "markdown"
    assert {"sv": "inte färdig", "en": "not finished"}[language] in alert["source"]
    assert [[output["output_type"] for output in cell["outputs"]] for cell in cells] == [[], ["execute_result"], ["error"], []]
    assert [cell["execution_count"] for cell in cells] == [1, 2, 3, None]


def test_both_engines_tell_the_same_failure(paths: Paths, engine: ForkEngine) -> None:
    template(paths, "1", "raise KeyError('no such row')")
    forked, plain = (render(one, paths)[0] for one in (engine, PlainEngine()))
    assert forked == plain


def test_a_process_that_dies_leaves_what_there_is_under_an_alert(paths: Paths, engine: ForkEngine) -> None:
    template(paths, "'before'", "import os\nos._exit(0)")
    rendered, ran = render(engine, paths, "en")
    assert ran.failure is not None
    assert (ran.failure.kind, ran.failure.cell) == ("died", 2)
    assert "The process that made it ended (exit status 0)." in rendered.html.decode()
    assert "before" in rendered.html.decode()


def test_a_kernel_that_never_comes_is_a_failed_report_and_not_a_failed_run(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object, **__: object) -> None:
        raise RuntimeError("no kernel")

    monkeypatch.setattr("papermill.execute_notebook", never)
    template(paths, "1")
    rendered, ran = render(PlainEngine(), paths, "en")
    assert ran.failure is not None
    assert (ran.failure.kind, ran.failure.cell, ran.failure.error) == ("died", None, "RuntimeError")
    assert "It stopped before anything had been run." in rendered.html.decode()


def test_prose_of_a_template_is_on_the_page_and_can_be_changed_without_a_run(paths: Paths, engine: ForkEngine) -> None:
    template(paths, "import random\nrandom.random()")
    first, _ = render(engine, paths)
    path = paths.root / "notebooks" / "group_comparison.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    notebook["cells"].insert(1, {"cell_type": "markdown", "id": "prose", "metadata": {}, "source": "Egna *ord* <b>"})
    path.write_text(json.dumps(notebook), encoding="utf-8")
    anew = Rendering.of(paths, REPORT, "sv", released=str(paths.root)).written_anew(first.notebook)
    assert anew == render(engine, paths)[0]
    assert "<p>Egna <em>ord</em> &lt;b&gt;</p>" in anew.html.decode()


def test_a_picture_without_words_is_shown_and_said_to_have_none(paths: Paths, engine: ForkEngine) -> None:
    template(paths, "from matplotlib import pyplot as plt\nplt.plot([1, 2]);")
    page = render(engine, paths)[0].html.decode()
    assert len(re.findall(r'<img src="data:image/png;base64,[A-Za-z0-9+/=]+" alt="Bild utan beskrivning">', page)) == 1


def test_random_numbers_are_the_same_in_both_languages_and_engines(paths: Paths, engine: ForkEngine) -> None:
    template(paths, "import random, numpy as np\nrandom.random(), np.random.rand(), hash('å')")
    shown = [
        json.loads(render(one, paths, language)[0].notebook)["cells"][1]["outputs"]
        for one, language in ((engine, "sv"), (engine, "en"), (PlainEngine(), "sv"))
    ]
    assert shown[0] == shown[1] == shown[2]


def test_a_missing_template_is_told_by_its_name(paths: Paths) -> None:
    with pytest.raises(ResearcherError, match=r"notebooks/absent.ipynb: cannot be read as a notebook"):
        Rendering.of(paths, REPORT.model_copy(update={"template": "absent"}), "sv")


def test_a_template_of_the_projects_own_comes_before_the_programs(paths: Paths) -> None:
    programs = Rendering.of(paths, REPORT, "sv").template.path
    template(paths, "1 + 1")
    assert programs == ROOT / "notebooks" / "group_comparison.ipynb"
    assert Rendering.of(paths, REPORT, "sv").template.path == paths.root / "notebooks" / "group_comparison.ipynb"


def test_a_template_that_lacks_a_parameter_is_refused_before_it_runs(paths: Paths) -> None:
    template(paths)
    path = paths.root / "notebooks" / "group_comparison.ipynb"
    path.write_text(path.read_text(encoding="utf-8").replace("language: str", "tongue: str"), encoding="utf-8")
    with pytest.raises(ResearcherError, match=r"parameter 'language'(.|\n)*parameter tongue: has no value"):
        Rendering.of(paths, REPORT, "sv")


@pytest.mark.parametrize("plain", [False, True], ids=["fork", "papermill"])
def test_code_sees_this_package_and_no_settings_from_home(
    paths: Paths, engine: ForkEngine, plain: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    startup = tmp_path / "home" / ".ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "00.py").write_text("from_home = 1")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("IPYTHONDIR", raising=False)
    template(paths, "import pipeline, matplotlib as mpl, os\n'from_home' in globals(), os.environ['MPLBACKEND'], mpl.rcParams['axes.grid']")
    rendered, _ = render(PlainEngine() if plain else engine, paths)
    assert b"(False, 'module://matplotlib_inline.backend_inline', False)" in rendered.notebook


def test_the_fallbacks_sockets_lie_outside_the_project_so_that_two_runs_never_meet(paths: Paths) -> None:
    template(
        paths, "import os\nfrom ipykernel.connect import get_connection_info\nos.listdir('.'), get_connection_info(unpack=True)['ip'][:5]"
    )
    shown = json.loads(render(PlainEngine(), paths)[0].notebook)["cells"][1]["outputs"][0]["data"]["text/plain"]
    assert "kernel-" not in "".join(shown)
    assert "'kerne'" not in "".join(shown)


def test_the_bundled_template_is_committed_without_outputs_and_with_named_cells() -> None:
    notebook = json.loads((ROOT / "notebooks" / "group_comparison.ipynb").read_text(encoding="utf-8"))
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in notebook["cells"])
    assert [cell["id"] for cell in notebook["cells"]][:3] == ["parameters", "open", "title"]
    sources = ["".join(cell["source"]) for cell in notebook["cells"][1:]]
    assert [source for source in sources if "import" in source] == [
        "from pipeline.render import report\n\nr = report.group_comparison(study, language, release)"
    ]
    assert all(source.startswith("r.") and source.endswith("()") for source in sources[1:])
