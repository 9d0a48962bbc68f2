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
ADDRESSES = ('always', 'misaligned', 'crossing', 'misa', 'masked')

# How often an extension's instructions are chosen, per root of their number (others: 1).
WEIGHTS = {'I': 3, 'Zca': 3, 'F': 2, 'D': 2, 'Zfh': 1.5, 'Zicbom': .3, 'Zicbop': .2,
           'Zihintntl': .1, 'Zihintpause': .2, 'Zimop': .3,
           'Zcmop': .2, 'Svinval': .2, 'Zifencei': .2, 'Zicboz': .3, 'S': .3}

# What one may do otherwise than rvemu: (emulator, instructions, condition), as in known.txt.
LEGAL = [
    # Atomics that are not emulated when misaligned raise address-misaligned or access-fault exceptions
    # ("A" extension, "Atomic Memory Operations"): QEMU the one, rvemu and Spike with Zicclsm the other.
    ('QEMU', ATOMICS, 'misaligned'),
    # A misaligned store that traps on its second page may have stored to the first ("Misaligned Load and
    # Store": it need not be atomic); Spike does.
    ('Spike', STORES, 'crossing'),
    # What was loaded before a trap may be in its register already (Zcmp, "Fault handling").
    ('Spike', re.compile('cm_pop'), 'crossing'),
    ('QEMU', re.compile('cm_pop'), 'crossing'),
    # So has shadow stacks' AMO ("Atomic Swap from a Shadow Stack Location"); and tval of an access fault
    # may be zero ("Machine Trap Value Register").
    ('Spike', re.compile('ssamoswap_.'), 'misaligned'),
    ('QEMU', re.compile('ssamoswap_.'), 'always'),
    # An SC that fails may trap where a store would, or not ("Zalrsc": it is not said to); QEMU does not.
    ('QEMU', re.compile('sc_[wd]'), 'always'),
    # ... Spike traps, but looks at the first byte only; so that no entry of PMP matches half of an SC:
    ('Spike', re.compile('pmp_na4'), 'always'),
    # A may be set without an access ("Addressing and Memory Protection": as a result of speculation);
    # QEMU does for an AMO to a page that is not writable. So all entries have it set.
    ('QEMU', re.compile('pte_a'), 'always'),
    # Without -icount it counts what the host does ("Hardware Performance Monitor").
    ('QEMU', re.compile('m?(cycle|instret)'), 'always'),
    # WARL: letters that cannot be switched; what else may be delegated.
    ('QEMU', re.compile('misa'), 'always'),
    ('QEMU', re.compile('medeleg'), 'bits fc0401'),
    # WARL: modes 2 and 3 become a base with mode 0 or 1, or are not written ("mtvec").
    ('QEMU', re.compile('tvec_2'), 'always'),
    # WARL: U mode may have 32 bits as well ("Base ISA Control in mstatus Register").
    ('QEMU', re.compile('[ms]status'), 'bits f00000000'),
    # tval of an illegal instruction may be zero ("Machine Trap Value Register").
    ('QEMU', re.compile('wrs_.*'), 'always'),
    # SDT after an SRET in M mode to S mode: 0 ("Double Trap Control in sstatus Register": SRET clears
    # it), or as it was ("Double Trap Control in mstatus Register": cleared if the new mode is U).
    ('Spike', re.compile('sret_sdt'), 'always'),
]

# Encodings that are reserved for good or for custom use, and that nobody has taken.
ILLEGAL = [0x00000000, 0xffffffff, 0x0000, 0x9c41, 0x0000707f, 0x00003033 | 0x7f << 25, 0x0000705b]

# Exceptions that may be delegated here: the S handler must not be what cannot be reached. Bits:
# illegal instruction, breakpoint, misaligned load and store, page faults of loads and stores.
DELEGABLE = 1 << 2 | 1 << 3 | 1 << 4 | 1 << 6 | 1 << 13 | 1 << 15
# Interrupts that software makes pending: SSI, STI, SEI, LCOFI.
SOFTWARE = 1 << 1 | 1 << 5 | 1 << 9 | 1 << 13

# Causes whose tval is compared. ecall: zero, as for any other trap ("Machine Trap Value Register").
TVAL_CAUSES = 0xffffffff
ADDRESS_CAUSES = 0xf0 | 1 << 13 | 1 << 15

