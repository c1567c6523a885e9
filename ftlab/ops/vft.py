"""Nested FT on one host: the three keys on the nested VM, the option on the vESXi host.

Source of keys and option: the published nested-FT recipe for vSphere 4 and 5
(williamlam.com, tag vft). VMware supports none of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ftlab.errors import NotApplicable
from ftlab.esxi import features
from ftlab.esxi.advopt import AdvancedOption, coerce
from ftlab.ops import advopt, vmx
from ftlab.ops.context import Context
from ftlab.ops.vms import find_vms

STREAM_OPTION = "/Migrate/VMotionStreamDisable"
KEYS = ("replay.supported", "replay.allowFT", "replay.allowBTOnly")
ENABLED: vmx.Wishes = tuple((key, "true") for key in KEYS)


def _note_version(context: Context) -> None:
    """From 6.5 on the keys do nothing; a user should hear that where he sets them."""
    if features.exists("record-replay", context.version) is False:
        context.notes.append(
            f"{context.version} has no record/replay FT (it ended with 6.0): "
            "the replay keys do nothing here, only SMP-FT exists"
        )


def _wanted_option(context: Context, stream: str | None) -> tuple[AdvancedOption, int | str] | None:
    if stream is None:
        return None
    try:
        option = advopt.read_option(context, STREAM_OPTION)
    except NotApplicable as missing:
        context.notes.append(f"{missing}: left out")
        return None
    return option, coerce(option, stream)


@dataclass(frozen=True)
class EnableVft:
    """``vft.enable``: the three keys, and with ``stream`` the advanced option in the same run.

    The option and the VM are read at the same time and changed at the same time: neither
    depends on the other, and each host command costs a third to half a second.
    """

    vm: tuple[str, ...]
    stream: str | None = None
    power_cycle: bool = False
    changes = True

    def on(self, context: Context) -> Mapping[str, Any]:
        found, wanted, _ = context.session.together(
            lambda: self._states(context),
            lambda: _wanted_option(context, self.stream),
            lambda: context.version,
        )
        _note_version(context)
        context.session.together(
            lambda: self._edit(context, found),
            lambda: advopt.write_option(context, *wanted) if wanted else None,
        )
        return {}

    def _states(self, context: Context) -> list[vmx.VmState]:
        """All VMs are read, and found fit, before the first is touched."""
        states = [vmx.read_state(context, vm) for vm in find_vms(context, self.vm)]
        for state in states:
            vmx.refuse_running(state, ENABLED, power_cycle=self.power_cycle)
        return states

    def _edit(self, context: Context, states: list[vmx.VmState]) -> None:
        for state in states:
            vmx.grant(context, state, ENABLED, power_cycle=self.power_cycle)


Originals = Mapping[str, Mapping[tuple[str, str | None], Any]]
"""By host: what a key of a VMX path (or an option, key ``None``) was before ``vft.enable``."""


@dataclass(frozen=True)
class DisableVft:
    """``vft.disable``: what ``enable`` replaced comes back, as far as ``originals`` knows it;
    the other keys go."""

    vm: tuple[str, ...]
    originals: Originals = field(default_factory=dict)
    power_cycle: bool = False
    changes = True

    def on(self, context: Context) -> Mapping[str, Any]:
        known = self.originals.get(context.host, {})
        for vm in find_vms(context, self.vm):
            wishes = tuple((key, known.get((vm.path, key))) for key in KEYS)
            state = vmx.read_state(context, vm)
            vmx.grant(context, state, wishes, power_cycle=self.power_cycle)
        if (STREAM_OPTION, None) in known:
            option = advopt.read_option(context, STREAM_OPTION)
            advopt.write_option(context, option, known[STREAM_OPTION, None])
        return {}
