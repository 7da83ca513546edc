"""Work on other machines: the same stages and reports as tasks of dask.distributed, and the same bytes.

``SCHEDULER=local:4`` starts four workers on this machine; ``SCHEDULER=tcp://host:8786`` uses
those that ``make worker`` has started there. A worker makes the tables of one study at a time,
or one report. All read and write one folder, which every machine must see under the same path;
nothing but the names of studies and the cells of reports travels. A worker that is killed loses
nothing: its task is given to another one, and files are whole or not there. dask is
imported here only, and only when a scheduler is named.
"""

import contextlib
import importlib.util
import io
import logging
import os
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from pipeline.digits import same_digits
from pipeline.errors import ResearcherError
from pipeline.render.engine.jobs import Failure, Job, Ran
from pipeline.spec.vocabulary import LANGUAGES
from pipeline.stages import STAGES
from pipeline.stages.running import alarming, tell
from pipeline.stages.up_to_date import RENDER, code_hash, versions

ADDRESS = re.compile(r"local:(?P<workers>[1-9]\d*)|(?:tcp|tls)://[^\s/]+:\d+")
PATIENCE = 20
"""Seconds within which a scheduler answers, or does not."""
FIRST = 10
"""Reports go before tables that wait, so that finished studies are read while others are made."""


def connected(address: str) -> "Cluster":
    """Find the scheduler, and workers that would give the same digits as this process.

    Parameters
    ----------
    address : str
        ``local:<workers>``, or where a scheduler of dask listens.

    Raises
    ------
    ResearcherError
        For another address, a scheduler that does not answer, workers that are
        none or hold other code or packages, and where dask is not installed.
    """
    found = ADDRESS.fullmatch(address)
    if found is None:
        raise ResearcherError.of(
            "SCHEDULER", f"is '{address}'", "local:2, tcp://host:8786", "Name a number of workers here, or a scheduler."
        )
    _refuse_without_dask()
    from distributed import Client, LocalCluster

    logging.disable(logging.CRITICAL)  # what matters of what dask says is told here, in words
    local = None
    try:
        if found["workers"]:
            local = LocalCluster(n_workers=int(found["workers"]), threads_per_worker=1, dashboard_address=None, silence_logs=50)
        client = Client(local or address, timeout=PATIENCE)
    except (OSError, TimeoutError) as error:
        raise _unanswered(address, type(error).__name__) from error
    cluster = Cluster(address, client, local)
    try:
        cluster.refuse_other_workers()
    except ResearcherError:
        cluster.close()
        raise
    return cluster


def command_of(address: str, port: int, workers: int) -> list[str]:
    """Give the command that becomes a scheduler which listens at a port, or so many workers of the one at an address."""
    _refuse_without_dask()
    kind = ["dask_worker", address, "--nworkers", str(workers), "--nthreads", "1"] if address else ["dask_scheduler", "--port", str(port)]
    return [sys.executable, "-m", f"distributed.cli.{kind[0]}", *kind[1:], "--no-dashboard"]


def _refuse_without_dask() -> None:
    if importlib.util.find_spec("distributed") is None:
        raise ResearcherError.of("SCHEDULER", "needs dask, which is not in .venv", remedy="Run make with SCHEDULER=…, which adds it.")