# Harts, by how they differ from -cpu max: (on, off, what is then off as well, share of all programs).
CONFIGURATIONS = [
    ([], [], [], 6),
    (['zcmp'], ['zcd'], ['c'], 1),
    (['smrnmi', 'smdbltrp'], [], [], 1),
]

MML, MMWP, RLB, USEED, SSEED = 1, 2, 4, 1 << 8, 1 << 9
STCE, PBMTE, ADUE, DTE = 1 << 63, 1 << 62, 1 << 61, 1 << 59
PMM = 3 << 32
SSE = 1 << 3 # shadow stacks
SDT = 1 << 24


def masked_bits(rng):
    """PMM: mostly off; 1 is reserved ("Pointer Masking", its fields)."""
    return rng.choice((0, 0, 2, 3)) << 32


def block_bits(rng):
    """CBIE, CBCFE, CBZE of menvcfg and senvcfg. CBIE = 2 is reserved."""
    return rng.choice((0, 1, 3)) << 4 | rng.randrange(4) << 6


def environment(rng):
    """menvcfg, and senvcfg at the start: mostly everything, or some of it."""
    if rng.random() < .6:
        value = 1 | 3 << 4 | 1 << 6 | 1 << 7 | PBMTE | STCE
    else:
        value = block_bits(rng) | rng.getrandbits(2) << 62
    value |= masked_bits(rng) * (rng.random() < .3) | (DTE if rng.random() < .3 else 0)
    return value | (SSE if rng.random() < .3 else 0)


def state_enables(rng):
    """mstateen0 to 3."""
    return M64 if rng.random() < .6 else rng.getrandbits(2) << 62


# Flags of a page table entry that a stream changes: the low ones, a reserved one, PBMT, N.
PTE_FLAGS = 0xff | 3 << 61 | 1 << 54 | 1 << 63


def page_flags(rng, exclusions, shared):
    """
    Mostly of a page that can be used; N is always wrong for a single page's number. G only where address
    spaces have nothing that others have not, since each change of satp has a fence (`shared`).
    """
    flags = 1 | rng.choice((0xe, 6, 6, 2, 8, 0xa, 4, 0)) | rng.choice((0, 0x10))
    flags |= rng.choice((0, 0x40, 0x80, 0xc0, 0xc0, 0xc0, 0xc0))
    flags |= rng.choice((0, 0, 0x20)) if shared else 0
    if is_excluded('pte_a', exclusions):
        flags |= 0x40
    if flags & 0xe == 4 and is_excluded('shadow_d', exclusions):
        flags |= 0xc0
    if rng.random() < .1:
        flags |= rng.randrange(4) << 61
    if rng.random() < .05:
        flags ^= rng.choice((1, 1 << 54, 0 if is_excluded('pte_n', exclusions) else 1 << 63))
    return flags


def known():
    """The entries of known.txt, in which an indented line continues the one before."""
    entries = []
    with open(os.path.join(ROOT, 'tests', 'diff', 'known.txt'), encoding='utf-8') as file:
        for line in file:
            if not line.startswith(('#', ' ')):
                entries.append(line.split(':')[0].split(None, 2))
    return entries


def exclusions(emulators):
    """(pattern of names, condition) of what is not to be generated when these take part."""
    found = [(names, condition) for emulator, names, condition in LEGAL if emulator in emulators]
    return found + [(re.compile(names.replace(',', '|')), condition)
                    for emulator, names, condition in known() if emulator in emulators]


def is_excluded(name, exclusions, wanted='always'):
    return any(condition == wanted and names.fullmatch(name) for names, condition in exclusions)


class Csr:
    """
    How a CSR is used: what is read (a mask), what is written (None: never; a mask; a function), how often,
    and whether a fence follows.
    """

    def __init__(self, number, read_mask, write, weight, fence=False):
        self.number, self.read_mask, self.write, self.weight = number, read_mask, write, weight
        self.fence = fence


def even(rng):
    return rng.getrandbits(37) << 1


def trap_code(rng):
    """mcause and scause hold supported codes only (WLRL)."""
    if rng.random() < .3:
        return 1 << 63 | rng.choice((1, 5, 9, 13))
    return rng.choice((0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13, 15))


