"""Business meetings: profiles and who is found, one's own terms and blocks, suggestions."""

from datetime import tzinfo
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from hanhlang.api.v1 import schemas_business as schemas
from hanhlang.api.v1.auth import Caller, caller_of, needs
from hanhlang.api.v1.errors import NotFound
from hanhlang.api.v1.paging import Item, answer, in_order, listed, version, written
from hanhlang.api.v1.schemas import page_of
from hanhlang.api.v1.shapes import Key, brief, texts, windows_told, zone_of
from hanhlang.domains.core import clock
from hanhlang.domains.core.multitext import MultiText
from hanhlang.domains.events.models import Participation, Topic, Week
from hanhlang.domains.meetings import actions, business
from hanhlang.domains.meetings.errors_business import NoFirm, UnknownTopic
from hanhlang.domains.meetings.models import Block, BusinessSettings, Profile, Suggestion
from hanhlang.domains.people.models import Organisation, Person

router = Router(tags=["business"])
READS, WRITES, DECIDES = needs("business:read"), needs("business:write"), needs("profiles:validate")


@router.get(
    "/weeks/{slug:week}/profiles",
    auth=READS,
    response=page_of(schemas.ProfileOut),
    operation_id="listProfiles",
    summary="The validated profiles of the firms you may find",
)
def list_profiles(request: HttpRequest, week: Key, chosen: Query[schemas.ProfileFilter]) -> HttpResponse:
    """Only firms of which somebody takes part. Words find without accents: `dao tao` finds đào tạo."""
    asked, person = _me(request)
    sought = business.Sought(chosen.q or "", chosen.among or "", chosen.topic or "", chosen.country or "", chosen.stage or "")
    rows = business.profiles_found_by(asked, person, sought)
    parts = version(BusinessSettings.objects.filter(week=asked), Block.objects.filter(week=asked, by_person=person))
    # Who may be asked of a firm hangs on others' blocks as well: the people found are part of what is compared.
    people = list(business.people_found_by(asked, person).order_by("key").values_list("key", flat=True))
    return listed(request, rows, chosen, [*parts, people], lambda keys: [_profile(row) for row in in_order(rows, keys)])


@router.get(
    "/weeks/{slug:week}/my/profile",
    auth=READS,
    response=schemas.OwnProfileOut,
    operation_id="getOwnProfile",
    summary="The profile your firm works on",
)
def get_own_profile(request: HttpRequest, week: Key) -> HttpResponse:
    asked, person = _me(request)
    row = business.profile_of(asked, person)
    if row is None:
        raise NotFound()
    shown = business.shown_profile_of(asked, row.organisation_id)
    return answer(request, [row.changed_at, shown and shown.changed_at], lambda: _own(row, shown))


@router.put(
    "/weeks/{slug:week}/my/profile",
    auth=WRITES,
    response=schemas.OwnProfileOut,
    operation_id="writeOwnProfile",
    summary="Write your firm's profile as a draft",
)
def write_own_profile(request: HttpRequest, week: Key, body: schemas.ProfileIn) -> HttpResponse:
    """Others go on seeing what was validated last, until you submit the draft and the organiser validates it."""
    asked, person = _me(request)
    if person.organisation is None:
        raise NoFirm(person=person.name)
    row = actions.write_profile(
        week=asked,
        organisation=person.organisation,
        about=MultiText(body.about),
        offers=MultiText(body.offers),
        needs=MultiText(body.needs),
        topics=_topics(asked, body.topics),
        languages=body.languages,
        stage=body.stage or "",
        country=body.country,
        by=caller_of(request).account,
        now=clock.now(),
    )
    return written(_own(row, business.shown_profile_of(asked, row.organisation_id)))


@router.post(
    "/weeks/{slug:week}/my/profile/submit",
    auth=WRITES,
    response=schemas.OwnProfileOut,
    operation_id="submitOwnProfile",
    summary="Hand your firm's profile to the organiser",
)
def submit_own_profile(request: HttpRequest, week: Key) -> HttpResponse:
    asked, person = _me(request)
    row = business.profile_of(asked, person)
    if row is None:
        raise NotFound()
    row = actions.submit_profile(profile=row, by=caller_of(request).account, now=clock.now())
    return written(_own(row, business.shown_profile_of(asked, row.organisation_id)))


