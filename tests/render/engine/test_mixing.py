"""Whatever one report does, the next one in the same server is unaffected, and the figures of each are its own."""

import os

import pytest

from pipeline.render.engine.client import ForkEngine
from pipeline.render.engine.jobs import Limits
from tests.processes import PROC, alive, wait_until
from tests.render.engine.conftest import LIMITS, Run, job, values

pytestmark = pytest.mark.slow

SOBER = (
    "import sys, os, json, random, numpy as np, pandas as pd, matplotlib as mpl\nfrom matplotlib import pyplot as plt",
    "pd.DataFrame({'a': [1.23456789], 'b': ['long' * 30]})",
    "plt.plot([1, 2]);",
    "np.mean([1, 2, 6]), mpl.rcParams['lines.linewidth'], pd.get_option('display.precision'), random.random(), np.random.rand()",
    "os.getcwd(), sorted(os.environ)[:3], os.environ.get('PLANTED'), sys.getrecursionlimit(), json.dumps({'b': 1, 'a': 2}), 'planted' in globals()",
    "print('to the end')",
)
"""Shows what another report could have changed."""

UNRULY = {
    "pandas options": "import pandas as pd\npd.set_option('display.precision', 1, 'display.max_colwidth', 5)",
    "rcParams": "import matplotlib as mpl\nmpl.rcParams['lines.linewidth'] = 20",
    "numpy patched": "import numpy as np\nnp.mean = lambda *_: 'patched'",
    "builtins patched": "import builtins, json\nbuiltins.len = lambda _: 0\njson.dumps = None",
    "nothing to end with": "import os, json\nos._exit = os.getpid = json.dumps = None",
    "environment": "import os, sys\nos.environ['PLANTED'] = '1'\nos.chdir('/usr')\nsys.setrecursionlimit(500)",
    "modules": "import sys\nfor name in list(sys.modules):\n    if name.startswith(('pandas', 'numpy.random')): del sys.modules[name]",
    "namespace": "planted = 1\nimport __main__\n__main__.planted = 1",
    "descriptor 1 from a subprocess": "import subprocess\nsubprocess.run('echo planted; echo planted >&2', shell=True)",
    "closed descriptors": "import os\nos.close(1); os.close(2)",
    "streams replaced": "import sys, io\nsys.stdout = sys.stderr = io.StringIO()",
    "open figures": "from matplotlib import pyplot as plt\nplt.ioff()\nfor _ in range(5): plt.figure()",
    "atexit": "import atexit, os\natexit.register(lambda: os.write(1, b'planted'))",
    "signals": "import signal\nfor number in (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD): signal.signal(number, signal.SIG_IGN)",
    "a fork that goes on": "import os\nos.fork()\nprint('twice')",
    "a background process": "import subprocess\nsubprocess.Popen('while true; do echo planted; sleep 0.01; done', shell=True);",
    "a thread": "import threading, time\nthreading.Thread(target=lambda: time.sleep(100)).start()",
    "random numbers": "import random, numpy as np\nrandom.seed(1); np.random.seed(1); np.random.rand(1000);",
    "memory": "held = []\nwhile True: held.append(bytearray(10**7))",
    "time": "while True: pass",
    "time, deaf": "import signal, time\nsignal.pthread_sigmask(signal.SIG_BLOCK, range(1, 32))\nwhile True: time.sleep(1)",
    "exception": "raise ValueError('planted')",
    "exit": "import os\nos._exit(0)",
    "segfault": "import ctypes\nctypes.string_at(0)",
    "kill of itself": "import os\nos.kill(os.getpid(), 9)",
    "kill of its group": "import os\nos.killpg(0, 15)\nimport time; time.sleep(5)",
    "recursion": "def planted(): return planted()\nplanted()",
}


@pytest.fixture(scope="module")
def expected() -> dict:
    """What the sober report gives in a server that has run nothing else."""
    with ForkEngine() as engine:
        engine.submit(job(*SOBER, name="sober"))
        [ran] = engine.ended(wait=True)
    assert ran.failure is None
    return ran.outputs


@pytest.mark.parametrize("unruly", UNRULY)
def test_the_next_report_is_unaffected(run: Run, expected: dict, unruly: str) -> None:
    run(UNRULY[unruly], name=unruly, limits=Limits(seconds=2, megabytes=300))
    sober = run(*SOBER, name="sober")
    assert sober.failure is None
    assert sober.outputs == expected


def test_neighbours_at_the_same_time_are_unaffected(expected: dict) -> None:
    with ForkEngine(at_once=3) as engine:
        for name, source in UNRULY.items():
            engine.submit(job(source, name=name, limits=Limits(seconds=2, megabytes=300)))
            engine.submit(job(*SOBER, name=f"sober {name}"))
        ended = {ran.name: ran for ran in engine.ended(wait=True)}
    assert len(ended) == 2 * len(UNRULY)
    sober = [{place: outputs for place, outputs in ended[f"sober {name}"].outputs.items() if place != 3} for name in UNRULY]
    assert sober == [{place: outputs for place, outputs in expected.items() if place != 3}] * len(UNRULY)


def test_each_report_has_its_own_figures_however_many_are_made_at_once() -> None:
    source = "from matplotlib import pyplot as plt\nplt.title('{0}'); plt.plot([{0}, 1]);\nplt.figure(); plt.plot([1, {0}]);"
    with ForkEngine(at_once=4) as engine:
        for name in range(12):
            engine.submit(job(source.format(name), f"'report {name}'", name=str(name)))
        ended = {ran.name: ran for ran in engine.ended(wait=True)}
    pictures = {name: [output["data"]["image/png"] for output in ran.outputs[0] if "data" in output] for name, ran in ended.items()}
    assert [len(one) for one in pictures.values()] == [2] * 12
    assert len({picture for one in pictures.values() for picture in one}) == 24
    assert {name: values(ran) for name, ran in ended.items()} == {str(name): [f"'report {name}'"] for name in range(12)}


@PROC
def test_nothing_that_a_report_started_outlives_it(run: Run) -> None:
    started = "import subprocess\nprocess = subprocess.Popen(['sleep', '300'])\nprocess.pid"
    [number] = map(int, values(run(started)))
    wait_until(lambda: not alive(number), seconds=10)


@PROC
def test_the_server_has_one_thread_when_it_forks(run: Run) -> None:
    """A fork copies one thread; a lock held by another would never be freed."""
    [threads] = map(int, values(run("import os\nlen(os.listdir(f'/proc/{os.getppid()}/task'))", limits=LIMITS)))
    assert threads == 1


def test_parallel_code_of_libraries_works_after_the_fork(run: Run) -> None:
    ran = run(
        "import numpy as np\nfloat((np.ones((300, 300)) @ np.ones((300, 300)))[0, 0])",
        "import pyarrow as pa, pyarrow.compute as pc\npc.sum(pa.array(range(100_000))).as_py()",
        "import os\nos.environ['OMP_NUM_THREADS'], os.environ['OPENBLAS_NUM_THREADS']",
    )
    assert values(ran) == ["300.0", "4999950000", "('1', '1')"]


@PROC
def test_memory_of_the_server_does_not_grow_with_reports(run: Run) -> None:
    read = "import os\nint(open(f'/proc/{os.getppid()}/statm').read().split()[1])"
    first = int(values(run(read))[0])
    for _ in range(30):
        run("held = bytearray(20_000_000)")
    assert int(values(run(read))[0]) - first < 3_000_000 / os.sysconf("SC_PAGE_SIZE")
