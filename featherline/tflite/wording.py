"""What is said about a converted model: a name for each tensor, and what a careful reader objects to."""

from featherline.tflite import tflm_operators
from featherline.tflite.model import Model, Operator

# What the constants of these operators are for, by place among the inputs.
_ROLES = dict.fromkeys(("CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED"), ("input", "kernel", "bias"))


def tensor_labels(model: Model) -> list[str]:
    """A name for each tensor, in order: its own, or what it is to the operator that writes or first reads it.

    A minified file has no names; its tensors are called `input`, `CONV_2D 0 kernel`, `CONV_2D 0`, ...
    by the place of the operator.
    """
    roles: dict[tuple[int, int], str] = {(tensor.subgraph, tensor.index): "input" for tensor in model.inputs}
    for place, operator in enumerate(model.operators):
        for tensor in operator.outputs:
            if tensor is not None:
                roles[tensor.subgraph, tensor.index] = f"{operator.name} {place}"
        for number, tensor in enumerate(operator.inputs):
            if tensor is not None:
                known = _ROLES.get(operator.name, ())
                role = known[number] if number < len(known) else f"constant {number}"
                roles.setdefault((tensor.subgraph, tensor.index), f"{operator.name} {place} {role}")
    return [
        tensor.name or roles.get((tensor.subgraph, tensor.index), f"tensor {tensor.index}") for tensor in model.tensors
    ]


def findings(model: Model) -> list[str]:
    """What a careful reader would object to in a converted model, a sentence each.

    They are operators that cost time and memory on a device and that another network or
    another conversion would not have: a batch normalization that was not folded into its
    convolution, shapes calculated at run time, layers of one dimension converted as two.
    """
    sentences = []
    shapes: set[tuple[int, int]] = set()  # tensors that hold what SHAPE gives, or what becomes of it
    for operator in model.operators:
        activations = [tensor for tensor in operator.inputs if tensor is not None and not tensor.constant]
        constants = [
            tensor for tensor in operator.inputs if tensor is not None and tensor.constant and tensor.elements > 1
        ]
        if operator.name in ("MUL", "ADD", "SUB") and activations and constants:
            sentences.append(
                f"{operator.name} of {constants[0].elements} constants on a whole activation of shape "
                f"{list(activations[0].shape)}: a batch normalization that is not folded away; put it between the "
                "convolution and its ReLU."
            )
        elif operator.name in ("SHAPE", "STRIDED_SLICE", "PACK") and _of_shapes(operator, shapes):
            sentences.append(
                f"{operator.name} calculates a shape at run time: fix the batch size at 1 before conversion."
            )
        elif operator.name == "EXPAND_DIMS":
            sentences.append(
                "EXPAND_DIMS wraps a one-dimensional layer: build it as two-dimensional with a (k, 1) kernel."
            )
        elif operator.kind != "builtin" and not tflm_operators.registers(operator):
            sentences.append(f"{operator.name} is no built-in operator: TensorFlow Lite Micro will not run it.")
    return list(dict.fromkeys(sentences))


def _of_shapes(operator: Operator, shapes: set[tuple[int, int]]) -> bool:
    """Whether an operator computes with shapes and not with data; what it writes then joins `shapes`."""
    read = [(tensor.subgraph, tensor.index) for tensor in operator.inputs if tensor is not None]
    if operator.name != "SHAPE" and not shapes.intersection(read):
        return False
    shapes.update((tensor.subgraph, tensor.index) for tensor in operator.outputs if tensor is not None)
    return True
