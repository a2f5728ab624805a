"""Start and watch the processes of one installation."""

from __future__ import annotations

import ctypes
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from hanhlang.domains.agenda import readiness

LOOPBACK = ("127.0.0.1", "localhost", "::1")


class CannotServe(Exception):
    """Serving cannot start; the message says why and what to do."""


def refuse_taken_port(host: str, port: int) -> None:
    """
    Find out whether ``port`` is free before anything is started.

    :raises CannotServe: if something else listens there.
    """
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CannotServe(f"port {port} is in use. Stop the other program or choose another port: PORT={port + 1} make run") from error


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
    pages = [sys.executable, "-m", "gunicorn", "hanhlang.project.wsgi:application", "--worker-class", "gthread", "--threads", "8"]
    pages += ["--bind", f"{host}:{port}", "--no-control-socket", "--log-level", "warning", "--logger-class", "hanhlang.project.server_log.ServerLogger", "--graceful-timeout", "5"]
    return {"pages": pages, "worker": [sys.executable, "-m", "hanhlang", "worker"]}


def end_with_parent() -> None:
    """Ask Linux to stop this child when its parent dies, however it dies: a killed server leaves no port taken."""
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)


def start(command: list[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, preexec_fn=end_with_parent)  # noqa: S603


@contextmanager
def started(host: str, port: int) -> Iterator[dict[str, subprocess.Popen[bytes]]]:
    """Start all processes; stop them however the block ends."""
    running = {name: start(command) for name, command in commands(host, port).items()}
    try:
        yield running
    finally:
        for process in running.values():
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in running.values():
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


def wait_until_up(host: str, port: int, running: dict[str, subprocess.Popen[bytes]], seconds: float = 30) -> None:
    """
    Return when the pages answer.

    :raises CannotServe: if a process ends or nothing answers within ``seconds``.
    """
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for name, process in running.items():
            if process.poll() is not None:
                raise CannotServe(f"the {name} process ended with code {process.returncode}; its last lines above say why.")
        with socket.socket() as probe:
            if probe.connect_ex((host, port)) == 0:
                return
        time.sleep(0.1)
    raise CannotServe(f"nothing answered on {host}:{port} within {seconds:.0f} s.")


def stop_when_asked() -> threading.Event:
    """Turn SIGTERM and Ctrl-C into an event. Call it before anything is started: a signal in between must not leave children."""
    asked = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: asked.set())
    return asked


def watch(host: str, port: int, running: dict[str, subprocess.Popen[bytes]], asked: threading.Event) -> None:
    """Keep all processes alive until ``asked``: one that ends is started again."""
    while not asked.wait(0.5):
        for name, process in running.items():
            if process.poll() is not None and not asked.is_set():
                print(f"hanhlang: the {name} process ended with code {process.returncode}; starting it again.", file=sys.stderr)
                running[name] = start(commands(host, port)[name])
