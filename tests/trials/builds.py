"""Builds that are killed, share a study, run out of room; files that a bad disk changes: nothing may be lost or counted as finished."""

import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.stages import told
from tests.conftest import ROOT
from tests.miniature import miniature
from tests.stages.project import contents
from tests.trials.inputs import commanded

UNTIL = ("build", "mini", "--until", "release")
EVENTS = ("open", "os.rename", "os.remove", "os.mkdir")
"""What Python tells of before it does it: every step of a build at which a file changes."""
NO_TABLES = (".lock", ".stamp")


def write_study(root: Path) -> Path:
    """Write the smallest study, with one report; make's own files beside it."""
    miniature(root, reports=[{"id": "group_comparison", "template": "group_comparison", "languages": ["sv"]}])
    for name in ("Makefile", "requirements.lock"):
        shutil.copy(ROOT / name, root)
    (root / ".venv").mkdir()
    (root / ".venv" / ".installed").touch()
    return root


def build_whole(root: Path) -> None:
    """Build the smallest study down to its report and the index, as make does."""
    status, said = commanded(write_study(root), "build", "mini", "--index")
    assert status == told.OK, said


def apart(work: Callable[[], int]) -> int:
    """Do work in a process of its own, with all that is loaded; give how it ended, negative for a signal."""
    process = os.fork()
    if process == 0:
        status = 70
        try:
            status = work()
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def tables(root: Path) -> dict[str, bytes]:
    """Give all that a build of tables has made."""
    made = contents(root / "data" / "processed" / "mini")
    return {name: content for name, content in made.items() if Path(name).name not in NO_TABLES}


def killed_build(root: Path, step: int) -> int:
    """Build tables, and be killed before the given step that changes a file, or finish before it."""

    def work() -> int:
        steps = _Steps(root, step)
        sys.addaudithook(steps)
        return commanded(root, *UNTIL)[0]

    return apart(work)


class _Steps:
    """Counts the steps of a build; ends the process before one of them."""

    def __init__(self, root: Path, last: int = 0) -> None:
        self.root, self.last, self.begun = str(root), last, 0

    def __call__(self, event: str, arguments: tuple) -> None:
        if event in EVENTS and self.root in str(arguments[0]):
            self.begun += 1
            if self.begun == self.last:
                os.kill(os.getpid(), signal.SIGKILL)


def steps_of(root: Path) -> int:
    """Count the steps of a whole build that change files."""
    shutil.rmtree(root / "data" / "processed", ignore_errors=True)
    reader, writer = os.pipe()

    def work() -> int:
        steps = _Steps(root)
        sys.addaudithook(steps)
        status = commanded(root, *UNTIL)[0]
        os.write(writer, str(steps.begun).encode())
        return status

    assert apart(work) == told.OK
    os.close(writer)
    with os.fdopen(reader, encoding="utf-8") as pipe:
        return int(pipe.read())


def torn(root: Path, whole: dict[str, bytes]) -> list[str]:
    """Give the files that have their name and are not what a whole build makes; the record of a part of it is no fault."""
    made = tables(root)
    return [name for name, content in made.items() if not name.endswith((".part", "run.json")) and content != whole.get(name)]


def try_kill(root: Path, whole: dict[str, bytes], step: int) -> list[str]:
    """Kill a build that begins anew, build again, and give all that is not as it should be."""
    shutil.rmtree(root / "data" / "processed", ignore_errors=True)
    ended = killed_build(root, step)
    faults = [f"ended with {ended}"] * (ended not in (told.OK, -signal.SIGKILL)) + torn(root, whole)
    status = apart(lambda: commanded(root, *UNTIL)[0])
    again = tables(root)
    return (
        faults
        + [f"built again: {status}"] * (status != told.OK)
        + [name for name in whole if again.get(name) != whole[name]]
        + [*again.keys() - whole]
    )


def sealed_files(root: Path) -> list[Path]:
    """Give the stamps and all that they name."""
    stamps = [root / "data" / "processed" / "mini" / ".stamp", root / "reports" / ".stamp"]
    named = [root / line.split(" ", 2)[2] for stamp in stamps for line in stamp.read_text(encoding="utf-8").splitlines()[:-1]]
    return [*stamps, *named]


def flip_bit(path: Path, draw: random.Random) -> None:
    """Change one bit, and let no time tell of it."""
    before, content = path.stat(), bytearray(path.read_bytes())
    content[draw.randrange(len(content))] ^= 1 << draw.randrange(8)
    path.write_bytes(content)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def would_make(root: Path) -> str:
    """Give what make would run."""
    own = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")}
    return subprocess.run(["make", "-n"], cwd=root, env=own, capture_output=True, text=True, check=True).stdout


