"""Command lines and what must come of them.

A Case is a command line, its exit status, and patterns for all of stdout and stderr, in which '...'
stands for any text. Whatever ends with status 1 must say so in one line with a hint. The files are
those of images.py.

SPDX-License-Identifier: MIT
"""
import shlex
from typing import NamedTuple


class Case(NamedTuple):
    args: list
    status: int
    out: str
    err: str


def shows(line, out):
    """Prints out and ends well."""
    return Case(shlex.split(line), 0, out, "")


def refuses(line, message):
    """One line on stderr, status 1."""
    return Case(shlex.split(line), 1, "", f"rvemu: {message}\n")


def accepts(line, err=""):
    """Builds a machine from the options (and dumps its device tree instead of running it)."""
    return Case(shlex.split(line + " -M dumpdtb=/dev/null"), 0, "", err)


HELP = [
    shows("-help",
          "Usage: rvemu [OPTION...] [KERNEL [ARGUMENT...]]\n...\nMachine:\n  -M, -machine ...\n\nImages:\n..."),
    shows("-h", "Usage: ..."),
    shows("--help", "Usage: ..."),
    shows("-version", "rvemu version ...\n"),
    shows("--version", "rvemu version ...\n"),
    shows("-version -nonsense", "rvemu version ...\n"),
    shows("-M help", "Supported machines are:\n"
          "...none                 ...\n"
          "...spike                ... (default)\n..."),
    shows("-machine ?", "Supported machines are:\n..."),
    shows("-M spike,help",
          "Properties of machine spike:\n...\n  memory=<size> ...(default: ...128M..."),
    shows("-M none,?", "Properties of machine none:\n..."),
    shows("-accel help",
          "Supported accelerators are:\n...tcg                  ... (alias of interp)\n...interp  "
          "             ... (default)\n..."),
    shows("-accel tcg,help",
          "Properties of accelerator interp:\n  fuse=<bool> ...  max-insns=<uint32> ...  thread=<...> ...(default: multi)\n..."),
    shows("-cpu help", "...max...rv64..."),
    shows("-M spike -cpu ?", "...rv64..."),
    shows("-cpu rv64,help", "Available CPUs:\n..."),
    shows("-device help",
          "Devices that -device can add:\n(none)\nDevices that machines are made of:\n...clint ..."),
    shows("-device clint,help", "Properties of device clint:\n...num-harts=<...> ..."),
    shows("-d help", "Log items (comma separated):\nin_asm ...\nstats ... ends\nall ...\npostmortem=LEVEL ...\n"),
    shows("-help -help=3", "Usage: ..."),
]

SYNTAX = [
    refuses("-versoin",
            "unknown option '-versoin' (did you mean '-version'? '-help' lists all options)"),
    refuses("-xyzzy", "unknown option '-xyzzy' ('-help' lists all options)"),
    refuses("--kernl=spin.elf",
            "unknown option '--kernl' (did you mean '-kernel'? '-help' lists all options)"),
    refuses("-help=3", "option '-help' takes no argument (leave out '=...')"),
    refuses("--nographic=on", "option '--nographic' takes no argument (leave out '=...')"),
    refuses("-kernel", "option '-kernel' needs an argument (-kernel FILE)"),
    refuses("-kernel spin.elf text", "second kernel 'text' ('-kernel spin.elf' is one already; "
            "arguments for it go into -append)"),
    refuses("-append x spin.elf y z", "'spin.elf' has arguments twice, 'y z' and '-append x' (...)"),
    refuses("-append x spin.elf y -m 64 -nonsense", "'spin.elf' has arguments twice, "
            "'y -m 64 -nonsense' and '-append x' (...)"),
    refuses("spin.elf -append x -- -m", "'spin.elf' has arguments twice, '-m' and '-append x' (...)"),
    refuses("-kernel spin.elf -append '\"a b'",
            "-append '\"a b': a quotation does not end (...)"),
    refuses("-- -no-such-file", "...'-no-such-file'..."),
]

MACHINE = [
    refuses("-M spik",
            "-machine spik: unknown machine 'spik' (did you mean 'spike'? '-M help' lists them)"),
    refuses("--machine=virt", "-machine virt: unknown machine 'virt' ('-M help' lists them)"),
    refuses("-M ''", "-M : empty part between commas (...)"),
    refuses("-M spike,", "-M spike,: empty part between commas (...)"),
    refuses("-M spike,memory", "-M spike,memory: 'memory' is not of the form KEY=VALUE (...)"),
    refuses("-M spike,kernl=x", "-machine kernl=x: ...'kernl'...did you mean 'kernel'..."),
    refuses("-M spike,memory=lots", "-machine memory=lots: ...'lots' is not a size (...)"),
    refuses("-M none -kernel spin.elf", "machine 'none' has no RAM to load spin.elf (...)"),
    refuses("-M none -m 64",
            "machine 'none' has no RAM (choose another one with -M; '-M help' lists them)"),
    refuses("-M none,dumpdtb=/dev/null", "machine 'none' has no device tree (...)"),
    refuses("-M dumpdtb=no-folder/x",
            "cannot write the device tree to 'no-folder/x': No such file or directory (...)"),
    refuses("-M dumpdtb=/dev/full",
            "cannot write the device tree to '/dev/full': No space left on device (...)"),
    refuses("-M spike,signature-granularity=5",
            "signature-granularity=5 is none of 4, 8 and 16 (16 is the default)"),
    refuses("-M spike,htif-root=no-folder",
            "htif-root=no-folder: No such file or directory (name a folder whose files the guest may use)"),
    refuses("-M spike,htif-root=spin.elf", "htif-root=spin.elf: Not a directory (...)"),
    refuses("-M htif-root=.,htif-ro=7", "-machine htif-ro=7: ...'7' is neither on nor off..."),
    accepts("-M htif-root=.,htif-ro=on"),
    refuses("-M memory-map=0x80000000", "memory-map=0x80000000: '0x80000000' is not of the form BASE:SIZE (...)"),
    refuses("-M memory-map=0x80000000:lots", "memory-map=0x80000000:lots: ...'lots' is not a size (...)"),
    refuses("-M memory-map=0x80000100:64M", "RAM of 0x4000000 bytes at 0x80000100 is not a number of pages (...)"),
    refuses("-M memory-map=0x80000000:0", "RAM of 0x0 bytes at 0x80000000 is not a number of pages (...)"),
    refuses("-M memory-map=0xfffffffffff000:1M",
            "RAM of 1 MiB at 0xfffffffffff000 does not fit below the end of physical memory at 2^56 (...)"),
    refuses("-M memory-map=" + ",,".join(f"0x{i}000:4K" for i in range(10, 27)), "memory-map=... has more than 16 parts (...)"),
    accepts("-M memory-map=0x80000000:64M,,0x20000:4K"),
    accepts("-M spike,exact=on,bootargs=x"),
    accepts("-M spike"),
    accepts("-M type=spike"),
    accepts("-machine spike,memory=64M -M smp=2"),
]

