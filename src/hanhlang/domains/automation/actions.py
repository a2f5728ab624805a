"""What can be done with tools: enter them in the register, and use one in such a way that a trace remains."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from hanhlang.domains.automation.errors import ToolRunEnded, ToolSwitchedOff, ToolUnknown
from hanhlang.domains.automation.models import Tool, ToolRun
from hanhlang.domains.automation.register import TOOLS, Registration
from hanhlang.domains.core import audit

T = TypeVar("T")


@transaction.atomic
def register_tools(now: datetime) -> int:
    """Enter every tool of this product in the register, or bring its entry up to date; return how many entries changed."""
    return sum(_register(registration, now=now) for registration in TOOLS)


@transaction.atomic
def start_tool_run(
    key: str, *, subject: str, given: bytes, settings_used: dict[str, Any], by: AbstractBaseUser | None, now: datetime
) -> ToolRun:
    """
    Note that a tool sets to work on ``subject`` (as ``kind:id``); of ``given`` only the SHA-256 is kept.

    :raises ToolUnknown: if the register has no such tool.
    :raises ToolSwitchedOff: if it is not to be used.
    """
    tool = _tool(key, now=now)
    if not tool.is_active:
        raise ToolSwitchedOff(name=tool.name)
    run = ToolRun.objects.create(
        tool=tool,
        asked_by=by,  # type: ignore[misc]
        subject=subject,
        started_at=now,
        input_digest=hashlib.sha256(given).hexdigest(),
        settings_used=settings_used,
    )
    audit.record(
        "automation.run_started",
        about=run,
        by=by,
        at=now,
        details={"tool": tool.key, "version": tool.version, "subject": subject, "input": run.input_digest},
    )
    return run


@transaction.atomic
def end_tool_run(
    run: ToolRun, *, result: dict[str, Any], now: datetime, state: ToolRun.State = ToolRun.State.DONE, by: AbstractBaseUser | None = None
) -> ToolRun:
    """
    Note how a tool's run ended, and with what.

    :raises ToolRunEnded: if that was noted before.
    """
    run = ToolRun.objects.select_for_update(of=("self",)).select_related("tool").get(pk=run.pk)
    if run.state != ToolRun.State.RUNNING:
        raise ToolRunEnded(name=run.tool.name)
    run.state, run.result, run.ended_at = state, result, now
    run.save(update_fields=["state", "result", "ended_at", "changed_at"])
    audit.record("automation.run_ended", about=run, by=by, at=now, details={"tool": run.tool.key, "state": state.value})
    return run


@transaction.atomic
def end_lost_runs(*, subject: str, now: datetime) -> int:
    """Note that what a tool was doing about ``subject`` will never end, since its process is lost; return how many uses that were."""
    lost = list(ToolRun.objects.filter(subject=subject, state=ToolRun.State.RUNNING))
    for run in lost:
        end_tool_run(run, result={"fault": "worker lost"}, now=now, state=ToolRun.State.FAILED)
    return len(lost)


def run_tool(
    key: str,
    *,
    subject: str,
    given: bytes,
    settings_used: dict[str, Any],
    by: AbstractBaseUser | None,
    now: datetime,
    work: Callable[[], T],
    summary: Callable[[T], dict[str, Any]],
) -> T:
    """
    Let a tool do ``work`` and return its answer; start, end and ``summary`` of the answer are kept, also when it fails.

    Call it outside any transaction: rolling one back would take the trace of a failure along.

    :raises ToolUnknown: if the register has no such tool.
    :raises ToolSwitchedOff: if it is not to be used.
    :raises RuntimeError: inside a transaction.
    """
    with transaction.atomic(durable=True):
        run = start_tool_run(key, subject=subject, given=given, settings_used=settings_used, by=by, now=now)
    began = time.monotonic()

    def end(state: ToolRun.State, result: dict[str, Any]) -> None:
        end_tool_run(run, state=state, result=result, now=now + timedelta(seconds=time.monotonic() - began), by=by)

    try:
        answer = work()
        told = summary(answer)
    except Exception as fault:
        end(ToolRun.State.FAILED, {"fault": f"{type(fault).__name__}: {fault}"[:500]})
        raise
    except BaseException:
        end(ToolRun.State.CANCELLED, {})
        raise
    end(ToolRun.State.DONE, told)
    return answer


def _tool(key: str, *, now: datetime) -> Tool:
    if not Tool.objects.filter(key=key).exists():
        # A new release brings new tools; the first use must not depend on somebody having run the set-up again.
        for registration in TOOLS:
            if registration.key == key:
                _register(registration, now=now)
    tool = Tool.objects.filter(key=key).first()
    if tool is None:
        raise ToolUnknown(key=key)
    return tool


def _register(registration: Registration, *, now: datetime) -> bool:
    said = {field.name: getattr(registration, field.name) for field in fields(registration)}
    tool, is_new = Tool.objects.select_for_update().get_or_create(key=registration.key, defaults=said)
    changed = sorted(name for name, value in said.items() if getattr(tool, name) != value)
    if is_new:
        audit.record("automation.tool_registered", about=tool, by=None, at=now, details={"tool": tool.key, "version": tool.version})
    elif changed:
        for name in changed:
            setattr(tool, name, said[name])
        tool.save()
        audit.record("automation.tool_changed", about=tool, by=None, at=now, details={"tool": tool.key, "fields": changed})
    return is_new or bool(changed)
