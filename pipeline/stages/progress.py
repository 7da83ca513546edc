"""What the terminal shows while work goes on: one line per finished piece."""

import os
import sys

BOLD, RED, PLAIN = "\033[1m", "\033[31m", "\033[0m"


def tell(line: str) -> None:
    """Print one line of progress at once."""
    print(line, file=sys.stderr, flush=True)


def emphasised(text: str) -> str:
    """Make text bold on a terminal that shows colours."""
    return f"{BOLD}{text}{PLAIN}" if colours() else text


def alarming(text: str) -> str:
    """Make text red on a terminal that shows colours."""
    return f"{RED}{text}{PLAIN}" if colours() else text


def colours() -> bool:
    """Say whether to colour: only on a terminal, and never with NO_COLOR."""
    return sys.stderr.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
