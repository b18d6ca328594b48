"""What all records have in common: how they are read, by which version, and how they become plain data again."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, ClassVar, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from featherline.core.errors import FeatherlineError
from featherline.core.files import read_json

VERSION_KEY = "schema_version"
_MOST_SHOWN_CHARACTERS = 60

Content = Mapping[str, object]
Share = Annotated[float, Field(ge=0, le=1)]


class Record(BaseModel):
    """A part of a record; keys that this version does not know are left alone."""

    model_config = ConfigDict(frozen=True, extra="ignore", serialize_by_alias=True)


class RecordFile(Record):
    """A record that is a file of its own.

    Attributes:
        version: the version that is written. A file without the key `schema_version` is of version 1.
        upgrades: version -> what makes the content of that version one of the next.
        key_order: the keys of the file in their order, where this is not that of the fields.
        optional_keys: keys that the file has only where their value is not None.
    """

    version: ClassVar[int] = 1
    upgrades: ClassVar[Mapping[int, Callable[[Content], Content]]] = {}
    key_order: ClassVar[tuple[str, ...]] = ()
    optional_keys: ClassVar[tuple[str, ...]] = ()


R = TypeVar("R", bound=RecordFile)


def plain(record: Record) -> dict[str, object]:
    """The record as plain data for JSON, its keys in the order of the file."""
    content: dict[str, object] = record.model_dump(mode="json")
    if not isinstance(record, RecordFile):
        return content
    left_out = {key for key in record.optional_keys if content[key] is None}
    return {key: content[key] for key in record.key_order or content if key not in left_out}


def parse(kind: type[R], content: object, where: str, remedy: str) -> R:
    """Checks plain data and types it.

    Args:
        kind: the class of the record.
        content: what the JSON file holds.
        where: the file, for messages.
        remedy: what to do about a file that is wrong, an imperative clause for messages.

    Raises:
        FeatherlineError: naming the version that is not known, or the key at fault and what was found there.
    """
    if not isinstance(content, Mapping):
        raise FeatherlineError(f"{where} is JSON, but no table: {remedy}.")
    version = content.get(VERSION_KEY, 1)
    if not isinstance(version, int) or isinstance(version, bool) or not 1 <= version <= kind.version:
        readable = " and ".join(str(number) for number in range(1, kind.version + 1))
        raise FeatherlineError(
            f"{where}: {VERSION_KEY} is {_shown(version)}, and this Featherline reads {readable}: "
            f"use the Featherline that wrote it, or {remedy}."
        )
    for earlier in range(version, kind.version):
        content = kind.upgrades[earlier](content)
    try:
        return kind.model_validate(content)
    except ValidationError as error:
        raise refusal(error, where, remedy) from None


def refusal(error: ValidationError, where: str, remedy: str) -> FeatherlineError:
    """The sentence about the first key at fault; arguments as of `parse`."""
    first = error.errors(include_url=False)[0]
    place = "".join(f"{key}." for key in first["loc"])[:-1]
    says_itself = first["type"] == "missing" or isinstance(first["input"], Mapping)  # what stands in a table is told
    shown_value = "" if says_itself else f", found {_shown(first['input'])}"
    message = first["msg"].removeprefix("Value error, ")
    return FeatherlineError(f"{': '.join(filter(None, (where, place, message)))}{shown_value}; {remedy}.")


def load(kind: type[R], path: Path, stage: str) -> R:
    """Reads the file of a record that a stage has written; arguments and errors as of `parse`."""
    return parse(kind, read_json(path), str(path), f"run the {stage} stage again")


def _shown(value: object) -> str:
    return json.dumps(value, default=str)[:_MOST_SHOWN_CHARACTERS]
