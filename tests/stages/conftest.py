"""What tests of the stages share: all bundled studies, built once."""

import shutil
from pathlib import Path

import pytest

from tests.once import folder_once
from tests.stages.project import copy_project, run


@pytest.fixture(scope="session")
def built() -> Path:
    """All bundled studies, built once from raw exports to reports and index."""
    return folder_once("built", build_all)


def build_all(root: Path) -> None:
    done = run(copy_project(root), "build", "--index")
    assert done.returncode == 0, done.stderr


@pytest.fixture
def tables_of_jobs2(tmp_path: Path) -> Path:
    """jobs2 up to its estimates, in a root of its own."""
    return shutil.copytree(folder_once("tables_of_jobs2", build_jobs2), tmp_path, dirs_exist_ok=True)


def build_jobs2(root: Path) -> None:
    done = run(copy_project(root), "build", "jobs2", "--until", "estimates")
    assert done.returncode == 0, done.stderr
