"""The supervisor: what ends is started again, and what ends at once again and again is given time."""

from __future__ import annotations

import socket
import sys

import pytest

from hanhlang.jobs.serving import CannotServe, Child, commands, free_port

ENDS = [sys.executable, "-c", ""]


def test_there_are_three_processes_and_the_stream_is_on_the_next_port():
    lines = commands("127.0.0.1", 8000)

    assert set(lines) == {"pages", "live", "worker"}
    assert "127.0.0.1:8000" in lines["pages"]
    assert "127.0.0.1:8001" in lines["live"]


def test_what_ends_is_started_again_and_short_lives_wait_longer_each_time(capsys: pytest.CaptureFixture[str]):
    now = 0.0
    child = Child("pages", ENDS, clock=lambda: now)
    waits = []
    for _ in range(6):
        child.process.wait(60)
        child.mend()
        waits.append((child.due_at or now) - now)
        now = child.due_at or now
        child.mend()
    child.process.wait(60)

    assert waits == [0, 0, 2, 4, 8, 16]
    assert "the pages process ended with code 0; starting it again" in capsys.readouterr().err


def test_a_long_life_is_forgiven():
    now = 0.0
    child = Child("pages", ENDS, clock=lambda: now)
    for _ in range(4):
        child.process.wait(60)
        now += 3600
        child.mend()
    child.process.wait(60)

    assert child.short_lives == 0
    assert child.due_at is None


@pytest.mark.parametrize("beside", [0, 1])
def test_a_taken_port_is_named_with_the_remedy(beside: int):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(CannotServe, match=rf"port {port} is in use, and .* Stop the other program or choose another port"):
            free_port("127.0.0.1", str(port - beside))


@pytest.mark.parametrize("said", ["", "abc", "-1", "0", "65535", "99999", "8_000", "٨٠٠٠", "8000.0", "1" * 5000])
def test_what_is_no_port_is_told_with_what_to_type(said: str):
    with pytest.raises(CannotServe, match=r"is no port that can be served on\. Choose a whole number from 1 to 65534"):
        free_port("127.0.0.1", said)


def test_an_address_of_another_machine_is_not_called_a_taken_port():
    with pytest.raises(CannotServe, match=r"192\.0\.2\.1 cannot be listened on"):
        free_port("192.0.2.1", "8000")


def test_two_free_ports_are_taken():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    assert free_port("127.0.0.1", str(port)) == port
