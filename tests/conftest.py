"""What tests share: bundled studies as loaded and as computed, and the reference values from R."""

import json
import os
import shutil
import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import settings

from pipeline.spec.load import load_study
from pipeline.spec.study import Study

settings.register_profile("project", deadline=None)  # no test depends on the speed of the machine
settings.register_profile("fast", deadline=None, max_examples=10)  # what make test FAST=1 draws
settings.load_profile("project")

ROOT = Path(__file__).resolve().parent.parent
ONCE = "RORLIGHET_ONCE"
"""Names, in the environment of all processes of a run, the folder of what is computed once."""
LARGEST = {"trs_estimated", "trs_results", "trs_survey"}
"""Fixtures that compute all estimates of the largest bundled study."""
FAST_CASES = 5
"""On how many of its cases a test is tried by make test FAST=1."""
REFERENCE = ROOT / "tests" / "reference"
VALIDATION = Path(os.environ.get("RORLIGHET_VALIDATION", ROOT.parent / "shared" / "validation"))
REAL_EXPORTS = Path(os.environ.get("RORLIGHET_EXPORTS", ROOT.parent / "shared" / "exports"))


def pytest_configure(config: pytest.Config) -> None:
    """Give all processes of a run one folder for what is computed once."""
    if not hasattr(config, "workerinput"):
        os.environ[ONCE] = tempfile.mkdtemp(prefix="rorlighet-once-")
        config.add_cleanup(lambda: shutil.rmtree(os.environ.pop(ONCE)))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Make slow what starts from all estimates of the largest bundled study, and what FAST=1 has tried on enough cases."""
    tried: Counter[str] = Counter()
    for item in items:
        test = item.nodeid.partition("[")[0]
        tried[test] += 1
        enough = tried[test] > FAST_CASES and config.getoption("--hypothesis-profile") == "fast"
        if enough or LARGEST & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def jobs2() -> Study:
    return load_study("jobs2", ROOT)


@pytest.fixture(scope="session")
def trs() -> Study:
    return load_study("trs", ROOT)


@pytest.fixture(scope="session")
def r_entries() -> dict[str, dict]:
    """Reference entries by id, both sets."""
    files = (REFERENCE / "open.json", REFERENCE / "simtrs" / "reference.json")
    return {entry["id"]: entry for file in files for entry in json.loads(file.read_text(encoding="utf-8"))["entries"]}


@pytest.fixture(scope="session")
def validation() -> Path:
    """Third-party validation data that may be read but not committed."""
    if not VALIDATION.is_dir():
        pytest.skip(f"validation data that may not be committed are not at {VALIDATION}")
    return VALIDATION


@pytest.fixture(scope="session")
def real_exports() -> Path:
    """Files as real survey tools wrote them, which may be read but not committed."""
    if not REAL_EXPORTS.is_dir():
        pytest.skip(f"export files that may not be committed are not at {REAL_EXPORTS}")
    return REAL_EXPORTS
