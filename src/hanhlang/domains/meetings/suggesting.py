"""
Whom a person might meet, and why: plain matches between what two firms have written, never what anybody did.

Values in, values out: the same given twice is answered alike, and every point of a score is one of the reasons.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from hanhlang.domains.core.multitext import MultiText
from hanhlang.domains.meetings.rules_business import answer_each_other, entries

# What each reason counts; a reason may come twice, a third time it counts no more.
WEIGHTS = {"they_offer": 5, "they_need": 4, "topic": 2, "language": 1, "stage": 1, "country": 1}
MOST_OF_ONE = 2
# Without one of these two people have nothing to talk about, however many languages they share.
SUBSTANCE = frozenset({"they_offer", "they_need", "topic"})
MOST_SUGGESTED = 12


@dataclass(frozen=True, slots=True)
class Firm:
    """What is known of a firm's profile: texts with one entry a line, keys of topics, codes."""

    id: str
    offers: MultiText
    needs: MultiText
    topics: frozenset[str]
    languages: frozenset[str]
    stage: str
    country: str


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who may be suggested, with the firm they come from."""

    id: str
    firm: Firm


@dataclass(frozen=True, slots=True)
class Reason:
    """One plain match: ``theirs`` and ``yours`` are the entries, by language, or the same key or code twice."""

    code: str
    theirs: dict[str, str] = field(default_factory=dict)
    yours: dict[str, str] = field(default_factory=dict)

    @property
    def weight(self) -> int:
        return WEIGHTS[self.code]

    def to_json(self) -> dict[str, object]:
        return {"code": self.code, "weight": self.weight, "theirs": self.theirs, "yours": self.yours}


@dataclass(frozen=True, slots=True)
class Suggested:
    guest: Guest
    reasons: tuple[Reason, ...]

    @property
    def score(self) -> int:
        return sum(reason.weight for reason in self.reasons)


def reasons_for(mine: Firm, theirs: Firm) -> tuple[Reason, ...]:
    """Return why two firms might meet, the weightiest first; empty when nothing of substance matches."""
    found = [
        *(Reason("they_offer", one, other) for one, other in _matches(theirs.offers, mine.needs)),
        *(Reason("they_need", one, other) for one, other in _matches(theirs.needs, mine.offers)),
        *(_same("topic", key) for key in sorted(mine.topics & theirs.topics)[:MOST_OF_ONE]),
    ]
    if not any(reason.code in SUBSTANCE for reason in found):
        return ()
    found += [_same("language", code) for code in sorted(mine.languages & theirs.languages)[:1]]
    if mine.stage and mine.stage == theirs.stage:
        found.append(_same("stage", mine.stage))
    if mine.country and mine.country == theirs.country:
        found.append(_same("country", mine.country))
    return tuple(sorted(found, key=lambda reason: -reason.weight))


def suggest(mine: Firm, guests: Iterable[Guest], *, asker: str, most: int = MOST_SUGGESTED) -> list[Suggested]:
    """
    Return whom to meet, best first, one person a firm.

    Equal ones stand in an order drawn from the asker's own id: stable, and nobody is first with everyone for the sake of a name.
    """
    scored = [Suggested(guest, reasons) for guest in guests if (reasons := reasons_for(mine, guest.firm))]
    scored.sort(key=lambda one: (-one.score, _lot(asker, one.guest.id)))
    chosen: dict[str, Suggested] = {}
    for one in scored:
        chosen.setdefault(one.guest.firm.id, one)
    return list(chosen.values())[:most]


def _matches(offers: MultiText, needs: MultiText) -> Sequence[tuple[dict[str, str], dict[str, str]]]:
    """Return up to two pairs of an offer and a need that name the same thing in the same language."""
    offered, needed = entries(offers), entries(needs)
    found: dict[tuple[int, int], tuple[dict[str, str], dict[str, str]]] = {}
    for language in sorted(set(offered) & set(needed)):
        for here, offer in enumerate(offered[language]):
            for there, need in enumerate(needed[language]):
                if answer_each_other(offer, need):
                    # Entries of one line number are one entry in two languages.
                    one, other = found.setdefault((here, there), ({}, {}))
                    one[language], other[language] = offer, need
    return [found[key] for key in sorted(found)][:MOST_OF_ONE]


def _same(code: str, value: str) -> Reason:
    return Reason(code, {"": value}, {"": value})


def _lot(asker: str, guest: str) -> str:
    return hashlib.sha256(f"{asker}/{guest}".encode()).hexdigest()
