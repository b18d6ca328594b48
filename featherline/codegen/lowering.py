"""From a model to its C program: which operators are one layer and which are none, lowered once for all who ask."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from featherline.codegen import generator, layout, memory, naming
from featherline.codegen.generator import Golden
from featherline.codegen.layers import Layer, Network
from featherline.codegen.operators import LOWER
from featherline.codegen.operators.step import Step
from featherline.codegen.settings import Conv, Dimensions, Tile
from featherline.codegen.settings import ConvolutionSettings as Convolution
from featherline.core.errors import FeatherlineError
from featherline.tflite.model import Model
from featherline.tflite.options import Pool2DOptions
from featherline.tflite.values import content_of

_LARGEST_POOL = 255  # in the 8 bits of the kernels' structs


@dataclass(frozen=True)
class Program:
    """A model as a C program that is still to be written.

    Attributes:
        model: what it was lowered from.
        network: its layers, and the buffers between them.
    """

    model: Model
    network: Network

    def files(self, name: str = "model", classes: Sequence[str] = (), golden: Golden | None = None) -> dict[str, bytes]:
        """The model as plain C without an interpreter, equal to TensorFlow Lite Micro to the byte.

        It compiles as C99, C11 and C++17, on cores whose `int` has 16 bits too.

        Args:
            name: what each file, macro and symbol begins with, so that several programs can be linked together.
            classes: names of the classes, for the header: as many as the model has outputs, or none.
            golden: inputs and outputs that `<name>_check.c` tries on the target; without them there is none.

        Returns:
            The content of each file by its name: <name>.h, <name>.c, <name>_check.c, manifest.json.

        Raises:
            FeatherlineError: naming the name or class that is refused.
        """
        naming.check(name)
        return generator.write(self.network, self.memory(), content_of(self.model), name, classes, golden)

    def functions(self, name: str = "model") -> dict[str, Layer]:
        """The layers by the function that is written for each, in the order of their calls."""
        return {generator.function(name, place, layer): layer for place, layer in enumerate(self.network.layers)}

    def memory(self) -> memory.Memory:
        """Where its buffers lie."""
        return memory.plan(self.network)


def lower(model: Model) -> Program:
    """Lowers a model to the layers of a C program.

    Args:
        model: with one input and one output in int8, and a batch of one.

    Raises:
        FeatherlineError: naming the operator or tensor that no C can be written for.

    Example:
        >>> sorted(lower(tflite.read("reduced-int8.tflite")).files(name="gesture"))
        ['gesture.c', 'gesture.h', 'manifest.json']
    """
    if len(model.entries) != 1 or len(model.inputs) != 1 or len(model.outputs) != 1:
        raise FeatherlineError(f"{model.path} has not one input, one output and one subgraph: no C can be written.")
    return Program(model, _network(model, [Step(operator, model, at) for at, operator in enumerate(model.operators)]))


def _network(model: Model, steps: list[Step]) -> Network:
    source, result = model.inputs[0], model.outputs[0]
    uses: dict[int, int] = {result.index: 1}
    for step in steps:
        _check(step)
        for tensor in step.operator.inputs:
            if tensor is not None:
                uses[tensor.index] = uses.get(tensor.index, 0) + 1
    alias: dict[int, int] = {}
    sizes = {source.index: source.elements}
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
            inputs = tuple(
                alias.get(operand, operand) if isinstance(operand, int) else operand for operand in layer.inputs
            )
            layers.append(replace(layer, inputs=inputs))
        sizes[step.result.index] = step.result.elements
    used = {buffer for layer in layers for buffer in (*layer.inputs, layer.output) if isinstance(buffer, int)}
    output = alias.get(result.index, result.index)
    if not layers or output == source.index:
        raise FeatherlineError(f"{model.path} computes nothing: no C can be written.")
    sizes = {index: size for index, size in sizes.items() if index in used or index == source.index}
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
    settings = layer.settings
    if not isinstance(settings, Convolution) or step.operator.name != "MAX_POOL_2D":
        return None
    options = step.options(Pool2DOptions)
    window, output = Tile(options.filter_height, options.filter_width), step.image(step.result)
    if window != Tile(options.stride_h, options.stride_w):
        return None
    source = step.image(step.source)
    cut = step.padding(options, Tile(output.height, output.width), window, Tile(source.height, source.width))
    if cut != Tile(0, 0):
        return None
    pooled = _pooled(settings, window, output)
    if max(pooled.pool.height, pooled.pool.width) > _LARGEST_POOL:
        return None
    if isinstance(settings, Conv) and pooled.pool.width > 1 and pooled.pool.width % 2:
        return None  # windows of a convolution are multiplied by twos
    return replace(
        layer,
        operators=(*layer.operators, step.operator.name),
        output=step.result.index,
        settings=replace(pooled, activation=settings.activation.within(step.activation())),
    )


def _pooled(settings: Convolution, window: Tile, output: Dimensions) -> Convolution:
    """A convolution whose outputs are those behind a pooling window."""
    if isinstance(settings, Conv) and settings.turned:
        window, output = window.turned(), output.turned()
    pool = Tile(settings.pool.height * window.height, settings.pool.width * window.width)
    sums = Tile(
        min(settings.sums.height, output.height * pool.height), min(settings.sums.width, output.width * pool.width)
    )
    return replace(
        settings, output=replace(settings.output, height=output.height, width=output.width), pool=pool, sums=sums
    )
