"""Training that ends with the same bytes on every processor.

Lift this file and `equal_layers` out if that is your problem too: they need numpy and Keras (which `backend` imports),
and nothing else of this project.

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

import numpy as np

from featherline.networks.backend import keras
from featherline.networks.equal_layers import Dropout, counterpart, mixed, powers_above

GRADIENT_BITS = 12
FLOOR_BITS = 10
RATE_BITS = 20

_BETA_1, _BETA_2, _EPSILON = 0.9, 0.999, 1e-7
EVALUATION_BATCH = 64  # larger ones take memory, and no less time


def cosine(rate: float, steps: int) -> np.ndarray:
    """Learning rates that fall from `rate` to zero along half a cosine; float64, shape (steps,)."""
    places = np.array([0.5 * (1.0 + math.cos(math.pi * step / steps)) for step in range(steps)])
    return rate * np.round(places * 2.0**RATE_BITS) / 2.0**RATE_BITS


class Chain:
    """The layers of a Keras network with their weights in another dtype, ending with logits in place of the softmax.

    Attributes:
        layers: in their order.
    """

    def __init__(self, network: keras.Model, dtype: str = "float64"):
        """Copies a network.

        Args:
            network: a chain with one input, ending with a softmax as activation of its last layer or as a layer of
                its own.
            dtype: of every weight and every intermediate value.

        Raises:
            ValueError: where a layer is of no known kind.
        """
        plain = [layer for layer in network.layers if not isinstance(layer, keras.layers.InputLayer)]
        self.layers = [counterpart(layer, dtype) for layer in plain]
        self._dtype = dtype

    def forward(self, inputs: np.ndarray, training: bool) -> np.ndarray:
        """Logits of a batch, shape (items, classes)."""
        values = inputs.astype(self._dtype)
        for layer in self.layers:
            values = layer.forward(values, training)
        return values

    def backward(self, upstream: np.ndarray) -> list[np.ndarray]:
        """Gradients of every trained weight, from that of the logits of the last batch of `forward`."""
        first = next(place for place, layer in enumerate(self.layers) if layer.trained)
        gradient: np.ndarray | None = upstream
        for place in range(len(self.layers) - 1, first - 1, -1):
            assert gradient is not None
            gradient = self.layers[place].backward(gradient, last=place == first)
        return [gradient for layer in self.layers for gradient in layer.gradients]

    def logits(self, inputs: np.ndarray) -> np.ndarray:
        """What the network gives for inputs of shape (items, ...) with the weights that it has now."""
        parts = range(0, len(inputs), EVALUATION_BATCH)
        with np.errstate(all="ignore"):
            return np.concatenate([self.forward(inputs[at : at + EVALUATION_BATCH], False) for at in parts])

    def penalty(self) -> float:
        """What layers add to the loss, as of the last batch."""
        return math.fsum(layer.penalty for layer in self.layers)

    def weights(self) -> list[np.ndarray]:
        """Every weight, in the order of the network's `set_weights`."""
        return [weight for layer in self.layers for weight in layer.weights]

    def trained(self) -> list[np.ndarray]:
        """Weights that are trained, in the order of the gradients."""
        return [weight for layer in self.layers for weight in layer.weights[: layer.trained]]


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
        self.chain = Chain(network, dtype)
        self._bits, self._dtype, self._batch = bits if dtype == "float64" else None, dtype, batch_size
        self._order = np.random.Generator(np.random.PCG64(seed))
        self._permutation = None if permutation is None else np.random.Generator(np.random.PCG64(permutation))
        self._inputs, self._labels = inputs, np.asarray(labels)
        self._weights = np.ones(len(labels), dtype) if weights is None else weights.astype(dtype)
        self._answers = None if answers is None else answers.astype(dtype)
        self._share, self._temperature = 0.0 if answers is None else share, temperature
        self._rates, self._step = _corrected(rates), 0
        sizes = [weight.size for weight in self.chain.trained()]
        self._ends = np.cumsum(sizes)[:-1]
        self._segments = np.repeat(np.arange(len(sizes)), sizes)
        self._moments = np.zeros(sum(sizes), dtype), np.zeros(sum(sizes), dtype)
        self._dropouts = [layer for layer in self.chain.layers if isinstance(layer, Dropout)]
        self._seed = seed

    def epoch(self) -> tuple[float, float]:
        """Trains on every item once; returns the mean loss and the weighted accuracy along the way."""
        count = len(self._labels)
        order = self._order.permutation(count)
        if self._permutation is not None:
            for at in range(0, count, self._batch):
                order[at : at + self._batch] = self._permutation.permutation(order[at : at + self._batch])
        steps = -(-count // self._batch)
        if len(self._rates) < self._step + steps:
            raise ValueError(f"rates has {len(self._rates)} steps, and this epoch ends at {self._step + steps}.")
        loss = right = weight = 0.0
        # What is no number any more shows in the loss.
        with np.errstate(all="ignore"):
            for at in range(0, count, self._batch):
                gradients, figures = self.gradients(order[at : at + self._batch], self._step)
                flat, grid = self.laid_out(gradients)
                if self._bits is not None:
                    flat = np.rint(flat / grid) * grid
                self._apply(flat, float(self._rates[self._step]))
                self._step += 1
                loss, right, weight = loss + figures[0], right + figures[1], weight + figures[2]
        return loss / count, right / weight

    def weights(self) -> list[np.ndarray]:
        """Every weight as float32, in the order of the network's `set_weights`."""
        return [weight.astype(np.float32) for weight in self.chain.weights()]

    def gradients(self, items: np.ndarray, step: int) -> tuple[list[np.ndarray], tuple[float, float, float]]:
        """Gradients of every trained weight for a batch, before the grid; moving statistics move.

        Args:
            items: the places of the batch's items.
            step: which step of the training this is: dropout draws by it.

        Returns:
            The gradients, and of the batch the summed loss, the summed weights of the items it gets right, and of all.
        """
        labels, weights = self._labels[items], self._weights[items]
        keys = (np.asarray(items, np.int64) + step * len(self._labels)).astype(np.uint64)
        for place, dropout in enumerate(self._dropouts):
            offset = ((self._seed << 8) + place + 1) * 0xD1342543DE82EF95 % 2**64
            dropout.keys = mixed(keys + np.uint64(offset))
        count, rows = len(items), np.arange(len(items))
        given = self.chain.forward(self._inputs[items], training=True)
        upstream, logarithms = _softmax(given)
        each = -logarithms[rows, labels]
        upstream[rows, labels] -= 1.0
        if self._answers is not None and self._share:
            # The gradient of softened answers shrinks with the square of the temperature.
            answers = self._answers[items]
            softened, logarithms = _softmax(given / self._temperature)
            taught = -(answers * logarithms).sum(axis=1)
            each = (1.0 - self._share) * each + self._share * self._temperature**2 * taught
            upstream = (1.0 - self._share) * upstream + self._share * self._temperature * (softened - answers)
        gradients = self.chain.backward(upstream * (weights / count)[:, None])
        loss = float((weights * each).sum()) + self.chain.penalty() * count
        return gradients, (loss, float(weights[given.argmax(axis=1) == labels].sum()), float(weights.sum()))

    def laid_out(self, gradients: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray | None]:
        """All gradients end to end, and for each entry the step of its grid (in float64); two flat arrays."""
        flat = np.concatenate([gradient.reshape(-1) for gradient in gradients])
        if flat.dtype != np.float64:
            return flat, None
        tops = np.array([np.abs(gradient).max() for gradient in gradients])
        tops = np.maximum(tops, tops.max() * 2.0**-FLOOR_BITS)
        return flat, (powers_above(tops) * 2.0 ** -(self._bits or GRADIENT_BITS))[self._segments]

    def _apply(self, flat: np.ndarray, rate: float) -> None:
        """Adam (Kingma and Ba, arXiv:1412.6980) on all weights laid end to end."""
        mean, square = self._moments
        mean += (flat - mean) * (1.0 - _BETA_1)
        square += (flat * flat - square) * (1.0 - _BETA_2)
        change = rate * mean / (np.sqrt(square) + _EPSILON)
        for weight, part in zip(self.chain.trained(), np.split(change, self._ends), strict=True):
            weight -= part.reshape(weight.shape)


def _softmax(logits: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities and their logarithms."""
    shifted = logits - logits.max(axis=1, keepdims=True)
    powers = np.exp(shifted)
    sums = powers.sum(axis=1, keepdims=True)
    return powers / sums, shifted - np.log(sums)


def _corrected(rates: np.ndarray) -> np.ndarray:
    """Learning rates with Adam's corrections for moments that begin at zero; powers by multiplication alone."""
    corrected, first, second = [], 1.0, 1.0
    for rate in rates:
        first, second = first * _BETA_1, second * _BETA_2
        corrected.append(rate * math.sqrt(1.0 - second) / (1.0 - first))
    return np.array(corrected)
