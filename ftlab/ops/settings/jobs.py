"""``setting.get`` and ``setting.set``: one setting by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ftlab.engine.context import Context
from ftlab.errors import Refused, UsageError
from ftlab.esxi.settings.setting import HostSetting
from ftlab.esxi.settings.values import SettingValue, from_text, normal
from ftlab.facts.noted import NotedFacts
from ftlab.facts.settings import SettingsFacts
from ftlab.frozen import frozen
from ftlab.model import Host
from ftlab.ops.settings.capture import read_instances
from ftlab.ops.settings.desired import filled
from ftlab.ops.settings.engine import read_setting, write_setting
from ftlab.ops.settings.names import single


@frozen
class GetSetting:
    """``setting.get NAME``; with ``*`` in the name for all that the host lists."""

    setting: HostSetting
    changes = False

    def __post_init__(self) -> None:
        if self.setting.listing is None:
            single(self.setting)

    def on(self, context: Context) -> SettingsFacts:
        if self.setting.place is not None:
            return {"settings": read_instances(context, self.setting)}
        found = read_setting(context, self.setting)
        return {"settings": [{"path": found.name, "value": found.value}]}


@frozen
class SetSetting:
    """``setting.set NAME VALUE``. ``values`` are by host: each may have variables of its own."""

    setting: HostSetting
    values: Mapping[str, SettingValue]
    changes = True

    def on(self, context: Context) -> NotedFacts:
        found = read_setting(context, self.setting)
        write_setting(context, found, self.values[context.host])
        return {}


def set_job(
    setting: HostSetting, value: str | int | Sequence[str], hosts: Iterable[Host]
) -> SetSetting:
    """The job, with each host's variables put in. A text is read as one that a user typed.

    Raises ``UsageError`` for a variable that a host does not have, and for a value that is none.
    """
    single(setting)
    try:
        values = {host.name: _value(setting, filled(value, host)) for host in hosts}
    except Refused as error:
        raise UsageError(error.message, hint=error.hint) from error
    return SetSetting(setting, values)


def _value(setting: HostSetting, given: str | int | Sequence[str]) -> SettingValue:
    if isinstance(given, str):
        value = from_text(setting.name, setting.kind, given)
    else:
        value = normal(setting.name, setting.kind, given)
    setting.refuse_other(value)
    return value
