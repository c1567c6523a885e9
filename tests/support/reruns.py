"""What a changing task does on a lab of one host, a cut anywhere in it, and what is there then.

A cut is at a command to the host, counted from 0, or at a commit of the journal.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from unittest import mock

from direct_session import DirectSession
from model_lab import moved
from nightly_lab import STREAM, Nightly, the_lab

from ftlab.engine.report import Report, exit_code
from ftlab.errors import CommandTimeout, Lost, StateError
from ftlab.journal.database import Database
from ftlab.model import Command, Completed
from ftlab.ops.advopt import ResetOption, SetOption
from ftlab.ops.files.copy import CopyFile
from ftlab.ops.profiles import fleet
from ftlab.ops.profiles.pruning import Keep
from ftlab.ops.run_command import run_command
from ftlab.ops.undo.fleet import undo_run
from ftlab.ops.vft.keys import EnableVft, disable_vft
from ftlab.ops.vms.power import PowerOff, PowerOn
from ftlab.ops.vms.questions import QuestionAnswer
from ftlab.ops.vms.reload import Reload
from ftlab.ops.vmx.keys import EditKeys
from ftlab.sim import SimHost

RUN = re.compile(r"ftlab-\d{8}T\d{6}-[0-9a-f]+")
NEVER = 10**6
ASKED = "msg.uuid.altered"
PLACE = "uuid.location"


class Killed(BaseException):
    """The controller is gone: nobody cleans up, nothing more is written down."""


KINDS = ("lost", "lost answer", "killed", "killed answer")
"""At a command: the connection dies before it, or after it, unheard; so does the controller."""
MORE_KINDS = ("hang", "hang answer", "error", "full", "half", "reboot", "reboot answer")
"""At a command: its time is up, with it done or not; it fails, or finds the host's disk full, or
half of what it was to write is written as the connection dies; the host goes down."""
COMMITS = ("commit killed", "commit killed after", "commit full")
"""At a commit of the journal: the controller dies before it, or after it; the controller's disk is
full from then on."""

GONE = {"lost", "lost answer", "half"}
"""After these nothing more gets through."""


@dataclass
class Cut:
    """After so many commands or commits. ``commands`` and ``commits`` count what was left over."""

    after: int
    kind: str
    cut: bool = False
    dead: bool = False

    @property
    def at_commits(self) -> bool:
        return self.kind in COMMITS

    def session(self, model: SimHost) -> DirectSession:
        return CutSession(model, self)

    @contextmanager
    def journal(self) -> Iterator[None]:
        """While it is so, commits count, and a dead controller makes none."""
        commit = Database._commit

        def counted(database: Database) -> None:
            if not database._connection.in_transaction:
                commit(database)
                return
            if self.dead:
                raise Killed
            if not self.at_commits:
                commit(database)
                return
            self.after -= 1
            if self.after >= 0:
                commit(database)
                return
            self._strike(database, commit)

        with mock.patch.object(Database, "_commit", counted):
            yield

    def _strike(self, database: Database, commit: Callable[[Database], None]) -> None:
        if self.kind == "commit full":
            database._lost = database._written
            database._connection.execute("ROLLBACK")
            raise sqlite3.OperationalError("database or disk is full")
        if self.kind == "commit killed after":
            commit(database)
        self.dead = True
        raise Killed


class CutSession(DirectSession):
    def __init__(self, model: SimHost, cut: Cut) -> None:
        super().__init__(model)
        self.cut = cut
        self._boots = model.boots

    def notice(self) -> None:
        if self.cut.dead:
            raise Killed
        if self.model.boots != self._boots:
            raise Lost("the host went down")
        if self.cut.cut and self.cut.kind in GONE:
            raise Lost("the connection died")

    def run(self, command: Command) -> Completed:
        try:
            self.notice()
        except Lost as lost:
            raise Lost(lost.message, in_flight=[str(command)]) from None
        if self.cut.at_commits or self.cut.cut:
            return super().run(command)
        if self.cut.after > 0:
            self.cut.after -= 1
            return super().run(command)
        self.cut.cut = True
        return self._strike(command)

    def _strike(self, command: Command) -> Completed:
        kind = self.cut.kind
        if kind.endswith("answer"):
            super().run(command)
        if kind == "half" and command.stdin:
            super().run(replace(command, stdin=command.stdin[: len(command.stdin) // 2]))
        if kind.startswith("killed"):
            self.cut.dead = True
            raise Killed
        if kind.startswith("hang"):
            raise CommandTimeout("it hangs", argv=command.argv, repeatable=command.repeatable)
        if kind == "error":
            return Completed(command, 1, b"", b"something is wrong\n")
        if kind == "full":
            return self._disk_full(command)
        if kind.startswith("reboot"):
            self.model.reboot(0)
        raise Lost("the connection died", in_flight=[str(command)])

    def _disk_full(self, command: Command) -> Completed:
        if command.argv[:1] == ("dd",):
            super().run(replace(command, stdin=command.stdin[: len(command.stdin) // 2]))
        elif command.argv[:1] == ("cp",):
            super().run(command)
            super().run(Command(("dd", f"of={command.argv[-1]}"), stdin=b""))
        return Completed(command, 1, b"", b"No space left on device\n")


def cut_run(lab: Nightly, task: Callable[[Nightly], Report], cut: Cut) -> Report | None:
    """A run with a cut; ``None``: nobody is there to report."""
    lab.session = cut.session
    try:
        with cut.journal():
            return task(lab)
    except (Killed, StateError):
        return None
    finally:
        lab.session = DirectSession


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
        elif step == "moved":
            moved(lab.vm.file)
            lab.sim.answer(("vim-cmd", "vmsvc/reload", str(lab.vm.vmid)))
        elif step == "on":
            lab.sim.answer(("vim-cmd", "vmsvc/power.on", str(lab.vm.vmid)))
        else:
            assert exit_code(lab.do(step)) == 0


def enable(lab: Nightly) -> Report:
    return lab.run("vft.enable", EnableVft(("app01",), "1", power_cycle=True))


def power_on_and_answer(lab: Nightly) -> Report:
    lab.options = replace(lab.options, answers=((ASKED, "1"),))
    return lab.run("vm.power-on", PowerOn(("app01",)))


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
    "answer": (
        ("moved", "on"), lambda lab: lab.run("vm.answer", QuestionAnswer(("app01",), "1"))),
    "power on and answer": (("moved",), power_on_and_answer),
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
    "undo": (("enable",), lambda lab: undo_run(lab, lab.runs[-1])),
    "option": ((), lambda lab: lab.run("advopt.set", SetOption(STREAM, "1"))),
    "option to its default": (
        ("option 1",), lambda lab: lab.run("advopt.reset", ResetOption(STREAM))),
    "undo an option": (("option 1",), lambda lab: undo_run(lab, lab.runs[-1])),
    "settings": ((), lambda lab: apply(lab, SETTINGS)),
    "settings over others": (("dns",), lambda lab: apply(lab, SETTINGS)),
    "undo settings": (("settings",), lambda lab: undo_run(lab, lab.runs[-1])),
    "reset settings": (("settings",), reset),
    "reload": ((), lambda lab: lab.run("vm.reload", Reload(("app01",)))),
    "command": (
        (), lambda lab: run_command(lab, "touch /vmfs/volumes/datastore1/app01/x")),
    "undo a power cycle": (
        ("on", "cycle"), lambda lab: undo_run(lab, lab.runs[-1])),
}  # fmt: skip
NEVER_UNDONE = {"undo a copy", "command", "answer"}
"""A file that an undo took away has no backup, nobody takes a command of the user's back, and an
answer stays given."""


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


def unplaced(end: End) -> End:
    """Without the place that a VM says it is at, which an answered question sets."""
    files = [(name, re.sub(rb"uuid.location = .*", b"", data)) for name, data in end.files]
    return replace(end, files=files, loaded=[pair for pair in end.loaded if pair[0] != PLACE])


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
    """The end of a run with a cut and of the same command again, and that one's report."""
    task = ready(lab, story)
    if cut is not None:
        cut_run(lab, task, cut)
    report = task(lab)
    return end_of(lab), report


