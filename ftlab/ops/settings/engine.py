"""One setting on one host: what it is, and made what it should be."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from ftlab.engine.concurrency import few_at_a_time
from ftlab.engine.context import Context
from ftlab.errors import CommandTimeout, HostFailed, Lost, NotApplicable, Refused
from ftlab.esxi import faults
from ftlab.esxi.no_command import has_no_command
from ftlab.esxi.settings import values
from ftlab.esxi.settings.packed import KnownWay
from ftlab.esxi.settings.readers import value_in
from ftlab.esxi.settings.setting import HostSetting, Shown, rewritten, steps_between
from ftlab.esxi.settings.values import SettingValue, in_words
from ftlab.frozen import frozen
from ftlab.model import Change, Command, Completed
from ftlab.ops.files import remote
from ftlab.ops.files.beside import backup_path, beside

T = TypeVar("T")
TARGET = "setting"
"""The target of such a change; its ``path`` is the setting's name."""
PACKED = "setting"
"""In a change's ``extra``: the setting itself, so that any ftlab can undo it."""
_UNKNOWN = "Unknown command or namespace"


@frozen
class FoundSetting:
    """What a host has: how it does this setting, and what it shows. ``needs`` is what a new value
    needs to count."""

    known: KnownWay
    shown: Shown
    needs: str = ""

    @property
    def value(self) -> SettingValue:
        return self.shown.value

    @property
    def name(self) -> str:
        return self.known.name

    def wanted(self, value: SettingValue) -> SettingValue:
        """The value in the host's own type. Raises ``Refused`` where it cannot be."""
        if self.known.kind == "any":
            return values.like(self.name, value, self.value)
        return value

    def is_now(self, value: object) -> bool:
        return values.same(self.known.kind, self.value, value)

    def change(self, wanted: SettingValue) -> Change:
        return Change(TARGET, self.value, wanted, path=self.name)


def known_way(context: Context, setting: HostSetting) -> KnownWay:
    """How this host does it. Raises ``NotApplicable`` where its release has no such setting."""
    if len(setting.ways) == 1 and setting.ways[0].releases == "all":
        return KnownWay(setting.name, setting.kind, setting.ways[0], setting.stays)
    way = setting.way_for(context.version)
    if way is None:
        there = ", ".join(each.releases for each in setting.ways)
        raise NotApplicable(
            f"{setting.name} does not exist on {context.version}", hint=f"it is there on {there}"
        )
    return KnownWay(setting.name, setting.kind, way, setting.stays)


def read_setting(context: Context, setting: HostSetting) -> FoundSetting:
    """The setting as it is. Raises ``NotApplicable``, ``CommandFailed``, ``ParseError``."""
    known = known_way(context, setting)
    return FoundSetting(known, read_known(context, known), setting.needs)


def read_settings(
    context: Context, settings: Sequence[HostSetting]
) -> list[FoundSetting | HostFailed]:
    """Each setting as it is, or the error that came of it. Settings that one command shows are
    read together. Raises what a dying connection does."""
    ways = [_caught(partial(known_way, context, each)) for each in settings]
    asked = [way.way.read.command(asks=True) for way in ways if isinstance(way, KnownWay)]
    commands = list(dict.fromkeys(asked))
    work = [partial(context.session.run, command) for command in commands]
    answers = dict(zip(commands, few_at_a_time(context, work), strict=True))
    return [
        way
        if isinstance(way, HostFailed)
        else _caught(
            partial(_found, context, setting, way, answers[way.way.read.command(asks=True)])
        )
        for setting, way in zip(settings, ways, strict=True)
    ]


def _found(
    context: Context, setting: HostSetting, known: KnownWay, answer: Completed
) -> FoundSetting:
    return FoundSetting(known, _shown(context, known, answer), setting.needs)


def _caught(work: Callable[[], T]) -> T | HostFailed:
    """What it returns, or what is wrong with this one setting."""
    try:
        return work()
    except (Lost, CommandTimeout):
        raise
    except HostFailed as error:
        return error


def read_known(context: Context, known: KnownWay) -> Shown:
    """A setting of which it is known how the host does it."""
    return _shown(context, known, context.session.run(known.way.read.command(asks=True)))


def _shown(context: Context, known: KnownWay, done: Completed) -> Shown:
    if _is_unknown(done):
        raise NotApplicable(
            f"{known.name}: {context.version} does not have the command {known.way.read}"
        )
    answer = faults.check(done).out
    found = value_in(known.name, known.kind, answer, known.way.reader, known.way.where)
    return Shown(found, answer)


def _is_unknown(done: Completed) -> bool:
    """Whether the release has no such command, by its own words or its shell's."""
    if done.ok or done.command.typed:
        return False
    return has_no_command(done) or _UNKNOWN in done.out + done.err


def write_setting(context: Context, found: FoundSetting, wanted: SettingValue) -> None:
    """Plan, or set the value and read it back; nothing where the host has it already.

    Raises ``Refused`` for a value of another type or that no command is known to set,
    ``CommandFailed``, and ``NotProven`` where the host then shows another one.
    """
    known, wanted = found.known, found.wanted(wanted)
    if found.is_now(wanted):
        return
    change, steps = found.change(wanted), needed_steps(found, wanted)
    copy = _copy_of_file(context, found) if known.way.rewrites(wanted) else ""
    done = context.carry_out(
        [change],
        do=lambda: _set(context, found, wanted, steps, copy),
        prove=lambda shown: [wanted if values.same(known.kind, shown, wanted) else shown],
        extra={PACKED: known.pack(), **(beside(copy) if copy else {})},
    )
    if done and found.needs:
        context.notes.append(f"{found.name}: {found.needs}")


def needed_steps(found: FoundSetting, wanted: SettingValue) -> list[Command]:
    """The commands. Raises ``Refused`` where none is known."""
    known = found.known
    steps = steps_between(known.way, known.kind, found.shown, wanted)
    if steps is None:
        raise Refused(
            f"{known.name}: no command is known that sets {in_words(wanted)} again",
            kind="value.range",
        )
    return [step.command() for step in steps]


def _copy_of_file(context: Context, found: FoundSetting) -> str:
    """Where the file as it was goes. Each of a run's changes to a file has a copy of its own."""
    name = re.sub("[^A-Za-z0-9.-]", "_", found.name)
    return backup_path(f"{found.known.way.file}.{name}", context.run)


def _set(
    context: Context, found: FoundSetting, wanted: SettingValue, steps: Sequence[Command], copy: str
) -> SettingValue:
    """Set it and look, in one exec; the value that the host then has. With a ``copy`` it is the
    file that is written."""
    known = found.known
    then = [*steps, known.way.read.command(asks=True)]
    if copy:
        answers = _write(context, found, wanted, copy, then)
    else:
        answers = context.session.run_chain(then)
    for answer in answers[: len(steps)]:
        faults.check(answer)
    return _shown(context, known, answers[-1]).value


def _write(
    context: Context, found: FoundSetting, wanted: SettingValue, copy: str, then: Sequence[Command]
) -> list[Completed]:
    """The file anew, as it is now but for the value: what else the run has set since may stand in
    it, too. Raises ``Refused`` (``file.changed``) where the value is another one by now."""
    known, way = found.known, found.known.way
    now = read_known(context, known)
    if not values.same(known.kind, now.value, found.value):
        raise remote.changed(way.file)
    texts = now.text, rewritten(way, now.text, wanted)
    return remote.rewrite(context, way.file, texts, copy, then)
