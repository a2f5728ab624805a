"""News that end in a job."""

from __future__ import annotations

from hanhlang.domains.core import letters, outbox
from hanhlang.domains.meetings.actions.paper import TOPIC as PACKS_ORDERED
from hanhlang.domains.meetings.actions.what_ifs import ASKED
from hanhlang.jobs.helping import work_out
from hanhlang.jobs.letters import send_letter
from hanhlang.jobs.paper import print_packs


@outbox.receiver(letters.TOPIC)
def send_what_was_written(letter: str) -> None:
    send_letter.enqueue(letter)


@outbox.receiver(PACKS_ORDERED)
def print_what_was_ordered(packs: str) -> None:
    print_packs.enqueue(packs)


@outbox.receiver(ASKED)
def work_out_what_was_asked(what_if: str) -> None:
    work_out.enqueue(what_if)
