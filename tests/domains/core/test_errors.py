import importlib
import pickle
import pkgutil
from collections import Counter
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.utils import translation
from django.utils.translation import gettext_lazy as _

import hanhlang
from hanhlang.domains.core.errors import PLACEHOLDER, CodedError
from hanhlang.domains.core.multitext import MultiText


class RoomTooSmall(CodedError):
    code = "test.room_too_small"
    status = 409
    text = _("%(room)s seats %(seats)d.")
    fields = ("room",)


def refusals():
    """Return every refusal of the product, after importing all modules that may define one."""
    for module in pkgutil.walk_packages(hanhlang.__path__, "hanhlang."):
        if module.name.endswith(".errors"):
            importlib.import_module(module.name)
    found, open_ends = [], [CodedError]
    while open_ends:
        kind = open_ends.pop()
        open_ends += kind.__subclasses__()
        if kind.__module__.startswith("hanhlang."):
            found.append(kind)
    return found


def untranslated(kinds, catalogue):
    """Return codes whose sentence has no Vietnamese, or one with other placeholders."""
    faults = []
    with translation.override("en"):
        for kind in kinds:
            english = str(kind.text)
            vietnamese = catalogue.get(english, "")
            if not vietnamese or sorted(PLACEHOLDER.findall(english)) != sorted(PLACEHOLDER.findall(vietnamese)):
                faults.append(kind.code)
    return faults


def vietnamese():
    catalogue = {}
    for path in (Path(hanhlang.__path__[0]) / "locale" / "vi").glob("*.po"):
        with path.open("rb") as file:
            catalogue |= {message.id: message.string for message in read_po(file, locale="vi") if message.id}
    return catalogue


def test_every_refusal_has_a_code_of_its_own():
    codes = Counter(kind.code for kind in refusals())

    assert [code for code, times in codes.items() if times > 1] == []


def test_every_refusal_speaks_both_languages():
    assert untranslated(refusals(), vietnamese()) == []


def test_the_guard_bites_on_a_missing_sentence_and_on_a_lost_placeholder():
    assert untranslated([RoomTooSmall], {}) == ["test.room_too_small"]
    assert untranslated([RoomTooSmall], {"%(room)s seats %(seats)d.": "%(room)s có ít chỗ."}) == ["test.room_too_small"]
    assert untranslated([RoomTooSmall], {"%(room)s seats %(seats)d.": "%(room)s có %(seats)d chỗ."}) == []


def test_the_sentence_is_filled_in_the_readers_language():
    refusal = RoomTooSmall(room=MultiText({"vi": "Sảnh", "en": "Hall"}), seats=4)

    assert refusal.message("en") == "Hall seats 4."
    assert refusal.message("vi").startswith("Sảnh")


def test_a_hole_in_the_sentence_is_found_where_it_is_raised():
    with pytest.raises(TypeError, match="seats"):
        RoomTooSmall(room="Hall")


def test_the_input_at_fault_can_be_named_by_class_or_by_case():
    assert RoomTooSmall(room="Hall", seats=4).fields == ("room",)
    assert RoomTooSmall(room="Hall", seats=4, fields=["people"]).fields == ("people",)


def test_a_refusal_survives_the_way_from_a_child_process():
    again = pickle.loads(pickle.dumps(RoomTooSmall(room="Hall", seats=4)))

    assert (type(again), again.message("en"), again.fields) == (RoomTooSmall, "Hall seats 4.", ("room",))
