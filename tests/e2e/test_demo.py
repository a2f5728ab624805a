"""The walking path as a visitor takes it: one command to a planned week, stopped, killed, started again."""

from __future__ import annotations

import json
import signal
import socket
import sqlite3
import time
from pathlib import Path

import pytest

from e2e.demo_site import Demo, free_port


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def wait_for(condition: object, seconds: float = 120) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():  # type: ignore[operator]
            return True
        time.sleep(0.1)
    return False


def test_it_says_what_there_is_and_what_to_try(demo: tuple[Demo, str]):
    running, said = demo

    assert f"http://127.0.0.1:{running.port}" in said
    assert "2 sites" in said
    assert "meetings placed" in said
    assert said.count("@") == 5
    assert [f"  {number}. " in said for number in (1, 2, 3)] == [True, True, True]


def test_what_the_demo_prepared_bears_the_hours_of_its_clock(demo: tuple[Demo, str]):
    with sqlite3.connect(demo[0].home / "hanhlang.sqlite3") as database:
        ((published_at,),) = database.execute("SELECT published_at FROM meetings_plan WHERE state = 'published'")

    assert published_at.startswith("2025-10-27 02:")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 200),
        ("/vi/vidw-2025/", 200),
        ("/en/vidw-2025/programme/", 200),
        ("/vidw-2025/programme.ics", 200),
        ("/en/vidw-2024/", 404),
        ("/agenda/wrong.ics", 404),
    ],
)
def test_the_stable_addresses_answer(demo: tuple[Demo, str], path: str, status: int):
    assert demo[0].get(path)[0] == status


def test_an_independent_check_of_the_published_plan_finds_nothing(demo: tuple[Demo, str], tmp_path: Path):
    running, _ = demo
    running.figures("export-problem", "vidw-2025", "--out", str(tmp_path / "problem.json"))
    running.figures("export-plan", "vidw-2025", "--out", str(tmp_path / "plan.json"))

    figures = running.figures("check", str(tmp_path / "problem.json"), str(tmp_path / "plan.json"))

    unplaced = json.loads((tmp_path / "plan.json").read_text())["unplaced"]
    assert figures["violations"] == 0
    assert len(unplaced) == 12
    assert "crowded_out" not in {entry["reason"] for entry in unplaced}


def test_the_audit_log_holds(demo: tuple[Demo, str]):
    # The worker that seals is started with the pages: on a busy machine its first seal comes after the welcome.
    assert wait_for(lambda: demo[0].figures("audit", "verify")["entries"] > 100)  # type: ignore[operator]


def test_a_port_in_use_is_one_clear_line(demo: tuple[Demo, str]):
    done = demo[0].hanhlang("demo", "--port", str(demo[0].port))

    assert done.returncode != 0
    assert len(done.stderr.strip().splitlines()) == 1
    assert f"port {demo[0].port} is in use" in done.stderr


def test_the_port_of_the_live_stream_in_use_is_one_clear_line_too(demo: tuple[Demo, str]):
    done = demo[0].hanhlang("demo", "--port", str(demo[0].port - 1))

    assert done.returncode != 0
    assert f"port {demo[0].port} is in use, and the open pages' updates need it" in done.stderr


def test_the_demo_refuses_to_listen_elsewhere(demo: tuple[Demo, str]):
    done = demo[0].hanhlang("serve", "--demo", "--host", "0.0.0.0", "--port", str(free_port()))

    assert done.returncode != 0
    assert "only listen on 127.0.0.1" in done.stderr


def test_a_killed_demo_frees_its_port_and_goes_on_with_everything_kept(tmp_path: Path, demo: tuple[Demo, str]):
    running, first = demo
    again = Demo(home=running.home, port=free_port())
    process, _ = again.start()
    process.kill()
    process.wait(60)
    assert wait_for(lambda: port_is_free(again.port))

    process, said = again.start()
    process.send_signal(signal.SIGTERM)

    assert process.wait(120) == 0
    assert "cast" not in said
    assert placed(said) == placed(first)


def placed(said: str) -> str:
    """Return what the welcome says of sites, sessions, people and meetings, without the seconds."""
    line = next(line for line in said.splitlines() if "2 sites" in line)
    return line.split(" meetings placed")[0]
