"""A setting of a host, as data: all that the engine, which plans, sets and undoes it, knows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from functools import cache

from ftlab.errors import Refused
from ftlab.esxi.host.version import Version
from ftlab.esxi.settings.command_line import CommandLine, filled
from ftlab.esxi.settings.values import SettingKind, SettingValue, spelled
from ftlab.frozen import frozen
from ftlab.regex import regex

_SHAPES = {"path": r"\[.+\] .+\.vmx"}
_PLACE = regex(r"\{([a-z_]+)\}")
Steps = tuple[CommandLine, ...]


@frozen(slots=True)
class SettingWay:
    """How releases from ``since`` and before ``gone`` (dotted; ``None``: no limit) do it.

    ``read`` is the command that shows the value, and ``reader`` the name of what finds it in the
    answer, by ``where`` (see ``ftlab.esxi.settings.readers``). A value is set by the commands that
    ``by_value`` has for it, else by ``set`` (with ``{value}``, ``{type}`` or ``{item}``), or, of
    the members of a list, by ``add`` and ``remove`` (with ``{item}``), or by writing the ``file``
    that ``read`` shows with a line like ``edit`` (with ``{item}``) for each member, where those
    that ``where`` matches have been. ``after`` are done once at the end. ``finds`` are further
    places in the commands, each the group of a regular expression in the answer.
    """

    read: CommandLine
    reader: str = "text"
    where: str = ""
    set: Steps = ()
    by_value: Mapping[str, Steps] = field(default_factory=dict)
    add: CommandLine | None = None
    remove: CommandLine | None = None
    after: Steps = ()
    finds: Mapping[str, str] = field(default_factory=dict)
    file: str = ""
    edit: str = ""
    since: str | None = None
    gone: str | None = None

    def filled(self, places: Mapping[str, str]) -> SettingWay:
        """For the one thing that the places name."""
        if not places:
            return self
        pattern = self.reader == "match"
        asked = {name: re.escape(value) if pattern else value for name, value in places.items()}
        return replace(
            self,
            read=self.read.filled(places),
            where=filled(self.where, asked),
            file=filled(self.file, places),
            edit=filled(self.edit, places),
            set=_filled(self.set, places),
            by_value={value: _filled(steps, places) for value, steps in self.by_value.items()},
            add=self.add and self.add.filled(places),
            remove=self.remove and self.remove.filled(places),
            after=_filled(self.after, places),
            finds={
                name: filled(pattern, {k: re.escape(v) for k, v in places.items()})
                for name, pattern in self.finds.items()
            },
        )

    def rewrites(self, wanted: SettingValue) -> bool:
        """Whether this value is set by writing the ``file``, and no command is there for it."""
        return bool(self.edit) and not self.set and spelled(wanted) not in self.by_value

    def has(self, version: Version) -> bool:
        """Whether it is the way of this release."""
        return version.is_within(self.since, self.gone)

    @property
    def releases(self) -> str:
        """In words: ``5.1 and later``."""
        if self.since and self.gone:
            return f"{self.since} to before {self.gone}"
        if self.gone:
            return f"before {self.gone}"
        return f"{self.since} and later" if self.since else "all"


@frozen(slots=True)
class HostSetting:
    """``name`` may have a place, as ``vmknic.{vmknic}.tags``. ``takes`` are the only values, where
    there are only some; ``needs`` says what else it takes for it to count, such as a reboot.
    What was there before one of the values that ``stays`` (``*``: any) is gone for good, so
    they are never undone. ``listing`` shows every instance of a setting with a
    place, for ``lab.capture``."""

    name: str
    kind: SettingKind
    what: str
    source: str
    ways: tuple[SettingWay, ...]
    takes: tuple[str, ...] = ()
    needs: str = ""
    stays: tuple[str, ...] = ()
    listing: SettingWay | None = None

    def called(self, name: str) -> HostSetting | None:
        """The setting of this one name; ``None`` if it is not so called."""
        found = _pattern(self.name).fullmatch(name)
        if found is None:
            return None
        places = found.groupdict()
        return replace(self, name=name, ways=tuple(way.filled(places) for way in self.ways))

    @property
    def place(self) -> str | None:
        """What stands in the name for the thing that it is about."""
        found = _PLACE.search(self.name)
        return found[1] if found else None

    def instance(self, thing: str) -> str:
        """The name of the setting of one thing."""
        return self.name.replace(f"{{{self.place}}}", thing)

    def refuse_other(self, value: SettingValue) -> None:
        """Raises ``Refused`` (``value.range``) for a value that it never takes."""
        if self.takes and spelled(value) not in self.takes:
            raise Refused(
                f"{self.name} takes {', '.join(self.takes)}, not {spelled(value)}",
                kind="value.range",
                path=self.name,
                value=value,
            )

    def way_for(self, version: Version) -> SettingWay | None:
        """How this release does it; ``None`` where it has no such setting, or none is known."""
        return next((way for way in self.ways if way.has(version)), None)


@frozen(slots=True)
class Shown:
    """A setting's value, and the whole answer that it stood in."""

    value: SettingValue
    text: str = ""


