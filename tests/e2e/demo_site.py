"""The real thing for browser tests: `hanhlang demo` in a home and on ports of its own."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import urllib.request
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HANHLANG = [sys.executable, "-m", "hanhlang"]
PEOPLE = 240
UP = "Stop with Ctrl-C"


def free_port() -> int:
    """Return a port that is free together with the next one, which the live stream takes."""
    while True:
        with socket.socket() as probe, socket.socket() as beside:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
            try:
                beside.bind(("127.0.0.1", port + 1))
            except (OSError, OverflowError):
                continue
            return port


@dataclass
class Demo:
    """A demo with a home and ports of its own."""

    home: Path
    port: int

    def environment(self) -> dict[str, str]:
        ours = ("HANHLANG_DATABASE_URL", "DJANGO_SETTINGS_MODULE", "HANHLANG_LIVE_PORT", "HANHLANG_ADDRESS")
        kept = {name: value for name, value in os.environ.items() if name not in ours}
        return {**kept, "HANHLANG_HOME": str(self.home)}

    def start(self) -> tuple[subprocess.Popen[str], str]:
        command = [*HANHLANG, "demo", "--port", str(self.port), "--people", str(PEOPLE)]
        process = subprocess.Popen(command, cwd=ROOT, env=self.environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        assert process.stdout
        said = ""
        for line in process.stdout:
            said += line
            if UP in line:
                return process, said
        raise AssertionError(f"the demo ended with {process.wait()}:\n{said}")

    def hanhlang(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*HANHLANG, *words], cwd=ROOT, env=self.environment(), capture_output=True, text=True, timeout=300)

    def figures(self, *words: str) -> dict[str, object]:
        done = self.hanhlang(*words)
        assert done.returncode == 0, done.stdout + done.stderr
        figures: dict[str, object] = json.loads(done.stdout.strip().splitlines()[-1])
        return figures

    def get(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=60) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
