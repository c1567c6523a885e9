"""Settings of a host beside what they should be: read together, before anything is touched."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ftlab.engine.context import Context
from ftlab.errors import HostFailed, NotApplicable
from ftlab.esxi.settings.setting import HostSetting
from ftlab.esxi.settings.values import SettingValue
from ftlab.frozen import frozen
from ftlab.inventory.substitution import NO_DEFAULTS, with_variables
from ftlab.model import Change, Host
from ftlab.ops.settings.engine import FoundSetting, needed_steps, read_settings, write_setting

DesiredSettings = Sequence[tuple[HostSetting, SettingValue]]
SettingsByHost = Mapping[str, DesiredSettings]


def filled(value: Any, host: Host, otherwise: Mapping[str, str] = NO_DEFAULTS) -> Any:
    """The value with the host's variables in its texts. Raises ``UsageError`` for one that the
    host does not have."""
    if isinstance(value, str):
        return with_variables(value, host, otherwise=otherwise)
    if isinstance(value, list | tuple):
        return [filled(str(each), host, otherwise) for each in value]
    return value


@frozen
class SettingDrift:
    """A setting and what it should be, in the host's own type."""

    found: FoundSetting
    wanted: SettingValue

    @property
    def change(self) -> Change:
        return self.found.change(self.wanted)

    @property
    def differs(self) -> bool:
        return not self.found.is_now(self.wanted)

    def refuse_unknown(self) -> None:
        """Raises ``Refused`` where no command is known that would set it."""
        if self.differs:
            needed_steps(self.found, self.wanted)


def read_drift(context: Context, desired: DesiredSettings) -> list[SettingDrift | NotApplicable]:
    """Each setting, or why this host has none. Raises ``Refused`` for a value of another type,
    and the first failure."""
    found = read_settings(context, [setting for setting, _ in desired])
    return [_drift(each, value) for each, (_, value) in zip(found, desired, strict=True)]


def _drift(found: FoundSetting | HostFailed, value: SettingValue) -> SettingDrift | NotApplicable:
    if isinstance(found, NotApplicable):
        return found
    if isinstance(found, HostFailed):
        raise found
    drift = SettingDrift(found, found.wanted(value))
    drift.refuse_unknown()
    return drift


def set_all(context: Context, drifts: Iterable[SettingDrift]) -> None:
    """Give every setting its value, one after the other: some share a file over there."""
    for drift in drifts:
        write_setting(context, drift.found, drift.wanted)
