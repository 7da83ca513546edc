"""How work ended, told to the researcher: nobody sees a traceback, and no message quotes an answer."""

import errno
import os
import shutil
import traceback
from collections.abc import Callable
from pathlib import Path

from pipeline.errors import OurFault, ResearcherError
from pipeline.paths import SLUG, Paths, project_root
from pipeline.stages.running import alarming, tell, told_in_full
from pipeline.tables.atomic import write_text

OK, OUR_FAULT, THEIR_FAULT, INTERRUPTED = 0, 1, 2, 130
NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
REASONS = {
    **dict.fromkeys((errno.EACCES, errno.EROFS, errno.EPERM), "is not allowed there"),
    errno.EFBIG: "a file may not become so large there (ulimit -f)",
    errno.EIO: "the disk reports an error",
    **dict.fromkeys((errno.EISDIR, errno.ENOTDIR), "a folder stands where a file should, or a file where a folder should"),
    errno.ENAMETOOLONG: "the name is too long for this disk",
}
"""Trouble with files that the machine has, and not the program."""
PACKAGE = Path(__file__).resolve().parent.parent


def told(work: Callable[[], int | None], study: str = "") -> int:
    """Do the work; tell what prevented it, and give the exit status.

    Parameters
    ----------
    work : callable
        Gives its status, or None when all went well.
    study : str
        Whose work it is; the traceback of a fault of the program is kept beside its tables.
    """
    paths = Paths(project_root(), study if SLUG.fullmatch(study) else "")
    try:
        status = work() or OK
    except ResearcherError as error:
        tell(alarming("Nothing was changed. Put this right and run again:"))
        tell(str(told_in_full(paths, error)))
        return THEIR_FAULT
    except OurFault as error:
        tell(alarming("A fault of the program, not of your data. Nothing was changed. Please report it, with these lines:"))
        tell(str(error))
        return OUR_FAULT
    except MemoryError:
        tell(alarming("The memory of this machine does not suffice. Earlier results are untouched."))
        return THEIR_FAULT
    except Exception as error:
        if isinstance(error, OSError) and error.filename and error.errno in (*NO_ROOM, *REASONS):
            tell(alarming(f"{_trouble(error)}. Earlier results are untouched."))
            return THEIR_FAULT
        _tell_unforeseen(error, paths.fault_log)
        return OUR_FAULT
    paths.fault_log.unlink(missing_ok=True)
    return status


def _trouble(error: OSError) -> str:
    """Say which file could not be read or written, and why; of a full disk, which disk it is."""
    place = Path(str(error.filename))
    if error.errno not in NO_ROOM:
        return f"{_shown(place)}: {REASONS[error.errno or 0]}"
    folder = next(folder for folder in place.absolute().parents if folder.is_dir())
    disk = next((above for above in (folder, *folder.parents) if os.path.ismount(above)), folder)
    free = shutil.disk_usage(folder).free // 2**20
    return f"{_shown(place)}: the disk is full. The folder {folder} is on the disk mounted at {disk}, which has {free} MB left"


def _shown(path: Path) -> str:
    root = project_root()
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)


def _tell_unforeseen(error: Exception, log: Path) -> None:
    """Tell of a fault that no check has foreseen by its kind and place only; what it says may quote answers, and goes to a file."""
    ours = [frame for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename).is_relative_to(PACKAGE)]
    place = f" in {Path(ours[-1].filename).relative_to(PACKAGE.parent).as_posix()}, line {ours[-1].lineno}" if ours else ""
    tell(alarming("A fault of the program, not of your data. Earlier results are untouched."))
    named = [_shown(Path(str(error.filename)))] if isinstance(error, OSError) and error.filename else []
    notes = "".join(f"\n  while at work on {note}" for note in (*named, *getattr(error, "__notes__", ())))
    tell(f"  {type(error).__name__}{place}{notes}")
    try:
        write_text(log, "".join(traceback.format_exception(error)))
    except OSError:
        traceback.print_exception(type(error), None, error.__traceback__)
        return
    tell(f"Please report it with these lines. {_shown(log)} holds more; it may quote answers: read it before you send it.")
