"""The hosts' other settings, by their names, as methods of ``Lab``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ftlab.engine.report import Report
from ftlab.lab.opened import OnOpenLab

if TYPE_CHECKING:
    from ftlab.esxi.settings.setting import HostSetting


class SettingMethods(OnOpenLab):
    """A setting is a name, or one of your own as a value; a name may also be one of the file
    ``settings``. All raise ``UsageError`` for a name that no setting has, and for a setting that
    cannot be read back."""

    def get_setting(self, setting: str | HostSetting, settings: str | Path | None = None) -> Report:
        """One setting, such as ``hostname`` or ``vmknic.vmk1.tags``."""
        from ftlab.ops.settings.jobs import GetSetting

        return self._lab.run("setting.get", GetSetting(_found(setting, settings)))

    def set_setting(
        self,
        setting: str | HostSetting,
        value: str | int | Sequence[str],
        settings: str | Path | None = None,
    ) -> Report:
        """Set one setting and read it back. ``{{ name }}`` in a text is a variable of the host.

        Raises ``UsageError`` for a value that it does not take, and for a secret that somebody
        could read on its way.
        """
        from ftlab.engine.workers.told import refuse_readable_secrets
        from ftlab.ops.settings.jobs import set_job

        found = _found(setting, settings)
        job = set_job(found, value, self._lab.hosts)
        refuse_readable_secrets(self._lab.options.executor, [value])
        return self._lab.run("setting.set", job, {"name": found.name, "value": value})


def _found(setting: str | HostSetting, file: str | Path | None) -> HostSetting:
    from ftlab.esxi.settings.own import checked
    from ftlab.esxi.settings.setting import HostSetting
    from ftlab.ops.profiles.sources import open_settings
    from ftlab.ops.settings.names import NO_OTHERS, find_setting

    if isinstance(setting, HostSetting):
        return checked(setting)
    return find_setting(setting, open_settings(str(file)) if file else NO_OTHERS)
