"""Is every function of the package used by the product, not by its tests alone? ``make lint`` asks.

Begins with what runs by itself: module-level code (where the registries stand),
the command line and the cells of the templates. A definition is reached when
reached code names it: by a name that its module defines or imports, as an
attribute (methods and properties), or as a text that is such a name (lines of a
registry). Methods that a library calls are reached with their class: those with
underscores round their name, and all of a class whose base is not ours.
"""

import ast
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(eq=False)
class Definition:
    """A function, method or class, or the code of a module that is none: what it is called, where it stands, what it names."""

    module: str
    name: str
    line: int
    owner: str = ""
    called_by_library: bool = False
    names: set[str] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)

    @property
    def shown(self) -> str:
        """Say where it is."""
        return f"{self.module.replace('.', '/')}.py:{self.line}: {self.owner + '.' if self.owner else ''}{self.name}"


@dataclass(eq=False)
class Module:
    """Definitions of a module, and its names from others: local name -> (module, name there)."""

    name: str
    definitions: list[Definition] = field(default_factory=list)
    imports: dict[str, tuple[str, str]] = field(default_factory=dict)


def read_module(name: str, source: str) -> Module:
    """Read what a module defines, imports and names."""
    tree, module = ast.parse(source), Module(name)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            module.imports |= {alias.asname or alias.name: (node.module or "", alias.name) for alias in node.names}
    top = Definition(name, "", 1)
    module.definitions.append(top)
    for node in tree.body:
        _take(module, node, top, "", True)
    return module


def _take(module: Module, node: ast.AST, into: Definition, owner: str, of_library: bool) -> None:
    """Add what a node names to the definition it stands in; a function or class of a module or class is one of its own."""
    if isinstance(node, FUNCTION | ast.ClassDef):
        known = [base for base in getattr(node, "bases", ()) if isinstance(base, ast.Name) and base.id not in module.imports]
        foreign = isinstance(node, ast.ClassDef) and any(
            not (isinstance(base, ast.Name) and (base in known or module.imports[base.id][0].startswith("pipeline"))) for base in node.bases
        )
        called = bool(owner) and (of_library or (node.name.startswith("_") and node.name.endswith("_")))
        own = Definition(module.name, node.name, node.lineno, owner, called)
        module.definitions.append(own)
        for inner in ast.iter_child_nodes(node):
            if isinstance(node, ast.ClassDef) and isinstance(inner, FUNCTION):
                _take(module, inner, own, node.name, foreign)
            else:
                _add(own, inner)
        return
    _add(into, node)


def _add(into: Definition, node: ast.AST) -> None:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name):
            into.names.add(inner.id)
        elif isinstance(inner, ast.Attribute):
            into.attributes.add(inner.attr)
        elif isinstance(inner, ast.Constant) and isinstance(inner.value, str) and inner.value.isidentifier():
            into.attributes.add(inner.value)


def unreached(modules: Iterable[Module]) -> Iterator[Definition]:
    """Give the definitions that nothing which runs comes to."""
    known = {module.name: module for module in modules}
    everything = [one for module in known.values() for one in module.definitions]
    by_place = {(one.module, one.name): one for one in everything if not one.owner}
    by_name: dict[str, list[Definition]] = {}
    for one in everything:
        by_name.setdefault(one.name, []).append(one)
    reached: set[Definition] = set()
    waiting = [one for one in everything if not one.name]
    while waiting:
        one = waiting.pop()
        if one in reached:
            continue
        reached.add(one)
        imports = known[one.module].imports
        waiting += [by_place[place] for name in one.names if (place := imports.get(name, (one.module, name))) in by_place]
        waiting += [found for name in one.attributes for found in by_name.get(name, ())]
        waiting += [found for found in everything if found.called_by_library and (found.module, found.owner) == (one.module, one.name)]
    yield from (one for one in everything if one not in reached)


def package() -> list[Module]:
    """Read the package, the code cells of the templates, and what the installed project lets papermill call."""
    sources = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts): path.read_text("utf-8") for path in (ROOT / "pipeline").rglob("*.py")
    }
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        cells = json.loads(path.read_text("utf-8"))["cells"]
        sources[f"notebooks.{path.stem}"] = "\n".join("".join(one["source"]) for one in cells if one["cell_type"] == "code")
    sources["installed"] = "from pipeline.render.engine.papermill_engine import RorlighetEngine\nRorlighetEngine"
    return [read_module(name.removesuffix(".__init__"), source) for name, source in sources.items()]


if __name__ == "__main__":
    found = sorted(one.shown for one in unreached(package()))
    if found:
        sys.exit(
            "\n".join([*found, f"{len(found)} definitions are used by no command, template or registry: delete them, with their tests."])
        )
