"""The picture of the house in docs/architecture.md is the one that the imports draw."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "architecture.md"
PACKAGE = ROOT / "featherline"
# Modules beside the rooms, as rooms of their own.
ENTRANCES = {"cli", "__main__"}


def rooms() -> set[str]:
    """Folders of the package, and modules that stand beside them, by the name of an import."""
    folders = {path.parent.name for path in PACKAGE.glob("*/*.py")}
    return folders | {path.stem for path in PACKAGE.glob("*.py") if path.stem != "__init__"}


def imports() -> dict[str, set[str]]:
    """Room -> the rooms that its modules import, `stages` included."""
    names = rooms()
    drawn: dict[str, set[str]] = {name: set() for name in (*names, "stages")}
    for path in (*PACKAGE.rglob("*.py"), *(ROOT / "stages").glob("*.py")):
        home = "stages" if path.parent.name == "stages" else path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        if home == "__init__":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for name in _imported(node):
                parts = name.split(".")
                if parts[0] == "featherline" and len(parts) > 1 and parts[1] in names and parts[1] != home:
                    drawn[home].add(parts[1])
    return drawn


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module:
        return (
            [f"{node.module}.{alias.name}" for alias in node.names] if node.module == "featherline" else [node.module]
        )
    return []


def reached(graph: dict[str, set[str]], start: str) -> set[str]:
    """All rooms below a room."""
    seen: set[str] = set()
    waiting = list(graph[start])
    while waiting:
        room = waiting.pop()
        if room not in seen:
            seen.add(room)
            waiting += graph[room]
    return seen


def reduced(graph: dict[str, set[str]]) -> dict[str, set[str]]:
    """The arrows that are left when those are taken away that a longer way makes superfluous."""
    return {
        room: {below for below in arrows if not any(below in reached(graph, way) for way in arrows - {below})}
        for room, arrows in graph.items()
    }


def drawing(graph: dict[str, set[str]]) -> str:
    arrows = sorted((room, below) for room, rooms_below in reduced(graph).items() for below in rooms_below)
    return "\n".join(["flowchart TD", *(f"    {room} --> {below}" for room, below in arrows)])


@pytest.fixture(scope="module")
def house() -> dict[str, set[str]]:
    return {room: below for room, below in imports().items() if room not in ENTRANCES}


def test_no_room_imports_a_room_that_imports_it(house):
    assert [room for room in house if room in reached(house, room)] == []


def test_the_picture_has_the_arrows_of_the_imports(house):
    [picture] = re.findall(r"```mermaid\n(.*?)\n```", PAGE.read_text(encoding="utf-8"), re.S)
    assert picture == drawing(house), f"put this into docs/architecture.md:\n{drawing(house)}"


def test_the_page_tells_of_every_room(house):
    described = re.findall(r"^\| `([a-z_]+)` \|", PAGE.read_text(encoding="utf-8"), re.M)
    assert sorted(described) == sorted({*house, "firmware"})  # C alone
