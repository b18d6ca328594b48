"""From a Keras network to the bytes of a .tflite file, under one of the quantization schemes.

The only module that imports TensorFlow's converter.
"""

import functools
import gc
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import get_args

import numpy as np

from featherline.core.errors import FeatherlineError
from featherline.core.quiet import captured_output
from featherline.networks import folding
from featherline.networks.backend import keras, tf
from featherline.networks.fake_quantization import (
    RoundedDense,
    RoundedDepthwiseConv2D,
    integers,
    rounded_layers,
    unrounded,
)
from featherline.params import KERNEL_BITS, Scheme
from featherline.tflite import few_bits, network_inputs, ranges

CALIBRATED = ("int8", "int16x8")
_OPERATORS = {
    "int8": tf.lite.OpsSet.TFLITE_BUILTINS_INT8,
    "int16x8": tf.lite.OpsSet.EXPERIMENTAL_TFLITE_BUILTINS_ACTIVATIONS_INT16_WEIGHTS_INT8,
}
_INTERFACE = {"int8": tf.int8, "int16x8": tf.int16}
_REMARK = re.compile(r"\s*[IW]\d{4} ")  # what absl logs of information and warnings
_SIGNATURE = "serving_default"  # what a SavedModel calls the function that a server calls

NewConverter = Callable[[], tf.lite.TFLiteConverter]
Configure = Callable[[tf.lite.TFLiteConverter], None]


def convert(
    network: keras.Model, scheme: Scheme, calibration: np.ndarray | None = None, integer_io: bool = True
) -> bytes:
    """Converts a network to TensorFlow Lite; equal networks give equal bytes, on any processor with AVX2.

    Batch normalization is folded before (`networks.folding`), and ranges of activations come from LiteRT's
    reference kernels (`tflite.ranges`). What the converter then does with weights and ranges is value by value:
    it takes largest values, divides, rounds and casts, all exact by IEEE 754. Left is what it calculates ahead
    of a layer that the builder does not know, and of a normalization in a network within the network.

    A network that was fine-tuned for few bits is converted by `rounded_forms`.

    Args:
        network: a classifier with one input and one softmax vector as output.
        scheme: `none` keeps float32; `float16` stores weights as float16; `dynamic_range`
            stores large weights as int8 and calculates in float; `int8` stores and
            calculates in int8; `int16x8` stores int8 weights and calculates in int16.
        calibration: float32, shape (items, height, width, channels), inputs from the
            training split; `int8` and `int16x8` take the ranges of activations from them.
        integer_io: whether input and output of `int8` and `int16x8` are integers too, with
            the scale and zero point that the file holds.

    Returns:
        The content of a .tflite file, for a batch of one.

    Raises:
        FeatherlineError: where the scheme is unknown or lacks calibration items, a weight is
            not finite, the network is no classifier, or the converter refuses it; then with
            the converter's own words.
    """
    return convert_all(network, [scheme], calibration, integer_io)[scheme]


def convert_all(
    network: keras.Model, schemes: Sequence[Scheme], calibration: np.ndarray | None = None, integer_io: bool = True
) -> dict[Scheme, bytes]:
    """Converts a network under several schemes and exports it once for all of them.

    Args, Raises: as for `convert`.

    Returns:
        The content of a .tflite file for each scheme.
    """
    plain = [known for known in get_args(Scheme) if known not in KERNEL_BITS]
    for scheme in schemes:
        if scheme not in plain:
            raise FeatherlineError(f"There is no scheme {scheme!r}: it must be one of {', '.join(plain)}.")
    _check_network(network)
    for scheme in schemes:
        if scheme in CALIBRATED:
            _check_calibration(network, scheme, calibration)
    return _all(network, schemes, calibration, integer_io)


