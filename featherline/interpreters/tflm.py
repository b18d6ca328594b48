"""TensorFlow Lite Micro, the interpreter of microcontrollers: what it answers, refuses and needs.

It is the same C++ that runs on the device. What it has to say it writes to the process's
output, so that is captured and read. Models that it cannot run may kill the process:
call `examine` and `run` through `featherline.core.isolation`.
"""

import os
import re
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from featherline.core import isolation
from featherline.core.errors import FeatherlineError
from featherline.core.quiet import captured_output
from featherline.tflite import model as tflite
from featherline.tflite.arena import ALIGNMENT_BYTES, aligned
from featherline.tflite.flatbuffer import BROKEN

try:
    from tflite_micro.python.tflite_micro.runtime import Interpreter
except ImportError:
    Interpreter = None

MISSING = (
    "The package tflite-micro is not installed (its wheel exists for Linux on x86-64 alone): what TensorFlow Lite "
    "Micro makes of the model was left out."
)

_SPARE_BYTES = 1 << 20
# Of an interpreter that refuses a model; its Python part looks into the file before the C++ does.
_FAILURES = (RuntimeError, MemoryError, *BROKEN)


def available() -> bool:
    """Whether TensorFlow Lite Micro is installed here."""
    return Interpreter is not None


@dataclass(frozen=True)
class Examination:
    """What TensorFlow Lite Micro said about a model.

    Attributes:
        reason: why it is not deployable, in the runtime's own words; None where it is.
        outputs: shape (items, classes), in the type of the output tensor; None where it did not run.
        arena_bytes: the smallest tensor arena with which it gives the same output.
        activation_bytes: the arena's head, where tensors live during inference.
        bookkeeping_bytes: its tail, which stays; it holds pointers of this host, so it is an
            upper bound for a 32-bit device.
    """

    reason: str | None
    outputs: np.ndarray | None = None
    arena_bytes: int | None = None
    activation_bytes: int | None = None
    bookkeeping_bytes: int | None = None

    @property
    def deployable(self) -> bool:
        """Whether it ran the model on every item."""
        return self.reason is None


def examine(path: Path | str, inputs: np.ndarray) -> Examination:
    """Runs a model over a batch and finds out what memory it needs.

    Args:
        path: a .tflite file with one input and one output.
        inputs: shape (items, ...), in the type of the input tensor.

    Raises:
        FeatherlineError: where the file is missing or broken.
    """
    return examine_content(Path(path).read_bytes(), tflite.read(path), inputs)


def examine_content(content: bytes, model: tflite.Model, inputs: np.ndarray) -> Examination:
    """As `examine`, of a model that is in memory; arguments as of `run`."""
    arena_bytes = _generous_arena_bytes(model)
    interpreter, ran = _run(content, model, inputs, arena_bytes)
    if interpreter is None or ran.outputs is None:
        return ran
    head, tail = _allocations(interpreter)
    with captured_output():
        smallest = _smallest_arena_bytes(content, inputs[0], ran.outputs[0], head + tail, arena_bytes)
    return Examination(None, ran.outputs, smallest, head, tail)


def examine_any(path: Path | str, inputs: list[np.ndarray], output: int) -> Examination:
    """As `examine`, of a model of any inputs and outputs; the reason is `MISSING` where there is no TFLM.

    Args:
        path: a .tflite file.
        inputs: for each input an array of shape (items, *shape of the input), in its type.
        output: which output to collect; it is flat for each item.

    Raises:
        FeatherlineError: where the file is missing or broken.
    """
    model = tflite.read(path)
    if not available():
        return Examination(reason=MISSING)
    content = Path(path).read_bytes()
    enough = _generous_arena_bytes(model)

    def infer(interpreter: Interpreter, number: int) -> np.ndarray:
        for place, values in enumerate(inputs):
            interpreter.set_input(values[number], place)
        interpreter.invoke()
        isolation.alive()
        return np.array(interpreter.get_output(output)).ravel()

    begun_s = time.monotonic()
    with captured_output() as captured:
        try:
            interpreter = Interpreter.from_bytes(content, arena_size=enough)
            outputs = np.stack([infer(interpreter, number) for number in range(len(inputs[0]))])
        except _FAILURES as error:
            interpreter, failure = None, _failure(error)
    if interpreter is None:
        return Examination(reason=explain(captured.text, failure, model))
    head, tail = _allocations(interpreter)
    limit_s = isolation.LIMIT_S + (time.monotonic() - begun_s)  # one inference is enough for an arena

    def works(arena_bytes: int) -> bool:
        isolation.alive()

        def answers() -> bool:
            again = Interpreter.from_bytes(content, arena_size=arena_bytes)
            return bool(infer(again, 0).tobytes() == outputs[0].tobytes())

        return _survives(answers, limit_s)

    with captured_output():
        smallest = _bisected(works, head + tail, enough)
    return Examination(None, outputs, smallest, head, tail)


