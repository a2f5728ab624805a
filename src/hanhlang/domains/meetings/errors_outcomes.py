"""Why something about what became of a meeting is refused."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hanhlang.domains.meetings.errors import MeetingError


class NotYourMeeting(MeetingError):
    code = "meetings.not_yours"
    status = 404
    text = _("There is no such meeting, or it is not yours.")


class NotYetBegun(MeetingError):
    code = "meetings.not_yet_begun"
    text = _("Meeting %(number)s has not begun yet. Say what became of it once its hour has come.")


class NeverPlaced(MeetingError):
    code = "meetings.never_placed"
    text = _("Meeting %(number)s has no published hour, so nothing became of it yet.")


class WhoWasAbsent(MeetingError):
    code = "meetings.who_was_absent"
    status = 422
    fields = ("absent_side",)
    text = _("Say which side did not come; for a meeting that was held, leave it empty.")


class OutcomeSettled(MeetingError):
    code = "meetings.outcome_settled"
    text = _("The desk has settled what became of meeting %(number)s. Write to the desk if it is wrong.")


class MarkUnknown(MeetingError):
    code = "meetings.mark_unknown"
    status = 422
    fields = ("mark",)
    text = _("Choose one of the three faces.")


class FollowUpUnclear(MeetingError):
    code = "meetings.follow_up_unclear"
    status = 422
    fields = ("text",)
    text = _("Say in one sentence, of 500 letters at most, what is to be done.")


class OwnerNotThere(MeetingError):
    code = "meetings.owner_not_there"
    status = 422
    fields = ("owner",)
    text = _("%(owner)s is on neither side of this meeting. Choose somebody who was there or of their delegations.")


class DueInThePast(MeetingError):
    code = "meetings.due_in_the_past"
    status = 422
    fields = ("due_on",)
    text = _("The day %(day)s is over. Give a day from today on.")


class FollowUpDone(MeetingError):
    code = "meetings.follow_up_done"
    text = _("This was marked as done already.")


class NoteTooLong(MeetingError):
    code = "meetings.note_too_long"
    status = 422
    fields = ("text",)
    text = _("A note has at most %(most)d letters. Shorten it, or attach it to your own files.")
