"""The public register of tools, the audit, the roles, and what a token is."""

from datetime import tzinfo

from django.apps import apps
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from hanhlang.api.v1 import register_schemas as told
from hanhlang.api.v1.auth import PUBLIC, Caller, caller_of, needs
from hanhlang.api.v1.errors import NotFound, TokenMissing
from hanhlang.api.v1.paging import Item, Paging, answer, in_order, listed, page
from hanhlang.api.v1.schemas import page_of
from hanhlang.api.v1.shapes import Key, brief, moment, texts, zone_of
from hanhlang.domains.automation.models import Tool, ToolRun
from hanhlang.domains.core.models import AuditEntry, Record
from hanhlang.domains.events.models import Participation, Role, Week
from hanhlang.domains.meetings.enums import Secrecy
from hanhlang.domains.meetings.models import Meeting, Request
from hanhlang.domains.meetings.visibility import requests_seen_by, seen_by
from hanhlang.domains.people.models import Person

router = Router(tags=["trust"], auth=PUBLIC)


@router.get("/", response=told.EntryOut, operation_id="getEntry", summary="Where to begin")
def get_entry(request: HttpRequest) -> HttpResponse:
    links = {"weeks": "weeks", "openapi": "openapi.json", "docs": "docs/", "me": "me"}
    return answer(request, [], lambda: {"name": "Hanhlang", "version": "1", **{name: request.path + path for name, path in links.items()}})


@router.get("/me", response=told.MeOut, operation_id="getMe", summary="What your token is and may do now")
def get_me(request: HttpRequest) -> HttpResponse:
    caller = caller_of(request)
    token = caller.token
    if token is None:
        raise TokenMissing()
    kinds = Role.objects.filter(account=token.account, week=token.week).order_by("kind").values_list("kind", flat=True).distinct()
    me = {
        "name": token.name,
        "week": token.week.key,
        "scopes": sorted(caller.rights.scopes),
        "roles": list(kinds),
        "expires_at": moment(token.expires_at, zone_of(token.week)),
        "person": brief(token.account.person),
    }
    return answer(request, [me], lambda: me)


@router.get("/tools", response=page_of(told.ToolOut), operation_id="listTools", summary="The public register of automatic functions")
def list_tools(request: HttpRequest, paging: Query[Paging]) -> HttpResponse:
    rows = Tool.objects.order_by("key")
    return listed(request, rows, paging, [], lambda keys: [_tool(row) for row in in_order(rows, keys)])


@router.get("/tools/{slug:key}", response=told.ToolOut, operation_id="getTool", summary="One tool of the register")
def get_tool(request: HttpRequest, key: Key) -> HttpResponse:
    row = Tool.objects.filter(key=key).first()
    if row is None:
        raise NotFound()
    return answer(request, [row.changed_at], lambda: _tool(row))


@router.get(
    "/weeks/{slug:week}/tool-runs",
    response=page_of(told.ToolRunOut),
    operation_id="listToolRuns",
    summary="Every use of a tool on a week, the newest first: when and how it ended, not who asked",
)
def list_tool_runs(request: HttpRequest, week: Key, paging: Query[Paging]) -> HttpResponse:
    asked: Week = request.week  # type: ignore[attr-defined]
    rows = ToolRun.objects.filter(subject=f"week:{asked.pk}").order_by("-started_at", "pk")
    whole = ToolRun.objects.select_related("tool")
    zone = zone_of(asked)

    def use(row: ToolRun) -> Item:
        return {
            "id": str(row.pk),
            "tool": row.tool.key,
            "state": row.state,
            "started_at": moment(row.started_at, zone),
            "ended_at": moment(row.ended_at, zone),
            "input_digest": row.input_digest,
        }

    return listed(request, rows, paging, [], lambda keys: [use(row) for row in in_order(whole, keys)])


