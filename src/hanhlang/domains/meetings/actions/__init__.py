"""What can be done with requests, wishes, meetings, searches and plans."""

from hanhlang.domains.meetings.actions.changes import (
    dismiss_change,
    leave_as_it_is,
    report_change,
    take_in_at_once,
    take_in_change,
)
from hanhlang.domains.meetings.actions.locks import expire_holds, lock_meeting, unlock_meeting
from hanhlang.domains.meetings.actions.missing import answer_now, ask_to_come_now, report_partner_missing
from hanhlang.domains.meetings.actions.profiles import (
    block,
    return_profile,
    set_terms,
    submit_profile,
    unblock,
    validate_profile,
    write_profile,
)
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
from hanhlang.domains.meetings.actions.stand_in import stand_in
from hanhlang.domains.meetings.actions.suggestions import suggest_partners
from hanhlang.domains.meetings.actions.wishes import (
    accept_wish,
    accept_wishes,
    decline_wish,
    expire_wishes,
    make_wish,
    make_wishes,
    withdraw_wish,
)

__all__ = [
    "Published",
    "accept_request",
    "accept_wish",
    "accept_wishes",
    "answer_now",
    "ask_to_come_now",
    "block",
    "cancel_meeting",
    "counter_request",
    "decline_request",
    "decline_wish",
    "dismiss_change",
    "expire_holds",
    "expire_wishes",
    "file_request",
    "leave_as_it_is",
    "lock_meeting",
    "make_wish",
    "make_wishes",
    "publish_plan",
    "report_change",
    "report_partner_missing",
    "return_profile",
    "set_terms",
    "stand_in",
    "start_run",
    "stop_run",
    "submit_profile",
    "suggest_partners",
    "take_in_at_once",
    "take_in_change",
    "unblock",
    "unlock_meeting",
    "validate_profile",
    "withdraw_request",
    "withdraw_wish",
    "write_profile",
]
