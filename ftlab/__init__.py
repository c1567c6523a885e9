"""ftlab: make the same change on every vESXi host of a lab, verify it, undo it.

``Lab`` is the entry point; it is loaded when first used, so that importing ftlab costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ftlab.version import VERSION

if TYPE_CHECKING:
    from ftlab.cli.fleet_task import fleet_task
    from ftlab.engine.context import Context
    from ftlab.engine.job import Job
    from ftlab.engine.report import Report
    from ftlab.esxi.settings.command_line import CommandLine
    from ftlab.esxi.settings.setting import HostSetting, SettingWay
    from ftlab.lab.lab import Lab
    from ftlab.model import Change, Command, Completed, Host, Outcome
    from ftlab.ops.command_setting import CommandSetting

__version__ = VERSION
__all__ = [
    "Change", "Command", "CommandLine", "CommandSetting", "Completed", "Context", "Host",
    "HostSetting", "Job", "Lab", "Outcome", "Report", "SettingWay", "__version__", "fleet_task",
]  # fmt: skip

_HOMES = {
    "Change": "ftlab.model",
    "Command": "ftlab.model",
    "CommandLine": "ftlab.esxi.settings.command_line",
    "CommandSetting": "ftlab.ops.command_setting",
    "Completed": "ftlab.model",
    "Context": "ftlab.engine.context",
    "Host": "ftlab.model",
    "HostSetting": "ftlab.esxi.settings.setting",
    "Job": "ftlab.engine.job",
    "Lab": "ftlab.lab.lab",
    "Outcome": "ftlab.model",
    "Report": "ftlab.engine.report",
    "SettingWay": "ftlab.esxi.settings.setting",
    "fleet_task": "ftlab.cli.fleet_task",
}
"""Where each name is: its module is loaded when the name is first used."""


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
