"""Streams: a few random instructions on random registers, the same ones again and again, so that
results feed the next instruction, sources and destinations coincide, and x0 is among both. All
registers are compared at the end.

SPDX-License-Identifier: MIT
"""
from integer import M64
from values import random_value, random_float

MEMORY = 256  # bytes of the buffer, whose middle the base register points to
MIDDLE = MEMORY // 2


class Machine:
    """The registers and the memory that a stream works on, as the reference sees them."""

    def __init__(self, rng, base):
        self.rng, self.base = rng, base
        self.x = [0] + [random_value(rng) for _ in range(31)]
        self.f = [random_float(rng) for _ in range(32)]
        self.flags, self.frm = 0, rng.randrange(5)
        self.memory = bytearray(rng.randbytes(MEMORY))
        usable = [n for n in range(32) if n != base]
        self.pool = [0] + rng.sample(usable, 6)  # few, so that they meet
        self.short_pool = rng.sample([n for n in range(8, 16) if n != base], 4)

    def reg(self):
        return self.rng.choice(self.pool)

    def short_reg(self):
        """One of the eight that most compressed instructions reach."""
        return self.rng.choice(self.short_pool)

    def freg(self):
        return self.pool.index(self.reg()) * 5 % 32

    def set_x(self, n, value):
        if n:
            self.x[n] = value & M64

    def load(self, offset, size):
        at = MIDDLE + offset
        return int.from_bytes(self.memory[at:at + size], "little")

    def store(self, offset, size, value):
        at = MIDDLE + offset
        self.memory[at:at + size] = (value & ((1 << 8 * size) - 1)).to_bytes(size, "little")

    def words(self):
        return [int.from_bytes(self.memory[at:at + 8], "little") for at in range(0, MEMORY, 8)]


def emit_stream(program, rng, insns, bases, length, name):
    """One stream out of `insns`: functions of a Machine that change it and return the assembly."""
    base = rng.choice(bases)
    machine = Machine(rng, base)
    b = f"x{base}"
    memory = program.rows([[value] for value in machine.words()], f"{name}: memory")
    init = program.rows([[value] for value in machine.x + machine.f], f"{name}: registers")
    program.emit(f"lla a0, {memory}", "lla a1, memory", "call copy_memory",
                 "csrwi fcsr, 0", f"csrwi frm, {machine.frm}", f"lla {b}, {init}")
    program.emit(*(f"fld f{n}, {8 * (32 + n)}({b})" for n in range(32)))
    program.emit(*(f"ld x{n}, {8 * n}({b})" for n in range(1, 32) if n != base))
    program.emit(f"lla {b}, memory + {MIDDLE}")
    for _ in range(length):
        program.emit(*rng.choice(insns)(machine).split("; "))
    program.emit(f"lla {b}, found")
    program.emit(*(f"sd x{n}, {8 * n}({b})" for n in range(1, 32) if n != base))
    program.compare("found", machine.x, 0xfffffffe & ~(1 << base), f"{name}, register x")
    program.compare("memory", machine.words(), (1 << 32) - 1, f"{name}, memory doubleword")
    program.emit("lla t0, found", *(f"fsd f{n}, {8 * n}(t0)" for n in range(32)))
    program.compare("found", machine.f, (1 << 32) - 1, f"{name}, register f")
    program.emit("frflags t1", "lla t0, found", "sd t1, 0(t0)")
    program.compare("found", [machine.flags], 1, f"{name}, fflags")
