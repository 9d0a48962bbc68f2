"""Runs whose console is typed into: a terminal with job control, a pty, sockets.

echo.elf prints '>' and then each character that it reads, until it reads a q: status 7. Each
session returns None, or what is wrong.

SPDX-License-Identifier: MIT
"""
import fcntl
import os
import resource
import select
import signal
import socket
import struct
import subprocess
import termios
import time

from sessions import TIMEOUT, reaches_main_loop, start, wait_for


class Wrong(Exception):
    """What a session saw and should not have seen."""


def session(test):
    """Turns Wrong into the result, as run.py wants it."""
    def run(rvemu, folder):
        try:
            test(rvemu, folder)
        except Wrong as wrong:
            return str(wrong)
        return None
    run.__doc__ = test.__doc__
    return run


def expect(what, seen, expected):
    if seen != expected:
        raise Wrong(f"{what} is {seen!r}, not {expected!r}")


def read_until(file, text, timeout=TIMEOUT):
    """What file has to say, up to and with text."""
    seen = b""
    end = time.monotonic() + timeout
    while text not in seen:
        if not select.select([file], [], [], max(0, end - time.monotonic()))[0]:
            raise Wrong(f"{text!r} does not come, only {seen!r}")
        try:
            data = os.read(file, 1) # no more: the rest is for the next one
        except OSError:
            data = b""
        if not data:
            raise Wrong(f"{text!r} does not come, only {seen!r} and the end")
        seen += data
    return seen


# ---- A terminal ----

def run_as_shell(argv, folder, terminal, stdout, report, control):
    """A shell with one job: reports each wait status, continues the job on each byte of control."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0)) # for SIGQUIT
    os.setsid()
    fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    os.chdir(folder)
    for number, fd in enumerate((terminal, stdout, terminal)):
        os.dup2(fd, number)
    for fd in set(range(3, 256)) - {report, control}:
        os.closerange(fd, fd + 1)
    job = os.fork()
    if job == 0:
        os.setpgid(0, 0)
        os.tcsetpgrp(0, os.getpid())
        for number in (signal.SIGTTOU, signal.SIGPIPE):
            signal.signal(number, signal.SIG_DFL)
        os.closerange(3, 256)
        os.execv(argv[0], argv)
    while True:
        _, status = os.waitpid(job, os.WUNTRACED)
        os.tcsetpgrp(0, os.getpgrp())
        os.write(report, f"{job} {status}\n".encode())
        if not os.WIFSTOPPED(status):
            os._exit(0)
        if not os.read(control, 1):
            os.kill(job, signal.SIGKILL)
        os.tcsetpgrp(0, job)
        os.kill(job, signal.SIGCONT)


class Terminal:
    """rvemu as the job of a shell on a terminal of its own, whose other end is `master`."""

    def __init__(self, rvemu, folder, *args, stdout=None):
        self.master, slave = os.openpty()
        self.before = termios.tcgetattr(self.master)
        self.report, report = os.pipe()
        control, self.control = os.pipe()
        self.shell = os.fork()
        if self.shell == 0:
            try:
                os.close(self.control)
                run_as_shell([rvemu, *args], folder, slave, slave if stdout is None else stdout,
                             report, control)
            finally:
                os._exit(1)
        for fd in (slave, report, control):
            os.close(fd)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for fd in (self.control, self.master): # the job is hung up with its terminal
            os.close(fd)
        os.kill(self.shell, signal.SIGKILL)
        os.waitpid(self.shell, 0)
        os.close(self.report)

    def type(self, keys):
        os.write(self.master, keys)

    def echoes(self, keys, echo):
        """What the guest prints for these keys; the terminal itself prints nothing."""
        self.type(keys)
        expect(f"the echo of {keys!r}", read_until(self.master, echo[-1:]), echo)

    def shows(self, text):
        read_until(self.master, text)

    def wait(self):
        """The job's process id and what os.waitpid() said of it."""
        job, status = read_until(self.report, b"\n").split()
        return int(job), int(status)

    def ends(self, status):
        seen = os.waitstatus_to_exitcode(self.wait()[1])
        expect("the status", seen, status)
        self.is_restored()

    def is_restored(self):
        expect("the terminal's mode", termios.tcgetattr(self.master), self.before)

    def is_raw(self, signals):
        """Single keys without echo (False: not within some time)."""
        def is_set():
            flags = termios.tcgetattr(self.master)[3]
            return not flags & (termios.ICANON | termios.ECHO) and \
                bool(flags & termios.ISIG) == signals
        if not wait_for(is_set):
            raise Wrong(f"the terminal's mode stays {termios.tcgetattr(self.master)}")

    def resume(self):
        os.write(self.control, b"c")


