"""From the operators of a model to the layers of its C program: which of them are one layer, which are none."""

from dataclasses import replace

from featherline.codegen import layout
from featherline.codegen.layers import Layer, Network
from featherline.codegen.operators import LOWER
from featherline.codegen.operators.step import Step
from featherline.core.errors import FeatherlineError
from featherline.tflite import model as tflite
from featherline.tflite.flatbuffer import unpack


def network(model: tflite.Model, content: bytes) -> Network:
    """The layers of a model.

    Args:
        model: with one input and one output in int8, and a batch of one.
        content: of its .tflite file.

    Raises:
        FeatherlineError: naming the operator or tensor that no C can be written for.
    """
    tree = unpack(content, model.path)
    subgraph = tree.subgraphs[0]
    if len(tree.subgraphs) != 1 or len(model.inputs) != 1 or len(model.outputs) != 1:
        raise FeatherlineError(f"{model.path} has not one input, one output and one subgraph: no C can be written.")
    steps = [
        Step(operator, subgraph.operators[place].builtinOptions, model, place)
        for place, operator in enumerate(model.operators)
    ]
    source, result = model.inputs[0], model.outputs[0]
    alias: dict[int, int] = {}
    sizes = {source.index: source.elements}
    uses: dict[int, int] = {result.index: 1}
    for step in steps:
        _check(step)
        for tensor in step.operator.inputs:
            if tensor is not None:
                uses[tensor.index] = uses.get(tensor.index, 0) + 1
    layers: list[Layer] = []
    for step in steps:
        if step.operator.name == "RESHAPE":
            alias[step.result.index] = alias.get(step.source.index, step.source.index)
            continue
        follows = layers and step.source.index == layers[-1].output and uses[step.source.index] == 1
        fused = _fused(layers[-1], step) if follows else None
        if fused is not None:
            layers[-1] = fused
        else:
            layer = LOWER[step.operator.name](step)
            inputs = tuple(alias.get(one, one) if isinstance(one, int) else one for one in layer.inputs)
            layers.append(replace(layer, inputs=inputs))
        sizes[step.result.index] = step.result.elements
    wanted = {one for layer in layers for one in (*layer.inputs, layer.output) if isinstance(one, int)}
    output = alias.get(result.index, result.index)
    if not layers or output == source.index:
        raise FeatherlineError(f"{model.path} computes nothing: no C can be written.")
    sizes = {index: size for index, size in sizes.items() if index in wanted or index == source.index}
    return Network(layout.laid_out(layers), sizes, source.index, output, source, result)


def _check(step: Step) -> None:
    name = step.operator.name
    if name not in LOWER and name != "RESHAPE":
        known = ", ".join(sorted([*LOWER, "RESHAPE"]))
        raise step.error(f"the operators that are known are {known}")
    for tensor in (*step.operator.inputs, *step.operator.outputs):
        if tensor is not None and tensor.type not in ("int8", "int4", "int32"):
            raise step.error(f"tensor {tensor.index} ({tensor.name}) is {tensor.type} instead of int8")
    for tensor in (step.source, step.result):
        step.check_quantized(tensor)
    if len(step.source.shape) == 4 and step.source.shape[0] != 1 and name != "RESHAPE":
        raise step.error(f"its batch is {step.source.shape[0]} instead of 1")


def _fused(layer: Layer, step: Step) -> Layer | None:
    """A convolution with the MAX_POOL_2D behind it; None where the windows overlap or are cut at their beginning."""
    options, held = step.options, layer.settings
    if layer.kind not in ("conv", "depthwise", "depthwise_fours") or step.operator.name != "MAX_POOL_2D":
        return None
    if (options.filterHeight, options.filterWidth) != (options.strideH, options.strideW):
        return None
    lowest, highest = step.activation()
    height, width = step.source.shape[1:3]
    if "swapped" in held:
        height, width = width, height
        sides = (options.filterWidth, options.filterHeight)
        outputs = (step.result.shape[2], step.result.shape[1])
    else:
        sides, outputs = (options.filterHeight, options.filterWidth), step.result.shape[1:3]
    if any(step.padding(*ends) for ends in zip(outputs, sides, sides, (height, width), strict=True)):
        return None
    pools = (held["pool_height"] * sides[0], held["pool_width"] * sides[1])
    if max(pools) > 255 or (layer.kind == "conv" and pools[1] > 1 and pools[1] % 2):
        return None  # windows of a convolution are multiplied by twos
    return replace(
        layer,
        operators=(*layer.operators, step.operator.name),
        output=step.result.index,
        settings=held
        | {
            "output_height": outputs[0],
            "output_width": outputs[1],
            "pool_height": pools[0],
            "pool_width": pools[1],
            "rows": min(held["rows"], outputs[0] * pools[0]),
            "columns": min(held["columns"], outputs[1] * pools[1]),
            "lowest": max(held["lowest"], lowest),
            "highest": min(held["highest"], highest),
        },
    )
