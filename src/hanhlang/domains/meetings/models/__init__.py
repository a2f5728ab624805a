"""Requests and wishes, the meetings they become, and the plans that place them."""

from hanhlang.domains.meetings.models.agreed import Lock, Meeting, Participant, Reader, to_be_placed
from hanhlang.domains.meetings.models.apart import KeepApart
from hanhlang.domains.meetings.models.business import Block, BusinessSettings, Profile, Suggestion, Wish
from hanhlang.domains.meetings.models.changes import Change
from hanhlang.domains.meetings.models.grids import Grid, Kind
from hanhlang.domains.meetings.models.missing import MissingReport, NowAsk
from hanhlang.domains.meetings.models.notices import Invitee, Notice
from hanhlang.domains.meetings.models.outcomes import FollowUp, Outcome, OutcomeNote, Satisfaction
from hanhlang.domains.meetings.models.paper import PackSet
from hanhlang.domains.meetings.models.plans import Placement, Plan, Promise, Run, Unplaced, WhatIf
from hanhlang.domains.meetings.models.requests import Brief, Request, RequestReader, RequestStep
from hanhlang.domains.meetings.models.stand_ins import StandIn

__all__ = [
    "Block",
    "Brief",
    "BusinessSettings",
    "Change",
    "FollowUp",
    "Grid",
    "Invitee",
    "KeepApart",
    "Kind",
    "Lock",
    "Meeting",
    "MissingReport",
    "Notice",
    "NowAsk",
    "Outcome",
    "OutcomeNote",
    "PackSet",
    "Participant",
    "Placement",
    "Plan",
    "Profile",
    "Promise",
    "Reader",
    "Request",
    "RequestReader",
    "RequestStep",
    "Run",
    "Satisfaction",
    "StandIn",
    "Suggestion",
    "Unplaced",
    "WhatIf",
    "Wish",
    "to_be_placed",
]
