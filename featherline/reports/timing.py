"""What an inference takes on a microcontroller: instructions are counted, a time follows from two assumptions."""

CLOCK_MHZ = 64
CYCLES_PER_INSTRUCTION = 1.5
ASSUMED = f"{CLOCK_MHZ} MHz and {CYCLES_PER_INSTRUCTION} cycles per instruction"
COUNTED = (
    "Instructions are counted on an emulated Cortex-M4, as the mean of an inference of the model's C; the time assumes "
    f"{ASSUMED}, and no board was at hand."
)


def time_us(instructions: float) -> float:
    """How long instructions take under the assumptions, in microseconds.

    >>> time_us(64_000)
    1500.0
    """
    return instructions * CYCLES_PER_INSTRUCTION / CLOCK_MHZ
