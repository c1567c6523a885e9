"""A run that is cut anywhere, and then the same command: what there is in the end is what one run
without a cut leaves."""

from __future__ import annotations

import os
import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from direct_session import DirectSession
from nightly_lab import STREAM, Nightly, the_lab

from ftlab.engine.report import Report, exit_code
from ftlab.errors import Lost
from ftlab.model import Command, Completed
from ftlab.ops.files.copy import CopyFile
from ftlab.ops.profiles import fleet
from ftlab.ops.profiles.pruning import Keep
from ftlab.ops.recovery.fleet import recover
from ftlab.ops.undo.fleet import undo_run
from ftlab.ops.vft.keys import EnableVft, disable_vft
from ftlab.ops.vms.power import PowerOff, PowerOn
from ftlab.ops.vmx.keys import EditKeys
from ftlab.sim import SimHost
from ftlab.vmx import VmxDocument

RUN = re.compile(r"ftlab-\d{8}T\d{6}-[0-9a-f]+")


class Killed(BaseException):
    """The controller is gone: nobody cleans up, nothing more is written down."""


@dataclass
class Cut:
    """Before the command after so many the connection dies; ``answer``: after it, unheard;
    ``killed``: the controller dies."""

    after: int
    kind: str
    cut: bool = False

    def session(self, model: SimHost) -> DirectSession:
        return CutSession(model, self)


class CutSession(DirectSession):
    def __init__(self, model: SimHost, cut: Cut) -> None:
        super().__init__(model)
        self.cut = cut

    def run(self, command: Command) -> Completed:
        if self.cut.cut:
            raise self._end(command)
        if self.cut.after > 0:
            self.cut.after -= 1
            return super().run(command)
        self.cut.cut = True
        if self.cut.kind.endswith("answer"):
            super().run(command)
        raise self._end(command)

    def _end(self, command: Command) -> BaseException:
        if self.cut.kind.startswith("killed"):
            return Killed()
        return Lost("the connection died", in_flight=[str(command)])


def prepared(lab: Nightly, *steps: str) -> None:
    for step in steps:
        if step == "settings":
            report = apply(lab, SETTINGS)
            assert exit_code(report) == 0
            lab.runs.append(report.run)
        elif step == "dns":
            for server in ("192.0.2.2", "192.0.2.9"):
                add = ("esxcli", "network", "ip", "dns", "server", "add", f"--server={server}")
                assert lab.sim.answer(add).exit == 0
        elif step == "on":
            lab.sim.answer(("vim-cmd", "vmsvc/power.on", str(lab.vm.vmid)))
        else:
            assert exit_code(lab.do(step)) == 0


def enable(lab: Nightly) -> Report:
    return lab.run("vft.enable", EnableVft(("app01",), "1", power_cycle=True))


def apply(lab: Nightly, text: str) -> Report:
    lab.profile.write_text(text)
    wanted = fleet.Wanted(str(lab.profile))
    return fleet.apply(lab, wanted, Keep(), power_cycle=True, guest_wait=0)


def reset(lab: Nightly, more: str = "") -> Report:
    lab.profile.write_text('[[state]]\nvm = "app01"\n' + more)
    return fleet.reset(lab, fleet.Wanted(str(lab.profile)), Keep(), guest_wait=0)


def copy(lab: Nightly, data: bytes) -> Report:
    return lab.run("fleet.copy", CopyFile(data, "[datastore1] app01/notes.txt", 0o644))


