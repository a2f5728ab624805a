"""Template tags that draw the components; docs/reference/look.md shows each."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from django import template
from django.forms import BaseForm, BoundField
from django.template import Context
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from hanhlang.domains.core import clock, folding
from hanhlang.domains.core.live import versions
from hanhlang.domains.delegations.models import Delegation
from hanhlang.domains.people.flags import flag_file
from hanhlang.web.components import dates
from hanhlang.web.components.states import STATES
from hanhlang.web.spoken_for import spoken_for

register = template.Library()

DEFAULT_TIMEZONE = "Asia/Ho_Chi_Minh"


def _week(context: Context) -> Any:
    return context.get("week") or getattr(context.get("request"), "week", None)


def _timezone(context: Context) -> str:
    week = _week(context)
    return week.timezone if week else DEFAULT_TIMEZONE


# Frame


@register.simple_tag(takes_context=True)
def home_address(context: Context) -> str:
    """Return where the mark leads: the week's home, else the list of weeks."""
    week, language = _week(context), get_language()
    try:
        return reverse("week-home", args=[language, week.key]) if week else reverse("weeks", args=[language])
    except NoReverseMatch:
        return "/"


@register.simple_tag(takes_context=True)
def my_delegations(context: Context) -> list[Delegation]:
    """Return the delegations the visitor speaks for."""
    return spoken_for(context["request"])


@register.inclusion_tag("components/languages.html", takes_context=True)
def language_switch(context: Context) -> dict[str, Any]:
    """Offer the same page in each language."""
    request = context.get("request")
    path = request.get_full_path() if request else "/"
    current = get_language()
    prefix = f"/{current}/"
    choices = []
    for code, name in (("vi", "Tiếng Việt"), ("en", "English")):
        address = f"/{code}/{path.removeprefix(prefix)}" if path.startswith(prefix) else _choosing(code, path)
        choices.append({"code": code, "name": name, "address": address, "is_current": code == current})
    return {"choices": choices}


def _choosing(code: str, path: str) -> str:
    try:
        return f"{reverse('choose-language', args=[code])}?{urlencode({'next': path})}"
    except NoReverseMatch:
        return f"/{code}/"


@register.inclusion_tag("components/clock.html", takes_context=True)
def demo_clock(context: Context) -> dict[str, Any]:
    """Show the hour the demonstration pretends it is, with a way to move it."""
    request = context.get("request")
    now = dates.local(clock.now(), _timezone(context))
    try:
        address = reverse("demo-clock")
    except NoReverseMatch:
        address = ""
    return {
        "clock": now.strftime("%H:%M"),
        "day": now.date(),
        "iso": now.isoformat(timespec="minutes"),
        "path": request.get_full_path() if request else "/",
        "address": address,
    }


@register.inclusion_tag("components/notices.html", takes_context=True)
def notices(context: Context) -> dict[str, Any]:
    """Say what was done, once."""
    return {"messages": context.get("messages")}


@register.simple_tag(takes_context=True)
def live(context: Context, *kinds: str) -> SafeString:
    """
    Write the attributes of an element that follows audiences of the week: it hears the event ``live`` when one has changed.

    The page needs ``base_live.html``, which loads ``js/live.js``; one SQL.
    """
    names = [f"{kind}:{_week(context).key}" for kind in kinds]
    known = versions(names)
    return format_html('data-live="{}" data-live-at="{}"', " ".join(names), " ".join(str(known[name]) for name in names))


@register.simple_tag(takes_context=True)
def live_of(context: Context, delegation: Any) -> SafeString:
    """Write the same for an element that follows a delegation's requests and the published agendas."""
    week = _week(context).key
    names = [f"requests-of:{week}:{delegation.code}", f"agenda:{week}"]
    known = versions(names)
    return format_html('data-live="{}" data-live-at="{}"', " ".join(names), " ".join(str(known[name]) for name in names))


# Days and hours


@register.filter
def short_day(day: date) -> str:
    return dates.short_day(day)


@register.filter
def long_day(day: date) -> str:
    return dates.long_day(day)


@register.filter
def weekday(day: date) -> str:
    return dates.weekday(day)


@register.simple_tag(takes_context=True)
def hour(context: Context, moment: datetime, illustrative: bool = False) -> SafeString:
    """Draw an hour on the week's clocks, in figures of one width; dotted when it is only illustrative."""
    there = dates.local(moment, _timezone(context))
    kind = " illustrative" if illustrative else ""
    return format_html('<time class="f{}" datetime="{}">{}</time>', kind, there.isoformat(timespec="minutes"), there.strftime("%H:%M"))


@register.simple_tag(takes_context=True)
def local_day(context: Context, moment: datetime) -> date:
    """Return the day of ``moment`` on the week's clocks."""
    return dates.local(moment, _timezone(context)).date()


@register.simple_tag
def illustrative(text: object, when: bool = True) -> SafeString | str:
    """Mark a text as assumed for illustration, not reported."""
    return format_html('<span class="illustrative">{}</span>', text) if when else str(text)


@register.filter
def illustrative_text(text: object, when: bool = True) -> SafeString | str:
    """The same as a filter, where a tag would be clumsy."""
    return illustrative(text, when)


@register.simple_tag
def invented() -> SafeString:
    """Mark somebody or something made up for the demonstration."""
    return format_html('<span class="illustrative">{}</span>', gettext("invented for the demonstration"))


@register.simple_tag(name="found_in")
def found_in_text(text: object, asked: str) -> SafeString | str:
    """Mark in a text what a search found in it."""
    if not asked:
        return str(text)
    pieces = folding.found_in(str(text), folding.fold(asked).split())
    return format_html_join("", "{}", ((format_html("<mark>{}</mark>", piece) if hit else piece,) for piece, hit in pieces))