@session
def terminal_keys(rvemu, folder):
    """a terminal gives single keys, Enter as a newline to HTIF, and is restored when the guest ends"""
    with Terminal(rvemu, folder, "echo.elf") as terminal:
        terminal.shows(b">")
        terminal.is_raw(signals=True)
        terminal.echoes(b"a", b"a")
        terminal.echoes(b"\x01x", b"\x01x") # no escapes
        terminal.echoes(b"\r.", b"\r\n.") # the terminal puts '\r' before what is '\n'
        terminal.type(b"q")
        terminal.ends(7)


@session
def terminal_interrupt(rvemu, folder):
    """Ctrl-C ends rvemu with status 130 and restores the terminal"""
    with Terminal(rvemu, folder, "echo.elf") as terminal:
        terminal.shows(b">")
        terminal.is_raw(signals=True)
        terminal.type(b"\x03")
        terminal.shows(b"rvemu: ended by signal 2 (Interrupt)")
        terminal.ends(130)


@session
def terminal_quit(rvemu, folder):
    """Ctrl-\\ ends rvemu by SIGQUIT and restores the terminal"""
    with Terminal(rvemu, folder, "echo.elf") as terminal:
        terminal.shows(b">")
        terminal.is_raw(signals=True)
        terminal.type(b"\x1c")
        terminal.ends(-signal.SIGQUIT)


@session
def terminal_stop(rvemu, folder):
    """Ctrl-Z stops rvemu with the terminal restored, and it goes on in the foreground"""
    with Terminal(rvemu, folder, "echo.elf") as terminal:
        terminal.shows(b">")
        for key in (b"a", b"b"):
            terminal.is_raw(signals=True)
            terminal.echoes(key, key)
            terminal.type(b"\x1a")
            job, status = terminal.wait()
            if not os.WIFSTOPPED(status) or os.WSTOPSIG(status) != signal.SIGTSTP:
                raise Wrong(f"it is not stopped by SIGTSTP, but {status:#x}")
            terminal.is_restored()
            os.kill(job, 0)
            terminal.resume()
        terminal.is_raw(signals=True)
        terminal.type(b"q")
        terminal.ends(7)


@session
def terminal_stopped_by_other(rvemu, folder):
    """SIGCONT after SIGSTOP sets the terminal's mode again"""
    with Terminal(rvemu, folder, "-nographic", "echo.elf") as terminal:
        terminal.shows(b">")
        terminal.is_raw(signals=False)
        os.kill(os.tcgetpgrp(terminal.master), signal.SIGSTOP)
        terminal.wait()
        termios.tcsetattr(terminal.master, termios.TCSANOW, terminal.before) # as shells do
        terminal.resume()
        terminal.is_raw(signals=False)
        terminal.type(b"q")
        terminal.ends(7)


@session
def nographic_keys(rvemu, folder):
    """-nographic: the guest gets Ctrl-C, Ctrl-Z and Enter as they are; Ctrl-A escapes"""
    with Terminal(rvemu, folder, "-nographic", "echo.elf") as terminal:
        terminal.shows(b">")
        terminal.is_raw(signals=False)
        terminal.echoes(b"\x03\x1a\x13\r\x16.", b"\x03\x1a\x13\r\x16.")
        terminal.echoes(b"\x01\x01.", b"\x01.")
        terminal.type(b"\x01h")
        terminal.shows(b"\r\n\rC-a h    print this help\r\n")
        terminal.shows(b"\rC-a x    exit emulator\r\n")
        terminal.shows(b"\rC-a C-a  sends C-a\r\n")
        terminal.type(b"q")
        terminal.ends(7)


def escape_ends(rvemu, folder, *args):
    with Terminal(rvemu, folder, *args) as terminal:
        terminal.is_raw(signals=False)
        terminal.type(b"ignored\x01x")
        terminal.shows(b"rvemu: Terminated")
        terminal.ends(0)


@session
def nographic_exit(rvemu, folder):
    """-nographic: Ctrl-A x ends a guest that reads nothing, with status 0"""
    escape_ends(rvemu, folder, "-nographic", "count.elf")


@session
def serial_stdio_nographic(rvemu, folder):
    """-nographic -serial stdio has the escapes, too"""
    escape_ends(rvemu, folder, "-serial", "stdio", "-nographic", "count.elf")