@dataclass
class Cluster:
    """A scheduler with its workers: begins what studies need, and makes reports as any engine does.

    Parameters
    ----------
    address : str
        As it was named.
    client : Client of dask
    local : LocalCluster of dask, optional
        What was started here, and ends with this.
    """

    address: str
    client: Any
    local: Any = None
    _tables: dict[str, Any] = field(default_factory=dict)
    _asked: dict[Any, Job] = field(default_factory=dict)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def __len__(self) -> int:
        """Give the number of reports asked for and not yet given back."""
        return len(self._asked)

    def close(self) -> None:
        """End what was started here, and leave a scheduler elsewhere as it was, without work of ours; once is enough."""
        if self.client.status == "closed":
            return
        for future in (*self._tables.values(), *self._asked):
            future.release()
        with contextlib.suppress(OSError, TimeoutError):
            self.client.close(timeout=1 if self.local is None else 5)
        if self.local is not None:
            self.local.close()

    def refuse_other_workers(self) -> None:
        """Every worker must hold the code and packages of this process, and count as it does."""
        try:
            self.client.wait_for_workers(1, timeout=PATIENCE)
            said = self.client.run(_self_of)
        except (OSError, TimeoutError) as error:
            raise _unanswered(self.address, "it has no workers") from error
        here = _self_of()
        threads = self.client.nthreads()
        for worker, there in said.items():
            if threads[worker] != 1:
                found, remedy = f"has {threads[worker]} threads", "Start more workers of one thread each: 'make worker SCHEDULER=…'."
                raise ResearcherError.of(f"worker {worker}", found, "1", remedy)
            for what, own in here.items():
                if there[what] != own:
                    remedy = "Start workers with 'make worker SCHEDULER=…' from a folder that holds what this one holds."
                    raise ResearcherError.of(f"worker {worker}", f"has another {what} than this process", remedy=remedy)

    def begin(self, studies: Iterable[str], until: str, root: Path) -> None:
        """Have the tables of studies made, up to a stage; ``made`` gives what was told of each."""
        last = min(until, STAGES[-2], key=STAGES.index)
        self._tables = {one: self.client.submit(_make_tables, one, last, str(root), pure=False) for one in studies}

    def made(self, study: str) -> list[str]:
        """Wait for a study's tables; what stands in their way is found again, and told, by who then looks at them."""
        future = self._tables.pop(study, None)
        return [] if future is None else self._result(future, [])

    def warm_up(self) -> None:
        """Need no preparation: a worker loads what reports need with the first."""

    def submit(self, job: Job) -> None:
        """Ask for a report."""
        self._asked[self.client.submit(_make_report, job.as_plain(), pure=False, priority=FIRST)] = job

    def ended(self, wait: bool) -> Iterator[Ran]:
        """Give the reports that have ended; with ``wait``, all that were asked for."""
        from distributed import wait as wait_for

        while self._asked:
            done = [future for future in self._asked if future.done()]
            if not done and not wait:
                return
            if not done:
                wait_for(list(self._asked), return_when="FIRST_COMPLETED")
            for future in done:
                job = self._asked.pop(future)
                yield self._result(future, Ran(job.name, {}, Failure("engine", error="killed its workers")))

    def _result(self, future: Any, otherwise: Any) -> Any:
        """Give what a task gave; ``otherwise`` where it ended its workers again and again."""
        from distributed import KilledWorker
        from distributed.client import FutureCancelledError

        try:
            return future.result()
        except KilledWorker:
            return otherwise
        except (FutureCancelledError, OSError, TimeoutError) as error:
            tell(alarming(f"SCHEDULER {self.address} does not answer any more ({type(error).__name__})."))
            raise KeyboardInterrupt from error  # as if somebody had stopped the run, which can go on later


def _unanswered(address: str, why: str) -> ResearcherError:
    remedy = "Start a scheduler with 'make scheduler', and workers with 'make worker SCHEDULER=…'."
    return ResearcherError.of(f"SCHEDULER {address}", f"does not answer ({why})", remedy=remedy)


def _self_of() -> dict[str, object]:
    """Say what this process would count with."""
    settings = {name: os.environ.get(name) for name in same_digits()}
    code = [code_hash(), *(code_hash(RENDER, language) for language in LANGUAGES)]
    return {"code": code, "version of a package": versions(), "setting of its arithmetic (OMP_NUM_THREADS and the like)": settings}


def _make_tables(study: str, until: str, root: str) -> list[str]:
    """Make a study's tables on a worker; give the lines that were told, and leave what stands in the way to who asked."""
    from pipeline.render.engine.plain import PlainEngine
    from pipeline.stages.build import Wanted, build_study
    from pipeline.stages.reports import Reports

    os.umask(0o077)
    told = io.StringIO()
    with contextlib.redirect_stderr(told), contextlib.suppress(ResearcherError), Reports(PlainEngine()) as reports:
        build_study(study, Wanted(until), reports, Path(root))
    return told.getvalue().splitlines()


def _make_report(job: dict[str, Any]) -> Ran:
    """Make a report on a worker, in a fork of what the worker keeps loaded for all of them."""
    os.umask(0o077)
    engine = _engine_here()
    engine.submit(Job.from_plain(job))
    return next(iter(engine.ended(wait=True)))


@cache
def _engine_here() -> Any:
    from pipeline.render.engine import make_engine

    return make_engine(1).__enter__()
