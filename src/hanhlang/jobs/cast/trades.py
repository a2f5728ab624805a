"""What firms of our own making offer, need and write, in Vietnamese and English; by the topic they belong to."""

from __future__ import annotations

Entry = tuple[str, str]

# Each trade: the topic's key, what such firms offer and what they look for.
TRADES: tuple[tuple[str, tuple[Entry, ...], tuple[Entry, ...]], ...] = (
    (
        "t-5g",
        (
            ("Giám sát mạng 5G", "5G network monitoring"),
            ("Trạm 5G riêng cho nhà máy", "Private 5G for factories"),
            ("Ăng-ten cho vùng núi", "Antennas for mountain areas"),
        ),
        (("Đối tác lắp đặt tại địa phương", "Local installation partners"), ("Nhà máy thử nghiệm", "Factories for trials")),
    ),
    (
        "t-infra",
        (
            ("Trung tâm dữ liệu tiết kiệm điện", "Energy-saving data centres"),
            ("Điện toán đám mây cho địa phương", "Cloud for provinces"),
            ("Cáp quang ven biển", "Coastal fibre"),
        ),
        (("Điện mặt trời cho trung tâm dữ liệu", "Solar power for data centres"), ("Vốn đầu tư", "Investment")),
    ),
    (
        "t-ai",
        (
            ("Dịch máy tiếng Việt", "Vietnamese machine translation"),
            ("Trí tuệ nhân tạo cho nông nghiệp", "AI for farming"),
            ("Đọc ảnh y tế", "Reading of medical images"),
        ),
        (("Dữ liệu có quyền sử dụng", "Licensed data"), ("Bệnh viện thử nghiệm", "Hospitals for trials")),
    ),
    (
        "t-dx",
        (
            ("Phần mềm quản lý bệnh viện", "Hospital management software"),
            ("Chữ ký số", "Digital signatures"),
            ("Bản đồ số cho du lịch", "Digital maps for tourism"),
        ),
        (("Điện toán đám mây cho địa phương", "Cloud for provinces"), ("Kiểm thử an toàn thông tin", "Security testing")),
    ),
    (
        "t-hr",
        (
            ("Đào tạo kỹ sư dữ liệu", "Training of data engineers"),
            ("Tuyển kỹ sư trẻ", "Recruiting of young engineers"),
            ("Kiểm thử an toàn thông tin", "Security testing"),
        ),
        (("Trường đại học đối tác", "Partner universities"), ("Dịch máy tiếng Việt", "Vietnamese machine translation")),
    ),
    (
        "t-ent",
        (
            ("Cảm biến cho nhà máy", "Sensors for factories"),
            ("Thanh toán cho cửa hàng nhỏ", "Payments for small shops"),
            ("Đối tác lắp đặt tại địa phương", "Local installation partners"),
        ),
        (("Đào tạo kỹ sư dữ liệu", "Training of data engineers"), ("Kênh phân phối tại châu Âu", "Distribution in Europe")),
    ),
)
RESEARCH: tuple[tuple[Entry, ...], tuple[Entry, ...]] = (
    (("Nghiên cứu chung", "Joint research"), ("Dữ liệu có quyền sử dụng", "Licensed data"), ("Nhà máy thử nghiệm", "Factories for trials")),
    (("Doanh nghiệp thử nghiệm kết quả", "Firms that try results"), ("Cảm biến cho nhà máy", "Sensors for factories")),
)
SHARED_NEEDS: tuple[Entry, ...] = (
    ("Vốn đầu tư", "Investment"),
    ("Nghiên cứu chung", "Joint research"),
    ("Tuyển kỹ sư trẻ", "Recruiting of young engineers"),
    ("Giám sát mạng 5G", "5G network monitoring"),
    ("Chữ ký số", "Digital signatures"),
)
ABOUT: tuple[Entry, ...] = (
    (
        "Chúng tôi làm sản phẩm cùng khách hàng và triển khai trong ba tháng.",
        "We build with our customers and deliver within three months.",
    ),
    ("Đội ngũ gồm kỹ sư và chuyên gia trong ngành.", "A team of engineers and people who know the trade."),
    ("Đang mở rộng sang thị trường mới và tìm đối tác lâu dài.", "Growing into new markets, looking for partners who stay."),
)
MESSAGES = (
    "Hồ sơ của anh chị đúng với nhu cầu của chúng tôi. Mong được gặp 20 phút tại Ninh Bình.",
    "We saw what you offer and would like to see a demonstration. Twenty minutes are enough.",
    "Chúng tôi đang tìm đối tác thử nghiệm trong quý tới, mong được trao đổi.",
)
NOTE = "Mục cung cấp còn quá chung. Đề nghị ghi rõ sản phẩm. / What you offer is too general; please name the product."