def pmp_config(rng, exclusions=(), lockdown=False):
    """
    Entries 0 to 7, all within the arena, which is why the first is not TOR. R = 0 with W = 1 is
    reserved without MML. ("Physical Memory Protection CSRs", "Smepmp")
    """
    matching = [0, 0, 0x18, 8] + ([] if is_excluded('pmp_na4', exclusions) else [0x10])
    rights = [1, 3, 5, 7] + ([] if is_excluded('pmp_noread', exclusions) else [0, 4])
    locks = range(8)
    if lockdown:
        rights = [1, 2, 3, 5, 6, 7] + ([] if is_excluded('pmp_noread', exclusions) else [0, 4])
        locks = [7] if is_excluded('pmp_noread', exclusions) else locks
    value = 0
    for entry in range(8):
        allowed = rng.choice(rights)
        config = rng.choice(matching if entry else [0, 0x18]) | allowed
        value |= (config | (0x80 if rng.random() < .03 and allowed in locks else 0)) << 8 * entry
    return value


def pmp_address(rng):
    """Somewhere in the arena, 4 bytes to 64 KiB."""
    return 0x80020000 + rng.randrange(0x10000) >> 2 | (1 << rng.randrange(13)) - 1


def shadow_pointer(rng):
    """In the arena, often near a page's end; ssp[2:0] are zero."""
    return 0x80020000 + rng.randrange(1, 16) * 4096 + 8 * rng.randrange(-4, 4)


def security(rng):
    """mseccfg, but for MML, which a program has from the start (it lasts)."""
    value = masked_bits(rng) | rng.choice((0, 0, USEED, SSEED, USEED | SSEED))
    return value | rng.choice((0, 0, RLB)) | (MMWP if rng.random() < .1 else 0)


def machine_environment(rng):
    return environment(rng) | (ADUE if rng.random() < .5 else 0)


def supervisor_environment(rng):
    return block_bits(rng) | masked_bits(rng) | rng.randrange(2) | (SSE if rng.random() < .5 else 0)


def any_but(bits, rng):
    """For menvcfg, senvcfg or mseccfg."""
    return rng.getrandbits(64) & ~(bits | PMM) | masked_bits(rng)


def address_space(rng):
    """For satp, where it does not matter: Bare has no other fields ("satp")."""
    mode = rng.randrange(16)
    return mode << 60 | rng.getrandbits(60) if mode else 0


def event_selector(rng):
    """Of rvemu's events; none that depends on the TLB."""
    return rng.choice((0, 1, 2, 0x10018, 0x1001a, 0x20001, 0x20002)) | rng.getrandbits(3) << 60


# Bits of mstatus and sstatus that a stream writes: SIE, MIE, SPIE, MPIE, SPP, FS, SUM, MXR, SDT, and
# MPP, MPRV, TVM, TW. Not FS = 1 or 2: they may read as 3 (below).
SSTATUS = 0x122 | 3 << 13 | 3 << 18 | SDT
MSTATUS = SSTATUS | 0x88 | 3 << 11 | 7 << 17 | 3 << 20
# FS and SD: when FS becomes dirty is up to the implementation ("Extension Context Status"). XS, VS,
# and the fields of extensions that only one side has, are zero or not compared.
STATUS_READ = MSTATUS & ~(3 << 13)
STATUS_LOGGED = STATUS_READ | 1 << 22 | 1 << 6
HPM = 0xfffffff8
INHIBITS = 7 << 60
STATE = 3 << 62
ENVCFG = 0xf1 | PMM | SSE
DEVICES = 0x888 # MSIP, MTIP and MEIP come from outside

