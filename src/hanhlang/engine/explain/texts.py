"""The reasons in words."""

from __future__ import annotations

from collections.abc import Sequence

from hanhlang.engine.plan import Reason, Unplaced
from hanhlang.engine.problem import Problem

TEXTS: dict[Reason, dict[str, str]] = {
    Reason.NO_COMMON_TIME: {
        "vi": "Những người tham dự cuộc gặp {meeting} không có lúc nào cùng rảnh đủ lâu. Vướng lịch: {people}.",
        "en": "The people of meeting {meeting} are never free together for long enough. In the way: {people}.",
    },
    Reason.NO_TIME_ON_ROAD: {
        "vi": "Những người tham dự cuộc gặp {meeting} có lúc cùng rảnh nhưng không kịp di chuyển đến {resource}. Vướng lịch: {people}.",
        "en": "The people of meeting {meeting} are free together, but never with time to travel to {resource}. In the way: {people}.",
    },
    Reason.NO_PLACE: {
        "vi": "Cuộc gặp {meeting} không có địa điểm được phép nào đủ chỗ và mở cửa vào lúc những người tham dự cùng rảnh ({resource}).",
        "en": "Meeting {meeting} has no permitted place with enough seats that is open when its people are free ({resource}).",
    },
    Reason.NO_INTERPRETER: {
        "vi": "Không có đủ phiên dịch {resource} vào lúc và tại nơi cuộc gặp {meeting} có thể diễn ra.",
        "en": "There are not enough {resource} interpreters when and where meeting {meeting} could take place.",
    },
    Reason.LOCKED_OUT: {
        "vi": "Giờ hoặc địa điểm đã khóa của cuộc gặp {meeting} mâu thuẫn với lịch của người tham dự hoặc với một cuộc gặp đã khóa khác.",
        "en": "The locked time or place of meeting {meeting} contradicts availability or another lock.",
    },
    Reason.CROWDED_OUT: {
        "vi": "Cuộc gặp {meeting} xếp riêng thì được, nhưng không còn chỗ bên cạnh các cuộc gặp đã xếp.",
        "en": "Meeting {meeting} could take place alone, but not beside the meetings that are placed.",
    },
}


def texts(unplaced: Sequence[Unplaced], problem: Problem) -> list[dict[str, str]]:
    """Return each reason as one sentence in Vietnamese and English, with the problem's ids."""
    wanted = {row.meeting for row in unplaced}
    people = {meeting.id: meeting.people for meeting in problem.meetings if meeting.id in wanted}
    return [_text(row, people.get(row.meeting, ())) for row in unplaced]


def _text(unplaced: Unplaced, everybody: Sequence[str]) -> dict[str, str]:
    names = {"meeting": unplaced.meeting, "people": ", ".join(unplaced.people or everybody), "resource": unplaced.resource or "-"}
    return {language: sentence.format(**names) for language, sentence in TEXTS[unplaced.reason].items()}
