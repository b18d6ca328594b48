"""Each operator that C can be written for, as a layer of the program.

RESHAPE is none of them: it moves nothing, and `lowering` leaves it out.
"""

from collections.abc import Callable

from featherline.codegen.layers import Layer
from featherline.codegen.operators import activations, arithmetic, convolutions, reductions
from featherline.codegen.operators.step import Step

LOWER: dict[str, Callable[[Step], Layer]] = {
    "CONV_2D": convolutions.conv,
    "DEPTHWISE_CONV_2D": convolutions.depthwise,
    "FULLY_CONNECTED": convolutions.dense,
    "MAX_POOL_2D": reductions.pool,
    "AVERAGE_POOL_2D": reductions.pool,
    "REDUCE_MAX": reductions.reduce_max,
    "MEAN": reductions.mean,
    "ADD": arithmetic.add,
    "MUL": arithmetic.mul,
    "RELU": activations.relu,
    "LOGISTIC": activations.logistic,
    "SOFTMAX": activations.softmax,
}
"""What lowers an operator, by its name."""
