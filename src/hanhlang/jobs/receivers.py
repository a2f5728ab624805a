"""News that end in a job."""

from __future__ import annotations

from hanhlang.domains.core import letters, outbox
from hanhlang.jobs.letters import send_letter


@outbox.receiver(letters.TOPIC)
def send_what_was_written(letter: str) -> None:
    send_letter.enqueue(letter)
