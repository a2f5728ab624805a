"""What can be done with requests, wishes, meetings, searches and plans."""

from hanhlang.domains.meetings.actions.changes import (
    dismiss_change,
    leave_as_it_is,
    report_change,
    take_in_at_once,
    take_in_change,
)
from hanhlang.domains.meetings.actions.locks import expire_holds, lock_meeting, unlock_meeting
from hanhlang.domains.meetings.actions.publishing import Published, publish_plan
from hanhlang.domains.meetings.actions.requests import (
    accept_request,
    cancel_meeting,
    counter_request,
    decline_request,
    file_request,
    withdraw_request,
)
from hanhlang.domains.meetings.actions.runs import start_run, stop_run
from hanhlang.domains.meetings.actions.wishes import accept_wish, accept_wishes, decline_wish, make_wish, make_wishes

__all__ = [
    "Published",
    "accept_request",
    "accept_wish",
    "accept_wishes",
    "cancel_meeting",
    "counter_request",
    "decline_request",
    "decline_wish",
    "dismiss_change",
    "expire_holds",
    "file_request",
    "leave_as_it_is",
    "lock_meeting",
    "make_wish",
    "make_wishes",
    "publish_plan",
    "report_change",
    "start_run",
    "stop_run",
    "take_in_at_once",
    "take_in_change",
    "unlock_meeting",
    "withdraw_request",
]
