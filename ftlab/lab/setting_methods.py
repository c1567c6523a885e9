"""The hosts' other settings, by their names, as methods of ``Lab``."""

from __future__ import annotations

from collections.abc import Sequence

from ftlab.engine.report import Report
from ftlab.lab.opened import OnOpenLab


class SettingMethods(OnOpenLab):
    """All raise ``UsageError`` for a name that no setting has."""

    def get_setting(self, name: str) -> Report:
        """One setting, such as ``hostname`` or ``vmknic.vmk1.tags``."""
        from ftlab.ops.settings.jobs import GetSetting
        from ftlab.ops.settings.names import find_setting

        return self._lab.run("setting.get", GetSetting(find_setting(name)))

    def set_setting(self, name: str, value: str | int | Sequence[str]) -> Report:
        """Set one setting and read it back. ``{{ name }}`` in a text is a variable of the host.

        Raises ``UsageError`` for a value that it does not take.
        """
        from ftlab.ops.settings.jobs import set_job
        from ftlab.ops.settings.names import find_setting

        job = set_job(find_setting(name), value, self._lab.hosts)
        return self._lab.run("setting.set", job, {"name": name, "value": value})
