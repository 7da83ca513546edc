"""The tutorial does what it says: its commands are run, its edits made, its outputs seen, on the export that is bundled with it."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from pipeline.render.kept import ANNEX
from tests.conftest import ROOT
from tests.stages.test_make import OWN
from tests.tutorial_data import FOLDER, files

PAGE = ROOT / "docs" / "tutorial.md"
BLOCK = re.compile(r"^```(sh|text|diff|csv)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PROJECT = "utvarderingar"


def edited(text: str, change: str) -> str:
    """Make one edit of the page: the lines with '-', which stand together once, become those with '+'."""
    lines = change.splitlines()
    old, new = ("".join(line[1:] + "\n" for line in lines if line.startswith(sign)) for sign in "-+")
    assert {line[:1] for line in lines} <= {"-", "+"}
    assert text.count(old) == 1, old
    return text.replace(old, new)


def commanded(commands: str, folder: Path, home: Path) -> tuple[str, Path]:
    """Run commands as somebody types them; give what they say and the folder that this ends in."""
    script = f"set -e\ncd {shlex.quote(str(folder))}\n{commands}pwd\n"
    environment = {**OWN, "HOME": str(home), "NO_COLOR": "1"}
    done = subprocess.run(["bash", "-c", script], env=environment, capture_output=True, text=True, check=False)
    said = done.stdout + done.stderr
    assert done.returncode == 0 or "make check" in commands, said
    last = done.stdout.rstrip().rpartition("\n")[2]
    return said, Path(last) if done.returncode == 0 else folder


def test_the_bundled_export_is_what_its_seed_draws() -> None:
    assert {path.name: path.read_text(encoding="utf-8") for path in sorted(FOLDER.iterdir())} == files()


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("make") is None or not (ROOT / ".venv" / ".installed").is_file(), reason="make and .venv are needed")
def test_every_step_of_the_tutorial_does_what_it_says(tmp_path: Path) -> None:
    folder, said = ROOT, ""
    for kind, file, text in BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        if kind == "sh":
            said, folder = commanded(text, folder, tmp_path)
        elif kind == "text":
            assert [line for line in text.splitlines() if line not in said] == [], said
        elif kind == "diff":
            path = folder / file
            path.write_text(edited(path.read_text(encoding="utf-8"), text), encoding="utf-8")
        else:
            (folder / file).write_text(text, encoding="utf-8")
    assert folder == tmp_path / PROJECT
    page, annex = ((folder / "reports/samtal/sv" / f"comparison{ending}").read_text(encoding="utf-8") for ending in (".html", ANNEX))
    assert "Rättat för hand" in annex
    assert "verkliga svar" not in page
    assert "Vilja att sluta" in page
    toml = (folder / "studies" / "samtal" / "study.toml").read_text(encoding="utf-8")
    assert "samtal med en coach" in toml