def convert_any(
    network: keras.Model,
    schemes: Sequence[Scheme],
    calibration: Mapping[str, np.ndarray] | None = None,
    integer_io: bool = True,
) -> dict[Scheme, bytes]:
    """As `convert_all`, of a network of any inputs and outputs.

    Args:
        network: any Keras model.
        schemes, integer_io: as for `convert_all`.
        calibration: as of `network_inputs.match_inputs`; None where no scheme needs it.

    Raises:
        FeatherlineError: as of `convert`, but that any outputs will do.
    """
    _check_finite(network)
    return _all(network, schemes, calibration, integer_io)


def _all(
    network: keras.Model,
    schemes: Sequence[Scheme],
    calibration: np.ndarray | Mapping[str, np.ndarray] | None,
    integer_io: bool,
) -> dict[Scheme, bytes]:
    folded = folding.fold(network, keep_stray=True) if network_inputs.is_graph(network) else network
    with _exported(folded) as new_converter:
        return {
            scheme: _converted(network, scheme, new_converter, _settings(scheme, calibration, integer_io))
            for scheme in schemes
        }


def _settings(scheme: Scheme, calibration: np.ndarray | Mapping[str, np.ndarray] | None, integer_io: bool) -> Configure:
    def configure(converter: tf.lite.TFLiteConverter) -> None:
        if scheme != "none":
            converter.optimizations = [tf.lite.Optimize.DEFAULT]
        if scheme == "float16":
            converter.target_spec.supported_types = [tf.float16]
        if scheme in CALIBRATED and calibration is not None:
            _set_ranges(converter, calibration)
            converter.target_spec.supported_ops = [_OPERATORS[scheme]]
            if integer_io:
                converter.inference_input_type = converter.inference_output_type = _INTERFACE[scheme]

    return configure


def _set_ranges(converter: tf.lite.TFLiteConverter, calibration: np.ndarray | Mapping[str, np.ndarray]) -> None:
    """Has a converter quantize with the ranges of `ranges.with_ranges` in place of its calibrator's.

    Of its own parts only the method between calibration and quantizer knows the float model to be quantized, and
    it is private. Fed nothing, the calibrator leaves the ranges that it finds in the model.
    """
    quantize = converter._quantize

    def quantize_with_ranges(content: bytes, *settings: object) -> bytes:
        return bytes(quantize(ranges.with_ranges(bytes(content), calibration), *settings))

    converter._quantize = quantize_with_ranges
    converter.representative_dataset = lambda: iter(())


def rounded_forms(network: keras.Model, integer_io: bool = True) -> tuple[bytes, bytes]:
    """Both files of a network that was trained with fake quantization; they hold the very integers of the training.

    The ranges of activations are those that the network has learned.

    Args:
        network: a rounded network, as of `networks.fine_tuning`.
        integer_io: as of `convert`.

    Returns:
        The content of a .tflite file with every kernel as INT8, and of one with kernels of at most 4 bits stored as
        INT4, where TensorFlow Lite Micro takes them so.

    Raises:
        FeatherlineError: as of `convert`, and where the network is not a rounded one.
    """
    if not rounded_layers(network):
        raise FeatherlineError(
            f"Network {network.name} was not trained with fake quantization: run the stage quantize again."
        )
    _check_network(network)

    def configure(converter: tf.lite.TFLiteConverter) -> None:
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        # A rounded dense kernel has one step; the converter would look for one a unit.
        converter._experimental_disable_per_channel_quantization_for_dense_layers = True
        if integer_io:
            converter.inference_input_type = converter.inference_output_type = tf.int8

    with _exported(unrounded(network, activations=True)) as new_converter:
        content = _converted(network, "int8", new_converter, configure)
    kernels = [_kernel(layer) for layer in rounded_layers(network)]
    return few_bits.write(content, kernels, pack=False), few_bits.write(content, kernels, pack=True)


