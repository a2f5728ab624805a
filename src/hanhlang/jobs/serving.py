"""Start and watch the processes of one installation."""

from __future__ import annotations

import ctypes
import errno
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from hanhlang.domains.agenda import readiness

# A process that ends sooner after its start lived short; after the third short life in a row it waits, longer each time.
SHORT_LIFE_SECONDS = 10.0
LONGEST_PAUSE_SECONDS = 30.0
# The live stream takes the port after the pages'.
LAST_PORT = 65534
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class CannotServe(Exception):
    """Serving cannot start; the message says why and what to do."""


def free_port(host: str, said: str) -> int:
    """
    Return ``said`` as a port that is free for the pages, and the next for the live stream, before anything is started.

    :raises CannotServe: if it is none, something else listens there, or this user may not.
    """
    port = int(said) if re.fullmatch("[0-9]{1,5}", said) else 0
    if not 1 <= port <= LAST_PORT:
        remedy = f"Choose a whole number from 1 to {LAST_PORT} (the next one is needed, too): PORT=8000 make run"
        raise CannotServe(f"{said!r} is no port that can be served on. {remedy}")
    other = port + 2 if port + 2 <= LAST_PORT else 8000
    for number, what in ((port, "pages"), (port + 1, "open pages' updates")):
        _refuse_taken_port(host, number, what, another=f"choose another port: PORT={other} make run, or --port {other}")
    return port


def _refuse_taken_port(host: str, port: int, what: str, another: str) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError as error:
            raise CannotServe(f"port {port}, for the {what}, is not open to this user; {another}") from error
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise CannotServe(f"{host} cannot be listened on ({error.strerror}). Choose an address of this machine: --host") from error
            raise CannotServe(f"port {port} is in use, and the {what} need it. Stop the other program or {another}") from error


def refuse_open_demo(host: str, demo: bool) -> None:
    """
    Keep the demo sign-in on this machine.

    :raises CannotServe: if the demo would be reachable from elsewhere.
    """
    if demo and host not in LOOPBACK:
        raise CannotServe(f"--demo signs anyone in and may only listen on 127.0.0.1, not on {host}. Leave out --demo or --host.")


def refuse_unready() -> None:
    """
    Run only on a database that answers, is at this version's state, and itself refuses double booking and changes to the audit.

    :raises CannotServe: with what is wrong and the remedy.
    """
    try:
        readiness.require_ready()
    except readiness.NotReady as fault:
        raise CannotServe(fault.message("en")) from fault


def commands(host: str, port: int) -> dict[str, list[str]]:
    """Return the command line of each process by name."""
    gunicorn = [sys.executable, "-m", "gunicorn", "--no-control-socket", "--log-level", "warning"]
    gunicorn += ["--logger-class", "hanhlang.project.server_log.ServerLogger"]
    pages = [*gunicorn, "hanhlang.project.wsgi:application", "--worker-class", "gthread", "--threads", "8"]
    pages += ["--bind", f"{host}:{port}", "--graceful-timeout", "5"]
    # Streams never end by themselves: there is nothing to wait for when it is told to stop.
    live = [*gunicorn, "hanhlang.project.asgi:application", "--worker-class", "asgi", "--worker-connections", "10000"]
    live += ["--bind", f"{host}:{port + 1}", "--graceful-timeout", "1"]
    return {"pages": pages, "live": live, "worker": [sys.executable, "-m", "hanhlang", "worker"]}


def tell_addresses(host: str, port: int) -> None:
    """Let the processes know where this installation is reached, unless the environment says it."""
    os.environ.setdefault("HANHLANG_ADDRESS", f"http://{host}:{port}")
    if os.environ.get("HANHLANG_HTTPS") != "1":
        # Behind a proxy the stream is at the pages' own address; without one, on the next port.
        os.environ.setdefault("HANHLANG_LIVE_PORT", str(port + 1))


def end_with_parent() -> None:
    """Ask Linux to stop this child when its parent dies, however it dies: a killed server leaves no port taken."""
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)


def start(command: list[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, preexec_fn=end_with_parent)  # noqa: S603


@dataclass
class Child:
    """One process of this installation, kept alive."""

    name: str
    command: list[str]
    clock: Callable[[], float] = time.monotonic
    process: subprocess.Popen[bytes] = field(init=False)
    short_lives: int = 0
    due_at: float | None = None

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        self.process, self.started_at, self.due_at = start(self.command), self.clock(), None

    def mend(self) -> None:
        """Start the process again if it has ended, saying so; one that ends again and again is given time."""
        now = self.clock()
        if self.due_at is None and self.process.poll() is not None:
            self.short_lives = self.short_lives + 1 if now - self.started_at < SHORT_LIFE_SECONDS else 0
            pause = min(2.0 ** (self.short_lives - 2), LONGEST_PAUSE_SECONDS) if self.short_lives > 2 else 0.0
            self.due_at = now + pause
            when = f" in {pause:.0f} s" if pause else ""
            print(f"hanhlang: the {self.name} process ended with code {self.process.returncode}; starting it again{when}.", file=sys.stderr)
        if self.due_at is not None and now >= self.due_at:
            self.start()

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)

    def wait(self, seconds: float) -> None:
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()


@contextmanager
def started(host: str, port: int) -> Iterator[list[Child]]:
    """Start all processes; stop them however the block ends."""
    tell_addresses(host, port)
    running: list[Child] = []
    try:
        for name, command in commands(host, port).items():
            running.append(Child(name, command))
        yield running
    finally:
        for child in running:
            child.stop()
        for child in running:
            child.wait(10)


def wait_until_up(host: str, port: int, running: list[Child], seconds: float = 30) -> None:
    """
    Return when the pages and the live stream answer.

    :raises CannotServe: if a process ends or nothing answers within ``seconds``.
    """
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for child in running:
            if child.process.poll() is not None:
                code = child.process.returncode
                raise CannotServe(f"the {child.name} process ended with code {code}; its last lines above say why.")
        if _answers(host, port) and _answers(host, port + 1):
            return
        time.sleep(0.1)
    raise CannotServe(f"nothing answered on {host}:{port} and {port + 1} within {seconds:.0f} s.")


def _answers(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        return probe.connect_ex((host, port)) == 0


def stop_when_asked() -> threading.Event:
    """Turn SIGTERM and Ctrl-C into an event. Call it before anything is started: a signal in between must not leave children."""
    asked = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: asked.set())
    return asked


def watch(running: list[Child], asked: threading.Event) -> None:
    """Keep all processes alive until ``asked``: one that ends is started again."""
    while not asked.wait(0.5):
        for child in running:
            child.mend()