CPU = [
    refuses("-cpu rv65", "-cpu rv65: ...rv65..."),
    refuses("-cpu rv64,+zzz", "-cpu rv64,+zzz: ...zzz..."),
    refuses("-cpu rv64,-zzz", "-cpu rv64,-zzz: ...zzz..."),
    refuses("-cpu rv64,zzz=on", "-cpu rv64,zzz=on: ...zzz..."),
    refuses("-cpu rv64,misaligned=7", "-cpu rv64,misaligned=7: ...'7' is neither on nor off..."),
    refuses("-M none -cpu rv64", "-cpu rv64: ...machine 'none' has no CPU (...)"),
    refuses("-M none -cpu help", "-cpu help: machine 'none' has no CPU (...)"),
    accepts("-cpu rv64,-zba,+zbb,misaligned=off"),
    accepts("--cpu=max"),
    accepts("-cpu rv64-riscv-cpu"),
    refuses("-cpu rv64,resetvec=1", "...resetvec 0x1 is odd (...)"),
    shows("-cpu rva20s64,explain", "I              yes\nM              yes\n..."
          "Zifencei       yes\nSs1p11         yes\n..."),
    shows("-cpu rva23s64,explain", "...\nV              no\n...\nH              no\n..."),
    shows("-cpu rva22u64,-zkt,explain", "...\nZic64b         yes\n...\nZkt            no\n"),
    shows("-cpu rva22u64,cboz-blocksize=32,explain", "...\nZic64b         no\n..."),
    refuses("-cpu rv64,explain", "-cpu rv64,explain: 'explain' needs a model that carries a profile's "
            "name (such as rva23s64; ...)"),
    refuses("-cpu rva25u64,explain", "-cpu rva25u64,explain: unknown CPU model 'rva25u64' (...)"),
    refuses("-cpu rva22u64,zzz=on,explain", "-cpu rva22u64,zzz=on,explain: ...zzz..."),
    refuses("-M none -cpu rva22u64,explain",
            "-cpu rva22u64,explain: machine 'none' has no CPU (...)"),
    accepts("-cpu rva20u64"),
    accepts("-cpu rva22u64"),
    accepts("-cpu rva20s64"),
    accepts("-cpu rva22s64"),
    accepts("-cpu rva23u64", "rvemu: warning: -cpu rva23u64: ... of the extensions that the profile "
            "mandates do not exist here ('-cpu rva23u64,explain' lists them)\n"),
    refuses("-cpu rv64,zcmp=on", "-cpu rv64,zcmp=on: extension Zcmp conflicts with extension Zcd, "
            "which is on (turn it off with zcd=off)"),
    accepts("-cpu rv64,+zcmp,-zcd"),
    refuses("-cpu rv64,zic64b=on,cboz-blocksize=32",
            "-cpu rv64,...: extension Zic64b needs cbom-blocksize=64 and cboz-blocksize=64 "
            "(set that, or leave out Zic64b)"),
    refuses("-global riscv-cpu.zic64b=on -global riscv-cpu.cboz-blocksize=32",
            "extension Zic64b needs cbom-blocksize=64 and cboz-blocksize=64 (set that, or leave out Zic64b)"),
    refuses("-cpu rv64,hartid=5", "-cpu rv64,hartid=5: 'hartid' is the machine's to set, here to 0 (leave it out)"),
    refuses("-global clint.num-harts=3 -smp 2",
            "-global clint.num-harts=3: 'num-harts' is the machine's to set, here to 2 (leave it out)"),
    accepts("-global clint.num-harts=1"),
    accepts("-global riscv-cpu.zba=off -cpu rv64,b=on,zba=on"),
    refuses("-cpu rv64,supm=on,ssnpm=off",
            "-cpu rv64,...: extension Supm needs extension Ssnpm, which is off..."),
    accepts("-cpu rv64,supm=on,smnpm=off"),
    refuses("-cpu rv64,supm=on,s=off,smnpm=off",
            "-cpu rv64,...: extension Supm needs extension Smnpm, which is off (...)"),
    refuses("-cpu rv64,sscofpmf=on,zihpm=off",
            "-cpu rv64,...: extension Sscofpmf needs extension Zihpm, which is off (...)"),
    accepts("-cpu rv64,supm=on,s=off"),
    refuses("-cpu rv64,zicclsm=on,misaligned=off",
            "-cpu rv64,...: extension Zicclsm needs misaligned=on..."),
    accepts("-cpu rv64,cbom-blocksize=32,misaligned=off"),
    refuses("-cpu rv64,-i", "-cpu rv64,-i: extension I cannot be off (...)"),
    refuses("-cpu rv64,-f,-d,-zicsr", "-cpu rv64,...-zicsr: ...extension ... cannot be off (...)"),
    refuses("-smp 2,maxcpus=4", "-smp 2,maxcpus=4: maxcpus=4 is not the number of CPUs, 2 (...)"),
    accepts("-smp 2,maxcpus=2"),
    accepts("-smp maxcpus=2"),
    refuses("-smp 0", "-smp 0: cpus=0 is out of range 1..65535 (...)"),
    refuses("-smp two", "-smp two: 'two' is not a number (...)"),
    refuses("-smp 4,dies=2",
            "-smp 4,dies=2: unknown key 'dies' (there are cpus, sockets, cores, threads and maxcpus)"),
    refuses("-smp 5,cores=2",
            "-smp 5,cores=2: 2 sockets of 2 cores of 1 threads are 4 CPUs, not 5 (...)"),
    refuses("-smp 129", "-smp 129: 129 CPUs are too many for machine 'spike' (it can have 128)"),
    accepts("-smp 128"),
    accepts("-smp sockets=2,cores=2,threads=1"),
    refuses("-accel kvm", "-accel kvm: unknown accelerator 'kvm' ('-accel help' lists them)"),
    refuses("-accel kvm,help",
            "-accel kvm,help: unknown accelerator 'kvm' ('-accel help' lists them)"),
    refuses("-accel interp,thread=many", "-accel interp,thread=many: ...many..."),
    refuses("-accel interp,max-insns=0", "-accel interp,max-insns=0: ...out of range 1..64..."),
    refuses("-accel interp,fuse=maybe", "-accel interp,fuse=maybe: ...neither on nor off..."),
    refuses("-accel interp,speed=9", "-accel interp,speed=9: ...'speed'..."),
    refuses("-M accel=kvm", "-machine accel=kvm: unknown accelerator 'kvm'..."),
    accepts("-accel tcg"),
    accepts("-accel interp,thread=single"),
    accepts("-M spike,accel=kvm:tcg"),
    refuses("-accel interp,turns=spike,thread=multi",
            "turns=spike cannot go with thread=multi (leave out thread=multi: turns=spike selects thread=single)"),
    refuses("-accel interp,turns=long", "-accel interp,turns=long: ...'long' is not one of free, spike (...)"),
    accepts("-accel interp,turns=spike -icount 0"),
]

