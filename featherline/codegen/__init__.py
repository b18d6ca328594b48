"""From a .tflite file in int8 to plain C without an interpreter, equal to TensorFlow Lite Micro to the byte."""

from featherline.codegen.golden_check import Golden, check_file
from featherline.codegen.lowering import Program, lower

__all__ = ["Golden", "Program", "check_file", "lower"]
