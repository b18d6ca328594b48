"""Training that ends with the same bytes on every processor.

Lift this file out if that is your problem too: it needs numpy, TensorFlow and Keras, and nothing else of this project.

Why other processors give other weights: sums are taken in another order (vectors of another width, caches of another
size), and a few float32 instructions (`rsqrt`, `reciprocal`) are approximate, each maker's in its own way. The
differences begin at the last bit and grow with each step. What ends that, each part with its reason:

- Everything is computed in float64, where that noise is about 1e-16 of a tensor's largest entry.
- Each gradient is rounded to a grid, 12 bits below the power of two above its largest entry. Noise of 1e-16 moves an
  entry across the middle between two places of that grid about once in 10^12; everywhere else it is cut off before it
  can grow. Twelve bits are far finer than the noise that a batch has by the choice of its items. A tensor's largest
  entry counts as 2^-10 of the largest of all tensors at least: some gradients are zero on paper (a shift that a later
  batch normalization takes away), so that all of them is noise, and Adam would make full steps of it.
- Batch statistics are rounded in the same way before they enter the moving averages that are kept.
- Adam is written out in additions, multiplications, divisions and square roots, which IEEE 754 rounds correctly
  everywhere. Its learning rates are computed beforehand, on a grid as well, because `cos` and `pow` belong to the
  C library.
- What is random (the order of items, dropout) is integer arithmetic. Dropout draws by item and not by place in the
  batch, so that it does not matter where in its batch an item stands.

The law that a test can hold on one machine: items permuted within every batch are the same gradient on paper, summed
in another order, and give the same bytes. float32 breaks it at once, float64 without the grid after some hundred steps.

Example:
    >>> trainer = Trainer(network, inputs, labels, batch_size=32, rates=cosine(1e-2, 500), seed=1)
    >>> for _ in range(10):
    ...     loss, accuracy = trainer.epoch()
    >>> network.set_weights(trainer.weights())  # float32
"""

import math
from collections.abc import Callable

import keras
import numpy as np
import tensorflow as tf

Gradient = Callable[[tf.Tensor], tuple[tf.Tensor | None, ...]]

GRADIENT_BITS = 12
FLOOR_BITS = 10
STATISTICS_BITS = 16
RATE_BITS = 20

_BETA_1, _BETA_2, _EPSILON = 0.9, 0.999, 1e-7
_EXPONENT = 0x7FF0000000000000  # of a float64
_SMALLEST = 2.0**-900  # what is below counts as zero: its grid would leave the range of float64
_EVALUATION_BATCH = 1024


def cosine(rate: float, steps: int) -> np.ndarray:
    """Learning rates that fall from `rate` to zero along half a cosine; float64, shape (steps,)."""
    places = np.array([0.5 * (1.0 + math.cos(math.pi * step / steps)) for step in range(steps)])
    return rate * np.round(places * 2.0**RATE_BITS) / 2.0**RATE_BITS


def powers_above(tops: tf.Tensor) -> tf.Tensor:
    """The power of two above each number, read from its bits: a logarithm may be off by one in its last place."""
    exponents = tf.bitwise.bitwise_and(tf.bitcast(tf.maximum(tops, _SMALLEST), tf.int64), _EXPONENT)
    return 2.0 * tf.bitcast(exponents, tf.float64)


def tensor_on_grid(values: tf.Tensor, bits: int, scale: float | tf.Tensor = 0.0) -> tf.Tensor:
    """A float64 tensor with its entries rounded to `bits` below the power of two above the largest of them.

    Other dtypes, which are there to be compared with, stay as they are.

    Args:
        scale: counts as an entry, for values that may be zero but for the noise of larger ones.
    """
    if values.dtype != tf.float64:
        return values
    step = powers_above(tf.maximum(tf.reduce_max(tf.abs(values)), scale)) * 2.0**-bits
    return tf.round(values / step) * step


