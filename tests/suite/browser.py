"""Chromium without a window, told what to do by its DevTools protocol, over pipes.

SPDX-License-Identifier: MIT
"""
import fcntl
import json
import os
import select
import shutil
import signal
import tempfile
import time

TIMEOUT = 60  # seconds for an answer; the start takes some on a loaded machine


def find():
    """The path of a Chromium or Chrome, or None."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def high(fd):
    """The same descriptor, out of the way of 3 and 4."""
    moved = fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 10)
    os.close(fd)
    return moved


class Browser:
    """A process of its own with one page; a context manager."""

    def __init__(self, program):
        self.profile = tempfile.TemporaryDirectory(prefix="suite-browser-", ignore_cleanup_errors=True)
        command = [program, "--headless=new", "--remote-debugging-pipe", "--disable-gpu", "--no-first-run",
                   "--disable-background-networking", f"--user-data-dir={self.profile.name}"]
        if os.geteuid() == 0:
            command.append("--no-sandbox")
        theirs_in, self.to = map(high, os.pipe())
        self.answers, theirs_out = map(high, os.pipe())
        silence = os.open(os.devnull, os.O_RDWR)
        dup2 = os.POSIX_SPAWN_DUP2
        self.pid = os.posix_spawn(program, command, os.environ, setpgroup=0, file_actions=[
            (dup2, silence, 0), (dup2, silence, 1), (dup2, silence, 2), (dup2, theirs_in, 3), (dup2, theirs_out, 4)])
        for fd in (silence, theirs_in, theirs_out):
            os.close(fd)
        self.buffer, self.number, self.session = b"", 0, None
        self.events = []  # (method, parameters) of all that happened

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.killpg(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.to)
        os.close(self.answers)
        self.profile.cleanup()

    def receive(self, deadline):
        """The next message."""
        while b"\0" not in self.buffer:
            if not select.select([self.answers], [], [], max(0, deadline - time.monotonic()))[0]:
                raise AssertionError("the browser does not answer")
            data = os.read(self.answers, 1 << 20)
            if not data:
                raise AssertionError("the browser has ended")
            self.buffer += data
        message, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(message)

    def call(self, method, **parameters):
        """The result of a method of the protocol."""
        self.number += 1
        request = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            request["sessionId"] = self.session
        os.write(self.to, json.dumps(request).encode() + b"\0")
        deadline = time.monotonic() + TIMEOUT
        while True:
            message = self.receive(deadline)
            if message.get("id") == self.number:
                if "error" in message:
                    raise AssertionError(f"{method}: {message['error']}")
                return message["result"]
            if "method" in message:
                self.events.append((message["method"], message["params"]))

    def open(self, url):
        """The page that all other methods are about."""
        if not self.session:
            target = self.call("Target.createTarget", url="about:blank")["targetId"]
            self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
            for domain in ("Page", "Runtime", "Log", "Network", "Accessibility"):
                self.call(f"{domain}.enable")
        self.call("Page.navigate", url=url)
        deadline = time.monotonic() + TIMEOUT
        while self.value(f"document.readyState == 'complete' && location.href == {json.dumps(url)}") is not True:
            if time.monotonic() > deadline:
                raise AssertionError(f"{url} is not loaded")
            time.sleep(0.02)

    def value(self, expression):
        """What a JavaScript expression yields."""
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in result:
            raise AssertionError(f"{expression}: {result['exceptionDetails']}")
        return result["result"].get("value")

    def click(self, selector):
        """With the mouse, in the middle of an element, which is brought into view."""
        x, y = self.value(f"""(() => {{
            const element = document.querySelector({json.dumps(selector)});
            element.scrollIntoView({{ block: 'center', behavior: 'instant' }});
            const box = element.getBoundingClientRect();
            return [box.x + box.width / 2, box.y + box.height / 2];
        }})()""")
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def key(self, key, text=""):
        """A key, with the character that it makes."""
        codes = {"Enter": 13, "Tab": 9, " ": 32}
        code = {"windowsVirtualKeyCode": codes[key]} if key in codes else {}
        self.call("Input.dispatchKeyEvent", type="keyDown", key=key, text=text, **code)
        self.call("Input.dispatchKeyEvent", type="keyUp", key=key, **code)

    def type(self, text):
        """Character by character, into what has the focus."""
        for character in text:
            self.key(character, character)
