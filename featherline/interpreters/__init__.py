"""LiteRT and TensorFlow Lite Micro: each runs a model on a batch and says what it cost."""