ICOUNT = [
    refuses("-icount 11",
            "-icount 11: ...'11' is not one of auto, 0, 1, ...10 (for example -icount 3, or ...)"),
    refuses("-icount shift=fast", "-icount shift=fast: ...'fast' is not one of auto, ..."),
    refuses("-icount 3,align=on", "-icount 3,align=on: ...'align' (...)"),
    refuses("-icount 3,sleep=maybe", "-icount 3,sleep=maybe: ...'maybe' is neither on nor off (...)"),
    refuses("-icount ''", "-icount : ...empty part between commas (...)"),
    refuses("-icount 3 -accel interp,thread=multi",
            "-icount cannot go with thread=multi (leave out thread=multi: -icount selects "
            "thread=single)"),
    refuses("-M accel=tcg,,thread=multi,icount=0", "-icount cannot go with thread=multi (...)"),
    accepts("-icount 0"),
    accepts("-icount auto,sleep=off -accel interp,thread=single -smp 4"),
    accepts("-icount 11 -icount shift=10"),
]

LIMIT = [
    refuses("-limit ''", "-limit : ...empty part between commas (...)"),
    refuses("-limit insns=many", "-limit insns=many: ...'many' is not a number (for example -limit insns=1000000, ...)"),
    refuses("-limit seconds=-1", "-limit seconds=-1: ...-1 is out of range 0..1000000 (...)"),
    refuses("-limit seconds=1000001", "-limit seconds=1000001: ...out of range 0..1000000 (...)"),
    refuses("-limit hours=1", "-limit hours=1: ...'hours'... (...)"),
    refuses("-limit dead=maybe", "-limit dead=maybe: ...'maybe' is neither on nor off (...)"),
    accepts("-limit 5"),
    accepts("-limit insns=5,seconds=2,dead=off"),
    accepts("-M limit=seconds=2"),
]

RTC = [
    refuses("-rtc base=now",
            "-rtc base=now: ...'now' is neither utc nor localtime nor a date from 1970 to 2261 (for "
            "example base=2024-02-29 or base=2024-02-29T12:30:00)"),
    refuses("-rtc base=2023-02-29", "-rtc base=2023-02-29: ...'2023-02-29' is neither ... (...)"),
    refuses("-rtc clock=rt", "-rtc clock=rt: ...'rt' is not one of host, vm (...)"),
    refuses("-rtc driftfix=slew", "-rtc driftfix=slew: ...'driftfix'..."),
    refuses("-rtc utc", "-rtc utc: ...'utc' is not of the form KEY=VALUE (...)"),
    refuses("-icount 0 -rtc clock=host",
            "-rtc clock=host cannot go with -icount, where instructions move time (leave out "
            "clock=host: -icount selects clock=vm)"),
    accepts("-rtc base=localtime,clock=host"),
    accepts("-rtc base=2024-02-29T12:30:00,clock=vm -icount 0"),
    accepts("-M rtc=base=utc"),
]

MEMORY = [
    refuses("-m 1.1G", "a RAM of 1181116006 bytes is not a whole number of pages (...)"),
    refuses("-m lots", "-m lots: 'lots' is not a size (...)"),
    refuses("-m 0", "machine 'spike' cannot run without RAM (give it a size with -m)"),
    refuses("-m 1000B",
            "a RAM of 1000 bytes is not a whole number of pages (use a multiple of 4096 bytes)"),
    refuses("-m 64,slots=2", "-m 64,slots=2: unknown key 'slots' (the only one is 'size')"),
    refuses("-m 99999999999999999999", "-m 99999999999999999999: ...does not fit in 64 bits (...)"),
    refuses("-m 15E", "...RAM..."),
    refuses("-m 100P", "...RAM..."),
    accepts("-m 64"),
    accepts("-m size=1G"),
    accepts("-m 0.5G"),
    accepts("-m 4096K"),
]

DEVICES = [
    refuses("-device ''", "-device : empty part between commas (...)"),
    refuses("-device uart",
            "-device uart: unknown type of device 'uart' ('-device help' lists them)"),
    refuses("-device clnt,help",
            "-device clnt,help: unknown type of device 'clnt' (did you mean 'clint'? '-device help' lists them)"),
    refuses("-device id=x", "-device id=x: no type of device is named (...)"),
    refuses("-device clint",
            "-device clint: 'clint' is part of a machine and cannot be added ('-device help' lists what can)"),
    refuses("-global clint", "-global clint: not of the form TYPE.PROP=VALUE (...)"),
    refuses("-global clnt.num-harts=1",
            "-global clnt.num-harts=1: unknown type of device 'clnt' (...'clint'...)"),
    refuses("-global driver=clint", "-global driver=clint: not of the form TYPE.PROP=VALUE (...)"),
    refuses("-global clint.harts=1", "-global clint.harts=1: ...'harts'..."),
    refuses("-global clint.num-harts=many",
            "-global clint.num-harts=many: ...'many' is not a number (...)"),
    accepts("-global riscv-cpu.misaligned=off"),
    accepts("-global driver=riscv-cpu,property=misaligned,value=off"),
    accepts("-global max-riscv-cpu.misaligned=off",
            "rvemu: warning: -global max-riscv-cpu.misaligned=off: has no effect, "
            "the machine has no device of type 'max-riscv-cpu'\n"),
]

