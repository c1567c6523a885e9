"""What an applet of the small shell takes, and how it is run."""

from __future__ import annotations

import getopt
from collections.abc import Callable
from dataclasses import dataclass

from ftlab.sim.shell.call import Call
from ftlab.sim.shell.errors import Refused
from ftlab.sim.shell.streams import NOTHING

Flags = dict[str, str]
Run = Callable[[Call, Flags, list[str]], int]


class Usage(Exception):
    """A wrong command line, which real BusyBox refuses too; ``str()`` says why."""


@dataclass(frozen=True, slots=True)
class Applet:
    """``letters`` are the options as for getopt (``"lc:"``); None where the applet reads its words
    itself. ``check`` raises :class:`Refused` for words that the small shell does not do."""

    name: str
    run: Run
    letters: str | None
    check: Callable[[list[str]], None]

    def read(self, words: list[str]) -> tuple[Flags, list[str]]:
        """Options by letter, and the operands. Raises :class:`Refused`."""
        self.check(words)
        if self.letters is None:
            return {}, words
        try:
            found, operands = getopt.gnu_getopt(words, self.letters)
        except getopt.GetoptError as error:
            raise Refused(f"{self.name} -{error.opt}") from error
        for operand in operands:
            if operand.startswith("/dev/") and operand != NOTHING:
                raise Refused(f"the device {operand}")
        return {name.lstrip("-"): value for name, value in found}, operands

    def checked(self, call: Call) -> int:
        """Run it; a wrong command line, and a file error it does not handle, are told (1)."""
        try:
            return self.run(call, *self.read(list(call.arguments)))
        except Usage as error:
            return call.complain(str(error))
        except OSError as error:
            return call.complain(error.strerror or str(error))


APPLETS: dict[str, Applet] = {}
"""Programs of the host, which are recorded when they run."""
BUILTINS: dict[str, Applet] = {}
"""What the shell does itself."""


def applet(
    *names: str,
    letters: str | None = "",
    check: Callable[[list[str]], None] = lambda _words: None,
    among: dict[str, Applet] = APPLETS,
) -> Callable[[Run], Run]:
    """The decorated function is what runs for each of ``names``."""

    def register(run: Run) -> Run:
        among.update((name, Applet(name, run, letters, check)) for name in names)
        return run

    return register


def each(call: Call, operands: list[str], verb: str, work: Callable[[str], int | None]) -> int:
    """Do ``work`` for each operand; one that fails is told (``can't VERB 'x': why``), status 1."""
    status = 0
    for operand in operands:
        try:
            status = work(operand) or status
        except OSError as error:
            status = call.complain(f"can't {verb} '{operand}': {error.strerror}")
    return status


def number(text: str) -> int:
    """A decimal number, or :class:`Usage`."""
    if not (text.isascii() and text.isdecimal()):
        raise Usage(f"invalid number '{text}'")
    return int(text)
