"""What a stream may contain so that every correct implementation computes the same from it.

Belongs here: each value and encoding that the specifications leave open, with the paragraph that does,
and weights. Does not belong here: how a stream is made (stream.py).

SPDX-License-Identifier: MIT
"""
import functools
import os
import re

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..')
M64 = (1 << 64) - 1

ATOMICS = re.compile('(amo.*|lr|sc)_[bhwdq]')
STORES = re.compile('(c_)?f?s[bhwd](sp)?')

# Conditions of known.txt and of LEGAL that are no expressions.
ADDRESSES = ('always', 'misaligned', 'crossing')

# How often an extension's instructions are chosen, per root of their number (others: 1).
WEIGHTS = {'I': 3, 'Zca': 3, 'F': 2, 'D': 2, 'Zfh': 1.5, 'Zicbom': .3, 'Zicbop': .2,
           'Zihintntl': .1, 'Zihintpause': .2, 'Zimop': .3,
           'Zcmop': .2, 'Svinval': .2, 'Zifencei': .2, 'Zicboz': .3, 'S': .3}

# What one may do otherwise than rvemu: (emulator, instructions, condition), as in known.txt.
LEGAL = [
    # Atomics that are not emulated when misaligned raise address-misaligned or access-fault exceptions
    # ("A" extension, "Atomic Memory Operations"): rvemu the one, Spike with Zicclsm the other.
    ('Spike', ATOMICS, 'misaligned'),
    # A misaligned store that traps on its second page may have stored to the first ("Misaligned Load and
    # Store": it need not be atomic); Spike does.
    ('Spike', STORES, 'crossing'),
    # An SC that fails may trap where a store would, or not ("Zalrsc": it is not said to); QEMU does not.
    ('QEMU', re.compile('sc_[wd]'), 'always'),
    # ... Spike traps, but looks at the first byte only; so that no entry of PMP matches half of an SC:
    ('Spike', re.compile('pmp_na4'), 'always'),
    # A may be set without an access ("Addressing and Memory Protection": as a result of speculation);
    # QEMU does for an AMO to a page that is not writable. So all entries have it set.
    ('QEMU', re.compile('pte_a'), 'always'),
]

# Encodings that are reserved for good or for custom use, and that nobody has taken.
ILLEGAL = [0x00000000, 0xffffffff, 0x0000, 0x9c41, 0x0000707f, 0x00003033 | 0x7f << 25, 0x0000705b]

# Exceptions that may be delegated here: the S handler must not be what cannot be reached. Bits:
# illegal instruction, breakpoint, misaligned load and store, page faults of loads and stores.
DELEGABLE = 1 << 2 | 1 << 3 | 1 << 4 | 1 << 6 | 1 << 13 | 1 << 15

# Causes whose tval is compared. ecall: zero, as for any other trap ("Machine Trap Value Register").
TVAL_CAUSES = 0xffff


def environment(rng):
    """menvcfg and senvcfg at the start: mostly everything, or some of it. CBIE = 2 is reserved."""
    if rng.random() < .6:
        return 1 | 3 << 4 | 1 << 6 | 1 << 7 | 1 << 62 | 1 << 63
    return rng.choice((0, 1, 3)) << 4 | rng.getrandbits(2) << 6 | rng.getrandbits(2) << 62


# Flags of a page table entry that a stream changes: the low ones, a reserved one, PBMT, N.
PTE_FLAGS = 0xff | 3 << 61 | 1 << 54 | 1 << 63


def page_flags(rng, exclusions):
    """Mostly of a page that can be used; N is always wrong for a single page's number."""
    flags = 1 | rng.choice((0xe, 6, 6, 2, 8, 0xa, 4, 0)) | rng.choice((0, 0x10))
    flags |= rng.choice((0, 0x40, 0x80, 0xc0, 0xc0, 0xc0, 0xc0)) | rng.choice((0, 0, 0x20))
    if is_excluded('pte_a', exclusions):
        flags |= 0x40
    if rng.random() < .1:
        flags |= rng.randrange(4) << 61
    if rng.random() < .05:
        flags ^= rng.choice((1, 1 << 54, 0 if is_excluded('pte_n', exclusions) else 1 << 63))
    return flags


def exclusions(emulators):
    """(pattern of names, condition) of what is not to be generated when these take part."""
    found = [(names, condition) for emulator, names, condition in LEGAL if emulator in emulators]
    with open(os.path.join(ROOT, 'tests', 'diff', 'known.txt'), encoding='utf-8') as file:
        for line in file:
            if not line.startswith('#'):
                emulator, names, condition = line.split(':')[0].split(None, 2)
                if emulator in emulators:
                    found.append((re.compile(names.replace(',', '|')), condition))
    return found


def is_excluded(name, exclusions, wanted='always'):
    return any(condition == wanted and names.fullmatch(name) for names, condition in exclusions)


class Csr:
    """How a CSR is used: what is written (None: never; a mask; a function), what is read, how often."""

    def __init__(self, number, read_mask, write, weight):
        self.number, self.read_mask, self.write, self.weight = number, read_mask, write, weight