FILES = [
    refuses("missing.elf", "cannot open 'missing.elf': No such file or directory (...)"),
    refuses("-kernel missing.elf", "cannot open 'missing.elf': No such file or directory (...)"),
    refuses("folder", "'folder' is a directory (...)"),
    refuses("/dev/null", "'/dev/null' is not a regular file (...)"),
    refuses("empty", "'empty' is empty (...)"),
    refuses("text", "'text' is not an ELF file: it is a text file (...)"),
    refuses("header.elf", "'header.elf' is truncated: it ends within the ELF header (...)"),
    refuses("truncated.elf", "'truncated.elf' is truncated: ...beyond the end of the file..."),
    refuses("class32.elf", "'class32.elf' is a 32-bit ELF file (...)"),
    refuses("big-endian.elf", "'big-endian.elf' is a big-endian ELF file (...)"),
    refuses("x86.elf", "'x86.elf' is an ELF file for ..., not for RISC-V (...)"),
    refuses("object.elf", "'object.elf' is an object file, not an executable (link it first)"),
    refuses("overlap.elf",
            "'overlap.elf': the segments at 0x80000000 and 0x80000008 overlap by 8 bytes (...)"),
    refuses("low.elf", "'low.elf' does not fit: 0x1000000000-... lies outside RAM... (...)"),
    refuses("large.elf",
            "'large.elf' does not fit: 0x80000000-... lies outside RAM... (use -m 1024M or "
            "more...)"),
    refuses("wrap.elf",
            "'wrap.elf' is damaged: the segment at 0x80000000 reaches beyond the last address..."),
    refuses("no-segment.elf", "'no-segment.elf' has nothing to load: ... (...)"),
    refuses("entry.elf", "'entry.elf': the entry point 0x80100000 lies in no segment (...)"),
    refuses("-bios missing.bin", "...cannot open 'missing.bin': No such file or directory (...)"),
    refuses("spin.elf -initrd missing.img",
            "...cannot open 'missing.img': No such file or directory (...)"),
    refuses("-initrd text", "-initrd has no effect without a kernel (name one with -kernel FILE)"),
    refuses("-append x", "-append has no effect without a kernel (name one with -kernel FILE)"),
    refuses("spin.elf -dtb missing.dtb",
            "cannot open 'missing.dtb': No such file or directory (...)"),
    refuses("spin.elf -dtb text", "'text' ... (...)"),
    refuses("spin.elf -dtb bad.dtb", "'bad.dtb' ... (...)"),
    accepts("-nographic -bios none -kernel spin.elf -append 'console=hvc0'"),
    accepts("-L . -bios default Image -name guest=me"),
    refuses("-name me,process=x",
            "-name me,process=x: unknown key 'process' (the only one is 'guest')"),
]

BOOT = [
    shows("-L help", "/...\n"),
    shows("-L folder -L /x -L ?", "folder\n/x\n/...\n"),
    refuses("-L ''", "-L : not the name of one folder (...)"),
    refuses("-L a:b", "-L a:b: not the name of one folder (give each folder an -L of its own; ...)"),
    refuses("-M firmware-path=folder:no-folder Image",
            "no firmware: there is no fw_dynamic.bin or opensbi-riscv64-generic-fw_dynamic.bin in "
            "folder:no-folder (install the package opensbi, name its folder with -L DIR, or ...)"),
    refuses("-L . Image-arm", "'Image-arm' is a Linux kernel for AArch64, not for 64-bit RISC-V (...)"),
    refuses("-L . Image-x86", "'Image-x86' is a PE file for x86-64, not for 64-bit RISC-V (...)"),
    refuses("-L . Image-short",
            "'Image-short' is truncated: its kernel reaches beyond the end of the file (copy or build it again)"),
    refuses("-L . zImage", "'zImage' is a Linux kernel for 32-bit ARM, not for 64-bit RISC-V (...)"),
    refuses("-L . bzImage", "'bzImage' is a Linux kernel for x86, not for 64-bit RISC-V (...)"),
    refuses("-L . program.efi", "'program.efi' is an EFI program, not a Linux Image (...)"),
    refuses("-L . Image-large", "'Image-large' does not fit: 0x80200000-0xc01fffff lies outside RAM, "
            "which is 0x80000000-0x87ffffff (use -m 1026M or more)"),
    refuses("-L . Image-large.gz", "'Image-large.gz' does not fit: 0x80200000-... (use -m 1026M or more)"),
    refuses("-L . Image-truncated.gz",
            "'Image-truncated.gz' is truncated: it ends within the data compressed with gzip (...)"),
    refuses("-L . Image-bomb.gz", "'Image-bomb.gz' is damaged: it unpacks to more than the 12288 "
            "bytes that its header speaks of (...)"),
    refuses("-L . text.gz", "'text.gz' is packed with gzip, and what is in it is no Linux Image (...)"),
    refuses("-L . Image -initrd large.img", "initrd 'large.img' of 134217728 bytes does not fit "
            "between the kernel, which ends at 0x80202fff, and the end of RAM at 0x87ffffff (...)"),
    refuses("-bios fw_dynamic.bin spin.elf", "'spin.elf' at 0x80000000-... overlaps "
            "'fw_dynamic.bin' at 0x80000000-... (...)"),
    refuses("-m 64K -bios fw_dynamic.bin",
            "there is no room for the device tree in RAM below 0x80010000 (give ...)"),
]

# What follows the verdict, in short.
POST_MORTEM = ("hart 0: in ...-mode at ..., ... instructions retired..."
               "('-d postmortem=full' also shows registers, and instructions however long the run was)\n")


def verdict(status):
    """What the last line says of a program that ends itself with the status."""
    return f"verdict: failed: ... {status} (...) at ..., hart ...\n{POST_MORTEM}" if status else ""

GDB = [
    refuses("-gdb 1234", "-gdb 1234: '1234' is no place to wait for gdb (write tcp::PORT, ...)"),
    refuses("-gdb tcp::65536", "-gdb tcp::65536: '65536' is no port (a port is a number from 0 to 65535)"),
    refuses("-serial tcp::99999,server=on", "-serial tcp::99999,server=on: '99999' is no port (...)"),
    refuses("-gdb tcp:localhost", "-gdb tcp:localhost: 'tcp:localhost' is no place ..."),
    refuses("-gdb tcp:localhost:", "-gdb tcp:localhost:: 'tcp:localhost:' is no place ..."),
    refuses("-gdb unix:", "-gdb unix:: 'unix:' is no place to wait for gdb (...)"),
    refuses("-gdb unix:no-folder/x", "-gdb unix:no-folder/x: cannot listen on 'unix:no-folder/x': "
            "No such file or directory (...)"),
    refuses("-S spin.elf", "-S: nobody could start the guest (let gdb do it: add -s, or -gdb)"),
    refuses("-S -gdb none", "-S: nobody could start the guest (...)"),
    accepts("-S -s"),
    accepts("-gdb none"),
]

def ends(line, status, err=""):
    """Runs a program that ends itself with the status and says no more than err, and the verdict."""
    return Case(shlex.split(line), status, "", err + verdict(status))


def judged(line, status, err):
    """Runs a program of which err says what became of it; behind a verdict there is more."""
    after = POST_MORTEM if err.count("\n") == 1 and err.startswith("verdict: ") else ""
    return Case(shlex.split(line), status, "", err + after)


