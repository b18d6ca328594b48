"""Which boards would hold a model: an estimate from the flash and RAM of their data sheets."""

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from featherline.core import parsing
from featherline.core.errors import FeatherlineError
from featherline.records.structure import BoardEstimate

PACKAGED = Path(__file__).with_name("boards.yaml")

Bytes = Annotated[int, Field(strict=True, gt=0)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Board(_Strict):
    """A board as its data sheet has it."""

    name: Annotated[str, Field(min_length=1)]
    mcu: Annotated[str, Field(min_length=1)]
    flash_bytes: Bytes
    ram_bytes: Bytes
    clock_mhz: Annotated[float, Field(gt=0, allow_inf_nan=False)]

    @field_validator("clock_mhz", mode="after")
    @classmethod
    def _whole_where_it_is(cls, clock: float) -> float:
        return int(clock) if clock == int(clock) else clock


class Allowance(_Strict):
    """What else there is on a board beside the model and its arena; taken, not measured."""

    flash_bytes: Annotated[int, Field(strict=True, ge=0)]
    ram_bytes: Annotated[int, Field(strict=True, ge=0)]


class Boards(_Strict):
    """Boards in order, and what to leave free on each."""

    allowance: Allowance | None = None
    boards: tuple[Board, ...] = ()


def read(extension: Path | None = None) -> Boards:
    """The boards that come with Featherline, and those of a file of one's own.

    Args:
        extension: a YAML file of the same form as the packaged one; its boards come last or
            replace those of the same name, its allowance replaces the other.

    Raises:
        FeatherlineError: where the file is missing or has a key or value that is not allowed.
    """
    packaged = _parsed(PACKAGED)
    if extension is None:
        return packaged
    extended = _parsed(Path(extension))
    by_name = {board.name: board for board in (*packaged.boards, *extended.boards)}
    return Boards(allowance=extended.allowance or packaged.allowance, boards=tuple(by_name.values()))


def _parsed(path: Path) -> Boards:
    try:
        tree = parsing.from_yaml(path.read_bytes(), str(path))
    except FileNotFoundError:
        raise FeatherlineError(f"{path} is missing.") from None
    if not isinstance(tree, dict):
        raise FeatherlineError(f"{path} is no table of boards: begin it with `boards:` and list them below.")
    try:
        table = Boards.model_validate(tree)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise FeatherlineError(f"{path}: {where} is {first['input']!r}: {first['msg'].lower()}.") from None
    names = [board.name for board in table.boards]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise FeatherlineError(f"{path} has two boards of the name {twice!r}: leave one out.")
    return table


def estimates(
    boards: Boards, file_bytes: int, arena_bytes: int | None, reason: str | None
) -> tuple[BoardEstimate, ...]:
    """Of each board whether it would hold a model on TensorFlow Lite Micro.

    Args:
        boards: as of `read`.
        file_bytes: of the .tflite file, which lies in flash as it is.
        arena_bytes: the tensor arena, in RAM; None where it is not known.
        reason: why TensorFlow Lite Micro does not run the model; None where it does.
    """
    spared = boards.allowance or Allowance(flash_bytes=0, ram_bytes=0)

    def obstacle(board: Board) -> str | None:
        if reason is not None:
            return "TensorFlow Lite Micro does not run the model."
        if arena_bytes is None:
            return "Nobody knows how much RAM the model needs."
        for memory, needed_bytes, spared_bytes, there_bytes in (
            ("flash", file_bytes, spared.flash_bytes, board.flash_bytes),
            ("RAM", arena_bytes, spared.ram_bytes, board.ram_bytes),
        ):
            if needed_bytes + spared_bytes > there_bytes:
                return (
                    f"It needs {needed_bytes:,} bytes of {memory} beside {spared_bytes:,} for everything else, "
                    f"and the board has {there_bytes:,}."
                )
        return None

    def estimate(board: Board) -> BoardEstimate:
        why_not = obstacle(board)
        return BoardEstimate(**board.model_dump(), holds=why_not is None, reason=why_not)

    return tuple(estimate(board) for board in boards.boards)
