"""Options of applets, read as BusyBox reads them: flags may stand together and anywhere."""

from __future__ import annotations

import getopt
from collections.abc import Callable, Iterable

from ftlab.sim.shell.call import Call


class Usage(Exception):
    """An option the applet does not have, or an operand that is missing."""


def options(
    call: Call, letters: str, arguments: Iterable[str] | None = None
) -> tuple[dict[str, str], list[str]]:
    """Options by letter and the operands; ``letters`` as for getopt (``"lc:"``)."""
    given = list(call.arguments if arguments is None else arguments)
    try:
        found, operands = getopt.gnu_getopt(given, letters)
    except getopt.GetoptError as error:
        raise Usage(f"invalid option -- '{error.opt}'") from error
    return {name.lstrip("-"): value for name, value in found}, operands


def checked(applet: Callable[[Call], int]) -> Callable[[Call], int]:
    """``applet`` with a wrong option, and any file error it does not handle, told (exit 1)."""

    def run(call: Call) -> int:
        try:
            return applet(call)
        except Usage as error:
            return call.complain(str(error))
        except OSError as error:
            return call.complain(error.strerror or str(error))

    return run


def each(call: Call, operands: Iterable[str], verb: str, work: Callable[[str], None]) -> int:
    """Do ``work`` for each operand; one that fails is told (``can't VERB 'x': why``), status 1."""
    status = 0
    for operand in operands:
        try:
            work(operand)
        except OSError as error:
            status = call.complain(f"can't {verb} '{operand}': {error.strerror}")
    return status


def number(text: str) -> int:
    """A decimal number, or :class:`Usage`."""
    try:
        return int(text)
    except ValueError:
        raise Usage(f"invalid number '{text}'") from None
