"""The settings that a profile's tables come to for each host. Pure: later tables win."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from typing import Any

from ftlab.esxi.settings.setting import HostSetting
from ftlab.esxi.settings.values import SettingValue, normal
from ftlab.frozen import frozen
from ftlab.model import Host
from ftlab.ops.settings.desired import SettingsByHost, filled
from ftlab.ops.settings.names import find_setting, single
from ftlab.profile import State

SettingAndValue = tuple[HostSetting, SettingValue]


@frozen
class SettingWords:
    """What a profile brings for its tables to speak of: ``own`` settings, and the ``variables``
    that the inventory may set otherwise."""

    own: Mapping[str, HostSetting] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)

    def desired(
        self, hosts: Iterable[Host], states: Mapping[str, Sequence[State]]
    ) -> SettingsByHost:
        """By host: every setting of its tables with the value wanted last, the host's variables
        put in. Raises ``ProfileError``, with its place, for a name that nobody knows, a value of
        another type, and a variable that a host does not have."""
        return {
            host.name: list(self._of_host(host, states[host.name]).values())
            for host in hosts
            if host.name in states
        }

    def _of_host(self, host: Host, states: Sequence[State]) -> dict[str, SettingAndValue]:
        found: dict[str, SettingAndValue] = {}
        for state in states:
            for name, value in state.settings.items():
                with state.place.in_errors():
                    setting, wanted = self._one(host, name, value)
                found.pop(setting.name, None)  # what is wanted last is done last
                found[setting.name] = setting, wanted
        return found

    def _one(self, host: Host, name: str, value: Any) -> SettingAndValue:
        setting = single(find_setting(filled(name, host, self.variables), self.own))
        wanted = normal(setting.name, setting.kind, filled(value, host, self.variables))
        setting.refuse_other(wanted)
        return setting, wanted
