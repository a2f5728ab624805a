"""Jobs that only tests carry out; found by name by a worker process of its own."""

from __future__ import annotations

import time
from pathlib import Path

from hanhlang.jobs.queue import TaskContext, job


@job
def note(path: str, word: str) -> str:
    """Append a word to a file."""
    with Path(path).open("a") as file:
        file.write(f"{word}\n")
    return word


@job(takes_context=True)
def stick_at_first(context: TaskContext, path: str) -> None:
    """Say which try this is, and hang at the first, as if the work took for ever."""
    with Path(path).open("a") as file:
        file.write(f"{context.attempt}\n")
    if context.attempt == 1:
        time.sleep(3600)


@job
def fail(path: str) -> None:
    """Fail as long as the file does not exist."""
    Path(path).read_text()
