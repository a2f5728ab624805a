"""
How long until a change at the desk reaches pages that are open, and what the live stream costs; on SQLite and on PostgreSQL.

    python benchmarks/live.py [--changes 10] [--readers 1 10 50] [--streams 200] [--seconds 30] [--out FILE]

The example week is served by a demonstration of its own. A meeting is locked and unlocked in turn, as the page of the meeting does
it; readers have the plan's page open in headless Chromium, as tabs of one browser or in a browser each. *Told* is when a page hears
that it is behind, *shown* when it has fetched its fragment and drawn it; both count from the press of the button. Processor time is
that of the stream's processes. Needs Linux. PostgreSQL is the tests' own, or an empty one named in HANHLANG_TEST_DATABASE_URL.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import socket
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

from b2b import machine, write
from board import ROOT, WEEK, p95, served, show
from playwright.sync_api import APIRequestContext, Browser, BrowserContext, Page, sync_playwright
from playwright.sync_api import TimeoutError as Missed

PLAN = f"/desk/{WEEK}/plan/"
MEETING = f"/desk/{WEEK}/meetings/1/"
LONGEST_SECONDS = 60
# For pages to open, which is not measured here.
PATIENCE_MS = 300_000
# Uneven, so that changes fall anywhere between two looks at the database.
PAUSES = Random(2025)
# The page's own record: when it was told, when the new fragment stood in it. Milliseconds of the machine's clock.
RECORD = """
window.told = [];
window.shown = [];
const now = () => performance.timeOrigin + performance.now();
document.addEventListener("live", () => window.told.push(now()), true);
document.addEventListener("htmx:after:swap", () => {
  window.shown.push(now());
  if (window.told.length) document.documentElement.dataset.reached = "";
});
"""


def main() -> int:
    """Measure; 0 if every page was told of every change."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--changes", type=int, default=10)
    parser.add_argument("--readers", type=int, nargs="+", default=[1, 10, 50])
    parser.add_argument("--streams", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks" / "results" / "live.json")
    options = parser.parse_args()
    chromium = shutil.which("chromium") or sys.exit("live: no Chromium on PATH. As root: apt-get install chromium")
    reached: list[dict[str, object]] = []
    costs: list[dict[str, object]] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for database in ("SQLite", "PostgreSQL"):
            with ExitStack() as stack:
                settings = {} if database == "SQLite" else {"HANHLANG_DATABASE_URL": stack.enter_context(postgresql())}
                address, pid = stack.enter_context(served(**settings))
                desk = Desk(browser, address)
                for kind in ("tabs of one browser", "a browser each"):
                    for readers in options.readers:
                        if readers > 1 or kind == "a browser each":
                            found = reach(browser, desk, readers, readers if kind == "a browser each" else 1, options.changes)
                            reached.append({"database": database, "readers": readers, "as": kind, **found})
                            print(reached[-1], file=sys.stderr, flush=True)
                for streams, is_busy in ((0, False), (options.streams, False), (options.streams, True)):
                    found = cost(desk, processes(pid, b"project.asgi"), streams, options.seconds, is_busy)
                    costs.append({"database": database, "streams": streams, "changes": "one a second" if is_busy else "none", **found})
                    print(costs[-1], file=sys.stderr, flush=True)
        version = browser.version
        browser.close()
    show(reached)
    show(costs)
    missed = sum(int(str(row["missed"])) for row in reached)
    summary = {"rows": len(reached), "missed": missed}
    print(json.dumps(summary))
    write(options.out, {"machine": machine() | {"chromium": version}, "summary": summary, "reached": reached, "costs": costs})
    return 0 if missed == 0 else 1


@contextmanager
def postgresql() -> Iterator[str]:
    """Give the address of an empty PostgreSQL."""
    sys.path.insert(0, str(ROOT / "tests"))
    from postgres import server

    with server() as address:
        yield address


class Desk:
    """The meetings desk: locks a meeting, unlocks it, and so on, over the addresses its page uses."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.address = address
        context = browser.new_context(base_url=address)
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        page.goto("/sign-in/")
        page.locator("button[value^='meetings']").first.click()
        page.goto(MEETING)
        self.state = context.storage_state()
        self.calls: APIRequestContext = context.request
        self.form = {
            name: page.locator(f"main [name={name}]").first.input_value() for name in ("csrfmiddlewaretoken", "starts_at", "place")
        }
        self.is_locked = False
        page.close()

    def change(self) -> tuple[float, float]:
        """Lock or unlock; return when the button was pressed and when the answer was there, in milliseconds of the clock."""
        word = "unlock" if self.is_locked else "lock"
        pressed = time.time() * 1000
        answer = self.calls.post(f"{MEETING}{word}/", form={**self.form, "reason": "Measured"}, max_redirects=0)
        if answer.status != 302:
            sys.exit(f"live: the desk could not {word} the meeting: {answer.status}")
        self.is_locked = not self.is_locked
        return pressed, time.time() * 1000

    def cookie(self) -> str:
        return "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in self.state["cookies"])  # type: ignore[typeddict-item]


def reach(browser: Browser, desk: Desk, readers: int, browsers: int, changes: int) -> dict[str, object]:
    """Return how long ``changes`` took to reach ``readers`` pages in as many ``browsers`` as given."""
    contexts: list[BrowserContext] = [browser.new_context(base_url=desk.address, storage_state=desk.state) for _ in range(browsers)]
    for context in contexts:
        context.set_default_timeout(PATIENCE_MS)
    pages: list[Page] = []
    for number in range(readers):
        page = contexts[number % browsers].new_page()
        page.add_init_script(RECORD)
        page.goto(PLAN)
        pages.append(page)
    # The first stream opens, and what came before it is told and drawn.
    settle(pages)
    answered, told, shown, missed = [], [], [], 0
    for _ in range(changes):
        for page in pages:
            page.evaluate("() => { window.told = []; window.shown = []; delete document.documentElement.dataset.reached; }")
        time.sleep(PAUSES.random())
        pressed, done = desk.change()
        answered.append(done - pressed)
        for page in pages:
            try:
                page.wait_for_selector("html[data-reached]", state="attached", timeout=LONGEST_SECONDS * 1000)
            except Missed:
                missed += 1
                continue
            first_told, first_shown = page.evaluate("[window.told[0], window.shown[0]]")
            told.append(first_told - pressed)
            shown.append(first_shown - pressed)
        settle(pages)
    for context in contexts:
        context.close()
    return {
        "answered p50": round(statistics.median(answered)),
        "told p50": round(statistics.median(told)),
        "told p95": round(p95(told)),
        "shown p50": round(statistics.median(shown)),
        "shown p95": round(p95(shown)),
        "missed": missed,
    }


def settle(pages: list[Page]) -> None:
    """Wait until no page was told or drew anything for two seconds."""
    before: list[int] = []
    while True:
        pages[0].wait_for_timeout(2000)
        after = [page.evaluate("window.told.length + window.shown.length") for page in pages]
        if after == before:
            return
        before = after


def processes(server: int, words: bytes) -> list[int]:
    """Return the processes below ``server`` whose command has ``words`` in it."""
    commands = {}
    for folder in Path("/proc").iterdir():
        # Some end while we look.
        with suppress(FileNotFoundError, ProcessLookupError):
            if folder.name.isdigit():
                commands[int(folder.name)] = (folder / "cmdline").read_bytes()
    parents = {pid: int(re.sub(r".*\) \S ", "", Path(f"/proc/{pid}/stat").read_text()).split()[0]) for pid in commands if alive(pid)}
    return [pid for pid, command in commands.items() if words in command and descends(pid, server, parents)]


def alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def descends(pid: int, ancestor: int, parents: dict[int, int]) -> bool:
    while pid in parents and pid != ancestor:
        pid = parents[pid]
    return pid == ancestor


def processor_seconds(pids: list[int]) -> float:
    ticks = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def megabytes(pids: list[int]) -> int:
    return sum(int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text()).group(1)) for pid in pids) // 1024  # type: ignore[union-attr]


def cost(desk: Desk, pids: list[int], streams: int, seconds: float, is_busy: bool) -> dict[str, object]:
    """Return what the stream's processes take with so many open streams, and when a change reached the last of them."""
    with ExitStack() as stack:
        lines = [stack.enter_context(open_stream(desk)) for _ in range(streams)]
        time.sleep(3)
        for line in lines:
            drain(line)
        last: list[float] = []
        used, began = processor_seconds(pids), time.monotonic()
        while (left := began + seconds - time.monotonic()) > 0:
            if is_busy:
                pressed, _ = desk.change()
                last.append(max(heard(line) for line in lines) - pressed)
            time.sleep(min(left, PAUSES.uniform(0.5, 1.5)))
        taken, passed = processor_seconds(pids) - used, time.monotonic() - began
    figures: dict[str, object] = {"processor %": round(100 * taken / passed, 2), "MB": megabytes(pids)}
    return figures | {"last told p50": round(statistics.median(last)) if last else "", "last told p95": round(p95(last)) if last else ""}


@contextmanager
def open_stream(desk: Desk) -> Iterator[socket.socket]:
    """Follow the plan as a browser would, over a bare connection."""
    host = urlsplit(desk.address)
    with socket.create_connection((host.hostname, (host.port or 80) + 1), timeout=LONGEST_SECONDS) as line:
        ask = f"GET /live/?a=plan:{WEEK}&a=run:{WEEK} HTTP/1.1\r\nHost: {host.netloc}\r\nCookie: {desk.cookie()}\r\n\r\n"
        line.sendall(ask.encode())
        if not heard(line):
            sys.exit("live: the stream did not open")
        yield line


def heard(line: socket.socket) -> float:
    """Wait for the next word about versions; return when it came, in milliseconds of the clock."""
    said = b""
    while b"event: versions" not in said:
        more = line.recv(65536)
        if not more:
            sys.exit(f"live: a stream was cut off: {said[:300]!r}")
        said += more
    return time.time() * 1000


def drain(line: socket.socket) -> None:
    """Throw away what has arrived."""
    line.setblocking(False)
    try:
        while line.recv(65536):
            pass
    except BlockingIOError:
        pass
    line.settimeout(LONGEST_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
