"""
Rows for tests: each function makes one thing with plain, valid values and takes what the test cares about.

Keys count up, so two calls never collide; nothing is random.
"""

from __future__ import annotations

from factories.agenda import make_team, make_travel
from factories.delegations import make_delegation, make_member
from factories.events import NINH_BINH, local, make_participation, make_place, make_role, make_site, make_topic, make_week
from factories.people import make_account, make_organisation, make_person
from factories.programme import make_part, make_session, make_speaking

__all__ = [
    "NINH_BINH",
    "local",
    "make_account",
    "make_delegation",
    "make_member",
    "make_organisation",
    "make_part",
    "make_participation",
    "make_person",
    "make_place",
    "make_role",
    "make_session",
    "make_site",
    "make_speaking",
    "make_team",
    "make_topic",
    "make_travel",
    "make_week",
]
