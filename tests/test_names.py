"""Identifiers say what they hold: words that could hold anything are refused, and so are the project's former terms."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def _holds_code(path: Path) -> bool:
    return path.suffix == ".py" or (path.is_dir() and any(path.rglob("*.py")))


# Rooms and modules of featherline/, and the stages.
ROOMS = (
    *sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "featherline").iterdir() if _holds_code(path)),
    "stages",
)
# Vague ones, and those that have a term of the field: error, hypervolume, cost, fix, predicted.
REFUSED = {
    *("one", "found", "own", "held", "told", "tell", "judge", "judged", "commanded", "cure", "seen", "said", "taken"),
    *("thing", "stuff", "foo", "tmp", "temp", "many", "some"),
}
# An identifier of an interface that is not ours: `tell` of a file.
ALLOWED = {"tell"}


def identifiers(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and name of everything that a module names: variables, parameters, attributes, functions, classes."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()) | ast.arg(arg=name):
                yield node.lineno, name
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield node.lineno, name
            case ast.alias(asname=str(name)):
                yield node.lineno, name
            case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)) | ast.ExceptHandler(name=str(name)):
                yield node.lineno, name


def refused(source: str) -> list[str]:
    """Each refused identifier as `line: name`."""
    named = identifiers(ast.parse(source))
    return [f"{line}: {name}" for line, name in named if name.strip("_").lower() in REFUSED and name not in ALLOWED]


@pytest.mark.parametrize("room", ROOMS)
def test_no_identifier_is_a_word_that_could_hold_anything(room):
    modules = sorted((ROOT / room).rglob("*.py")) if (ROOT / room).is_dir() else [ROOT / room]
    assert modules
    named = [f"{path.relative_to(ROOT)}:{place}" for path in modules for place in refused(path.read_text())]
    assert not named, "\n".join(named)


@pytest.mark.parametrize(
    "source",
    [
        "one = 1",
        "def found(): pass",
        "class Told: pass",
        "def f(own): pass",
        "def f(*, held=1): pass",
        "self.judge = 1",
        "[told for told in ()]",
        "lambda one: 1",
        "import json as cure",
        "with open(0) as found: pass",
        "try: pass\nexcept OSError as told: pass",
    ],
)
def test_every_way_to_name_something_is_looked_at(source):
    assert len(refused(source)) == 1


def test_what_a_name_contains_is_its_own_affair():
    assert refused("one_second = owner = threshold = 1") == []
