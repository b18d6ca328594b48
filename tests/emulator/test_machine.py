import numpy as np
import pytest

from featherline.core.errors import FeatherlineError
from featherline.emulator import machine, qemu_processor, toolchain, unicorn_processor
from featherline.emulator.cores import CORES
from featherline.emulator.machine import Machine
from tests import emulators

PROGRAM = rb"""
#include <stdint.h>

/* Of known length: 1 + 2 n + 1 instructions. */
__attribute__((naked)) void loop(int n) { __asm__("nop\n1: subs r0, #1\n bne 1b\n bx lr\n"); }

/* 6 instructions, whichever of the two is carried out. */
__attribute__((naked)) int choose(int n) {
    __asm__("cmp r0, #0\n ite eq\n moveq r0, #3\n movne r0, #5\n nop.w\n bx lr\n");
}

/* 4 + 16 bytes of stack and all instructions of loop. */
__attribute__((naked)) void outer(int n) {
    __asm__("push {lr}\n sub sp, #16\n str r0, [sp]\n bl loop\n add sp, #16\n pop {pc}\n");
}

static int32_t calls;
int32_t count(void) { return ++calls; }
void copy(const int8_t *from, int8_t *to) { for (int i = 0; i < 8; i++) to[i] = from[i] + 1; }
float halve(const float *x) { *(float *)x = *x * 0.5f; return 0; }
void forever(void) { for (;;) __asm__ volatile(""); }
__attribute__((naked)) void deep(void) { __asm__("1: push {r0-r12, lr}\n b 1b\n"); }
int jump(int (*where)(void)) { return where() + 1; }
int place(int a, int b, int c, int d, int e, int f) { return a + 10 * (b + 10 * (c + 10 * (d + 10 * (e + 10 * f)))); }
"""
ENTRIES = ["loop", "choose", "outer", "count", "copy", "halve", "forever", "deep", "jump", "place"]


@pytest.fixture(scope="module", params=["m4", "m55"])
def core(request) -> str:
    """One of each emulator."""
    emulators.needs(request.param)
    return request.param


@pytest.fixture(scope="module")
def image(core) -> toolchain.Image:
    return toolchain.compile({"program.c": PROGRAM}, ENTRIES, core=core)


def test_instructions_are_counted_exactly(image, core):
    machine = Machine(image, core=core)
    for repeats in (1, 2, 1000):
        assert machine.call("loop", repeats).instructions == 1 + 2 * repeats + 1


def test_an_instruction_that_its_condition_skips_counts(image, core):
    zero, other = Machine(image, core=core).call("choose", 0), Machine(image, core=core).call("choose", 9)
    assert (zero.result, other.result) == (3, 5)
    assert zero.instructions == other.instructions == 6


def test_each_function_is_booked_for_itself_or_with_what_it_calls(image, core):
    alone = Machine(image, core=core).call("outer", 10)
    assert alone.by_function == {"loop": 22, "outer": 6}
    assert Machine(image, layers=["outer"], core=core).call("outer", 10).by_function == {"outer": 28}


def test_the_stack_is_measured_by_what_was_written(image, core):
    machine = Machine(image, core=core)
    assert machine.call("outer", 1).stack_bytes == 20
    assert machine.call("loop", 1).stack_bytes == 0


def test_variables_keep_their_values_and_buffers_are_read_back(image, core):
    machine = Machine(image, core=core)
    assert [machine.call("count").result for _ in range(3)] == [1, 2, 3]
    source, target = machine.place(np.arange(8, dtype=np.int8)), machine.place(8)
    machine.call("copy", source, target)
    assert machine.read(target, 8) == bytes(range(1, 9))


def test_arguments_behind_the_fourth_go_onto_the_stack(image, core):
    assert Machine(image, core=core).call("place", 1, 2, 3, 4, 5, 6).result == 654321
    assert Machine(image, core=core).call("place", 1, 2, 3, 4, 5).result == 54321


def test_the_fpu_calculates(image, core):
    machine = Machine(image, core=core)
    value = machine.place(np.float32([3.0]))
    machine.call("halve", value)
    assert np.frombuffer(machine.read(value, 4), np.float32)[0] == 1.5


