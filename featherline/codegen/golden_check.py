"""The file of a C program that tries golden vectors: on a host, on a board, wherever the program runs."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from featherline.codegen import literals, naming
from featherline.codegen.layers import Network
from featherline.codegen.operators.step import C_TYPES


@dataclass(frozen=True)
class Golden:
    """Inputs with the outputs of TensorFlow Lite Micro, one item after another: of each end an array (items, ...).

    A model of one input and one output may have an array for its list.
    """

    inputs: np.ndarray | Sequence[np.ndarray]
    outputs: np.ndarray | Sequence[np.ndarray]


def check_file(name: str) -> str:
    """The file of a program that tries golden vectors."""
    return f"{name}_check.c"


def text(network: Network, name: str, golden: Golden) -> str:
    """The content of the file."""
    if not network.plain:
        return _of_any(network, name, golden)
    inputs, outputs = np.asarray(golden.inputs, np.int8), np.asarray(golden.outputs, np.int8)
    return (
        naming.prefixed(_HEAD, name)
        + f"#define {name.upper()}_CHECK_ITEMS {len(inputs)}\n\n"
        + literals.array("int8_t", f"{name}_check_inputs", inputs)
        + literals.array("int8_t", f"{name}_check_outputs", outputs)
        + naming.prefixed(_BODY + _MAIN, name)
    )


def _of_any(network: Network, name: str, golden: Golden) -> str:
    """A check of any inputs and outputs: the items are a sequence, before which all is forgotten."""
    ends = [("input", network.sources, golden.inputs), ("output", network.results, golden.outputs)]
    parts, lines, arguments, items = [], [], [], 0
    if network.states:
        lines.append(f"  {name}_reset();")
    lines += [f"  for (int item = 0; item < {name.upper()}_CHECK_ITEMS; ++item) {{", "    int differs = 0;"]
    compared = []
    for end, tensors, given in ends:
        arrays = [given] if isinstance(given, np.ndarray) else list(given)
        for place, (tensor, values) in enumerate(zip(tensors, arrays, strict=True)):
            title, kind = f"{name}_check_{end}_{place}", C_TYPES[tensor.type]
            parts.append(literals.array(kind, title, np.asarray(values, tensor.type)))
            items = len(values)
            at = f"{title} + (int32_t)item * {tensor.elements}"
            if end == "input":
                arguments.append(at)
                continue
            parts.append(f"static {kind} {name}_check_now_{place}[{tensor.elements}];\n")
            arguments.append(f"{name}_check_now_{place}")
            compared += [
                f"    for (int32_t i = 0; i < {tensor.elements}; ++i) {{",
                f"      differs |= {name}_check_now_{place}[i] != ({at})[i];",
                "    }",
            ]
    lines += [f"    {name}_invoke({', '.join(arguments)});", *compared, "    wrong += differs;", "  }"]
    body = "\n".join([f"int {name}_check(void)", "{", "  int wrong = 0;", *lines, "  return wrong;", "}", ""])
    head = naming.prefixed(_HEAD, name) + f"#define {name.upper()}_CHECK_ITEMS {items}\n\n"
    return head + "".join(parts) + "\n" + body + naming.prefixed(_MAIN, name)


_HEAD = """\
/* Tries nn_invoke on inputs whose outputs are known from TensorFlow Lite Micro. */
#include "nn.h"

"""
_BODY = """
int nn_check(void)
{
  static int8_t output[NN_OUTPUT_BYTES];
  const int8_t *input = nn_check_inputs, *expected = nn_check_outputs;
  int wrong = 0;
  for (int item = 0; item < NN_CHECK_ITEMS; ++item, input += NN_INPUT_BYTES) {
    int differs = 0;
    nn_invoke(input, output);
    for (int32_t i = 0; i < NN_OUTPUT_BYTES; ++i) {
      differs |= output[i] != *expected++;
    }
    wrong += differs;
  }
  return wrong;
}
"""
_MAIN = """
#if defined(NN_CHECK_MAIN)
#include <stdio.h>

int main(void)
{
  const int wrong = nn_check();
  printf("nn_check: %d of %d items right\\n", NN_CHECK_ITEMS - wrong, NN_CHECK_ITEMS);
  return wrong != 0;
}
#endif
"""
