"""Reading a .tflite file: its operators with their options, and its tensors, without TensorFlow."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from math import prod
from pathlib import Path
from typing import TypeVar

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from featherline.core.errors import FeatherlineError
from featherline.tflite import options as operator_options
from featherline.tflite.flatbuffer import BROKEN, unpack
from featherline.tflite.options import Options

SCHEMA_VERSION = 3
NO_ENDS = "has no input or no output: it is no model that can be run."
LEFT_OUT = -1  # in place of the index of an optional tensor
# Where an offline planner has put each tensor, by index; TensorFlow Lite Micro keeps to it.
MEMORY_PLAN = b"OfflineMemoryAllocation"
DECODE = "TFLM_DECODE"  # custom operator of TensorFlow Lite Micro: look-up-table weights to plain ones

_OPERATORS = operator_options.names(schema.BuiltinOperator)
_TYPES = {code: name.lower() for code, name in operator_options.names(schema.TensorType).items()}
_BITS = {"bool": 8, "float8e4m3fn": 8, "float8e5m2": 8}  # the only types whose names do not end in their bits
_KINDS = ("builtin", "select", "custom")

Entry = TypeVar("Entry")


@dataclass(frozen=True)
class Tensor:
    """One tensor of a model.

    Attributes:
        index: its place in its subgraph.
        subgraph: the subgraph that it belongs to; 0 is the one that runs first.
        shape: as stored, () for a scalar.
        type: `float32`, `int8`, `int4`, ... as the schema names it, in small letters.
        bytes: as stored in the file for a constant, as held in memory for any other.
        constant: whether the file holds its values.
        buffer: the buffer that holds them; two tensors may share one.
        scale: float, one for the tensor or one for each channel; None where it is not quantized.
        zero_point: int, as many as `scale`; None where it is not quantized.
        offset: where in the file its values begin; None where it is no constant.
        signature: the shape with -1 for each dimension that is open; as `shape` where none is.
        dynamic: whether its size is only known when the model runs: the file leaves a dimension open
            (its `shape` then has 1 there, or what the converter assumed), or all of them.
        variable: whether it keeps its values from one inference to the next.
        sparse: whether the file leaves zeros out of its values.
        quantized_dimension: the axis of channels where there is a scale for each of them.
    """

    index: int
    subgraph: int
    name: str
    shape: tuple[int, ...]
    type: str
    bytes: int
    constant: bool
    buffer: int
    scale: tuple[float, ...] | None
    zero_point: tuple[int, ...] | None
    offset: int | None = None
    signature: tuple[int, ...] = ()
    dynamic: bool = False
    variable: bool = False
    sparse: bool = False
    quantized_dimension: int = 0

    @property
    def elements(self) -> int:
        return prod(self.shape)

    @property
    def bits(self) -> int:
        """Of one element; 0 for types whose elements have no fixed size."""
        return _bits(self.type)


@dataclass(frozen=True)
class Operator:
    """One step of a model.

    Attributes:
        name: as the schema spells it (`CONV_2D`), or the custom code (`FlexErf`).
        kind: `builtin`, `select` (a TensorFlow operator behind the Flex delegate) or `custom`.
        inputs, outputs: tensors; None for an optional input that is left out.
        subgraph: the subgraph that it belongs to.
        options: as `featherline.tflite.options` has them; None where it has none, or none that is read.
        intermediates: tensors that only tell how values within the operator are quantized.
    """

    name: str
    kind: str
    inputs: tuple[Tensor | None, ...]
    outputs: tuple[Tensor | None, ...]
    subgraph: int = 0
    options: Options | None = None
    intermediates: tuple[Tensor | None, ...] = ()

    @property
    def calls(self) -> tuple[int, ...]:
        """The subgraphs that it runs, in order: branches, or condition and body of a loop."""
        return operator_options.subgraphs(self.options)


@dataclass(frozen=True)
class Model:
    """What a .tflite file holds; operators and tensors of all its subgraphs, in order.

    `inputs` and `outputs` are those of the first subgraph, and `entries` and
    `results` those of every subgraph.
    `planned_offline` says whether the file itself tells TensorFlow Lite Micro where tensors go.
    `content` is that of the file where it was parsed from memory, and None where it was read
    from `path`: a file may be large, and its values are there to be read again.
    """

    path: Path
    file_bytes: int
    operators: tuple[Operator, ...]
    tensors: tuple[Tensor, ...]
    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]
    content: bytes | None = field(default=None, repr=False, compare=False)
    entries: tuple[tuple[Tensor, ...], ...] = ()
    results: tuple[tuple[Tensor, ...], ...] = ()
    planned_offline: bool = False


def read(path: Path | str, runnable: bool = True) -> Model:
    """Reads a .tflite file.

    Args:
        path: of the file.
        runnable: whether a model without an input or an output is refused.

    Raises:
        FeatherlineError: where the file is missing, is no .tflite file, or is cut short.
    """
    path = Path(path)
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise FeatherlineError(f"{path} is missing: check its name.") from None
    return replace(parse(content, path, runnable), content=None)


def parse(content: bytes, path: Path | str, runnable: bool = True) -> Model:
    """Reads the content of a .tflite file.

    Args:
        content: all of the file.
        path: where it is, or what to call it in errors.
        runnable: as of `read`.

    Raises:
        FeatherlineError: where it is no .tflite file, or is cut short.
    """
    path = Path(path)
    tree = unpack(content, path)
    try:
        model = _model(path, content, tree)
    except BROKEN:
        raise FeatherlineError(f"{path} is broken or cut short: convert or copy it again.") from None
    if runnable and not (model.inputs and model.outputs):
        raise FeatherlineError(f"{path} {NO_ENDS}")
    return model


def operator_counts(model: Model) -> dict[str, dict[str, int]]:
    """How often each operator occurs: {"builtin": {"CONV_2D": 2}, "select": {}, "custom": {}}, by name."""
    counts = {kind: Counter(op.name for op in model.operators if op.kind == kind) for kind in _KINDS}
    return {kind: dict(sorted(of_kind.items())) for kind, of_kind in counts.items()}


def operator_set(model: Model) -> str:
    """The widest kind of operators that a model needs: `builtin`, `select` or `custom`."""
    kinds = {operator.kind for operator in model.operators}
    return next(kind for kind in reversed(_KINDS) if kind in kinds or kind == "builtin")


def _model(path: Path, content: bytes, tree: schema.ModelT) -> Model:
    if tree.version != SCHEMA_VERSION:
        raise FeatherlineError(
            f"{path} has version {tree.version} of the schema, and every runtime reads {SCHEMA_VERSION} alone: "
            "convert it again."
        )
    operators: list[Operator] = []
    tensors: list[Tensor] = []
    entries: list[tuple[Tensor, ...]] = []
    results: list[tuple[Tensor, ...]] = []
    file = np.frombuffer(content, np.uint8)
    for number, subgraph in enumerate(tree.subgraphs):
        of_subgraph = [
            _tensor(path, file, tree, number, index, entry) for index, entry in enumerate(_listed(subgraph.tensors))
        ]
        tensors += of_subgraph
        operators += [_operator(tree, of_subgraph, number, entry) for entry in _listed(subgraph.operators)]
        for ends, places in ((entries, subgraph.inputs), (results, subgraph.outputs)):
            picked = _pick(of_subgraph, places)
            present = tuple(tensor for tensor in picked if tensor is not None)
            if len(present) < len(picked):
                raise FeatherlineError(f"{path} {NO_ENDS}")
            ends.append(present)
    return Model(
        path,
        len(content),
        tuple(operators),
        tuple(tensors),
        entries[0],
        results[0],
        content,
        tuple(entries),
        tuple(results),
        any(entry.name == MEMORY_PLAN for entry in _listed(tree.metadata)),
    )


def _listed(vector: Iterable[Entry] | None) -> list[Entry]:
    """A flatbuffer vector as a list; an empty one may be missing altogether."""
    return [] if vector is None else list(vector)


def _text(name: bytes | str | None) -> str:
    return name.decode("utf-8", "replace") if isinstance(name, bytes) else name or ""


def _pick(tensors: list[Tensor], places: Sequence[int] | None) -> tuple[Tensor | None, ...]:
    if any(place < LEFT_OUT for place in _listed(places)):
        raise ValueError("a tensor before the first")
    return tuple(None if place == LEFT_OUT else tensors[place] for place in _listed(places))


def _tensor(
    path: Path, file: np.ndarray, tree: schema.ModelT, subgraph: int, index: int, entry: schema.TensorT
) -> Tensor:
    shape = tuple(int(side) for side in _listed(entry.shape))
    kind = _TYPES[entry.type]
    # A file without constants may have no list of buffers at all.
    stored = tree.buffers[entry.buffer] if tree.buffers else schema.BufferT()
    # Models of 2 GB and more keep their constants behind the flatbuffer, by offset and size.
    within = stored.data is not None and len(stored.data) > 0
    stored_bytes = len(stored.data) if within else int(stored.size or 0)
    offset = stored.data.ctypes.data - file.ctypes.data if within else int(stored.offset)
    needed_bytes = bytes_of(max(prod(shape), 0), _bits(kind))
    constant = stored_bytes > 0
    if constant and offset + stored_bytes > file.size:
        raise ValueError("constants behind the end of the file")
    if constant and entry.sparsity is None and (stored_bytes < needed_bytes or min(shape, default=0) < 0):
        raise FeatherlineError(
            f"{path}: tensor {index} ({_text(entry.name)}) has {stored_bytes} bytes of {needed_bytes}: "
            "the file is broken, convert it again."
        )
    quantization = entry.quantization
    scaled = quantization is not None and quantization.scale is not None and len(quantization.scale) > 0
    return Tensor(
        index=index,
        subgraph=subgraph,
        name=_text(entry.name),
        shape=shape,
        type=kind,
        bytes=stored_bytes if constant else needed_bytes,
        constant=constant,
        buffer=int(entry.buffer),
        scale=tuple(float(scale) for scale in quantization.scale) if scaled else None,
        zero_point=tuple(int(point) for point in quantization.zeroPoint) if scaled else None,
        offset=offset if constant else None,
        signature=tuple(int(side) for side in _listed(entry.shapeSignature)) or shape,
        dynamic=not constant and _is_dynamic(entry, shape),
        variable=bool(entry.isVariable),
        sparse=entry.sparsity is not None,
        quantized_dimension=int(quantization.quantizedDimension) if scaled else 0,
    )


def _is_dynamic(entry: schema.TensorT, shape: tuple[int, ...]) -> bool:
    if any(side < 0 for side in (*shape, *_listed(entry.shapeSignature))):
        return True
    # Without a shape it is a scalar or of unknown rank; only newer files say which.
    return not shape and not entry.hasRank


def bytes_of(elements: int, bits: int) -> int:
    """Bytes of so many elements of so many bits, packed."""
    return -(-elements * bits // 8)


def _bits(kind: str) -> int:
    """Bits of one element; 0 for types whose elements have no fixed size."""
    digits = kind[len(kind.rstrip("0123456789")) :]
    return _BITS.get(kind, int(digits) if digits else 0)


def _operator(tree: schema.ModelT, tensors: list[Tensor], subgraph: int, entry: schema.OperatorT) -> Operator:
    code = tree.operatorCodes[entry.opcodeIndex]
    # Codes above 127 do not fit the old field, which old files alone fill.
    builtin = max(code.builtinCode, code.deprecatedBuiltinCode)
    name, kind = _OPERATORS.get(builtin, f"BUILTIN_{builtin}"), "builtin"
    if name == "CUSTOM":
        name = _text(code.customCode)
        kind = "select" if name.startswith("Flex") else "custom"
    options = operator_options.read(name, entry.builtinOptions) if kind == "builtin" else None
    within = _pick(tensors, entry.intermediates)
    operator = Operator(
        name, kind, _pick(tensors, entry.inputs), _pick(tensors, entry.outputs), subgraph, options, within
    )
    if kind == "builtin" and options is None and operator_options.runs_subgraphs(name):
        raise ValueError("no subgraph to run")
    if any(not 0 <= called < len(tree.subgraphs) for called in operator.calls):
        raise ValueError("a subgraph that is not there")
    return operator