def try_flip(root: Path, draw: random.Random, again: bool) -> list[str]:
    """Flip a bit of any file that a stamp names; give the file unless make notices and, if asked, a build makes it again."""
    path = draw.choice(sealed_files(root))
    whole, before = path.read_bytes(), path.stat()
    flip_bit(path, draw)
    faults = [] if "-m pipeline" in would_make(root) else [f"{path}: not noticed"]
    if again and (path.is_relative_to(root / "data" / "processed") or path.is_relative_to(root / "reports")):
        commanded(root, "build", "mini", "--index")
    else:
        path.write_bytes(whole)
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    return (
        faults
        + [f"{path}: not made again"] * (path.read_bytes() != whole)
        + [f"{path}: noticed again"] * ("-m pipeline" in would_make(root))
    )


def try_two_at_once(root: Path, whole: dict[str, bytes]) -> list[str]:
    """Let two builds begin at the same time."""
    shutil.rmtree(root / "data" / "processed", ignore_errors=True)
    command, environment = [sys.executable, "-m", "pipeline", *UNTIL], {**os.environ, "RORLIGHET_ROOT": str(root)}
    builds = [subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL) for _ in range(2)]
    ended = [build.wait() for build in builds]
    return [f"ended with {status}" for status in ended if status] + (["other files"] if tables(root) != whole else [])


def try_small_disk(root: Path, whole: dict[str, bytes], room: int) -> list[str]:
    """Build where a file may not grow beyond some bytes, then without that limit."""
    shutil.rmtree(root / "data" / "processed", ignore_errors=True)
    reader, writer = os.pipe()

    def work() -> int:
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
        status, said = commanded(root, *UNTIL)
        os.write(writer, said.encode()[-60_000:])
        return status

    ended = apart(work)
    os.close(writer)
    with os.fdopen(reader, encoding="utf-8") as pipe:
        said = pipe.read()
    return _full(root, whole, ended, said, "a file may not become so large")


@contextmanager
def small_disk(folder: Path, kilobytes: int) -> Iterator[bool]:
    """Mount a small disk at a folder; gives whether that is allowed here."""
    command = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "none", str(folder)]
    allowed = shutil.which("mount") is not None and subprocess.run(command, capture_output=True, check=False).returncode == 0
    try:
        yield allowed
    finally:
        if allowed:
            subprocess.run(["umount", str(folder)], check=True)


def try_full_disk(root: Path, whole: dict[str, bytes], kilobytes: int) -> list[str] | None:
    """Build on a disk that is too small, then on one that is not; None where no disk may be mounted."""
    processed = root / "data" / "processed"
    shutil.rmtree(processed, ignore_errors=True)
    processed.mkdir()
    with small_disk(processed, kilobytes) as allowed:
        if not allowed:
            return None
        ended, said = commanded(root, *UNTIL)
        return _full(root, whole, ended, said, f"the disk mounted at {processed}")


def _full(root: Path, whole: dict[str, bytes], ended: int, said: str, reason: str) -> list[str]:
    """Give what is not as it should be after a build without room: it says so, keeps no part of a file, and can go on."""
    faults = (
        []
        if ended == told.OK or (ended == told.THEIR_FAULT and reason in said and "data/processed/mini" in said)
        else [f"{ended}: {said[-300:]}"]
    )
    return faults + torn(root, whole) + [path.name for path in (root / "data" / "processed").rglob("*.part")]


def try_whole_kill(root: Path, whole: dict[str, bytes], seconds: float) -> list[str]:
    """Kill a build with reports after some seconds, build again, and give all that is not as it should be."""
    for folder in (root / "data" / "processed", root / "reports"):
        shutil.rmtree(folder, ignore_errors=True)
    environment = {**os.environ, "RORLIGHET_ROOT": str(root)}
    command = [sys.executable, "-m", "pipeline", "build", "mini", "--index"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
    time.sleep(seconds)
    process.kill()
    process.wait()
    faults = torn(root, whole)
    status = commanded(root, "build", "mini", "--index")[0]
    pages = contents(root, "*.html", "*.ipynb")
    return (
        faults
        + [f"built again: {status}"] * (status != told.OK)
        + [str(path) for path in root.rglob("*.part")]
        + ["no page"] * (len(pages) < 3)
    )
