"""The parent's side of a proof: start the children, take their findings, kill them when time is up."""

from __future__ import annotations

import marshal
import os
import selectors
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from typing import IO, Any, cast

from hanhlang.engine.proof.findings import read

LOOK_AROUND_SECONDS = 0.05


class ProofFault(RuntimeError):
    """The child failed in a way that is a defect of ours; the text is its traceback."""


def findings(
    *tasks: dict[str, Any],
    deadline: float | None,
    should_stop: Callable[[], bool] | None,
    meanwhile: Callable[[], None] | None = None,
) -> Iterator[dict[str, Any]]:
    """
    Yield what the children find, one for each task, side by side; ``meanwhile`` is done here once they have started.

    Ends when one has decided whether there is a plan, when all have ended, when ``deadline`` (of :func:`time.monotonic`) passes or
    ``should_stop`` says so.

    :raises ProofFault: if a child fails by a defect.
    """
    with ExitStack() as stack:
        children = [stack.enter_context(_child(task)) for task in tasks]
        if meanwhile is not None:
            meanwhile()
        for finding in _heard(children, deadline, should_stop):
            if "fault" in finding:
                raise ProofFault(finding["fault"])
            yield finding
            if "possible" in finding:
                return


@dataclass(slots=True)
class _Pending:
    """The beginning of a finding whose end has not come yet."""

    received: bytes = b""


@contextmanager
def _child(task: dict[str, Any]) -> Iterator[subprocess.Popen[bytes]]:
    # Its own session: Ctrl-C reaches the parent alone, which then writes the best plan.
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and module, no outside words
        [sys.executable, "-c", "from hanhlang.engine.proof.child import main; main()", str(os.getpid())],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        # A child that ended early has written why; that is read later.
        with suppress(BrokenPipeError), cast(IO[bytes], process.stdin) as stdin:
            marshal.dump(task, stdin)
        yield process
    finally:
        process.kill()
        process.wait()
        cast(IO[bytes], process.stdout).close()


def _heard(
    children: Sequence[subprocess.Popen[bytes]], deadline: float | None, should_stop: Callable[[], bool] | None
) -> Iterator[dict[str, Any]]:
    with selectors.DefaultSelector() as selector:
        for child in children:
            selector.register(cast(IO[bytes], child.stdout), selectors.EVENT_READ, _Pending())
        while selector.get_map() and not (should_stop is not None and should_stop()):
            left = LOOK_AROUND_SECONDS if deadline is None else min(LOOK_AROUND_SECONDS, deadline - time.monotonic())
            if left <= 0:
                return
            for key, _ in selector.select(left):
                piece = os.read(key.fd, 1 << 16)
                if not piece:
                    selector.unregister(key.fileobj)
                whole, key.data.received = read(key.data.received + piece)
                yield from whole
