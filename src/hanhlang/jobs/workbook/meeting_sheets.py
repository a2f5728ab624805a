"""The sheets of requests, wishes and meetings, and of hours that are closed."""

from __future__ import annotations

from datetime import datetime

from hanhlang.jobs.workbook.columns import Column, Sheet
from hanhlang.jobs.workbook.making import (
    HOURS_HINT,
    LIKED,
    MEETING_KINDS,
    MEETING_STATES,
    NEEDS,
    POOLS,
    REQUEST_STATES,
    RESOURCES,
    SEATS,
    WINDOW,
    WISH_STATES,
    choice,
    key_column,
    plain,
    ref,
    refs,
)

NUMBER = Column(
    "number",
    "whole",
    "Số",
    "Number",
    "tự đánh số, không trùng, không đổi về sau",
    "yours to give, none twice, never changed",
    1,
    needed=True,
    width=10,
)
REQUESTS = Sheet(
    "requests",
    "Yêu cầu gặp song phương",
    "Requests for bilaterals",
    "Một đoàn muốn gặp một đoàn. Đồng ý rồi thì thành cuộc gặp song phương.",
    "One delegation asks for another. Accepted, it becomes a bilateral meeting.",
    ("number",),
    (
        NUMBER,
        ref("asking", "Đoàn yêu cầu", "Asking", "delegations", "viet-nam", needed=True),
        ref("asked", "Đoàn được mời", "Asked", "delegations", "lamduan", needed=True),
        choice("state", "Trạng thái", "State", REQUEST_STATES, "open", keeps=True),
        plain("minutes", "whole", "Số phút", "Minutes", "15 đến 90, bội số của 5", "15 to 90, in steps of 5", 30, keeps=True, width=10),
        plain("subjects", "text", "Nội dung", "Subjects", "", "", "Hợp tác hạ tầng số", width=36),
        NEEDS,
        WINDOW,
        LIKED,
        POOLS,
        SEATS,
        refs("people", "Người dự", "People", "people", keeps=True),
        plain("counter_minutes", "whole", "Số phút đề nghị lại", "Minutes offered instead", width=10),
        plain("counter_windows", "windows", "Giờ đề nghị lại", "Hours offered instead", *HOURS_HINT, width=32),
    ),
)
WISHES = Sheet(
    "wishes",
    "Mong muốn gặp (doanh nghiệp)",
    "Wishes (business)",
    "Ai muốn gặp ai, chưa có đồng ý.",
    "Who would like to meet whom, not agreed yet.",
    ("asking", "asked"),
    (
        ref("asking", "Người mời", "Asking", "people", "nguyen-van-an", needed=True),
        ref("asked", "Người được mời", "Asked", "people", "tran-thi-binh", needed=True),
        choice("state", "Trạng thái", "State", WISH_STATES, "open", keeps=True),
    ),
)
MEETINGS = Sheet(
    "meetings",
    "Cuộc gặp đã thống nhất",
    "Meetings agreed",
    "Cuộc gặp doanh nghiệp: hai người, hai tổ chức. Cuộc gặp song phương: ghi số của yêu cầu đã đồng ý.",
    "Business: two people of two organisations. Bilateral: the number of the accepted request.",
    ("number",),
    (
        NUMBER,
        choice("kind", "Loại", "Kind", MEETING_KINDS, "business", needed=True),
        Column("request", "whole", "Yêu cầu số", "Request", "chỉ với song phương", "bilateral only", width=10, of="requests"),
        refs("asking", "Bên mời", "Asking", "people", ("nguyen-van-an",), needed=True),
        refs("asked", "Bên được mời", "Asked", "people", ("tran-thi-binh",), needed=True),
        choice("state", "Trạng thái", "State", MEETING_STATES, "agreed", keeps=True),
        Column("placed_at", "moment", "Giờ đã công bố", "Published hour", "chỉ để xem", "for reading only", shown=True, width=18),
        Column("placed_where", "text", "Nơi đã công bố", "Published place", "chỉ để xem", "for reading only", shown=True, width=20),
    ),
)
AVAILABILITY = Sheet(
    "availability",
    "Không rảnh, đóng cửa",
    "Not available",
    "Khi một người, địa điểm, tổ phiên dịch không xếp lịch được. Xóa trống hai ô giờ thì lại xếp được.",
    "When a person, place or team cannot be planned. With both hours emptied it can again.",
    ("id",),
    (
        key_column("nghi-trua-a1"),
        choice("kind", "Loại", "Kind", RESOURCES, "place", needed=True),
        Column(
            "what",
            "id",
            "Người, địa điểm hoặc tổ",
            "Who or what",
            "mã trong trang people, places hoặc teams",
            "an id of people, places or teams",
            "phong-a1",
            needed=True,
            width=20,
        ),
        plain("from", "moment", "Từ", "From", "ngày và giờ", "day and hour", datetime(2025, 10, 27, 12), width=18),
        plain("until", "moment", "Đến", "Until", "ngày và giờ", "day and hour", datetime(2025, 10, 27, 13), width=18),
    ),
)
