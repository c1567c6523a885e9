"""A setting as plain data: what the journal keeps of one, so that it can be undone and finished by
an ftlab that no longer has it, or never had it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ftlab.esxi.settings.command_line import CommandLine
from ftlab.esxi.settings.setting import SettingWay, Steps
from ftlab.esxi.settings.values import SettingKind
from ftlab.frozen import frozen


@frozen(slots=True)
class KnownWay:
    """One setting by its full name, and how one host does it."""

    name: str
    kind: SettingKind
    way: SettingWay
    stays: tuple[str, ...] = ()

    def pack(self) -> dict[str, Any]:
        """As JSON has it."""
        way = self.way
        return {
            "name": self.name,
            "kind": self.kind,
            "stays": list(self.stays),
            "reader": way.reader,
            "where": way.where,
            "read": _packed(way.read),
            "set": _packed_all(way.set),
            "by_value": {value: _packed_all(steps) for value, steps in way.by_value.items()},
            "add": way.add and _packed(way.add),
            "remove": way.remove and _packed(way.remove),
            "after": _packed_all(way.after),
            "finds": dict(way.finds),
            "file": way.file,
            "edit": way.edit,
        }


def unpack(packed: Mapping[str, Any]) -> KnownWay:
    """From what :meth:`KnownWay.pack` gave."""
    way = SettingWay(
        read=_unpacked(packed["read"]),
        reader=packed["reader"],
        where=packed["where"],
        set=_unpacked_all(packed["set"]),
        by_value={value: _unpacked_all(steps) for value, steps in packed["by_value"].items()},
        add=packed["add"] and _unpacked(packed["add"]),
        remove=packed["remove"] and _unpacked(packed["remove"]),
        after=_unpacked_all(packed["after"]),
        finds=packed["finds"],
        file=packed["file"],
        edit=packed["edit"],
    )
    return KnownWay(packed["name"], packed["kind"], way, tuple(packed["stays"]))


def _packed(line: CommandLine) -> dict[str, Any]:
    return {
        "argv": list(line.argv),
        "stdin": line.stdin,
        "timeout": line.timeout,
        "typed": line.typed,
        "ok": list(line.ok),
    }


def _packed_all(steps: Steps) -> list[dict[str, Any]]:
    return [_packed(step) for step in steps]


def _unpacked(packed: Mapping[str, Any]) -> CommandLine:
    return CommandLine(
        tuple(packed["argv"]),
        packed["stdin"],
        packed["typed"],
        packed["timeout"],
        tuple(packed["ok"]),
    )


def _unpacked_all(steps: list[dict[str, Any]]) -> Steps:
    return tuple(_unpacked(step) for step in steps)