RUNS = [
    ends("exit-0.elf", 0),
    ends("-kernel exit-5.elf", 5),
    ends("-- exit-5.elf", 5),
    judged("exit-5.elf", 5, "verdict: failed: test 5 (tohost 0xb) at 0x80000008, hart 0\n"),
    judged("-icount 0 exit-5.elf", 5, "verdict: failed: test 5 (tohost 0xb) at 0x80000008, hart 0\n"),
    judged("finish-5.elf", 5, "verdict: failed: exit code 5 (finisher 0x53333) at <finish+0xc> 0x8000000c, hart 0\n"),
    judged("call-exit.elf", 119, "verdict: failed: exit code 1000000 (system call exit) at <main+0x1c> 0x8000001c, hart 0\n"),
    judged("exit-118.elf", 118, "verdict: failed: test 118 (tohost 0xed) at 0x80000008, hart 0\n"),
    judged("exit-119.elf", 119, "verdict: failed: test 119 (tohost 0xef) at 0x80000008, hart 0\n"),
    *[judged(f"{options} exit-half.elf", 3, "verdict: failed: test 3 (tohost 0x7) at 0x80000008, hart 0\n")
      for options in ("", "-icount 0", "-accel interp,thread=single")],
    judged("exit-256.elf", 119, "verdict: failed: test 256 (tohost 0x201) at 0x80000008, hart 0\n"),
    judged("-quiet exit-256.elf", 119, ""),
    judged("-quiet exit-0.elf", 0, ""),
    ends("-accel interp,thread=single -smp 3 exit-5.elf", 5),
    ends("-accel interp,fuse=off,max-insns=1 exit-5.elf", 5),
    ends("-icount 3 -smp 3 exit-5.elf", 5),
    ends("-icount sleep=off exit-5.elf", 5),
    ends("-smp 3 -m 16 exit-5.elf", 5),
    ends("-L . Image", 5),
    ends("-L . vmlinux", 5),
    ends("-L . -m 16 -smp 3 Image.gz -initrd text", 5),
    ends("-L no-folder -bios fw_dynamic.bin -kernel Image", 5),
    ends("-bios none -kernel Image", 5),
    ends("-L folder -L . -bios default Image -d loader", 5,
         "loader: 0x80000000-0x80000027 './fw_dynamic.bin'\nloader: 0x80200000-0x80202fff 'Image'\n"
         "loader: entry point 0x80000000\nloader: firmware goes on at 0x80200000 in supervisor mode\n"
         "...'reset vector'\nloader: 0x...'device tree'\n"),
    ends("power-off.elf", 0),
    ends("-no-reboot -smp 3 reset.elf", 0),
    ends("-M reboot=off -icount 0 reset.elf", 0),
    ends("-gdb tcp::0 exit-5.elf", 5, "rvemu: gdb can connect to tcp:127.0.0.1:...\n"),
    ends("-gdb tcp:127.0.0.1:0 exit-5.elf", 5, "rvemu: gdb can connect to tcp:127.0.0.1:...\n"),
    ends("-gdb unix:gdb.socket exit-5.elf", 5, "rvemu: gdb can connect to unix:gdb.socket\n"),
    ends("-gdb none exit-5.elf", 5),
    judged("-quiet -gdb tcp::0 exit-5.elf", 5, ""),
    accepts("no-tohost.elf", "rvemu: warning: 'no-tohost.elf' has no symbol tohost: ...\n"),
    accepts("-quiet no-tohost.elf"),
    shows("", "..."),
]

def stopped(line, insns, where="...", last=""):
    """Is stopped by its limit when it has retired so many instructions."""
    return Case(shlex.split(line), 121, "", f"verdict: limit: {insns} instructions reached{where}\n{POST_MORTEM}{last}")


# Each makes one instruction after the other, for ever, and none is alone in its block.
LIMITED = [
    *[stopped(f"{options} -limit insns={insns} -d stats count.elf", insns, " at ..., hart 0",
              f"hart 0: {insns} instructions retired\n...")
      for insns in (1, 7, 1000, 1048577, 3000001)
      for options in ("", "-icount 3", "-accel interp,thread=single",
                      "-accel interp,fuse=off,max-insns=1")],
    # hart 0 spins as the others do; 5000 instructions are a turn
    stopped("-smp 3 -accel interp,thread=single -limit 12001 -d stats count.elf", 12001, " at ..., hart 2",
            "hart 2: 2001 instructions retired\n...hart 1: 5000 instructions...hart 0: 5000 instructions..."),
    stopped("-smp 3 -limit 12001 count.elf", 12001, " at ..., hart ..."),
    stopped("-limit 8 count.elf", 8, " at <main+0x8> 0x80000008, hart 0"),
    judged("-limit seconds=1 count.elf", 121, "verdict: limit: 1 s passed at <main+0x...> 0x..., hart 0\n"),
    judged("-limit seconds=1 -smp 2 count.elf", 121, "verdict: limit: 1 s passed\n"),
    Case(shlex.split("-limit seconds=1 -M none"), 121, "", "verdict: limit: 1 s passed\n"),
    judged("-quiet -limit 1000 count.elf", 121, ""),
    ends("-limit insns=1000,seconds=9 exit-5.elf", 5),
    judged("-limit insns=9,seconds=9 exit-0.elf", 0, ""), # the store to tohost is the ninth
    stopped("-limit insns=8,seconds=9 exit-0.elf", 8, " at 0x80000008, hart 0"),
    ends("-limit insns=0,seconds=0 exit-5.elf", 5),
]


IN_SHORT = "hart 0: in M-mode at <main+0x...> 0x80000..., ... instructions retired\n"
WILD_TRAPS = """  last traps, of 1:
    load access fault in M-mode at 0x80000014, tval 0x0, after 11 instructions
"""
# The last instructions before the end, and those of the reset vector before them.
IN_FULL = """...  last instructions...:
    0x0000000000001000:  00000297  auipc   t0,0x0
    0x0000000000001004:  02828613  addi    a2,t0,40
    0x0000000000001008:  f1402573  csrr    a0,mhartid
    0x000000000000100c:  0202b583  ld      a1,32(t0)
    0x0000000000001010:  0182b283  ld      t0,24(t0)
    0x0000000000001014:  00028067  jr      t0
    0x0000000080000000 <main>:  00001297  auipc   t0,0x1
    0x0000000080000004 <main+0x4>:  00b00313  li      t1,11
    0x0000000080000008 <main+0x8>:  0062b023  sd      t1,0(t0)
...  registers:
 hart 0, M-mode
 pc ... mstatus ... zero ... t6 ..."""


def post_mortem(line, status, err):
    return Case(shlex.split(line), status, "", "verdict: ...\n" + err)


