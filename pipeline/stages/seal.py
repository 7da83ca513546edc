"""What a finished build was made from and what it made, so that make can tell, without Python, whether all of it is still so.

A stamp holds one line per file as ``cksum`` prints it (POSIX: checksum, size, name), and
a last line that says it is whole. make lets ``cksum`` do all of them again: a flipped
bit, an older file put back with its old time and a file taken away are found out,
where times alone say nothing. Inputs are summed before anything is read, so that
what was changed while a build ran counts as changed.
"""

import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from pipeline.paths import Paths
from pipeline.tables.atomic import write_text

WHOLE = "whole"
BLOCK = 1 << 20
TURNED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))
"""Every byte with its bits in the other order: zlib's CRC takes the lowest bit first, that of POSIX the highest."""


def cksum_line(path: Path, root: Path) -> str:
    """Give what ``cksum`` prints of a file, named relative to the root if it lies there."""
    register, size = 0xFFFFFFFF, 0
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            register = zlib.crc32(block.translate(TURNED), register)
            size += len(block)
    length = size.to_bytes((size.bit_length() + 7) // 8, "little")
    register = zlib.crc32(length.translate(TURNED), register)
    return f"{int(f'{register:032b}'[::-1], 2)} {size} {(path.relative_to(root) if path.is_relative_to(root) else path).as_posix()}"


def sealed_inputs(paths: Paths) -> tuple[str, ...]:
    """Sum what make takes for the inputs of a study: all that is declared, its raw files, what was published, the templates, the lock file."""
    folders = (paths.declared, paths.raw)
    files = [
        *(path for folder in folders for path in folder.rglob("*")),
        *paths.templates.values(),
        paths.locked_packages,
        *paths.releases.glob("*/publication.json"),
    ]
    return tuple(_lines(files, paths.root))


def seal(stamp: Path, inputs: Iterable[str], made: Iterable[Path], root: Path) -> None:
    """Write a stamp: that a build from these inputs made these files."""
    lines = sorted({*inputs, *_lines(made, root)})
    write_text(stamp, "\n".join([*lines, WHOLE]) + "\n")


def _lines(files: Iterable[Path], root: Path) -> Iterator[str]:
    """Sum the files that are there; make does not see a name with a line break."""
    return (cksum_line(path, root) for path in files if path.is_file() and "\n" not in str(path))