def run(content: bytes, model: tflite.Model, inputs: np.ndarray) -> Examination:
    """Runs a model over a batch and asks no more: without figures of memory.

    Args:
        content: of a .tflite file with one input and one output.
        model: what `featherline.tflite.model` reads in it.
        inputs: shape (items, ...), in the type of the input tensor.
    """
    return _run(content, model, inputs, _generous_arena_bytes(model))[1]


def _run(
    content: bytes, model: tflite.Model, inputs: np.ndarray, arena_bytes: int
) -> tuple["Interpreter | None", Examination]:
    if not available():
        raise FeatherlineError(f"{MISSING} Install it, with pip install -r requirements.txt.")
    with captured_output() as captured:
        try:
            interpreter = Interpreter.from_bytes(content, arena_size=arena_bytes)
            return interpreter, Examination(None, np.stack([_infer(interpreter, item) for item in inputs]))
        except _FAILURES as error:
            failure = _failure(error)
    return None, Examination(reason=explain(captured.text, failure, model))


def sequence(
    content: bytes, model: tflite.Model, feeds: Sequence[Sequence[np.ndarray]]
) -> list[list[np.ndarray]] | None:
    """All outputs of a model of any inputs and outputs for one inference after another; None where it does not run.

    Args:
        content: of a .tflite file.
        model: what `featherline.tflite.model` reads in it.
        feeds: for each inference an array for each input, in its shape and type.
    """
    return sequence_or_refusal(content, model, feeds)[0]


def sequence_or_refusal(
    content: bytes, model: tflite.Model, feeds: Sequence[Sequence[np.ndarray]]
) -> tuple[list[list[np.ndarray]] | None, str]:
    """As `sequence`, with the reason, in the runtime's own words, where there are no outputs."""
    if not available():
        return None, MISSING
    with captured_output() as captured:
        try:
            interpreter = Interpreter.from_bytes(content, arena_size=_generous_arena_bytes(model))
            answers = []
            for feed in feeds:
                for place, values in enumerate(feed):
                    interpreter.set_input(values, place)
                interpreter.invoke()
                answers.append([np.array(interpreter.get_output(place)) for place in range(len(model.outputs))])
            return answers, ""
        except _FAILURES as error:
            failure = _failure(error)
    return None, explain(captured.text, failure, model)


def refusal(path: Path | str) -> str | None:
    """Why TensorFlow Lite Micro does not run a model of any inputs and outputs; None where it does.

    One inference on zeros is tried, with all the memory that it could ask for. The reason is `MISSING` where there
    is no TFLM.

    Raises:
        FeatherlineError: where the file is missing or broken.
    """
    model = tflite.read(path)
    if not available():
        return MISSING
    with captured_output() as captured:
        try:
            interpreter = Interpreter.from_bytes(Path(path).read_bytes(), arena_size=_generous_arena_bytes(model))
            for place, tensor in enumerate(model.inputs):
                interpreter.set_input(np.zeros(tensor.shape, tensor.type), place)
            interpreter.invoke()
            return None
        except _FAILURES as error:
            failure = _failure(error)
    return explain(captured.text, failure, model)


def _infer(interpreter: Interpreter, item: np.ndarray) -> np.ndarray:
    interpreter.set_input(item[np.newaxis], 0)
    interpreter.invoke()
    return np.array(interpreter.get_output(0)[0])


def _generous_arena_bytes(model: tflite.Model) -> int:
    """More than any plan can need: every tensor alive at once, twice, and room for bookkeeping."""
    alive = sum(tensor.bytes for tensor in model.tensors if not tensor.constant)
    return aligned(2 * alive + 4 * model.file_bytes + _SPARE_BYTES)


def _allocations(interpreter: Interpreter) -> tuple[int, int]:
    """Bytes of the arena's head and of its tail, as the runtime prints them."""
    with captured_output() as captured:
        interpreter.print_allocations()
    return _allocated_bytes(captured.text, "head"), _allocated_bytes(captured.text, "tail")


