"""From bytes to text, in the stated encoding or the one that fits."""

import re
from dataclasses import dataclass

from pipeline.errors import Problem

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
NOT_TEXT = {
    b"PK\x03\x04": ("is an Excel workbook or another zip file, not CSV", "xlsx"),
    b"\xd0\xcf\x11\xe0": ("is an old Excel workbook, not CSV", ""),
    b"$FL2": ("is an SPSS file, not CSV", "sav"),
    b"$FL3": ("is a compressed SPSS file, not CSV", ""),
    b"<stata_dta>": ("is a Stata file, not CSV", "dta"),
    **{bytes([version, order, 1]): ("is a Stata file, not CSV", "dta") for version in range(0x68, 0x74) for order in (1, 2)},
}
"""How files begin that are no text -> what they are, and the format that reads them."""
CODES_OF = {"utf-8": "utf-8", "utf-8-sig": "utf-8", "cp1252": "cp1252", "mac-roman": "mac_roman", "cp850": "cp850", "cp437": "cp437"}
"""Encoding as stated -> Python's name."""
ENCODINGS = ", ".join((*CODES_OF, "utf-16"))
LOOKALIKES = {"mac-roman": b"\x8c\x8a\x9a", "cp850": b"\x86\x84\x94"}
"""Encoding of old Macs and of DOS (cp437 has these in the same places) -> å, ä and ö."""
SWEDISH = re.compile("[åäöÅÄÖ]")
INSIDE_WORD = rb"(?<=[a-zA-Z])[%b](?=[a-z])"
LOST = "\ufffd"
GARBLED = re.compile(f"Ã[\u0080-\u00bf…„–€‚ƒ†‡ˆ‰Š‹ŒŽ‘’“”•—˜™š›œžŸ]|{LOST}")
"""å, ä, ö, é and the like, in UTF-8 that was taken for cp1252 and encoded again; what stands for a letter that was lost."""


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
    if content.startswith(UTF16_MARKS) or stated == "utf-16":
        return _decode_utf16(content, where)
    unreadable, format_ = _not_text(content)
    if unreadable:
        right = f' to "{format_}"' if format_ else ""
        remedy = f"Correct format of the source in study.toml{right}, or export the file again as CSV."
        return Decoded(problem=Problem(where, unreadable, ENCODINGS, remedy))
    if stated is None:
        return _decode_detected(content, where)
    if CODES_OF[stated] != "utf-8" and not content.isascii() and _is_utf8(content):
        return Decoded(
            problem=Problem(where, f"is UTF-8, but encoding = '{stated}' is stated", ENCODINGS, "Correct encoding in study.toml.")
        )
    try:
        return Decoded(_without_mark(content).decode(CODES_OF[stated]), stated)
    except UnicodeDecodeError as error:
        return Decoded(problem=_undecodable(content, error, stated, where))


def _decode_detected(content: bytes, where: str) -> Decoded:
    if _is_utf8(content):
        marked = content.startswith(BYTE_ORDER_MARK)
        text = _without_mark(content).decode("utf-8")
        return Decoded(text, "utf-8-sig" if marked else "utf-8", _garbled_problem(text, where))
    lookalike = _lookalike(content)
    if lookalike:
        return Decoded(problem=_lookalike_problem(content, lookalike, where))
    try:
        return Decoded(content.decode("cp1252"), "cp1252")
    except UnicodeDecodeError as error:
        return Decoded(problem=_undecodable(content, error, "cp1252", where))


def _decode_utf16(content: bytes, where: str) -> Decoded:
    """Read what begins with a mark, or says by its zero bytes which half of a letter comes first."""
    order = "" if content.startswith(UTF16_MARKS) else "-be" if content[:2].startswith(b"\0") else "-le"
    try:
        return Decoded(content.decode(f"utf-16{order}"), "utf-16")
    except UnicodeDecodeError as error:
        return Decoded(problem=_undecodable(content, error, "utf-16", where))


def _lookalike(content: bytes) -> str:
    """Name the encoding whose å, ä and ö stand inside words, where cp1252 has none of them anywhere; empty when there is none."""
    if SWEDISH.search(content.decode("cp1252", "replace")):
        return ""
    found = {name: len(re.findall(INSIDE_WORD % re.escape(letters), content)) for name, letters in LOOKALIKES.items()}
    best = max(found, key=lambda name: found[name])
    return best if found[best] else ""


def _lookalike_problem(content: bytes, encoding: str, where: str) -> Problem:
    [word, *_] = re.findall(rb"\w*" + INSIDE_WORD % re.escape(LOOKALIKES[encoding]) + rb"\w*", content)
    found = f"looks like {encoding}: {word.decode(CODES_OF[encoding])!r}, which cp1252 reads as {word.decode('cp1252', 'replace')!r}"
    remedy = (
        f'State encoding = "{encoding}" of the source in study.toml (or "cp1252", if that is right), or export the file again as UTF-8.'
    )
    return Problem(where, found, ENCODINGS, remedy)


def _garbled_problem(text: str, where: str) -> Problem | None:
    """Find letters that were encoded twice, and marks that stand in place of letters that were lost."""
    twice = GARBLED.search(text)
    if not twice:
        return None
    line = text.count("\n", 0, twice.start()) + 1
    found = "lost" if twice[0] == LOST else "encoded twice"
    remedy = 'Export the file again as UTF-8; state encoding = "utf-8" of the source in study.toml if the characters are meant.'
    return Problem(where, f"holds letters that were {found}, first on line {line}: {twice[0]!r}", remedy=remedy)


def _not_text(content: bytes) -> tuple[str, str]:
    """Say what a file is that is no text, and the format that reads it; empty texts when it may be one."""
    for start, found in NOT_TEXT.items():
        if content.startswith(start):
            return found
    if not content or content.isspace():
        return "is empty", ""
    if content.count(b"\0") > len(content) / 3:
        return 'looks like UTF-16 without its mark: state encoding = "utf-16" of the source in study.toml, if it is that', ""
    zero = content.find(b"\0")
    return (f"holds a zero byte at byte {zero}, so it is damaged or not a text file" if zero >= 0 else ""), ""


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _without_mark(content: bytes) -> bytes:
    return content.removeprefix(BYTE_ORDER_MARK)


def _undecodable(content: bytes, error: UnicodeDecodeError, encoding: str, where: str) -> Problem:
    lookalike = _lookalike(content)
    if lookalike:
        return _lookalike_problem(content, lookalike, where)
    position = error.start + len(content) - len(error.object)
    line = content.count(b"\n", 0, position) + 1
    return Problem(
        where,
        f"is not {encoding}: byte {position} (line {line}) is 0x{content[position]:02X}, which {encoding} does not have there",
        ENCODINGS,
        "State the encoding the file was exported in, or leave encoding out to have it detected.",
    )
