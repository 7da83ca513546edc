"""On a terminal one line below the others tells how much is done; in a log there are plain lines only."""

import io
import sys

import pytest

from pipeline.stages.running import bar, tell


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def told(screen: io.StringIO, monkeypatch: pytest.MonkeyPatch, term: str = "xterm") -> str:
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("TERM", term)
    with bar.shown(2):
        tell("the first is made")
        bar.step()
        bar.expect(1)
        bar.step()
    tell("all is made")
    return screen.getvalue()


def test_a_terminal_shows_how_much_is_done_below_what_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = told(Terminal(), monkeypatch).replace("\r", "\n").splitlines()
    assert [line.split(" |")[0] for line in lines if " |" in line and "left" in line][-1] == "2 of 3"
    assert "the first is made" in lines and lines[-1] == "all is made"


@pytest.mark.parametrize(("screen", "term"), [(io.StringIO(), "xterm"), (Terminal(), "dumb")])
def test_a_log_has_plain_lines(screen: io.StringIO, term: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert told(screen, monkeypatch, term) == "the first is made\nall is made\n"
