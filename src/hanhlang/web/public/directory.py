"""Who is in the week: speakers, organisations, delegations, and one search over all of it and the programme."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from hanhlang.domains.core.models import Sourced
from hanhlang.domains.delegations.models import Delegation
from hanhlang.domains.events.models import Week
from hanhlang.domains.people.models import Organisation, Person
from hanhlang.domains.programme import directory, queries
from hanhlang.web.access import PUBLIC, access
from hanhlang.web.components import kinds
from hanhlang.web.public import cache, presenters, words
from hanhlang.web.public.answers import shared

A_PAGE = 60
# Of each kind, on the page that searches everything.
MOST_FOUND = 8
LONGEST_QUESTION = 100


@dataclass(frozen=True)
class Line:
    """One entry of a list: a name that leads to a page, and what to know about it."""

    name: str
    address: str
    about: str = ""
    organisation: Organisation | None = None
    is_invented: bool = False
    acts: tuple[ActLine, ...] = ()


@dataclass(frozen=True)
class ActLine:
    """What somebody does in a session, in words."""

    title: str
    address: str
    role: str
    session: Any
    starts_at: Any = None
    seen: str = ""


@dataclass(frozen=True)
class Found:
    """What a search found of one kind: the first of it, how many there are, and where all of it stands."""

    kind: str
    lines: Sequence[Line]
    count: int
    address: str

    @property
    def more(self) -> int:
        return self.count - len(self.lines)


@access(PUBLIC)
@require_GET
def speakers(request: HttpRequest, language: str) -> HttpResponse:
    """List who is named in the programme, with what they do in it."""
    return _listed(request, "public/speakers.html", directory.speakers, speaker_lines)


@access(PUBLIC)
@require_GET
def organisations(request: HttpRequest, language: str) -> HttpResponse:
    """List the organisations that carry the week."""
    return _listed(request, "public/organisations.html", _organisations, organisation_lines)


@access(PUBLIC)
@require_GET
def delegations(request: HttpRequest, language: str) -> HttpResponse:
    """List the delegations in the host's own order."""
    return _listed(request, "public/delegations.html", directory.delegations, delegation_lines)


@access(PUBLIC)
@require_GET
def speaker(request: HttpRequest, language: str, key: str) -> HttpResponse:
    """Show one speaker: role, organisation, sessions, sources."""
    week: Week = request.week  # type: ignore[attr-defined]

    def build(version: str) -> HttpResponse:
        person = _one(directory.speakers(week).filter(key=key))
        [line] = speaker_lines(week, [person])
        carrying = person.organisation and directory.organisations(week, language).filter(pk=person.organisation.pk).exists()
        about = {"person": person, "line": line, "sources": presenters.source_links(person), "organisation_has_page": carrying}
        return render(request, "public/speaker.html", {"week": week, **about})

    return shared(request, build, shows_now=False)


@access(PUBLIC)
@require_GET
def organisation(request: HttpRequest, language: str, key: str) -> HttpResponse:
    """Show one organisation: what it carries, who speaks for it."""
    week: Week = request.week  # type: ignore[attr-defined]

    def build(version: str) -> HttpResponse:
        found = _one(directory.organisations(week, language).filter(key=key))
        about = {
            "organisation": found,
            "kind": kinds.organisation_kind(found.kind),
            "is_invented": found.is_invented,
            "sessions": act_lines(week, found),
            "speakers": speaker_lines(week, directory.speakers(week).filter(organisation=found)),
            "delegations": delegation_lines(week, directory.delegations(week).filter(organisation=found)),
            "sources": presenters.source_links(found),
        }
        return render(request, "public/organisation.html", {"week": week, **about})

    return shared(request, build, shows_now=False)


@access(PUBLIC)
@require_GET
def delegation(request: HttpRequest, language: str, key: str) -> HttpResponse:
    """Show one delegation as everybody may see it: that it is present, its head if public, its part in the programme."""
    week: Week = request.week  # type: ignore[attr-defined]

    def build(version: str) -> HttpResponse:
        found = _one(directory.delegations(week).filter(key=key))
        head = directory.public_head(found)
        members = directory.speakers(week).filter(memberships__delegation=found)
        about = {
            "delegation": found,
            "kind": kinds.organisation_kind(found.organisation.kind),
            "head": head,
            "speakers": speaker_lines(week, members),
            "sessions": act_lines(week, found.organisation),
            "sources": presenters.source_links(found.organisation),
        }
        return render(request, "public/delegation.html", {"week": week, **about})

    return shared(request, build, shows_now=False)


