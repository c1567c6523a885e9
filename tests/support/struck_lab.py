"""Every task that changes a host, as a command on a lab of its own over real SSH, and all that
the hosts hold afterwards."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cli_runner import Cli
from model_lab import moved

from ftlab.journal import Journal, JournalChange
from ftlab.sim import RunningLab, SimHost, running_lab
from ftlab.sim.vms.vm import SimVM

ONE = "vesxi01"
STREAM = "/Migrate/VMotionStreamDisable"
_BACKUP = re.compile(r"\.ftlab-\d{8}T\d{6}-[0-9a-f]+$")
_KEYS = """
[[state]]
vm = "app01"
vmx = { "a.b" = "1", "c.d" = "x y" }
"""
_APPLIED = f'[[state]]\nadvopt = {{ "{STREAM}" = 1 }}\n{_KEYS}power = "on"\n'
PROFILES = {"applied.toml": _APPLIED, "reset.toml": '[[state]]\nvm = "app01"\npower = "off"\n'}

MakeCli = Callable[[Path, Path], Cli]
"""Of a home and an inventory."""
Line = tuple[str, ...]
ENABLE: Line = ("vft.enable", "--vm", "app01")
CYCLE = "--power-cycle"
APPLY: Line = ("lab.apply", "--profile", "{home}/applied.toml")


@dataclass(frozen=True)
class Story:
    """A command, what runs before it, and what people have done before that. ``{run}`` in the
    line stands for the last run, ``{home}`` for the folder of the files."""

    line: Line
    before: tuple[Line, ...] = ()
    by_hand: tuple[str, ...] = ()


def _setting(name: str, value: str) -> Story:
    return Story(("setting.set", name, value))


STORIES: dict[str, Story] = {
    "enable": Story(ENABLE),
    "enable, stream": Story((*ENABLE, "--stream", "1")),
    "enable, cycle": Story((*ENABLE, CYCLE), by_hand=("on",)),
    "enable, cycle, stream": Story((*ENABLE, CYCLE, "--stream", "1"), by_hand=("on",)),
    "disable": Story(("vft.disable", "--vm", "app01"), (ENABLE,)),
    "disable, cycle": Story(
        ("vft.disable", "--vm", "app01", CYCLE), (ENABLE, ("vm.power-on", "--vm", "app01"))
    ),
    "stream": Story(("vft.stream", "--value", "1")),
    "advopt.set": Story(("advopt.set", STREAM, "1")),
    "advopt.reset": Story(("advopt.reset", STREAM), (("advopt.set", STREAM, "1"),)),
    "vmx.set": Story(("vmx.set", "--vm", "app01", "--set", "a.b=1", "--set", "c.d=x")),
    "vmx.set, cycle": Story(("vmx.set", "--vm", "app01", "--set", "a.b=1", CYCLE), by_hand=("on",)),
    "vmx.unset": Story(
        ("vmx.unset", "--vm", "app01", "--key", "a.b"),
        (("vmx.set", "--vm", "app01", "--set", "a.b=1"),),
    ),
    "power-on": Story(("vm.power-on", "--vm", "app01")),
    "power-on, answer": Story(
        ("vm.power-on", "--vm", "app01", "--answer", "msg.uuid.altered=1"), by_hand=("moved",)
    ),
    "power-off": Story(("vm.power-off", "--vm", "app01", "--guest-wait", "0"), by_hand=("on",)),
    "reload": Story(("vm.reload", "--vm", "app01")),
    "answer": Story(("vm.answer", "--vm", "app01", "--choice", "1"), by_hand=("moved", "on")),
    "apply": Story(APPLY),
    "reset": Story(("lab.reset", "--profile", "{home}/reset.toml", "--guest-wait", "0"), (APPLY,)),
    "undo": Story(("lab.undo", "{run}"), (APPLY,)),
    "fleet.run": Story(("fleet.run", "touch /vmfs/volumes/datastore1/app01/x")),
    "fleet.copy": Story(("fleet.copy", "{home}/lab.toml", "[datastore1] app01/notes.txt")),
    "setting: a word": _setting("hostname", "other"),
    "setting: a list": _setting("dns.servers", "192.0.2.1,192.0.2.2"),
    "setting: a set": _setting(
        "portgroup.VM Network.security", "allow-promiscuous=true,allow-mac-change=false"
    ),
    "setting: a file": _setting("ntp.servers", "192.0.2.4,192.0.2.5"),
    "setting: a service": _setting("service.ntp.running", "true"),
    "setting: of hostd": _setting("hostd.Config.HostAgent.log.level", "verbose"),
    "setting: of the kernel": _setting("kernel.vga", "FALSE"),
    "setting: a line of a file": _setting("system.uuid", "2e8440d3-b78d-1169-2e84-005056000001"),
    "setting: maintenance": Story(("setting.set", "maintenance", "true"), by_hand=("quiet",)),
    "setting: a registration": _setting("registered.[datastore1] app01/app01.vmx", "false"),
    "setting: a snapshot": _setting("snapshot.[datastore1] app01/app01.vmx.one", "true"),
}


def settle(host: str) -> None:
    """Wait for commands that run on at a simulated host without their controller: a thread of the
    server's has this name as long as it runs one."""
    until = time.monotonic() + 30
    while any(thread.name == f"sim-exec-{host}" for thread in threading.enumerate()):
        if time.monotonic() > until:
            raise TimeoutError(f"a command of {host} runs on")
        time.sleep(0.01)