def steps_between(
    way: SettingWay, kind: SettingKind, now: Shown, wanted: SettingValue
) -> list[CommandLine] | None:
    """The commands that lead from one value to another; ``None`` where none are known. Where it is
    a ``file`` that changes (:func:`rewritten`), those that come after. Pure."""
    own = way.by_value.get(spelled(wanted))
    if own is not None:
        found = list(own)
    elif way.set:
        items = wanted if isinstance(wanted, tuple) else ()
        places = {"value": spelled(wanted), "type": _type(wanted)}
        said = [step.filled(places).repeated(items) for step in way.set]
        found = [step for step in said if step is not None]
    elif way.rewrites(wanted):
        found = []
    elif way.add and way.remove and isinstance(now.value, tuple) and isinstance(wanted, tuple):
        gone, new = _members(kind, now.value, wanted)
        add = [way.add.filled({"item": each}) for each in new]
        remove = [way.remove.filled({"item": each}) for each in gone]
        found = [*add, *remove] if kind == "set" else [*remove, *add]
    else:
        return None
    return _found([*found, *way.after], way.finds, now.text)


def _found(
    steps: list[CommandLine], finds: Mapping[str, str], text: str
) -> list[CommandLine] | None:
    """The commands with what has to be found in the answer; ``None`` where it is not there."""
    places = {
        name: match[1]
        for name, pattern in finds.items()
        if (match := re.search(pattern, text, re.MULTILINE))
    }
    filled_in = [step.filled(places) for step in steps]
    lacking = {f"{{{name}}}" for name in finds.keys() - places.keys()}
    words = [word for step in filled_in for word in step.argv]
    return None if any(place in word for place in lacking for word in words) else filled_in


def rewritten(way: SettingWay, text: str, wanted: SettingValue) -> str:
    """The text of the file with a line for each member, where those that ``where`` matches have
    been, else at its end; all other lines stay as they are. Pure."""
    members = wanted if isinstance(wanted, tuple) else (spelled(wanted),)
    new = [f"{way.edit.replace('{item}', member)}\n" for member in members]
    kept: list[str] = []
    at: int | None = None
    for each in re.findall(r"[^\n]*\n|[^\n]+", text):
        if re.match(way.where, each):
            at = len(kept) if at is None else at
        else:
            kept.append(each)
    if at is None:
        at = len(kept)
        if new and kept and not kept[-1].endswith("\n"):
            kept[-1] += "\n"
    return "".join([*kept[:at], *new, *kept[at:]])


def _members(
    kind: SettingKind, now: Sequence[str], wanted: Sequence[str]
) -> tuple[list[str], list[str]]:
    """What goes, and what comes. Of a list the first that differs and all after it go: members
    come at its end."""
    if kind == "set":
        had, have = {m.casefold() for m in now}, {m.casefold() for m in wanted}
        gone = [m for m in now if m.casefold() not in have]
        return gone, [m for m in wanted if m.casefold() not in had]
    kept = 0
    while kept < min(len(now), len(wanted)) and now[kept] == wanted[kept]:
        kept += 1
    return list(now[kept:]), list(wanted[kept:])


def _type(value: SettingValue) -> str:
    """The type's name in the words of ``vim-cmd hostsvc/advopt/update``."""
    if isinstance(value, bool):
        return "bool"
    return "long" if isinstance(value, int) else "string"


def _filled(steps: Steps, places: Mapping[str, str]) -> Steps:
    return tuple(step.filled(places) for step in steps)


@cache
def _pattern(name: str) -> re.Pattern[str]:
    parts = _PLACE.split(name)
    return re.compile(
        "".join(
            f"(?P<{part}>{_SHAPES.get(part, '.+')})" if odd else re.escape(part)
            for part, odd in zip(parts, [False, True] * len(parts), strict=False)
        )
    )
