"""Checks of the machine and the settings: files, keys, addresses, room."""

from __future__ import annotations

import os
import shutil
import stat
import time
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from hanhlang.jobs.doctor.findings import Check, Finding, bad, note, ok

LEAST_FREE = 1_000_000_000  # bytes: a backup and a day of a large week
BACKUP_WITHIN = 2 * 24 * 3600.0
LOOPBACK = {"localhost", "127.0.0.1", "[::1]"}
SET_UP = _("Run `make setup`.")


def home() -> Finding:
    """Whether the installation can write where it lives."""
    probe = settings.HOME / f".doctor-{os.getpid()}"
    try:
        probe.write_text("")
        probe.unlink()
    except OSError as fault:
        return bad(
            "home",
            _("%(home)s cannot be written: %(why)s."),
            _("Make it writable for this user, or set HANHLANG_HOME."),
            home=settings.HOME,
            why=fault.strerror,
        )
    return ok("home", _("%(home)s can be written."), home=settings.HOME)


def room() -> Finding:
    """Whether there is room on the disk."""
    free = shutil.disk_usage(settings.HOME).free
    megabytes = free // 1_000_000
    if free < LEAST_FREE:
        return bad(
            "room", _("Only %(megabytes)d MB are free at %(home)s."), _("Make room: a full disk refuses every change."),
            megabytes=megabytes, home=settings.HOME,
        )  # fmt: skip
    return ok("room", _("%(megabytes)d MB are free."), megabytes=megabytes)


def secret_key() -> Finding:
    """Whether the key that signs sessions is secret."""
    path = settings.HOME / "secret-key"
    if os.environ.get("HANHLANG_SECRET_KEY"):
        path = None
    elif path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
        return bad("secret_key", _("Others on this machine can read %(file)s."), _("Run: chmod 600 %(file)s"), file=path)
    if len(settings.SECRET_KEY) < 40:
        return bad("secret_key", _("The secret key is short enough to be guessed."), _("Use at least 40 random letters."))
    return ok("secret_key", _("The secret key is long, and its owner's alone."))


def addresses() -> Finding:
    """Whether what is reachable from elsewhere is reached through HTTPS, and is no demonstration."""
    outside = sorted(set(settings.ALLOWED_HOSTS) - LOOPBACK)
    if "*" in outside:
        return bad("addresses", _("The pages answer to any host name."), _("Name yours in HANHLANG_HOSTS."))
    if outside and settings.DEMO:
        return bad(
            "addresses",
            _("This is a demonstration, which signs anyone in, and it answers to %(hosts)s."),
            _("Unset HANHLANG_DEMO, or empty HANHLANG_HOSTS."),
            hosts=", ".join(outside),
        )
    if outside and not settings.SESSION_COOKIE_SECURE:
        return bad(
            "addresses",
            _("%(hosts)s is not reached through HTTPS: whoever listens on the way can take over a session."),
            _("Put a proxy with a certificate in front and set HANHLANG_HTTPS=1."),
            hosts=", ".join(outside),
        )
    if not outside:
        return note("addresses", _("The pages answer on this machine only."), _("HANHLANG_HOSTS names the host names of others."))
    return ok("addresses", _("%(hosts)s is reached through HTTPS."), hosts=", ".join(outside))


def page_files() -> Finding:
    """Whether the pages' files are collected, as new as their sources."""
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    if not manifest.exists():
        return bad("page_files", _("The pages' files are missing in %(folder)s."), SET_UP, folder=settings.STATIC_ROOT)
    sources = [path for folder in settings.STATICFILES_DIRS for path in Path(folder).rglob("*") if path.is_file()]
    if max(path.stat().st_mtime for path in sources) > manifest.stat().st_mtime:
        return bad("page_files", _("The pages' files are older than their sources."), SET_UP)
    return ok("page_files", _("The pages' files are in place."))


def words() -> Finding:
    """Whether the interface's words are compiled, as new as their sources."""
    vietnamese = Path(settings.LOCALE_PATHS[0]) / "vi"
    compiled = vietnamese / "LC_MESSAGES" / "django.mo"
    if not compiled.exists() or max(path.stat().st_mtime for path in vietnamese.glob("*.po")) > compiled.stat().st_mtime:
        return bad("words", _("The Vietnamese texts are not compiled, or older than their sources."), SET_UP)
    return ok("words", _("The Vietnamese texts are compiled."))


def kernel() -> Finding:
    """Whether the search engine is compiled: else the first search takes a minute longer."""
    from hanhlang.engine.search.cache import FOLDER  # here, for it takes a second to load

    return judged_kernel(FOLDER)


def judged_kernel(folder: Path) -> Finding:
    if not any(folder.rglob("*.nbc")):
        return bad("kernel", _("The search engine is not compiled in %(folder)s."), SET_UP, folder=folder)
    return ok("kernel", _("The search engine is compiled."))


def backups() -> Finding:
    """Whether the last backup is recent."""
    folder = settings.HOME / "backups"
    made = [path.stat().st_mtime for path in folder.glob("*.zip")]
    if not made:
        return note("backups", _("There is no backup in %(folder)s."), _("Have `hanhlang backup` run each night."), folder=folder)
    age = time.time() - max(made)
    if age > BACKUP_WITHIN:
        return bad(
            "backups", _("The last backup in %(folder)s is %(days)d days old."), _("See why the nightly one failed."),
            folder=folder, days=age // 86400,
        )  # fmt: skip
    return ok("backups", _("The last backup is %(hours)d hours old."), hours=age // 3600)


CHECKS: tuple[Check, ...] = (home, room, secret_key, addresses, page_files, words, kernel, backups)
