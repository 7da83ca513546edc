"""From bytes to text, in the stated encoding or the one that fits."""

import re

from pipeline.errors import ResearcherError

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
NOT_TEXT = {
    b"PK\x03\x04": ("is an Excel workbook or another zip file, not CSV", "xlsx"),
    b"\xd0\xcf\x11\xe0": ("is an old Excel workbook, not CSV", ""),
    b"$FL2": ("is an SPSS file, not CSV", "sav"),
    b"$FL3": ("is a compressed SPSS file, not CSV", "sav"),
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


def decode(content: bytes, stated: str | None, where: str) -> tuple[str, str]:
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
    text, encoding : str
        Text without byte order mark, and the encoding that gave it.

    Raises
    ------
    ResearcherError
        When nothing, or something else, is encoded so.
    """
    if content.startswith(UTF16_MARKS) or stated == "utf-16":
        # What begins with no mark says by its zero bytes which half of a letter comes first.
        order = "" if content.startswith(UTF16_MARKS) else "-be" if content[:2].startswith(b"\0") else "-le"
        return _decoded(content, f"utf-16{order}", "utf-16", where), "utf-16"
    unreadable, format_ = _not_text(content)
    if unreadable:
        right = f' to "{format_}"' if format_ else ""
        remedy = f"Correct format of the source in study.toml{right}, or export the file again as CSV."
        raise ResearcherError.of(where, unreadable, ENCODINGS, remedy)
    if stated is None:
        return _detected(content, where)
    if CODES_OF[stated] != "utf-8" and not content.isascii() and _is_utf8(content):
        raise ResearcherError.of(where, f"is UTF-8, but encoding = '{stated}' is stated", ENCODINGS, "Correct encoding in study.toml.")
    start = len(BYTE_ORDER_MARK) if content.startswith(BYTE_ORDER_MARK) else 0
    return _decoded(content, CODES_OF[stated], stated, where, start), stated


def _detected(content: bytes, where: str) -> tuple[str, str]:
    if _is_utf8(content):
        text = content.removeprefix(BYTE_ORDER_MARK).decode("utf-8")
        _refuse_garbled(text, where)
        return text, "utf-8-sig" if content.startswith(BYTE_ORDER_MARK) else "utf-8"
    _refuse_lookalike(content, where)
    return _decoded(content, "cp1252", "cp1252", where), "cp1252"


def _decoded(content: bytes, code: str, encoding: str, where: str, start: int = 0) -> str:
    try:
        return content[start:].decode(code)
    except UnicodeDecodeError as error:
        _refuse_lookalike(content, where)
        position = error.start + start
        line = content.count(b"\n", 0, position) + 1
        found = f"is not {encoding}: byte {position} (line {line}) is 0x{content[position]:02X}, which {encoding} does not have there"
        remedy = "State the encoding the file was exported in, or leave encoding out to have it detected."
        raise ResearcherError.of(where, found, ENCODINGS, remedy) from None


def _lookalike(content: bytes) -> str:
    """Name the encoding whose å, ä and ö stand inside words, where cp1252 has none of them anywhere; empty when there is none."""
    if SWEDISH.search(content.decode("cp1252", "replace")):
        return ""
    found = {name: len(re.findall(INSIDE_WORD % re.escape(letters), content)) for name, letters in LOOKALIKES.items()}
    best = max(found, key=lambda name: found[name])
    return best if found[best] else ""


def _refuse_lookalike(content: bytes, where: str) -> None:
    encoding = _lookalike(content)
    if encoding:
        [word, *_] = re.findall(rb"\w*" + INSIDE_WORD % re.escape(LOOKALIKES[encoding]) + rb"\w*", content)
        found = f"looks like {encoding}: {word.decode(CODES_OF[encoding])!r}, which cp1252 reads as {word.decode('cp1252', 'replace')!r}"
        remedy = (
            f'State encoding = "{encoding}" of the source in study.toml (or "cp1252", if that is right), or export the file again as UTF-8.'
        )
        raise ResearcherError.of(where, found, ENCODINGS, remedy)


def _refuse_garbled(text: str, where: str) -> None:
    """Find letters that were encoded twice, and marks that stand in place of letters that were lost."""
    twice = GARBLED.search(text) if "Ã" in text or LOST in text else None
    if twice:
        line = text.count("\n", 0, twice.start()) + 1
        found = "lost" if twice[0] == LOST else "encoded twice"
        remedy = 'Export the file again as UTF-8; state encoding = "utf-8" of the source in study.toml if the characters are meant.'
        raise ResearcherError.of(where, f"holds letters that were {found}, first on line {line}: {twice[0]!r}", remedy=remedy)


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