# name: (what is read, what is written, weight, whether a fence follows); a CSR that is not here is only
# asked whether it exists.
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
    'mnepc': (M64, lambda rng: rng.getrandbits(38), 1),
    'stval': (M64, M64, 1),                                # WARL in the same way
    'mtval': (M64, M64, 1),
    'mtval2': (M64, None, .5),
    'mnscratch': (M64, M64, 1),
    'mncause': (0, None, .3),                              # of no interrupt yet
    'mnstatus': (3 << 11 | 8, 3 << 11 | 8, 1),
    'scause': (M64, trap_code, 1),
    'mcause': (M64, trap_code, 1),
    'stvec': (M64, None, .5),                              # the harness's
    'mtvec': (M64, None, .5),
    'medeleg': (DELEGABLE, DELEGABLE, 1),                  # what else can be delegated is WARL
    'mideleg': (SOFTWARE, SOFTWARE, 2),
    'mie': (M64, 0xaaa & ~0x80 | SOFTWARE, 3),
    'sie': (M64, SOFTWARE, 2),
    'mip': (M64 & ~DEVICES, SOFTWARE, 3),
    'sip': (M64, SOFTWARE, 2),
    'scounteren': (M64, M64, 1),
    'mcounteren': (M64, M64, 1),
    'senvcfg': (ENVCFG, supervisor_environment, 1),
    'menvcfg': (ENVCFG & ~1 | STCE | PBMTE | ADUE | DTE, machine_environment, 1, True),
    'mseccfg': (M64, security, 1),
    'satp': (M64, None, 1),
    'mhartid': (M64, None, .5),
    'ssp': (M64, shadow_pointer, 2),
    'misa': (M64, None, .3),
    'pmpcfg0': (M64, pmp_config, 1, True),
    **{'pmpaddr%d' % n: ((1 << 54) - 1, pmp_address, .25, True) for n in range(8)},
    **{'mstateen%d' % n: (STATE, STATE, .5) for n in range(4)}, # others control what there is not
    **{'sstateen%d' % n: (0, None, .3) for n in range(4)},
    # The counters count while they are read: see counter_unit. mcycle is the harness's.
    'cycle': (0, None, .5), 'instret': (0, None, .5),
    'mcountinhibit': (4 | HPM, 4 | HPM, 1),
    'minstretcfg': (INHIBITS, INHIBITS, 1),
    'mcyclecfg': (INHIBITS, None, .3),
    # What an event's number means is up to the implementation.
    **{'mhpmevent%d' % n: (INHIBITS | 1 << 63, event_selector, .3) for n in range(3, 7)},
    'scountovf': (M64, None, .5),
}
# Written and put back at once, in M mode: (what is compared, what is written); other bits than CSRS has.
PROBES = {
    'mstatus': (STATUS_READ | 1 << 22 | 0xf << 32 | 0x2000000050, M64 & ~(1 << 42)),
    'sstatus': (STATUS_READ & SSTATUS | 0x2000000050, M64),
    'mtvec': (M64, M64), 'stvec': (M64, M64),
    'medeleg': (M64, M64), 'mideleg': (M64, M64),
    # Bits from 16 on are the platform's.
    **{name: (0xffff & ~DEVICES, M64) for name in ('mip', 'sip', 'mie', 'sie')},
    'satp': (M64, address_space),
    'menvcfg': (M64 & ~1, functools.partial(any_but, 2 << 4)),
    'senvcfg': (M64, functools.partial(any_but, 2 << 4)),
    'mseccfg': (USEED | SSEED | RLB | PMM, functools.partial(any_but, MML | MMWP)),
    'mcounteren': (M64, M64), 'scounteren': (M64, M64), 'mcountinhibit': (M64 & ~1, M64 & ~1),
    **{'mstateen%d' % n: (STATE, M64) for n in range(4)},
    **{'sstateen%d' % n: (0, M64) for n in range(4)},
    'minstretcfg': (INHIBITS, M64), 'mcyclecfg': (INHIBITS, INHIBITS),
    'mhpmevent7': (INHIBITS | 1 << 63, M64), 'mhpmevent31': (INHIBITS | 1 << 63, M64),
    'mhpmcounter9': (0, M64), 'scountovf': (M64, M64), 'mhartid': (M64, M64),
    'mepc': (M64, lambda rng: rng.getrandbits(56)), 'sepc': (M64, lambda rng: rng.getrandbits(56)),
    'mnstatus': (M64, M64), 'mnepc': (M64, lambda rng: rng.getrandbits(56)), 'mtval2': (M64, M64),
    'pmpcfg2': (0, None), 'pmpaddr13': ((1 << 54) - 1, M64), 'misa': (M64, None),
    'mvendorid': (0, None), 'marchid': (0, None), 'mimpid': (0, None), 'mconfigptr': (0, None),
}
# May not be there, or there is more of them: what is not an extension's but the implementation's.
OTHERS = {
    'tselect', 'tdata1', 'tdata2', 'tdata3', 'tinfo',      # number of triggers: Debug specification
    'tcontrol', 'scontext', 'mcontext',                    # optional, each
    'time',                                                # may trap: "Machine Counter-Enable"
    'seed',                                                # may wait, and is random; see seed_unit
    'mcycle', 'minstret',                                  # see counter_unit
}
# Numbers that are nobody's here, but others may have: triggers and debug mode, more entries of PMP, and
# custom ones.
FOREIGN = set(range(0x7a0, 0x7c0)) | set(range(0x5a8, 0x5b0)) | set(range(0x3a4, 0x3b0)) | {
    n for n in range(0x1000) if n & 0xf00 == 0x800 or n & 0x3c0 == 0x3c0 or n & 0xcc0 == 0xcc0}


