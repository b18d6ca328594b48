"""What the C of a model takes on the emulated Cortex-M4: alone, and with front end and smoothing as one program."""

from featherline.records.base import Record


class LayerCode(Record):
    """A function of the C and what it costs on the emulated Cortex-M4.

    Attributes:
        function: its name. operators: of the model that it stands for.
        macs: their multiply-accumulates.
        instructions: in the mean over the items.
        instructions_per_mac: None where there are no multiply-accumulates.
    """

    function: str
    operators: tuple[str, ...]
    macs: int
    instructions: int
    instructions_per_mac: float | None


class Compiled(Record):
    """What C takes on the emulated Cortex-M4.

    Attributes:
        compiler, optimize: what compiled it, and for what.
        flash_bytes: of code_bytes, weight_bytes, table_bytes (other constants) and data_bytes (initial values).
        ram_bytes: static, with room for input and output. stack_bytes: the deepest.
        io_bytes: input and output.
    """

    compiler: str
    optimize: str
    flash_bytes: int
    code_bytes: int
    weight_bytes: int
    table_bytes: int
    data_bytes: int
    ram_bytes: int
    stack_bytes: int
    io_bytes: int


class Program(Record):
    """Front end, model and smoothing as one program on the emulated Cortex-M4.

    Attributes:
        optimize: of the compiler, such as Os.
        flash_bytes: of code_bytes, weight_bytes, table_bytes (other constants) and data_bytes (initial values).
        ram_bytes: static, with all buffers. stack_bytes: the deepest.
        total_bytes: flash, static RAM and stack together.
        front_end_instructions, model_instructions: from one window to the next.
        samples, seconds: from one window to the next.
    """

    optimize: str
    flash_bytes: int
    code_bytes: int
    weight_bytes: int
    table_bytes: int
    data_bytes: int
    ram_bytes: int
    stack_bytes: int
    total_bytes: int
    front_end_instructions: int
    model_instructions: int
    samples: int
    seconds: float


class Firmware(Compiled):
    """The model in C on the emulated Cortex-M4.

    Attributes:
        items: of the test split that went through it. equal_items: of these, with TFLM's output.
        instructions, instructions_min, instructions_max: of an inference, in the mean, at least and at most.
        macs: multiply-accumulates of an inference.
        layers: its functions in their order.
        program: with front end, of the headline model alone; program_reason: why there is none.
    """

    items: int
    equal_items: int
    instructions: int
    instructions_min: int
    instructions_max: int
    macs: int
    layers: tuple[LayerCode, ...]
    program: Program | None
    program_reason: str | None
