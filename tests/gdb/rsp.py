"""The remote protocol by hand, for what no gdb would send.

SPDX-License-Identifier: MIT
"""
import select
import socket
import time

TIMEOUT = 20


class Failed(Exception):
    """The server did something else than the test expects."""


def framed(data):
    data = data.encode() if isinstance(data, str) else data
    return b"$%s#%02x" % (data, sum(data) & 0xff)


def escaped(data):
    return b"".join(b"}" + bytes([b ^ 0x20]) if b in b"$#}*" else bytes([b]) for b in data)


def unescaped(data):
    out, plain = bytearray(), True
    for byte in data:
        if plain and byte == ord("}"):
            plain = False
        else:
            out.append(byte if plain else byte ^ 0x20)
            plain = True
    return bytes(out)


class Connection:
    """To a server at a Unix socket. It may come up only now."""

    def __init__(self, path):
        self.end = time.monotonic() + TIMEOUT
        self.buffer = b""
        self.acks = True
        while True:
            self.socket = socket.socket(socket.AF_UNIX)
            try:
                self.socket.connect(path)
                break
            except (FileNotFoundError, ConnectionRefusedError):
                self.socket.close()
                if time.monotonic() > self.end:
                    raise Failed("no server comes up") from None
                time.sleep(0.01)

    def close(self):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def byte(self, seconds=TIMEOUT):
        """The next one; None: nothing comes for so long; b"": the connection is closed."""
        if not self.buffer:
            if not select.select([self.socket], [], [], seconds)[0]:
                return None
            try:
                self.buffer = self.socket.recv(65536)
            except ConnectionResetError:
                self.buffer = b""
            if not self.buffer:
                return b""
        first, self.buffer = self.buffer[:1], self.buffer[1:]
        return first

    def packet(self, seconds=TIMEOUT):
        """The next packet's data; None: nothing comes for so long; b"-" alone: it was refused."""
        data = b""
        while (byte := self.byte(seconds)) != b"$":
            if byte is None:
                return None
            if byte == b"":
                raise Failed("the connection is closed")
            if byte == b"-":
                return b"-"
        while (byte := self.byte()) != b"#":
            if not byte:
                raise Failed("a packet without end")
            data += byte
        checksum = (self.byte() or b"") + (self.byte() or b"")
        if int(checksum, 16) != sum(data) & 0xff:
            raise Failed(f"a wrong checksum: {data!r} {checksum!r}")
        if self.acks and data[:1] != b"W":  # the server is gone
            self.send(b"+")
        return unescaped(data)

    def ask(self, data):
        self.send(framed(data))
        return self.packet()

    def text(self, data):
        answer = self.ask(data)
        return None if answer is None else answer.decode()
