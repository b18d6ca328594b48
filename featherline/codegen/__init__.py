"""From a .tflite file in int8 to plain C99 without an interpreter, equal to TensorFlow Lite Micro to the byte."""

from featherline.codegen.generator import CHECK, Golden, generate

__all__ = ["CHECK", "Golden", "generate"]
