"""Nothing that R printed may be forgotten: each value is given, checked, or left out with a reason."""

from fnmatch import fnmatchcase

import pytest

from tests.reference.agreement import COVERAGE, ENTRIES, KINDS, flatten, patterns_of, status_of


def test_every_entry_of_both_files_has_a_kind_and_no_other_entry_does() -> None:
    assert set(KINDS) == set(ENTRIES)


def test_every_kind_is_used_and_described() -> None:
    assert set(KINDS.values()) == set(COVERAGE["kinds"])


@pytest.mark.parametrize("entry_id", ENTRIES)
def test_every_value_is_given_checked_or_left_out_with_a_reason(entry_id: str) -> None:
    forgotten = [name for name in flatten(ENTRIES[entry_id]["value"]) if not status_of(entry_id, name)]
    assert not forgotten


@pytest.mark.parametrize("kind", COVERAGE["kinds"])
def test_every_pattern_fits_a_value_and_every_gap_has_its_reason(kind: str) -> None:
    entries = [entry_id for entry_id in KINDS if KINDS[entry_id] == kind]
    names = [name for entry_id in entries for name in flatten(ENTRIES[entry_id]["value"])]
    patterns = [pattern for listed in patterns_of(entries[0]).values() for pattern in listed]
    assert not [pattern for pattern in patterns if not any(fnmatchcase(name, pattern) for name in names)]
    assert all(reason for reason in COVERAGE["kinds"][kind].get("not_covered", {}).values())
