from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from hanhlang.domains.automation.actions import end_tool_run, register_tools, run_tool, start_tool_run
from hanhlang.domains.automation.errors import ToolRunEnded, ToolSwitchedOff, ToolUnknown
from hanhlang.domains.automation.models import Tool, ToolRun
from hanhlang.domains.automation.register import TOOLS
from hanhlang.domains.core.models import AuditEntry

pytestmark = pytest.mark.django_db
NOW = datetime(2025, 10, 27, 2, 10, tzinfo=UTC)
PLANNER = "meeting-planner"


def use(work=lambda: 7, key=PLANNER):
    return run_tool(
        key, subject="week:1", given=b"x", settings_used={"seed": 1}, by=None, now=NOW, work=work, summary=lambda answer: {"placed": answer}
    )


def start():
    return start_tool_run(PLANNER, subject="week:1", given=b"x", settings_used={}, by=None, now=NOW)


def events():
    return list(AuditEntry.objects.order_by("id").values_list("event", flat=True))


def test_registering_again_changes_nothing():
    assert register_tools(NOW) == len(TOOLS)
    assert register_tools(NOW) == 0
    assert events() == ["automation.tool_registered"] * len(TOOLS)


def test_a_new_version_is_entered_and_keeps_the_switch():
    register_tools(NOW)
    Tool.objects.filter(key=PLANNER).update(version="0", is_active=False)

    assert register_tools(NOW) == 1
    tool = Tool.objects.get(key=PLANNER)
    assert (tool.version, tool.is_active) == (TOOLS[0].version, False)
    assert AuditEntry.objects.latest("id").details == {"tool": PLANNER, "fields": ["version"]}


@pytest.mark.parametrize("field", ["name", "purpose", "data_used", "how_to_refuse"])
def test_the_register_speaks_both_languages(field):
    for tool in TOOLS:
        assert getattr(tool, field).missing(["vi", "en"]) == []


def test_a_use_is_kept_with_its_answer():
    assert use() == 7

    run = ToolRun.objects.get()
    assert (run.state, run.result, run.subject, run.settings_used) == ("done", {"placed": 7}, "week:1", {"seed": 1})
    assert run.input_digest == "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
    assert run.ended_at >= run.started_at
    assert events() == ["automation.tool_registered", "automation.run_started", "automation.run_ended"]


@pytest.mark.parametrize(("fault", "state"), [(LookupError("no slot"), "failed"), (KeyboardInterrupt(), "cancelled")])
def test_a_failure_is_kept_and_passed_on(fault, state):
    def work():
        raise fault

    with pytest.raises(type(fault)):
        use(work)

    assert ToolRun.objects.get().state == state
    assert AuditEntry.objects.latest("id").details == {"tool": PLANNER, "state": state}


@pytest.mark.django_db(transaction=True)
def test_a_use_inside_a_transaction_is_refused_because_its_trace_could_be_undone():
    with pytest.raises(RuntimeError), transaction.atomic():
        use()

    assert use() == 7


def test_a_tool_switched_off_does_no_work():
    register_tools(NOW)
    Tool.objects.update(is_active=False)
    done = []

    with pytest.raises(ToolSwitchedOff):
        use(lambda: done.append(1))

    assert (done, ToolRun.objects.count()) == ([], 0)


def test_a_tool_outside_the_register_does_no_work():
    with pytest.raises(ToolUnknown):
        use(key="oracle")


def test_a_long_run_ends_once():
    run = start()

    ended = end_tool_run(run, result={"placed": 3}, now=NOW + timedelta(minutes=1))

    assert (ended.state, ended.result) == ("done", {"placed": 3})
    with pytest.raises(ToolRunEnded):
        end_tool_run(run, result={}, now=NOW, state=ToolRun.State.FAILED)
    assert ToolRun.objects.get().state == "done"
