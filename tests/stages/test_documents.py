"""Generated documentation says what the code says today."""

import pytest

from tests.conftest import ROOT
from tests.documents.__main__ import DOCUMENTS


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_a_generated_page_is_current(name: str) -> None:
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == DOCUMENTS[name](), "run 'make docs'"
