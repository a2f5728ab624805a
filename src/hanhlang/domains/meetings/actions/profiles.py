"""What firms and their people say of themselves: profiles, which the organiser validates, and each person's own terms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from hanhlang.domains.core import audit, live, outbox
from hanhlang.domains.core.multitext import MultiText
from hanhlang.domains.events.models import Topic, Week
from hanhlang.domains.meetings import rules, rules_business
from hanhlang.domains.meetings.actions.changes import look_again
from hanhlang.domains.meetings.actions.numbers import lock_week
from hanhlang.domains.meetings.actions.wishes import withdraw_wishes_of
from hanhlang.domains.meetings.errors_business import (
    CannotBlockOwn,
    HoursBreakPromise,
    NoFirm,
    NoteMissing,
    NothingToDecide,
    ProfileIncomplete,
)
from hanhlang.domains.meetings.models import Block, BusinessSettings, Meeting, Profile, Promise, Suggestion
from hanhlang.domains.people.models import Account, Organisation, Person
from hanhlang.domains.programme.rules import merged

# What a firm writes of itself, and what is copied when the organiser validates it.
WORDS = ("about", "offers", "needs", "languages", "stage", "country")


@transaction.atomic
def write_profile(
    *,
    week: Week,
    organisation: Organisation | None,
    about: MultiText,
    offers: MultiText,
    needs: MultiText,
    topics: Iterable[Topic],
    languages: Iterable[str],
    stage: str,
    country: str,
    by: Account | None,
    now: datetime,
) -> Profile:
    """
    Keep what a firm writes of itself as its draft; others go on seeing what was validated last.

    :raises NoFirm: without an organisation.
    :raises EntriesTooLong: if offers or needs are not short lines.
    """
    if organisation is None:
        raise NoFirm(person=by.person.name if by and by.person else "–")
    lock_week(week)
    profile = Profile.objects.filter(week=week, organisation=organisation, is_shown=False).first()
    profile = profile or Profile(week=week, organisation=organisation)
    profile.about = profile.about.changed(about.texts)
    profile.offers = rules_business.check_entries(profile.offers.changed(offers.texts), field="offers")
    profile.needs = rules_business.check_entries(profile.needs.changed(needs.texts), field="needs")
    profile.languages, profile.stage, profile.country = list(dict.fromkeys(languages)), stage, country.upper()
    profile.state = Profile.State.DRAFT
    profile.save()
    profile.topics.set(topics)
    _tell("profile.written", profile, by=by, now=now)
    return profile


@transaction.atomic
def submit_profile(*, profile: Profile, by: Account | None, now: datetime) -> Profile:
    """
    Hand a profile to the organiser; it may still be changed, and is a draft again then.

    :raises ProfileIncomplete: if it says too little to be of use.
    """
    profile = _locked(profile)
    if not (profile.offers and profile.needs and profile.languages):
        raise ProfileIncomplete(fields=tuple(name for name in ("offers", "needs", "languages") if not getattr(profile, name)))
    if profile.state == Profile.State.SUBMITTED:
        return profile
    profile.state, profile.submitted_by, profile.submitted_at = Profile.State.SUBMITTED, by, now
    profile.save()
    _tell("profile.submitted", profile, by=by, now=now)
    return profile


@transaction.atomic
def validate_profile(*, profile: Profile, by: Account | None, now: datetime) -> Profile:
    """
    Let others see a submitted profile as it stands now; return the one they see.

    :raises NothingToDecide: if it does not wait for that.
    """
    profile = _waiting(profile)
    profile.state, profile.decided_by, profile.decided_at, profile.note = Profile.State.VALIDATED, by, now, ""
    profile.save()
    shown = Profile.objects.filter(week=profile.week, organisation=profile.organisation, is_shown=True).first()
    shown = shown or Profile(week=profile.week, organisation=profile.organisation, is_shown=True)
    for name in WORDS:
        setattr(shown, name, getattr(profile, name))
    shown.state, shown.decided_by, shown.decided_at = Profile.State.VALIDATED, by, now
    shown.submitted_by, shown.submitted_at = profile.submitted_by, profile.submitted_at
    shown.save()
    shown.topics.set(profile.topics.all())
    _tell("profile.validated", profile, by=by, now=now)
    return shown


@transaction.atomic
def return_profile(*, profile: Profile, note: str, by: Account | None, now: datetime, take_down: bool = False) -> Profile:
    """
    Give a profile back with a note; ``take_down`` also ends what others see of the firm so far.

    :raises NoteMissing: without a note.
    :raises NothingToDecide: if it does not wait, and nothing is to be taken down either.
    """
    if not note.strip():
        raise NoteMissing()
    profile = _locked(profile)
    shown = Profile.objects.filter(week=profile.week, organisation=profile.organisation, is_shown=True)
    taken_down = bool(take_down and shown.delete()[0])
    if profile.state != Profile.State.SUBMITTED and not taken_down:
        raise NothingToDecide()
    profile.state, profile.note, profile.decided_by, profile.decided_at = Profile.State.RETURNED, note.strip(), by, now
    profile.save()
    _tell("profile.returned", profile, by=by, now=now, details={"taken_down": taken_down})
    return profile


@transaction.atomic
def set_terms(
    *,
    week: Week,
    person: Person,
    takes_part: bool,
    wants_suggestions: bool,
    may_stand_in: bool,
    hours: Iterable[rules.Window],
    mail: str,
    phone: str,
    by: Account | None,
    now: datetime,
) -> BusinessSettings:
    """
    Say how one takes part in business meetings; whoever no longer does asks nobody any more either.

    :raises HoursUnusable: if hours lie outside the week or are too short for a meeting.
    :raises HoursBreakPromise: if one was told a meeting that lies outside these hours.
    """
    lock_week(week)
    windows = merged(hours)
    rules.check_windows(windows, minutes=rules.LEAST_MINUTES, starts_on=week.starts_on, ends_on=week.ends_on, timezone=week.timezone)
    _check_promises(week, person, windows, now)
    row = BusinessSettings.objects.filter(week=week, person=person).first() or BusinessSettings(week=week, person=person)
    differ = row.hours != rules.to_json(windows)
    row.takes_part, row.may_stand_in = takes_part, takes_part and may_stand_in
    row.wants_suggestions, row.hours = wants_suggestions, rules.to_json(windows)
    row.mail, row.phone = mail.strip(), phone.strip()
    row.save()
    if not takes_part:
        withdraw_wishes_of(week=week, person=person, by=by, now=now)
    if not wants_suggestions:
        Suggestion.objects.filter(week=week, person=person).delete()
    switches = {"takes_part": row.takes_part, "suggestions": row.wants_suggestions, "stands_in": row.may_stand_in}
    audit.record("business.terms_set", about=row, by=by, at=now, details=switches, people=[person.pseudonym])
    outbox.post("business.terms_set", week=week.pk, person=person.pk)
    if differ:
        # Answers that were found for open changes may lie outside the new hours.
        look_again(week)
    live.bump(f"business:{week.key}")
    return row


@transaction.atomic
def block(
    *,
    week: Week,
    by_person: Person,
    by: Account | None,
    now: datetime,
    person: Person | None = None,
    organisation: Organisation | None = None,
) -> Block:
    """
    Hear no more from a person or a firm. Nothing tells them: their wishes stay open to their eyes and end by themselves.

    What was agreed before stays agreed; one's own open wishes to them are withdrawn. A second block of the same is the first one.

    :raises CannotBlockOwn: for oneself and one's own organisation.
    """
    mine = by_person.organisation_id
    if (person is not None and (person.pk == by_person.pk or (mine and person.organisation_id == mine))) or (
        organisation is not None and organisation.pk == mine
    ):
        raise CannotBlockOwn()
    lock_week(week)
    found, is_new = Block.objects.get_or_create(week=week, by_person=by_person, person=person, organisation=organisation)
    if is_new:
        those = [person.pk] if person else _people_of(week, organisation)
        withdraw_wishes_of(week=week, person=by_person, by=by, now=now, to=those)
        # Whom it concerns is not written down: the audit is read by people who must not know either.
        audit.record("business.blocked", about=found, by=by, at=now)
        live.bump(f"business:{week.key}")
    return found


@transaction.atomic
def unblock(*, block: Block, by: Account | None, now: datetime) -> None:
    """End a block; ending it twice is no fault."""
    rows = Block.objects.filter(pk=block.pk).select_related("week")
    if (found := rows.first()) is not None:
        audit.record("business.unblocked", about=found, by=by, at=now)
        rows.delete()
        live.bump(f"business:{found.week.key}")


def _people_of(week: Week, organisation: Organisation | None) -> list[UUID]:
    return list(Person.objects.filter(organisation=organisation, participations__week=week).values_list("pk", flat=True))


def _check_promises(week: Week, person: Person, windows: list[rules.Window], now: datetime) -> None:
    told = Promise.objects.filter(person=person, meeting__week=week, is_cancelled=False, ends_at__gt=now)
    for promise in told.exclude(meeting__state=Meeting.State.CANCELLED).select_related("meeting").order_by("starts_at"):
        if not rules_business.within(windows, promise.starts_at, promise.ends_at):
            hour = promise.starts_at.astimezone(ZoneInfo(week.timezone))
            raise HoursBreakPromise(number=promise.meeting.number, hour=f"{hour:%d/%m %H:%M}")


def _locked(profile: Profile) -> Profile:
    lock_week(profile.week)
    return Profile.objects.select_for_update(of=("self",)).select_related("week", "organisation").get(pk=profile.pk)


def _waiting(profile: Profile) -> Profile:
    profile = _locked(profile)
    if profile.state != Profile.State.SUBMITTED:
        raise NothingToDecide()
    return profile


def _tell(event: str, profile: Profile, *, by: Account | None, now: datetime, details: Mapping[str, Any] | None = None) -> None:
    audit.record(event, about=profile, by=by, at=now, details=dict(details or {}))
    outbox.post(event, profile=profile.pk)
    live.bump(f"business:{profile.week.key}")


__all__ = ["block", "return_profile", "set_terms", "submit_profile", "unblock", "validate_profile", "write_profile"]