@session
def serial_mon_stdio(rvemu, folder):
    """-serial mon:stdio is what -nographic has"""
    escape_ends(rvemu, folder, "-serial", "mon:stdio", "count.elf")


@session
def chardev_mux(rvemu, folder):
    """-chardev stdio,mux=on,signal=off is the same again"""
    escape_ends(rvemu, folder, "-chardev", "stdio,id=c,mux=on,signal=off", "-serial", "chardev:c",
                "count.elf")


@session
def nographic_signals(rvemu, folder):
    """-nographic: SIGINT, SIGTERM and SIGHUP restore the terminal"""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        with Terminal(rvemu, folder, "-nographic", "count.elf") as terminal:
            terminal.is_raw(signals=False)
            os.kill(os.tcgetpgrp(terminal.master), number)
            terminal.ends(128 + number)


@session
def output_pipe_closed(rvemu, folder):
    """a pipe that nobody reads any more ends rvemu, and restores the terminal"""
    reader, writer = os.pipe()
    with Terminal(rvemu, folder, "-nographic", "flood.elf", stdout=writer) as terminal:
        os.close(writer)
        terminal.is_raw(signals=False)
        read_until(reader, b"...")
        os.close(reader)
        terminal.ends(128 + signal.SIGPIPE)


@session
def output_pipe_full(rvemu, folder):
    """SIGTERM ends a guest whose output nobody reads"""
    process = start(rvemu, folder, "flood.elf")
    if not reaches_main_loop(process):
        raise Wrong("it does not come to its main loop")
    time.sleep(0.3) # the pipe fills
    process.send_signal(signal.SIGTERM)
    expect("the status", process.wait(timeout=TIMEOUT), 128 + signal.SIGTERM)
    process.communicate()


def bytes_in(pipe):
    return struct.unpack("i", fcntl.ioctl(pipe, termios.FIONREAD, bytes(4)))[0]


@session
def output_pipe_full_keys(rvemu, folder):
    """-nographic: keys are taken while nobody reads a guest's output, and Ctrl-A x ends it"""
    reader, writer = os.pipe()
    with Terminal(rvemu, folder, "-nographic", "flood.elf", stdout=writer) as terminal:
        os.close(writer)
        terminal.is_raw(signals=False)
        time.sleep(0.3) # the pipe fills, and what is kept for it
        terminal.type(b"abc")
        time.sleep(0.1)
        terminal.type(b"\x01x")
        terminal.ends(0)
    os.close(reader)


@session
def output_pipe_full_harts(rvemu, folder):
    """a hart whose output nobody reads waits, and another one does not; nothing is lost"""
    sent = os.path.join(folder, "sent")
    process = start(rvemu, folder, "-smp", "2", "-serial", "stdio", "-serial", f"file:{sent}", "flood-and-send.elf")
    try:
        capacity = fcntl.fcntl(process.stdout, fcntl.F_GETPIPE_SZ)
        if not wait_for(lambda: bytes_in(process.stdout) == capacity):
            raise Wrong(f"only {bytes_in(process.stdout)} bytes of output come")
        time.sleep(0.1)
        before = os.path.getsize(sent)
        if not wait_for(lambda: os.path.getsize(sent) > before + 10):
            raise Wrong("the other hart does not go on")
        dots = read_until(process.stdout.fileno(), b"." * 200000)
        expect("what comes", set(dots), {ord(".")})
    finally:
        process.kill()
        process.communicate()


# ---- Other character devices ----

def start_announced(rvemu, folder, *args):
    """A run, and the line that it prints first."""
    process = start(rvemu, folder, *args)
    return process, read_until(process.stdout.fileno(), b"\n").decode()


def ends(process, status):
    try:
        expect("the status", process.wait(timeout=TIMEOUT), status)
    finally:
        process.kill()
        process.communicate()


@session
def serial_pty(rvemu, folder):
    """-serial pty names a pty that leads to the guest"""
    process, said = start_announced(rvemu, folder, "-serial", "pty", "echo.elf")
    words = said.split()
    expect("what it says", words[:4] + words[5:],
           ["char", "device", "redirected", "to", "(label", "serial0)"])
    slave = os.open(words[4], os.O_RDWR | os.O_NOCTTY)
    os.write(slave, b"abc")
    read_until(slave, b"abc")
    os.write(slave, b"q")
    ends(process, 7)
    os.close(slave)