OPTION = f'[[state]]\nadvopt = {{ "{STREAM}" = 1 }}\n'
KEY = '[[state]]\nvm = "app01"\nvmx = { "a.b" = "1" }\n'
SETTINGS = """[[state]]
[state.setting]
hostname = "other"
"dns.servers" = ["192.0.2.1", "192.0.2.2", "192.0.2.3"]
"ntp.servers" = ["192.0.2.4", "192.0.2.5"]
"service.ntp.running" = true
"portgroup.VM Network.security" = ["allow-promiscuous=true", "allow-mac-change=false"]
"registered.[datastore1] app02/app02.vmx" = false
"""
"""Each in another way: a value, members one by one, a file, commands for values, several steps."""
STORIES: dict[str, tuple[tuple[str, ...], Callable[[Nightly], Report]]] = {
    "enable": ((), enable),
    "enable a running VM": (("on",), enable),
    "disable": (("enable",), lambda lab: disable_vft(lab, ("app01",))),
    "disable a running VM": (
        ("enable", "on"), lambda lab: disable_vft(lab, ("app01",), power_cycle=True)),
    "set": ((), lambda lab: lab.run("vmx.set", EditKeys(("app01",), (("a.b", "1"),)))),
    "unset": (
        ("set a.b 1",),
        lambda lab: lab.run("vmx.unset", EditKeys(("app01",), (("a.b", None),)))),
    "set a running VM's": (
        ("on",),
        lambda lab: lab.run("vmx.set", EditKeys(("app01",), (("memsize", "512"),), True))),
    "power on": ((), lambda lab: lab.run("vm.power-on", PowerOn(("app01",)))),
    "power off": (("on",), lambda lab: lab.run("vm.power-off", PowerOff(("app01",), 0))),
    "apply": ((), lambda lab: apply(lab, OPTION + KEY)),
    "apply and on": ((), lambda lab: apply(lab, OPTION + KEY + 'power = "on"')),
    "apply and off": (("on",), lambda lab: apply(lab, OPTION + KEY + 'power = "off"')),
    "apply to a running VM": (("on",), lambda lab: apply(lab, OPTION + KEY)),
    "reset": (("enable", "set c.d 1"), reset),
    "reset a running VM": (("enable", "on"), reset),
    "reset and off": (("enable", "on"), lambda lab: reset(lab, 'power = "off"')),
    "reset and on": (("enable",), lambda lab: reset(lab, 'power = "on"')),
    "reset with a key": (("enable", "on"), lambda lab: reset(lab, 'vmx = { "a.b" = "1" }')),
    "copy": ((), lambda lab: copy(lab, b"new")),
    "copy over another": (("copy",), lambda lab: copy(lab, b"newer")),
    "undo a copy": (("copy",), lambda lab: undo_run(lab, lab.runs[-1])),
    "settings": ((), lambda lab: apply(lab, SETTINGS)),
    "settings over others": (("dns",), lambda lab: apply(lab, SETTINGS)),
    "undo settings": (("settings",), lambda lab: undo_run(lab, lab.runs[-1])),
    "reset settings": (("settings",), reset),
    "undo": (("enable",), lambda lab: undo_run(lab, lab.runs[-1])),
    "undo a power cycle": (
        ("on", "cycle"), lambda lab: undo_run(lab, lab.runs[-1])),
}  # fmt: skip
KINDS = ("lost", "lost answer", "killed", "killed answer")
SOME = 20


def moments(story: str, count: int) -> list[tuple[str, int]]:
    """Every kind of cut at every command, with ``WHOLE_MATRIX=1`` in the environment; else some of
    them, the same ones every time."""
    every = [(kind, after) for kind in KINDS for after in range(count)]
    if os.environ.get("WHOLE_MATRIX"):
        return every
    return random.Random(story).sample(every, min(SOME, len(every)))  # noqa: S311


@dataclass
class End:
    """All that a run may have changed; run ids are gone from the names of files."""

    files: list[tuple[str, bytes]]
    power: str
    loaded: list[tuple[str, str]]
    option: str
    settings: list[str]
    facts: dict[str, Any] = field(default_factory=dict, compare=False)


def end_of(lab: Nightly) -> End:
    folder = lab.vm.file.parent
    files = sorted(
        (RUN.sub("ftlab-RUN", file.name), file.read_bytes())
        for file in folder.iterdir()
        if file.suffix != ".log"
    )
    loaded = sorted(lab.vm.loaded._entries.values())
    return End(files, str(lab.vm.power), loaded, lab.option, settings_of(lab))


def settings_of(lab: Nightly) -> list[str]:
    config = lab.sim.config
    return [
        config.hostname,
        str(config.dns_servers),
        lab.sim.path("/etc/ntp.conf").read_text(),
        str(config.services["ntpd"].running),
        str({name: own for name, own in config.group_security.items() if own}),
        str(sorted(vm.place for vm in lab.sim.vms)),
    ]


def told(lab: Nightly, story: str, cut: Cut | None) -> tuple[End, Report]:
    steps, task = STORIES[story]
    lab.sim.lab.shutdown_seconds = 0.0
    prepared(lab, *steps)
    if cut is not None:
        lab.session = cut.session
        task(lab)
        lab.session = DirectSession
    report = task(lab)
    return end_of(lab), report


def commands_of(story: str) -> tuple[int, End]:
    """How many commands it sends, and its end."""
    with the_lab() as lab:
        cut = Cut(10**6, "lost")
        steps, task = STORIES[story]
        lab.sim.lab.shutdown_seconds = 0.0
        prepared(lab, *steps)
        lab.session = cut.session
        report = task(lab)
        assert exit_code(report) == 0, report
        return 10**6 - cut.after, end_of(lab)


@pytest.mark.parametrize("story", STORIES)
def test_a_rerun_ends_where_one_run_does(story: str) -> None:
    count, clean = commands_of(story)
    wrong: list[str] = []
    for kind, after in moments(story, count):
        with the_lab() as lab:
            end, report = told(lab, story, Cut(after, kind))
            code = exit_code(report)
            if (end, code) != (clean, 0):
                said = f"exit {code} {report.outcomes[0].error} {different(end, clean)}"
                wrong.append(f"{kind} after {after}: {said}")
            with lab.open_journal() as journal:
                if left := journal.left(["vesxi01"]):
                    wrong.append(f"{kind} after {after}: left {left}")
    assert not wrong, "\n".join([f"of {count} commands:", *wrong])


