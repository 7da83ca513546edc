import pytest

from pipeline.compare.registry import ESTIMATORS, SELECTIVE_KEYS
from pipeline.spec.vocabulary import RULE_KINDS
from tests.conftest import ROOT
from tests.documents.estimators import estimator_catalogue


def test_the_printed_catalogue_is_current() -> None:
    assert (ROOT / "docs" / "estimators.md").read_text(encoding="utf-8") == estimator_catalogue(), "write docs/estimators.md anew"


def test_every_estimator_file_is_registered_or_used_for_every_study() -> None:
    files = {path.stem for path in (ROOT / "pipeline" / "compare" / "estimators").glob("*.py")} - {"__init__"}
    assert files == {*(one.module.rpartition(".")[2] for one in ESTIMATORS.values()), "describe"}


@pytest.mark.parametrize("name", ESTIMATORS)
def test_every_entry_names_a_function_and_known_kinds(name: str) -> None:
    estimator = ESTIMATORS[name]
    assert callable(estimator.load())
    assert estimator.load().__name__ == name
    assert set(estimator.kinds) <= set(RULE_KINDS.values())
    assert estimator.allows <= {*SELECTIVE_KEYS, "cluster", "weight"}
    assert estimator.needs <= set(SELECTIVE_KEYS)
