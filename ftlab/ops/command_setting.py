"""A setting of a host that ftlab does not know itself: one command shows it, another sets it.

For tasks of the user's own. Plan, proof, journal and ``lab.undo`` are those of every setting.
"""

from __future__ import annotations

from collections.abc import Callable

from ftlab.engine.context import Context
from ftlab.esxi.settings.command_line import CommandLine
from ftlab.esxi.settings.packed import KnownWay
from ftlab.esxi.settings.setting import SettingWay, Shown
from ftlab.frozen import frozen
from ftlab.model import Command
from ftlab.ops.settings.engine import FoundSetting, read_known, write_setting


@frozen
class CommandSetting:
    """``name`` is what reports and journal call it. The value is what ``read`` prints, without
    the line's end; ``write`` makes the command that sets a value. The commands are recorded, so
    that ``lab.undo`` can use them: they should hold no secret."""

    name: str
    read: Command
    write: Callable[[str], Command]

    def value(self, context: Context) -> str:
        """The present value. Raises ``CommandFailed``."""
        return str(read_known(context, self._known()).value)

    def set(self, context: Context, value: str) -> None:
        """Plan, or set the value and read it back; nothing where the host has it already.

        Raises ``CommandFailed``, and ``NotProven`` where the host then shows another value.
        """
        before = self.value(context)
        write_setting(context, FoundSetting(self._known(before, value), Shown(before)), value)

    def _known(self, *values: str) -> KnownWay:
        """With the commands for these values: no others are known."""
        steps = {value: (_line(self.write(value)),) for value in values}
        return KnownWay(self.name, "text", SettingWay(_line(self.read), by_value=steps))


def _line(command: Command) -> CommandLine:
    stdin = command.stdin.decode("utf-8", "surrogateescape")
    return CommandLine(command.argv, stdin, command.typed, command.timeout, command.ok)