def _allocated_bytes(text: str, part: str) -> int:
    [digits] = re.findall(rf"Arena allocation {part} (\d+) bytes", text)
    return int(digits)


def _smallest_arena_bytes(
    content: bytes, item: np.ndarray, expected: np.ndarray, printed: int, enough: int
) -> int | None:
    """Bisects the arena; what `print_allocations` adds up to may still be too little.

    None where the same item gives another answer each time: then no arena is known to be enough.
    """

    def answers(arena_bytes: int) -> bool:
        interpreter = Interpreter.from_bytes(content, arena_size=arena_bytes)
        return bool(_infer(interpreter, item).tobytes() == expected.tobytes())

    def works(arena_bytes: int) -> bool:
        return _survives(lambda: answers(arena_bytes), None)

    return _bisected(works, printed, enough)


def _bisected(works: Callable[[int], bool], printed: int, enough: int) -> int | None:
    low, high = 0, aligned(printed)
    while not works(high):
        if high >= enough:
            return None
        low, high = high, min(aligned(high + high // 8), enough)
    while high - low > ALIGNMENT_BYTES:
        middle = aligned((low + high) // 2)
        low, high = (low, middle) if works(middle) else (middle, high)
    return high


def _survives(probe: Callable[[], bool], limit_s: float | None) -> bool:
    """Whether `probe` is true in a forked copy of this process, within a time if it is given one.

    Some arenas that are too small are not refused: the allocator ends the process.
    """
    child = os.fork()
    if child == 0:
        status = 1
        try:
            if limit_s is not None:  # a copy that hangs outlives the process that waits for it
                signal.signal(signal.SIGALRM, signal.SIG_DFL)
                signal.setitimer(signal.ITIMER_REAL, limit_s)
            status = 0 if probe() else 1
        finally:
            os._exit(status)
    _, status = os.waitpid(child, 0)
    return status == 0


def _failure(error: Exception) -> str:
    if isinstance(error, MemoryError):  # whose own words are those of C++
        return "It asks for more memory than this machine has."
    if isinstance(error, RuntimeError | ValueError | TypeError):
        return str(error)
    return f"Its package cannot read the file ({error})."


def explain(log: str, failure: str, model: tflite.Model) -> str:
    """One sentence on why a model did not run, from what the runtime wrote.

    Args:
        log: the captured output of the runtime.
        failure: the message of the exception, for want of better.
        model: the model, whose tensors tell what the operator at fault was given.
    """
    lines = [_without_source(line) for line in log.splitlines() if line.strip()]
    for number, line in enumerate(lines):
        node = re.match(r"Node (\S+) \(number (\d+)\) failed to (\w+)", line)
        if node:
            name, place, phase = node[1], int(node[2]), node[3]
            reason = lines[number - 1] if number else failure
            return f"{name} ({_at_fault(model, name, place)}) failed to {phase}: {reason.rstrip('.')}."
    sentence = (lines[0] if lines else failure).rstrip(".")
    if sentence.endswith("op code CUSTOM"):  # the runtime does not say which
        names = dict.fromkeys(operator.name for operator in model.operators if operator.kind != "builtin")
        sentence += f" ({', '.join(names)})"
    return f"{sentence}."


def _at_fault(model: tflite.Model, name: str, place: int) -> str:
    """The operator that the runtime means: it counts operators within a subgraph, and does not say in which."""
    subgraphs: dict[int, list[tflite.Operator]] = {}
    for operator in model.operators:
        subgraphs.setdefault(operator.subgraph, []).append(operator)
    candidates = [
        operators[place] for operators in subgraphs.values() if place < len(operators) and operators[place].name == name
    ]
    if not candidates:
        return f"operator {place}"
    titles = [f"subgraph {operator.subgraph}" if operator.subgraph else "the main subgraph" for operator in candidates]
    if len(candidates) > 1:
        return f"operator {place} of {' or of '.join(titles)}"
    types = ", ".join(tensor.type for tensor in candidates[0].inputs if tensor is not None)
    where = f" of {titles[0]}" if candidates[0].subgraph else ""
    return f"operator {place}{where}, inputs {types}"


def _without_source(line: str) -> str:
    """A line without the C++ file that wrote it, and with types as everybody else spells them."""
    line = re.sub(r"^\S+\.(?:cc|h)(?::\d+)?:? +", "", line.strip())
    return re.sub(r"kTfLite(\w+)", lambda match: match[1].lower(), line)
