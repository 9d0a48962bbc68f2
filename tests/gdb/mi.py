"""A gdb that a test talks to, by gdb's machine interface (gdb's manual, "The GDB/MI Interface").

SPDX-License-Identifier: MIT
"""
import re
import select
import shutil
import subprocess
import time

TIMEOUT = 60
PROGRAM = shutil.which("gdb-multiarch")
ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\"}


class Failed(Exception):
    """gdb or the guest did something else than the test expects."""


def unquote(text):
    return re.sub(r"\\(.)", lambda m: ESCAPES.get(m[1], m[1]), text)


class Gdb:
    """gdb with the program's symbols; `said` is all of its output, for messages."""

    def __init__(self, elf=None, seconds=TIMEOUT):
        command = [PROGRAM, "-q", "-nx", "-i=mi3", *([elf] if elf else [])]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT)
        self.buffer = b""
        self.said = ""
        self.end = time.monotonic() + seconds
        for setting in ("confirm off", "pagination off", "mi-async on", "height 0", "width 0"):
            self.do(f"set {setting}")

    def line(self):
        while b"\n" not in self.buffer:
            left = self.end - time.monotonic()
            if left <= 0 or not select.select([self.process.stdout], [], [], left)[0]:
                raise Failed(f"gdb says no more; it said:\n{self.said}")
            data = self.process.stdout.read1(65536)
            if not data:
                raise Failed(f"gdb ended; it said:\n{self.said}")
            self.buffer += data
        line, self.buffer = self.buffer.split(b"\n", 1)
        text = line.decode(errors="replace").rstrip("\r")
        self.said += text + "\n"
        return text

    def send(self, command):
        self.said += f">>> {command}\n"
        self.process.stdin.write(f"{command}\n".encode())
        self.process.stdin.flush()

    def result(self):
        """What was printed up to the end of a command; Failed if gdb calls it an error."""
        text = ""
        while True:
            line = self.line()
            if line[:2] in ('~"', '@"'):
                text += unquote(line[2:-1])
            elif line.startswith("^error"):
                raise Failed(unquote(re.search(r'msg="(.*)"', line)[1]) + "\n" + self.said)
            elif line.startswith("^"):
                return text

    def do(self, command):
        """A command as a user types it; what it prints."""
        quoted = command.replace("\\", "\\\\").replace('"', '\\"')
        self.send(f'-interpreter-exec console "{quoted}"')
        return self.result()

    def refused(self, command):
        """gdb's message about a command that must fail."""
        try:
            self.do(command)
        except Failed as failed:
            return str(failed)
        raise Failed(f"'{command}' works")

    def stopped(self):
        """The record of the next stop."""
        while not (line := self.line()).startswith("*stopped"):
            pass
        return line

    def run(self, command="continue"):
        """A command that lets the guest run, up to its stop."""
        self.do(command)
        return self.stopped()

    def interrupt(self):
        self.send("-exec-interrupt")
        self.result()
        return self.stopped()

    def number(self, expression):
        return int(self.do(f'printf "%lu\\n", (unsigned long)({expression})').split()[-1])

    def connect(self, address):
        self.do(f"target remote {address}")

    def quit(self):
        if self.process.poll() is None:
            try:
                self.send("-gdb-exit")
                self.process.wait(TIMEOUT)
            except BrokenPipeError:
                pass
        self.kill()

    def kill(self):
        """As a crash would."""
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()
