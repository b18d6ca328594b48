"""TensorFlow Lite files: making them from Keras networks, and reading what is in them."""
