"""The commands of ``esxcli``: what each does, its options, and the releases that have it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ftlab.sim.esxcli.formats import Records
from ftlab.sim.model.answer import Answer
from ftlab.sim.model.host import SimHost
from ftlab.sim.model.versions import ReleaseNumber

Options = dict[str, str]
"""Long names to values; a flag that is there has the value ``""``; values of an option that may
come again are joined by line ends."""
EsxcliAct = Callable[[SimHost, Options], Records | str | Answer | None]
ESX4, V50, V51, V70, END = (4, 0, 0), (5, 0, 0), (5, 1, 0), (7, 0, 0), (99, 0, 0)
_KNOWN = re.compile(r"(?:-(\w)\|)?--([\w-]+)(=?)(\+?)")
_BOOLEANS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


class EsxcliError(Exception):
    """The command line is refused; ``str()`` is what the host prints."""


class NotSimulated(Exception):
    """What a real host does here is not known, or not simulated: ``str()`` says so."""


@dataclass(frozen=True, slots=True)
class EsxcliEntry:
    """One command. ``options``: ``-t|--timeout=`` takes a value, ``=+`` any number of them. It is
    there for ``since`` ≤ release < ``until``."""

    act: EsxcliAct
    options: str
    since: ReleaseNumber
    until: ReleaseNumber

    def read(self, words: Sequence[str]) -> Options:
        """``-o X``, ``-o=X``, ``--option X`` and ``--option=X`` alike. Raises :class:`EsxcliError`
        for a missing value."""
        found: Options = {}
        rest = list(words)
        while rest:
            name, equals, value = rest.pop(0).partition("=")
            long, valued, repeats = self._known(name)
            if not valued:
                value = ""
            elif not equals:
                if not rest:
                    raise EsxcliError(f"Error: Missing value for {name}")
                value = rest.pop(0)
            found[long] = f"{found[long]}\n{value}" if repeats and long in found else value
        if found.get("netstack", "defaultTcpipStack") != "defaultTcpipStack":
            raise NotSimulated(f"has no network stack {found['netstack']}")
        return found

    def _known(self, name: str) -> tuple[str, str, str]:
        for letter, long, valued, repeats in _KNOWN.findall(self.options):
            if name in ({f"-{letter}", f"--{long}"} - {"-"}):
                return long, valued, repeats
        raise NotSimulated(f"does not have the option {name} of this command")

    def usage(self) -> str:
        """Its options, a line each."""
        known = sorted(_KNOWN.findall(self.options))
        return "".join(
            f"  {f'-{letter}|' if letter else ''}--{name}{valued and '=<value>'}\n"
            for letter, name, valued, _ in known
        )


COMMANDS: dict[str, EsxcliEntry] = {}


def esxcli(
    name: str, options: str = "", *, since: ReleaseNumber = V50, until: ReleaseNumber = END
) -> Callable[[EsxcliAct], EsxcliAct]:
    """The decorated function is what ``esxcli NAME`` does; None is success in silence."""

    def register(act: EsxcliAct) -> EsxcliAct:
        COMMANDS[name] = EsxcliEntry(act, options, since, until)
        return act

    return register


def required(options: Options, name: str) -> str:
    """The value of an option the command cannot do without."""
    if name not in options:
        raise EsxcliError(f"Error: Missing required parameter --{name}")
    return options[name]


def boolean(options: Options, name: str) -> bool | None:
    """A yes or no; None where it is not given."""
    if name not in options:
        return None
    if (value := _BOOLEANS.get(options[name].lower())) is None:
        raise NotSimulated(f"takes true or false for --{name}, not {options[name]!r}")
    return value