def different(end: End, clean: End) -> str:
    names = [name for name, _ in end.files], [name for name, _ in clean.files]
    parts = [
        f"{name} {getattr(end, name)} not {getattr(clean, name)}"
        for name in ("power", "option", "settings")
        if getattr(end, name) != getattr(clean, name)
    ]
    if names[0] != names[1]:
        parts.append(f"files {names[0]} not {names[1]}")
    elif end.files != clean.files:
        parts.append("bytes")
    if end.loaded != clean.loaded:
        parts.append(f"loaded {set(end.loaded) ^ set(clean.loaded)}")
    return ", ".join(parts)


LOADED = [
    name
    for name in STORIES
    if name.startswith(("undo", "reset")) and not name.endswith(("copy", "settings"))
]


@pytest.mark.parametrize("story", LOADED)
def test_equal_bytes_are_not_enough(story: str) -> None:
    """Without a word of the journal on what was cut: a rename, and no reload after it."""
    _, clean = commands_of(story)
    steps, task = STORIES[story]
    with the_lab() as lab:
        lab.recovery = None
        lab.sim.lab.shutdown_seconds = 0.0
        prepared(lab, *steps)
        lab.session = Forgetful
        task(lab)
        assert end_of(lab).loaded != clean.loaded
        lab.session = DirectSession
        report = task(lab)
        assert exit_code(report) == 0, report
        assert end_of(lab).loaded == clean.loaded


class Forgetful(DirectSession):
    """The connection dies once the new VMX is in its place."""

    def run(self, command: Command) -> Completed:
        if command.argv[:2] == ("vim-cmd", "vmsvc/reload"):
            raise Lost("the connection died", in_flight=[str(command)])
        return super().run(command)


UNDONE = [name for name in STORIES if name != "undo a copy"]
"""A file that an undo took away has no backup."""


def without_copies(end: End) -> End:
    """Backups stay with their runs."""
    files = [(name, data) for name, data in end.files if not name.endswith("ftlab-RUN")]
    return End(files, end.power, end.loaded, end.option, end.settings)


@pytest.mark.parametrize("story", UNDONE)
def test_an_undo_of_a_cut_run_leads_back_to_before_it(story: str) -> None:
    count, _ = commands_of(story)
    wrong: list[str] = []
    for kind, after in moments(story, count):
        with the_lab() as lab:
            steps, task = STORIES[story]
            lab.sim.lab.shutdown_seconds = 0.0
            prepared(lab, *steps)
            before = without_copies(end_of(lab))
            lab.session = Cut(after, kind).session
            run = task(lab).run
            lab.session = DirectSession
            report = undo_run(lab, run)
            end = without_copies(end_of(lab))
            code = exit_code(report)
            if (end, code) != (before, 0):
                said = f"exit {code} {report.outcomes[0].error} {different(end, before)}"
                wrong.append(f"{kind} after {after}: {said}")
    assert not wrong, "\n".join([f"of {count} commands:", *wrong])


@pytest.mark.parametrize("story", STORIES)
def test_a_run_that_is_cut_twice_ends_there_too(story: str) -> None:
    count, clean = commands_of(story)
    dice = random.Random(story)  # noqa: S311 - the same ones every time
    for kind, first, second in [
        (dice.choice(KINDS), dice.randrange(count), dice.randrange(count)) for _ in range(12)
    ]:
        with the_lab() as lab:
            steps, task = STORIES[story]
            lab.sim.lab.shutdown_seconds = 0.0
            prepared(lab, *steps)
            for after in (first, second):
                lab.session = Cut(after, kind).session
                task(lab)
            lab.session = DirectSession
            report = task(lab)
            assert exit_code(report) == 0, (kind, first, second, report)
            end = end_of(lab)
            assert end == clean, (kind, first, second, different(end, clean))


@pytest.mark.parametrize("story", STORIES)
def test_a_recovery_leaves_nothing_half_done(story: str) -> None:
    """Whatever the run was about: a VM is as it was, or as the run meant it, hostd has what is in
    its file, and beside it is nothing that nobody needs."""
    count, clean = commands_of(story)
    for kind, after in moments(story, count):
        with the_lab() as lab:
            steps, task = STORIES[story]
            lab.sim.lab.shutdown_seconds = 0.0
            prepared(lab, *steps)
            before = end_of(lab)
            lab.session = Cut(after, kind).session
            task(lab)
            lab.session = DirectSession
            report = recover(lab)
            assert exit_code(report) == 0, (kind, after, report)
            end = end_of(lab)
            assert end.power in {before.power, clean.power}, (kind, after)
            assert not [name for name, _ in end.files if name.endswith(".tmp")], (kind, after)
            names = {name for name, _ in (*before.files, *clean.files)}
            assert {name for name, _ in end.files} <= names, (kind, after)
            file = VmxDocument.parse(lab.vm.file.read_bytes())
            assert dict(end.loaded) == dict(file.items()), (kind, after)
            with lab.open_journal() as journal:
                assert journal.left(["vesxi01"]) == {}, (kind, after)
