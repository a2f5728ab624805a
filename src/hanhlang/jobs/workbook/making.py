"""How columns are made: their choices, and those that several sheets share."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from hanhlang.jobs.workbook.columns import Column, Kind

PLACE_KINDS = {"hall": "hội trường", "room": "phòng", "table": "bàn", "yard": "sân / khuôn viên", "off_site": "ngoài địa điểm"}
SHARING = {"exclusive": "dùng riêng", "shared": "dùng chung"}
HATCHES = {"lines": "gạch ngang", "grid": "ô lưới", "dots": "chấm", "slants": "gạch chéo", "checks": "ca rô", "uprights": "gạch dọc"}
CATEGORIES = {
    "delegation": "đoàn đại biểu",
    "business": "doanh nghiệp",
    "institute": "viện / trường",
    "speaker": "diễn giả",
    "press": "báo chí",
    "staff": "ban thư ký",
}
ROLES = {
    "secretariat": "ban thư ký",
    "protocol": "lễ tân",
    "meetings": "tổ xếp lịch gặp",
    "focal_point": "đầu mối đoàn",
    "delegate": "đại biểu",
    "auditor": "kiểm tra",
}
STANDINGS = {"reported": "đã công bố", "assumed": "giả định", "synthetic": "dữ liệu mẫu"}
SEEN = {"present": "có mặt", "announced": "đã báo trước"}
MEETING_KINDS = {"bilateral": "song phương", "business": "doanh nghiệp"}
REQUEST_STATES = {
    "open": "chờ trả lời",
    "countered": "có đề nghị khác",
    "accepted": "đồng ý",
    "declined": "từ chối",
    "withdrawn": "đã rút",
}
FORMATS = {
    "formal": "hội đàm chính thức",
    "courtesy": "chào xã giao",
    "tete_a_tete": "gặp riêng",
    "one_plus_n": "1+N",
}
INTERPRETING = {"none": "không cần", "consecutive": "dịch đuổi", "whispered": "dịch thầm", "simultaneous": "dịch song song"}
PRESS = {"none": "không có", "photo": "chụp ảnh lúc mở đầu", "statement": "phát biểu sau cuộc gặp"}
SECRECY = {"all": "toàn bộ", "place": "giờ và địa điểm", "busy": "chỉ biết đã bận", "nothing": "không thấy gì"}
WISH_STATES = {"open": "chờ trả lời", "declined": "từ chối"}
MEETING_STATES = {"agreed": "đã thống nhất", "cancelled": "đã hủy"}
RESOURCES = {"person": "người", "place": "địa điểm", "team": "tổ phiên dịch"}

DAY, HOUR, HOUR_END = date(2025, 10, 27), time(9), time(10, 30)
WINDOWS = ((datetime(2025, 10, 27, 9), datetime(2025, 10, 27, 12)), (datetime(2025, 10, 28, 14), datetime(2025, 10, 28, 17)))


def key_column(example: str, vi: str = "Mã", en: str = "Id") -> Column:
    """Return the column of ids."""
    return Column(
        "id",
        "id",
        vi,
        en,
        "chữ thường a-z, số, gạch nối; không đổi về sau",
        "small letters, digits, hyphens; never changed",
        example,
        needed=True,
        width=20,
    )


def both(stem: str, vi: str, en: str, example_vi: str, example_en: str, width: int = 30) -> tuple[Column, Column]:
    """Return a text in two languages, as two columns."""
    hint = ("ít nhất một ngôn ngữ", "at least one language") if stem in ("name", "title") else ("", "")
    return (
        Column(f"{stem}_vi", "text", f"{vi} (tiếng Việt)", f"{en} (Vietnamese)", *hint, example_vi, width=width),
        Column(f"{stem}_en", "text", f"{vi} (tiếng Anh)", f"{en} (English)", *hint, example_en, width=width),
    )


def choice(key: str, vi: str, en: str, choices: Mapping[str, str], example: str, **more: Any) -> Column:
    """Return a column whose words are to be chosen."""
    return Column(key, "choice", vi, en, "chọn trong danh sách", "choose from the list", example, choices=choices, **({"width": 24} | more))


def ref(key: str, vi: str, en: str, of: str, example: str, **more: Any) -> Column:
    """Return a column that names a row of another sheet."""
    return Column(key, "ref", vi, en, f"mã trong trang {of}", f"an id of the sheet {of}", example, of=of, **({"width": 20} | more))


def refs(key: str, vi: str, en: str, of: str, example: tuple[str, ...] = (), **more: Any) -> Column:
    """Return a column that names rows of another sheet."""
    return Column(
        key,
        "refs",
        vi,
        en,
        f"các mã trong trang {of}, cách nhau bằng dấu ;",
        f"ids of the sheet {of}, with ; between",
        example,
        of=of,
        **({"width": 24} | more),
    )


def plain(key: str, kind: Kind, vi: str, en: str, hint_vi: str = "", hint_en: str = "", example: Any = None, **more: Any) -> Column:
    """Return any other column."""
    return Column(key, kind, vi, en, hint_vi, hint_en, example, **more)


ASSUMED = plain(
    "assumed_fields", "refs", "Trường giả định", "Assumed fields", "tên trường, cách nhau bằng dấu ;", "names of fields, with ; between"
)
FACTS = (
    choice("status", "Tình trạng thông tin", "Standing", STANDINGS, "reported", keeps=True),
    plain("source", "text", "Nguồn", "Source", "địa chỉ trang web", "address of a page", width=24),
    plain("also", "words", "Nguồn khác", "Other sources", "cách nhau bằng dấu ;", "with ; between", width=24),
    ASSUMED,
    plain("note", "text", "Ghi chú", "Note", width=30),
)
START = plain("start", "hour", "Bắt đầu", "Starts", "giờ:phút, giờ địa phương", "hour:minute, local", HOUR, width=10)
END = plain("end", "hour", "Kết thúc", "Ends", "giờ:phút, giờ địa phương", "hour:minute, local", HOUR_END, width=10)
NEEDS = plain("needs", "words", "Cần phiên dịch", "Interpreters", "cặp tiếng, ví dụ ko-vi", "language pairs, as ko-vi", ("ko-vi",))
HOURS_HINT = ("dạng 2025-10-27 09:00-12:00; 2025-10-28 14:00-17:00", "as 2025-10-27 09:00-12:00; 2025-10-28 14:00-17:00")
WINDOW = plain("windows", "windows", "Chỉ có thể trong", "Only possible within", *HOURS_HINT, WINDOWS, width=32)
LIKED = plain("preferred", "windows", "Giờ mong muốn", "Preferred hours", *HOURS_HINT, width=32)
POOLS = plain("pools", "words", "Nhóm phòng", "Pools", "để trống: mọi phòng", "empty: every room", width=20)
SEATS = plain("seats", "whole", "Số người trong phòng", "Seats", "kể cả người đi cùng", "advisers included", 6, keeps=True, width=10)