POST_MORTEMS = [
    judged("named.elf", 5, "verdict: failed: test 5 (tohost 0xb) at <main+0x8> 0x80000008, hart 0\n"),
    post_mortem("-d postmortem=short named.elf", 5, IN_SHORT + "  last instructions...:\n    0x00000000000010...:...\n"
                "    0x0000000080000008 <main+0x8>:  0062b023  sd      t1,0(t0)\n...(...)\n"),
    # What a hart remembers of its youth goes, unless all is wanted.
    post_mortem("-limit 20000000 count.elf", 121,
                "hart 0: in M-mode at <main+0x...> 0x..., 20000000 instructions retired\n(...)\n"),
    post_mortem("-limit 20000000 -d postmortem=full count.elf", 121, "hart 0: ...  last instructions:\n...  registers:\n..."),
    Case(shlex.split("-d postmortem=off named.elf"), 5, "",
         "verdict: failed: test 5 (tohost 0xb) at <main+0x8> 0x80000008, hart 0\n"),
    Case(shlex.split("-d int,postmortem=off named.elf"), 5, "", "verdict: failed: ..., hart 0\n"),
    Case(shlex.split("-quiet -d postmortem=full named.elf"), 5, "", ""),
    *[post_mortem(f"{options} -d postmortem=full named.elf", 5, IN_FULL)
      for options in ("", "-accel interp,thread=single", "-icount 0", "-accel interp,fuse=off,max-insns=1",
                      "-d commits -D log")],
    post_mortem("wild.elf", 5, "hart 0: ...\n" + WILD_TRAPS + "(...)\n"),
    post_mortem("-d postmortem=full wild.elf", 5, "hart 0: ...lw      t2,0(zero)  (trap)\n...sd      t1,0(t0)\n..."
                + WILD_TRAPS + "  registers:\n..."),
    post_mortem("-d postmortem=full trap.elf", 122, "hart 0: ...instructions before that:\n...csrw    mtvec,t0\n"
                "    0x000000008000000c:  0000      unimp...(trap)\n...last traps, of 3:\n...registers:\n..."),
    post_mortem("-d postmortem=full spin.elf", 122, "hart 0: ...instructions before that:\n...jr      t0\n...  registers:\n..."),
    post_mortem("-smp 12 -limit 100000 -accel interp,thread=single count.elf", 121,
                "hart 0: ...hart 7: in M-mode ...and 4 more harts\n(...)\n"),
    post_mortem("-smp 12 -limit 100000 -d postmortem=full count.elf", 121, "hart 0: ...hart 11: in M-mode ... t6 ...\n"),
    refuses("-d postmortem=long",
            "-d postmortem=long: 'long' is none of off, short and full (for example -d postmortem=full)"),
    refuses("-d postmortem=full,zzz", "-d postmortem=full,zzz: unknown log item 'zzz' (...)"),
    refuses("-d postmortem=full,,", "-d postmortem=full,,: ..."),
    accepts("-d postmortem=off,postmortem=full"),
]

PRE_FLIGHT = [
    accepts("lacks.elf", "rvemu: warning: 'lacks.elf' is compiled for extensions that the hart lacks: v, zbkb, xtheadba "
            "(add what there is with -cpu MODEL,+EXT or take -cpu max, or compile it for another -march)\n"),
    accepts("-cpu rv64,+zbkb lacks.elf", "rvemu: warning: 'lacks.elf' is compiled for ...: v, xtheadba (...)\n"),
    accepts("-quiet lacks.elf"),
    accepts("has.elf"),
    accepts("-cpu rv64,-zba has.elf", "rvemu: warning: 'has.elf' is compiled for ... lacks: zba, b (...)\n"),
    accepts("not-code.elf",
            "rvemu: warning: 'not-code.elf': the entry point lies in a segment that is not for code (check ...)\n"),
    ends("not-code.elf", 5, "rvemu: warning: 'not-code.elf': ... (...)\n"),
]

DEAD = [
    *[judged(f"{options} spin.elf", 122, "verdict: dead: hart 0 jumps to itself at 0x80000000\n")
      for options in ("", "-icount 0", "-icount 3,sleep=off", "-accel interp,thread=single", "-d commits -D log",
                      "-accel interp,fuse=off,max-insns=1", "-limit seconds=9", "-limit dead=on", "-cpu max")],
    *[judged(f"{options} -limit insns={insns} spin.elf", 122, "verdict: dead: hart 0 jumps to itself at 0x80000000\n")
      for insns in (100, 1000, 200000) for options in ("", "-icount 0", "-accel interp,thread=single")],
    judged("wait.elf", 122, "verdict: dead: hart 0 waits for an interrupt that cannot come at 0x80000000\n"),
    judged("trap.elf", 122, "verdict: dead: hart 0 traps for ever (illegal instruction in the first instruction of "
           "the handler) at 0x8000000c\n"),
    *[judged(f"-smp 6 {options} wait.elf", 122, "verdict: dead: " + "; ".join(
        f"hart {n} waits for an interrupt that cannot come at 0x80000000" for n in range(4)) +
             "; and so on for 2 more\n") for options in ("", "-icount 0", "-accel interp,thread=single")],
    judged("-quiet spin.elf", 122, ""),
    judged("-serial none spin.elf", 122, "verdict: dead: ...\n"),
    judged("-limit dead=off,seconds=1 spin.elf", 121, "verdict: limit: 1 s passed at 0x80000000, hart 0\n"),
    judged("-limit dead=off,seconds=1 wait.elf", 121, "verdict: limit: 1 s passed at 0x80000004, hart 0\n"),
    stopped("-limit dead=off,insns=100000 spin.elf", 100000, " at 0x80000000, hart 0"),
    judged("replaced.elf", 122, "verdict: dead: hart 0 jumps to itself at 0x8000002c\n"), # input is at its end
]


def statistics(*lines):
    """What -d stats says, with these lines among others: (name with its indentation, value)."""
    return "".join(f"...{name:40}{value:16}\n" for name, value in lines) + "..."


# Two loads are the reset vector's. A crossing store is translated each time; of the rest, the first in a page.
ACCESSES = statistics(
    ("  exceptions", 0), ("  loads", 2 + 100 + 2), ("  stores", 200 + 3), ("  pages loaded from", 104),
    ("    TLB hits", 104 - 3), ("    TLB misses", 3), ("  pages stored to", 203 + 100),
    ("    TLB hits", 203 + 100 - 200), ("    TLB misses", 200), ("  page-table walks", 0),
    ("  misaligned accesses", 100), ("    across pages", 100))

