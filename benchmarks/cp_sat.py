"""
CP-SAT (ortools) on a drawn week, as a peer: the model one writes first, the same hinted with our first plan, and with implied constraints.

Business meetings are one Boolean per permitted slot; bilaterals are optional intervals per city on the five-minute grid; rooms, tables
and interpreters' teams are cumulative; a person's intervals do not overlap, lengthened by the longest drive around what is in another
city. That last rule is a little stricter than ours, which takes the drive by hour, and it is not asked between two meetings, in CP-SAT's
favour. The objective is value placed minus the price of breaks; meals, rows and changes of city are left out, in its favour too.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from typing import Any

from hanhlang.engine.problem import Meeting, Problem
from hanhlang.engine.solve import solve

VARIANTS = ("plain", "hinted", "implied")
HINT_SECONDS = 1.0


class Model:
    """The week as CP-SAT sees it."""

    def __init__(self, problem: Problem) -> None:
        from ortools.sat.python import cp_model

        self.problem, self.cp = problem, cp_model.CpModel()
        self.people = {person.id: person for person in problem.people}
        self.pools = {pool.id: pool for pool in problem.pools}
        self.grids = {grid.id: grid for grid in problem.grids}
        self.longest = max((max(road.minutes) for road in problem.roads), default=0)
        self.at: dict[tuple[str, int], Any] = {}
        self.placed: dict[str, Any] = {}
        self.of_person: dict[str, list[tuple[Any, str]]] = defaultdict(list)
        self.of_pool: dict[str, list[Any]] = defaultdict(list)
        self.busy: dict[tuple[str, int], list[Any]] = defaultdict(list)
        for meeting in problem.meetings:
            (self._business if self.grids[meeting.grid].count_breaks else self._bilateral)(meeting)
        self._calendars()
        for name, intervals in self.of_pool.items():
            self.cp.add_cumulative(intervals, [1] * len(intervals), len(self.pools[name].units))
        self.breaks = self._breaks()
        price = problem.weights.breaks
        self.cp.maximize(sum(m.value * self.placed[m.id] for m in problem.meetings) - price * sum(self.breaks))

    def _inside(self, meeting: Meeting, start: int) -> bool:
        windows = [meeting.windows, *(self.people[name].windows for name in meeting.people)]
        end = start + meeting.minutes
        return all(not spans or any(span.start <= start and end <= span.end for span in spans) for spans in windows)

    def _business(self, meeting: Meeting) -> None:
        grid, pool = self.grids[meeting.grid], self.pools[meeting.pools[0]]
        literals = []
        for slot, start in enumerate(grid.starts):
            if self._inside(meeting, start):
                literal = self.cp.new_bool_var("")
                self.at[meeting.id, slot] = literal
                literals.append(literal)
                interval = self.cp.new_optional_fixed_size_interval_var(start, meeting.minutes, literal, "")
                for name in meeting.people:
                    self.of_person[name].append((interval, pool.site))
                    self.busy[name, slot].append(literal)
                self.of_pool[pool.id].append(interval)
        self.placed[meeting.id] = self.cp.new_bool_var("")
        self.cp.add(sum(literals) == self.placed[meeting.id])

    def _bilateral(self, meeting: Meeting) -> None:
        from ortools.sat.python import cp_model

        starts = [start for start in self.grids[meeting.grid].starts if self._inside(meeting, start)]
        chosen = []
        for name in meeting.pools:
            pool = self.pools[name]
            if not starts or (pool.seats is not None and pool.seats < max(meeting.seats, len(meeting.people))):
                continue
            teams = [team for team in self.problem.pools if team.serves in meeting.needs and team.serves and team.site == pool.site]
            if meeting.needs and not teams:
                continue
            literal, start = self.cp.new_bool_var(""), self.cp.new_int_var_from_domain(cp_model.Domain.from_values(starts), "")
            chosen.append(literal)
            interval = self.cp.new_optional_fixed_size_interval_var(start, meeting.minutes, literal, "")
            for person in meeting.people:
                self.of_person[person].append((interval, pool.site))
            for used in (pool, *teams[:1]):
                self.of_pool[used.id].append(
                    self.cp.new_optional_fixed_size_interval_var(start, meeting.minutes + used.turnround, literal, "")
                )
        self.placed[meeting.id] = self.cp.new_bool_var("")
        self.cp.add(sum(chosen) == self.placed[meeting.id])

    def _calendars(self) -> None:
        for name, person in self.people.items():
            stays = self.of_person[name]
            if not stays:
                continue
            fixed = [self.cp.new_fixed_size_interval_var(item.start, item.end - item.start, "") for item in person.engagements]
            self.cp.add_no_overlap([*(interval for interval, _ in stays), *fixed])
            for site in {site for _, site in stays}:
                here = [interval for interval, at in stays if at == site]
                away = [item for item in person.engagements if item.site not in (None, site)]
                if away:
                    drives = [
                        self.cp.new_fixed_size_interval_var(item.start - self.longest, item.end - item.start + 2 * self.longest, "")
                        for item in away
                    ]
                    for drive in drives:
                        for interval in here:
                            self.cp.add_no_overlap([interval, drive])

    def _breaks(self) -> list[Any]:
        grid = next(grid for grid in self.problem.grids if grid.count_breaks)
        found = []
        for name in {person for person, _ in self.busy}:
            for block in dict.fromkeys(grid.blocks):
                slots = [slot for slot, its in enumerate(grid.blocks) if its == block]
                begins = []
                for before, slot in zip([None, *slots], slots, strict=False):
                    begin = self.cp.new_bool_var("")
                    earlier = self.busy[name, before] if before is not None else []
                    self.cp.add(begin >= sum(self.busy[name, slot]) - sum(earlier))
                    begins.append(begin)
                more = self.cp.new_int_var(0, len(slots), "")
                self.cp.add(more >= sum(begins) - 1)
                found.append(more)
        return found

    def imply(self) -> None:
        """Add what follows anyway: at most one meeting a person and slot, at most twice the tables busy in a slot."""
        for literals in self.busy.values():
            self.cp.add_at_most_one(literals)
        tables = sum(len(pool.units) for pool in self.problem.pools if pool.id == "tables")
        slots: dict[int, list[Any]] = defaultdict(list)
        for (_, slot), literals in self.busy.items():
            slots[slot] += literals
        for literals in slots.values():
            self.cp.add(sum(literals) <= 2 * tables)

    def hint(self, problem: Problem, workers: int) -> None:
        """Hint the plan our search has after a second, business meetings only."""
        plan = solve(problem, time_limit=HINT_SECONDS, workers=workers).plan
        slots = {placement.meeting: placement.slot for placement in plan.placements} if plan else {}
        for (meeting, slot), literal in self.at.items():
            self.cp.add_hint(literal, slots.get(meeting) == slot)


def plan_week(problem: Problem, variant: str, seconds: float, workers: int, processor: bool = False) -> dict[str, object]:
    """
    Run one variant; return the status, the value not placed, the breaks and the bound on the objective.

    With ``processor`` the seconds are of the processor; making the model does not count, in its favour.
    """
    from ortools import __version__
    from ortools.sat.python import cp_model

    model = Model(problem)
    if variant == "hinted":
        model.hint(problem, workers)
    if variant == "implied":
        model.imply()
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = 20 * seconds if processor else seconds
    solver.parameters.num_workers = workers
    began, done = time.process_time(), threading.Event()

    def stop() -> None:
        while not done.wait(0.1):
            if processor and time.process_time() - began >= seconds:
                solver.stop_search()

    watch = threading.Thread(target=stop)
    watch.start()
    try:
        status = solver.solve(model.cp)
    finally:
        done.set()
        watch.join()
    spent = round(time.process_time() - began if processor else solver.wall_time, 1)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return {"ortools": __version__, "status": solver.status_name(status), "seconds": spent}
    lost = [meeting for meeting in problem.meetings if not solver.value(model.placed[meeting.id])]
    return {
        "ortools": __version__,
        "status": solver.status_name(status),
        "seconds": spent,
        "unplaced": len(lost),
        "value_lost": sum(meeting.value for meeting in lost),
        "breaks": sum(solver.value(each) for each in model.breaks),
        "value_lost_at_least": sum(meeting.value for meeting in problem.meetings) - round(solver.best_objective_bound),
    }