@router.get(
    "/weeks/{slug:week}/profiles/waiting",
    auth=DECIDES,
    response=page_of(schemas.OwnProfileOut),
    operation_id="listWaitingProfiles",
    summary="The profiles that wait for the organiser",
)
def list_waiting_profiles(request: HttpRequest, week: Key, chosen: Query[schemas.MineFilter]) -> HttpResponse:
    asked: Week = request.week  # type: ignore[attr-defined]
    rows = _worked_on(asked).filter(state=Profile.State.SUBMITTED).order_by("submitted_at", "pk")
    return listed(request, rows, chosen, [], lambda keys: _with_shown(asked, in_order(rows, keys)))


@router.post(
    "/weeks/{slug:week}/profiles/{slug:key}/validate",
    auth=DECIDES,
    response=schemas.OwnProfileOut,
    operation_id="validateProfile",
    summary="Let others see a firm's profile as it stands",
)
def validate_profile(request: HttpRequest, week: Key, key: Key) -> HttpResponse:
    row = _of_firm(request, key)
    shown = actions.validate_profile(profile=row, by=caller_of(request).account, now=clock.now())
    row.refresh_from_db()
    return written(_own(row, shown))


@router.post(
    "/weeks/{slug:week}/profiles/{slug:key}/return",
    auth=DECIDES,
    response=schemas.OwnProfileOut,
    operation_id="returnProfile",
    summary="Give a firm's profile back with a note",
)
def return_profile(request: HttpRequest, week: Key, key: Key, body: schemas.NoteIn) -> HttpResponse:
    row = _of_firm(request, key)
    row = actions.return_profile(profile=row, note=body.note, take_down=body.take_down, by=caller_of(request).account, now=clock.now())
    return written(_own(row, business.shown_profile_of(row.week, row.organisation_id)))


@router.get(
    "/weeks/{slug:week}/my/terms", auth=READS, response=schemas.TermsOut, operation_id="getOwnTerms", summary="How you take part, and when"
)
def get_own_terms(request: HttpRequest, week: Key) -> HttpResponse:
    asked, person = _me(request)
    row = business.terms_of(asked, person)
    return answer(request, [row.pk and row.changed_at], lambda: _terms(row, zone_of(asked)))


@router.put(
    "/weeks/{slug:week}/my/terms",
    auth=WRITES,
    response=schemas.TermsOut,
    operation_id="setOwnTerms",
    summary="Say how you take part, at which hours, and how partners reach you",
)
def set_own_terms(request: HttpRequest, week: Key, body: schemas.TermsIn) -> HttpResponse:
    """Whoever no longer takes part is not found, and their open wishes are withdrawn."""
    asked, person = _me(request)
    row = actions.set_terms(
        week=asked,
        person=person,
        takes_part=body.takes_part,
        wants_suggestions=body.wants_suggestions,
        may_stand_in=body.may_stand_in,
        hours=[(window.starts_at, window.ends_at) for window in body.hours],
        mail=body.mail,
        phone=body.phone,
        by=caller_of(request).account,
        now=clock.now(),
    )
    return written(_terms(row, zone_of(asked)))


@router.get(
    "/weeks/{slug:week}/my/blocks",
    auth=READS,
    response=page_of(schemas.BlockOut),
    operation_id="listOwnBlocks",
    summary="Whom you do not hear from; nobody else sees it",
)
def list_own_blocks(request: HttpRequest, week: Key, chosen: Query[schemas.MineFilter]) -> HttpResponse:
    rows = _blocks(request).order_by("created_at", "pk")
    return listed(request, rows, chosen, [], lambda keys: [_block(row) for row in in_order(rows, keys)])


@router.post(
    "/weeks/{slug:week}/my/blocks",
    auth=WRITES,
    response={201: schemas.BlockOut},
    operation_id="makeBlock",
    summary="Hear no more from a person or a firm; they are not told",
)
def make_block(request: HttpRequest, week: Key, body: schemas.BlockIn) -> HttpResponse:
    asked, person = _me(request)
    there = Person.objects.filter(pk__in=Participation.objects.filter(week=asked).values("person"))
    whom: dict[str, Any] = {}
    if body.kind == "person":
        whom["person"] = there.filter(key=body.key).first()
    else:
        whom["organisation"] = Organisation.objects.filter(key=body.key, people__in=there).distinct().first()
    if not any(whom.values()):
        raise NotFound()
    row = actions.block(week=asked, by_person=person, by=caller_of(request).account, now=clock.now(), **whom)
    return written(_block(row), 201)


