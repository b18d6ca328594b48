"""What a model keeps from one inference to the next: resource variables, each by its name, and variable tensors.

Both begin with their zero point, as in TensorFlow Lite Micro; CALL_ONCE may assign a constant to a resource variable.
"""

from dataclasses import dataclass, field

import numpy as np

from featherline.codegen import folding
from featherline.codegen.operators.step import Step
from featherline.tflite.model import Model, Tensor
from featherline.tflite.options import CallOnceOptions, VarHandleOptions

Key = tuple[str, str]


@dataclass
class Variables:
    """The variables of a model.

    Attributes:
        buffers: the buffer of each resource variable, by its name.
        keys: its name by the handles of the main subgraph.
        initial: what each buffer begins with.
        kinds, sizes: type and bytes of each buffer.
        beyond: a number above all buffers.
    """

    buffers: dict[Key, int] = field(default_factory=dict)
    keys: dict[int, Key] = field(default_factory=dict)
    initial: dict[int, np.ndarray] = field(default_factory=dict)
    kinds: dict[int, str] = field(default_factory=dict)
    sizes: dict[int, int] = field(default_factory=dict)
    beyond: int = 0

    def buffer(self, step: Step) -> int:
        """The buffer of the variable that a step reads or assigns."""
        return self.buffers[self.key(step)]

    def key(self, step: Step) -> Key:
        """The name of the variable that a step reads or assigns."""
        if step.source.index not in self.keys:
            raise step.error(f"tensor {step.source.index} ({step.source.name}) is the handle of no variable")
        return self.keys[step.source.index]

    def stays(self, steps: list[Step], place: int) -> bool:
        """Whether what a step reads of a variable is needed no more when that is assigned the next time."""
        names = {steps[place].result.index}
        ends = {tensor.index for tensor in steps[place].model.outputs}
        assigned = False
        for step in steps[place + 1 :]:
            reads = names.intersection(tensor.index for tensor in folding.reads(step.operator))
            if reads and assigned:
                return False
            if reads and folding.is_copy(step):
                names.add(step.result.index)
            if step.operator.name == "ASSIGN_VARIABLE" and self.key(step) == self.key(steps[place]):
                assigned = True
        return not (assigned and names & ends)


def of(model: Model, steps: list[Step]) -> Variables:
    """The variables of a model.

    Args:
        model: the model.
        steps: the operators of its main subgraph that have to run.

    Raises:
        FeatherlineError: naming an operator that initializes them in another way than by constants.
    """
    kept = Variables(beyond=len(model.tensors))
    kept.keys = _keys(steps)
    for step in steps:
        if step.operator.name in ("ASSIGN_VARIABLE", "READ_VARIABLE"):
            tensor = step.operand(1) if step.operator.name == "ASSIGN_VARIABLE" else step.result
            _declare(kept, kept.key(step), tensor, step)
    for step in steps:
        if step.operator.name == "CALL_ONCE":
            _initialize(kept, model, step)
        for state in step.operator.inputs:
            if state is not None and state.variable and not state.constant and state.index not in kept.initial:
                kept.initial[state.index] = _begun(state)
    return kept


def _keys(steps: list[Step]) -> dict[int, Key]:
    keys = {}
    for step in steps:
        if step.operator.name == "VAR_HANDLE":
            options = step.options(VarHandleOptions)
            keys[step.result.index] = (options.container, options.shared_name)
    return keys


def _declare(kept: Variables, key: Key, tensor: Tensor, step: Step) -> None:
    if key not in kept.buffers:
        buffer = kept.beyond
        kept.beyond += 1
        kept.buffers[key], kept.kinds[buffer] = buffer, tensor.type
        kept.sizes[buffer] = tensor.elements * step.itemsize(tensor)
        kept.initial[buffer] = _begun(tensor)
    buffer = kept.buffers[key]
    if kept.sizes[buffer] != tensor.elements * step.itemsize(tensor):
        raise step.error(f"the variable {key[1]} has {kept.sizes[buffer]} bytes elsewhere")


def _begun(tensor: Tensor) -> np.ndarray:
    """What a variable begins with: its zero point in each byte."""
    zero = tensor.zero_point[0] if tensor.zero_point else 0
    size_bytes = tensor.elements * tensor.bits // 8
    return np.frombuffer(np.full(size_bytes, zero & 0xFF, np.uint8).tobytes(), np.dtype(tensor.type))


def _initialize(kept: Variables, model: Model, step: Step) -> None:
    """Takes over what a subgraph assigns that runs once."""
    steps = folding.steps(model, step.options(CallOnceOptions).init_subgraph_index)
    keys = _keys(steps)
    for inner in steps:
        if inner.operator.name == "VAR_HANDLE":
            continue
        if inner.operator.name != "ASSIGN_VARIABLE" or inner.source.index not in keys:
            raise inner.error("it runs before the first inference, where only constants are assigned")
        buffer = kept.buffers.get(keys[inner.source.index])
        if buffer is not None:  # else nobody reads it
            values = inner.values(inner.operand(1))
            if values.nbytes != kept.sizes[buffer]:
                raise inner.error(f"the variable has {kept.sizes[buffer]} bytes elsewhere")
            kept.initial[buffer] = values.ravel()
