"""What must never be in the tree: secrets, machine paths, download addresses in lock files."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FORBIDDEN = {
    "a path of one machine": re.compile(r"(?:^|[\s\"'=(])/(?:work|home/\w+|root)/"),
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    "a download address": re.compile(r"^\s*--(?:extra-)?index-url|^\s*--find-links|^[\w-]+ @ https?://", re.MULTILINE),
}
TEXT = {".py", ".md", ".toml", ".lock", ".yaml", ".html", ".css", ".js", ".po", ".txt", ".json", ".svg", ""}


def faults(text: str) -> list[str]:
    return [name for name, pattern in FORBIDDEN.items() if pattern.search(text)]


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.split("\0") if name]


def test_no_file_holds_what_must_not_be_there():
    found = {
        str(path.relative_to(ROOT)): faults(path.read_text(errors="replace"))
        for path in tracked()
        if path.exists() and path.suffix in TEXT and path != Path(__file__).resolve() and "vendor" not in path.parts
    }

    assert {name: bad for name, bad in found.items() if bad} == {}


@pytest.mark.parametrize(
    "text",
    ["read /home/ann/x", "-----BEGIN RSA PRIVATE KEY-----", "--index-url https://index.example/simple", "a @ https://host.example/a.whl"],
)
def test_the_guard_bites(text: str):
    assert len(faults(text)) == 1


def test_every_locked_package_has_a_hash_and_every_dependency_its_reason():
    lock = (ROOT / "requirements.lock").read_text()
    packages = re.findall(r"^([a-z0-9-]+)==\S+ \\\n +--hash=", lock, re.MULTILINE)
    named = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = [*named["project"]["dependencies"], *(line for group in named["dependency-groups"].values() for line in group)]
    names = {re.match(r"[\w-]+", line).group(0).lower().replace("_", "-") for line in wanted}  # type: ignore[union-attr]
    reasons = (ROOT / "docs" / "explanation" / "dependencies.md").read_text().lower()

    assert len(packages) == len(re.findall(r"^[a-z0-9-]+==", lock, re.MULTILINE))
    assert names - set(packages) == set()
    assert {name for name in names if f"| {name} " not in reasons} == set()
