"""Who works and who reads beside a rehearsal, in a process of their own: they share no interpreter with what is measured."""

from __future__ import annotations

import multiprocessing
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event

LOOK_SECONDS = 0.5
# The last look and the last steps of the users are waited for so long.
END_SECONDS = 120.0


@dataclass
class Seen:
    """What the reader saw, and what the users did, by the end."""

    broken: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    longest: float = 0.0
    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)


@contextmanager
def others(week: str, seed: int) -> Iterator[Seen]:
    """
    Let users work and a reader look while the block runs; what they saw is filled in at its end.

    :raises RuntimeError: if their process did not begin, or ended by itself.
    """
    seen = Seen()
    context = multiprocessing.get_context("spawn")
    receiving, sending = context.Pipe(duplex=False)
    stop = context.Event()
    process = context.Process(target=_work, args=(sending, stop, week, seed), name="beside", daemon=True)
    process.start()
    sending.close()
    try:
        if not receiving.poll(END_SECONDS) or receiving.recv() != "ready":
            raise RuntimeError("Who works beside the rehearsal did not begin.")
        yield seen
        stop.set()
        if not receiving.poll(END_SECONDS):
            raise RuntimeError("Who works beside the rehearsal did not come to an end.")
        seen.__dict__.update(receiving.recv().__dict__)
    except EOFError:
        raise RuntimeError("Who works beside the rehearsal ended by itself.") from None
    finally:
        stop.set()
        process.join(END_SECONDS)
        process.kill()
        receiving.close()


def _work(pipe: Connection, stop: Event, key: str, seed: int) -> None:
    import django

    django.setup()
    from hanhlang.domains.core import clock
    from hanhlang.domains.events.models import Week
    from hanhlang.jobs.rehearsal.reader import Reader
    from hanhlang.jobs.rehearsal.users import Users

    week = Week.objects.get(key=key)
    reader, users = Reader(week), Users(week, seed)
    users.begin()
    pipe.send("ready")
    ended = threading.Event()
    while not ended.is_set():
        if stop.wait(LOOK_SECONDS):
            users.end()
            ended.set()
        reader.look(clock.now())
    broken = [*reader.broken, *users.faults]
    pipe.send(Seen(broken, reader.doubled, reader.longest, users.done, users.refused))
    pipe.close()