LOG = [
    ends("-d in_asm exit-5.elf", 5, "...0x0000000080000000:  ..."),
    ends("-d op exit-5.elf", 5, "...OP: hart 0, block at 0x0000000080000000, mode 3\n    0       noted\n    1  000  ..."),
    ends("-d exec exit-5.elf", 5, "Trace 0: 0x0000000000001000/3\n..."),
    ends("-d cpu exit-5.elf", 5, "... pc       0000000080000000\n..."),
    ends("-d mmu exit-5.elf", 5, "...hart 0: fetch 0x0000000080000000 (M) -> 0x0000000080000000 rwx\n..."),
    ends("-d loader exit-5.elf", 5, "...loader: 0x80000000-...'exit-5.elf'\n..."),
    ends("-d loader exit-5.elf", 5, "...loader: entry point 0x80000000\n..."),
    ends("-d int wild.elf", 5,
         "hart 0: load access fault, cause 0x5, epc 0x0000000080000014, tval 0x0000000000000000, from M to M\n"),
    ends("-d guest_errors wild.elf", 5,
         "clint: read of 0x1000, where there is no register\n"
         "hart 0: load of 4 bytes at physical address 0x0: nothing is there\n"),
    ends("-d insns exit-5.elf", 5, "...core   0: 0x0000000080000000 (0x00001297) auipc   t0, 0x1\n..."),
    ends("-d commits exit-5.elf", 5,
         "...core   0: 3 0x0000000080000008 (0x0062b023) mem 0x0000000080001000 0x000000000000000b\n..."),
    judged("-cpu rv64,smdbltrp=on wild.elf", 122, "verdict: dead: critical error: load access fault in the "
           "handler of another trap at 0x80000014, hart 0\n"), # MDT is set after reset
    ends("-d unimp wild.elf", 5, "htif: no device 7 with command 0\n"),
    judged("-d stats exit-5.elf", 5,
           verdict(5) + "hart 0: ... instructions retired\n  exceptions ...address space switches ...0\n"),
    judged("-d stats accesses.elf", 5, verdict(5) + ACCESSES),
    judged("-accel interp,fuse=off,max-insns=1 -d stats accesses.elf", 5, verdict(5) + ACCESSES),
    judged("-accel interp,thread=single -d stats accesses.elf", 5, verdict(5) + ACCESSES),
    judged("-d stats,op accesses.elf", 5,
         "...  014  ld ...; ld\n...       count a load\n...  018  sd ...; sd\n...       count a store\n..." + verdict(5) + "..."),
    ends("-d in_asm -dfilter finish symbols.elf", 5,
         "0x0000000080000008 <finish>:  00001297  auipc   t0,0x1\n"
         "0x000000008000000c <finish+0x4>:  00b00313  li      t1,11\n"),
    ends("-d in_asm -dfilter 0x80000000..0x80000003 symbols.elf", 5,
         "0x0000000080000000 <_start>:  0080006f  j       80000008 <finish>\n"),
    ends("-d op -dfilter 0x80000000+4 symbols.elf", 5,
         "OP: hart 0, block at 0x0000000080000000, mode 3\n...auipc t0,0x1 ...; auipc...\n"),
    ends("-d exec -accel interp,max-insns=1 -dfilter 0x8000000c-5 -dfilter _start symbols.elf", 5,
         "Trace 0: 0x0000000080000000/3 _start\nTrace 0: 0x0000000080000008/3 finish\n"
         "Trace 0: 0x000000008000000c/3 finish+0x4\n"),
    ends("-d cpu -accel interp,max-insns=1 -dfilter finish..finish symbols.elf", 5,
         "... pc       0000000080000008\n..."),
    ends("-d commits -dfilter finish symbols.elf", 5,
         "core   0: 3 0x0000000080000008 (0x00001297) x5  0x0000000080001008\n..."),
    ends("-d int -dfilter 0x80000014+4 wild.elf", 5, "hart 0: load access fault, ...\n"),
    ends("-d int -dfilter 0x80000018+4 wild.elf", 5, ""),
    ends("-d mmu -dfilter 0x80000000..0x80000fff symbols.elf", 5,
         "...everything\nhart 0: fetch 0x0000000080000000 (M) -> 0x0000000080000000 rwx\n"),
    judged("-d all -dfilter finish symbols.elf", 5,
           "...loader: ...<finish>...core   0: ..." + verdict(5) + "hart 0: ...retired..."),
    ends("-trace-commits trace symbols.elf", 5, ""),
    refuses("-trace-commits folder symbols.elf",
            "-trace-commits folder: cannot open trace file 'folder': Is a directory (name a file that can be written)"),
    shows("-trace help", "Trace events (...):\n...\nclint_write                 offset 0x%x size %u value 0x%x\n...riscv_trap ..."),
    ends("-trace riscv_trap,htif_* wild.elf", 5,
         "riscv_trap hart 0 cause 0x5 epc 0x80000014 tval 0x0 from 3 to 3\n"
         "htif_tohost value 0x700000000000000\nhtif_tohost value 0xb\n"),
    ends("-trace clint* wild.elf", 5, "...clint_read offset 0x1000 size 4 value 0x0\n..."),
    ends("-trace loader_place -trace runstate_shutdown_r* symbols.elf", 5,
         "...loader_place name symbols.elf addr 0x80000000 size 0x...\nrunstate_shutdown_request status 5\n"),
    ends("-trace machine_reset,vm_start symbols.elf", 5, "machine_reset machine spike...\nvm_start\n"),
    ends("-trace riscv_block_decode -accel interp,max-insns=1 symbols.elf", 5,
         "...riscv_block_decode hart 0 pc 0x80000000 insns 1\nriscv_block_decode hart 0 pc 0x80000008 insns 1\n..."),
    refuses("-trace clint_raed", "-trace clint_raed: there is no trace event 'clint_raed' (did you mean 'clint_read'? "
            "'-trace help' lists them)"),
    refuses("-trace clint*,xyz* symbols.elf", "-trace clint*,xyz*: there is no trace event 'xyz*' ('-trace help' lists them)"),
    refuses("-trace ''", "-trace : there is no trace event '' ('-trace help' lists them)"),
    refuses("-dfilter nothing symbols.elf",
            "-dfilter nothing: no symbol 'nothing' in what is loaded (a range is ...)"),
    refuses("-dfilter 0x80000000", "-dfilter 0x80000000: '0x80000000' has no end (a range is ...)"),
    refuses("-dfilter 4..3", "-dfilter 4..3: '4..3' ends before it begins (a range is ...)"),
    refuses("-d nonsense", "-d nonsense: unknown log item 'nonsense' (valid items: ...)"),
    refuses("-d int,,", "-d int,,: ..."),
    refuses("-d int -D folder", "-D folder: cannot open log file 'folder': Is a directory (...)"),
]

def signs(granularity, *lines):
    """The signature of signature.elf: 12 bytes, the first of each line in its last digits."""
    return Case(["-M", f"spike,signature=/dev/stdout{granularity}", "signature.elf"], 5,
                "".join(line + "\n" for line in lines), verdict(5))


