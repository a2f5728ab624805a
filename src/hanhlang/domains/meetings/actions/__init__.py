"""What can be done with requests, wishes, meetings, searches and plans."""

from hanhlang.domains.meetings.actions.acknowledging import (
    acknowledge,
    choose_feed,
    choose_invitations,
    end_invitations,
    note_acknowledged,
    note_told,
)
from hanhlang.domains.meetings.actions.answers import accept_request, counter_request, decline_request, hold_request
from hanhlang.domains.meetings.actions.changes import (
    dismiss_change,
    leave_as_it_is,
    report_change,
    take_in_at_once,
    take_in_change,
)
from hanhlang.domains.meetings.actions.freeing import free_cancelled, record_no_show
from hanhlang.domains.meetings.actions.head_stand_ins import answer_stand_in, name_stand_in
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
from hanhlang.domains.meetings.actions.pull_asides import log_pull_aside
from hanhlang.domains.meetings.actions.request_clock import expire_requests
from hanhlang.domains.meetings.actions.requests import cancel_meeting, file_request, withdraw_request
from hanhlang.domains.meetings.actions.runs import start_run, stop_run
from hanhlang.domains.meetings.actions.sides import let_read, log_look, set_secrecy, sign_off_rank_gap, stop_reading, write_brief
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
    "acknowledge",
    "answer_now",
    "answer_stand_in",
    "ask_to_come_now",
    "block",
    "cancel_meeting",
    "choose_feed",
    "choose_invitations",
    "counter_request",
    "decline_request",
    "decline_wish",
    "dismiss_change",
    "end_invitations",
    "expire_holds",
    "expire_requests",
    "expire_wishes",
    "file_request",
    "free_cancelled",
    "hold_request",
    "leave_as_it_is",
    "let_read",
    "lock_meeting",
    "log_look",
    "log_pull_aside",
    "make_wish",
    "make_wishes",
    "name_stand_in",
    "note_acknowledged",
    "note_told",
    "publish_plan",
    "record_no_show",
    "report_change",
    "report_partner_missing",
    "return_profile",
    "set_secrecy",
    "set_terms",
    "sign_off_rank_gap",
    "stand_in",
    "start_run",
    "stop_reading",
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
    "write_brief",
    "write_profile",
]
