"""What the functions of a generated program stand for: which layer of the model, how much arithmetic."""

from pathlib import Path

from featherline.codegen import lowering
from featherline.codegen.layers import Layer
from featherline.tflite import model as tflite


def functions(model: tflite.Model, name: str = "model") -> dict[str, Layer]:
    """The layers of a model by the function that `generate` writes for each, in the order of their calls.

    Raises:
        FeatherlineError: naming the operator or tensor that no C can be written for.
    """
    content = model.content if model.content is not None else Path(model.path).read_bytes()
    found = lowering.network(model, content).layers
    return {f"{name}_{place}_{layer.operators[0].lower()}": layer for place, layer in enumerate(found)}
