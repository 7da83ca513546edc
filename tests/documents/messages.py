"""The page on messages: every planted mistake with what is said of it, as it is said."""

import tempfile
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

from tests.mistakes import MISTAKES, Mistake, made

HEAD = """# Messages and what to do

Written by `make docs`: each mistake below was made in a little study called `mini`, and this is what the program said. A message says where it is (file, row or column), what was found, what is allowed, and what to do. All problems are told at once; nothing is changed as long as there is one. What does not fit on the screen is in `data/processed/<study>/problems.txt`.

- Rows of raw files are counted below the heading, as data rows; rows of codebook.csv, answers.csv and corrections.csv as a spreadsheet counts them.
- `WARNING` in red stops nothing: somebody should look. `make doctor` looks at the machine and at all studies.
- "A fault of the program" is not yours. Its traceback is in `data/processed/<study>/fault.txt`, and may quote answers: read it before you send it.
- A number that is withheld in a report is no fault: docs/privacy.md says why.
"""


def messages_page() -> str:
    """Write all planted mistakes, by what they are about, with their messages."""
    parts = [HEAD]
    for group, mistakes in groupby(MISTAKES, lambda mistake: mistake.group):
        parts += [f"## {group}\n", *_told(mistakes)]
    return "\n".join(parts)


def _told(mistakes: Iterable[Mistake]) -> Iterable[str]:
    for mistake in mistakes:
        with tempfile.TemporaryDirectory() as folder:
            _, said = made(mistake, Path(folder))
        message = said.partition("\n")[2].rstrip()
        yield f"### {mistake.what}\n\n```text\n{message}\n```\n"
