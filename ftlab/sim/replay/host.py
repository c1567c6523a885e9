"""A simulated host that answers as a recorded one did, until somebody changes something on it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ftlab.sim.data import table_of
from ftlab.sim.ft.pair import FtPair
from ftlab.sim.ft.spec import PairSpec
from ftlab.sim.model.answer import Answer
from ftlab.sim.model.host import SimHost
from ftlab.sim.model.machine import World
from ftlab.sim.model.options import Option
from ftlab.sim.programs import programs_of
from ftlab.sim.replay.recording import RecordedVm, Recording
from ftlab.sim.replay.settings import take_up
from ftlab.sim.vms.power import begin_log, boot

_CHANGING, _FOLLOWING = map(tuple, table_of("replay/data/commands.toml").values())
_VOLUME = re.compile(r"^/vmfs/volumes/(\S+) +(\S.*?)  ", re.MULTILINE)


class ReplayHost(SimHost):
    """What was recorded is told word for word; what was not, or is no longer so, by the model."""

    def __init__(self, lab: World, recording: Recording, root: Path) -> None:
        release = recording.release
        super().__init__(lab, recording.name, release, root, programs_of(release))
        self._recording = recording
        self._untouched: object = None
        self._before: dict[str, Answer] = {}
        """What the model answered to questions about settings when all was as recorded."""
        if table := _options(recording):
            self.options.table = {path.lower(): option for path, option in table.items()}
        take_up(self, recording)

    def settle(self) -> None:
        """All is as it was recorded: remember that."""
        self._untouched = self._fingerprint()
        lines = ((line, tuple(shlex.split(line))) for line in self._recording.answers)
        self._before = {
            line: SimHost._run(self, words) for line, words in lines if line.startswith(_FOLLOWING)
        }

    def _fingerprint(self) -> object:
        vms = [
            (vm.vmid, vm.power, vm.config and vm.config.to_bytes(), vm.question, len(vm.snapshots))
            for vm in self.vms
        ]
        return vms, [self.options.value(option) for option in self.options]

    def _run(self, words: tuple[str, ...]) -> Answer:
        line = shlex.join(words)
        recorded = self._recording.answers.get(line)
        if recorded is None:
            return super()._run(words)
        if line in self._before:
            now = super()._run(words)
            return recorded if now == self._before[line] else now
        if line.startswith(_CHANGING) and self._fingerprint() != self._untouched:
            return super()._run(words)
        return replace(recorded, seconds=self.lab.latency.get(words[0], 0.0))


def _options(recording: Recording) -> dict[str, Option]:
    """The host's own table of advanced options, with its own defaults and limits."""
    found: dict[str, Option] = {}
    for told in recording.blocks("esxcli system settings advanced list", "Path"):
        kind = "integer" if told["Type"] == "integer" else "string"
        value = "Int Value" if kind == "integer" else "String Value"
        found[told["Path"]] = Option(
            told["Path"], kind, told[f"Default {value}"], int(told.get("Min Value") or 0),
            int(told.get("Max Value") or 0), present=told[value], words=told["Description"],
        )  # fmt: skip
    return found


def replay(lab: World, recordings: Sequence[Recording]) -> dict[str, ReplayHost]:
    """The hosts of a lab, with their datastores and VMs. Datastores of one identifier are one."""
    hosts = {each.name: ReplayHost(lab, each, lab.directory / each.name) for each in recordings}
    for recording in recordings:
        host = hosts[recording.name]
        _add_datastores(host, recording)
        for one in recording.vms:
            _, file = host.vms.place(one.place)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(one.vmx)
            file.chmod(0o755)
            host.vms.next_vmid = one.vmid
            vm = host.vms.register(one.place)
            vm.home = vm.config.get("uuid.location") if vm.config else None
            begin_log(host, vm)
            if one.power == "on":
                boot(host, vm)
            elif one.power == "suspended":
                vm.power = "suspended"
        host.vms.next_vmid = max((one.vmid for one in recording.vms), default=0) + 1
    return hosts


def _add_datastores(host: ReplayHost, recording: Recording) -> None:
    listed = recording.text("esxcli storage filesystem list")
    known = {name: uuid for uuid, name in _VOLUME.findall(listed)}
    used = dict.fromkeys(one.place[1:].partition("] ")[0] for one in recording.vms)
    for name in used:
        known.setdefault(name, f"{host.name}-{name}")
    for name, uuid in known.items():
        host.share_datastore(name, uuid, f"volumes/{uuid}")


def pairs_of(
    recordings: Sequence[Recording], hosts: Mapping[str, ReplayHost], failure: str | None
) -> list[FtPair]:
    """FT pairs: VMs of one name, one with each role."""
    halves: dict[tuple[str, int], tuple[ReplayHost, RecordedVm]] = {
        (one.name, one.role): (hosts[recording.name], one)
        for recording in recordings
        for one in recording.vms
    }
    found: list[FtPair] = []
    for (name, role), (first, primary) in halves.items():
        if role == 1 and (name, 2) in halves:
            second, secondary = halves[name, 2]
            spec = PairSpec(name, first.name, second.name, failure=failure)
            sides = (first, first.vms[primary.vmid]), (second, second.vms[secondary.vmid])
            pair = FtPair(spec, *sides)
            pair.phase = "running" if primary.state == "running" else "apart"
            found.append(pair)
    return found
