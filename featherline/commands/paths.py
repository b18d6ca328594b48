"""What arguments are to a command: paths, read or written through `featherline.core.outputs`, names and numbers."""

import math
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from featherline.commands.failing import WRONG_INPUT
from featherline.core import outputs
from featherline.core.errors import FeatherlineError
from featherline.core.failures import sentence
from featherline.core.files import check_plain

Command = TypeVar("Command", bound=Callable[..., Any] | click.Command)


class Input(click.Path):
    """A file or folder that is read and nothing else; what is neither is refused before it is opened."""

    def __init__(self) -> None:
        super().__init__(path_type=Path)

    def convert(
        self, value: str | os.PathLike[str], param: click.Parameter | None, ctx: click.Context | None
    ) -> str | bytes | os.PathLike[str]:
        path = super().convert(value, param, ctx)
        with _refusing():
            check_plain(Path(os.fsdecode(path)))
        return path


class Number(click.FloatRange):
    """A finite number of a range: `click` takes nan for one of any range."""

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        number = float(super().convert(value, param, ctx))
        if not math.isfinite(number):
            self.fail(f"{value} is no finite number.", param, ctx)
        return number


LONGEST_NAME = 64


class Prefix(click.ParamType[str]):
    """What each file and symbol of a program begins with; what makes a name one of C is told by `codegen.naming`."""

    name = "text"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        with _refusing():
            if len(value) > LONGEST_NAME:
                raise FeatherlineError(
                    f"The name of {len(value)} letters is too long for files and symbols: take {LONGEST_NAME} or fewer."
                )
        return value


def program_names(command: Command) -> Command:
    """Adds the options of a command that writes C: what its files and symbols begin with, and its classes."""
    help_of_classes = "Names of all classes for the header, with commas between them."
    help_of_name = "What each file and symbol of the C begins with."
    command = click.option("--classes", default="", help=help_of_classes)(command)
    return click.option("--name", type=Prefix(), default="model", show_default=True, help=help_of_name)(command)


class Output(click.ParamType[outputs.Output]):
    """What a command writes; the command gets a `File`, `Folder` or `NewFolder` that has been checked."""

    name = "path"

    def __init__(self, kind: type[outputs.Output]) -> None:
        self.kind = kind

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> outputs.Output:
        output = self.kind(Path(value))
        option = param.name if param else None
        option_of_path = ctx.meta.setdefault(__name__, {}) if ctx else {}
        first_option = option_of_path.setdefault(os.path.abspath(value), option)
        with _refusing():
            if first_option != option:
                raise FeatherlineError(f"{value} is named twice: give each output a name of its own.")
            output.check()
        return output


@contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except (FeatherlineError, OSError) as error:
        refused = click.ClickException(sentence(error))
        refused.exit_code = WRONG_INPUT
        raise refused from None