def _kernel(layer: keras.Layer) -> few_bits.Kernel:
    """A rounded kernel in the layout of TensorFlow Lite, which has output channels first, or last if depthwise."""
    values, steps = integers(layer)
    if isinstance(layer, RoundedDense):
        values = values.T
    elif isinstance(layer, RoundedDepthwiseConv2D):
        values = values.reshape(1, *values.shape[:2], -1)
    else:
        values = values.transpose(3, 0, 1, 2)
    return few_bits.Kernel(layer.name, values, steps.ravel(), keras.ops.convert_to_numpy(layer.bias))


@contextmanager
def _exported(network: keras.Model) -> Iterator[NewConverter]:
    """Exports a network for one item at a time and yields a function that returns a new converter of it.

    A network that cannot be exported is given to the converter as it is, which then says why it refuses it.
    """
    fixed = network_inputs.with_batch_of_one(network)
    with tempfile.TemporaryDirectory(prefix="featherline-") as folder:
        with captured_output():
            exported = _export(fixed, folder)

        def new_converter() -> tf.lite.TFLiteConverter:
            if not exported:
                return tf.lite.TFLiteConverter.from_keras_model(fixed)
            converter = tf.lite.TFLiteConverter.from_saved_model(folder, signature_keys=[_SIGNATURE])
            # A file says what kind of model it was converted from: this one is a Keras network.
            converter._metadata = tf.lite.TFLiteConverter.from_keras_model(fixed)._metadata
            return converter

        yield new_converter


def _export(network: keras.Model, folder: str) -> bool:
    """Writes a network as a SavedModel, without what it does in training; returns whether Keras could."""
    try:
        archive = keras.export.ExportArchive()
        archive.track(network)
        signature = [tf.TensorSpec(entry.shape, entry.dtype, entry.name) for entry in network.inputs]
        archive.add_endpoint("serve", functools.partial(network.__call__, training=False), signature)
        archive.write_out(folder)
    except Exception:  # whatever a layer may raise
        return False
    return True


def _converted(network: keras.Model, scheme: str, new_converter: NewConverter, configure: Configure) -> bytes:
    attempt = _attempt(network, new_converter, configure)
    if attempt.content is None:
        words = attempt.last_words()
        unknown = re.search(r"not yet supported for op: '(\w+)'", words)
        advice = f" Take the scheme int8, or layers that become no {unknown[1]}." if unknown else ""
        raise FeatherlineError(
            f"Network {network.name} could not be converted to {scheme}: {words}{advice}"
        ) from attempt.failure
    return attempt.content


@dataclass(frozen=True)
class Attempt:
    """What the converter made of a network.

    Attributes:
        content: of a .tflite file; None where it refused.
        failure: its exception; None where it did not refuse.
        chatter: what it wrote meanwhile.
    """

    content: bytes | None
    failure: Exception | None
    chatter: str

    def last_words(self) -> str:
        """Why it refused, in its own words."""
        return _last_words(self.failure, self.chatter)


def attempt_floats(network: keras.Model, select: bool = False, custom: bool = False) -> Attempt:
    """Tries to convert any network to float32, with no more operators than are allowed.

    Args:
        network: of any inputs and outputs, as `network_inputs.with_batch_of_one` returns it.
        select: whether TensorFlow's own operators may stand in the file.
        custom: whether operators may stand in it that neither runtime has.
    """

    def configure(converter: tf.lite.TFLiteConverter) -> None:
        if select:
            converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS, tf.lite.OpsSet.SELECT_TF_OPS]
        converter.allow_custom_ops = custom

    return _attempt(network, lambda: tf.lite.TFLiteConverter.from_keras_model(network), configure)


def _attempt(network: keras.Model, new_converter: NewConverter, configure: Configure) -> Attempt:
    with captured_output() as chatter, _frozen_heap():
        content: bytes | None = None
        failure: Exception | None = None
        try:
            converter = new_converter()
            configure(converter)
            content = converter.convert()
        except Exception as error:  # the converter has no exception of its own for all that can go wrong
            failure = _untraceable(network) if "'NoneType' object is not callable" in str(error) else error
    return Attempt(content, failure, chatter.text)


