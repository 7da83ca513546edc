"""What tests of the stages share: all bundled studies, built once."""

from pathlib import Path

import pytest

from tests.stages.project import copy_project, run


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All bundled studies, built once from raw exports to reports and index."""
    root = copy_project(tmp_path_factory.mktemp("built"))
    done = run(root, "build", "--index")
    assert done.returncode == 0, done.stderr
    return root
