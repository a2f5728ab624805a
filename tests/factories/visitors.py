"""Every address of the product, and every kind of visitor there is."""

from __future__ import annotations

import importlib.util
import re
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from uuid import UUID, uuid4

from django.test import Client

from factories.events import make_role, make_site, make_week
from factories.people import make_account, make_person
from hanhlang.domains.events.models import Role, Week

ROOT = Path(__file__).resolve().parents[2]
WEEK = "vidw-2025"
SAMPLES = {"week": WEEK, "language": "vi", "code": "vi", "provider_id": "organisation"}
OF_KIND = {"int": "1", "uuid": str(UUID(int=7)), "slug": "x", "str": "x", "path": "x"}
PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")


def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("access_table", ROOT / "tools" / "access_table.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@dataclass(frozen=True)
class Visitor:
    """``reach`` is ``week``, ``site``, ``session`` or ``elsewhere`` (the same role in another week); no kind: no role."""

    name: str
    is_signed_in: bool = True
    kind: str = ""
    reach: str = "week"


KINDS = [kind.value for kind in Role.Kind]
VISITORS = [
    Visitor("stranger", is_signed_in=False),
    Visitor("no role"),
    *(Visitor(kind, kind=kind) for kind in KINDS),
    *(Visitor(f"{kind} elsewhere", kind=kind, reach="elsewhere") for kind in KINDS),
    *(Visitor(f"{kind} of a site", kind=kind, reach="site") for kind in ("secretariat", "protocol", "meetings")),
    Visitor("secretariat of a session", kind="secretariat", reach="session"),
]


def sample(where: str) -> str:
    return PARAMETER.sub(lambda found: SAMPLES.get(found.group(2)) or OF_KIND.get(found.group(1) or "str", "x"), where)


def visit(visitor: Visitor, week: Week) -> Client:
    client = Client(HTTP_HOST="localhost")
    if visitor.is_signed_in:
        account = make_account(person=make_person())
        more = {"site": {"site": make_site(week)}, "session": {"session_id": uuid4()}}.get(visitor.reach, {})
        if visitor.kind:
            make_role(make_week() if visitor.reach == "elsewhere" else week, account, visitor.kind, **more)
        client.force_login(account)
    return client
