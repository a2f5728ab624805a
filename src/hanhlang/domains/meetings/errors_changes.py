"""Refusals about what happens on the day: changes, notices, stand-ins, no-shows."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hanhlang.domains.meetings.errors import MeetingError


class ChangeSettled(MeetingError):
    code = "meetings.change_settled"
    text = _("Change %(number)s has been dealt with already. Report a new one if something else happened.")


class ChangeNotTakenIn(MeetingError):
    code = "meetings.change_not_taken_in"
    text = _("Change %(number)s has not been taken in yet, so there is nothing to answer.")


class ChangeIncomplete(MeetingError):
    code = "meetings.change_incomplete"
    status = 422
    text = _("Say %(what)s: without it nobody knows what has changed.")


class HoursBackwards(MeetingError):
    code = "meetings.hours_backwards"
    status = 422
    text = _("The end must come after the beginning. Correct one of the two hours.")
    fields = ("ends_at",)


class OutsideTheWeek(MeetingError):
    code = "meetings.outside_the_week"
    status = 422
    text = _("%(hour)s is outside the week. Give an hour between its first and its last day.")
    fields = ("starts_at",)


class NotAnOverrun(MeetingError):
    code = "meetings.not_an_overrun"
    status = 422
    text = _("The session ends at %(hour)s as planned. Give a later hour.")
    fields = ("ends_at",)


class NoSuchRoad(MeetingError):
    code = "meetings.no_such_road"
    status = 422
    text = _("No road joins these two sites in the travel table. Choose two sites with a road between them.")
    fields = ("destination",)


class NothingPublished(MeetingError):
    code = "meetings.nothing_published"
    text = _("No plan is published yet, so nothing that people know has to be kept. Search for a plan instead.")


class SearchOvertaken(MeetingError):
    code = "meetings.search_overtaken"
    text = _("Something else became true meanwhile; ways to answer are being looked for again.")


class StandInPut(MeetingError):
    code = "meetings.stand_in_put"
    text = _("The other side has not answered the last proposal for meeting %(number)s yet. Wait for its answer.")


class StandInSettled(MeetingError):
    code = "meetings.stand_in_settled"
    text = _("This proposal for meeting %(number)s has been answered already.")


class StandInNotFree(MeetingError):
    code = "meetings.stand_in_not_free"
    text = _("%(person)s is in this meeting anyway or taken at that hour. Name somebody else.")


class NotShorter(MeetingError):
    code = "meetings.not_shorter"
    status = 422
    text = _("Give a length from %(least)s minutes in steps of five, below the present %(minutes)s.")
    fields = ("minutes",)
