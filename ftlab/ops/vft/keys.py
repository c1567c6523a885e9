"""Nested FT on one host: the three keys on the nested VM, the option on the vESXi host.

Source of keys and option: the published nested-FT recipe for vSphere 4 and 5
(williamlam.com, tag vft). VMware supports none of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from ftlab.engine.concurrency import SharedExec
from ftlab.engine.context import Context
from ftlab.engine.lab import OpenLab
from ftlab.engine.report import Report
from ftlab.engine.wrappers.joined import JoinedExecs
from ftlab.errors import NotApplicable
from ftlab.esxi.getallvms import listing
from ftlab.esxi.getallvms.entry import VmEntry
from ftlab.esxi.host import features, version
from ftlab.esxi.host.version import Version
from ftlab.esxi.options import esxcli
from ftlab.esxi.options.option import AdvancedOption, coerce
from ftlab.facts.noted import NotedFacts
from ftlab.frozen import frozen
from ftlab.journal import Outstanding
from ftlab.model import Completed
from ftlab.ops import advopt
from ftlab.ops.vms.listing import find_vms
from ftlab.ops.vmx import edit
from ftlab.ops.vmx.state import VmState, WantedKeys, read_state

STREAM_OPTION = "/Migrate/VMotionStreamDisable"
KEYS = ("replay.supported", "replay.allowFT", "replay.allowBTOnly")
LEGACY_KEY = "vm.uselegacyft"
"""Asks 6.0 for legacy FT, where SMP-FT is the default (vSphere 6.0 Availability guide)."""
_INSTEAD = (
    "for SMP-FT: ftlab lab.plan --profile smp-ft-host shows what the hosts need, "
    "ftlab vft.check --vm VM what the VM needs; FT is then turned on in vCenter"
)
ENABLED: WantedKeys = tuple((key, "true") for key in KEYS)


def no_legacy(version: Version) -> str | None:
    """The words for a build on which the replay keys do nothing; ``None`` where they work."""
    if features.exists("record-replay", version):
        return None
    why = features.why_no_record_replay(version)
    only = ", only SMP-FT exists" if features.exists("esxcli-advanced", version) else ""
    return f"{version} has no record/replay FT ({why}): the replay keys do nothing here{only}"


def _wanted_keys(context: Context, *, legacy: bool) -> WantedKeys:
    """The keys for this host's version, none where they do nothing; what else a user should hear of
    it goes to the notes."""
    if no_legacy(context.version):
        return ()
    if not features.exists("uselegacyft", context.version):
        if legacy:
            context.notes.append(f"--legacy-ft is for 6.0: {context.version} needs no {LEGACY_KEY}")
        return ENABLED
    if legacy:
        return (*ENABLED, (LEGACY_KEY, "true"))
    context.notes.append(
        f"{context.version} takes SMP-FT unless {LEGACY_KEY} is true too: add --legacy-ft"
    )
    return ENABLED


WantedOption = tuple[AdvancedOption, int | str]


def _wanted_option(
    context: Context, stream: str | None, listed: Completed | None
) -> WantedOption | None:
    """The stream option and its value to be; ``listed`` is what the host says of it, if it was
    asked."""
    if stream is None:
        return None
    try:
        option = (
            advopt.read_option(context, STREAM_OPTION)
            if listed is None
            else advopt.option_in(context, STREAM_OPTION, listed)
        )
    except NotApplicable as missing:
        context.notes.append(f"{missing}: left out")
        return None
    return option, coerce(option, stream)


_VMS, _VERSION, _OPTION = range(3)
"""The places of the answers to ``vft.enable``'s first exec."""


_QUICK = 0.2
"""Seconds. On a real host, `esxcli` takes half a second."""


def _is_quick(opening: SharedExec) -> bool:
    """Whether the host's commands cost it little more than their processes: then a second exec, at
    the same time, costs more than it saves."""
    return opening.seconds(_OPTION) <= _QUICK


