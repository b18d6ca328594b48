"""The front end of an application in C: the constants of a `frontend.json` beside C that is written by hand.

`sources` gives a header, which is generated, and a source, which is `featherline/firmware/frontend/motion.c`,
`sensor.c` or `audio.c` with the prefix of the program. The header belongs to one model, because scale and zero point
of the model's input are folded into the constants.
"""

from featherline.codegen import naming
from featherline.codegen.frontend import audio, motion, sensor
from featherline.codegen.frontend.header import ALONE, Room
from featherline.core.errors import FeatherlineError
from featherline.records.frontend import AudioConstants, FrontEnd, MotionConstants, SensorConstants
from featherline.tflite.model import Tensor

KINDS = ("motion", "sensor", "log_mel", "mfcc")


def memory_bytes(frontend: FrontEnd, room: Room) -> int:
    """What a front end needs of the memory that it shares with a model, the model's own included.

    Raises:
        FeatherlineError: where there is no C for the front end.
    """
    constants = _constants(frontend)
    if isinstance(constants, MotionConstants):
        return motion.memory_bytes(frontend, constants, room)
    if isinstance(constants, SensorConstants):
        return sensor.memory_bytes(frontend, constants, room)
    return audio.memory_bytes(constants, room)


def writes_input(frontend: FrontEnd) -> bool:
    """Whether features are made anew for each window, so that they may lie where the model has its input."""
    return not isinstance(frontend.frontend, AudioConstants)


def _constants(frontend: FrontEnd) -> MotionConstants | AudioConstants | SensorConstants:
    constants = frontend.frontend
    if not isinstance(constants, MotionConstants | AudioConstants | SensorConstants):
        raise FeatherlineError(
            f"frontend.json is of the kind {constants.kind!r}, and there is C for {', '.join(KINDS)}: "
            "write one by hand."
        )
    return constants


def sources(frontend: FrontEnd, tensor: Tensor, name: str = "model", room: Room = ALONE) -> dict[str, bytes]:
    """Writes the C of a front end.

    Args:
        frontend: what is to be computed.
        tensor: the input of the model that it feeds: int8, with its scale and zero point.
        name: what each file, macro and symbol begins with.
        room: what the model asks of the memory that both share; a front end alone has its own.

    Returns:
        The content of each file by its name: `<name>_frontend.h` and `<name>_frontend.c`.

    Raises:
        FeatherlineError: where the model does not take such features, or the front end asks for
            what the C cannot follow.
    """
    constants = _constants(frontend)
    if tensor.type != "int8" or tensor.scale is None:
        raise FeatherlineError(
            f"The input {tensor.name!r} of the model is {tensor.type}, and the front end writes quantized int8: "
            "convert the model with integer_io true under an int8 scheme."
        )
    if tensor.shape[1:] != frontend.input_shape:
        raise FeatherlineError(
            f"The input {tensor.name!r} of the model has the shape {list(tensor.shape[1:])}, and frontend.json makes "
            f"{list(frontend.input_shape)}: take the two from the same run."
        )
    if isinstance(constants, MotionConstants):
        source, header = motion.SOURCE, motion.header(frontend, constants, tensor, name, room)
    elif isinstance(constants, SensorConstants):
        source, header = sensor.SOURCE, sensor.header(frontend, constants, tensor, name, room)
    else:
        source, header = audio.SOURCE, audio.header(frontend, constants, tensor, name, room)
    return {
        f"{name}_frontend.c": naming.source(f"frontend/{source}", name),
        f"{name}_frontend.h": header.encode(),
    }
