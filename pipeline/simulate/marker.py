"""The file beside simulated raw files that says so."""

import hashlib
from collections.abc import Mapping


def marker(contents: Mapping[str, bytes]) -> bytes:
    """Say that the files are made up, with their hashes in the manner of ``sha256sum``."""
    lines = [f"{sha256}  {file}" for file, sha256 in hashes(contents).items()]
    return "\n".join(["# Simulated: no person, workplace or figure in these files is real.", *lines, ""]).encode()


def hashes(contents: Mapping[str, bytes]) -> dict[str, str]:
    """Give the sha256 of every file, in name order."""
    return {file: hashlib.sha256(content).hexdigest() for file, content in sorted(contents.items())}
