"""The parent's side of a proof: start the child, take its findings, kill it when time is up."""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import IO, Any, cast

LOOK_AROUND_SECONDS = 0.05


class ProofFault(RuntimeError):
    """The child failed in a way that is a defect of ours; the text is its traceback."""


def findings(task: dict[str, Any], *, deadline: float | None, should_stop: Callable[[], bool] | None) -> Iterator[dict[str, Any]]:
    """
    Yield what the child finds, until it ends, ``deadline`` (of :func:`time.monotonic`) passes or ``should_stop`` says so.

    :raises ProofFault: if the child fails by a defect.
    """
    with _child(task) as process:
        for line in _lines(process, deadline, should_stop):
            finding = json.loads(line)
            if "fault" in finding:
                raise ProofFault(finding["fault"])
            yield finding


@contextmanager
def _child(task: dict[str, Any]) -> Iterator[subprocess.Popen[bytes]]:
    # Its own session: Ctrl-C reaches the parent alone, which then writes the best plan.
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and module, no outside words
        [sys.executable, "-m", "hanhlang.engine.proof.child", str(os.getpid())],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        # A child that ended early has written why; that is read later.
        with suppress(BrokenPipeError), cast(IO[bytes], process.stdin) as stdin:
            stdin.write(json.dumps(task).encode())
        yield process
    finally:
        process.kill()
        process.wait()
        cast(IO[bytes], process.stdout).close()


def _lines(process: subprocess.Popen[bytes], deadline: float | None, should_stop: Callable[[], bool] | None) -> Iterator[bytes]:
    stdout = cast(IO[bytes], process.stdout)
    pending = b""
    with selectors.DefaultSelector() as selector:
        selector.register(stdout, selectors.EVENT_READ)
        while not (should_stop is not None and should_stop()):
            left = LOOK_AROUND_SECONDS if deadline is None else min(LOOK_AROUND_SECONDS, deadline - time.monotonic())
            if left <= 0:
                return
            if not selector.select(left):
                continue
            piece = os.read(stdout.fileno(), 1 << 16)
            if not piece:
                return
            *whole, pending = (pending + piece).split(b"\n")
            yield from whole
