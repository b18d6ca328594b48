"""TensorFlow and Keras, imported without their start-up chatter and made deterministic.

The C++ side writes to stderr before any log level is read, so the descriptor itself is
redirected for the time of the import. Whatever needs TensorFlow imports it from here.
"""

from featherline.core.quiet import captured_output

with captured_output():
    import keras
    import tensorflow as tf

# Networks this small gain nothing from a second thread, and sums over one thread have one order
# on every machine.
tf.config.threading.set_intra_op_parallelism_threads(1)
tf.config.threading.set_inter_op_parallelism_threads(1)
tf.config.experimental.enable_op_determinism()
# A search trains each graph for a few seconds: rewriting it first costs more than the rewritten one wins back.
tf.config.optimizer.set_experimental_options({"disable_meta_optimizer": True})

__all__ = ["keras", "tf"]
