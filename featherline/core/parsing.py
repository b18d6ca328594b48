"""YAML and JSON that people write and merges join: read in one way, and refused with the cause where broken."""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML  # YAML 1.2, as DVC reads and writes it: `on` is a word, 1e-3 a number
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent, NodeEvent
from ruamel.yaml.nodes import MappingNode, SequenceNode

from featherline.core.errors import FeatherlineError

Tree = dict[str, Any]
"""A mapping as YAML and JSON hold it: whoever reads a value knows what it must be."""

LARGEST_SETTINGS_BYTES = 1_000_000
DEEPEST_SETTINGS_LEVELS = 50
"""Of a file of settings: DVC took minutes and gigabytes for one of 10 MB."""

_DIRECTIVE = re.compile(r"^%YAML[ \t]+(?!1\.2\s)(\S+)", re.MULTILINE)
_HALF_CHARACTER = re.compile(r"\\u[dD][89a-fA-F]")
_CONFLICT = re.compile(r"^(?:(?:<{7}|>{7}|\|{7})(?: .*)?|={7})$", re.MULTILINE)


def dotted(tree: Tree) -> Iterator[tuple[str, object]]:
    """Whatever is no map in a map of maps, with its dotted key; a list is one value."""
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from ((f"{key}.{below}", leaf) for below, leaf in dotted(value))
        else:
            yield str(key), value


def check_merged(text: str, name: str) -> None:
    """Raises `FeatherlineError` with the line where git left markers of a conflict; no parser tells that cause."""
    marker = _CONFLICT.search(text := text.replace("\r\n", "\n"))
    if marker:
        line = text.count("\n", 0, marker.start()) + 1
        raise FeatherlineError(
            f"{name}, line {line}: a conflict of a merge stands there ({marker[0][:40]}): resolve it, then `git add` "
            "the file."
        )


def from_yaml(content: bytes, name: str) -> object:
    """What a YAML text says by YAML 1.2, as plain data; a key that stands twice is refused.

    Args:
        content: in UTF-8.
        name: how to speak of it: `params.yaml of main`.

    Raises:
        FeatherlineError: where it is no YAML or that of another version, has a key twice, or a conflict of a merge
            stands in it.
    """
    try:
        text = content.decode()
        check_merged(text, name)
        if directive := _DIRECTIVE.search(text):
            raise FeatherlineError(
                f"{name} asks for YAML {directive[1]}, by which 010 is 8 and on is true: remove the line %YAML, for "
                "Featherline and DVC read YAML 1.2."
            )
        # The parser in C, where it is installed, leaves the version to the text and takes 1.1 where it names none.
        return YAML(typ="safe", pure=True).load(text)
    except DuplicateKeyError:
        raise FeatherlineError(f"{name}: {_twice(text)}: remove one.") from None
    except (YAMLError, ValueError, RecursionError) as error:  # ValueError: no UTF-8, or a date that is none
        raise FeatherlineError(f"{name} is not valid YAML: {' '.join(str(error).split())}.") from None


def _twice(text: str) -> str:
    """Which key a mapping of a text has twice, and where; the parser's own words say how to put up with it."""
    open_nodes = [YAML(typ="safe", pure=True).compose(text)]
    while open_nodes:
        node = open_nodes.pop(0)
        if isinstance(node, SequenceNode):
            open_nodes += node.value
        if isinstance(node, MappingNode):
            line_of: dict[tuple[str, str], int] = {}
            for key, value in node.value:
                written, line = (str(key.tag), str(key.value)), key.start_mark.line + 1
                if written in line_of:
                    return f"the key {written[1]!r} stands twice (lines {line_of[written]} and {line})"
                line_of[written] = line
                open_nodes.append(value)
    return "a key stands twice"


def read_settings(path: Path | str) -> bytes:
    """The content of a file of settings, of which no more is read than a file of settings may have.

    Raises:
        FeatherlineError: where it is above `LARGEST_SETTINGS_BYTES`.
        FileNotFoundError: where there is none.
    """
    with Path(path).open("rb") as stream:
        content = stream.read(LARGEST_SETTINGS_BYTES + 1)
    _check_size(content, str(path))
    return content


def check_settings(content: bytes, name: str) -> None:
    """Looks for what could keep a parser busy for hours; what is no YAML at all is left to whoever reads it.

    Args:
        content: in UTF-8.
        name: how to speak of it: `params.yaml of main`.

    Raises:
        FeatherlineError: where it is above `LARGEST_SETTINGS_BYTES`, above `DEEPEST_SETTINGS_LEVELS`, or has an alias
            (few of them stand for billions of values) or a tag.
    """
    _check_size(content, name)
    with suppress(YAMLError, ValueError):
        _check_nodes(content.decode(), name)


def _check_size(content: bytes, name: str) -> None:
    if len(content) > LARGEST_SETTINGS_BYTES:
        raise FeatherlineError(
            f"{name} is above {LARGEST_SETTINGS_BYTES:,} bytes, which no settings need: remove what does not belong "
            "there."
        )


def _check_nodes(text: str, name: str) -> None:
    """Goes through the text event by event, so that nothing is built and nothing recurses."""
    levels = 0
    for event in YAML(typ="safe", pure=True).parse(text):
        if isinstance(event, NodeEvent):
            line = event.start_mark.line + 1
            if isinstance(event, AliasEvent):
                raise FeatherlineError(
                    f"{name}, line {line}: *{event.anchor} is an alias: write out what it stands for."
                )
            tag = getattr(event, "ctag", None)  # which the types of ruamel do not tell
            if tag is not None:
                raise FeatherlineError(f"{name}, line {line}: {tag} is a tag: remove it, values are plain.")
        if isinstance(event, CollectionStartEvent):
            levels += 1
            if levels > DEEPEST_SETTINGS_LEVELS:
                raise FeatherlineError(
                    f"{name}, line {line}: more than {DEEPEST_SETTINGS_LEVELS} levels are nested there: write them "
                    "flatter."
                )
        levels -= isinstance(event, CollectionEndEvent)


def plain_json(text: str) -> object:
    """What a JSON text says; raises `ValueError` where it is none, or holds half of a character.

    Half of a pair of escapes is JSON, but no text that could be written to a file or a terminal.
    """
    tree = json.loads(text)
    if _HALF_CHARACTER.search(text):
        try:
            json.dumps(tree, ensure_ascii=False).encode()
        except UnicodeEncodeError as error:
            half = error.object[error.start].encode("ascii", "backslashreplace").decode()
            raise ValueError(f"{half} is half of a character") from None
    return tree


def from_json(content: bytes, name: str, fix: str = "") -> object:
    """What a JSON text says.

    Args:
        content: in UTF-8.
        name: how to speak of it.
        fix: what to do where it is broken, `: run the stage again`.

    Raises:
        FeatherlineError: where it is no JSON, or a conflict of a merge stands in it.
    """
    try:
        text = content.decode()
        check_merged(text, name)
        return plain_json(text)
    except (ValueError, RecursionError) as error:
        raise FeatherlineError(f"{name} is not valid JSON ({error}){fix}.") from None
