"""From a trained network to what a board gets: a .tflite file proven equal on TensorFlow Lite Micro, C and sketches."""
