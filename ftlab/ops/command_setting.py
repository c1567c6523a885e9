"""A setting of a host that ftlab does not know itself: one command shows it, another sets it.

For tasks of the user's own. Plan, proof, journal and ``lab.undo`` are those of ftlab's settings.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ftlab.engine.context import Context
from ftlab.model import Change, Command

TARGET = "setting"
"""The target of such a change."""


@dataclass(frozen=True)
class CommandSetting:
    """``name`` is what reports and journal call it. The value is what ``read`` prints, without
    the line's end; ``write`` makes the command that sets a value. Both commands are recorded, so
    that ``lab.undo`` can use them: they should hold no secret."""

    name: str
    read: Command
    write: Callable[[str], Command]

    def value(self, context: Context) -> str:
        """The present value. Raises ``CommandFailed``."""
        return _shown(context, self.read)

    def set(self, context: Context, value: str) -> None:
        """Plan, or set the value and read it back; nothing where the host has it already.

        Raises ``CommandFailed``, and ``NotProven`` where the host then shows another value.
        """
        before = self.value(context)
        commands = {"read": self.read, "set": self.write(value), "back": self.write(before)}
        carry_out(context, Change(TARGET, before, value, path=self.name), commands)


def carry_out(context: Context, change: Change, commands: Mapping[str, Command]) -> None:
    """One such change: ``set`` leads to its new value, ``back`` to its old one, ``read`` shows
    which it is."""
    context.carry_out(
        [change] if change.before != change.after else [],
        do=lambda: context.ask(commands["set"]),
        prove=lambda: [_shown(context, commands["read"])],
        extra={"commands": {name: _packed(each) for name, each in commands.items()}},
    )


def value_of(context: Context, commands: Mapping[str, Command]) -> str:
    """The present value of a setting whose commands were recorded. Raises ``CommandFailed``."""
    return _shown(context, commands["read"])


def recorded_commands(extra: Mapping[str, Any]) -> dict[str, Command]:
    """The commands of a change, as the journal has them."""
    return {name: _unpacked(each) for name, each in extra["commands"].items()}


def _shown(context: Context, read: Command) -> str:
    return context.ask(read).out.removesuffix("\n")


def _packed(command: Command) -> dict[str, Any]:
    return {
        "argv": list(command.argv),
        "stdin": command.stdin.decode("latin-1"),
        "timeout": command.timeout,
        "typed": command.typed,
        "ok": list(command.ok),
    }


def _unpacked(packed: Mapping[str, Any]) -> Command:
    return Command(
        tuple(packed["argv"]),
        packed["stdin"].encode("latin-1"),
        packed["timeout"],
        typed=packed["typed"],
        ok=tuple(packed["ok"]),
    )
