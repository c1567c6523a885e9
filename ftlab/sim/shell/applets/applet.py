"""What an applet of the small shell takes, and how it is run."""

from __future__ import annotations

import getopt
import re
from collections.abc import Callable
from dataclasses import dataclass

from ftlab.sim.shell.call import Call, Refused

Flags = dict[str, str]
Run = Callable[[Call, Flags, list[str]], int]
_DEVICE = re.compile(r"((if|of)=)?/dev/(?!null\Z)")


class Usage(Exception):
    """A wrong command line, which real BusyBox refuses too; ``str()`` says why."""

    def __init__(self, message: str, status: int = 1) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True)
class Applet:
    """``letters`` are the options as for getopt (``"lc:"``); None where the applet reads its words
    itself. ``form`` is what its words have to match, with a blank before each (blanks within one
    are NUL); the small shell refuses all else."""

    name: str
    run: Run
    letters: str | None
    form: re.Pattern[str]

    def read(self, words: list[str]) -> tuple[Flags, list[str]]:
        """Options by letter, and the operands. Raises :class:`Refused`."""
        if self.name in APPLETS and (device := next(filter(_DEVICE.match, words), None)):
            raise Refused(f"the device {device}")
        if not self.form.fullmatch("".join(" " + word.replace(" ", "\0") for word in words)):
            raise Refused(f"{self.name} with these arguments")
        if self.letters is None:
            return {}, words
        try:
            found, operands = getopt.gnu_getopt(words, self.letters)
        except getopt.GetoptError as error:
            raise Refused(f"{self.name} -{error.opt}") from error
        return {name.lstrip("-"): value for name, value in found}, operands

    def checked(self, call: Call) -> int:
        """Run it; a wrong command line, and a file error it does not handle, are told."""
        try:
            return self.run(call, *self.read(list(call.argv[1:])))
        except Usage as error:
            return call.complain(str(error), error.status)
        except OSError as error:
            return call.complain(error.strerror or str(error))


APPLETS: dict[str, Applet] = {}
"""Programs of the host, which are recorded when they run."""
BUILTINS: dict[str, Applet] = {}
"""What the shell does itself."""


def applet(
    *names: str, letters: str | None = "", form: str = ".*", among: dict[str, Applet] = APPLETS
) -> Callable[[Run], Run]:
    """The decorated function is what runs for each of ``names``."""
    pattern = re.compile(form, re.DOTALL | re.ASCII)

    def register(run: Run) -> Run:
        among.update((name, Applet(name, run, letters, pattern)) for name in names)
        return run

    return register


def each(call: Call, operands: list[str], trouble: str, work: Callable[[str], int | None]) -> int:
    """Do ``work`` for each operand, of which there is one at least; one that fails is told
    (``trouble: why``, with the operand for ``{}``), and the status is 1."""
    if not operands:
        raise Usage(f"usage: {call.name} FILE...")
    status = 0
    for operand in operands:
        try:
            status = work(operand) or status
        except OSError as error:
            status = call.complain(f"{trouble.format(operand)}: {error.strerror}")
    return status


def number(text: str) -> int:
    """A decimal number, or :class:`Usage`."""
    if not (text.isascii() and text.isdecimal()):
        raise Usage(f"invalid number '{text}'")
    return int(text)
