"""Make the README's pictures: a demo of its own, signed in and photographed with Chromium."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
WALL = {"width": 1920, "height": 1080}

# name, who (start of the demo account's address, "" for the public), language, size, scheme, path
SHOTS = [
    ("programme-en", "", "en", DESK, "light", "/en/vidw-2025/programme/2025-10-28/"),
    ("programme-vi", "", "vi", DESK, "light", "/vi/vidw-2025/programme/2025-10-28/"),
    ("programme-phone-vi", "", "vi", PHONE, "light", "/vi/vidw-2025/programme/2025-10-28/"),
    ("home-vi", "", "vi", DESK, "light", "/vi/vidw-2025/"),
    ("board-en", "secretariat", "en", DESK, "light", "/desk/vidw-2025/board/?day=2025-10-27"),
    ("wall-en", "secretariat", "en", WALL, "dark", "/desk/vidw-2025/wall/"),
    ("plan-vi", "meetings", "vi", DESK, "light", "/desk/vidw-2025/plan/"),
    ("plan-en", "meetings", "en", DESK, "light", "/desk/vidw-2025/plan/"),
    ("agenda-phone-vi", "founder", "vi", PHONE, "light", "/portal/vidw-2025/"),
    ("agenda-phone-dark-en", "founder", "en", PHONE, "dark", "/portal/vidw-2025/"),
]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def sign_in(page: Page, address: str, who: str) -> None:
    page.goto(f"{address}/sign-in/")
    page.locator(f"button[value^='{who}']").first.click()


def shoot(browser: Browser, address: str, name: str, who: str, language: str, size: dict[str, int], scheme: str, path: str) -> None:
    context = browser.new_context(viewport=size, color_scheme=scheme, reduced_motion="reduce", locale=language)  # type: ignore[arg-type]
    page = context.new_page()
    if who:
        sign_in(page, address, who)
    page.goto(f"{address}/language/{language}/?next={path}")
    page.wait_for_load_state("networkidle")
    page.screenshot(path=PICTURES / f"{name}.png")
    context.close()
    print(f"  docs/pictures/{name}.png")


def main() -> None:
    chromium = os.environ.get("HANHLANG_CHROMIUM") or shutil.which("chromium") or sys.exit("pictures: apt-get install chromium")
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "HANHLANG_HOME": home}
        hanhlang = [sys.executable, "-m", "hanhlang"]
        subprocess.run([*hanhlang, "collectstatic", "--noinput", "-v0"], cwd=ROOT, env=environment, check=True)
        port = free_port()
        demo = subprocess.Popen([*hanhlang, "demo", "--port", str(port)], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
        try:
            assert demo.stdout
            if not any("Stop with Ctrl-C" in line for line in demo.stdout):
                sys.exit("pictures: the demo did not start")
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
                for shot in SHOTS:
                    shoot(browser, f"http://127.0.0.1:{port}", *shot)
                browser.close()
        finally:
            demo.send_signal(signal.SIGTERM)
            demo.wait(30)


if __name__ == "__main__":
    main()
