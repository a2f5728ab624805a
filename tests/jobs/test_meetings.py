from __future__ import annotations

import io
import json
import os
import signal
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from factories import local
from factories.meetings import DAY, NOW, make_guest, make_meeting, make_ready_week, make_table
from hanhlang.domains.automation.models import ToolRun
from hanhlang.domains.events.models import Week
from hanhlang.domains.meetings.actions import lock_meeting, start_run, stop_run
from hanhlang.domains.meetings.errors import NothingToPlace, SearchIsOver, SearchUnderWay
from hanhlang.domains.meetings.models import Plan, Run
from hanhlang.engine.cli import main as engine
from hanhlang.jobs.meetings import LEASE, TRIES, WorkerStops, give_back_lost_runs, run_next

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def week() -> Week:
    week = make_ready_week()
    for _ in range(3):
        make_table(week.sites.get())
    for _ in range(8):
        make_meeting(week)
    return week


def test_a_run_ends_with_one_lawful_draft_and_a_trace_in_the_register(week: Week) -> None:
    run = start_run(week=week, by=None, now=NOW, limit_seconds=2, workers=1)

    assert run_next(NOW)

    run.refresh_from_db()
    assert (run.state, run.fault) == ("done", "")
    assert Plan.objects.get(run=run).placements.count() == 8
    assert run.progress["unplaced"] == 0
    assert run.tool_run is not None
    assert run.tool_run.state == ToolRun.State.DONE
    assert not run_next(NOW)


def test_a_week_is_searched_once_at_a_time(week: Week) -> None:
    run = start_run(week=week, by=None, now=NOW)
    with pytest.raises(SearchUnderWay):
        start_run(week=week, by=None, now=NOW)

    stop_run(run=run, by=None, now=NOW)

    assert not run_next(NOW)
    assert start_run(week=week, by=None, now=NOW).state == "queued"


def test_a_search_that_is_over_is_not_stopped(week: Week) -> None:
    run = start_run(week=week, by=None, now=NOW)
    stop_run(run=run, by=None, now=NOW)

    with pytest.raises(SearchIsOver):
        stop_run(run=run, by=None, now=NOW)


def test_a_week_without_meetings_is_not_searched() -> None:
    with pytest.raises(NothingToPlace):
        start_run(week=make_ready_week(), by=None, now=NOW)


def test_a_running_search_stops_when_asked_and_keeps_its_plan(week: Week) -> None:
    busy = make_guest(week)
    # A meeting that cannot be placed keeps the bound away from the objective, so the search does not end by itself.
    for _ in range(10):
        make_meeting(week, busy, make_guest(week))
    run = start_run(week=week, by=None, now=NOW, limit_seconds=60, workers=1)

    def stop_once_placed(seen: Run) -> None:
        if seen.progress and not Run.objects.get(pk=seen.pk).stop_asked:
            stop_run(run=seen, by=None, now=NOW)

    run_next(NOW, watch=stop_once_placed)

    run.refresh_from_db()
    assert run.state == "cancelled"
    assert Plan.objects.get(run=run).placements.count() > 0
    assert run.progress["elapsed"] < 30


def test_a_killed_search_has_failed_for_all_to_see(week: Week) -> None:
    busy = make_guest(week)
    for _ in range(10):
        make_meeting(week, busy, make_guest(week))
    run = start_run(week=week, by=None, now=NOW, limit_seconds=60, workers=1)

    def kill_child(seen: Run) -> None:
        if seen.progress:
            import multiprocessing

            for child in multiprocessing.active_children():
                if child.name == "search" and child.pid:
                    os.kill(child.pid, signal.SIGKILL)

    run_next(NOW, watch=kill_child)

    run.refresh_from_db()
    assert run.state == "failed"
    assert "exit code -9" in run.fault
    assert run.tool_run is not None
    assert run.tool_run.state == ToolRun.State.FAILED
    assert start_run(week=week, by=None, now=NOW).state == "queued"


def test_a_lost_worker_gives_its_run_back_until_the_last_try(week: Week) -> None:
    run = start_run(week=week, by=None, now=NOW)
    long_ago, just_now = timezone.now() - 2 * LEASE, timezone.now() - timedelta(seconds=1)
    Run.objects.update(state="running", heartbeat_at=just_now, tries=1)
    assert give_back_lost_runs() == 0

    Run.objects.update(heartbeat_at=long_ago)
    assert give_back_lost_runs() == 1
    run.refresh_from_db()
    assert run.state == "queued"

    Run.objects.update(state="running", heartbeat_at=long_ago, tries=TRIES)
    give_back_lost_runs()
    run.refresh_from_db()
    assert run.state == "failed"
    assert run.fault


def test_a_worker_asked_to_stop_leaves_its_run_to_the_next(week: Week) -> None:
    run = start_run(week=week, by=None, now=NOW, limit_seconds=60, workers=1)

    def leave(run: Run) -> None:
        raise WorkerStops

    assert run_next(NOW, watch=leave)

    run.refresh_from_db()
    assert (run.state, run.tries, run.tool_run) == ("queued", 0, None)
    assert ToolRun.objects.get().state == ToolRun.State.CANCELLED


@pytest.mark.parametrize("taken_over", [{"state": "queued"}, {"state": "running", "tries": 2}])
def test_a_run_that_is_another_workers_by_now_is_not_ended_by_the_first(week: Week, taken_over: dict[str, object]) -> None:
    run = start_run(week=week, by=None, now=NOW, limit_seconds=60, workers=1)

    def thought_dead(seen: Run) -> None:
        Run.objects.update(**taken_over)
        raise RuntimeError("The first worker comes to itself.")

    with pytest.raises(RuntimeError):
        run_next(NOW, watch=thought_dead)

    run.refresh_from_db()
    assert (run.state, run.fault, run.ended_at) == (taken_over["state"], "", None)


def test_the_command_plans_publishes_and_hands_out_what_the_checker_accepts(week: Week, tmp_path: Path) -> None:
    held = week.meetings.order_by("number")[0]
    lock_meeting(meeting=held, starts_at=local(week, DAY, "10:00"), place=None, reason="Minister asks", by=None, now=NOW)
    out = io.StringIO()

    call_command("plan", week.key, time_limit=2, workers=1, publish=True, stdout=out)

    figures = json.loads(out.getvalue().splitlines()[-1])
    assert (figures["placed"], figures["asked"], figures["unplaced"], figures["told"]) == (8, 8, 0, 16)
    problem, plan = tmp_path / "problem.json", tmp_path / "plan.json"
    call_command("export-problem", week.key, out=problem, stdout=out)
    call_command("export-plan", week.key, out=plan, stdout=out)
    assert engine(["check", str(problem), str(plan)]) == 0
    broken = json.loads(plan.read_text())
    broken["placements"][0]["place"] = broken["placements"][1]["place"]
    broken["placements"][0]["slot"] = broken["placements"][1]["slot"]
    plan.write_text(json.dumps(broken))
    assert engine(["check", str(problem), str(plan)]) == 1


def test_an_unknown_week_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(CommandError, match="no-such-week") as fault:
        call_command("plan", "no-such-week")
    assert fault.value.returncode == 2
