"""What every instruction under test is: its name, its tables, its part in streams.

SPDX-License-Identifier: MIT
"""


def x(n):
    return f"x{n}"


class Insn:
    """One instruction, or a family that differs in a suffix: its table and its part in streams."""

    def __init__(self, name):
        self.name = name

    def names(self):
        return [self.name]

    def tables(self, program, rng):
        """Emit the loops over tables."""

    def stream(self, machine):
        """Execute it once on `machine`; the assembly."""
        raise NotImplementedError
