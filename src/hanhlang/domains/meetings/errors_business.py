"""Why something about business meetings is refused."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hanhlang.domains.meetings.errors import MeetingError


class NotAvailable(MeetingError):
    """Also what somebody who is blocked gets to read: nothing here may tell the two apart."""

    code = "meetings.not_available"
    text = _("%(person)s is not available for business meetings in this week. Look for somebody else.")
    fields = ("asked",)


class YouBlocked(MeetingError):
    code = "meetings.you_blocked"
    text = _("You have blocked %(person)s or their firm. End the block first.")
    fields = ("asked",)


class TooManyOpenWishes(MeetingError):
    code = "meetings.too_many_open_wishes"
    text = _("%(person)s already waits for %(most)d answers, the most one person may wait for. Withdraw one, or wait for an answer.")


class AlreadyDeclined(MeetingError):
    code = "meetings.already_declined"
    text = _("%(person)s has already answered this wish with no. They may ask you, if they change their mind.")


class NoFirm(MeetingError):
    code = "meetings.no_firm"
    text = _("%(person)s belongs to no organisation, so there is no profile to write. The secretariat can enter the organisation.")


class ProfileIncomplete(MeetingError):
    code = "meetings.profile_incomplete"
    status = 422
    text = _("The profile needs at least one thing the firm offers, one it needs, and one language. Fill them in, then submit it.")
    fields = ("offers",)


class EntriesTooLong(MeetingError):
    code = "meetings.entries_too_long"
    status = 422
    text = _("Give at most %(most)d entries of at most %(letters)d letters each, one a line.")


class UnknownTopic(MeetingError):
    code = "meetings.unknown_topic"
    status = 422
    text = _("There is no topic %(topic)s in this week.")
    fields = ("topics",)


class NothingToDecide(MeetingError):
    code = "meetings.nothing_to_decide"
    text = _("This profile does not wait for the organiser: it was decided or taken back meanwhile.")


class NoteMissing(MeetingError):
    code = "meetings.note_missing"
    status = 422
    text = _("Say in one sentence what is to be put right.")
    fields = ("note",)


class HoursBreakPromise(MeetingError):
    code = "meetings.hours_break_promise"
    text = _("You were told meeting %(number)d for %(hour)s, outside these hours. Keep that hour, or call the meeting off first.")
    fields = ("hours",)


class CannotBlockOwn(MeetingError):
    code = "meetings.cannot_block_own"
    status = 422
    text = _("You cannot block yourself or your own organisation.")


class NotAColleague(MeetingError):
    code = "meetings.not_a_colleague"
    status = 422
    text = _("%(person)s is not of the same organisation, or has not agreed to stand in. Choose another colleague.")
    fields = ("coming",)


class NotAtThisMeeting(MeetingError):
    code = "meetings.not_at_this_meeting"
    status = 422
    text = _("%(person)s has no seat at meeting %(number)d to pass on.")


class ColleagueNotFree(MeetingError):
    """One answer for every cause: what else somebody does at that hour is theirs alone."""

    code = "meetings.colleague_not_free"
    text = _("%(person)s cannot take this seat at that hour. Choose another colleague.")
    fields = ("coming",)


class MeetingIsOver(MeetingError):
    code = "meetings.is_over"
    text = _("Meeting %(number)d is over.")


class TooSoonToMiss(MeetingError):
    code = "meetings.too_soon_to_miss"
    text = _("Wait until %(hour)s: people may come up to %(minutes)d minutes late.")


class NotPlacedYet(MeetingError):
    code = "meetings.not_placed_yet"
    text = _("Meeting %(number)d has no published hour yet.")


class AlreadyReported(MeetingError):
    code = "meetings.already_reported"
    text = _("You have already said that nobody came to meeting %(number)d.")


class NotOffered(MeetingError):
    code = "meetings.not_offered"
    text = _("%(person)s can no longer be asked to come now. Choose among those who are listed.")


class TableIsFree(MeetingError):
    code = "meetings.table_is_free"
    text = _("The time at this table is over; nobody waits there any more.")


class SuggestionsOff(MeetingError):
    code = "meetings.suggestions_off"
    text = _("You have not switched suggestions on. Switch them on first; you may switch them off again at any time.")
