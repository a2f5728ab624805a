"""
Which rules collide, when an event has no plan: a smallest-by-deletion set of named rules that cannot all hold.

Every rule hangs on a literal of its own, so that a refusal names the rules it used; then each is left out once to see
whether the others still refuse. That every meeting is placed is not up for discussion.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass

from hanhlang.engine.proof.case import Case, most_breaks, tightened
from hanhlang.engine.proof.cnf import Clauses
from hanhlang.engine.proof.encoding import encode
from hanhlang.engine.proof.solvers import Glucose, cadical_model

CONFLICTS = 20_000
FAIRNESS = ("fairness", -1, -1)

# kind and up to two numbers: of the person, the meeting, or the earlier and later meeting; -1 where there is none.
Rule = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Loose:
    """
    An event with its rules still apart: ``slots``, and who forbids which slots to which meeting.

    ``windows[p]`` slots closed to person ``p``, ``sessions[m]`` and ``locks[m]`` slots closed to meeting ``m``.
    """

    capacity: tuple[int, ...]
    people: int
    meetings: tuple[tuple[int, ...], ...]
    windows: tuple[tuple[int, ...], ...]
    sessions: tuple[tuple[int, ...], ...]
    locks: tuple[tuple[int, ...], ...]
    precedences: tuple[tuple[int, int], ...]
    fairness: int | None

    def rules(self) -> list[Rule]:
        """Return every rule that forbids something."""
        found: list[Rule] = [("busy", person, -1) for person in range(self.people)]
        for kind, closed in (("window", self.windows), ("session", self.sessions), ("lock", self.locks)):
            found += [(kind, number, -1) for number, slots in enumerate(closed) if slots]
        found += [("order", earlier, later) for earlier, later in self.precedences]
        return [*found, ("tables", -1, -1)]

    def case(self, rules: Sequence[Rule]) -> Case:
        """Return the event under these rules and fairness; who may be in two meetings at once is in none of them there."""
        kept = set(rules)
        domains = []
        for meeting, people in enumerate(self.meetings):
            closed = {slot for person in people if ("window", person, -1) in kept for slot in self.windows[person]}
            closed |= set(self.sessions[meeting]) if ("session", meeting, -1) in kept else set()
            closed |= set(self.locks[meeting]) if ("lock", meeting, -1) in kept else set()
            domains.append(tuple(slot for slot in range(len(self.capacity)) if slot not in closed))
        limited = ("tables", -1, -1) in kept
        return Case(
            capacity=self.capacity if limited else (len(self.meetings),) * len(self.capacity),
            people=self.people,
            meetings=tuple(tuple(person for person in people if ("busy", person, -1) in kept) for people in self.meetings),
            domains=tuple(domains),
            precedences=tuple(pair for pair in self.precedences if ("order", *pair) in kept),
            fairness=self.fairness,
        )


def colliding(loose: Loose) -> tuple[list[Rule], bool] | None:
    """Return rules that cannot all hold and whether none of them can be left out for sure, ``None`` if they do not collide."""
    clauses, handles = _guarded(loose)
    with Glucose(clauses.all) as solver:
        core = None
        if tightened(loose.case(loose.rules())) is None:
            # Somebody with more meetings than slots, which counting sees at once and clauses alone only after ages.
            rules = _shrunk(loose.rules(), lambda rest: tightened(loose.case(rest)) is None)
            core = sorted(literal for literal, rule in handles.items() if rule in set(rules))
        elif not solver.solve(sorted(handles)):
            core = sorted(solver.core())
        if core is not None:
            core, sure = _deleted(solver, core)
            return sorted(handles[literal] for literal in core), sure
    if loose.fairness is None or _possible(loose, loose.rules()):
        return None
    busy = [rule for rule in loose.rules() if rule[0] == "busy"]
    others = [rule for rule in loose.rules() if rule[0] != "busy"]
    return [*sorted(_shrunk(others, lambda rest: not _possible(loose, [*busy, *rest]))), FAIRNESS], True


def _guarded(loose: Loose) -> tuple[Clauses, Mapping[int, Rule]]:
    """Return the event's clauses without fairness, each rule behind its literal."""
    clauses = Clauses()
    slots = range(len(loose.capacity))
    x = [[clauses.new() for _ in slots] for _ in loose.meetings]
    for row in x:
        clauses.add(*row)
        clauses.at_most_one(row)
    handles: dict[int, Rule] = {}
    own: list[list[int]] = [[] for _ in range(loose.people)]
    for meeting, people in enumerate(loose.meetings):
        for person in people:
            own[person].append(meeting)
    for rule in loose.rules():
        kind, one, other = rule
        handle = clauses.new()
        handles[handle] = rule
        if kind == "busy":
            pairs = [(a, b) for a in own[one] for b in own[one] if a < b]
            clauses.all.extend([-handle, -x[a][slot], -x[b][slot]] for a, b in pairs for slot in slots)
        elif kind == "window":
            clauses.all.extend([-handle, -x[meeting][slot]] for meeting in own[one] for slot in loose.windows[one])
        elif kind in ("session", "lock"):
            closed = loose.sessions[one] if kind == "session" else loose.locks[one]
            clauses.all.extend([-handle, -x[one][slot]] for slot in closed)
        elif kind == "order":
            clauses.all.extend([-handle, -x[one][slot], -x[other][at]] for slot in slots for at in range(slot + 1))
        else:
            for slot in slots:
                here = [row[slot] for row in x]
                if len(here) > loose.capacity[slot]:
                    clauses.add(-handle, -clauses.totalizer(here, loose.capacity[slot] + 1)[loose.capacity[slot]])
    return clauses, handles


def _deleted(solver: Glucose, core: list[int]) -> tuple[list[int], bool]:
    """Leave out of a core whatever the others do without."""
    sure = True
    for literal in list(core):
        if literal not in core:
            continue
        rest = [other for other in core if other != literal]
        answer = solver.solve(rest, conflicts=CONFLICTS)
        if answer is None:
            sure = False
        elif not answer:
            needed = set(solver.core())
            core = [other for other in rest if other in needed]
    return core, sure


def _shrunk(rules: Sequence[Rule], collide: Callable[[list[Rule]], bool]) -> list[Rule]:
    """Leave out ever smaller shares of the rules as long as the rest still collide."""
    kept, share = list(rules), max(1, len(rules) // 2)
    while True:
        for first in range(0, len(kept), share):
            rest = kept[:first] + kept[first + share :]
            if collide(rest):
                kept = rest
                break
        else:
            if share == 1:
                return kept
            share = max(1, share // 2)


def _possible(loose: Loose, rules: Sequence[Rule]) -> bool:
    case = loose.case(rules)
    domains = tightened(case)
    if domains is None:
        return False
    encoding = encode(case, domains, most_breaks(case, domains))
    return cadical_model(encoding.clauses.all, {}) is not None


def loose_task(loose: Loose) -> dict[str, object]:
    """Return what the child is sent."""
    return {"loose": asdict(loose)}