@tf.custom_gradient  # type: ignore[untyped-decorator]  # TensorFlow has no types that mypy can follow
def _normalized(
    inputs: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor, mean: tf.Tensor, inverse: tf.Tensor
) -> tuple[tf.Tensor, Gradient]:
    """Batch normalization by the batch's own statistics, with the gradient written out: three passes less."""
    centred = (inputs - mean) * inverse

    def gradient(upstream: tf.Tensor) -> tuple[tf.Tensor | None, ...]:
        axes = list(range(inputs.shape.rank - 1))
        count = tf.cast(tf.size(inputs) // tf.size(mean), inputs.dtype)
        of_beta, of_gamma = tf.reduce_sum(upstream, axes), tf.reduce_sum(upstream * centred, axes)
        of_inputs = gamma * inverse * (upstream - (of_beta + centred * of_gamma) / count)
        return of_inputs, of_gamma, of_beta, None, None

    return gamma * centred + beta, gradient


@keras.saving.register_keras_serializable("featherline")
class GridBatchNormalization(keras.layers.BatchNormalization):  # type: ignore[misc]  # Keras has no types
    """Batch normalization over the last axis whose moving statistics follow batch statistics on a grid."""

    def call(self, inputs: tf.Tensor, training: bool | None = None, mask: tf.Tensor | None = None) -> tf.Tensor:
        shape = self.moving_mean.shape
        gamma = self.gamma if self.scale else tf.ones(shape, inputs.dtype)
        beta = self.beta if self.center else tf.zeros(shape, inputs.dtype)
        if not training:
            factor = gamma / tf.sqrt(self.moving_variance + self.epsilon)
            return (inputs - self.moving_mean) * factor + beta
        axes = list(range(inputs.shape.rank - 1))
        mean = tf.stop_gradient(tf.reduce_mean(inputs, axes))
        variance = tf.stop_gradient(tf.reduce_mean(tf.square(inputs - mean), axes))
        deviation = tf.sqrt(tf.reduce_max(variance))  # behind another normalization, means are zero on paper
        for moving, batch, scale in ((self.moving_mean, mean, deviation), (self.moving_variance, variance, 0.0)):
            moving.assign(
                self.momentum * moving + (1.0 - self.momentum) * tensor_on_grid(batch, STATISTICS_BITS, scale)
            )
        return _normalized(
            inputs,
            tf.convert_to_tensor(gamma),
            tf.convert_to_tensor(beta),
            mean,
            1.0 / tf.sqrt(variance + self.epsilon),
        )


def _mixed(numbers: tf.Tensor) -> tf.Tensor:
    """Scrambles uint64 numbers so that each bit depends on all (the finalizer of SplitMix64, Steele et al. 2014)."""
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        numbers = tf.bitwise.bitwise_xor(numbers, tf.bitwise.right_shift(numbers, tf.constant(shift, tf.uint64)))
        numbers *= tf.constant(factor, tf.uint64)
    return tf.bitwise.bitwise_xor(numbers, tf.bitwise.right_shift(numbers, tf.constant(31, tf.uint64)))


@keras.saving.register_keras_serializable("featherline")
class ItemDropout(keras.layers.Dropout):  # type: ignore[misc]  # Keras has no types
    """Dropout that draws by item: `keys` (uint64, one for each item of the batch) are set before each call."""

    keys: tf.Tensor = None

    def call(self, inputs: tf.Tensor, training: bool = False) -> tf.Tensor:
        if not training or not self.rate:
            return inputs
        entries = tf.cast(tf.range(tf.size(inputs[0]), dtype=tf.int64), tf.uint64)
        drawn = _mixed(self.keys[:, None] + entries[None] * tf.constant(0x9E3779B97F4A7C15, tf.uint64))
        kept = tf.bitwise.right_shift(drawn, tf.constant(32, tf.uint64)) >= tf.constant(
            round(self.rate * 2**32), tf.uint64
        )
        return inputs * tf.reshape(tf.cast(kept, inputs.dtype) / (1.0 - self.rate), tf.shape(inputs))


class _Passed(keras.layers.Layer):  # type: ignore[misc]  # Keras has no types
    """Stands where a softmax was."""

    def call(self, inputs: tf.Tensor, mask: tf.Tensor | None = None) -> tf.Tensor:
        return inputs


_ON_GRID: dict[type[keras.Layer], type[keras.Layer]] = {
    keras.layers.BatchNormalization: GridBatchNormalization,
    keras.layers.Dropout: ItemDropout,
}


def twin(network: keras.Model, dtype: str = "float64") -> keras.Model:
    """The same layers and weights in another dtype, ending with logits in place of the softmax.

    Args:
        network: with one input, ending with a softmax as activation of its last layer or as a layer of its own.
        dtype: of every weight and every intermediate value.
    """

    def changed(layer: keras.Layer) -> keras.Layer:
        config = layer.get_config() | {"dtype": dtype}
        if layer.output is network.output:
            if isinstance(layer, keras.layers.Softmax):
                return _Passed(name=layer.name, dtype=dtype)
            if config.get("activation") == "softmax":
                config["activation"] = "linear"
        return _ON_GRID.get(type(layer), type(layer)).from_config(config)

    entry = keras.Input(network.input_shape[1:], name="input", dtype=dtype)
    copy = keras.models.clone_model(network, input_tensors=entry, clone_function=changed)
    copy.set_weights([np.asarray(weight, dtype) for weight in network.get_weights()])
    return copy


def _traced(function: Callable[..., object], *signature: tf.TensorSpec) -> tf.types.experimental.ConcreteFunction:
    return tf.function(function, input_signature=signature, autograph=False).get_concrete_function()


class Logits:
    """What a network of `twin` gives for inputs; traced once, with whatever weights it has when it is asked."""

    def __init__(self, network: keras.Model):
        def give(batch: tf.Tensor) -> tf.Tensor:
            return network(tf.cast(batch, network.input.dtype), training=False)

        self._give = _traced(give, tf.TensorSpec(network.input.shape, tf.float32))

    def __call__(self, inputs: np.ndarray) -> np.ndarray:
        """Shape (items, ...) to (items, classes)."""
        parts = range(0, len(inputs), _EVALUATION_BATCH)
        return np.concatenate([self._give(tf.constant(inputs[at : at + _EVALUATION_BATCH])).numpy() for at in parts])


class Trainer:
    """Adam on a classifier in float64 with gradients on a grid; it works on a copy and leaves the network as it is."""

    def __init__(
        self,
        network: keras.Model,
        inputs: np.ndarray,
        labels: np.ndarray,
        *,
        batch_size: int,
        rates: np.ndarray,
        seed: int,
        weights: np.ndarray | None = None,
        answers: np.ndarray | None = None,
        share: float = 0.0,
        temperature: float = 1.0,
        bits: int | None = GRADIENT_BITS,
        dtype: str = "float64",
        permutation: int | None = None,
    ):
        """Prepares a training; nothing is computed yet.

        Args:
            network: float32, ending with a softmax.
            inputs: shape (items, ...); labels: integers, shape (items,).
            batch_size: items of a step; the last batch of an epoch may be smaller.
            rates: the learning rate of each step.
            seed: of the order of items and of dropout.
            weights: of each item in the loss; None weighs all alike.
            answers: softened probabilities of a teacher, shape (items, classes); they take `share` of the loss, at
                `temperature` (Hinton et al., arXiv:1503.02531).
            bits: of the gradients' grid; None leaves them as they are.
            dtype: of the arithmetic. Other than float64, or without a grid, equal bytes are not promised: both are
                there to be compared with.
            permutation: a seed that permutes items within each batch, for the test of the law above.
        """
        self.network = twin(network, dtype)
        self._bits, self._dtype, self._batch = bits if dtype == "float64" else None, dtype, batch_size
        self._order = np.random.Generator(np.random.PCG64(seed))
        self._permutation = None if permutation is None else np.random.Generator(np.random.PCG64(permutation))
        count = len(labels)
        weights = np.ones(count) if weights is None else weights
        self._inputs, self._labels = tf.constant(inputs), tf.constant(labels, tf.int32)
        self._weights = tf.constant(weights, dtype)
        self._answers = tf.constant(np.zeros((count, 1)) if answers is None else answers, dtype)
        self._share, self._temperature = 0.0 if answers is None else share, temperature
        self._rates, self._step = _corrected(rates), 0
        variables = [variable.value for variable in self.network.trainable_variables]
        self._sizes = [int(np.prod(variable.shape)) for variable in variables]
        self._segments = tf.constant(np.repeat(np.arange(len(variables)), self._sizes), tf.int32)
        self._moments = [tf.Variable(tf.zeros(sum(self._sizes), dtype)) for _ in range(2)]
        self._dropouts = [layer for layer in self.network.layers if isinstance(layer, ItemDropout)]
        self._seed = seed
        self.logits = Logits(self.network)
        self._run = _traced(
            self._epoch, tf.TensorSpec([None], tf.int32), tf.TensorSpec([None], dtype), tf.TensorSpec([], tf.int64)
        )

    def epoch(self) -> tuple[float, float]:
        """Trains on every item once; returns the mean loss and the weighted accuracy along the way."""
        count = len(self._labels)
        order = self._order.permutation(count)
        if self._permutation is not None:
            for at in range(0, count, self._batch):
                order[at : at + self._batch] = self._permutation.permutation(order[at : at + self._batch])
        steps = -(-count // self._batch)
        rates = self._rates[self._step : self._step + steps]
        if len(rates) < steps:
            raise ValueError(f"rates has {len(self._rates)} steps, and this epoch ends at {self._step + steps}.")
        loss, right, weight = self._run(
            tf.constant(order, tf.int32), tf.constant(rates, self._dtype), tf.constant(self._step, tf.int64)
        )
        self._step += steps
        return float(loss) / count, float(right) / float(weight)

    def weights(self) -> list[np.ndarray]:
        """Every weight as float32, in the order of the network's `set_weights`."""
        return [weight.astype(np.float32) for weight in self.network.get_weights()]

    def _epoch(self, order: tf.Tensor, rates: tf.Tensor, first: tf.Tensor) -> tuple[tf.Tensor, ...]:
        """All steps of an epoch in one graph: between small steps Python would cost more than the arithmetic."""
        zero = tf.zeros((), self._dtype)

        def body(step: tf.Tensor, loss: tf.Tensor, right: tf.Tensor, weight: tf.Tensor) -> tuple[tf.Tensor, ...]:
            items = order[step * self._batch : (step + 1) * self._batch]
            figures = self._train_batch(items, rates[step], first + tf.cast(step, tf.int64))
            return step + 1, loss + figures[0], right + figures[1], weight + figures[2]

        loop = tf.while_loop(lambda step, *_: step < tf.size(rates), body, (0, zero, zero, zero), parallel_iterations=1)
        figures: tuple[tf.Tensor, ...] = loop[1:]
        return figures

    def _train_batch(self, items: tf.Tensor, rate: tf.Tensor, step: tf.Tensor) -> tuple[tf.Tensor, ...]:
        gradients, figures = self.gradients(items, step)
        flat, steps = self.laid_out(gradients)
        if self._bits is not None:
            flat = tf.round(flat / steps) * steps
        self._apply(flat, rate)
        return figures

    def gradients(self, items: tf.Tensor, step: tf.Tensor) -> tuple[list[tf.Tensor], tuple[tf.Tensor, ...]]:
        """Gradients of every trainable weight for a batch, before the grid; moving statistics move.

        Args:
            items: int32 tensor, the places of the batch's items.
            step: int64 scalar tensor, which step of the training this is: dropout draws by it.

        Returns:
            The gradients, and of the batch the summed loss, the summed weights of the items it gets right, and of all.
        """
        labels, weights = tf.gather(self._labels, items), tf.gather(self._weights, items)
        keys = tf.cast(tf.cast(items, tf.int64) + step * len(self._labels), tf.uint64)
        for place, dropout in enumerate(self._dropouts):
            offset = ((self._seed << 8) + place + 1) * 0xD1342543DE82EF95 % 2**64
            dropout.keys = _mixed(keys + tf.constant(offset, tf.uint64))
        count = tf.cast(tf.size(items), self._dtype)
        with tf.GradientTape() as tape:
            given = self.network(tf.cast(tf.gather(self._inputs, items), self._dtype), training=True)
            each = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, given)
            if self._share:
                # The gradient of softened answers shrinks with the square of the temperature.
                taught = tf.nn.softmax_cross_entropy_with_logits(
                    tf.gather(self._answers, items), given / self._temperature
                )
                each = (1.0 - self._share) * each + self._share * self._temperature**2 * taught
            loss = tf.add_n([tf.reduce_sum(weights * each) / count, *self.network.losses])
        gradients = tape.gradient(loss, [variable.value for variable in self.network.trainable_variables])
        right = tf.cast(tf.argmax(given, axis=1, output_type=tf.int32) == labels, self._dtype)
        return gradients, (loss * count, tf.reduce_sum(weights * right), tf.reduce_sum(weights))

    def laid_out(self, gradients: list[tf.Tensor]) -> tuple[tf.Tensor, tf.Tensor | None]:
        """All gradients end to end, and for each entry the step of its grid (in float64); two flat tensors."""
        flat = tf.concat([tf.reshape(gradient, [-1]) for gradient in gradients], 0)
        if flat.dtype != tf.float64:
            return flat, None
        tops = tf.stack([tf.reduce_max(tf.abs(gradient)) for gradient in gradients])
        tops = tf.maximum(tops, tf.reduce_max(tops) * 2.0**-FLOOR_BITS)
        return flat, tf.gather(powers_above(tops) * 2.0 ** -(self._bits or GRADIENT_BITS), self._segments)

    def _apply(self, flat: tf.Tensor, rate: tf.Tensor) -> None:
        """Adam (Kingma and Ba, arXiv:1412.6980) on all weights laid end to end."""
        mean, square = self._moments
        mean.assign_add((flat - mean) * (1.0 - _BETA_1))
        square.assign_add((flat * flat - square) * (1.0 - _BETA_2))
        change = rate * mean / (tf.sqrt(square) + _EPSILON)
        variables = [variable.value for variable in self.network.trainable_variables]
        for variable, part in zip(variables, tf.split(change, self._sizes), strict=True):
            variable.assign_sub(tf.reshape(part, variable.shape))


def _corrected(rates: np.ndarray) -> np.ndarray:
    """Learning rates with Adam's corrections for moments that begin at zero; powers by multiplication alone."""
    corrected, first, second = [], 1.0, 1.0
    for rate in rates:
        first, second = first * _BETA_1, second * _BETA_2
        corrected.append(rate * math.sqrt(1.0 - second) / (1.0 - first))
    return np.array(corrected)