@contextmanager
def _frozen_heap() -> Iterator[None]:
    """Keeps the million objects of TensorFlow's import from the garbage collections that the converter asks for."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _untraceable(network: keras.Model) -> Exception:
    """Why a network cannot be traced: the converter hides it behind its failure in a way round for Keras 2."""
    try:
        network_inputs.traced(network)
    except Exception as error:  # whatever a layer may raise; Keras prints in bold what matters
        messages = re.findall(r"\x1b\[1m(.+?)\x1b\[0m", str(error)) or re.findall(r"^ *\w+: (.+)", str(error), re.M)
        return ValueError(messages[-1]) if messages else error
    return ValueError(
        "it cannot be traced. The name of the network or of an input may be none that TensorFlow takes for a scope"
    )


def _check_finite(network: keras.Model) -> None:
    for weight in network.weights:
        if not np.isfinite(keras.ops.convert_to_numpy(weight)).all():
            raise FeatherlineError(
                f"Weight {weight.path} of network {network.name} holds NaN or infinity: train it again with a lower "
                "learning_rate."
            )


def _check_network(network: keras.Model) -> None:
    _check_finite(network)
    if len(network.inputs) != 1 or len(network.outputs) != 1:
        raise FeatherlineError(f"Network {network.name} must have one input and one output to be converted.")
    shape = network.output_shape
    if len(shape) != 2 or shape[1] is None or shape[1] < 2 or not _gives_probabilities(network):
        raise FeatherlineError(
            f"Network {network.name} is no classifier: its output of shape {shape} must be a softmax over two classes "
            "or more."
        )


def _gives_probabilities(network: keras.Model) -> bool:
    """Whether outputs are probabilities that sum to 1: by the softmax at the end, else tried on a few random inputs."""
    last = network.outputs[0]._keras_history.operation
    if isinstance(last, keras.layers.Softmax) or getattr(last, "activation", None) is keras.activations.softmax:
        return True  # without running it: TensorFlow has no kernels for channels_first on a CPU
    inputs = np.random.default_rng(0).normal(size=(4, *network.input_shape[1:])).astype(np.float32)
    outputs = keras.ops.convert_to_numpy(network(inputs, training=False))
    return bool((outputs >= 0).all() and np.allclose(outputs.sum(axis=1), 1, atol=1e-3))


def _check_calibration(network: keras.Model, scheme: str, calibration: np.ndarray | None) -> None:
    if calibration is None or len(calibration) == 0:
        raise FeatherlineError(
            f"Scheme {scheme} needs a representative dataset, and it has zero items: set quantize.calibration_items "
            "to 1 or more."
        )
    if calibration.shape[1:] != tuple(network.input_shape[1:]):
        raise FeatherlineError(
            f"Calibration items have the shape {calibration.shape[1:]}, and network {network.name} takes "
            f"{tuple(network.input_shape[1:])}: run the stage quantize again."
        )
    if not np.isfinite(calibration).all():
        raise FeatherlineError(
            "The calibration items hold NaN or infinity: run the stages preprocess and quantize again."
        )


def _last_words(failure: Exception | None, chatter: str) -> str:
    """What went wrong in the converter's own words: the first error, then what it wrote about it."""
    message = str(failure)
    # Compiler diagnostics put a location of some hundred characters beside each error.
    errors = re.findall(r"error: (?:loc\(.*\): )?(.+)", message) or [
        message.strip().partition("\n")[0] or type(failure).__name__
    ]
    # Exporting lists every variable of the network before anything can go wrong.
    written = chatter.rpartition("TensorSpec(")[2].partition("\n")[2] if "TensorSpec(" in chatter else chatter
    lines = [re.sub(r"^loc\(.*\): ", "", line)[:200] for line in written.splitlines() if line.strip()]
    lines = [line.strip() for line in lines if not _REMARK.match(line)]
    return f"{errors[0].rstrip('.')}. The converter wrote: {' / '.join(lines[-3:])}" if lines else errors[0]