def rows():
    """(name, number, extension) of every CSR."""
    with open(os.path.join(ROOT, 'include', 'target-riscv', 'csr.def'), encoding='utf-8') as file:
        text = re.sub(r'/\*.*?\*/', '', file.read(), flags=re.S)
    found = re.findall(r'^CSR\((\w+),\s*(0x[0-9a-f]+),\s*(\w+)', text, re.M)
    found += [('pmpaddr%d' % n, hex(0x3b0 + n), 'Zicsr') for n in range(16)]
    for n in range(3, 32):
        found += [('hpmcounter%d' % n, hex(0xc00 + n), 'Zihpm')]
        found += [('mhpmcounter%d' % n, hex(0xb00 + n), 'Zicsr')]
        found += [('mhpmevent%d' % n, hex(0x320 + n), 'Zicsr')]
    return [(name, int(number, 16), extension.lower()) for name, number, extension in found]


def usable(name, extension, extensions, exclusions, lockdown):
    """Is there such a CSR, and may a program use it? In lockdown, PMP's entries 8 to 15 are the harness's."""
    if lockdown and name.startswith('pmp') and (name == 'pmpcfg2' or int(name[7:] or 0) > 7):
        return False
    return name not in OTHERS and extension in extensions and not is_excluded(name, exclusions)


def compared(name, exclusions):
    """The bits of a CSR that are, and that are written."""
    mask = M64
    for names, condition in exclusions:
        if condition.startswith('bits ') and names.fullmatch(name):
            mask &= ~int(condition[5:], 16)
    return mask


def csrs(extensions, exclusions, lockdown, delegates):
    """name: Csr of those that a hart with these extensions has."""
    found = {}
    for name, number, extension in rows():
        if usable(name, extension, extensions, exclusions, lockdown):
            read, write, weight, fence = (*CSRS.get(name, (0, None, .2)), False)[:4]
            read &= compared(name, exclusions)
            if isinstance(write, int):
                write &= compared(name, exclusions)
            if name not in CSRS and ('hpm' in name or name.startswith('pmpaddr')):
                weight = .03
            if is_excluded(name, exclusions, 'misaligned'):
                write = even
            elif name in ('medeleg', 'mideleg') and not delegates:
                write = None
            elif name == 'pmpcfg0':
                write = functools.partial(pmp_config, exclusions=exclusions, lockdown=lockdown)
            found[name] = Csr(number, read, write, weight, fence)
    return found


def probes(extensions, exclusions, lockdown):
    """Likewise, of those that are written and put back."""
    def write(name):
        return even if is_excluded(name, exclusions, 'misaligned') else PROBES[name][1]

    return {name: Csr(number, PROBES[name][0] & compared(name, exclusions), write(name), 1,
                      name in ('menvcfg', 'satp'))
            for name, number, extension in rows()
            if name in PROBES and usable(name, extension, extensions, exclusions, lockdown)}


def free_numbers(exclusions):
    """CSR numbers that nobody has."""
    taken = FOREIGN | {number for _, number, _ in rows()}
    if is_excluded('mstateenh', exclusions):
        taken |= set(range(0x31c, 0x320))
    return [number for number in range(0x1000) if number not in taken]


def is_foreign(word, size):
    """An encoding that others may have taken: custom opcodes, vectors, and CSR accesses of any kind."""
    opcode = word & 0x7f
    taken = opcode in (0x0b, 0x2b, 0x5b, 0x7b, 0x57) or opcode == 0x73 and word >> 12 & 3 != 0
    return size == 4 and taken
