"""The sheets of the workbook, in the order a secretariat fills them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from hanhlang.jobs.workbook.columns import Column, Kind, Sheet

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
WISH_STATES = {"open": "chờ trả lời", "declined": "từ chối"}
MEETING_STATES = {"agreed": "đã thống nhất", "cancelled": "đã hủy"}
RESOURCES = {"person": "người", "place": "địa điểm", "team": "tổ phiên dịch"}
LANGUAGES = {"vi": "tiếng Việt", "en": "tiếng Anh"}

DAY, HOUR, HOUR_END = date(2025, 10, 27), time(9), time(10, 30)
WINDOWS = ((datetime(2025, 10, 27, 9), datetime(2025, 10, 27, 12)), (datetime(2025, 10, 28, 14), datetime(2025, 10, 28, 17)))


def _key(example: str, vi: str = "Mã", en: str = "Id") -> Column:
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


def _both(stem: str, vi: str, en: str, example_vi: str, example_en: str, width: int = 30) -> tuple[Column, Column]:
    hint = ("ít nhất một ngôn ngữ", "at least one language") if stem in ("name", "title") else ("", "")
    return (
        Column(f"{stem}_vi", "text", f"{vi} (tiếng Việt)", f"{en} (Vietnamese)", *hint, example_vi, width=width),
        Column(f"{stem}_en", "text", f"{vi} (tiếng Anh)", f"{en} (English)", *hint, example_en, width=width),
    )


def _choice(key: str, vi: str, en: str, choices: Mapping[str, str], example: str, **more: Any) -> Column:
    return Column(key, "choice", vi, en, "chọn trong danh sách", "choose from the list", example, choices=choices, **({"width": 24} | more))


def _ref(key: str, vi: str, en: str, of: str, example: str, **more: Any) -> Column:
    return Column(key, "ref", vi, en, f"mã trong trang {of}", f"an id of the sheet {of}", example, of=of, **({"width": 20} | more))


def _refs(key: str, vi: str, en: str, of: str, example: tuple[str, ...] = (), **more: Any) -> Column:
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


def _plain(key: str, kind: Kind, vi: str, en: str, hint_vi: str = "", hint_en: str = "", example: Any = None, **more: Any) -> Column:
    return Column(key, kind, vi, en, hint_vi, hint_en, example, **more)


ASSUMED = _plain(
    "assumed_fields", "refs", "Trường giả định", "Assumed fields", "tên trường, cách nhau bằng dấu ;", "names of fields, with ; between"
)
FACTS = (
    _choice("status", "Tình trạng thông tin", "Standing", STANDINGS, "reported", keeps=True),
    _plain("source", "text", "Nguồn", "Source", "địa chỉ trang web", "address of a page", width=24),
    _plain("also", "words", "Nguồn khác", "Other sources", "cách nhau bằng dấu ;", "with ; between", width=24),
    ASSUMED,
    _plain("note", "text", "Ghi chú", "Note", width=30),
)
START = _plain("start", "hour", "Bắt đầu", "Starts", "giờ:phút, giờ địa phương", "hour:minute, local", HOUR, width=10)
END = _plain("end", "hour", "Kết thúc", "Ends", "giờ:phút, giờ địa phương", "hour:minute, local", HOUR_END, width=10)
NEEDS = _plain("needs", "words", "Cần phiên dịch", "Interpreters", "cặp tiếng, ví dụ ko-vi", "language pairs, as ko-vi", ("ko-vi",))
HOURS_HINT = ("dạng 2025-10-27 09:00-12:00; 2025-10-28 14:00-17:00", "as 2025-10-27 09:00-12:00; 2025-10-28 14:00-17:00")
WINDOW = _plain("windows", "windows", "Chỉ có thể trong", "Only possible within", *HOURS_HINT, WINDOWS, width=32)
LIKED = _plain("preferred", "windows", "Giờ mong muốn", "Preferred hours", *HOURS_HINT, width=32)
POOLS = _plain("pools", "words", "Nhóm phòng", "Pools", "để trống: mọi phòng", "empty: every room", width=20)
SEATS = _plain("seats", "whole", "Số người trong phòng", "Seats", "kể cả người đi cùng", "advisers included", 6, keeps=True, width=10)

WEEK = Sheet(
    "week",
    "Tuần lễ",
    "The week",
    "Một dòng: sự kiện.",
    "One row: the event.",
    ("id",),
    (
        _key("tuan-le-so-2026"),
        *_both("name", "Tên", "Name", "Tuần lễ Số Quốc tế 2026", "International Digital Week 2026"),
        _plain("short", "text", "Tên viết tắt", "Short name", example="VIDW 2026"),
        *_both("theme", "Chủ đề", "Theme", "Chung tay vì tương lai số", "Together for a digital future"),
        _plain(
            "timezone", "text", "Múi giờ", "Time zone", "ví dụ Asia/Ho_Chi_Minh", "as Asia/Ho_Chi_Minh", "Asia/Ho_Chi_Minh", needed=True
        ),
        _plain("start_date", "day", "Ngày đầu", "First day", "ngày/tháng/năm", "a date", DAY, needed=True),
        _plain("end_date", "day", "Ngày cuối", "Last day", "ngày/tháng/năm", "a date", date(2025, 10, 29), needed=True),
        _ref("host", "Cơ quan chủ trì", "Host", "organisations", "bo-khcn"),
        _ref("co_host", "Đồng chủ trì", "Co-host", "organisations", "tinh-ninh-binh"),
        _plain("delegates_reported", "whole", "Số đại biểu công bố", "Delegates reported", "", "", 800),
        *FACTS,
    ),
)
SITES = Sheet(
    "sites",
    "Thành phố, khu vực",
    "Sites",
    "Mỗi thành phố có địa điểm họp một dòng.",
    "One row for each city with its places.",
    ("id",),
    (_key("ninh-binh"), *_both("name", "Tên", "Name", "Ninh Bình", "Ninh Bình"), *FACTS),
)
PLACES = Sheet(
    "places",
    "Địa điểm",
    "Places",
    "Mỗi phòng, hội trường, bàn gặp một dòng.",
    "One row for each hall, room, table or yard.",
    ("id",),
    (
        _key("phong-a1"),
        _ref("site", "Thành phố", "Site", "sites", "ninh-binh", needed=True),
        _choice("kind", "Loại", "Kind", PLACE_KINDS, "room", needed=True),
        _choice("sharing", "Cách dùng", "Sharing", SHARING, "exclusive", keeps=True),
        _plain("capacity", "whole", "Sức chứa", "Capacity", "số người", "people", 20, width=10),
        _plain(
            "turnround_minutes",
            "whole",
            "Phút dọn phòng",
            "Turn-round minutes",
            "sau mỗi lần dùng",
            "after each use",
            15,
            keeps=True,
            width=10,
        ),
        _plain(
            "pool",
            "id",
            "Nhóm phòng",
            "Pool",
            "các phòng thay nhau được cho gặp mặt",
            "rooms that can stand in for each other",
            "song-phuong",
            width=20,
        ),
        *_both("name", "Tên", "Name", "Phòng A1", "Room A1"),
        _plain("address", "text", "Địa chỉ", "Address", width=30),
        *FACTS,
    ),
)
TRAVEL = Sheet(
    "travel",
    "Đi lại",
    "Travel",
    "Số phút từ cửa đến cửa, mỗi chiều một dòng.",
    "Minutes from door to door, one row each way.",
    ("from", "to"),
    (
        _ref("from", "Từ", "From", "sites", "ha-noi", needed=True),
        _ref("to", "Đến", "To", "sites", "ninh-binh", needed=True),
        _plain("minutes", "whole", "Phút", "Minutes", "", "", 120, needed=True, width=10),
        _plain("rush_minutes", "whole", "Phút giờ cao điểm", "Rush-hour minutes", "", "", 150, width=10),
        _plain(
            "rush_hours",
            "words",
            "Giờ cao điểm",
            "Rush hours",
            "dạng 07:00-09:00; 16:00-18:00",
            "as 07:00-09:00; 16:00-18:00",
            ("07:00-09:00", "16:00-18:00"),
            width=26,
        ),
        *FACTS,
    ),
)
TEAMS = Sheet(
    "teams",
    "Tổ phiên dịch",
    "Interpreters",
    "Mỗi tổ phiên dịch một dòng.",
    "One row for each team of interpreters.",
    ("id",),
    (
        _key("to-ko-vi-1"),
        _ref("site", "Thành phố", "Site", "sites", "ninh-binh", needed=True),
        _plain("pair", "text", "Cặp tiếng", "Language pair", "dạng ko-vi", "as ko-vi", "ko-vi", needed=True),
        *(replace(name, keeps=True) for name in _both("name", "Tên", "Name", "Tổ phiên dịch tiếng Hàn 1", "Korean interpreters 1")),
        *FACTS,
    ),
)
GRIDS = Sheet(
    "grids",
    "Khung giờ gặp",
    "Meeting hours",
    "Khi nào được xếp lịch gặp: mỗi buổi một dòng.",
    "When meetings may be: one row for each half-day.",
    ("id", "day", "from"),
    (
        _key("doanh-nghiep"),
        _choice("kind", "Loại cuộc gặp", "Kind of meeting", MEETING_KINDS, "business", needed=True),
        _plain("minutes", "whole", "Phút giữa hai lần bắt đầu", "Minutes between starts", "", "", 20, needed=True, width=10),
        _plain(
            "pools", "words", "Nhóm phòng", "Pools", "như ở trang places", "as in the sheet places", ("ban-gap",), needed=True, width=20
        ),
        _plain("day", "day", "Ngày", "Day", "", "", DAY, needed=True),
        _plain("from", "hour", "Từ", "From", "", "", HOUR, needed=True, width=10),
        _plain("to", "hour", "Đến", "Until", "", "", time(12), needed=True, width=10),
    ),
)
TOPICS = Sheet(
    "topics",
    "Chủ đề",
    "Topics",
    "Các chủ đề của tuần lễ.",
    "The week's topics.",
    ("id",),
    (
        _key("ai"),
        *_both("name", "Tên", "Name", "Quản trị trí tuệ nhân tạo", "AI governance"),
        _choice("hatch", "Nét vẽ", "Hatch", HATCHES, "lines", keeps=True),
    ),
)
ORGANISATIONS = Sheet(
    "organisations",
    "Tổ chức",
    "Organisations",
    "Quốc gia, bộ, tổ chức, doanh nghiệp.",
    "Countries, ministries, bodies, companies.",
    ("id",),
    (
        _key("bo-khcn"),
        _plain(
            "kind",
            "text",
            "Loại",
            "Kind",
            "country, ministry, igo, company, institute…",
            "country, ministry, igo, company, institute…",
            "ministry",
            needed=True,
        ),
        *_both("name", "Tên", "Name", "Bộ Khoa học và Công nghệ", "Ministry of Science and Technology"),
        _plain("sort_name_en", "text", "Tên để sắp xếp", "Sorting name", "để trống: tên tiếng Anh", "empty: the English name", keeps=True),
        _plain("short", "text", "Tên viết tắt", "Short name", example="MOST"),
        _plain("iso2", "text", "Mã nước 2 chữ", "Country (2 letters)", "", "", "VN", width=10),
        _plain("iso3", "text", "Mã 3 chữ", "Code (3 letters)", "", "", "", width=10),
        _ref("parent", "Cơ quan chủ quản", "Parent", "organisations", ""),
        _plain("attendance", "text", "Tham dự", "Attendance"),
        _plain("invented", "yes", "Tổ chức hư cấu", "Invented", "chỉ trong dữ liệu mẫu", "in sample data only", keeps=True),
        *FACTS,
    ),
)
PEOPLE = Sheet(
    "people",
    "Người tham dự",
    "People",
    "Mỗi người một dòng. Họ tên viết đúng như người ấy viết.",
    "One row for each person, the name as the person writes it.",
    ("id",),
    (
        _key("nguyen-van-an"),
        _plain("name", "text", "Họ và tên", "Name", "", "", "Nguyễn Văn An", needed=True, width=28),
        *_both("title", "Chức danh", "Title", "Vụ trưởng", "Director-General", 24),
        _ref("organisation", "Tổ chức", "Organisation", "organisations", "bo-khcn"),
        _plain("rank", "text", "Cấp", "Rank", "minister, vice-minister…", "minister, vice-minister…"),
        _plain("languages", "words", "Ngôn ngữ", "Languages", "mã, ví dụ vi; en", "codes, as vi; en", ("vi", "en")),
        _choice("category", "Thành phần", "Category", CATEGORIES, "delegation", keeps=True),
        _plain(
            "arrives",
            "moment",
            "Đến lúc",
            "Arrives",
            "ngày và giờ; trước đó không xếp lịch",
            "day and hour; not available before",
            datetime(2025, 10, 27, 9),
            width=18,
        ),
        _plain(
            "leaves",
            "moment",
            "Rời lúc",
            "Leaves",
            "ngày và giờ; sau đó không xếp lịch",
            "day and hour; not available after",
            datetime(2025, 10, 29, 12),
            width=18,
        ),
        _ref("delegation", "Đoàn", "Delegation", "delegations", "viet-nam"),
        _plain("head", "yes", "Trưởng đoàn", "Head of delegation", "mỗi đoàn một người", "one in each delegation", True, width=10),
        _plain("email", "text", "Thư điện tử", "E-mail", "để đăng nhập", "to sign in with", "an.nguyen@example.org", keeps=True, width=26),
        Column(
            "roles",
            "choices",
            "Vai trò",
            "Roles",
            "cách nhau bằng dấu ;",
            "with ; between",
            ("focal_point",),
            choices=ROLES,
            keeps=True,
            width=24,
        ),
        *FACTS,
    ),
)
DELEGATIONS = Sheet(
    "delegations",
    "Đoàn đại biểu",
    "Delegations",
    "Mỗi đoàn một dòng.",
    "One row for each delegation.",
    ("id",),
    (
        _key("viet-nam"),
        _ref("organisation", "Tổ chức", "Organisation", "organisations", "bo-khcn", needed=True),
        *_both("name", "Tên", "Name", "Đoàn Việt Nam", "Delegation of Viet Nam"),
        _plain("code", "text", "Ký hiệu 3 chữ", "Code (3 letters)", "không trùng nhau", "none twice", "VNM", needed=True, width=10),
        _plain("precedence", "whole", "Thứ tự lễ tân", "Precedence", "", "", 1, keeps=True, width=10),
        _plain("rank", "text", "Cấp", "Rank", "", "", "minister"),
        _plain("is_host", "yes", "Đoàn chủ nhà", "Host", "", "", True, width=10),
        _ref("focal_point", "Đầu mối", "Focal point", "people", "nguyen-van-an", keeps=True),
        *FACTS,
    ),
)
SESSIONS = Sheet(
    "sessions",
    "Phiên, hoạt động",
    "Sessions",
    "Mỗi phiên, bữa ăn, hoạt động văn hóa một dòng.",
    "One row for each session, meal or cultural event.",
    ("id",),
    (
        _key("khai-mac"),
        _plain(
            "kind", "text", "Loại", "Kind", "forum, ceremony, meal, cultural…", "forum, ceremony, meal, cultural…", "forum", needed=True
        ),
        *_both("title", "Tên", "Title", "Lễ khai mạc", "Opening ceremony", 36),
        *_both("theme", "Chủ đề", "Theme", "", ""),
        *_both("description", "Mô tả", "Description", "", ""),
        _plain("date", "day", "Ngày", "Day", "để trống: chưa công bố", "empty: not announced", DAY),
        START,
        END,
        _ref("city", "Thành phố", "Site", "sites", "ninh-binh"),
        _ref("place", "Địa điểm", "Place", "places", "phong-a1"),
        _refs("topics", "Chủ đề", "Topics", "topics", ("ai",)),
        _refs("organisers", "Đơn vị tổ chức", "Organisers", "organisations", ("bo-khcn",)),
        _refs("supporters", "Đơn vị phối hợp", "Supporters", "organisations"),
        _plain("public", "yes", "Công khai", "Public", "", "", True, keeps=True, width=10),
        *FACTS,
    ),
)
PARTS = Sheet(
    "parts",
    "Phần của phiên",
    "Parts of sessions",
    "Tọa đàm, lễ trao… trong một phiên.",
    "Panels, handovers… within a session.",
    ("session", "id"),
    (
        _ref("session", "Phiên", "Session", "sessions", "khai-mac", needed=True),
        _key("toa-dam-1"),
        *_both("title", "Tên", "Title", "Tọa đàm", "Panel"),
        _ref("moderator", "Người điều phối", "Moderator", "people", "nguyen-van-an"),
        _refs("participants", "Đơn vị tham gia", "Participants", "organisations", ("bo-khcn",)),
        START,
        END,
        *FACTS,
    ),
)
SPEAKERS = Sheet(
    "speakers",
    "Diễn giả",
    "Speakers",
    "Ai có vai trò gì trong phiên nào: một người hoặc một tổ chức.",
    "Who has which role in which session: a person or an organisation.",
    ("session", "person", "organisation", "role"),
    (
        _ref("session", "Phiên", "Session", "sessions", "khai-mac", needed=True),
        _ref("person", "Người", "Person", "people", "nguyen-van-an"),
        _ref("organisation", "Tổ chức", "Organisation", "organisations", ""),
        _plain(
            "role",
            "text",
            "Vai trò",
            "Role",
            "chair, keynote, remarks, panellist…",
            "chair, keynote, remarks, panellist…",
            "keynote",
            needed=True,
        ),
        _choice("seen", "Hiện diện", "Seen", SEEN, "announced", keeps=True),
        START,
        END,
        _plain("note", "text", "Ghi chú", "Note", width=30),
    ),
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
        _ref("asking", "Đoàn yêu cầu", "Asking", "delegations", "viet-nam", needed=True),
        _ref("asked", "Đoàn được mời", "Asked", "delegations", "lamduan", needed=True),
        _choice("state", "Trạng thái", "State", REQUEST_STATES, "open", keeps=True),
        _plain("minutes", "whole", "Số phút", "Minutes", "15 đến 90, bội số của 5", "15 to 90, in steps of 5", 30, keeps=True, width=10),
        _plain("subjects", "text", "Nội dung", "Subjects", "", "", "Hợp tác hạ tầng số", width=36),
        NEEDS,
        WINDOW,
        LIKED,
        POOLS,
        SEATS,
        _refs("people", "Người dự", "People", "people", keeps=True),
        _plain("counter_minutes", "whole", "Số phút đề nghị lại", "Minutes offered instead", width=10),
        _plain("counter_windows", "windows", "Giờ đề nghị lại", "Hours offered instead", *HOURS_HINT, width=32),
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
        _ref("asking", "Người mời", "Asking", "people", "nguyen-van-an", needed=True),
        _ref("asked", "Người được mời", "Asked", "people", "tran-thi-binh", needed=True),
        _choice("state", "Trạng thái", "State", WISH_STATES, "open", keeps=True),
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
        _choice("kind", "Loại", "Kind", MEETING_KINDS, "business", needed=True),
        Column("request", "whole", "Yêu cầu số", "Request", "chỉ với song phương", "bilateral only", width=10, of="requests"),
        _refs("asking", "Bên mời", "Asking", "people", ("nguyen-van-an",), needed=True),
        _refs("asked", "Bên được mời", "Asked", "people", ("tran-thi-binh",), needed=True),
        _choice("state", "Trạng thái", "State", MEETING_STATES, "agreed", keeps=True),
        Column("placed_at", "moment", "Giờ đã công bố", "Published hour", "chỉ để xem", "for reading only", shown=True, width=18),
        Column("placed_where", "text", "Nơi đã công bố", "Published place", "chỉ để xem", "for reading only", shown=True, width=20),
    ),
)
AVAILABILITY = Sheet(
    "availability",
    "Không rảnh, đóng cửa",
    "Not available",
    "Khi một người, địa điểm, tổ phiên dịch không xếp lịch được.",
    "When a person, place or team cannot be planned.",
    ("id",),
    (
        _key("nghi-trua-a1"),
        _choice("kind", "Loại", "Kind", RESOURCES, "place", needed=True),
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
        _plain("from", "moment", "Từ", "From", "ngày và giờ", "day and hour", datetime(2025, 10, 27, 12), needed=True, width=18),
        _plain("until", "moment", "Đến", "Until", "ngày và giờ", "day and hour", datetime(2025, 10, 27, 13), needed=True, width=18),
    ),
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
