"""The component tags: what they say to people who see them and to people who do not."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django import forms
from django.template import engines
from django.utils import translation

from hanhlang.domains.events.models import Week
from hanhlang.domains.people.models import Organisation
from hanhlang.web.components import dates
from hanhlang.web.components.states import STATES


def drawn(template: str, language: str = "en", **context: object) -> str:
    with translation.override(language):
        return str(engines["django"].from_string(template).render(context))


class AskForMeeting(forms.Form):
    purpose = forms.CharField(label="Purpose", help_text="One sentence", error_messages={"required": "Say what for."})
    note = forms.CharField(label="Note", required=False)


@pytest.mark.parametrize("key", sorted(STATES))
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_state_is_always_a_word(key: str, language: str):
    with translation.override(language):
        word = str(STATES[key].word)

    assert f"<span>{word}</span>" in drawn("{% status key %}", language=language, key=key)


@pytest.mark.parametrize(("key", "word"), [("held", "Giữ chỗ"), ("unplaced", "Chưa xếp được"), ("inside", "Trong hành lang")])
def test_a_state_has_its_vietnamese_word(key: str, word: str):
    assert word in drawn("{% status key %}", language="vi", key=key)


def test_a_state_may_say_more():
    html = drawn("{% status 'changed' word='Changed at 10:31' %}")

    assert "Changed at 10:31" in html
    assert 'aria-hidden="true"' in html


def test_an_hour_is_on_the_clocks_of_the_week():
    week = Week(timezone="Asia/Ho_Chi_Minh")

    html = drawn("{% hour moment %}", week=week, moment=datetime(2025, 10, 27, 2, 0, tzinfo=UTC))

    assert html == '<time class="f" datetime="2025-10-27T09:00+07:00">09:00</time>'


def test_a_wrong_field_is_tied_to_its_error_and_hint():
    form = AskForMeeting({})

    html = drawn("{% error_summary form %}{% field form.purpose %}", form=form)

    assert '<a href="#id_purpose">Say what for.</a>' in html
    assert 'aria-describedby="id_purpose-hint id_purpose-error"' in html
    assert 'aria-invalid="true"' in html


def test_a_right_form_has_no_summary_and_marks_the_optional():
    form = AskForMeeting({"purpose": "5G"})

    html = drawn("{% error_summary form %}{% field form.note %}", form=form)

    assert "data-errors" not in html
    assert "(optional)" in html
    assert "aria-invalid" not in html


def test_a_refusal_of_the_action_stands_in_the_summary():
    assert "The request was withdrawn." in drawn(
        "{% error_summary form refusal %}", form=AskForMeeting({"purpose": "5G"}), refusal="The request was withdrawn."
    )


def test_a_button_that_cannot_be_used_yet_says_why_and_keeps_focus():
    html = drawn("{% button 'Publish' kind='decides' not_now='The search is still running' %}")

    assert 'aria-disabled="true" title="The search is still running"' in html
    assert " disabled" not in html.replace("aria-disabled", "")


@pytest.mark.parametrize(
    ("fields", "file"),
    [
        ({"kind": "country", "country": "JP"}, "flags/jp.svg"),
        ({"kind": "country", "country": ""}, ""),
        ({"kind": "country", "country": "XX"}, ""),
        ({"kind": "igo", "country": "FR", "short": "UNESCO"}, ""),
        ({"kind": "igo", "country": "TH", "short": "APT"}, ""),
        ({"kind": "ministry", "country": "VN"}, ""),
        ({"kind": "company", "country": "FI"}, ""),
        ({"kind": "igo", "country": "BE", "short": "EU"}, "flags/eu.svg"),
        ({"kind": "igo", "country": "US", "short": "UN"}, "flags/un.svg"),
        ({"kind": "company", "country": "US", "short": "UN"}, ""),
        ({"is_invented": True, "kind": "igo", "short": "UN", "key": "cast-igo-001"}, ""),
        ({"is_invented": True, "kind": "country", "key": "cast-country-001"}, "flags/invented/"),
        ({"is_invented": True, "kind": "company", "key": "cast-company-001"}, ""),
    ],
)
def test_a_flag_is_the_organisations_own_or_empty_space(fields: dict[str, object], file: str):
    html = drawn("{% flag organisation %}", organisation=Organisation(**fields))

    assert (file in html) if file else ("<img" not in html and 'class="flag none' in html)


@pytest.mark.parametrize(("value", "state"), [(50, "inside"), (46, "near"), (30, "outside"), (71, "outside")])
def test_a_band_shows_by_its_shape_where_the_value_is(value: float, state: str):
    assert f'<svg class="{state}"' in drawn("{% band value 45 70 low=38 high=78 %}", value=value)


def test_numbers_in_drawings_are_never_localised():
    assert 'x2="33.3%"' in drawn("{% progress 0.333 %}", language="vi")
    assert 'x1="45.5%"' in drawn("{% band 50.5 45.5 70 %}", language="vi")


@pytest.mark.parametrize(
    ("language", "short", "long"),
    [("vi", "Thứ Ba 28/10", "Thứ Ba, ngày 28 tháng 10"), ("en", "Tue 28 Oct", "Tuesday 28 October")],
)
def test_days_are_written_as_each_language_writes_them(language: str, short: str, long: str):
    with translation.override(language):
        assert (dates.short_day(date(2025, 10, 28)), dates.long_day(date(2025, 10, 28))) == (short, long)


@pytest.mark.parametrize(("minutes", "words"), [(48, "48 min"), (60, "1 h"), (160, "2 h 40"), (63, "1 h 03"), (0, "0 min")])
def test_lengths_are_rounded_up_to_the_minute(minutes: int, words: str):
    with translation.override("en"):
        assert dates.length(timedelta(minutes=minutes)) == words
        assert dates.length(timedelta(minutes=minutes) - timedelta(seconds=20 if minutes else 0)) == words
