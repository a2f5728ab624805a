"""The rules, one for each kind of thing that is not kept for ever; docs/reference/retention.md lists the same."""

from __future__ import annotations

from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hanhlang.domains.agenda.models import Feed
from hanhlang.domains.core import letters, outbox
from hanhlang.domains.events.models import ApiAnswer, ApiToken
from hanhlang.domains.meetings.models import PackSet
from hanhlang.jobs import queue
from hanhlang.jobs.retention import past_weeks
from hanhlang.jobs.retention.due import Counters, Due, Files, Rows
from hanhlang.jobs.retention.rule import DAY, Rule
from hanhlang.jobs.workbook import desk


def expired_sessions(before: datetime) -> Due:
    return Rows(Session.objects.filter(expire_date__lt=before))


def forgotten_devices(before: datetime) -> Due:
    alive = Session.objects.values("session_key")
    return Rows(UserSession.objects.filter(last_seen_at__lt=before).exclude(session_key__in=alive))


def ended_feeds(before: datetime) -> Due:
    return Rows(Feed.objects.filter(revoked_at__lt=before))


def feeds_of_past_weeks(before: datetime) -> Due:
    return Rows(Feed.objects.filter(week__ends_on__lt=before.date()))


def dead_tokens(before: datetime) -> Due:
    return Rows(ApiToken.objects.filter(Q(expires_at__lt=before) | Q(revoked_at__lt=before)))


def old_answers(before: datetime) -> Due:
    return Rows(ApiAnswer.objects.filter(created_at__lt=before))


RULES: tuple[Rule, ...] = (
    Rule("sessions", timedelta(0), _("Sign-ins that have expired"), _("Nobody can use them any more."), expired_sessions),
    Rule(
        "devices",
        DAY,
        _("Devices last seen more than %(days)d day ago whose sign-in has ended"),
        _("They hold a network address and serve to end a sign-in that is alive."),
        forgotten_devices,
    ),
    Rule(
        "attempts",
        timedelta(0),
        _("Counts of attempts whose time is over"),
        _("They hold network addresses and limit nothing any more."),
        Counters,
    ),
    Rule(
        "letters",
        30 * DAY,
        _("Letters written more than %(days)d days ago, sent or not"),
        _("They hold names and addresses; after a month nobody asks for one that did not come."),
        lambda before: Rows(letters.written(before)),
    ),
    Rule(
        "outbox",
        14 * DAY,
        _("News between the parts that everyone had more than %(days)d days ago"),
        _("They have done their work; what was given up stays until it is mended."),
        lambda before: Rows(outbox.done(before)),
    ),
    Rule(
        "jobs",
        14 * DAY,
        _("Jobs that ended more than %(days)d days ago, failed ones too"),
        _("Their faults may quote what they worked on."),
        lambda before: Rows(queue.ended(before)),
    ),
    Rule(
        "workers",
        14 * DAY,
        _("Workers silent for more than %(days)d days"),
        _("They died without saying so, and nothing waits for them."),
        lambda before: Rows(queue.silent(before)),
    ),
    Rule(
        "imports",
        timedelta(seconds=desk.KEPT_SECONDS),
        _("Workbooks uploaded more than %(minutes)d minutes ago and not loaded"),
        _("They hold the people of a week, and whoever looked at them has gone."),
        lambda before: Files(desk.kept_before(before)),
    ),
    Rule(
        "feeds-ended",
        30 * DAY,
        _("Calendar addresses ended more than %(days)d days ago"),
        _("They answer nobody; the audit still says that they were."),
        ended_feeds,
        by_product_clock=True,
    ),
    Rule(
        "feeds-past",
        90 * DAY,
        _("Calendar addresses of weeks that ended more than %(days)d days ago"),
        _("A week that is over changes no more, and whoever has the address sees a person's whole agenda."),
        feeds_of_past_weeks,
        by_product_clock=True,
    ),
    Rule(
        "tokens",
        90 * DAY,
        _("Tokens of programs that expired or were ended more than %(days)d days ago"),
        _("They open nothing; the audit still says who made and ended them."),
        dead_tokens,
        by_product_clock=True,
    ),
    Rule(
        "answers",
        DAY,
        _("Answers kept for a program's repeated call, older than %(days)d day"),
        _("They may hold names, and a program repeats itself at once or not at all."),
        old_answers,
    ),
    Rule(
        "packs",
        2 * DAY,
        _("Archives of everybody's packs made more than %(days)d days ago"),
        _("They hold whole agendas, and a later plan has made them untrue."),
        lambda before: Rows(PackSet.objects.filter(created_at__lt=before)),
    ),
    *past_weeks.RULES,
)