@frozen
class EnableVft:
    """``vft.enable``: the three keys (with ``legacy`` a fourth one on 6.0), and with ``stream``
    the advanced option in the same run.

    The option and the VM are read at the same time and changed at the same time: neither
    depends on the other, and each host command costs a third to half a second. Where it costs
    next to nothing, both are changed in one exec.
    """

    vm: tuple[str, ...]
    stream: str | None = None
    power_cycle: bool = False
    legacy: bool = False
    changes = True

    def on(self, context: Context) -> NotedFacts:
        opening = self._opening(context)
        _, states = context.session.together(opening.run, lambda: self._states(context, opening))
        option = _wanted_option(context, self.stream, opening.answer(_OPTION))
        wanted = _wanted_keys(context, legacy=self.legacy)
        if not wanted:
            return self._option_alone(context, option)
        for state in states:  # all are found fit before the first is touched
            edit.refuse_unfit(state, wanted, power_cycle=self.power_cycle)
        at_once = _is_quick(opening) and all(state.power == "off" for state in states)
        self._change(context, states, wanted, option, at_once=at_once)
        return {}

    def _change(
        self,
        context: Context,
        states: list[VmState],
        wanted: WantedKeys,
        option: WantedOption | None,
        *,
        at_once: bool,
    ) -> None:
        """The VMs and the option at the same time, or where ``at_once`` in one exec."""
        between = JoinedExecs(context.session) if at_once else context.session
        with context.over(between):
            between.together(
                lambda: advopt.write_option(context, *option) if option else None,
                lambda: self._edit(context, states, wanted),
            )

    def _opening(self, context: Context) -> SharedExec:
        """The VMs, the version and the option, in one exec: the VMs' files are read meanwhile."""
        asked = [listing.build_list(), version.build_version()]
        if self.stream is not None and not context.traits.esxcfg_only:
            asked.append(esxcli.build_list(STREAM_OPTION))
        return SharedExec(context.session, asked, context.clock)

    def _option_alone(self, context: Context, option: WantedOption | None) -> NotedFacts:
        """Where the keys would do nothing, none is written, and what does is said."""
        words = no_legacy(context.version) or ""
        if option is None:
            raise NotApplicable(words, hint=_INSTEAD)
        context.notes.append(f"{words}; {_INSTEAD}")
        advopt.write_option(context, *option)
        return {}

    def _states(self, context: Context, opening: SharedExec) -> list[VmState]:
        if (told := opening.answer(_VERSION)) is not None:
            context.learn_version(told)
        vms = find_vms(context, self.vm, opening.answer(_VMS))
        asked = (*ENABLED, (LEGACY_KEY, "true")) if self.legacy else ENABLED
        return [read_state(context, vm, asked) for vm in vms]

    def _edit(self, context: Context, states: list[VmState], wanted: WantedKeys) -> None:
        for state in states:
            edit.ensure(context, state, wanted, power_cycle=self.power_cycle)


OriginalsOfHost = Mapping[tuple[str, str | None], Any]
"""What a key of a VMX path (or an option, key ``None``) was before ``vft.enable``."""
Originals = Mapping[str, OriginalsOfHost]
"""By host."""


@frozen
class DisableVft:
    """``vft.disable``: what ``enable`` replaced comes back, as far as ``originals`` knows it;
    the other keys go. Where they do nothing, and ``enable`` writes none, a ``FALSE`` that the
    host has written by itself stays."""

    vm: tuple[str, ...]
    originals: Originals = field(default_factory=dict)
    power_cycle: bool = False
    changes = True

    def on(self, context: Context) -> NotedFacts:
        known = self.originals.get(context.host, {})
        wanted = [self._wanted(context, vm, known) for vm in find_vms(context, self.vm)]
        edit.ensure_all(context, wanted, power_cycle=self.power_cycle)
        if (STREAM_OPTION, None) in known:
            option = advopt.read_option(context, STREAM_OPTION)
            advopt.write_option(context, option, known[STREAM_OPTION, None])
        return {}

    def _wanted(
        self, context: Context, vm: VmEntry, known: OriginalsOfHost
    ) -> tuple[VmState, WantedKeys]:
        keys = (*KEYS, LEGACY_KEY) if (vm.path, LEGACY_KEY) in known else KEYS
        wanted = tuple((key, known.get((vm.path, key))) for key in keys)
        state = read_state(context, vm, wanted)
        if no_legacy(context.version):
            wanted = tuple(
                (key, value)
                for key, value in wanted
                if (vm.path, key) in known or not _says_false(state.file.value(key))
            )
        return state, wanted


def _says_false(value: str | None) -> bool:
    return value is not None and value.lower() == "false"


def disable_vft(lab: OpenLab, vm: tuple[str, ...], *, power_cycle: bool = False) -> Report:
    """``vft.disable``, with what the journal knows about each host's earlier values."""
    names = [host.name for host in lab.hosts]
    with lab.open_journal() as journal:
        outstanding = journal.outstanding(names, {"vft.enable"})
    originals = {host: _values_before(own) for host, own in outstanding.items()}
    job = DisableVft(vm, originals, power_cycle)
    return lab.run("vft.disable", job, {"vm": list(vm)})


def _values_before(outstanding: Outstanding) -> OriginalsOfHost:
    """By VMX path and key (``None``: an option), the keys spelled as ``vft.disable`` has them.

    Keys that are on again need their old values again; an option that is back where it was, and
    was set by somebody else since, is theirs."""
    spelled = {key.lower(): key for key in (*KEYS, LEGACY_KEY)}
    replaced = [entry.change for entry in outstanding.last_replaced()]
    changes = [each for each in replaced if each.target != "advopt"]
    changes += [each.change for each in outstanding.first() if each.change.target == "advopt"]
    return {
        (each.path or "", each.key and spelled.get(each.key.lower(), each.key)): each.before
        for each in changes
    }