@router.get(
    "/weeks/{slug:week}/audit",
    auth=needs("audit:read"),
    response=page_of(told.AuditOut),
    operation_id="listAudit",
    summary="What was done to the things and people of a week, the newest first",
)
def list_audit(request: HttpRequest, week: Key, chosen: Query[told.AuditFilter]) -> HttpResponse:
    """Entries about rows that no longer exist, and those that concern several weeks at once, are in the whole audit only."""
    asked: Week = request.week  # type: ignore[attr-defined]
    rows = AuditEntry.objects.filter(_of_week(asked)).exclude(_kept_from(caller_of(request), asked)).order_by("-id")
    if chosen.event:
        rows = rows.filter(event=chosen.event)
    zone = zone_of(asked)
    total, first = rows.count(), chosen.offset
    # Entries never change, but for being sealed.
    marks = list(rows.values_list("pk", "seal")[first : first + chosen.limit])

    def build() -> Item:
        entries = in_order(AuditEntry.objects.all(), [mark[0] for mark in marks])
        return page(request, [_entry(row, zone) for row in entries], total, chosen)

    return answer(request, [total, marks], build)


@router.get(
    "/weeks/{slug:week}/roles",
    auth=needs("roles:read"),
    response=page_of(told.RoleOut),
    operation_id="listRoles",
    summary="Who may do what in a week",
)
def list_roles(request: HttpRequest, week: Key, paging: Query[Paging]) -> HttpResponse:
    asked: Week = request.week  # type: ignore[attr-defined]
    rows = Role.objects.filter(week=asked).order_by("kind", "account__email", "pk")
    whole = Role.objects.select_related("account__person", "site")
    return listed(request, rows, paging, [], lambda keys: [_role(row) for row in in_order(whole, keys)])


def _of_week(week: Week) -> Q:
    """Return the condition that an entry is about the week, something in it, or somebody who takes part."""
    about = Q(about_kind="events.week", about_id=week.pk)
    for model in apps.get_models():
        weeks = [field for field in model._meta.concrete_fields if field.name == "week" and field.related_model is Week]
        if weeks and issubclass(model, Record):
            about |= Q(about_kind=model._meta.label_lower, about_id__in=model._default_manager.filter(week=week).values("pk"))
    people = Person.objects.filter(pk__in=Participation.objects.filter(week=week).values("person"))
    return about | Q(about_kind="people.person", about_id__in=people.values("pseudonym"))


def _kept_from(caller: Caller, week: Week) -> Q:
    """Return the condition that an entry is about a meeting or request that the caller may not know of, or about something of it."""
    viewer = caller.viewer(week)
    kept = {
        "meeting": list(Meeting.objects.filter(week=week).exclude(seen_by(viewer, Secrecy.ALL)).values_list("pk", flat=True)),
        "request": list(Request.objects.filter(week=week).exclude(requests_seen_by(viewer)).values_list("pk", flat=True)),
    }
    about = Q(about_kind=Meeting._meta.label_lower, about_id__in=kept["meeting"])
    about |= Q(about_kind=Request._meta.label_lower, about_id__in=kept["request"])
    for model in apps.get_app_config("meetings").get_models():
        for field in model._meta.concrete_fields:
            if field.name in kept and kept[field.name] and issubclass(model, Record):
                theirs = model._default_manager.filter(**{f"{field.name}__in": kept[field.name]}).values("pk")
                about |= Q(about_kind=model._meta.label_lower, about_id__in=theirs)
    return about


def _tool(row: Tool) -> Item:
    return {
        "key": row.key,
        **{name: texts(getattr(row, name)) for name in ("name", "purpose", "data_used", "how_to_refuse")},
        **{name: getattr(row, name) for name in ("owner", "is_local", "is_active", "version")},
    }


def _entry(row: AuditEntry, zone: tzinfo) -> Item:
    return {
        "number": row.pk,
        "event": row.event,
        "about_kind": row.about_kind,
        "about_id": str(row.about_id) if row.about_id else None,
        "actor": str(row.actor) if row.actor else None,
        "people": row.people.split(),
        "facts": row.details,
        "at": moment(row.at, zone),
        "is_sealed": row.seal_id is not None,
    }


def _role(row: Role) -> Item:
    return {
        "id": str(row.pk),
        "kind": row.kind,
        "email": row.account.email,
        "person": brief(row.account.person),
        "site": row.site.key if row.site else None,
        "session": str(row.session_id) if row.session_id else None,
        "delegation": str(row.delegation_id) if row.delegation_id else None,
    }
