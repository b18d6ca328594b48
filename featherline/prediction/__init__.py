"""A model on somebody's recordings, window by window, as the program in C would answer on a device.

Nothing here needs TensorFlow, TensorFlow Lite Micro or a compiler: `floats`, `constants`, `motion`, `audio`,
`network` and `program` repeat the C of `featherline/firmware` and of `featherline.codegen` in NumPy, to the bit.
"""
