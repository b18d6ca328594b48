"""What the search varies: conv blocks N, dense blocks M, poolings Pi, and the sizes of each."""

import optuna

from featherline.errors import FeatherlineError
from featherline.networks.shapes import Shape, layers
from featherline.params import Architecture, ConvBlock, DenseBlock, Space


def suggest(trial: optuna.trial.BaseTrial, space: Space, input_shape: Shape, dropout: float) -> Architecture:
    """Asks a trial for one architecture of the space.

    Block sizes are asked for by block, so that the sampler learns what a first block
    should look like apart from a second one. Of the poolings asked for, as many are taken
    as the input has room for: most deep candidates would otherwise not fit, and a sampler
    that is told nothing but so learns nothing.

    Args:
        trial: what proposes each value.
        space: the ranges and choices.
        input_shape: (height, width, channels).
        dropout: of every dense block.
    """
    count = trial.suggest_int("conv_blocks", *space.conv_blocks)
    fewest = space.poolings[0]
    # Each pooling halves the sides, so the longer one says how often there is something to pool.
    room = max(input_shape[:2]).bit_length() - 1
    conv_blocks = []
    for number in range(1, count + 1):
        left_for_others = fewest * (count - number)
        poolings = max(fewest, min(trial.suggest_int(f"poolings_{number}", *space.poolings), room - left_for_others))
        room -= poolings
        conv_blocks.append(
            ConvBlock(
                filters=trial.suggest_categorical(f"filters_{number}", space.filters),
                kernel=trial.suggest_categorical(f"kernel_{number}", space.kernel),
                poolings=poolings,
            )
        )
    dense_blocks = [
        DenseBlock(units=trial.suggest_categorical(f"units_{number}", space.units), dropout=dropout)
        for number in range(1, trial.suggest_int("dense_blocks", *space.dense_blocks) + 1)
    ]
    head = trial.suggest_categorical("head", space.head)
    return Architecture(conv_blocks=conv_blocks, dense_blocks=dense_blocks, head=head)


def check(space: Space, input_shape: Shape, classes: int) -> None:
    """Raises `FeatherlineError` where not even the fewest blocks and poolings fit the input."""
    fewest = Architecture(
        conv_blocks=[
            ConvBlock(filters=min(space.filters), kernel=min(space.kernel), poolings=space.poolings[0])
            for _ in range(space.conv_blocks[0])
        ],
        dense_blocks=[DenseBlock(units=min(space.units)) for _ in range(space.dense_blocks[0])],
        head=space.head[0],
    )
    try:
        layers(fewest, input_shape, classes)
    except FeatherlineError as error:
        raise FeatherlineError(f"The search space holds no network for this input: {error}") from None


def fits(architecture: Architecture, input_shape: Shape, classes: int) -> bool:
    """Whether every pooling of an architecture has something to pool."""
    try:
        layers(architecture, input_shape, classes)
    except FeatherlineError:
        return False
    return True
