"""The automatic functions of this product, as the public register shows them."""

from __future__ import annotations

from dataclasses import dataclass

from hanhlang.domains.core.multitext import MultiText


@dataclass(frozen=True, slots=True)
class Registration:
    """What the register says of a tool; ``version`` changes whenever its behaviour does."""

    key: str
    name: MultiText
    purpose: MultiText
    data_used: MultiText
    how_to_refuse: MultiText
    owner: str
    is_local: bool
    version: str


TOOLS = (
    Registration(
        key="meeting-planner",
        name=MultiText({"vi": "Bộ xếp lịch cuộc gặp", "en": "Meeting planner"}),
        purpose=MultiText(
            {
                "vi": "Đề xuất giờ và địa điểm cho các cuộc gặp mà cả hai bên đã đồng ý. Phương án chỉ có hiệu lực khi ban thư ký "
                "xem và công bố; công cụ không quyết định ai gặp ai.",
                "en": "Proposes an hour and a place for meetings that both sides have agreed to. A plan takes effect only when the "
                "secretariat has looked at it and published it; the tool does not decide who meets whom.",
            }
        ),
        data_used=MultiText(
            {
                "vi": "Người dự, thời lượng, khung giờ cho phép và ưu tiên của từng cuộc gặp; lịch đã có, giờ đến và giờ về của người dự; "
                "chỗ họp, tổ phiên dịch, thời gian di chuyển. Không dùng hành vi, giới tính, tôn giáo hay quan điểm.",
                "en": "Each meeting's people, length, permitted and preferred hours; what those people are already bound to, when they "
                "arrive and leave; places, interpreters' teams, travel times. No behaviour, gender, religion or opinion is used.",
            }
        ),
        how_to_refuse=MultiText(
            {
                "vi": "Đề nghị ban thư ký xếp cuộc gặp bằng tay: ban thư ký ấn định giờ và địa điểm, công cụ không được thay đổi nữa. "
                "Việc từ chối không gây bất lợi gì cho quý vị.",
                "en": "Ask the secretariat to place your meeting by hand: it fixes hour and place, and the tool may no longer move it. "
                "Refusing brings you no disadvantage.",
            }
        ),
        owner="Ban thư ký / Secretariat",
        is_local=True,
        version="1",
    ),
    Registration(
        key="business-suggestions",
        name=MultiText({"vi": "Gợi ý đối tác", "en": "Partner suggestions"}),
        purpose=MultiText(
            {
                "vi": "Gợi ý doanh nghiệp nên gặp và nêu rõ lý do. Chỉ chạy khi chính người dùng yêu cầu; không gửi lời mời, "
                "không xếp cuộc gặp nào.",
                "en": "Suggests whom to meet among the firms, with the reasons. It runs only when a person asks for it; it sends no "
                "invitation and arranges no meeting.",
            }
        ),
        data_used=MultiText(
            {
                "vi": "Hồ sơ doanh nghiệp đã được ban tổ chức duyệt: cung cấp, nhu cầu, chủ đề, ngôn ngữ, giai đoạn, quốc gia. Không dùng "
                "hành vi, lượt xem, giới tính, tôn giáo hay quan điểm.",
                "en": "The firms' profiles as the organiser validated them: offers, needs, topics, languages, stage, country. No "
                "behaviour, page views, gender, religion or opinion is used.",
            }
        ),
        how_to_refuse=MultiText(
            {
                "vi": "Gợi ý tắt sẵn; ai bật thì tắt lại được bất cứ lúc nào ở trang Gặp doanh nghiệp và các gợi ý bị xoá ngay. "
                "Việc tìm kiếm, mời và trả lời không thay đổi.",
                "en": "Suggestions are off until you switch them on; switch them off at any time on the page Business meetings and they "
                "are deleted at once. Search, asking and answering stay as they are.",
            }
        ),
        owner="Ban thư ký / Secretariat",
        is_local=True,
        version="1",
    ),
    Registration(
        key="change-replanner",
        name=MultiText({"vi": "Bộ xếp lại khi có thay đổi", "en": "Change re-planner"}),
        purpose=MultiText(
            {
                "vi": "Khi có việc xảy ra trong ngày (đến muộn, mất phòng, đường chậm), đề xuất vài cách xếp lại ít xáo trộn nhất. "
                "Ban thư ký chọn và công bố một cách, hoặc giữ nguyên; trước đó không ai được báo.",
                "en": "When something happens on the day (a late arrival, a lost room, a slow road), proposes a few ways to re-arrange "
                "meetings that disturb least. The secretariat chooses and publishes one, or leaves all as it is; nobody is told before.",
            }
        ),
        data_used=MultiText(
            {
                "vi": "Phương án đã công bố, điều đã thay đổi, và những gì bộ xếp lịch dùng. Cấp bậc của trưởng đoàn chỉ dùng để tránh dời "
                "cuộc gặp của họ. Không dùng hành vi, giới tính, tôn giáo hay quan điểm.",
                "en": "The published plan, what has changed, and what the meeting planner uses. That somebody heads a delegation counts "
                "only to avoid moving their meetings. No behaviour, gender, religion or opinion is used.",
            }
        ),
        how_to_refuse=MultiText(
            {
                "vi": "Đề nghị ban thư ký khóa giờ và địa điểm cuộc gặp: công cụ không được dời nữa. Việc từ chối không gây bất lợi gì.",
                "en": "Ask the secretariat to lock your meeting's hour and place: the tool may no longer move it. Refusing brings you no "
                "disadvantage.",
            }
        ),
        owner="Ban thư ký / Secretariat",
        is_local=True,
        version="1",
    ),
)
