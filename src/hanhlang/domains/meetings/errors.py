"""Why something about a meeting is refused."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hanhlang.domains.core.errors import CodedError


class MeetingError(CodedError):
    code = "meetings.refused"
    status = 409
    text = _("This cannot be done with the meeting as it stands.")


class NumberTaken(MeetingError):
    code = "meetings.number_taken"
    text = _("The number %(number)s is taken in this week. Give another one.")
    fields = ("number",)


class RequestClosed(MeetingError):
    code = "meetings.request_closed"
    text = _("Request %(number)s has already been answered or withdrawn. Open it again to see its answer.")


class RequestExpired(MeetingError):
    code = "meetings.request_expired"
    text = _("Request %(number)s was not answered in time and has ended. Ask anew if the meeting is still wanted.")


class RequestMoved(MeetingError):
    code = "meetings.request_moved"
    text = _("Somebody answered request %(number)s after you opened it. Look at what is offered now, then answer.")


class NotYourTurn(MeetingError):
    code = "meetings.not_your_turn"
    text = _("Request %(number)s waits for an answer of the other side. You can answer when it has made an offer.")


class NotAParty(MeetingError):
    code = "meetings.not_a_party"
    status = 404
    text = _("This request is not one of your delegation.")


class ReasonForNo(MeetingError):
    code = "meetings.reason_for_no"
    status = 422
    text = _("Say in one sentence why; the other side reads it.")
    fields = ("why",)


class HoldNotPossible(MeetingError):
    code = "meetings.hold_not_possible"
    status = 422
    text = _("An answer can be put off to an hour in the future, at most %(hours)d hours from now and not beyond the week.")
    fields = ("until",)


class AskedInAdvance(MeetingError):
    code = "meetings.pull_aside_in_advance"
    status = 422
    text = _("A pull-aside has no hour and no room beforehand. Write it down after it happened, or ask for another format.")
    fields = ("format",)


class NotYetHappened(MeetingError):
    code = "meetings.not_yet_happened"
    status = 422
    text = _("A pull-aside is written down after it happened, within the week. Give the hour it began.")
    fields = ("starts_at",)


class CompanionsMissing(MeetingError):
    code = "meetings.companions_missing"
    status = 422
    text = _("For 1+N say how many come with each head: 1 to %(most)d. Other formats have no such number.")
    fields = ("companions",)


class TooManyForFormat(MeetingError):
    code = "meetings.too_many_for_format"
    status = 422
    text = _("This format seats %(most)d of each side and %(people)d are named. Name fewer people or choose another format.")
    fields = ("people",)


class HeadMissing(MeetingError):
    code = "meetings.head_missing"
    status = 422
    text = _("In a 1+N the head of %(delegation)s comes with the others. Name the head, too.")
    fields = ("people",)


class MayNotTakePart(MeetingError):
    code = "meetings.may_not_take_part"
    status = 422
    text = _("%(person)s may not take part in this week yet. Name somebody else or have the accreditation settled first.")
    fields = ("people",)


class NoHoursLeft(MeetingError):
    code = "meetings.no_hours_left"
    status = 422
    text = _("Without the impossible hours nothing remains that holds %(minutes)d minutes. Leave some hours possible.")
    fields = ("impossible",)


class SiteMissing(MeetingError):
    code = "meetings.site_missing"
    status = 422
    text = _("Say in which city the address is: the way there is planned from it.")
    fields = ("site",)


class NoRoomsAtSite(MeetingError):
    code = "meetings.no_rooms_at_site"
    status = 422
    text = _("There are no rooms for bilaterals in %(site)s. Choose another city or give an address.")
    fields = ("site",)


class TooManyOpenRequests(MeetingError):
    code = "meetings.too_many_open_requests"
    text = _("%(delegation)s already waits for %(most)d answers, the most a delegation may. Withdraw one, or wait for an answer.")


class TooManyADay(MeetingError):
    code = "meetings.too_many_a_day"
    text = _("%(delegation)s has so many bilaterals that no day of this one is left with fewer than %(most)d. One must be given up first.")


class NoRankGap(MeetingError):
    code = "meetings.no_rank_gap"
    text = _("Between the two sides of request %(number)s there is no gap in rank that waits to be accepted.")


class NotTheSideOfTheBrief(MeetingError):
    code = "meetings.not_your_brief"
    status = 404
    text = _("A brief is written and read by its own delegation only.")


class NotOfTheStaff(MeetingError):
    code = "meetings.not_of_the_staff"
    status = 422
    text = _("Only somebody with a role at the desk of this week can be let in.")
    fields = ("account",)


class NothingToCounter(MeetingError):
    code = "meetings.nothing_to_counter"
    status = 422
    text = _("The counter-offer equals what was asked. Change the length or the hours, or accept the request.")


class OwnDelegation(MeetingError):
    code = "meetings.own_delegation"
    status = 422
    text = _("%(delegation)s cannot ask itself for a meeting. Choose another delegation.")


class AlreadyAsked(MeetingError):
    code = "meetings.already_asked"
    text = _("Request %(number)s between these two delegations still waits for an answer. Answer or withdraw it first.")


class LengthNotOffered(MeetingError):
    code = "meetings.length_not_offered"
    status = 422
    text = _("A bilateral lasts from %(least)d to %(most)d minutes, in steps of %(step)d. %(minutes)d minutes cannot be offered.")
    fields = ("minutes",)


class HoursUnusable(MeetingError):
    code = "meetings.hours_unusable"
    status = 422
    text = _(
        "The hours %(hours)s cannot hold a meeting of %(minutes)d minutes within the week. Give hours inside the week that are long enough."
    )
    fields = ("windows",)


class NoInterpretersForPair(MeetingError):
    code = "meetings.no_interpreters_for_pair"
    status = 422
    text = _("The week has no interpreters for %(pair)s. Choose one of: %(pairs)s.")
    fields = ("needs",)


class NobodyToSend(MeetingError):
    code = "meetings.nobody_to_send"
    status = 422
    text = _("%(delegation)s has nobody named for this meeting. Name at least one of its members.")
    fields = ("people",)


class NotAMember(MeetingError):
    code = "meetings.not_a_member"
    status = 422
    text = _("%(person)s is not a member of %(delegation)s. Name members of the delegation only.")
    fields = ("people",)


class UnknownRooms(MeetingError):
    code = "meetings.unknown_rooms"
    status = 422
    text = _("There are no meeting rooms called %(pool)s. Choose among: %(pools)s.")
    fields = ("pools",)


class NoGrid(MeetingError):
    code = "meetings.no_grid"
    text = _("The week has no hours for meetings of this kind yet. The secretariat sets them first.")


class WishClosed(MeetingError):
    code = "meetings.wish_closed"
    text = _("This wish has already been answered.")


class SameFirm(MeetingError):
    code = "meetings.same_firm"
    status = 422
    text = _("%(first)s and %(second)s belong to the same organisation; business meetings are between different ones.")


class AlreadyWished(MeetingError):
    code = "meetings.already_wished"
    text = _("There already is a wish between %(first)s and %(second)s. Answer that one.")


class NotTakingPart(MeetingError):
    code = "meetings.not_taking_part"
    status = 422
    text = _("%(person)s does not take part in this week, so no meeting can be arranged.")


class TooManyMeetings(MeetingError):
    code = "meetings.too_many_meetings"
    text = _("%(person)s already has %(most)d business meetings, the most one person may have. One must be given up first.")


class MeetingIsCancelled(MeetingError):
    code = "meetings.cancelled"
    text = _("Meeting %(number)s has been cancelled.")


class HourNotOffered(MeetingError):
    code = "meetings.hour_not_offered"
    status = 422
    text = _("Meeting %(number)s cannot start at %(hour)s: choose one of the hours set for meetings of its kind.")
    fields = ("starts_at",)


class PlaceNotOffered(MeetingError):
    code = "meetings.place_not_offered"
    status = 422
    text = _("Meeting %(number)s cannot be in %(place)s: choose one of the rooms or tables set for it.")
    fields = ("place",)


class ReasonMissing(MeetingError):
    code = "meetings.reason_missing"
    status = 422
    text = _("Say in one sentence why meeting %(number)s must not move.")
    fields = ("reason",)


class HoldExpired(MeetingError):
    code = "meetings.hold_expired"
    status = 422
    text = _("A hold must end in the future. Choose a later hour.")
    fields = ("expires_at",)


class NotLocked(MeetingError):
    code = "meetings.not_locked"
    text = _("Meeting %(number)s is not locked.")


class SearchUnderWay(MeetingError):
    code = "meetings.search_under_way"
    text = _("A search for this week is already under way. Wait for it or stop it first.")


class NothingToPlace(MeetingError):
    code = "meetings.nothing_to_place"
    text = _("No meeting has been agreed yet, so there is nothing to place.")


class SearchIsOver(MeetingError):
    code = "meetings.search_is_over"
    text = _("This search is already over.")


class PlanUnlawful(MeetingError):
    code = "meetings.plan_unlawful"
    text = _("The checker refused the plan: %(fault)s. Nothing was kept; search again.")


class PlanAlreadyPublished(MeetingError):
    code = "meetings.plan_already_published"
    text = _("Plan %(number)s is already published. Nobody was told again.")


class PlanIsPast(MeetingError):
    code = "meetings.plan_is_past"
    text = _("Plan %(number)s was replaced by a newer one. Search again to publish a new plan.")


class PlanStale(MeetingError):
    code = "meetings.plan_stale"
    text = _("Plan %(number)s no longer holds: %(what)s. Search again, then publish.")
