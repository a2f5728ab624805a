"""Causes, relaxations and places in words, in Vietnamese and English, with the problem's ids."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from hanhlang.engine.explain.obstacles import Kind, Obstacle
from hanhlang.engine.explain.relax import Relaxation
from hanhlang.engine.explain.why import Cause, WhyHere, WhyNot
from hanhlang.engine.problem import Interval, Problem

Words = dict[str, str]
LANGUAGES = ("vi", "en")
HOURS_SHOWN = 4

CAUSES: dict[Kind, Words] = {
    Kind.WINDOW: {"vi": "{who} không có mặt ({hours})", "en": "{who} is not there ({hours})"},
    Kind.ENGAGEMENT: {
        "vi": "{who} đã có lịch khác lúc {at}, tính cả thời gian di chuyển ({hours})",
        "en": "{who} is engaged {at}, travel included ({hours})",
    },
    Kind.MEETING: {"vi": "vướng cuộc gặp {who} đã xếp ({hours})", "en": "meeting {who} is in the way ({hours})"},
    Kind.FULL: {"vi": "{who} đã kín chỗ ({hours})", "en": "{who} is full ({hours})"},
    Kind.CLOSED: {"vi": "{who} đóng cửa ({hours})", "en": "{who} is closed ({hours})"},
    Kind.SEATS: {"vi": "{who} không đủ ghế", "en": "{who} has too few seats"},
    Kind.PERMITTED: {"vi": "cuộc gặp không được xếp tại {who}", "en": "the meeting may not use {who}"},
    Kind.TEAM: {"vi": "không đủ nhóm phiên dịch {who} ({hours})", "en": "too few {who} interpreters ({hours})"},
    Kind.OWN_WINDOW: {"vi": "ngoài khung giờ của chính cuộc gặp ({hours})", "en": "outside the meeting's own windows ({hours})"},
    Kind.LOCK: {"vi": "cuộc gặp {who} bị khóa ở giờ hoặc địa điểm khác", "en": "meeting {who} is locked to another time or place"},
    Kind.ORDER: {"vi": "thứ tự trước sau với cuộc gặp {who} ({hours})", "en": "the order with meeting {who} ({hours})"},
    Kind.APART: {"vi": "{who} không được ở cùng địa điểm ({hours})", "en": "{who} must not be in the same place ({hours})"},
}

FAVOURS: dict[Kind, Words] = {
    Kind.PERMITTED: {"vi": "cho phép xếp tại {who}", "en": "allow {who}"},
    Kind.MEETING: {"vi": "chuyển cuộc gặp {who} sang chỗ khác", "en": "move meeting {who}"},
    Kind.LOCK: {"vi": "mở khóa cuộc gặp {who}", "en": "unlock meeting {who}"},
    Kind.FULL: {"vi": "thêm một chỗ ở {who}", "en": "add one unit to {who}"},
    Kind.CLOSED: {"vi": "mở thêm một chỗ ở {who}", "en": "open one unit of {who}"},
    Kind.OWN_WINDOW: {"vi": "nới khung giờ của cuộc gặp", "en": "widen the meeting's windows"},
    Kind.TEAM: {"vi": "thêm một nhóm phiên dịch {who}", "en": "add a team of {who} interpreters"},
    Kind.ORDER: {"vi": "bỏ thứ tự trước sau với cuộc gặp {who}", "en": "drop the order with meeting {who}"},
    Kind.WINDOW: {"vi": "để {who} có mặt vào giờ đó", "en": "have {who} there at that time"},
    Kind.ENGAGEMENT: {"vi": "để {who} vắng mặt ở lịch lúc {at}", "en": "let {who} miss the engagement {at}"},
    Kind.SEATS: {"vi": "kê thêm ghế ở {who}", "en": "put more seats into {who}"},
}

_NOT_PLACED: Words = {"vi": "Cuộc gặp {meeting} chưa xếp được vì: {causes}.", "en": "Meeting {meeting} is not placed because: {causes}."}
_FITS: Words = {
    "vi": "Cuộc gặp {meeting} xếp được ngay lúc {at} tại {pool}.",
    "en": "Meeting {meeting} fits as things are: {at} in {pool}.",
}
_HELP: Words = {"vi": "Xếp được lúc {at} tại {pool} nếu {favours}.", "en": "It fits {at} in {pool} if you {favours}."}
_SHORTER: Words = {"vi": "rút ngắn {minutes} phút", "en": "make it {minutes} minutes shorter"}
_HERE: Words = {
    "vi": "Cuộc gặp {meeting} ở {unit} lúc {at}; còn {free} phương án trống khác. {best}",
    "en": "Meeting {meeting} is in {unit} at {at}; {free} other spots are free. {best}",
}
_BEST: Words = {
    "vi": "Phương án rẻ nhất: {at} tại {pool}, chi phí {more:+d}.",
    "en": "The cheapest of them: {at} in {pool}, cost {more:+d}.",
}


def clock(problem: Problem, minute: int) -> str:
    """Return a minute as local date and time, or as a number where the problem has no calendar."""
    if problem.origin is None:
        return str(minute)
    return (datetime.fromisoformat(problem.origin) + timedelta(minutes=minute)).strftime("%Y-%m-%d %H:%M")


def not_placed(problem: Problem, why: WhyNot) -> Words:
    """Return why a meeting is not placed, as one sentence in each language."""
    meeting = why.unplaced.meeting
    if why.free is not None:
        at = clock(problem, why.free.start)
        return {language: _FITS[language].format(meeting=meeting, at=at, pool=why.free.pool) for language in LANGUAGES}
    return {
        language: _NOT_PLACED[language].format(meeting=meeting, causes="; ".join(cause(problem, each)[language] for each in why.causes))
        for language in LANGUAGES
    }


def cause(problem: Problem, given: Cause) -> Words:
    """Return one cause in each language."""
    hours = _hours(problem, given.hours)
    at = clock(problem, given.obstacle.start)
    return {language: CAUSES[given.obstacle.kind][language].format(who=given.obstacle.who, at=at, hours=hours) for language in LANGUAGES}


def helps(problem: Problem, relaxation: Relaxation) -> Words:
    """Return what would place the meeting, as one sentence in each language."""
    joined = {"vi": " và ", "en": " and "}
    return {
        language: _HELP[language].format(
            at=clock(problem, relaxation.spot.start),
            pool=relaxation.spot.pool,
            favours=joined[language].join(
                [_favour(problem, obstacle)[language] for obstacle in relaxation.gives_up]
                + ([_SHORTER[language].format(minutes=relaxation.shorter)] if relaxation.shorter else [])
            ),
        )
        for language in LANGUAGES
    }


def _favour(problem: Problem, obstacle: Obstacle) -> Words:
    at = clock(problem, obstacle.start)
    return {language: FAVOURS[obstacle.kind][language].format(who=obstacle.who, at=at) for language in LANGUAGES}


def here(problem: Problem, why: WhyHere) -> Words:
    """Return where a meeting is and what else was possible."""
    found = {}
    for language in LANGUAGES:
        best = ""
        if why.elsewhere:
            other = why.elsewhere[0]
            best = _BEST[language].format(at=clock(problem, other.spot.start), pool=other.spot.pool, more=other.costs_more)
        at = clock(problem, why.placement.start)
        sentence = _HERE[language].format(meeting=why.placement.meeting, unit=why.placement.unit, at=at, free=why.free, best=best)
        found[language] = sentence.rstrip()
    return found


def _hours(problem: Problem, hours: Sequence[Interval]) -> str:
    shown = [f"{clock(problem, each.start)}-{clock(problem, each.end)[-5:].strip()}" for each in hours[:HOURS_SHOWN]]
    return ", ".join(shown) + ("…" if len(hours) > HOURS_SHOWN else "")