@router.delete(
    "/weeks/{slug:week}/my/blocks/{uuid:block}",
    auth=WRITES,
    response=schemas.BlockOut,
    operation_id="endBlock",
    summary="Hear from somebody again",
)
def end_block(request: HttpRequest, week: Key, block: UUID) -> HttpResponse:
    row = _blocks(request).filter(pk=block).first()
    if row is None:
        raise NotFound()
    told = _block(row)
    actions.unblock(block=row, by=caller_of(request).account, now=clock.now())
    return written(told)


@router.get(
    "/weeks/{slug:week}/my/suggestions",
    auth=READS,
    response=page_of(schemas.SuggestionOut),
    operation_id="listOwnSuggestions",
    summary="Whom you might meet, and why",
)
def list_own_suggestions(request: HttpRequest, week: Key, chosen: Query[schemas.MineFilter]) -> HttpResponse:
    asked, person = _me(request)
    found = business.people_found_by(asked, person).values("pk")
    rows = Suggestion.objects.filter(week=asked, person=person, other__in=found).select_related("other__organisation")
    return listed(request, rows, chosen, [], lambda keys: [_suggestion(row) for row in in_order(rows, keys)])


@router.post(
    "/weeks/{slug:week}/my/suggestions/find",
    auth=WRITES,
    response=schemas.FoundOut,
    operation_id="findSuggestions",
    summary="Look whom you might meet: plain matches of profiles, nothing else",
)
def find_suggestions(request: HttpRequest, week: Key) -> HttpResponse:
    """A use of the tool `business-suggestions`; you must have switched suggestions on."""
    asked, person = _me(request)
    return written({"suggested": actions.suggest_partners(week=asked, person=person, by=caller_of(request).account, now=clock.now())})


def _me(request: HttpRequest) -> tuple[Week, Person]:
    caller: Caller = caller_of(request)
    person = Person.objects.select_related("organisation").filter(pk=caller.person_id).first() if caller.person_id else None
    if person is None:
        raise NotFound()
    return request.week, person  # type: ignore[attr-defined]


def _topics(week: Week, keys: list[str]) -> list[Topic]:
    known = {topic.key: topic for topic in Topic.objects.filter(week=week, key__in=keys)}
    for key in keys:
        if key not in known:
            raise UnknownTopic(topic=key)
    return list(known.values())


def _worked_on(week: Week) -> QuerySet[Profile]:
    return Profile.objects.filter(week=week, is_shown=False).select_related("organisation", "week").prefetch_related("topics")


def _of_firm(request: HttpRequest, key: str) -> Profile:
    row = _worked_on(request.week).filter(organisation__key=key).first()  # type: ignore[attr-defined]
    if row is None:
        raise NotFound()
    return row


def _with_shown(week: Week, rows: list[Profile]) -> list[Item]:
    firms = [row.organisation_id for row in rows]
    shown = {row.organisation_id: row for row in Profile.objects.filter(week=week, is_shown=True, organisation__in=firms)}
    return [_own(row, shown.get(row.organisation_id)) for row in rows]


def _profile(row: Profile) -> Item:
    return {
        "organisation": row.organisation.key,
        "name": texts(row.organisation.name),
        "about": texts(row.about),
        "offers": texts(row.offers),
        "needs": texts(row.needs),
        "topics": sorted(topic.key for topic in row.topics.all()),
        "languages": row.languages,
        "stage": row.stage,
        "country": row.country,
        "people": [brief(person) for person in getattr(row.organisation, "found_people", [])],
    }


def _own(row: Profile, shown: Profile | None) -> Item:
    return _profile(row) | {"state": row.state, "note": row.note, "is_shown": shown is not None}


def _terms(row: BusinessSettings, zone: tzinfo) -> Item:
    said = {name: getattr(row, name) for name in ("takes_part", "wants_suggestions", "may_stand_in", "mail", "phone")}
    return said | {"hours": windows_told(row.hours, zone)}


def _blocks(request: HttpRequest) -> QuerySet[Block]:
    week, person = _me(request)
    return Block.objects.filter(week=week, by_person=person).select_related("person", "organisation")


def _block(row: Block) -> Item:
    if row.person:
        return {"id": str(row.pk), "kind": "person", "key": row.person.key}
    return {"id": str(row.pk), "kind": "firm", "key": row.organisation.key if row.organisation else ""}


def _suggestion(row: Suggestion) -> Item:
    firm = row.other.organisation
    return {"person": brief(row.other), "organisation": firm.key if firm else "", "reasons": row.reasons}