@access(PUBLIC)
@require_GET
def search(request: HttpRequest, language: str) -> HttpResponse:
    """Search sessions, speakers, organisations and delegations at once."""
    week: Week = request.week  # type: ignore[attr-defined]
    asked = asked_of(request)
    groups = _everything(week, asked) if directory.words_of(asked) else []
    count = sum(group.count for group in groups)
    page = {"week": week, "asked": asked, "groups": [group for group in groups if group.count], "count": count}
    return render(request, "public/search.html", page)


def act_lines(week: Week, organisation: Organisation) -> list[ActLine]:
    """Return what an organisation carries in the programme, in words."""
    return [
        ActLine(str(session.title), presenters.address_of(week, session), words.carrying(role), session, session.starts_at)
        for role, session in directory.sessions_of(week, organisation)
    ]


def asked_of(request: HttpRequest) -> str:
    """Return what is searched for, cut where nobody types on."""
    return request.GET.get("q", "").strip()[:LONGEST_QUESTION].replace("\x00", "")


def _listed(
    request: HttpRequest, template: str, rows_of: Callable[..., QuerySet[Any]], lines_of: Callable[..., list[Line]]
) -> HttpResponse:
    week: Week = request.week  # type: ignore[attr-defined]
    asked = asked_of(request)

    def build(version: str) -> HttpResponse:
        page: Page[Any] = Paginator(rows_of(week, asked=asked), A_PAGE).get_page(request.GET.get("page"))
        context = {"week": week, "asked": asked, "page": page, "lines": lines_of(week, page.object_list), "count": page.paginator.count}
        return render(request, template, {**context, "query": urlencode({"q": asked}) if asked else ""})

    # What people type is different for each: kept, it would push out what many read.
    return build("") if asked else shared(request, build, shows_now=False)


def _organisations(week: Week, asked: str = "") -> QuerySet[Organisation]:
    return directory.organisations(week, get_language() or "vi", asked)


def _everything(week: Week, asked: str) -> list[Found]:
    language = get_language()
    sessions = queries.found(cache.overview(week, cache.version_of(week.key) or "").sessions, asked)
    session_lines = [
        Line(str(session.title), presenters.address_of(week, session), presenters.when_and_where(week, session))
        for session in sessions[:MOST_FOUND]
    ]
    whole = f"{reverse('programme-all', args=[language, week.key])}"
    groups = [Found("sessions", session_lines, len(sessions), whole)]
    for kind, rows, lines_of in (
        ("speakers", directory.speakers(week, asked), speaker_lines),
        ("organisations", _organisations(week, asked), organisation_lines),
        ("delegations", directory.delegations(week, asked), delegation_lines),
    ):
        count = rows.count()
        address = f"{reverse(kind, args=[language, week.key])}?{urlencode({'q': asked})}"
        groups.append(Found(kind, lines_of(week, rows[:MOST_FOUND]) if count else [], count, address))  # type: ignore[operator]
    return groups


def _one(rows: QuerySet[Any]) -> Any:
    found = rows.first()
    if found is None:
        raise Http404
    return found


def speaker_lines(week: Week, people: Iterable[Person]) -> list[Line]:
    """Return people with what they do in public sessions; two queries more for any number."""
    rows = list(people)
    acts = directory.acts_of(week, rows)
    return [
        Line(
            person.name,
            reverse("speaker", args=[get_language(), week.key, person.key]),
            str(person.title) or str(person.organisation.name if person.organisation else ""),
            is_invented=_is_invented(person),
            acts=tuple(
                ActLine(
                    str(act.session.title),
                    presenters.address_of(week, act.session),
                    words.role(act.role),
                    act.session,
                    act.starts_at,
                    words.seen(act.seen),
                )
                for act in acts[person.pk]
            ),
        )
        for person in rows
    ]


def organisation_lines(week: Week, organisations: Iterable[Organisation]) -> list[Line]:
    """Return organisations with their kind and what they are part of."""
    return [
        Line(
            str(row.name),
            reverse("organisation", args=[get_language(), week.key, row.key]),
            ", ".join(filter(None, [kinds.organisation_kind(row.kind), str(row.parent.name) if row.parent else ""])),
            is_invented=row.is_invented,
        )
        for row in organisations
    ]


def delegation_lines(week: Week, delegations: Iterable[Delegation]) -> list[Line]:
    """Return delegations with their flag, and their head if everybody may know."""
    lines = []
    for row in delegations:
        head = directory.public_head(row)
        about = str(head.title) or head.name if head else ""
        address = reverse("delegation", args=[get_language(), week.key, row.key])
        lines.append(Line(str(row.name), address, about, row.organisation, row.organisation.is_invented))
    return lines


def _is_invented(row: Model) -> bool:
    return getattr(row, "standing", "") == Sourced.Standing.SYNTHETIC
