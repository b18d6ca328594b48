"""Reads params.yaml: its blocks by their keys, and one sentence for what is wrong in one."""

import re
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from featherline.core import parsing
from featherline.core.errors import FeatherlineError
from featherline.core.parsing import Tree

T = TypeVar("T")


def read(path: Path | str = "params.yaml") -> Tree:
    """Reads a params file as a plain tree; raises `FeatherlineError` where it is no mapping, or no sane one.

    See `parsing.check_settings` for the limits.
    """
    try:
        content = parsing.read_settings(path)
    except FileNotFoundError:
        raise FeatherlineError(f"{path} is missing: run from the project's top folder.") from None
    return parse(content, str(path))


def parse(content: bytes, name: str) -> Tree:
    """The content of a params file as a plain tree, `name` telling which; raises as `read`."""
    parsing.check_settings(content, name)
    tree = parsing.from_yaml(content, name)
    if not isinstance(tree, dict):
        raise FeatherlineError(f"{name} must be a mapping of keys, such as `seed: 42`.")
    return tree


def block(tree: Tree, key: str, kind: type[T], path: Path | str = "params.yaml") -> T:
    """Reads what stands at a dotted `key` as `kind`: a `Block` or a plain type.

    Raises `FeatherlineError` with the full path of the first wrong key, what was found
    there and what is allowed.

    >>> block(tree, "motionsense.train", Train).epochs
    """
    node = tree
    parts = key.split(".")
    for depth, part in enumerate(parts, start=1):
        if not isinstance(node, dict) or part not in node:
            raise FeatherlineError(f"{path}: {'.'.join(parts[:depth])} is missing.")
        node = node[part]
    # A model brings its own settings, which Pydantic lets nobody else set.
    strict = None if isinstance(kind, type) and issubclass(kind, BaseModel) else ConfigDict(strict=True)
    try:
        return TypeAdapter(kind, config=strict).validate_python(node)
    except ValidationError as error:
        raise FeatherlineError(f"{path}: {_sentence(key, error)}") from None


_NO_APPLICATIONS = ("seed", "apps", "data", "plots")


def applications(tree: Tree, path: Path | str = "params.yaml") -> list[str]:
    """Names of the applications that are listed: each names folders and dotted keys.

    Raises `FeatherlineError` where one could not, or would lead to another folder.
    """
    listed = block(tree, "apps", list[str], path)
    for name in listed:
        if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", name):
            raise FeatherlineError(
                f"{path}: apps lists {name!r}, which names folders and dotted keys: begin with a letter, and use "
                "letters, digits, - and _ alone, without blanks and dots."
            )
        if name in _NO_APPLICATIONS:
            raise FeatherlineError(
                f"{path}: apps lists {name!r}, which is a key or a folder of all applications: take another."
            )
    return listed


def _sentence(key: str, error: ValidationError) -> str:
    mistakes = _mistakes(error)
    first = mistakes[0]
    place = ".".join([key, *map(str, _place(first))])
    if first["type"] == "missing":
        return f"{place} is missing."
    if first["type"] == "extra_forbidden":
        return f"{place} is not a key that is known here; check its spelling or remove it."
    worded = {"tuple_type": "should be a list", "too_long": "has too many entries"}
    allowed = worded.get(first["type"], first["msg"]).removeprefix("Value error, ").removeprefix("Input ")
    more = f" ({len(mistakes) - 1} more in this block)" if len(mistakes) > 1 else ""
    return f"{place} is {first['input']!r}: {allowed}{more}."


def _mistakes(error: ValidationError) -> list[ErrorDetails]:
    """The errors of Pydantic that a reader of params.yaml counts as one each.

    Of a value that fits no branch of a union Pydantic tells one error for each branch: the one that looked deepest
    into the value is kept. A list whose entries are wrong counts as too short as well, which is left out.
    """
    details = error.errors(include_url=False)
    of_value: dict[tuple[int | str, ...], ErrorDetails] = {}
    for mistake in details:
        place = _place(mistake)
        below = (other["loc"] for other in details if len(other["loc"]) > len(place))
        if mistake["type"] == "too_short" and any(loc[: len(place)] == place for loc in below):
            continue
        branch = next((depth for depth, part in enumerate(mistake["loc"]) if _is_branch(part)), len(mistake["loc"]))
        value = mistake["loc"][:branch]
        if value not in of_value or len(place) > len(_place(of_value[value])):
            of_value[value] = mistake
    return list(of_value.values())


def _place(mistake: ErrorDetails) -> tuple[int | str, ...]:
    return tuple(part for part in mistake["loc"] if not _is_branch(part))


def _is_branch(part: int | str) -> bool:
    """Whether Pydantic names the branch of a union there, which is no key of params.yaml."""
    return isinstance(part, str) and re.fullmatch(r"constrained-int|int|tuple|.*[\[\]()].*", part) is not None