@register.simple_tag
def session_time_illustrative(session: Any) -> bool:
    """Tell whether no source reports a session's hour."""
    return bool(session.is_illustrative("starts_at"))


@register.filter
def source_name(address: str) -> str:
    """Return the name of the site an address belongs to."""
    return urlsplit(address).netloc.removeprefix("www.")


@register.inclusion_tag("components/days.html")
def day_tabs(days: Any) -> dict[str, Any]:
    """Draw the days as links; each has ``day``, ``about``, ``address``, ``is_current``."""
    return {"days": days}


@register.inclusion_tag("components/now_next.html", takes_context=True)
def now_next(context: Context, moment: Any) -> dict[str, Any]:
    """Draw what is on and what comes next; ``moment`` has ``now``, ``running``, ``next_at``, ``coming``."""
    return {"moment": moment, "week": _week(context), "request": context.get("request")}


# Drawings


@register.inclusion_tag("components/mark.html")
def mark(height: int = 22) -> dict[str, Any]:
    """Draw the mark, half as wide again as high."""
    return {"height": height, "width": height * 3 // 2}


@register.inclusion_tag("components/progress.html")
def progress(done: float, label: str = "") -> dict[str, Any]:
    """Draw how far something is, 0 to 1; without a label it is decoration beside words that say the same."""
    return {"percent": f"{100 * min(1.0, max(0.0, done)):.1f}", "label": label}


@register.inclusion_tag("components/band.html")
def band(value: float, lower: float, upper: float, low: float = 0, high: float = 100, label: str = "") -> dict[str, Any]:
    """Draw a value between two bounds on an axis of 0 to 100, with what is possible from ``low`` to ``high``."""
    near = min(value - lower, upper - value) < (upper - lower) / 10
    state = "outside" if not lower <= value <= upper else "near" if near else "inside"
    return {"value": value, "lower": lower, "upper": upper, "low": low, "width": high - low, "state": state, "label": label}


@register.inclusion_tag("components/status.html")
def status(key: str, word: str = "") -> dict[str, Any]:
    """Draw a state: shape, word, colour; ``word`` says more ("Changed at 10:31")."""
    state = STATES[key]
    return {"state": state, "word": word or state.word}


@register.inclusion_tag("components/shape.html")
def shape(name: str) -> dict[str, Any]:
    """Draw one shape alone, for use beside a word."""
    return {"shape": name}


@register.inclusion_tag("components/tag.html")
def tag(topic: Any) -> dict[str, Any]:
    """Draw a topic: its hatch and its word."""
    return {"hatch": topic.hatch, "word": topic.name}


@register.simple_tag
def flag(organisation: Any, size: str = "") -> SafeString:
    """
    Draw the flag of a country, an invented state, the EU or the UN, always beside its name, so without a text of its own.

    One without a flag gets empty space, never a blank flag.
    """
    file = flag_file(organisation)
    if not file:
        return format_html('<span class="flag none {}"></span>', size)
    return format_html('<img class="flag {}" src="{}" alt="" width="24" height="18" loading="lazy">', size, static(file))


# Forms


@register.inclusion_tag("components/errors.html")
def error_summary(form: BaseForm, refusal: object = "") -> dict[str, Any]:
    """List what must be put right, each line a link to its field; ``refusal`` is a sentence of the action itself."""
    # A group of boxes has no label of its own to point at: its frame bears the field's id.
    ids = {name: form[name].id_for_label or form[name].auto_id for name in form.errors if name != "__all__"}
    lines = [{"id": ids[name], "text": text} for name, texts in form.errors.items() if name in ids for text in texts]
    return {"lines": lines, "general": [*form.non_field_errors(), *([refusal] if refusal else [])]}


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, hint: str = "") -> dict[str, Any]:
    """Draw a form field: label, hint, error, control."""
    hint = hint or str(bound.help_text)
    about = [f"{bound.auto_id}-{part}" for part, there in (("hint", hint), ("error", bound.errors)) if there]
    attrs: dict[str, str] = {"aria-describedby": " ".join(about)} if about else {}
    if bound.errors:
        attrs["aria-invalid"] = "true"
    return {"field": bound, "hint": hint, "control": bound.as_widget(attrs=attrs), "optional": not bound.field.required}


@register.simple_tag
def button(text: str, kind: str = "", name: str = "", value: str = "", not_now: str = "") -> SafeString:
    """Draw a button: ``kind`` is main, decides, quiet or nothing; ``not_now`` says why it cannot be used yet."""
    named = format_html(' name="{}" value="{}"', name, value) if name else ""
    reason = format_html(' aria-disabled="true" title="{}"', not_now) if not_now else ""
    return format_html('<button class="button {}" type="submit"{}{}>{}</button>', kind, named, reason, text)


@register.inclusion_tag("components/empty.html")
def empty(title: str, text: str = "", address: str = "", action: str = "") -> dict[str, Any]:
    """Say what is not there yet, until when, and the one thing to do."""
    return {"title": title, "text": text, "address": address, "action": action}


@register.simple_tag
def length(span: Any) -> str:
    """Return a length of time in words."""
    return dates.length(span)


@register.simple_tag
def time_left(span: Any) -> str:
    """Return "1 h 03 left"."""
    return gettext("%(length)s left") % {"length": dates.length(span)}


@register.simple_tag
def time_until(span: Any) -> str:
    """Return "in 2 h 48"."""
    return gettext("in %(length)s") % {"length": dates.length(span)}
