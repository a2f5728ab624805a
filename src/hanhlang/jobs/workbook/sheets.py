"""The sheets of the workbook, in the order a secretariat fills them."""

from __future__ import annotations

from hanhlang.jobs.workbook.meeting_sheets import AVAILABILITY, MEETINGS, REQUESTS, WISHES
from hanhlang.jobs.workbook.week_sheets import (
    DELEGATIONS,
    GRIDS,
    ORGANISATIONS,
    PARTS,
    PEOPLE,
    PLACES,
    SESSIONS,
    SITES,
    SPEAKERS,
    TEAMS,
    TOPICS,
    TRAVEL,
    WEEK,
)

SHEETS = (
    WEEK,
    SITES,
    PLACES,
    TRAVEL,
    TEAMS,
    GRIDS,
    TOPICS,
    ORGANISATIONS,
    DELEGATIONS,
    PEOPLE,
    SESSIONS,
    PARTS,
    SPEAKERS,
    REQUESTS,
    WISHES,
    MEETINGS,
    AVAILABILITY,
)
BY_NAME = {sheet.name: sheet for sheet in SHEETS}