SIGNATURE = [
    signs(",signature-granularity=4", "00001297", "00b00313", "0062b023"),
    signs(",signature-granularity=8", "00b0031300001297", "000000000062b023"),
    signs(",signature-granularity=16", "000000000062b02300b0031300001297"),
    signs("", "000000000062b02300b0031300001297"),
    refuses("-M spike,signature=s empty-signature.elf",
            "signature=s: end_signature at 0x80000008 is not behind begin_signature at 0x80000008 (...)"),
    refuses("-M spike,signature=s backward-signature.elf",
            "signature=s: end_signature at 0x80000000 is not behind begin_signature at 0x80000008 (...)"),
    refuses("-M spike,signature=s wild-signature.elf",
            "signature=s: 0x80000000-0xffffffffffffffef is not in RAM (...)"),
    refuses("-M spike,signature=s exit-5.elf", "signature=s: the program has no symbol begin_signature (...)"),
    refuses("-M spike,signature=s begin-signature.elf",
            "signature=s: the program has no symbol end_signature (...)"),
    refuses("-M spike,signature=folder signature.elf",
            "cannot write the signature to 'folder': Is a directory (...)"),
    # Nobody asked for a signature: whatever it would be does not matter.
    ends("-M spike backward-signature.elf", 5, ""),
    *[refuses(f"-M spike,signature-granularity={bad} exit-5.elf",
              f"signature-granularity={bad} is none of 4, 8 and 16 (16 is the default)")
      for bad in (0, 2, 12, 32)],
    refuses("-M spike,signature-granularity=256", "-machine signature-granularity=256: ..."),
]

CONSOLE = [
    shows("-chardev help", "Available chardev backend types:\n  file  ...\n  stdio ...\n"),
    shows("-chardev socket,help", "Properties of chardev socket:\n...  wait=<OnOffAuto> ..."),
    refuses("-chardev sockt,help", "-chardev sockt,help: unknown backend 'sockt' (did you mean "
            "'socket'? '-chardev help' lists them)"),
    refuses("-chardev fd,id=c", "-chardev fd,id=c: unknown backend 'fd' ('-chardev help' lists them)"),
    refuses("-chardev null", "-chardev null: the character device has no id (add id=ID, and use it "
            "by -serial chardev:ID)"),
    refuses("-chardev id=c", "-chardev id=c: no backend is named (...)"),
    refuses("-chardev null,id=", "-chardev null,id=: ...(choose another id)"),
    refuses("-chardev null,id=c -chardev null,id=c",
            "-chardev null,id=c: there is a character device 'c' already (choose another id)"),
    refuses("-chardev null,id=c,path=x", "-chardev null,id=c,path=x: ...'path' ...(...)"),
    refuses("-chardev stdio,id=c,signal=maybe",
            "-chardev stdio,id=c,signal=maybe: ...'maybe' is neither on nor off (...)"),
    refuses("-chardev stdio,id=c", "standard input has one character device already (...)"),
    refuses("-serial stdio -serial stdio",
            "-serial stdio: standard input has one character device already (...)"),
    refuses("-chardev file,id=c", "-chardev file,id=c: no file is named (add path=FILE)"),
    refuses("-chardev file,id=c,path=folder",
            "-chardev ...: cannot open 'folder' to write it: Is a directory (check ...)"),
    refuses("-chardev file,id=c,path=/dev/null,input-path=no-file",
            "-chardev ...: cannot open 'no-file' to read it: No such file or directory (check ...)"),
    refuses("-serial file:no-folder/x", "-serial file:no-folder/x: cannot open 'no-folder/x' to write "
            "it: No such file or directory (check ...)"),
    refuses("-serial vc", "-serial vc: 'vc' is no character device (there are stdio, pty, ...)"),
    refuses("-serial mon:none", "-serial mon:none: 'none' is no character device (there are ...)"),
    refuses("-serial ''", "-serial : '' is no character device (there are ...)"),
    refuses("-serial chardev:c", "-serial chardev:c: there is no character device 'c' (make one with "
            "-chardev BACKEND,id=c)"),
    refuses("-serial tcp:localhost", "-serial tcp:localhost: 'localhost' is not of the form HOST:PORT "
            "(for example ...)"),
    refuses("-serial tcp:localhost:", "-serial tcp:localhost:: 'localhost:' is not of the form ..."),
    refuses("-serial tcp:127.0.0.1:nonsense,server=on", "-serial ...: cannot resolve "
            "'127.0.0.1:nonsense': ... (check host and port)"),
    refuses("-serial tcp:127.0.0.1:1", "-serial tcp:127.0.0.1:1: cannot connect to "
            "'tcp:127.0.0.1:1': Connection refused (start the server first, or be one with server=on)"),
    refuses("-serial tcp:127.0.0.1:1,wait=off",
            "-serial ...: only a server waits for its client (leave out wait, or add server=on)"),
    refuses("-serial tcp::0,server=on,ipv4=off,ipv6=off",
            "-serial ...: ipv4=off and ipv6=off leave no protocol (leave out one of them)"),
    refuses("-serial tcp::0,server",
            "-serial tcp::0,server: 'server' is not of the form KEY=VALUE (...)"),
    refuses("-serial unix:no-socket", "-serial unix:no-socket: cannot connect to 'unix:no-socket': "
            "No such file or directory (...)"),
    refuses("-serial unix:no-folder/s,server=on", "-serial ...: cannot listen on "
            "'unix:no-folder/s': No such file or directory (choose another path)"),
    refuses("-serial unix:folder,server=on",
            "-serial ...: cannot listen on 'unix:folder': Address already in use (...)"),
    refuses("-serial unix:" + "x" * 200, "-serial ...: path 'x...' is too long for a socket (...)"),
    refuses("-chardev socket,id=c", "-chardev socket,id=c: no address is named (...)"),
    refuses("-chardev socket,id=c,path=a,port=1",
            "-chardev ...: path=a is one address, and host, port, ipv4, ipv6 are another (...)"),
    refuses("-M none -serial null", "-serial null: machine 'none' has 0 serial lines (...)"),
    refuses("-serial null " * 5, "-serial null: machine 'spike' has 4 serial lines (...)"),
    ends("-serial none exit-5.elf", 5, ""),
    ends("-serial none -serial null exit-5.elf", 5, ""),
    ends("-serial file:printed exit-5.elf", 5, ""),
    ends("-serial null -serial mon:file:/dev/null exit-5.elf", 5, ""),
    Case(["-serial", "pty", "exit-5.elf"], 5,
         "char device redirected to /dev/pts/... (label serial0)\n", verdict(5)),
    Case(["-serial", "tcp:127.0.0.1:0,server=on,wait=off", "exit-5.elf"], 5,
         "char device listening on tcp:127.0.0.1:... (label serial0)\n", verdict(5)),
    Case(["-serial", "mon:unix:with,,comma,server=on,wait=off", "exit-5.elf"], 5,
         "char device listening on unix:with,comma (label serial0)\n", verdict(5)),
]

CASES = HELP + SYNTAX + MACHINE + CPU + ICOUNT + LIMIT + RTC + MEMORY + DEVICES + FILES + BOOT + GDB + RUNS + LIMITED + POST_MORTEMS + PRE_FLIGHT + DEAD + LOG + SIGNATURE + CONSOLE
