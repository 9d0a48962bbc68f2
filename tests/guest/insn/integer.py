"""What the integer instructions compute, from the manual's words and independent of the emulator.

Functions take and give unsigned 64-bit numbers; those of the tables below are keyed by mnemonic.

SPDX-License-Identifier: MIT
"""
from ciphers import AES, AES_KEY, AES_UNARY, SHA2, SM3, SM4

M64 = (1 << 64) - 1
M32 = (1 << 32) - 1


def sext(value, bits):
    """The low bits of value as a signed number."""
    value &= (1 << bits) - 1
    return value - (1 << bits) if value >> (bits - 1) else value


def s64(value):
    return sext(value, 64)


def word(value):
    """A 32-bit result in a 64-bit register: sign-extended."""
    return sext(value, 32) & M64


def quotient(a, b):
    """Rounded towards zero."""
    return -(-a // b) if (a < 0) != (b < 0) else a // b


def div(a, b, bits):
    a, b = sext(a, bits), sext(b, bits)
    if b == 0:
        return M64
    return quotient(a, b)  # the most negative number over -1 wraps to itself


def rem(a, b, bits):
    a, b = sext(a, bits), sext(b, bits)
    return a if b == 0 else a - b * quotient(a, b)


def divu(a, b, mask):
    a, b = a & mask, b & mask
    return M64 if b == 0 else a // b


def remu(a, b, mask):
    a, b = a & mask, b & mask
    return a if b == 0 else a % b


def rotate_left(value, count, bits):
    count %= bits
    value &= (1 << bits) - 1
    return (value << count | value >> (bits - count)) & ((1 << bits) - 1)


def carryless(a, b):
    """The 127-bit product over GF(2)."""
    product = 0
    while b:
        if b & 1:
            product ^= a
        a <<= 1
        b >>= 1
    return product


def leading_zeros(value, bits):
    return bits - value.bit_length()


def trailing_zeros(value, bits):
    return (value & -value).bit_length() - 1 if value else bits


def each_byte(value, function):
    return int.from_bytes(bytes(function(byte) for byte in value.to_bytes(8, "little")), "little")


def crossbar(table, indices, bits):
    """Each element of `indices` replaced by the one of `table` that it numbers, or zero."""
    def element(value, n):
        return value >> n * bits & ((1 << bits) - 1)
    count = 64 // bits
    picked = [element(table, n) if n < count else 0
              for n in (element(indices, at) for at in range(count))]
    return sum(value << at * bits for at, value in enumerate(picked))


def trim(table):
    """The functions of the table with their results cut to 64 bits."""
    def cut(function):
        return lambda *args: function(*args) & M64
    return {name: cut(function) for name, function in table.items()}


# rd = f(rs1, rs2)
BINARY = trim({
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "sll": lambda a, b: a << (b & 63),
    "slt": lambda a, b: s64(a) < s64(b),
    "sltu": lambda a, b: a < b,
    "xor": lambda a, b: a ^ b,
    "srl": lambda a, b: a >> (b & 63),
    "sra": lambda a, b: s64(a) >> (b & 63),
    "or": lambda a, b: a | b,
    "and": lambda a, b: a & b,
    "addw": lambda a, b: word(a + b),
    "subw": lambda a, b: word(a - b),
    "sllw": lambda a, b: word(a << (b & 31)),
    "srlw": lambda a, b: word((a & M32) >> (b & 31)),
    "sraw": lambda a, b: sext(a, 32) >> (b & 31),
    "mul": lambda a, b: a * b,
    "mulh": lambda a, b: (s64(a) * s64(b)) >> 64,
    "mulhsu": lambda a, b: (s64(a) * b) >> 64,
    "mulhu": lambda a, b: (a * b) >> 64,
    "mulw": lambda a, b: word(a * b),
    "div": lambda a, b: div(a, b, 64),
    "divu": lambda a, b: divu(a, b, M64),
    "rem": lambda a, b: rem(a, b, 64),
    "remu": lambda a, b: remu(a, b, M64),
    "divw": lambda a, b: word(div(a, b, 32)),
    "divuw": lambda a, b: word(divu(a, b, M32)),
    "remw": lambda a, b: word(rem(a, b, 32)),
    "remuw": lambda a, b: word(remu(a, b, M32)),
    "add.uw": lambda a, b: (a & M32) + b,
    "sh1add": lambda a, b: (a << 1) + b,
    "sh2add": lambda a, b: (a << 2) + b,
    "sh3add": lambda a, b: (a << 3) + b,
    "sh1add.uw": lambda a, b: ((a & M32) << 1) + b,
    "sh2add.uw": lambda a, b: ((a & M32) << 2) + b,
    "sh3add.uw": lambda a, b: ((a & M32) << 3) + b,
    "andn": lambda a, b: a & ~b,
    "orn": lambda a, b: a | ~b,
    "xnor": lambda a, b: ~(a ^ b),
    "max": lambda a, b: max(s64(a), s64(b)),
    "maxu": max,
    "min": lambda a, b: min(s64(a), s64(b)),
    "minu": min,
    "rol": lambda a, b: rotate_left(a, b & 63, 64),
    "ror": lambda a, b: rotate_left(a, -(b & 63), 64),
    "rolw": lambda a, b: word(rotate_left(a, b & 31, 32)),
    "rorw": lambda a, b: word(rotate_left(a, -(b & 31), 32)),
    "clmul": carryless,
    "clmulh": lambda a, b: carryless(a, b) >> 64,
    "clmulr": lambda a, b: carryless(a, b) >> 63,
    "pack": lambda a, b: (b & M32) << 32 | a & M32,
    "packh": lambda a, b: (b & 0xff) << 8 | a & 0xff,
    "packw": lambda a, b: word((b & 0xffff) << 16 | a & 0xffff),
    "xperm4": lambda a, b: crossbar(a, b, 4),
    "xperm8": lambda a, b: crossbar(a, b, 8),
    "bclr": lambda a, b: a & ~(1 << (b & 63)),
    "bext": lambda a, b: a >> (b & 63) & 1,
    "binv": lambda a, b: a ^ 1 << (b & 63),
    "bset": lambda a, b: a | 1 << (b & 63),
    "czero.eqz": lambda a, b: 0 if b == 0 else a,
    "czero.nez": lambda a, b: 0 if b != 0 else a,
})

# rd = f(rs1)
UNARY = trim({
    "clz": lambda a: leading_zeros(a, 64),
    "clzw": lambda a: leading_zeros(a & M32, 32),
    "ctz": lambda a: trailing_zeros(a, 64),
    "ctzw": lambda a: trailing_zeros(a & M32, 32),
    "cpop": lambda a: a.bit_count(),
    "cpopw": lambda a: (a & M32).bit_count(),
    "sext.b": lambda a: sext(a, 8),
    "sext.h": lambda a: sext(a, 16),
    "zext.h": lambda a: a & 0xffff,
    "orc.b": lambda a: each_byte(a, lambda byte: 255 if byte else 0),
    "brev8": lambda a: each_byte(a, lambda byte: int(f"{byte:08b}"[::-1], 2)),
    "rev8": lambda a: int.from_bytes(a.to_bytes(8, "little"), "big"),
})

# rd = f(rs1, immediate of 12 bits, signed)
IMMEDIATE = {name + "i": BINARY[name] for name in ("add", "slt", "xor", "or", "and")}
IMMEDIATE["sltiu"] = BINARY["sltu"]
IMMEDIATE["addiw"] = BINARY["addw"]
IMMEDIATE = {name: (lambda f: lambda a, imm: f(a, imm & M64))(f) for name, f in IMMEDIATE.items()}

# rd = f(rs1, shift amount of 6 bits)
SHIFT6 = {name + "i": BINARY[name]
          for name in ("sll", "srl", "sra", "ror", "bclr", "bext", "binv", "bset")}
SHIFT6["slli.uw"] = trim({"": lambda a, n: (a & M32) << n})[""]

# rd = f(rs1, shift amount of 5 bits)
SHIFT5 = {name.replace("w", "iw"): BINARY[name] for name in ("sllw", "srlw", "sraw", "rorw")}

# Is the branch taken?
BRANCH = {
    "beq": lambda a, b: a == b,
    "bne": lambda a, b: a != b,
    "blt": lambda a, b: s64(a) < s64(b),
    "bge": lambda a, b: s64(a) >= s64(b),
    "bltu": lambda a, b: a < b,
    "bgeu": lambda a, b: a >= b,
}

# Bytes, and whether the value is sign-extended.
LOAD = {"lb": (1, True), "lh": (2, True), "lw": (4, True), "ld": (8, True),
        "lbu": (1, False), "lhu": (2, False), "lwu": (4, False)}
STORE = {"sb": 1, "sh": 2, "sw": 4, "sd": 8}

# What memory becomes, from what it was and rs2; both of `bits` bits.
AMO = {
    "amoswap": lambda old, v, bits: v,
    "amoadd": lambda old, v, bits: old + v,
    "amoxor": lambda old, v, bits: old ^ v,
    "amoand": lambda old, v, bits: old & v,
    "amoor": lambda old, v, bits: old | v,
    "amomin": lambda old, v, bits: min(sext(old, bits), sext(v, bits)),
    "amomax": lambda old, v, bits: max(sext(old, bits), sext(v, bits)),
    "amominu": lambda old, v, bits: min(old, v),
    "amomaxu": lambda old, v, bits: max(old, v),
}

BINARY.update(trim(AES))
UNARY.update(trim({**AES_UNARY, **SHA2, **SM3}))

# rd = f(rs1, number of the round)
ROUND = trim(AES_KEY)

# rd = f(rs1, rs2, number of the byte)
BYTE = trim(SM4)
