"""Reading a .tflite file: its operators, its tensors and its weights, without TensorFlow."""

import struct
from collections import Counter
from dataclasses import dataclass, field, replace
from math import prod
from pathlib import Path

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from featherline.core.errors import FeatherlineError

IDENTIFIER = b"TFL3"
SCHEMA_VERSION = 3
LEFT_OUT = -1  # in place of the index of an optional tensor
# Where an offline planner has put each tensor, by index; TensorFlow Lite Micro keeps to it.
MEMORY_PLAN = b"OfflineMemoryAllocation"


def _names(enumeration: type) -> dict[int, str]:
    return {code: name for name, code in vars(enumeration).items() if not name.startswith("_")}


_OPERATORS = _names(schema.BuiltinOperator)
_TYPES = {code: name.lower() for code, name in _names(schema.TensorType).items()}
_BITS = {"bool": 8, "float8e4m3fn": 8, "float8e5m2": 8}  # the only types whose names do not end in their bits
# Integers this wide that carry no scale are shapes, axes and paddings; a quantized bias carries one.
_SETTING_TYPES = ("bool", "int32", "int64", "uint32", "uint64", "string", "resource", "variant")

DECODE = "TFLM_DECODE"  # custom operator of TensorFlow Lite Micro: look-up-table weights to plain ones
_PACKED_BITS = (2, 3, 4, 8, 16, 32)


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
        calls: the subgraphs that it runs, in order: branches, or condition and body of a loop.
    """

    name: str
    kind: str
    inputs: tuple[Tensor | None, ...]
    outputs: tuple[Tensor | None, ...]
    subgraph: int = 0
    calls: tuple[int, ...] = ()


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


@dataclass(frozen=True)
class Weights:
    """How many weights a model has, and the bytes that they take.

    Attributes:
        number: weights and biases, as inference uses them.
        bytes: as the file stores them; of look-up-table weights, indices and tables.
        scale_bytes: their scales and zero points, not part of `bytes`: 4 bytes for a scale
            and 8 for a zero point, each tensor with its own (a minified file shares equal ones).
        packed_bytes: what they need as information. Each tensor of integers has the smallest
            of 2, 3, 4, 8, 16, 32 or 64 bits whose range in two's complement holds all its
            values, in whole bytes; floats are as stored, and nothing needs more than that.
    """

    number: int
    bytes: int
    scale_bytes: int
    packed_bytes: int


def read(path: Path | str) -> Model:
    """Reads a .tflite file.

    Raises:
        FeatherlineError: where the file is missing, is no .tflite file, or is cut short.
    """
    path = Path(path)
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise FeatherlineError(f"{path} is missing: run the stage convert first (dvc repro).") from None
    return replace(parse(content, path), content=None)


def parse(content: bytes, path: Path | str) -> Model:
    """Reads the content of a .tflite file.

    Args:
        content: all of the file.
        path: where it is, or what to call it in errors.

    Raises:
        FeatherlineError: where it is no .tflite file, or is cut short.
    """
    path = Path(path)
    tree = unpack(content, path)
    try:
        return _model(path, content, tree)
    except BROKEN:
        raise FeatherlineError(f"{path} is broken or cut short: convert or copy it again.") from None


# The reader has no verifier: what a broken offset leads to decides which of these is raised.
BROKEN = (struct.error, ValueError, TypeError, IndexError, KeyError, AttributeError, OverflowError, MemoryError)


def unpack(content: bytes, path: Path | str) -> schema.ModelT:
    """The objects of the schema that the content of a .tflite file stands for; arguments and errors as `parse`.

    Vectors of numbers are views of `content`, not copies.
    """
    if content[4:8] != IDENTIFIER:
        raise FeatherlineError(
            f"{path} is not a .tflite file (it has no {IDENTIFIER.decode()} mark): convert it again."
        )
    try:
        return schema.ModelT.InitFromObj(schema.Model.GetRootAsModel(content, 0))
    except BROKEN:
        raise FeatherlineError(f"{path} is broken or cut short: convert or copy it again.") from None


def _model(path: Path, content: bytes, tree: schema.ModelT) -> Model:
    if tree.version != SCHEMA_VERSION:
        raise FeatherlineError(
            f"{path} has version {tree.version} of the schema, and every runtime reads {SCHEMA_VERSION} alone: "
            "convert it again."
        )
    operators: list[Operator] = []
    tensors: list[Tensor] = []
    entries: list[tuple] = []
    results: list[tuple] = []
    file = np.frombuffer(content, np.uint8)
    for number, subgraph in enumerate(tree.subgraphs):
        own = [_tensor(path, file, tree, number, index, t) for index, t in enumerate(_listed(subgraph.tensors))]
        tensors += own
        operators += [_operator(tree, own, number, operator) for operator in _listed(subgraph.operators)]
        entries.append(_pick(own, subgraph.inputs))
        results.append(_pick(own, subgraph.outputs))
    inputs, outputs = entries[0], results[0]
    if not inputs or not outputs or any(None in ends for ends in entries + results):
        raise FeatherlineError(f"{path} has no input or no output: it is no model that can be run.")
    return Model(
        path,
        len(content),
        tuple(operators),
        tuple(tensors),
        inputs,
        outputs,
        content,
        tuple(entries),
        tuple(results),
        any(entry.name == MEMORY_PLAN for entry in _listed(tree.metadata)),
    )


def _listed(vector) -> list:
    """A flatbuffer vector as a list; an empty one may be missing altogether."""
    return [] if vector is None else list(vector)


def _text(name: bytes | str | None) -> str:
    return name.decode("utf-8", "replace") if isinstance(name, bytes) else name or ""


def _pick(tensors: list[Tensor], places) -> tuple[Tensor | None, ...]:
    if any(place < LEFT_OUT for place in _listed(places)):
        raise ValueError("a tensor before the first")
    return tuple(None if place == LEFT_OUT else tensors[place] for place in _listed(places))


def _tensor(
    path: Path, file: np.ndarray, tree: schema.ModelT, subgraph: int, index: int, entry: schema.TensorT
) -> Tensor:
    shape = tuple(int(side) for side in _listed(entry.shape))
    kind = _TYPES[entry.type]
    stored = tree.buffers[entry.buffer]
    # Models of 2 GB and more keep their constants behind the flatbuffer, by offset and size.
    within = stored.data is not None and len(stored.data) > 0
    stored_bytes = len(stored.data) if within else int(stored.size or 0)
    offset = stored.data.ctypes.data - file.ctypes.data if within else int(stored.offset)
    needed_bytes = _needed_bytes(max(prod(shape), 0), _bits(kind))
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
    )


def _is_dynamic(entry: schema.TensorT, shape: tuple[int, ...]) -> bool:
    if any(side < 0 for side in (*shape, *_listed(entry.shapeSignature))):
        return True
    # Without a shape it is a scalar or of unknown rank; only newer files say which.
    return not shape and not entry.hasRank


def _needed_bytes(elements: int, bits: int) -> int:
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
    calls = tuple(getattr(entry.builtinOptions, option) for option in _CALLED.get(name, ()))
    if any(not 0 <= called < len(tree.subgraphs) for called in calls):
        raise ValueError("a subgraph that is not there")
    return Operator(name, kind, _pick(tensors, entry.inputs), _pick(tensors, entry.outputs), subgraph, calls)


# The options that name the subgraphs which an operator runs.
_CALLED = {
    "IF": ("thenSubgraphIndex", "elseSubgraphIndex"),
    "WHILE": ("condSubgraphIndex", "bodySubgraphIndex"),
    "CALL_ONCE": ("initSubgraphIndex",),
}


def operator_counts(model: Model) -> dict[str, dict[str, int]]:
    """How often each operator occurs: {"builtin": {"CONV_2D": 2}, "select": {}, "custom": {}}, by name."""
    counts = {kind: Counter(op.name for op in model.operators if op.kind == kind) for kind in _KINDS}
    return {kind: dict(sorted(of_kind.items())) for kind, of_kind in counts.items()}


_KINDS = ("builtin", "select", "custom")


def operator_set(model: Model) -> str:
    """The widest kind of operators that a model needs: `builtin`, `select` or `custom`."""
    kinds = {operator.kind for operator in model.operators}
    return next(kind for kind in reversed(_KINDS) if kind in kinds or kind == "builtin")


def values(model: Model, tensor: Tensor) -> np.ndarray:
    """The values of a constant, read from the file each time unless the model was parsed from memory.

    Returns:
        The tensor's shape and type; integers of less than 8 bits, of which the file has the
        first in the lowest bits of a byte, as int8 (uint4 as uint8).

    Raises:
        FeatherlineError: where the tensor is no constant of numbers, stored one by one, or the
            file is gone or another than was read.
    """
    bits = _bits(tensor.type)
    stored = np.dtype(np.uint8) if bits < 8 else _TYPE_OF.get(tensor.type)
    if tensor.offset is None or not bits or stored is None or tensor.bytes < _needed_bytes(tensor.elements, bits):
        raise FeatherlineError(
            f"{model.path}: tensor {tensor.index} ({tensor.name}) of type {tensor.type} has no values that can be read."
        )
    count = _needed_bytes(tensor.elements, bits) // stored.itemsize
    try:
        if model.content is None:
            read = np.fromfile(model.path, stored, count, offset=tensor.offset)
        else:
            read = np.frombuffer(model.content, stored, count, offset=tensor.offset)
    except (OSError, ValueError):
        read = np.empty(0)
    if read.size < count:
        raise FeatherlineError(f"{model.path} is gone or has changed since it was read: run again.")
    if bits < 8:
        read = _unpacked(read, bits, signed=tensor.type.startswith("int"))[: tensor.elements]
    return read.reshape(tensor.shape)


_TYPE_OF = {
    name: np.dtype(name)
    for name in ("bool", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64")
    + ("float16", "float32", "float64", "complex64", "complex128")
}


def _unpacked(packed: np.ndarray, bits: int, signed: bool) -> np.ndarray:
    """Numbers of `bits` each from bytes, lowest bits first: int8 where they have a sign, uint8 otherwise."""
    fields = ((packed[:, np.newaxis] >> np.arange(0, 8, bits, dtype=np.uint8)) & ((1 << bits) - 1)).ravel()
    sign = 1 << bits - 1
    return (fields.astype(np.int8) ^ sign) - sign if signed else fields


def weights(model: Model) -> Weights:
    """Number of weights and biases of a model and the bytes that its file stores for them.

    A weight is a constant that inference calculates with. Constants that only set an
    operator (the shape of a RESHAPE, an axis, paddings) are left out: they are the
    integers of 32 or 64 bits without a scale. Values that tensors share count once, as
    they are stored once; two weights of 4 bits make one byte. Weights behind a look-up
    table count as the weights that DECODE makes of them, in the bytes of indices and table.
    """
    plain = {t.buffer: t for t in model.tensors if t.constant and not _is_setting(t)}
    tables = {(indices.buffer, table.buffer): (indices, table, whole) for indices, table, whole in _decoded(model)}
    for buffer in {buffer for pair in tables for buffer in pair}:
        plain.pop(buffer, None)
    used = list(plain.values()) + [whole for _, _, whole in tables.values()]
    # Two buffers of equal content may lie at one place.
    stored = {t.offset: t.bytes for t in plain.values()}
    stored |= {part.offset: part.bytes for indices, table, _ in tables.values() for part in (indices, table)}
    packed = {t.offset: _packed_bytes(model, t) for t in plain.values()}
    packed |= {(i.offset, t.offset): _packed_table_bytes(model, i, t, whole) for i, t, whole in tables.values()}
    return Weights(
        number=sum(tensor.elements for tensor in used),
        bytes=sum(stored.values()),
        scale_bytes=sum(12 * len(tensor.scale or ()) for tensor in used),
        packed_bytes=sum(packed.values()),
    )


def _decoded(model: Model) -> list[tuple[Tensor, Tensor, Tensor]]:
    """Of each tensor that a DECODE writes: its indices, its header with tables, itself."""
    found = []
    for operator in model.operators:
        if operator.name == DECODE and operator.kind == "custom":
            pairs = zip(operator.inputs[::2], operator.inputs[1::2], operator.outputs, strict=False)
            found += [entry for entry in pairs if None not in entry and entry[0].constant and entry[1].constant]
    return found


def _packed_bytes(model: Model, tensor: Tensor) -> int:
    if "int" not in tensor.type or tensor.bytes < _needed_bytes(tensor.elements, _bits(tensor.type)):
        return tensor.bytes  # floats, and what is stored sparsely
    return min(tensor.bytes, _needed_bytes(tensor.elements, _smallest_bits(values(model, tensor))))


def _packed_table_bytes(model: Model, indices: Tensor, table: Tensor, whole: Tensor) -> int:
    stored_bytes = indices.bytes + table.bytes
    content = values(model, table).tobytes()[_DECODE_HEADER_BYTES:]
    kind = _TYPE_OF.get(whole.type)
    if kind is None or "int" not in whole.type or len(content) % kind.itemsize:
        return stored_bytes
    # Short tables are filled up with zeros, which every range holds.
    return min(stored_bytes, _needed_bytes(whole.elements, _smallest_bits(np.frombuffer(content, kind))))


_DECODE_HEADER_BYTES = 16


def _smallest_bits(integers: np.ndarray) -> int:
    low, high = int(integers.min(initial=0)), int(integers.max(initial=0))
    return next((bits for bits in _PACKED_BITS if -(1 << bits - 1) <= low and high < 1 << bits - 1), 64)


def is_weight(tensor: Tensor) -> bool:
    """Whether inference calculates with a constant, as `weights` counts them."""
    return tensor.constant and not _is_setting(tensor)


def _is_setting(tensor: Tensor) -> bool:
    return tensor.type in _SETTING_TYPES and tensor.scale is None


# What the constants of these operators are for, by place among the inputs.
_ROLES = dict.fromkeys(("CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED"), ("input", "kernel", "bias"))


def labels(model: Model) -> list[str]:
    """A name for each tensor, in order: its own, or what it is to the operator that writes or first reads it.

    A minified file has no names; its tensors are called `input`, `CONV_2D 0 kernel`, `CONV_2D 0`, ...
    by the place of the operator.
    """
    found: dict[tuple[int, int], str] = {(t.subgraph, t.index): "input" for t in model.inputs if t is not None}
    for place, operator in enumerate(model.operators):
        for tensor in operator.outputs:
            if tensor is not None:
                found[tensor.subgraph, tensor.index] = f"{operator.name} {place}"
        for number, tensor in enumerate(operator.inputs):
            if tensor is not None:
                roles = _ROLES.get(operator.name, ())
                role = roles[number] if number < len(roles) else f"constant {number}"
                found.setdefault((tensor.subgraph, tensor.index), f"{operator.name} {place} {role}")
    return [t.name or found.get((t.subgraph, t.index), f"tensor {t.index}") for t in model.tensors]


def findings(model: Model) -> list[str]:
    """What a careful reader would object to in a converted model, a sentence each.

    They are operators that cost time and memory on a device and that another network or
    another conversion would not have: a batch normalization that was not folded into its
    convolution, shapes calculated at run time, layers of one dimension converted as two.
    """
    found = []
    for operator in model.operators:
        activations = [t for t in operator.inputs if t is not None and not t.constant]
        constants = [t for t in operator.inputs if t is not None and t.constant and t.elements > 1]
        if operator.name in ("MUL", "ADD", "SUB") and activations and constants:
            found.append(
                f"{operator.name} of {constants[0].elements} constants on a whole activation of shape "
                f"{list(activations[0].shape)}: a batch normalization that is not folded away; put it between the "
                "convolution and its ReLU."
            )
        elif operator.name in ("SHAPE", "STRIDED_SLICE", "PACK"):
            found.append(f"{operator.name} calculates a shape at run time: fix the batch size at 1 before conversion.")
        elif operator.name == "EXPAND_DIMS":
            found.append("EXPAND_DIMS wraps a one-dimensional layer: build it as two-dimensional with a (k, 1) kernel.")
        elif operator.kind != "builtin":
            found.append(f"{operator.name} is no built-in operator: TensorFlow Lite Micro will not run it.")
    return list(dict.fromkeys(found))