@pytest.mark.parametrize(
    ("function", "arguments", "told"),
    [
        ("copy", (0, 0), "copy stopped at copy.*no such memory at 0x00000000"),
        ("copy", ("flash", "flash"), "write-protected"),
        ("forever", (), "forever did not end within 1,000 instructions, at forever"),
        ("deep", (), "deep needs more than the 4096 bytes of stack"),
        ("jump", ("back",), "jump (left the code|stopped)"),
        ("nothing", (), "The program has no nothing"),
    ],
)
def test_what_goes_wrong_is_told_and_the_machine_goes_on(image, core, function, arguments, told):
    machine = Machine(image, stack_bytes=4096, core=core)
    places = {"flash": CORES[core].memory.flash, "back": CORES[core].memory.back + 1024}
    with pytest.raises(FeatherlineError, match=told):
        machine.call(function, *(places.get(value, value) for value in arguments), limit=1000)
    assert machine.call("choose", 0).result == 3


def test_memory_that_is_not_there_is_told(image, core):
    machine = Machine(image, buffer_bytes=4096, core=core)
    with pytest.raises(FeatherlineError, match="4096 bytes for what is handed over"):
        machine.place(5000)
    with pytest.raises(FeatherlineError, match="no memory at 0x10 to read"):
        machine.read(16, 4)
    with pytest.raises(FeatherlineError, match="no memory at 0x10 to write"):
        machine.write(16, b"1234")


def test_a_layer_that_the_program_does_not_have_is_told(image, core):
    with pytest.raises(FeatherlineError, match="no function conv"):
        Machine(image, layers=["conv"], core=core)


def test_whoever_waits_is_told_how_far_a_call_is(image, core, monkeypatch):
    for emulator in (unicorn_processor, qemu_processor):
        monkeypatch.setattr(emulator, "_WATCH_EVERY_S", 0.001)
    counts = []
    with pytest.raises(machine.BeyondLimit):
        Machine(image, core=core).call("forever", limit=3_000_000, watch=counts.append)
    assert counts and counts == sorted(counts) and 0 < counts[-1] <= 3_000_100


MOVW = b'int movw(void) { int r; __asm__ volatile("movw %0, #7" : "=r"(r)); return r; }\n'
SMLAD = b'int smlad(int a) { __asm__ volatile("smlad %0, %0, %0, %0" : "+r"(a)); return a; }\n'
SXTB16 = b'int sxtb16(int a) { __asm__ volatile("sxtb16 %0, %0" : "+r"(a)); return a; }\n'
ALIKE = b"""
/* By its encoding next to multiplications and extensions of the DSP extension. */
int alike(int a) {
    int high, low;
    __asm__ volatile("smull %0, %1, %2, %2\\n mls %0, %2, %2, %2\\n sdiv %0, %2, %2\\n sxtb.w %1, %2\\n"
                     "rev.w %1, %2\\n clz %1, %2\\n ssat %1, #9, %2, asr #1\\n lsl.w %1, %2, %2"
                     : "=&r"(low), "=&r"(high) : "r"(a));
    return low;
}
"""
BRANCH = b'int branch(int a) { __asm__ volatile("cbz %0, 1f\\n nop\\n1:" : : "l"(a)); return a; }\n'
THUMB = {"movw": 7, "smlad": 12, "sxtb16": 3, "alike": 1, "branch": 3}
LACKING = {"m0": THUMB.keys(), "m3": ("smlad", "sxtb16"), "m4": (), "m33": (), "m55": ()}


@pytest.mark.parametrize("core", list(LACKING))
def test_a_core_refuses_what_it_lacks(core):
    emulators.needs(core)
    image = toolchain.compile(
        {"all.c": MOVW + SMLAD + SXTB16 + ALIKE + BRANCH}, list(THUMB), core="m55" if core == "m55" else "m4"
    )
    machine = Machine(image, core=core)
    for function, result in THUMB.items():
        if function in LACKING[core]:
            with pytest.raises(FeatherlineError, match=f"{function} stopped at {function}"):
                machine.call(function, 3)
        else:
            assert machine.call(function, 3).result == result


HELIUM = rb"""
/* Of known length: 3 + 4 for each sixteen bytes, of which the last are masked, + 1. */
__attribute__((naked)) int sum(const signed char *bytes, int n) {
    __asm__("mov r2, r0\n movs r0, #0\n dlstp.8 lr, r1\n"
            "1: vldrb.u8 q0, [r2], #16\n nop\n vaddva.s8 r0, q0\n letp lr, 1b\n b finish\n");
}
__attribute__((naked)) int finish(void) { __asm__("ldr pc, [sp], #4\n"); }
/* Keeps where it returns to, which its loop overwrites. */
__attribute__((naked)) int kept(const signed char *bytes, int n) { __asm__("push {lr}\n b sum\n"); }
/* The coprocessor 0, for instructions of a maker's own. */
__attribute__((naked)) void custom(void) { __asm__(".inst.w 0xee000000\n bx lr\n"); }
"""


