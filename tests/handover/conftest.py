"""What tests of the hand-over share: all bundled studies, built once."""

from tests.stages.conftest import built

__all__ = ["built"]
