"""AES, SM4 and the functions of SHA-2 and SM3 as their standards define them, cut into instructions.

Belongs here: models for make.py. States are lists of bytes, words are big-endian where the standard
has them so, and S-boxes are computed, not looked up. Does not belong here: operands to try.

SPDX-License-Identifier: MIT
"""

AES_POLYNOMIAL, SM4_POLYNOMIAL = 0x11b, 0x1f5


def product(a, b, polynomial):
    """In GF(2^8) modulo the polynomial."""
    result = 0
    for bit in range(8):
        if b >> bit & 1:
            result ^= a << bit
    for bit in range(15, 7, -1):
        if result >> bit & 1:
            result ^= polynomial << (bit - 8)
    return result


def inverse(a, polynomial):
    return next((b for b in range(256) if product(a, b, polynomial) == 1), 0)


def rotate(value, count, bits):
    """To the left."""
    text = format(value & ((1 << bits) - 1), '0%db' % bits)
    return int(text[count % bits:] + text[:count % bits], 2)


def affine(x, row, constant):
    """Bit i of the result is the parity of x and `row` rotated by i, then plus the constant."""
    return constant ^ sum((bin(x & rotate(row, i, 8)).count('1') & 1) << i for i in range(8))


AES_SBOX = [affine(inverse(x, AES_POLYNOMIAL), 0xf1, 0x63) for x in range(256)]
SM4_SBOX = [affine(inverse(affine(x, 0xa7, 0xd3), SM4_POLYNOMIAL), 0xa7, 0xd3) for x in range(256)]


# AES: FIPS 197

def shift_rows(state, step):
    """Row r is rotated by r columns, to the left if the step is 1."""
    rows = [state[row::4] for row in range(4)]
    rows = [row[step * r % 4:] + row[:step * r % 4] for r, row in enumerate(rows)]
    return [rows[at % 4][at // 4] for at in range(16)]


def mix_columns(state, matrix):
    result = []
    for at in range(0, len(state), 4):
        for row in range(4):
            terms = [product(matrix[(column - row) % 4], state[at + column], AES_POLYNOMIAL)
                     for column in range(4)]
            result.append(terms[0] ^ terms[1] ^ terms[2] ^ terms[3])
    return result


MIX, UNMIX = (2, 3, 1, 1), (14, 11, 13, 9)


def state_of(*registers):
    return [byte for register in registers for byte in register.to_bytes(8, 'little')]


def first_half(state):
    return int.from_bytes(bytes(state[:8]), 'little')


def encrypt(a, b):
    return [AES_SBOX[byte] for byte in shift_rows(state_of(a, b), 1)]


def decrypt(a, b):
    return [AES_SBOX.index(byte) for byte in shift_rows(state_of(a, b), -1)]


def key_schedule(a, number):
    """aes64ks1i: SubWord, RotWord and the constant x^number, except for number 10."""
    word = state_of(a)[4:]
    word = [AES_SBOX[byte] for byte in (word if number == 10 else word[1:] + word[:1])]
    constant = 1
    for _ in range(number):
        constant = product(constant, 2, AES_POLYNOMIAL)
    word[0] ^= 0 if number == 10 else constant
    return first_half(word + word)


def key_words(a, b):
    """aes64ks2: each word of the next key is the one before it plus the one of the key before."""
    before, old = a >> 32, (b & 0xffffffff, b >> 32)
    first = before ^ old[0]
    return first | (first ^ old[1]) << 32


AES = {
    'aes64es': lambda a, b: first_half(encrypt(a, b)),
    'aes64esm': lambda a, b: first_half(mix_columns(encrypt(a, b), MIX)),
    'aes64ds': lambda a, b: first_half(decrypt(a, b)),
    'aes64dsm': lambda a, b: first_half(mix_columns(decrypt(a, b), UNMIX)),
    'aes64ks2': key_words,
}
AES_UNARY = {'aes64im': lambda a: first_half(mix_columns(state_of(a), UNMIX))}
AES_KEY = {'aes64ks1i': key_schedule}


# SM4: GB/T 32907

def sm4(rotations):
    """The word in rs1 plus what one byte of that in rs2 contributes to the linear transform."""
    def model(a, b, number):
        word = [0, 0, 0, 0]
        word[number] = SM4_SBOX[state_of(b)[number]]
        value = int.from_bytes(bytes(word), 'big')
        total = 0
        for count in rotations:
            total ^= rotate(value, count, 32)
        result = a & 0xffffffff ^ int.from_bytes(total.to_bytes(4, 'big'), 'little')
        return result - (result >> 31 << 32)
    return model


SM4 = {'sm4ed': sm4((0, 2, 10, 18, 24)), 'sm4ks': sm4((0, 13, 23))}


# SHA-2: FIPS 180-4, 4.1.2 and 4.1.3; SM3: GB/T 32905

def digest(bits, *terms):
    """The sum of the operand rotated right by each term, or shifted if the term is a string."""
    def model(a):
        a &= (1 << bits) - 1
        total = 0
        for term in terms:
            total ^= a >> int(term) if isinstance(term, str) else rotate(a, -term, bits)
        return total - (total >> (bits - 1) << bits)
    return model


SHA2 = {
    'sha256sum0': digest(32, 2, 13, 22),
    'sha256sum1': digest(32, 6, 11, 25),
    'sha256sig0': digest(32, 7, 18, '3'),
    'sha256sig1': digest(32, 17, 19, '10'),
    'sha512sum0': digest(64, 28, 34, 39),
    'sha512sum1': digest(64, 14, 18, 41),
    'sha512sig0': digest(64, 1, 8, '7'),
    'sha512sig1': digest(64, 19, 61, '6'),
}
SM3 = {'sm3p0': digest(32, 0, -9, -17), 'sm3p1': digest(32, 0, -15, -23)}
