"""FT pairs: the same VM registered on two hosts, told apart by role. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ftlab.esxi.config import VmConfig
from ftlab.esxi.runtime import Runtime
from ftlab.esxi.vmlist import VmEntry

MEANINGS = {
    "notConfigured": "FT is not configured on this VM",
    "disabled": "FT is configured, its secondary is disabled",
    "enabled": "FT is on, the VM is off; an enabled secondary exists",
    "needSecondary": "the primary runs alone, no secondary is active: not protected",
    "starting": "the secondary is being started",
    "running": "primary and secondary run in step: protected",
}
"""``faultToleranceState`` in words (vSphere API, VirtualMachineFaultToleranceState)."""


@dataclass(frozen=True)
class Half:
    """One VM of one host, as FT sees it. ``role`` is ``primary``, ``secondary`` or ``None``."""

    host: str
    vm: VmEntry
    runtime: Runtime
    config: VmConfig

    @property
    def role(self) -> str | None:
        """From ``ftInfo.role`` (1 is the primary), else from what only one of them can show:
        recording or needSecondary a primary, replaying a secondary (vSphere API)."""
        ft = self.config.ft
        if ft is not None and ft.role is not None:
            return "primary" if ft.role == 1 else "secondary"
        if self.runtime.record_replay_state == "replaying":
            return "secondary"
        if self.runtime.record_replay_state == "recording":
            return "primary"
        return "primary" if self.runtime.ft_state == "needSecondary" else None

    @property
    def identity(self) -> tuple[str, ...]:
        """What both halves share: the pair's instance UUIDs, else the name."""
        ft = self.config.ft
        if ft is not None and ft.instance_uuids:
            return tuple(sorted(ft.instance_uuids))
        return (self.vm.name,)

    def facts(self) -> dict[str, Any]:
        return {
            "name": self.vm.name,
            "vmid": self.vm.vmid,
            "role": self.role,
            "power": self.runtime.power,
            "ft_state": self.runtime.ft_state,
        }


@dataclass(frozen=True)
class Pair:
    """A primary and its secondary; either may be missing from what was looked at."""

    name: str
    primary: Half | None
    secondary: Half | None

    @property
    def state(self) -> str | None:
        """The pair's FT state: the primary knows more of it (needSecondary is its word)."""
        shown = self.primary or self.secondary
        return shown.runtime.ft_state if shown else None

    @property
    def hosts(self) -> tuple[str, ...]:
        return tuple(half.host for half in (self.primary, self.secondary) if half)

    def facts(self) -> dict[str, Any]:
        need = self.primary.runtime.need_secondary_reason if self.primary else None
        return {
            "name": self.name,
            "primary": self.primary.host if self.primary else None,
            "secondary": self.secondary.host if self.secondary else None,
            "state": self.state,
            "meaning": meaning(self.state),
            "need_secondary_reason": need,
        }


def meaning(state: str | None) -> str:
    """An FT state in words."""
    return MEANINGS.get(state or "", "a state that this ftlab does not know")


def pair_up(halves: Iterable[Half]) -> list[Pair]:
    """Pairs in the order of their first half; VMs without a role are in no pair."""
    groups: dict[tuple[str, ...], list[Half]] = {}
    for half in halves:
        if half.role is not None:
            groups.setdefault(half.identity, []).append(half)
    return [_pair(group) for group in groups.values()]


def _pair(group: list[Half]) -> Pair:
    by_role = {half.role: half for half in reversed(group)}
    return Pair(group[0].vm.name, by_role.get("primary"), by_role.get("secondary"))
