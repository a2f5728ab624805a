"""Cards of meetings, the agenda packs of delegations and door signs, as tagged PDF, and the agenda as a workbook."""

from hanhlang.domains.meetings.paper.packs import CardNotSeen, card_of, pack_of
from hanhlang.domains.meetings.paper.sheets import agenda_sheet, placements_sheet
from hanhlang.domains.meetings.paper.signs import sign_of

__all__ = ["CardNotSeen", "agenda_sheet", "card_of", "pack_of", "placements_sheet", "sign_of"]
