import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from hanhlang.domains.automation.models import Tool
from hanhlang.domains.core.multitext import MultiText, MultiTextField


def test_a_changed_source_makes_untouched_translations_stale():
    text = MultiText({"vi": "Phòng họp", "en": "Meeting room"})

    assert text.changed({"vi": "Phòng họp lớn", "en": "Meeting room"}).stale() == ["en"]


def test_a_translation_changed_with_its_source_is_fresh():
    text = MultiText({"vi": "Phòng họp", "en": "Meeting room"})

    assert text.changed({"vi": "Phòng họp lớn", "en": "Large meeting room"}).stale() == []


def test_a_stale_translation_stays_stale_until_somebody_touches_it():
    stale = MultiText({"vi": "a", "en": "A"}).changed({"vi": "b", "en": "A"})

    assert stale.changed({"vi": "b", "en": "A"}).stale() == ["en"]
    assert stale.changed({"vi": "b", "en": "B"}).stale() == []
    assert stale.changed({"vi": "a", "en": "A"}).stale() == []


def test_a_text_older_than_any_source_is_not_stale():
    assert MultiText({"en": "A"}).changed({"vi": "a", "en": "A"}).stale() == []


def test_the_text_shown_falls_back_to_the_source():
    with translation.override("en"):
        assert str(MultiText({"vi": "Sảnh", "en": "Hall"})) == "Hall"
        assert str(MultiText({"vi": "Sảnh", "ko": "홀"})) == "Sảnh"


@pytest.mark.django_db
def test_a_text_comes_back_from_the_database_with_what_it_was_made_from():
    stale = MultiText({"vi": "a", "en": "A"}).changed({"vi": "b", "en": "A"})
    Tool.objects.create(key="t", name=stale, owner="x", version="1")

    assert Tool.objects.get().name == stale
    assert Tool.objects.filter(name__texts__vi="b").values_list("name__texts__vi", flat=True).get() == "b"
    assert not Tool.objects.filter(name__texts__vi="a").exists()


def test_a_required_text_may_not_be_empty():
    field = MultiTextField(blank=False)

    field.validate(MultiText({"vi": "a"}), None)
    with pytest.raises(ValidationError):
        field.validate(MultiText(), None)
