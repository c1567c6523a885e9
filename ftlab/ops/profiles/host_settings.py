"""The settings that a profile's tables come to for each host. Pure: later tables win."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field
from typing import Any, TypeVar

from ftlab.errors import FtlabError
from ftlab.esxi.settings.setting import HostSetting
from ftlab.esxi.settings.values import SettingValue, normal
from ftlab.frozen import frozen
from ftlab.model import Host
from ftlab.ops.settings.desired import SettingsByHost, filled
from ftlab.ops.settings.names import find_setting, single
from ftlab.profile import State

T = TypeVar("T")
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
                one = _placed(state, lambda n=name, v=value: self._one(host, n, v))  # type: ignore[misc]
                found.pop(one[0].name, None)  # what is wanted last is done last
                found[one[0].name] = one
        return found

    def _one(self, host: Host, name: str, value: Any) -> SettingAndValue:
        setting = single(find_setting(filled(name, host, self.variables), self.own))
        wanted = normal(setting.name, setting.kind, filled(value, host, self.variables))
        setting.refuse_other(wanted)
        return setting, wanted


def _placed(state: State, work: Callable[[], T]) -> T:
    """Call ``work``; an error it raises gets the place of the table."""
    try:
        return work()
    except FtlabError as error:
        raise state.place.error(error.message, error.hint) from error
