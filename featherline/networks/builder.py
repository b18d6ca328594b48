"""Architectures to Keras networks."""

from featherline.networks.backend import keras
from featherline.networks.shapes import layers
from featherline.params import Architecture

# Small data sets have few steps an epoch; Keras' default of 0.99 would lag behind for many epochs.
BATCH_NORMALIZATION_MOMENTUM = 0.9


def build(architecture: Architecture, input_shape: tuple[int, int, int], classes: int, seed: int) -> keras.Model:
    """Builds the network of an architecture.

    Conv2D alone is used, for one-dimensional input with kernels of (k, 1): TensorFlow Lite
    turns each Conv1D into three operators. Batch normalization stands between convolution
    and ReLU, the only order in which the converter folds it away. Layers are named after
    their place, so that the same architecture gives the same file whatever was built before.

    Args:
        architecture: the blocks.
        input_shape: (height, width, channels); a motion window is (samples, 1, channels).
        classes: number of outputs of the softmax.
        seed: of the initial weights, of dropout, and of the order in which training takes items.

    Raises:
        FeatherlineError: where a pooling has nothing left to pool.

    Example:
        >>> network = build(Architecture(conv_blocks=[ConvBlock(filters=8)]), (128, 1, 4), 3, seed=1)
        >>> network.output_shape
        (None, 3)
    """
    keras.utils.set_random_seed(seed)
    inputs = keras.Input(input_shape, name="input")
    x = inputs
    dense_blocks = iter(architecture.dense_blocks)
    for layer in layers(architecture, input_shape, classes):
        match layer.kind:
            case "depthwise":
                # Its bias is folded batch normalization; a ReLU here would drop half of what few channels tell.
                normalized = architecture.batch_normalization
                # TensorFlow wants the same stride on both sides; where they differ, the other side is 1 long.
                x = keras.layers.DepthwiseConv2D(
                    layer.window, strides=max(layer.stride), padding="same", use_bias=not normalized, name=layer.name
                )(x)
                if normalized:
                    x = _normalization(layer.name)(x)
            case "conv":
                normalized = architecture.batch_normalization
                x = keras.layers.Conv2D(
                    layer.output_shape[2],
                    layer.window,
                    strides=layer.stride,
                    padding="same",
                    use_bias=not normalized,
                    name=layer.name,
                )(x)
                if normalized:
                    x = _normalization(layer.name)(x)
                x = keras.layers.ReLU(name=f"{layer.name}_relu")(x)
            case "pool":
                x = keras.layers.MaxPooling2D(layer.window, name=layer.name)(x)
            case "global_average":
                x = keras.layers.GlobalAveragePooling2D(name=layer.name)(x)
            case "flatten":
                x = keras.layers.Flatten(name=layer.name)(x)
            case "dense":
                block = next(dense_blocks)
                penalty = keras.regularizers.L2(block.l2) if block.l2 else None
                x = keras.layers.Dense(block.units, activation="relu", kernel_regularizer=penalty, name=layer.name)(x)
                if block.dropout:
                    x = keras.layers.Dropout(block.dropout, name=f"{layer.name}_dropout")(x)
            case "output":
                x = keras.layers.Dense(classes, activation="softmax", name=layer.name)(x)
    return keras.Model(inputs, x, name="network")


def _normalization(name: str) -> keras.layers.BatchNormalization:
    return keras.layers.BatchNormalization(momentum=BATCH_NORMALIZATION_MOMENTUM, name=f"{name}_normalization")
