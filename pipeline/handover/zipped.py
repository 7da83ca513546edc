"""Archives that are the same bytes for the same content: no dates, no owners."""

import io
import zipfile
from collections.abc import Mapping

DATE = (1980, 1, 1, 0, 0, 0)
"""The earliest that an archive can tell; nobody's clock is in it."""


def zip_of(files: Mapping[str, bytes]) -> bytes:
    """Pack files in their order."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in files.items():
            member = zipfile.ZipInfo(name, DATE)
            member.external_attr = 0o644 << 16
            archive.writestr(member, content, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def rezipped(archive: bytes) -> bytes:
    """Pack an archive anew, without the dates that whoever packed it has written."""
    with zipfile.ZipFile(io.BytesIO(archive)) as source:
        return zip_of({name: source.read(name) for name in source.namelist()})
