"""YAML and JSON that people write and merges join: read in one way, and refused with the cause where broken."""

import json
import re
from typing import Any

from ruamel.yaml import YAML  # YAML 1.2, as DVC reads and writes it: `on` is a word, 1e-3 a number
from ruamel.yaml.error import YAMLError

from featherline.core.errors import FeatherlineError

Tree = dict[str, Any]
"""A mapping as YAML and JSON hold it: whoever reads a value knows what it must be."""

_DIRECTIVE = re.compile(r"^%YAML[ \t]+(?!1\.2\s)(\S+)", re.MULTILINE)
_CONFLICT = re.compile(r"^(?:(?:<{7}|>{7}|\|{7})(?: .*)?|={7})$", re.MULTILINE)


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
    except (YAMLError, ValueError, RecursionError) as error:  # ValueError: no UTF-8, or a date that is none
        raise FeatherlineError(f"{name} is not valid YAML: {' '.join(str(error).split())}.") from None


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
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FeatherlineError(f"{name} is not valid JSON ({error}){fix}.") from None
