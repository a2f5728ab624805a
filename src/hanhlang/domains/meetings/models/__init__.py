"""Requests and wishes, the meetings they become, and the plans that place them."""

from hanhlang.domains.meetings.models.agreed import Lock, Meeting, Participant, Reader
from hanhlang.domains.meetings.models.arrivals import LateArrival
from hanhlang.domains.meetings.models.business import Wish
from hanhlang.domains.meetings.models.grids import Grid, Kind
from hanhlang.domains.meetings.models.plans import Placement, Plan, Promise, Run, Unplaced, WhatIf
from hanhlang.domains.meetings.models.requests import Brief, Request, RequestStep

__all__ = [
    "Brief",
    "Grid",
    "Kind",
    "LateArrival",
    "Lock",
    "Meeting",
    "Participant",
    "Placement",
    "Plan",
    "Promise",
    "Reader",
    "Request",
    "RequestStep",
    "Run",
    "Unplaced",
    "WhatIf",
    "Wish",
]