def test_a_core_with_helium_masks_counts_and_refuses():
    emulators.needs("m55")
    machine = Machine(toolchain.compile({"program.c": HELIUM}, ["kept", "custom"], core="m55"), core="m55")
    numbers = np.arange(-100, 100, dtype=np.int8)
    place = machine.place(numbers)
    for count in (1, 16, 17, 40, 200):
        call = machine.call("kept", place, count)
        assert np.int32(np.uint32(call.result)) == numbers[:count].sum(dtype=int)
        assert call.instructions == 2 + 3 + 4 * -(-count // 16) + 1 + 1
    with pytest.raises(FeatherlineError, match="custom stopped at custom.*Cortex-M55 lacks"):
        machine.call("custom")
    assert machine.call("kept", place, 17).instructions == 2 + 3 + 4 * 2 + 1 + 1


RISCV = rb"""
/* Of known length: 2 n + 1 instructions. */
__attribute__((naked)) void loop(int n) { __asm__("1: addi a0, a0, -1\n bnez a0, 1b\n ret\n"); }
/* fadd.s fa0, fa0, fa0 */
__attribute__((naked)) void real(void) { __asm__(".word 0x00a57553\n ret\n"); }
int sum(int a, int b, int c, int d, int e, int f, int g, int h, int i) { return a + b + c + d + e + f + g + h + 9 * i; }
float half(const float *x) { *(float *)x = *x * 0.5f; return 0; }
static signed char state = 3;
int next(void) { return ++state; }
"""


def test_a_risc_v_core_calls_counts_and_refuses():
    image = toolchain.compile({"program.c": RISCV}, ["loop", "real", "sum", "half", "next"], core="rv32")
    machine = Machine(image, core="rv32")
    assert machine.call("loop", 1000).instructions == 2001
    assert machine.call("sum", 1, 1, 1, 1, 1, 1, 1, 1, 2).result == 26  # the ninth lies on the stack
    assert [machine.call("next").result for _ in range(2)] == [4, 5]
    value = machine.place(np.float32([3.0]))
    machine.call("half", value)  # by the compiler's run-time library
    assert np.frombuffer(machine.read(value, 4), np.float32)[0] == 1.5
    with pytest.raises(FeatherlineError, match="real stopped at real"):
        machine.call("real")


TIMED = rb"""
/* n times (1 + 1 + 2), one refill less, and a return of 1: what it comes back to is not counted. */
__attribute__((naked)) void loop(int n) { __asm__("1: subs r0, #1\n bne 1b\n bx lr\n"); }
/* 2 + 1 for a load behind a load, 2 for one whose address was loaded just before, 1 for the return. */
__attribute__((naked)) void loads(const int *p) {
    __asm__("ldr r1, [r0]\n ldr r2, [r0, #4]\n ldr r3, [r2]\n bx lr\n");
}
/* 1 + 3, 2 + 1 to call, 1 to return + 2, 1 + 3 + 2 through the stack. */
__attribute__((naked)) void calls(void) {
    __asm__(".syntax unified\n push {r4, r5, lr}\n bl 1f\n pop {r4, r5, pc}\n 1: bx lr\n");
}
"""


def test_cycles_follow_from_the_tables_of_the_manual():
    machines = {
        core: Machine(toolchain.compile({"timed.c": TIMED}, ["loop", "loads", "calls"], core=core), core=core)
        for core in ("m0", "m4", "m33")
    }

    def cycles(core, function, *arguments):
        return machines[core].call(function, *arguments).cycles

    assert cycles("m4", "loop", 100) == 100 * 4 - 2 + 1
    assert cycles("m0", "loop", 100) == 100 * 3 - 1 + 1
    assert cycles("m33", "loop", 100) is None
    for core, expected in (("m4", 2 + 1 + 2 + 1), ("m0", 2 + 2 + 2 + 1)):
        place = machines[core].place(np.array([0, 0x2200_0000], "<u4"))
        assert cycles(core, "loads", place) == expected
    assert cycles("m4", "calls") == (1 + 3) + (1 + 2) + (1 + 2) + (1 + 3)
    assert cycles("m0", "calls") == (1 + 3) + 3 + 2 + (3 + 3) - 1
