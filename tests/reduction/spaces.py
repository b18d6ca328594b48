"""The search space that tests search; they change what they are about with `model_copy`."""

from featherline.params import Space

WIDE = Space(
    conv_blocks=(1, 3),
    poolings=(0, 3),
    filters=(4, 8),
    kernel=(3, 5),
    stride=(1, 2),
    convolution=("plain", "separable"),
    dense_blocks=(0, 2),
    units=(8, 16),
    head=("flatten", "global_average"),
)
