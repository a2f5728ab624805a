"""Why a tool is not used."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hanhlang.domains.core.errors import CodedError


class ToolUnknown(CodedError):
    code = "automation.tool_unknown"
    status = 404
    text = _("There is no tool “%(key)s” in the register. Enter it in the register before it is used.")


class ToolSwitchedOff(CodedError):
    code = "automation.tool_switched_off"
    status = 409
    text = _("The tool “%(name)s” is switched off. Do this step by hand, or ask the secretariat to switch the tool on.")


class ToolRunEnded(CodedError):
    code = "automation.tool_run_ended"
    status = 409
    text = _("This run of “%(name)s” has already ended. Start a new one.")
