"""The check of ``make lint`` that nothing of the package is there for its tests alone."""

import pytest

from tests.reached import package, read_module, unreached

RUNS = """
from pipeline.rooms import REGISTRY, Shown
Shown().told
"""
ROOMS = '''
"""Not a name: `lonely`."""
from dataclasses import dataclass
from json import JSONEncoder
REGISTRY = {"welch": "by_registry"}

def by_registry():
    """Nothing calls lonely."""
    return helper()

def helper(): ...
def lonely(): return only_for_lonely()
def only_for_lonely(): ...

class Shown:
    @property
    def told(self): return 1
    def untold(self): return 2
    def _repr_html_(self): return ""

class Encoder(JSONEncoder):
    def default(self, value): return used_by_library()

def used_by_library(): ...
ENCODER = Encoder
'''


def test_what_only_tests_could_use_is_named():
    found = unreached([read_module("notebooks.one", RUNS), read_module("pipeline.rooms", ROOMS)])
    assert {(one.owner, one.name) for one in found} == {("", "lonely"), ("", "only_for_lonely"), ("Shown", "untold")}


def test_where_it_stands_is_said():
    found = next(unreached([read_module("pipeline.rooms", "\n\ndef lonely(): ...")]))
    assert found.shown == "pipeline/rooms.py:3: lonely"


def test_the_same_name_in_another_module_is_not_reached_with_it():
    one, other = read_module("pipeline.one", "def f(): ...\nf()"), read_module("pipeline.other", "def f(): ...")
    assert [found.module for found in unreached([one, other])] == ["pipeline.other"]


@pytest.mark.slow
def test_the_templates_and_the_command_line_are_where_it_begins():
    names = {module.name for module in package()}
    assert {"notebooks.group_comparison", "pipeline.__main__", "pipeline.render.report"} <= names
