"""YAML and JSON that people write and merges join: read in one way, and told by their cause where they are broken."""

import json
import re

from ruamel.yaml import YAML, YAMLError  # YAML 1.2, as DVC reads and writes it: `on` is a word, 1e-3 a number

from featherline.core.errors import FeatherlineError

_CONFLICT = re.compile(r"^(?:(?:<{7}|>{7}|\|{7})(?: .*)?|={7})$", re.MULTILINE)


def check_merged(text: str, name: str) -> None:
    """Raises `FeatherlineError` with the line where git left markers of a conflict; no parser tells that cause."""
    found = _CONFLICT.search(text := text.replace("\r\n", "\n"))
    if found:
        line = text.count("\n", 0, found.start()) + 1
        raise FeatherlineError(
            f"{name}, line {line}: a conflict of a merge stands there ({found[0][:40]}): resolve it, then `git add` "
            "the file."
        )


def from_yaml(content: bytes, name: str) -> object:
    """What a YAML text says, as plain data.

    Args:
        content: in UTF-8.
        name: how to speak of it: `params.yaml of main`.

    Raises:
        FeatherlineError: where it is no YAML, has a key twice, or a conflict of a merge stands in it.
    """
    try:
        text = content.decode()
        check_merged(text, name)
        return YAML(typ="safe").load(text)
    except (YAMLError, ValueError, RecursionError) as error:  # ValueError: no UTF-8, or a date that is none
        raise FeatherlineError(f"{name} is not valid YAML: {' '.join(str(error).split())}.") from None


def from_json(content: bytes, name: str, cure: str = "") -> object:
    """What a JSON text says.

    Args:
        content: in UTF-8.
        name: how to speak of it.
        cure: what to do where it is broken, `: run the stage again`.

    Raises:
        FeatherlineError: where it is no JSON, or a conflict of a merge stands in it.
    """
    try:
        text = content.decode()
        check_merged(text, name)
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FeatherlineError(f"{name} is not valid JSON ({error}){cure}.") from None
