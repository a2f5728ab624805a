"""What can be done to a request on a page of its own: its words, its form, and the one action it calls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.http import HttpRequest, QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hanhlang.domains.delegations.models import Delegation
from hanhlang.domains.events.models import Role
from hanhlang.domains.meetings import actions, rules
from hanhlang.domains.meetings.actions.proposals import answer_proposal
from hanhlang.domains.meetings.models import Brief, Meeting, Request
from hanhlang.domains.meetings.visibility import STAFF
from hanhlang.domains.people.models import Account
from hanhlang.web.requests.forms import (
    AcceptForm,
    AnswerForm,
    BriefForm,
    HoldForm,
    OfferForm,
    SecrecyForm,
    WhyForm,
    WordedForm,
    WordForm,
)
from hanhlang.web.requests.proposals import still_to_answer


@dataclass(frozen=True)
class Doer:
    """Who does it: for which side, and whether the desk does it for that side."""

    account: Account
    side: Delegation | None
    on_behalf: bool
    now: datetime

    @property
    def party(self) -> Delegation:
        """The side, where there must be one."""
        if self.side is None:
            raise LookupError("This is done for a side.")
        return self.side

    def who(self, form: WordedForm | None = None) -> dict[str, Any]:
        found: dict[str, Any] = {"by": self.account, "now": self.now, "side": self.side, "on_behalf": self.on_behalf}
        if form is not None:
            found |= {"why": form.cleaned_data.get("why", ""), "seen": form.cleaned_data.get("seen")}
        return found


@dataclass(frozen=True)
class Deed:
    """One thing to do: its name in the address, words, and how its form is made and carried out."""

    key: str
    way: str | Promise
    title: str | Promise
    button: str | Promise
    said: str | Promise
    make: Callable[[QueryDict | None, Request, Doer], WordedForm]
    do: Callable[[Request, WordedForm, Doer], object]
    kind: str = "main"
    shows_terms: bool = True


def _seen(row: Request, **more: Any) -> dict[str, Any]:
    return {"seen": row.steps.count(), **more}


def _accept_form(data: QueryDict | None, row: Request, doer: Doer) -> WordedForm:
    side = doer.party
    named = list(row.people.filter(memberships__delegation=side).values_list("key", flat=True))
    members = [member.person.key for member in side.members.select_related("person")]
    chosen = named or members[: rules.HEADS_SENT]
    return AcceptForm(data, week=row.week, side=side, initial=_seen(row, people=chosen))


def _accept(row: Request, form: WordedForm, doer: Doer) -> object:
    return actions.accept_request(request=row, people=form.cleaned_data["people"], **doer.who(form))


def _offer_form(data: QueryDict | None, row: Request, doer: Doer) -> WordedForm:
    now = row.counter or {"minutes": row.minutes, "level": row.level, "windows": row.windows}
    first = _seen(row, minutes=now["minutes"], level=now.get("level", row.level))
    return OfferForm(data, week=row.week, windows=rules.from_json(now["windows"]), initial=first)


def _offer(row: Request, form: WordedForm, doer: Doer) -> object:
    values = form.cleaned_data
    windows = form.hours["windows"].windows
    return actions.counter_request(request=row, minutes=values["minutes"], level=values["level"], windows=windows, **doer.who(form))


def _plain(form: type[WordedForm]) -> Callable[[QueryDict | None, Request, Doer], WordedForm]:
    return lambda data, row, doer: form(data, week=row.week, initial=_seen(row))


def _decline(row: Request, form: WordedForm, doer: Doer) -> object:
    return actions.decline_request(request=row, **doer.who(form))


def _withdraw(row: Request, form: WordedForm, doer: Doer) -> object:
    return actions.withdraw_request(request=row, **doer.who(form))


def _hold(row: Request, form: WordedForm, doer: Doer) -> object:
    return actions.hold_request(request=row, until=form.moment("until"), **doer.who(form))  # type: ignore[arg-type]


def _call_off(row: Request, form: WordedForm, doer: Doer) -> object:
    who = doer.who(form)
    # A meeting has no turns: whoever calls it off does so whatever was done meanwhile.
    who.pop("seen")
    return actions.cancel_meeting(meeting=row.meeting, **who)  # type: ignore[attr-defined]


def _secrecy_form(data: QueryDict | None, row: Request, doer: Doer) -> WordedForm:
    roles = Role.objects.filter(week=row.week_id, kind__in=STAFF).select_related("account__person")
    staff = {str(role.account_id): role.account.person.name if role.account.person else role.account.email for role in roles}
    first = {"secrecy": row.secrecy, "readers": [str(key) for key in row.readers.values_list("account_id", flat=True)]}
    return SecrecyForm(data, week=row.week, staff=sorted(staff.items(), key=lambda pair: pair[1]), initial=_seen(row, **first))


@transaction.atomic
def _secrecy(row: Request, form: WordedForm, doer: Doer) -> object:
    wanted = set(form.cleaned_data.get("readers", ()))
    there = {str(key) for key in row.readers.values_list("account_id", flat=True)}
    for account in Account.objects.filter(pk__in=wanted - there):
        actions.let_read(request=row, account=account, by=doer.account, now=doer.now)
    for account in Account.objects.filter(pk__in=there - wanted):
        actions.stop_reading(request=row, account=account, by=doer.account, now=doer.now)
    return actions.set_secrecy(request=row, secrecy=form.cleaned_data["secrecy"], **doer.who())


def _brief_form(data: QueryDict | None, row: Request, doer: Doer) -> WordedForm:
    brief = Brief.objects.filter(request=row, delegation=doer.side).first()
    return BriefForm(data, week=row.week, initial={"text": brief.text if brief else ""})


def _brief(row: Request, form: WordedForm, doer: Doer) -> object:
    return actions.write_brief(request=row, delegation=doer.party, text=form.cleaned_data["text"], by=doer.account, now=doer.now)


def _proposal_form(kind: type[AnswerForm]) -> Callable[[QueryDict | None, Request, Doer], WordedForm]:
    def make(data: QueryDict | None, row: Request, doer: Doer) -> WordedForm:
        form = kind(data, week=row.week, initial=_seen(row))
        if doer.side is None:
            form.ask_side(still_to_answer(row))
        return form

    return make


def _answer(accept: bool) -> Callable[[Request, WordedForm, Doer], object]:
    def do(row: Request, form: WordedForm, doer: Doer) -> object:
        side = doer.side or next(side for side in (row.asking, row.asked) if side.key == form.cleaned_data["for_side"])
        return answer_proposal(request=row, accept=accept, **{**doer.who(form), "side": side})

    return do


def _sign_off(row: Request, form: WordedForm, doer: Doer) -> object:
    return actions.sign_off_rank_gap(request=row, why=form.cleaned_data["why"], by=doer.account, now=doer.now)


# The desk does them for the side that its form names.
OF_EITHER = ("agree", "disagree")
DEEDS = {
    deed.key: deed
    for deed in (
        Deed(
            "accept",
            _("Say yes"),
            _("Say yes to this meeting"),
            _("Say yes"),
            _("You said yes. You will be told the hour when it is placed."),
            _accept_form,
            _accept,
        ),
        Deed(
            "counter",
            _("Offer something else"),
            _("Offer another length, other hours or another rank"),
            _("Send the offer"),
            _("Your offer is sent. The other side answers now."),
            _offer_form,
            _offer,
        ),
        Deed(
            "hold",
            _("Think about it"),
            _("Say by when you answer"),
            _("Tell the other side"),
            _("The other side knows by when you answer."),
            _plain(HoldForm),
            _hold,
        ),
        Deed("decline", _("Say no"), _("Say no to this meeting"), _("Say no"), _("You said no."), _plain(WhyForm), _decline, "decides"),
        Deed(
            "withdraw",
            _("Take it back"),
            _("Take the request back"),
            _("Take it back"),
            _("The request is taken back."),
            _plain(WordForm),
            _withdraw,
            "decides",
        ),
        Deed(
            "agree",
            _("Say yes to the proposal"),
            _("Say yes to what the secretariat proposes"),
            _("Say yes"),
            _("You said yes. Once both sides have, the meeting is planned so."),
            _proposal_form(WordForm),
            _answer(accept=True),
        ),
        Deed(
            "disagree",
            _("Say no to the proposal"),
            _("Say no to what the secretariat proposes"),
            _("Say no"),
            _("You said no. The meeting stays agreed as it was, and still has no hour."),
            _proposal_form(WhyForm),
            _answer(accept=False),
            "other",
        ),
        Deed(
            "call-off",
            _("Call the meeting off"),
            _("Call the meeting off"),
            _("Call it off"),
            _("The meeting is called off. Its hour is given back with the next plan that is published."),
            _plain(WhyForm),
            _call_off,
            "decides",
        ),
        Deed(
            "secrecy",
            _("Who sees it"),
            _("Who sees this request"),
            _("Keep it so"),
            _("It is kept so."),
            _secrecy_form,
            _secrecy,
            shows_terms=False,
        ),
        Deed(
            "brief",
            _("Brief and notes"),
            _("Brief and notes"),
            _("Keep them"),
            _("Your notes are kept."),
            _brief_form,
            _brief,
            shows_terms=False,
        ),
        Deed(
            "sign-off",
            _("Accept the gap in rank"),
            _("Accept the gap in rank, as the host’s protocol"),
            _("Accept it"),
            _("The gap in rank is accepted; plans may now place the meeting."),
            _plain(WordForm),
            _sign_off,
        ),
    )
}


def possible(row: Request, side: Delegation | None, *, is_desk: bool = False, is_host: bool = False) -> list[Deed]:
    """Return what ``side`` (for the desk: whose turn it is) can do with the request now, the weightiest first."""
    keys: list[str] = []
    turn = row.turn
    if turn is not None:
        if side is None or turn.pk == side.pk:
            keys += ["accept", "counter", "hold", "decline"]
        elif side.pk == row.asked_id:
            keys.append("decline")
        if side is None or side.pk == row.asking_id:
            keys.append("withdraw")
    if any(side is None or one.pk == side.pk for one in still_to_answer(row)):
        keys += ["agree", "disagree"]
    if is_host and row.state == Request.State.ACCEPTED and row.rank_gap and not row.signed_off_at:
        keys.append("sign-off")
    meeting: Meeting | None = getattr(row, "meeting", None)
    if meeting is not None and meeting.state == Meeting.State.AGREED:
        keys.append("call-off")
    keys += ["secrecy"] if is_desk else ["brief", "secrecy"]
    return [DEEDS[key] for key in keys]


def side_of(deed: Deed, row: Request) -> Delegation | None:
    """Return the side for which the desk does a deed."""
    if deed.key in ("secrecy", "sign-off", "call-off", *OF_EITHER):
        return None
    return row.asking if deed.key == "withdraw" else row.turn


def doer_of(request: HttpRequest, side: Delegation | None, *, on_behalf: bool, now: datetime) -> Doer:
    return Doer(request.user, side, on_behalf, now)  # type: ignore[arg-type]