@dataclass(frozen=True)
class Struck:
    """One story, ready to be told."""

    lab: RunningLab
    cli: Cli
    line: Line

    @property
    def host(self) -> SimHost:
        return self.lab.sim[ONE]

    @property
    def vm(self) -> SimVM:
        return next(vm for vm in self.host.vms if vm.file.name == "app01.vmx")

    def settled(self) -> None:
        """Wait for commands that run on over there without their controller."""
        settle(ONE)

    def left(self) -> dict[str, Any]:
        """What the journal has as unfinished."""
        with Journal.open(self.cli.state / "journal.db") as journal:
            return dict(journal.left([ONE]))

    def intended(self) -> list[JournalChange]:
        """What the journal knows of runs of the story's own task."""
        with Journal.open(self.cli.state / "journal.db") as journal:
            runs = [run.run for run in journal.runs() if run.task == self.line[0]]
            return [change for run in runs for change in journal.changes(run)]


@contextmanager
def struck(story: Story, cli: MakeCli, folder: Path) -> Iterator[Struck]:
    with running_lab(
        hosts=1, versions=("5.0",), pairs=0, directory=folder, shutdown_seconds=0.0
    ) as lab:
        told = Struck(lab, cli(lab.directory / "home", lab.inventory), ())
        for name, text in PROFILES.items():
            (told.cli.home / name).write_text(text)
        (told.cli.home / "lab.toml").write_text("new\n" * 30_000)  # more than one packet
        for what in story.by_hand:
            _by_hand(told, what)
        run = ""

        def filled(line: Line, run: str = "") -> Line:
            return tuple(word.format(home=told.cli.home, run=run) for word in line)

        for line in story.before:
            run = told.cli.json(*filled(line), "-y").expect(0).run
        line = (*filled(story.line, run), "-y", "--json")
        told.host.commands.clear()
        yield Struck(lab, told.cli, line)


def _by_hand(told: Struck, what: str) -> None:
    if what == "quiet":  # no VM runs
        told.host.answer(("vim-cmd", "vmsvc/power.off", "2"))
        return
    if what == "moved":
        moved(told.vm.file)
    ask = {"on": "vmsvc/power.on", "moved": "vmsvc/reload"}[what]
    told.host.answer(("vim-cmd", ask, str(told.vm.vmid)))


def all_of(told: Struck) -> dict[str, object]:
    """Whatever a run may have changed on the host, asked for or not. Logs are no part of it, nor
    are backups: each run that wrote has one."""
    host = told.host
    files = {
        str(file.relative_to(host.root)): file.read_bytes()
        for file in sorted(host.root.rglob("*"))
        if file.is_file() and not file.is_symlink() and file.suffix != ".log"
        if not _BACKUP.search(file.name)
    }
    config = {name: str(value) for name, value in vars(host.config).items() if name != "etc"}
    vms = {
        vm.place: (vm.power, vm.loaded.to_bytes(), vm.question is None, len(vm.snapshots))
        for vm in host.vms
    }
    return {**files, **config, **vms}


def differences(now: dict[str, object], clean: dict[str, object]) -> str:
    names = sorted({*now, *clean})
    return ", ".join(name for name in names if now.get(name) != clean.get(name))


class Watch(list[tuple[str, ...]]):
    """A host's list of commands; ``seen`` has the VMX's bytes at each."""

    def __init__(self, told: Struck) -> None:
        super().__init__()
        self._file = told.vm.file
        self.seen = {self._file.read_bytes()}

    def append(self, argv: tuple[str, ...]) -> None:
        super().append(argv)
        if self._file.exists():
            self.seen.add(self._file.read_bytes())


@dataclass
class Clean:
    """One run that nothing happens to: how many commands it sends, and how it ends."""

    end: dict[str, object]
    count: int
    vmx: set[bytes]
    final: bytes


def clean_run(name: str, cli: MakeCli, folder: Path) -> Clean:
    with struck(STORIES[name], cli, folder) as told:
        watch = told.host.commands = Watch(told)
        file = told.vm.file
        told.cli(*told.line).expect(0)
        final = file.read_bytes()
        return Clean(all_of(told), len(watch), {*watch.seen, final}, final)


def afterwards(told: Struck, before: dict[str, object], clean: Clean) -> list[str]:
    """What is wrong after a run that something has happened to, at once and after the same command
    again."""
    told.settled()
    told.host.commands = []
    said = _straight_after(told, before, clean)
    again = told.cli(*told.line)
    if again.code != 0:
        said.append(f"exit {again.code}: {again.out} {again.err}")
    said.append(differences(all_of(told), clean.end))
    if left := told.left():
        said.append(f"left {left}")
    return said


def _straight_after(told: Struck, before: dict[str, object], clean: Clean) -> list[str]:
    """The VMX is one of those of a run that nothing happened to, and the old one is there; the
    journal knows whatever has happened."""
    said = []
    files = [file for file in told.host.root.rglob("app01.vmx*") if not file.is_symlink()]
    now = next(file for file in files if file.name == "app01.vmx").read_bytes()
    if now not in clean.vmx:
        said.append("the VMX is none of those of a run")
    old = clean.vmx - {clean.final}
    if old and now == clean.final and not old & {file.read_bytes() for file in files}:
        said.append("the old VMX is lost")
    if all_of(told) != before and not told.intended():
        said.append(f"unknown to the journal: {differences(all_of(told), before)}")
    return said
