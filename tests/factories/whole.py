"""The whole database at once: what it holds, and nothing."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import models

from hanhlang.domains.agenda.models import Claim, Equipment, InterpreterTeam, Vehicle
from hanhlang.domains.delegations.models import Delegation
from hanhlang.domains.events.models import Place, Role, Site, Week
from hanhlang.domains.meetings.models import Change, Lock, Meeting, Placement, Plan, Promise, Request, Run, Unplaced, Wish
from hanhlang.domains.people.models import Account, Organisation, Person
from hanhlang.domains.programme.models import Session

APPS = ("people", "events", "agenda", "delegations", "programme", "meetings")


def tables() -> dict[str, list[dict[str, Any]]]:
    """Return every row of every table of the domains, moments of change included."""
    kinds: list[type[models.Model]] = [model for app in APPS for model in apps.get_app_config(app).get_models(include_auto_created=True)]
    return {model.__name__: list(model._default_manager.order_by("pk").values()) for model in kinds}


def empty_the_database() -> None:
    Week.objects.update(host=None, co_host=None)
    Plan.objects.update(run=None)
    for kind in (
        Promise,
        Lock,
        Placement,
        Unplaced,
        Plan,
        Run,
        Change,
        Meeting,
        Wish,
        Request,
        Role,
        Claim,
        Session,
        InterpreterTeam,
        Equipment,
        Vehicle,
        Place,
        Site,
    ):
        kind.objects.all().delete()
    Delegation.objects.all().delete()
    Account.objects.all().delete()
    Week.objects.all().delete()
    Person.objects.all().delete()
    Organisation.objects.update(parent=None)
    Organisation.objects.all().delete()
