"""Runtimes that execute a .tflite file on a batch and say what it costs."""
