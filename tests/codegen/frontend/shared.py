"""A front end whose memory a model writes over after each window."""

import ctypes

import numpy as np

from featherline.codegen import frontend as c_frontend
from featherline.codegen.frontend.header import Room
from featherline.emulator import host_program
from featherline.records.frontend import FrontEnd
from featherline.tflite.model import Tensor

GARBAGE = 0x5A


def features_beside_model(frontend: FrontEnd, tensor: Tensor, samples: np.ndarray, room: Room) -> np.ndarray:
    """Features of each window, int8, shape (windows, values); all that the room promises is garbage between them."""
    shared_bytes = c_frontend.memory_bytes(frontend, room)
    sources = c_frontend.sources(frontend, tensor, room=room)
    declared = f"int32_t model_memory[{shared_bytes // 4}];\n"
    sources["model.h"] = f"extern {declared}".encode()
    sources["model.c"] = f'#include <stdint.h>\n#include "model.h"\n{declared}'.encode()
    library = host_program.load(sources)
    block = (ctypes.c_int8 * shared_bytes).in_dll(library, "model_memory")
    due, found = ctypes.POINTER(ctypes.c_int8)(), []
    for place in range(len(samples)):
        sample = samples[place : place + 1].ctypes.data_as(ctypes.POINTER(ctypes.c_int16))
        assert library.model_frontend_push(sample, 1, ctypes.byref(due)) == 1
        if due:
            found.append(np.ctypeslib.as_array(due, (tensor.elements,)).copy())
            if c_frontend.writes_input(frontend):
                assert ctypes.addressof(due.contents) - ctypes.addressof(block) == room.input_offset
            ctypes.memset(block, GARBAGE, room.model_bytes)
    return np.array(found)
