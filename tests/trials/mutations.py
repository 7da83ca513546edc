"""Files as they come back from a wrong save, a slip of the hand, a bad disk: one random change or two of any file."""

import csv
import io
import json
import tomllib
from collections.abc import Callable
from random import Random
from typing import Any

from tests.miniature import toml

ODD_TEXTS = (
    "",
    " ",
    "x",
    "-1",
    "0",
    "1e999",
    "nan",
    "ja",
    "åäö",
    "🦆",
    "\0",
    "2024-02-30",
    "..",
    "*",
    "'",
    '"',
    "a" * 140_000,
    "=1+1",
    "__",
    "@t9",
)
ODD_VALUES = (None, True, False, 0, -1, 3.5, 10**30, "", "x", "åäö 🦆", [], {}, [1], ["x"], [[]], {"x": 1}, [None])
ODD_BYTES = (b"\0", b"\xff", b"\xfe\xff", b"\xef\xbb\xbf", b"\r", b"\n", b'"', b";", b",", b"=", b"[", b"\xe5", "🦆".encode())

Change = Callable[[Random, bytes], bytes]


def mutated(draw: Random, name: str, content: bytes) -> bytes:
    """Give the content with one or two random changes of the kinds that a file of this name may suffer."""
    ending = name.rpartition(".")[2]
    for _ in range(draw.choice((1, 1, 2))):
        change = draw.choice((*BY_ENDING.get(ending, ()), *ANY_BYTES))
        content = change(draw, content)
    return content


def flip(draw: Random, content: bytes) -> bytes:
    """Flip one bit."""
    place = draw.randrange(max(1, len(content)))
    return content[:place] + bytes(byte ^ (1 << draw.randrange(8)) for byte in content[place : place + 1]) + content[place + 1 :]


def cut(draw: Random, content: bytes) -> bytes:
    """Lose the end, or something in the middle."""
    first, last = sorted(draw.randrange(len(content) + 1) for _ in range(2))
    return content[:first] if draw.random() < 0.5 else content[:first] + content[last:]


def insert(draw: Random, content: bytes) -> bytes:
    """Gain odd bytes somewhere."""
    place = draw.randrange(len(content) + 1)
    return content[:place] + draw.choice(ODD_BYTES) * draw.choice((1, 1, 3)) + content[place:]


def recode(draw: Random, content: bytes) -> bytes:
    """Be saved in another encoding, or with other line ends."""
    text = content.decode("utf-8", "replace")
    if draw.random() < 0.3:
        text = text.replace("\n", draw.choice(("\r\n", "\r", "\n\n")))
    return text.encode(draw.choice(("utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "mac-roman")), "replace")


def swap_words(draw: Random, content: bytes) -> bytes:
    """Put one word of the file, or an odd text, where another stands."""
    words = (
        content.decode("utf-8", "replace")
        .replace(",", "\0,\0")
        .replace(";", "\0;\0")
        .replace('"', '\0"\0')
        .replace("\n", "\0\n\0")
        .split("\0")
    )
    places = [place for place, word in enumerate(words) if word.strip(' ,;"\n')]
    if places:
        words[draw.choice(places)] = draw.choice((words[draw.choice(places)], draw.choice(ODD_TEXTS)))
    return "".join(words).encode("utf-8", "replace")


def misspell(draw: Random, content: bytes) -> bytes:
    """Slip in one letter."""
    text = content.decode("utf-8", "replace")
    places = [place for place, letter in enumerate(text) if letter.isalnum()]
    if not places:
        return content
    place = draw.choice(places)
    return (text[:place] + draw.choice(("", "q", text[place] * 2, "_")) + text[place + 1 :]).encode("utf-8", "replace")


def lines(draw: Random, content: bytes) -> bytes:
    """Lose, double or move a line."""
    rows = content.split(b"\n")
    row = rows.pop(draw.randrange(len(rows)))
    for _ in range(draw.choice((0, 1, 2))):
        rows.insert(draw.randrange(len(rows) + 1), row)
    return b"\n".join(rows)


def cells(draw: Random, content: bytes) -> bytes:
    """Change a cell, or lose or double a column, of a table."""
    text = content.decode("utf-8", "replace")
    sign = max(",;", key=text.partition("\n")[0].count)
    table = [*csv.reader(io.StringIO(text, newline=""), delimiter=sign)] if len(text) < 100_000 else []
    if not table or not table[0]:
        return content
    column = draw.randrange(len(table[0]))
    what = draw.choice(("cell", "cell", "cell", "lose", "double"))
    if what == "cell":
        row = draw.choice(table)
        row[column % max(1, len(row)) : column % max(1, len(row)) + 1] = [draw.choice((*ODD_TEXTS, *(one for one in draw.choice(table))))]
    else:
        table = [[*row[:column], *(row[column : column + 1] * (2 if what == "double" else 0)), *row[column + 1 :]] for row in table]
    written = io.StringIO()
    csv.writer(written, delimiter=sign, lineterminator="\n").writerows(table)
    return written.getvalue().encode("utf-8", "replace")


def json_value(draw: Random, content: bytes) -> bytes:
    """Change, lose or rename something inside plain data."""
    try:
        parsed = json.loads(content)
    except ValueError:
        return content
    return json.dumps(changed_inside(draw, parsed), ensure_ascii=False).encode("utf-8", "replace")


def toml_value(draw: Random, content: bytes) -> bytes:
    """Change, lose or rename something inside a declaration."""
    try:
        parsed = tomllib.loads(content.decode("utf-8"))
        changed = changed_inside(draw, parsed)
        return toml(_without_nothing(changed) if isinstance(changed, dict) else {"changed": 1}).encode("utf-8", "replace")
    except ValueError:
        return content


def changed_inside(draw: Random, value: Any) -> Any:
    """Give plain data with one change at a random depth."""
    if isinstance(value, dict | list) and value and draw.random() < 0.93:
        keys = list(value) if isinstance(value, dict) else list(range(len(value)))
        key = draw.choice(keys)
        changed = value.copy()
        if draw.random() < 0.15:
            held = changed.pop(key)
            if isinstance(changed, dict) and draw.random() < 0.5:
                changed[f"{key}{draw.choice('sx_')}"] = held
            elif isinstance(changed, list) and draw.random() < 0.5:
                changed += [held, held]
        else:
            changed[key] = changed_inside(draw, value[key])
        return changed
    if isinstance(value, str) and value and draw.random() < 0.5:
        return draw.choice((value + "x", value[:-1], value.upper(), value * 2, f"{value}@t2", value.partition("@")[0]))
    return draw.choice(ODD_VALUES)


def _without_nothing(value: Any) -> Any:
    """Leave out what TOML cannot say."""
    if isinstance(value, dict):
        return {key: _without_nothing(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [_without_nothing(inner) for inner in value if inner is not None]
    return value if isinstance(value, str | int | float) else str(value)


ANY_BYTES: tuple[Change, ...] = (flip, cut, insert)
TEXT: tuple[Change, ...] = (recode, swap_words, swap_words, misspell, misspell, lines, lines)
BY_ENDING: dict[str, tuple[Change, ...]] = {
    "toml": (*TEXT, *(toml_value,) * 12),
    "csv": (*TEXT, *(cells,) * 6),
    "md": (recode, recode, lines),
    "json": (*(json_value,) * 9, lines),
    "lock": (*(json_value,) * 5, lines),
    "key": (*(json_value,) * 5, lines),
}
"""Ending of a file's name -> changes beside those that any bytes may suffer; the likelier stand several times."""
