"""The bundled made-up files are what their studies declare, byte for byte."""

import pytest

from pipeline.paths import declared_studies, study_paths
from pipeline.simulate.files import simulate_study
from pipeline.spec.load import load_study
from pipeline.stages.simulation import marker
from tests.conftest import ROOT

FILLED = [name for name in declared_studies(ROOT) if study_paths(name, ROOT).simulated.is_file() and name != "trs"]
"""The files of trs are not drawn by ``[simulation]``; tests/simulate/test_trs.py holds them."""


@pytest.mark.parametrize("name", FILLED)
def test_simulating_again_gives_the_bundled_files(name: str) -> None:
    study = load_study(name, ROOT)
    assert marker(simulate_study(study)) == study.paths.simulated.read_bytes()
