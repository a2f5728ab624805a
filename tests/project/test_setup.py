"""The set-up, run by the system's own Python: why a step failed is one line, and what was cut off is made anew."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def setup() -> ModuleType:
    spec = importlib.util.spec_from_file_location("tools_setup", ROOT / "tools" / "setup.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            "error: Failed to fetch: https://x/anyio/\n  cause: client error\n  cause: invalid certificate\n\nhint: Consider this\n",
            "error: Failed to fetch: https://x/anyio/ – invalid certificate",
        ),
        ("ERROR: Could not find uv\nERROR: No matching distribution found for uv", "ERROR: No matching distribution found for uv"),
        ("Traceback\n  File x\nOSError: no space left\n", "OSError: no space left"),
        ("", ""),
    ],
)
def test_a_failed_step_says_why_and_not_a_hint(setup: ModuleType, said: str, told: str):
    assert setup.told(said) == told


def test_an_installer_that_was_cut_off_is_fetched_again(setup: ModuleType, tmp_path: Path):
    whole, cut_off = tmp_path / "whole", tmp_path / "cut-off"
    whole.write_text("#!/bin/sh\nexit 0\n")
    cut_off.write_bytes(b"\x7fELF\x02")
    for file in (whole, cut_off):
        file.chmod(0o755)

    assert setup.is_whole(whole)
    assert not setup.is_whole(cut_off)
    assert not setup.is_whole(tmp_path / "missing")
