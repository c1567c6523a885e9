"""The settings that a profile's tables come to for each host. Pure: later tables win."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from ftlab.errors import FtlabError
from ftlab.esxi.settings.setting import HostSetting
from ftlab.esxi.settings.values import SettingValue, normal
from ftlab.model import Host
from ftlab.ops.settings.desired import SettingsByHost, filled
from ftlab.ops.settings.names import NO_OTHERS, find_setting
from ftlab.profile import State

T = TypeVar("T")


def desired_settings(
    hosts: Iterable[Host],
    states: Mapping[str, Sequence[State]],
    own: Mapping[str, HostSetting] = NO_OTHERS,
) -> SettingsByHost:
    """By host: every setting of its tables with the value wanted last, the host's variables put
    in. Raises ``ProfileError``, with its place, for a name that nobody knows, a value of another
    type, and a variable that a host does not have."""
    return {
        host.name: list(_of_host(host, states[host.name], own).values())
        for host in hosts
        if host.name in states
    }


def _of_host(
    host: Host, states: Sequence[State], own: Mapping[str, HostSetting]
) -> dict[str, tuple[HostSetting, SettingValue]]:
    found: dict[str, tuple[HostSetting, SettingValue]] = {}
    for state in states:
        for name, value in state.settings.items():
            found[name] = _placed(state, lambda n=name, v=value: _one(host, n, v, own))  # type: ignore[misc]
    return found


def _one(
    host: Host, name: str, value: Any, own: Mapping[str, HostSetting]
) -> tuple[HostSetting, SettingValue]:
    setting = find_setting(name, own)
    wanted = normal(name, setting.kind, filled(value, host))
    setting.refuse_other(wanted)
    return setting, wanted


def _placed(state: State, work: Callable[[], T]) -> T:
    """Call ``work``; an error it raises gets the place of the table."""
    try:
        return work()
    except FtlabError as error:
        raise state.place.error(error.message, error.hint) from error
