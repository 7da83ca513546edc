"""What a cell shows comes out as a kernel would have shown it."""

import json
from pathlib import Path

import pytest

from pipeline.render.engine.client import ForkEngine
from pipeline.render.engine.jobs import CodeCell, Job
from tests.render.engine.conftest import LIMITS, Run, texts, values

pytestmark = pytest.mark.slow


def test_values_displays_and_prints_come_in_the_order_of_time(run: Run) -> None:
    source = (
        "import os, sys\nprint('one')\ndisplay('two')\nos.write(1, b'three\\n')\nos.system('echo four')\nprint('five', file=sys.stderr)\n6"
    )
    shown = [output.get("text") or output["data"]["text/plain"] for output in run("from IPython.display import display", source).outputs[1]]
    assert shown == ["one\n", "'two'", "three\nfour\n", "five\n", "6"]


def test_what_a_subprocess_writes_belongs_to_its_cell(run: Run) -> None:
    ran = run("import subprocess", "subprocess.run(['echo', 'hej'], check=True);", "1")
    assert [output["text"] for output in ran.outputs[1]] == ["hej\n"]
    assert [output["output_type"] for output in ran.outputs[2]] == ["execute_result"]


def test_results_are_counted_and_can_be_referred_to(run: Run) -> None:
    ran = run("20", "_ + 1", "_1 + _2", "5;")
    assert [(output["execution_count"], output["data"]["text/plain"]) for outputs in ran.outputs.values() for output in outputs] == [
        (1, "20"),
        (2, "21"),
        (3, "41"),
    ]


def test_a_display_can_be_changed_later_and_a_cell_cleared(run: Run) -> None:
    ran = run(
        "from IPython.display import display, clear_output\nhandle = display('before', display_id=True)",
        "handle.update('after')",
        "print('gone'); clear_output()",
        "print('gone too'); clear_output(wait=True); print('there')",
    )
    assert [output["data"]["text/plain"] for output in ran.outputs[0]] == ["'after'"]
    assert [[output["text"] for output in ran.outputs[place]] for place in (2, 3)] == [[], ["there\n"]]


def test_a_table_of_pandas_looks_as_in_a_notebook(run: Run) -> None:
    ran = run("import pandas as pd", "pd.DataFrame({'å': [1]})", "pd.get_option('display.max_columns')")
    assert "<th>å</th>" in ran.outputs[1][0]["data"]["text/html"]
    assert values(ran)[-1] == "20"


def test_every_figure_of_pyplot_is_shown_once_in_its_own_cell(run: Run) -> None:
    ran = run(
        "from matplotlib import pyplot as plt", "plt.plot([1, 2]);", "1", "plt.plot([2, 1]); plt.show()\nplt.figure(); plt.plot([3]);"
    )
    pictures = [
        [output["data"]["image/png"] for output in outputs if "image/png" in output.get("data", {})] for outputs in ran.outputs.values()
    ]
    assert [len(one) for one in pictures] == [0, 1, 0, 2]
    assert len({picture for one in pictures for picture in one}) == 3


def test_the_rest_is_not_run_after_a_cell_that_raises_and_what_it_showed_is_kept(run: Run) -> None:
    ran = run("1", "print('so far')\n{}['å']", "3")
    assert ran.failure is not None
    assert (ran.failure.kind, ran.failure.cell, ran.failure.error, ran.failure.words) == ("raised", 1, "KeyError", "'å'")
    assert list(ran.outputs) == [0, 1]
    assert [output["output_type"] for output in ran.outputs[1]] == ["stream", "error"]


def test_the_traceback_names_no_folder_and_has_no_colours(run: Run) -> None:
    failure = run("import json\njson.loads('{')").failure
    assert failure is not None
    told = "\n".join(failure.traceback)
    assert "JSONDecodeError" in told
    assert "decoder.py" in told
    assert "/" not in told.replace("</", "")
    assert "\x1b" not in told


def test_a_cell_that_is_tagged_may_raise(engine: ForkEngine) -> None:
    engine.submit(Job("job", "job", (CodeCell(0, "1 / 0", may_fail=True), CodeCell(1, "2")), "/", LIMITS))
    [ran] = engine.ended(wait=True)
    assert ran.failure is None
    assert ran.outputs[0][0]["ename"] == "ZeroDivisionError"
    assert values(ran) == ["2"]


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("raise SystemExit", "SystemExit"),
        ("exit()", "SystemExit"),
        ("import sys; sys.exit(3)", "SystemExit"),
        ("%no_such_magic", "UsageError"),
        ("def (", "SyntaxError"),
        (" x = 1\ny", "IndentationError"),
        ("raise ExceptionGroup('several', [ValueError()])", "ExceptionGroup"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("input('who? ')", "StdinNotImplementedError"),
    ],
)
def test_every_way_of_raising_ends_the_report_as_failed(run: Run, source: str, error: str) -> None:
    ran = run(source, "2")
    assert ran.failure is not None
    assert (ran.failure.kind, ran.failure.error, ran.failure.cell) == ("raised", error, 0)
    assert 1 not in ran.outputs


def test_cells_may_wait_for_coroutines_and_start_threads_and_processes(run: Run) -> None:
    ran = run(
        "import asyncio\nawait asyncio.sleep(0, 'waited')",
        "from concurrent.futures import ThreadPoolExecutor\nwith ThreadPoolExecutor(2) as pool: found = list(pool.map(abs, [-1, -2]))\nfound",
        "import multiprocessing as mp\nwith mp.get_context('fork').Pool(2) as pool: found = pool.map(abs, [-3, -4])\nfound",
    )
    assert values(ran) == ["'waited'", "[1, 2]", "[3, 4]"]


def test_a_class_of_a_cell_can_be_pickled(run: Run) -> None:
    assert values(run("import pickle\nclass A: pass\ntype(pickle.loads(pickle.dumps(A()))).__module__")) == ["'__main__'"]


def test_code_runs_in_the_folder_asked_for_with_a_temporary_folder_of_its_own(run: Run, tmp_path: Path) -> None:
    ran = run("import os, tempfile\nos.getcwd(), os.path.exists(tempfile.gettempdir()), tempfile.gettempdir()", folder=tmp_path)
    folder, there, temporary = eval(values(ran)[0])
    assert (folder, there) == (str(tmp_path), True)
    assert not Path(temporary).exists()


def test_random_numbers_depend_on_the_seed_only(run: Run) -> None:
    source = "import random, numpy as np\nrandom.random(), np.random.rand(), hash('å')"
    first, again, other = (values(run(source, name=name)) for name in ("one", "one", "two"))
    assert first == again != other


def test_text_that_is_no_utf8_and_text_without_end_break_nothing(run: Run) -> None:
    ran = run("import os\nos.write(1, b'\\xff\\xc3'); print('\\ud800')", "print('x' * 3_000_000)", "os.write(1, b'\\xc3\\xa5'); 1")
    assert ran.failure is None
    assert len(texts(ran)) == 2_000_000
    json.dumps(ran.outputs)


def test_an_empty_template_and_empty_cells_run(run: Run) -> None:
    assert run().failure is None
    assert run("", "# nothing", "pass").failure is None
