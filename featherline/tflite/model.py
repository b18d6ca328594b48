"""Reading a .tflite file: its operators, its tensors and its weights, without TensorFlow."""

import struct
from collections import Counter
from dataclasses import dataclass
from math import prod
from pathlib import Path

from ai_edge_litert import schema_py_generated as schema

from featherline.errors import FeatherlineError

IDENTIFIER = b"TFL3"


def _names(enumeration: type) -> dict[int, str]:
    return {code: name for name, code in vars(enumeration).items() if not name.startswith("_")}


_OPERATORS = _names(schema.BuiltinOperator)
_TYPES = {code: name.lower() for code, name in _names(schema.TensorType).items()}
_BITS = {"bool": 8, "float8e4m3fn": 8, "float8e5m2": 8}  # the only types whose names do not end in their bits
# Integers this wide that carry no scale are shapes, axes and paddings; a quantized bias carries one.
_SETTING_TYPES = ("bool", "int32", "int64", "uint32", "uint64", "string", "resource", "variant")


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

    @property
    def elements(self) -> int:
        return prod(self.shape)


@dataclass(frozen=True)
class Operator:
    """One step of a model.

    Attributes:
        name: as the schema spells it (`CONV_2D`), or the custom code (`FlexErf`).
        kind: `builtin`, `select` (a TensorFlow operator behind the Flex delegate) or `custom`.
        inputs, outputs: tensors; None for an optional input that is left out.
    """

    name: str
    kind: str
    inputs: tuple[Tensor | None, ...]
    outputs: tuple[Tensor | None, ...]


@dataclass(frozen=True)
class Model:
    """What a .tflite file holds; operators and tensors of all its subgraphs, in order."""

    path: Path
    file_bytes: int
    operators: tuple[Operator, ...]
    tensors: tuple[Tensor, ...]
    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]


@dataclass(frozen=True)
class Weights:
    """How many weights a model has, and the bytes that they take in its file."""

    number: int
    bytes: int


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
    return parsed(content, path)


def parsed(content: bytes, path: Path) -> Model:
    """Reads the content of a .tflite file; errors name `path`, as those of `read` do."""
    if content[4:8] != IDENTIFIER:
        raise FeatherlineError(
            f"{path} is not a .tflite file (it has no {IDENTIFIER.decode()} mark): convert it again."
        )
    try:
        tree = schema.ModelT.InitFromObj(schema.Model.GetRootAsModel(content, 0))
        return _model(path, len(content), tree)
    # The reader has no verifier: what a broken offset leads to decides which of these is raised.
    except (struct.error, ValueError, TypeError, IndexError, KeyError, AttributeError, OverflowError, MemoryError):
        raise FeatherlineError(f"{path} is broken or cut short: convert or copy it again.") from None


def _model(path: Path, file_bytes: int, tree: schema.ModelT) -> Model:
    operators: list[Operator] = []
    tensors: list[Tensor] = []
    inputs: tuple = ()
    outputs: tuple = ()
    for number, subgraph in enumerate(tree.subgraphs):
        own = [_tensor(path, tree, number, index, t) for index, t in enumerate(subgraph.tensors)]
        tensors += own
        operators += [_operator(tree, own, operator) for operator in _listed(subgraph.operators)]
        if number == 0:
            inputs, outputs = _pick(own, subgraph.inputs), _pick(own, subgraph.outputs)
    if not inputs or not outputs or None in inputs + outputs:
        raise FeatherlineError(f"{path} has no input or no output: it is no model that can be run.")
    return Model(path, file_bytes, tuple(operators), tuple(tensors), inputs, outputs)


def _listed(vector) -> list:
    """A flatbuffer vector as a list; an empty one may be missing altogether."""
    return [] if vector is None else list(vector)


def _text(name: bytes | str | None) -> str:
    return name.decode("utf-8", "replace") if isinstance(name, bytes) else name or ""


def _pick(tensors: list[Tensor], places) -> tuple[Tensor | None, ...]:
    return tuple(None if place < 0 else tensors[place] for place in _listed(places))


def _tensor(path: Path, tree: schema.ModelT, subgraph: int, index: int, entry: schema.TensorT) -> Tensor:
    shape = tuple(int(side) for side in _listed(entry.shape))
    kind = _TYPES[entry.type]
    stored = tree.buffers[entry.buffer]
    # Models of 2 GB and more keep their constants behind the flatbuffer, by offset and size.
    stored_bytes = max(0 if stored.data is None else len(stored.data), int(stored.size or 0))
    needed_bytes = -(-prod(shape) * _bits(kind) // 8)
    constant = stored_bytes > 0
    if constant and entry.sparsity is None and stored_bytes < needed_bytes:
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
    )


def _bits(kind: str) -> int:
    """Bits of one element; 0 for types whose elements have no fixed size."""
    digits = kind[len(kind.rstrip("0123456789")) :]
    return _BITS.get(kind, int(digits) if digits else 0)


def _operator(tree: schema.ModelT, tensors: list[Tensor], entry: schema.OperatorT) -> Operator:
    code = tree.operatorCodes[entry.opcodeIndex]
    # Codes above 127 do not fit the old field, which old files alone fill.
    builtin = max(code.builtinCode, code.deprecatedBuiltinCode)
    name, kind = _OPERATORS.get(builtin, f"BUILTIN_{builtin}"), "builtin"
    if name == "CUSTOM":
        name = _text(code.customCode)
        kind = "select" if name.startswith("Flex") else "custom"
    return Operator(name, kind, _pick(tensors, entry.inputs), _pick(tensors, entry.outputs))


def operator_counts(model: Model) -> dict[str, dict[str, int]]:
    """How often each operator occurs: {"builtin": {"CONV_2D": 2}, "select": {}, "custom": {}}, by name."""
    counts = {kind: Counter(op.name for op in model.operators if op.kind == kind) for kind in _KINDS}
    return {kind: dict(sorted(of_kind.items())) for kind, of_kind in counts.items()}


_KINDS = ("builtin", "select", "custom")


def weights(model: Model) -> Weights:
    """Number of weights and biases of a model and the bytes that its file stores for them.

    A weight is a constant that inference calculates with. Constants that only set an
    operator (the shape of a RESHAPE, an axis, paddings) are left out: they are the
    integers of 32 or 64 bits without a scale. Values that tensors share count once, as
    they are stored once; two weights of 4 bits make one byte.
    """
    held = {tensor.buffer: tensor for tensor in model.tensors if tensor.constant and not _is_setting(tensor)}
    return Weights(sum(t.elements for t in held.values()), sum(t.bytes for t in held.values()))


def _is_setting(tensor: Tensor) -> bool:
    return tensor.type in _SETTING_TYPES and tensor.scale is None


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
