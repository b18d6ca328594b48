"""From a model to its C program: which operators are one layer and which are none, lowered once for all who ask."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from featherline.codegen import (
    copies,
    folding,
    generator,
    layout,
    memory,
    naming,
    narrowing,
    refusals,
    variables,
    words,
)
from featherline.codegen.golden_check import Golden
from featherline.codegen.layers import Layer, Network
from featherline.codegen.operators import LOWER, activations, border, moves, reductions
from featherline.codegen.operators.step import Step
from featherline.codegen.settings import OPTIMIZATIONS, Conv, Dimensions, Tile
from featherline.codegen.settings import ConvolutionSettings as Convolution
from featherline.core.errors import FeatherlineError
from featherline.tflite.model import Model, Tensor
from featherline.tflite.options import Pool2DOptions
from featherline.tflite.values import content_of

_BROKEN = (ArithmeticError, LookupError, TypeError, ValueError, MemoryError, AttributeError)
_REAL_CURVE = ("DEQUANTIZE", "ELU", "QUANTIZE")
_LARGEST_POOL = 255  # in the 8 bits of the kernels' structs


@dataclass(frozen=True)
class Program:
    """A model as a C program that is still to be written.

    Attributes:
        model: what it was lowered from.
        network: its layers, and the buffers between them.
        shared_bytes: of its memory, where other files of the program use that too; None where none does.
    """

    model: Model
    network: Network
    shared_bytes: int | None = None

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
        planned = memory.plan(self.network)
        if self.shared_bytes is None:
            return planned
        return replace(planned, bytes=max(planned.bytes, self.shared_bytes), shared=True)


def lower(model: Model, optimize: str = OPTIMIZATIONS[0]) -> Program:
    """Lowers a model to the layers of a C program.

    Args:
        model: quantized; its ends may be float32.
        optimize: what kernels are chosen for, one of `settings.OPTIMIZATIONS`.

    Raises:
        FeatherlineError: naming the operator or tensor that no C can be written for.

    Example:
        >>> sorted(lower(tflite.read("reduced-int8.tflite")).files(name="gesture"))
        ['gesture.c', 'gesture.h', 'manifest.json']
    """
    refusals.check_model(model)
    try:
        network = _network(model, folding.steps(model), optimize)
        refusals.check_fields(model, network)
    except _BROKEN:  # what no check foresaw: shapes, constants and options contradict each other
        raise FeatherlineError(
            f"{model.path}: its operators and tensors contradict each other, no C can be written: convert it again."
        ) from None
    refusals.check_scales(model)
    return Program(model, network)


def _core(homes: dict[int, Tensor], across: dict[int, int], buffer: int, end: Tensor) -> Tensor:
    """The tensor that the layers within have in place of an end of the model."""
    return homes[across[buffer]] if buffer in across else end


def _network(model: Model, steps: list[Step], optimize: str) -> Network:
    """The layers of the operators that have to run, and what lies between them."""
    kept = variables.of(model, steps)
    uses: dict[int, int] = dict.fromkeys((tensor.index for tensor in model.outputs), 1)
    for step in steps:
        for tensor in folding.reads(step.operator):
            uses[tensor.index] = uses.get(tensor.index, 0) + 1
    curves = _real_curves(steps, uses)
    within = {step.place for curve in curves.values() for step in curve[:-1]}
    for step in steps:
        if step.place not in curves and step.place not in within:
            refusals.check_operator(step)
    alias: dict[int, int] = {}
    layers: list[Layer] = []
    borders: dict[int, Step] = {}
    written = {tensor.index for tensor in model.inputs} | set(kept.initial)
    for place, step in enumerate(steps):
        for tensor in folding.reads(step.operator):
            if tensor.index not in written and not step.is_constant(tensor):
                raise step.error(f"tensor {tensor.index} ({tensor.name}) is read before anything writes it")
        written.update(tensor.index for tensor in step.operator.outputs if tensor is not None)
        if step.place in within:
            continue
        if folding.is_copy(step):
            step.check_size(step.source, step.result)
            alias[step.result.index] = alias.get(step.source.index, step.source.index)
        elif step.operator.name == "READ_VARIABLE":
            state = kept.buffer(step)
            if kept.stays(steps, place):
                alias[step.result.index] = state
            else:
                layers.append(replace(moves.copied_whole(step, step.result, step.result), inputs=(state,)))
        elif step.operator.name == "ASSIGN_VARIABLE":
            source = step.operand(1)
            layer = replace(moves.copied_whole(step, source, source), output=kept.buffer(step))
            layers.append(_with_homes(layer, alias))
        elif step.operator.name not in ("CALL_ONCE", "VAR_HANDLE"):
            follows = layers and step.source.index == layers[-1].output and uses[step.source.index] == 1
            fused = _fused(layers[-1], step) if follows else None
            if fused is not None:
                layers[-1] = fused
                continue
            lowered = [activations.elu_between(curves[step.place][0], step)] if step.place in curves else _lowered(step)
            made = [_with_homes(layer, alias) for layer in lowered]
            written |= _written_by(made, written, step)
            border_step = borders.get(step.source.index) if uses.get(step.source.index) == 1 else None
            bare = _without_border(made[0], border_step, layers) if border_step else None
            if bare is not None:
                layers = [layer for layer in layers if layer.output != step.source.index]
                made = [bare]
            if step.operator.name in ("PAD", "PADV2"):
                borders[step.result.index] = step
            layers += made
    if not layers:
        raise FeatherlineError(f"{model.path} computes nothing: no C can be written.")
    return _whole(model, steps, layers, alias, kept, optimize)


def _real_curves(steps: Sequence[Step], uses: Mapping[int, int]) -> dict[int, list[Step]]:
    """DEQUANTIZE, ELU and QUANTIZE one behind another, from int8 to int8, by the place of the last of them."""
    writers = {tensor.index: step for step in steps for tensor in step.operator.outputs if tensor is not None}
    curves = {}
    for last in (step for step in steps if step.operator.name == "QUANTIZE"):
        chain = [last]
        while (
            len(chain) < len(_REAL_CURVE) and uses.get(chain[0].source.index) == 1 and chain[0].source.index in writers
        ):
            chain.insert(0, writers[chain[0].source.index])
        if tuple(step.operator.name for step in chain) == _REAL_CURVE:
            ends = chain[0].source, last.result
            if all(tensor.type == "int8" for tensor in ends) and ends[0].elements == ends[1].elements:
                curves[last.place] = chain
    return curves


def _written_by(layers: Sequence[Layer], before: set[int], step: Step) -> set[int]:
    """The buffers that the layers of a step write; refuses one that reads constants where its kernel reads memory."""
    written: set[int] = set()
    for layer in layers:
        for buffer in layer.inputs:
            if isinstance(buffer, int) and buffer not in before | written:
                raise step.error(f"its input tensor {buffer} has values of its own, and nothing computes it")
        written.add(layer.output)
    return written


def _with_homes(layer: Layer, alias: dict[int, int]) -> Layer:
    """A layer that reads the buffers in which the tensors that it reads lie."""
    inputs = tuple(alias.get(operand, operand) if isinstance(operand, int) else operand for operand in layer.inputs)
    return replace(layer, inputs=inputs)


def _lowered(step: Step) -> list[Layer]:
    """The layers of one operator, each checked against what its kernel can hold."""
    made = LOWER[step.operator.name].function(step)
    return [made] if isinstance(made, Layer) else list(made)


def _whole(
    model: Model,
    steps: list[Step],
    layers: list[Layer],
    alias: dict[int, int],
    kept: variables.Variables,
    optimize: str,
) -> Network:
    """The network of some layers, with a buffer of its own for each of the model's outputs."""
    inputs = tuple(tensor.index for tensor in model.inputs)
    last = steps[-1] if steps else Step(model.operators[0], model, 0)
    outputs: list[int] = []
    extra = kept.beyond
    by_index = {tensor.index: tensor for tensor in model.tensors if tensor.subgraph == 0}
    kinds = {tensor.index: tensor.type for tensor in by_index.values()} | kept.kinds
    sizes = {tensor.index: tensor.elements * max(tensor.bits // 8, 1) for tensor in by_index.values()} | kept.sizes
    for tensor in model.outputs:
        buffer = alias.get(tensor.index, tensor.index)
        written = any(layer.output == buffer for layer in layers)
        if not (written or last.is_constant(tensor) or buffer in inputs or buffer in kept.initial):
            raise FeatherlineError(
                f"{model.path}: nothing writes its output {tensor.index} ({tensor.name}): no C can be written."
            )
        if not written or buffer in outputs or buffer in inputs or buffer in kept.initial:
            copy = moves.copied_whole(last, tensor, tensor)
            if not last.is_constant(tensor):
                copy = replace(copy, inputs=(buffer,))
            buffer, extra = extra, extra + 1
            layers.append(replace(copy, operators=("RESHAPE",), output=buffer))
            kinds[buffer], sizes[buffer] = tensor.type, tensor.elements * max(tensor.bits // 8, 1)
        outputs.append(buffer)
    layers, entries, exits = border.sorted_out(layers, inputs, tuple(outputs), kept.initial)
    used = {*inputs, *outputs, *kept.initial}
    for layer in layers:
        used.update(buffer for buffer in (*layer.inputs, layer.output) if isinstance(buffer, int))
    homes = {buffer: tensor for tensor in by_index.values() for buffer in (alias.get(tensor.index, tensor.index),)}
    homes |= {tensor.index: tensor for tensor in by_index.values()}
    behind = {
        operand: layer.output for layer in layers[:entries] for operand in layer.inputs if isinstance(operand, int)
    }
    before = {
        layer.output: operand
        for layer in layers[len(layers) - exits :]
        for operand in layer.inputs
        if isinstance(operand, int)
    }
    network = Network(
        layers=tuple(layers),
        sizes={buffer: sizes[buffer] for buffer in sizes if buffer in used},
        inputs=inputs,
        outputs=tuple(outputs),
        sources=model.inputs,
        results=model.outputs,
        kinds={buffer: kind for buffer, kind in kinds.items() if buffer in used and kind != "int8"},
        states=kept.initial,
        entry_layers=entries,
        exit_layers=exits,
        core_inputs=tuple(
            _core(homes, behind, buffer, tensor) for buffer, tensor in zip(inputs, model.inputs, strict=True)
        ),
        core_outputs=tuple(
            _core(homes, before, buffer, tensor) for buffer, tensor in zip(outputs, model.outputs, strict=True)
        ),
        core_input_buffers=tuple(behind.get(buffer, buffer) for buffer in inputs),
        core_output_buffers=tuple(before.get(buffer, buffer) for buffer in outputs),
    )
    network = replace(copies.left_out(network), ends_within=True)
    layers = reductions.rescaled(network.layers)
    if optimize != "ram":
        return narrowing.narrowed(replace(network, layers=words.packed(layout.laid_out(layers, optimize))), optimize)
    # Which kernels let a plan be small is only known of the whole: each choice is tried with the other one beside it.
    choices = [words.packed(layout.laid_out(layers, optimize, copied)) for copied in (False, True)]
    tried = [
        narrowing.narrowed(replace(network, layers=choice), optimize, other)
        for choice, other in (choices, choices[::-1])
    ]
    return min(tried, key=lambda choice: memory.plan(choice).bytes)


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


def _without_border(layer: Layer, border_step: Step, layers: Sequence[Layer]) -> Layer | None:
    """A convolution that takes a border of zeros for its own padding; None where the border is another one.

    Args:
        layer: of the convolution, which pads nothing.
        border_step: the PAD or PADV2 that writes its input, which nothing else reads.
        layers: those before it.
    """
    settings = layer.settings
    if not isinstance(settings, Convolution) or settings.padding != Tile(0, 0):
        return None
    widths = border_step.integers(1)
    zero = settings.zero_points.input
    if border_step.operator.name == "PADV2" and border_step.values(border_step.operand(2)).ravel()[0] != zero:
        return None
    if len(widths) != 8 or any((*widths[:2], *widths[6:])):  # batch and channels have none
        return None
    source, padding = border_step.image(border_step.source), Tile(widths[2], widths[4])
    if settings.turned:
        source, padding = source.turned(), padding.turned()
        widths = [*widths[:2], *widths[4:6], *widths[2:4], *widths[6:]]
    kernel = settings.kernel_size
    if max(widths[2:4]) >= kernel.height or max(widths[4:6]) >= kernel.width:
        return None
    before = next(before for before in layers if before.output == layer.inputs[0] and before.inputs)
    return replace(
        layer,
        operators=(border_step.operator.name, *layer.operators),
        inputs=before.inputs,
        settings=replace(
            settings, input=replace(settings.input, height=source.height, width=source.width), padding=padding
        ),
    )


def _pooled(settings: Convolution, window: Tile, output: Dimensions) -> Convolution:
    """A convolution whose outputs are those behind a pooling window."""
    if settings.turned:
        window, output = window.turned(), output.turned()
    pool = Tile(settings.pool.height * window.height, settings.pool.width * window.width)
    sums = Tile(
        min(settings.sums.height, output.height * pool.height), min(settings.sums.width, output.width * pool.width)
    )
    return replace(
        settings, output=replace(settings.output, height=output.height, width=output.width), pool=pool, sums=sums
    )
