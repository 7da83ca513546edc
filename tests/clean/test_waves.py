"""Five people of two files: the example in the module that joins waves."""

import doctest

from pipeline.clean import waves


def test_five_people_are_joined_as_the_example_says() -> None:
    found = doctest.testmod(waves)
    assert (found.failed, found.attempted > 5) == (0, True)
