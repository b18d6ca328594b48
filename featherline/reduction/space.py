"""What the search varies: conv blocks N, dense blocks M, poolings Pi, the sizes of each, and the front end.

A candidate is held in two forms: `Values`, one value for each dimension that it has, from
which neighbours are made and which a study stores; and the `Architecture` that they mean.
"""

import json
from collections.abc import Iterator, Sequence

import numpy as np
import optuna

from featherline.networks.shapes import Shape
from featherline.params import Architecture, ConvBlock, DenseBlock, Space

Value = int | str
Values = dict[str, Value]
"""Dimension -> value, such as `{"conv_blocks": 1, "filters_1": 8, ...}`; blocks count from 1."""

FRONT_END_PREFIX = "frontend."
"""What dimensions of the front end begin with; a key of preprocess follows, and each value is JSON."""
_CONV_CHOICES = ("filters", "kernel", "stride", "convolution")


def dimensions(space: Space, conv_blocks: int, dense_blocks: int) -> dict[str, tuple[Value, ...]]:
    """The dimensions of a candidate with that many blocks, and the values that each may take."""

    def span(low: int, high: int) -> tuple[int, ...]:
        return tuple(range(low, high + 1))

    options: dict[str, tuple[Value, ...]] = {
        "conv_blocks": span(*space.conv_blocks),
        "dense_blocks": span(*space.dense_blocks),
        "head": space.head,
    }
    for block in range(1, conv_blocks + 1):
        options |= {f"{name}_{block}": getattr(space, name) for name in _CONV_CHOICES}
        options[f"poolings_{block}"] = span(*space.poolings)
    for block in range(1, dense_blocks + 1):
        options[f"units_{block}"] = space.units
    for key, choices in space.frontend.items():
        options[f"{FRONT_END_PREFIX}{key}"] = tuple(json.dumps(choice) for choice in choices)
    return options


def draw(space: Space, rng: np.random.Generator) -> Values:
    """One candidate, every dimension drawn uniformly."""
    counts = (int(rng.integers(low, high + 1)) for low, high in (space.conv_blocks, space.dense_blocks))
    conv_blocks, dense_blocks = counts
    values = {name: _drawn(options, rng) for name, options in dimensions(space, conv_blocks, dense_blocks).items()}
    return values | {"conv_blocks": conv_blocks, "dense_blocks": dense_blocks}


def smallest(space: Space) -> Values:
    """The first value of every dimension, of as few blocks as the space allows."""
    options = dimensions(space, space.conv_blocks[0], space.dense_blocks[0])
    return {name: choices[0] for name, choices in options.items()}


def neighbours(values: Values, space: Space, rng: np.random.Generator) -> Iterator[Values]:
    """Every candidate that differs in one dimension; blocks that come with it are drawn."""
    for name, options in dimensions(space, _count(values, "conv_blocks"), _count(values, "dense_blocks")).items():
        for option in options:
            if option != values[name]:
                yield _completed(values | {name: option}, space, rng)


def mutant(values: Values, space: Space, rng: np.random.Generator) -> Values:
    """A candidate that differs in one dimension or two."""
    options = dimensions(space, _count(values, "conv_blocks"), _count(values, "dense_blocks"))
    others = {name: [o for o in choices if o != values[name]] for name, choices in options.items() if len(choices) > 1}
    for name in rng.permutation(list(others))[: int(rng.integers(1, 3))]:
        if name in values:
            values = _completed(values | {str(name): _drawn(others[name], rng)}, space, rng)
    return values


def architecture(values: Values, input_shape: Shape, space: Space, dropout: float, l2: float = 0.0) -> Architecture:
    """The architecture that values mean for an input of (height, width, channels).

    Of the poolings of a block, as many are taken as the input has room for, once the blocks
    behind it have their fewest: most deep candidates would otherwise not fit at all.
    """
    conv_blocks = []
    longest, fewest, count = max(input_shape[:2]), space.poolings[0], _count(values, "conv_blocks")
    for number in range(1, count + 1):
        stride = _count(values, f"stride_{number}")
        longest = -(-longest // min(stride, longest))
        # Each pooling halves the sides, so the longer one says how often there is something to pool.
        behind = [_count(values, f"stride_{later}") for later in range(number + 1, count + 1)]
        poolings = _count(values, f"poolings_{number}")
        while poolings > fewest and not _fits(longest >> poolings, behind, fewest):
            poolings -= 1
        longest = max(1, longest >> poolings)
        block = {name: values[f"{name}_{number}"] for name in _CONV_CHOICES}
        conv_blocks.append(ConvBlock.model_validate(block | {"poolings": poolings}))
    dense_blocks = [
        DenseBlock(units=_count(values, f"units_{number}"), dropout=dropout, l2=l2)
        for number in range(1, _count(values, "dense_blocks") + 1)
    ]
    return Architecture.model_validate(
        {"conv_blocks": conv_blocks, "dense_blocks": dense_blocks, "head": values["head"]}
    )


def _count(values: Values, name: str) -> int:
    """A dimension that is a number: all but convolution and head are."""
    return int(values[name])


def _fits(longest: int, strides: list[int], fewest: int) -> bool:
    for stride in strides:
        longest = -(-longest // stride) >> fewest
    return longest >= 1


def distributions(values: Values, space: Space) -> dict[str, optuna.distributions.BaseDistribution]:
    """How an Optuna study describes the dimensions of a candidate."""
    options = dimensions(space, _count(values, "conv_blocks"), _count(values, "dense_blocks"))
    return {name: optuna.distributions.CategoricalDistribution(options[name]) for name in values}


def _completed(values: Values, space: Space, rng: np.random.Generator) -> Values:
    """Drops what the blocks no longer have, draws what they lack."""
    options = dimensions(space, _count(values, "conv_blocks"), _count(values, "dense_blocks"))
    return {name: values[name] if name in values else _drawn(choices, rng) for name, choices in options.items()}


def _drawn(options: Sequence[Value], rng: np.random.Generator) -> Value:
    return options[int(rng.integers(len(options)))]
