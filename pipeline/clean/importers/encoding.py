"""From bytes to text, in the stated encoding or the one that fits."""

from dataclasses import dataclass

from pipeline.errors import Problem

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
NOT_TEXT = {
    b"PK\x03\x04": "is an Excel workbook or another zip file, not CSV",
    b"\xd0\xcf\x11\xe0": "is an old Excel workbook, not CSV",
    b"$FL2": "is an SPSS file, not CSV",
    b"\xff\xfe": "is UTF-16, which is not read",
    b"\xfe\xff": "is UTF-16, which is not read",
}
ENCODINGS = "utf-8, utf-8-sig, cp1252"


@dataclass(frozen=True)
class Decoded:
    """Text with the encoding that gave it, or the problem that prevents it."""

    text: str = ""
    encoding: str = ""
    problem: Problem | None = None


def decode(content: bytes, stated: str | None, where: str) -> Decoded:
    """Decode a file's bytes.

    Parameters
    ----------
    content : bytes
        The whole file.
    stated : str or None
        Encoding in study.toml; None: UTF-8 if the bytes are UTF-8, else cp1252.
    where : str
        File name for problems.

    Returns
    -------
    Decoded
        Text without byte order mark.
    """
    unreadable = _not_text(content)
    if unreadable:
        return Decoded(
            problem=Problem(where, unreadable, ENCODINGS, "Correct format of the source in study.toml, or export the file again as CSV.")
        )
    if stated is None:
        return _decode_detected(content, where)
    if stated == "cp1252" and not content.isascii() and _is_utf8(content):
        return Decoded(problem=Problem(where, "is UTF-8, but encoding = 'cp1252' is stated", ENCODINGS, "Correct encoding in study.toml."))
    try:
        return Decoded(_without_mark(content).decode("cp1252" if stated == "cp1252" else "utf-8"), stated)
    except UnicodeDecodeError as error:
        return Decoded(problem=_undecodable(content, error, stated, where))


def _decode_detected(content: bytes, where: str) -> Decoded:
    if _is_utf8(content):
        marked = content.startswith(BYTE_ORDER_MARK)
        return Decoded(_without_mark(content).decode("utf-8"), "utf-8-sig" if marked else "utf-8")
    try:
        return Decoded(content.decode("cp1252"), "cp1252")
    except UnicodeDecodeError as error:
        return Decoded(problem=_undecodable(content, error, "cp1252", where))


def _not_text(content: bytes) -> str:
    for start, found in NOT_TEXT.items():
        if content.startswith(start):
            return found
    if not content or content.isspace():
        return "is empty"
    zero = content.find(b"\0")
    return f"holds a zero byte at byte {zero}, so it is damaged or not a text file" if zero >= 0 else ""


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _without_mark(content: bytes) -> bytes:
    return content.removeprefix(BYTE_ORDER_MARK)


def _undecodable(content: bytes, error: UnicodeDecodeError, encoding: str, where: str) -> Problem:
    position = error.start + len(content) - len(error.object)
    line = content.count(b"\n", 0, position) + 1
    return Problem(
        where,
        f"is not {encoding}: byte {position} (line {line}) is 0x{content[position]:02X}, which {encoding} does not have there",
        ENCODINGS,
        "State the encoding the file was exported in, or leave encoding out to have it detected.",
    )