def converse(connection, keys):
    connection.sendall(keys)
    read_until(connection.fileno(), keys)


@session
def serial_tcp(rvemu, folder):
    """-serial tcp: with wait=off serves one client after the other"""
    process, said = start_announced(rvemu, folder, "-serial", "tcp:127.0.0.1:0,server=on,wait=off",
                                    "echo.elf")
    prefix, suffix = "char device listening on tcp:127.0.0.1:", " (label serial0)\n"
    if not said.startswith(prefix) or not said.endswith(suffix):
        raise Wrong(f"it says {said!r}")
    address = ("127.0.0.1", int(said[len(prefix):-len(suffix)]))
    for keys in (b"one", b"two"):
        with socket.create_connection(address, TIMEOUT) as connection:
            converse(connection, keys)
    with socket.create_connection(address, TIMEOUT) as connection:
        connection.sendall(b"q")
        ends(process, 7)


@session
def serial_unix_wait(rvemu, folder):
    """-serial unix: with server=on waits for its client, and removes its socket"""
    path = os.path.join(folder, "line")
    process, said = start_announced(rvemu, folder, "-serial", "unix:line,server=on", "echo.elf")
    expect("what it says", said,
           "char device listening on unix:line (label serial0), waiting for a client\n")
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(TIMEOUT)
        connection.connect(path)
        read_until(connection.fileno(), b">") # nothing was printed before it came
        converse(connection, b"hello")
        connection.sendall(b"q")
        ends(process, 7)
    expect("that the socket exists", os.path.exists(path), False)


@session
def serial_tcp_client(rvemu, folder):
    """-serial tcp: connects to a server, on IPv4 and on IPv6"""
    for family, host, name in ((socket.AF_INET, "127.0.0.1", "127.0.0.1"),
                               (socket.AF_INET6, "::1", "[::1]")):
        try:
            listener = socket.create_server((host, 0), family=family)
        except OSError:
            continue # the host has no IPv6
        with listener:
            process = start(rvemu, folder, "-serial", f"tcp:{name}:{listener.getsockname()[1]}",
                            "echo.elf")
            listener.settimeout(TIMEOUT)
            with listener.accept()[0] as connection:
                read_until(connection.fileno(), b">")
                converse(connection, b"hello")
                connection.sendall(b"q")
                ends(process, 7)


@session
def serial_file(rvemu, folder):
    """-chardev file takes its input from a file; append=on keeps what the other one has"""
    with open(os.path.join(folder, "typed"), "wb") as file:
        file.write(b"textq")
    for append, expected in (("off", b">text"), ("on", b">text>text"), ("off", b">text")):
        done = subprocess.run([rvemu, "-chardev",
                               f"file,id=f,path=printed,input-path=typed,append={append}",
                               "-serial", "chardev:f", "-quiet", "echo.elf"], cwd=folder, check=False,
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=TIMEOUT)
        expect("the outcome", (done.returncode, done.stdout, done.stderr), (7, b"", b""))
        with open(os.path.join(folder, "printed"), "rb") as file:
            expect("the file", file.read(), expected)


@session
def piped_input(rvemu, folder):
    """piped input is for the program that reads it, with and without -nographic"""
    for args in ([], ["-nographic"]):
        done = subprocess.run([rvemu, *args, "-quiet", "echo.elf"], cwd=folder, check=False,
                              input=b"text that is longer than a FIFO q", capture_output=True,
                              timeout=TIMEOUT)
        expect("the outcome", (done.returncode, done.stdout, done.stderr),
               (7, b">text that is longer than a FIFO ", b""))


@session
def unread_input(rvemu, folder):
    """what the guest does not read stays for the next program"""
    reader, writer = os.pipe()
    os.write(writer, b"abcqrest")
    done = subprocess.run([rvemu, "echo.elf"], cwd=folder, check=False, stdin=reader,
                          capture_output=True, timeout=TIMEOUT)
    expect("the outcome", (done.returncode, done.stdout), (7, b">abc"))
    expect("the rest", os.read(reader, 100), b"rest")
    os.close(reader)
    os.close(writer)


SESSIONS = [terminal_keys, terminal_interrupt, terminal_quit, terminal_stop,
            terminal_stopped_by_other, nographic_keys, nographic_exit, serial_stdio_nographic,
            serial_mon_stdio, chardev_mux, nographic_signals, output_pipe_closed,
            output_pipe_full, serial_pty, serial_tcp, serial_unix_wait, serial_tcp_client,
            serial_file, piped_input, unread_input]
