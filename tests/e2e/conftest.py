"""A real Chromium on a live server, and axe to judge what it shows."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from e2e.demo_site import HANHLANG, ROOT, Demo, free_port

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
PLAIN = "django.contrib.staticfiles.storage.StaticFilesStorage"

# Playwright keeps an event loop on this thread; the database calls beside it are ours and blocking on purpose.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
# A busy machine is slow, not wrong: what is waited for comes or does not, and how long it took is no test's business.
expect.set_options(timeout=60_000)


@pytest.fixture(autouse=True)
def static_from_source(settings: Any) -> None:
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": PLAIN}}


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = next((found for name in NAMES if (found := shutil.which(name))), None)
    assert path, "No Chromium on PATH; as root: apt-get install -y chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Demo, str]]:
    """Return a demo that runs, and what it said when it was up."""
    demo = Demo(home=tmp_path_factory.mktemp("home"), port=free_port())
    done = subprocess.run([*HANHLANG, "collectstatic", "--noinput"], cwd=ROOT, env=demo.environment(), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    process, said = demo.start()
    yield demo, said
    process.send_signal(signal.SIGTERM)
    process.wait(120)


@dataclass
class Window:
    """A page with everything it complained about: console errors, uncaught exceptions, refusals of the security policy."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    def watch(self) -> Window:
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return self

    def _hear(self, message: ConsoleMessage) -> None:
        # A test's server has no live stream beside it; a page then asks for itself, and the browser notes the missing address.
        if message.type == "error" and "/live/?" not in message.location["url"]:
            self.complaints.append(message.text)

    def sideways(self) -> int:
        """Return by how many px the page scrolls sideways."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


@pytest.fixture
def open_window(chromium: Browser) -> Iterator[Callable[..., Window]]:
    """Open a window: ``open_window(width=390, scheme="dark", scripts=False)``."""
    contexts: list[BrowserContext] = []

    def open_one(width: int = 1440, height: int = 900, scheme: str = "light", scripts: bool = True, **more: Any) -> Window:
        context = chromium.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, java_script_enabled=scripts, locale="vi", **more
        )
        contexts.append(context)
        context.set_default_timeout(90_000)
        return Window(context.new_page()).watch()

    yield open_one
    for context in contexts:
        context.close()


@pytest.fixture
def axe() -> Callable[[Page], list[str]]:
    """Return what axe finds wrong on a page, a line for each element."""
    source = AXE.read_text()

    def judge(page: Page) -> list[str]:
        # Evaluated, not added as an element: the security policy stays as strict as for visitors.
        page.evaluate(source + "\n;void 0")
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [f"{fault['id']}: {node['target']} {node['html'][:120]}" for fault in found["violations"] for node in fault["nodes"]]

    return judge