def even(rng):
    return rng.getrandbits(37) << 1


def exception_code(rng):
    """mcause and scause hold supported codes only (WLRL)."""
    return rng.choice((0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13, 15))


def pmp_config(rng, exclusions=()):
    """
    Entries 0 to 7: no lock, which would last; never R = 0 with W = 1, which is reserved; NA4 and
    NAPOT or off. ("Physical Memory Protection CSRs")
    """
    matching = [0, 0, 0x18] + ([] if is_excluded('pmp_na4', exclusions) else [0x10])
    rights = [1, 3, 5, 7] + ([] if is_excluded('pmp_noread', exclusions) else [0, 4])
    value = 0
    for entry in range(8):
        value |= (rng.choice(matching) | rng.choice(rights)) << 8 * entry
    return value


def pmp_address(rng):
    """Somewhere in the arena, 4 bytes to 64 KiB."""
    return 0x80020000 + rng.randrange(0x10000) >> 2 | (1 << rng.randrange(13)) - 1


# Bits of mstatus and sstatus that a stream writes: SIE, MIE, SPIE, MPIE, SPP, FS, SUM, MXR, and
# MPP, MPRV, TVM, TW. Not FS = 1 or 2: they may read as 3 (below).
SSTATUS = 0x122 | 3 << 13 | 3 << 18
MSTATUS = SSTATUS | 0x88 | 3 << 11 | 7 << 17 | 3 << 20
# FS and SD: when FS becomes dirty is up to the implementation ("Extension Context Status"). XS, VS,
# and the fields of extensions that only one side has, are zero or not compared.
STATUS_READ = MSTATUS & ~(3 << 13)

# name: (what is read, what is written, weight); a CSR that is not here is only asked whether it exists.
CSRS = {
    'fflags': (M64, M64, 2),
    'frm': (M64, M64, 4),
    'fcsr': (M64, M64, 2),
    'sstatus': (STATUS_READ & SSTATUS, SSTATUS, 2),
    'mstatus': (STATUS_READ, MSTATUS, 2),
    'sscratch': (M64, M64, 1),
    'mscratch': (M64, M64, 1),
    'sepc': (M64, lambda rng: rng.getrandbits(38), 1),     # WARL: holds all valid addresses, at least
    'mepc': (M64, lambda rng: rng.getrandbits(38), 1),
    'stval': (M64, lambda rng: rng.getrandbits(38), 1),    # WARL in the same way
    'mtval': (M64, lambda rng: rng.getrandbits(38), 1),
    'scause': (M64, exception_code, 1),
    'mcause': (M64, exception_code, 1),
    'stvec': (M64, None, .5),                              # the harness's
    'mtvec': (M64, None, .5),
    'medeleg': (DELEGABLE, None, .5),                      # what can be delegated is WARL
    'scounteren': (7, 7, 1),                               # others are Zihpm's, any of which may be zero
    'mcounteren': (7, 7, 1),
    'senvcfg': (1 | 3 << 4 | 3 << 6, lambda rng: rng.choice((0, 1, 3)) << 4 | rng.randrange(4) << 6 |
                rng.randrange(2), 1),                      # CBIE = 2 is reserved
    'satp': (M64, None, 1),
    'mhartid': (M64, None, .5),
    'pmpcfg0': (M64, pmp_config, 1),
    **{'pmpaddr%d' % n: ((1 << 54) - 1, pmp_address, .25) for n in range(8)},
    # The counters count while they are read; what they are read for here is mcounteren.
    'cycle': (0, None, .5), 'instret': (0, None, .5),
}
# May not be there, or there is more of them: what is not an extension's but the implementation's.
OTHERS = {
    'tselect', 'tdata1', 'tdata2', 'tdata3', 'tinfo',      # number of triggers: Debug specification
    'time',                                                # may trap: "Machine Counter-Enable"
    'seed',                                                # may wait, and is random
    'mcountinhibit', 'mseccfg',
}


def csrs(extensions, exclusions):
    """name: Csr of those that a hart with these extensions has."""
    with open(os.path.join(ROOT, 'include', 'target-riscv', 'csr.def'), encoding='utf-8') as file:
        text = re.sub(r'/\*.*?\*/', '', file.read(), flags=re.S)
    rows = re.findall(r'CSR\((\w+),\s*(0x[0-9a-f]+),\s*(\w+)', text)
    rows += [('pmpaddr%d' % n, hex(0x3b0 + n), 'Zicsr') for n in range(8)]
    found = {}
    for name, number, extension in rows:
        if name not in OTHERS and extension.lower() in extensions and not is_excluded(name, exclusions):
            read, write, weight = CSRS.get(name, (0, None, .2))
            if is_excluded(name, exclusions, 'misaligned'):
                write = even
            elif name == 'pmpcfg0':
                write = functools.partial(pmp_config, exclusions=exclusions)
            found[name] = Csr(int(number, 16), read, write, weight)
    return found
