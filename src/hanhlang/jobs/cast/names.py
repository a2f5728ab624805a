"""Names of our own making. None is meant to be anybody's; rows that carry them are marked synthetic."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from random import Random

STATES = (
    *("Lamduan", "Verania", "Marindale", "Kestova", "Talmera", "Suvannara", "Belaria", "Quenland", "Dorvia", "Halmeria"),
    *("Ishtara", "Norvika", "Candoria", "Mirelia", "Tasmera", "Ulvania", "Rovenia", "Zelandra", "Bravonia", "Cyrenda"),
    *("Elmaria", "Fenmark", "Galdova", "Hestria", "Illyvara", "Jorvania", "Kalmora", "Lirendia", "Montavia", "Nerisia"),
    *("Orvelle", "Pelandor", "Rusalia", "Selvania", "Tirvania", "Umbrosia", "Valdera", "Westmere", "Yarrovia", "Zantara"),
)
FORMS = (
    ("Cộng hòa {}", "Republic of {}"),
    ("Vương quốc {}", "Kingdom of {}"),
    ("Liên bang {}", "Federation of {}"),
    ("Quần đảo {}", "Islands of {}"),
)
BODIES = (
    ("Hội đồng Số Vịnh {}", "{} Gulf Digital Council"),
    ("Liên minh Viễn thông {}", "{} Telecommunication Alliance"),
    ("Tổ chức Dữ liệu {}", "{} Data Organisation"),
    ("Ủy ban Kết nối {}", "{} Connectivity Commission"),
)
GIVEN = (
    *("Amaro", "Belisa", "Cosmin", "Daryo", "Elira", "Fenno", "Galena", "Hadrin", "Ilsabe", "Jorim", "Kaveta", "Lumen"),
    *("Mirko", "Nerida", "Osvin", "Pelagia", "Quirin", "Rosvita", "Sandor", "Tamsin", "Ulric", "Veselin", "Wilona", "Yarrow"),
)
FAMILY = (
    *("Vantor", "Melisko", "Okarend", "Druvane", "Pallister", "Quessa", "Rindal", "Sorbelo", "Tavrin", "Ulmeta", "Varesko"),
    *("Wendmar", "Yostrel", "Zandry", "Arvelo", "Bressik", "Caldrin", "Dovrane", "Esterlo", "Farnick", "Gorvany", "Hestrel"),
)
VIETNAMESE_FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Lý", "Phan")
VIETNAMESE_MIDDLE = ("Thị", "Văn", "Minh", "Ngọc", "Thanh", "Quang", "Hữu", "Thu", "Đức", "Khánh", "Gia", "Bảo")
VIETNAMESE_GIVEN = (
    *("An", "Bình", "Chi", "Dũng", "Giang", "Hà", "Hải", "Hạnh", "Hiếu", "Hoa", "Hùng", "Khoa", "Lan", "Linh", "Long", "Mai"),
    *("Nam", "Nga", "Nhung", "Phong", "Phúc", "Quân", "Sơn", "Tâm", "Thảo", "Trang", "Trung", "Tú", "Uyên", "Vân", "Vinh", "Yến"),
)
BRAND_FIRST = (
    "Lumo",
    "Nava",
    "Teran",
    "Kiri",
    "Sola",
    "Meko",
    "Aven",
    "Dura",
    "Faro",
    "Hexo",
    "Iluma",
    "Juno",
    "Ravo",
    "Zeli",
    "Obri",
    "Pexa",
)
BRAND_LAST = ("tika", "net", "grid", "sense", "loom", "data", "robo", "cloud", "mind", "wave", "chain", "form")
FIRM = ("Công ty Công nghệ {}", "{} Technologies")
START_UP = ("Công ty khởi nghiệp {}", "{} (start-up)")
INSTITUTE = ("Viện Nghiên cứu {}", "{} Research Institute")


def states(count: int) -> Iterator[tuple[str, str, str]]:
    """
    Give invented states, then bodies: Vietnamese name, English name, code.

    Codes begin with X, which ISO 3166 keeps for users: they can never be a state's.
    """
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    names = [(stem, FORMS[index % len(FORMS)]) for index, stem in enumerate(STATES)]
    names += [(stem, form) for form in BODIES for stem in STATES]
    taken: set[str] = set()
    for stem, (vi, en) in names[:count]:
        wanted = ["X" + stem[0].upper() + letter.upper() for letter in stem[1:]]
        wanted += ["X" + one + two for one, two in product(letters, letters)]
        code = next(code for code in wanted if code not in taken)
        taken.add(code)
        yield vi.format(stem), en.format(stem), code


def foreigners(random: Random, taken: set[str]) -> Iterator[str]:
    """Give names as people of invented countries might bear them, none twice, none of ``taken``."""
    return _shuffled([f"{given} {family}" for given, family in product(GIVEN, FAMILY)], random, taken)


def vietnamese(random: Random, taken: set[str]) -> Iterator[str]:
    """Give Vietnamese names, none twice, none of ``taken``."""
    every = product(VIETNAMESE_FAMILY, VIETNAMESE_MIDDLE, VIETNAMESE_GIVEN)
    return _shuffled([" ".join(parts) for parts in every], random, taken)


def brands(random: Random) -> Iterator[str]:
    """Give names of firms and institutes, none twice."""
    return _shuffled([first + last for first, last in product(BRAND_FIRST, BRAND_LAST)], random, set())


def _shuffled(names: list[str], random: Random, taken: set[str]) -> Iterator[str]:
    random.shuffle(names)
    return (name for name in names if name not in taken)