def ready(lab: Nightly, story: str) -> Callable[[Nightly], Report]:
    """The lab as it is before the story; the task."""
    steps, task = STORIES[story]
    lab.sim.lab.shutdown_seconds = 0.0
    prepared(lab, *steps)
    return task


def counted(story: str, kind: str = "lost") -> tuple[int, End]:
    """How many commands it sends (or commits it makes, for a ``kind`` of those), and its end."""
    with the_lab() as lab:
        cut = Cut(NEVER, kind)
        task = ready(lab, story)
        report = cut_run(lab, task, cut)
        assert report is not None
        assert exit_code(report) == 0, report
        return NEVER - cut.after, end_of(lab)


def different(end: End, clean: End) -> str:
    names = [name for name, _ in end.files], [name for name, _ in clean.files]
    parts = [
        f"{name} {getattr(end, name)} not {getattr(clean, name)}"
        for name in ("power", "option")
        if getattr(end, name) != getattr(clean, name)
    ]
    if end.settings != clean.settings:
        parts.append(f"settings {end.settings} not {clean.settings}")
    if names[0] != names[1]:
        parts.append(f"files {names[0]} not {names[1]}")
    elif end.files != clean.files:
        parts.append("bytes")
    if end.loaded != clean.loaded:
        parts.append(f"loaded {set(end.loaded) ^ set(clean.loaded)}")
    return ", ".join(parts)
