"""``esxcli``: its commands, reading their options, printing their answers and usages.

What the host prints for an unknown advanced option, or for a value it refuses, is not published:
those words are this lab's own. The unknown-namespace text was seen on 9.0. The form of usages was
seen on 5.5 and 6.x; descriptions are left out, and so is what this lab does not have.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ftlab.sim.data import page_of, table_of
from ftlab.sim.esxcli.records import FORMATTERS, KINDS, Moment, Records, show, told
from ftlab.sim.model.answer import Answer, say
from ftlab.sim.model.host import SimHost
from ftlab.sim.model.versions import END, V50, ReleaseNumber

_KNOWN = re.compile(r"(?:-(\w)\|)?--([\w-]+)(=?)(\+?)")
_BOOLEANS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_REAL = table_of("esxcli/data/namespaces.toml")
_HELP = ("--help", "-?")


class EsxcliError(Exception):
    """The command line is refused; ``str()`` is what the host prints."""


class NotSimulated(Exception):
    """What a real host does here is not known, or not simulated: ``str()`` says so."""


class Options(dict[str, str]):
    """Long names to values; a flag that is there has the value ``""``; values of an option that may
    come again are joined by line ends."""

    def required(self, name: str) -> str:
        """The value of an option the command cannot do without."""
        if name not in self:
            raise EsxcliError(f"Error: Missing required parameter --{name}")
        return self[name]

    def boolean(self, name: str) -> bool | None:
        """A yes or no; None where it is not given."""
        if name not in self:
            return None
        if (value := _BOOLEANS.get(self[name].lower())) is None:
            raise NotSimulated(f"takes true or false for --{name}, not {self[name]!r}")
        return value


Tell = Callable[[SimHost, Options], Iterable[Moment]]
EsxcliAct = Callable[[SimHost, Options], Records | str | Answer | None]


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
        found = Options()
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


COMMANDS: dict[str, EsxcliEntry] = {}


def esxcli(
    name: str, options: str = "", *, since: ReleaseNumber = V50, until: ReleaseNumber = END
) -> Callable[[EsxcliAct], EsxcliAct]:
    """The decorated function is what ``esxcli NAME`` does; None is success in silence."""

    def register(act: EsxcliAct) -> EsxcliAct:
        COMMANDS[name] = EsxcliEntry(act, options, since, until)
        return act

    return register


def tells(
    kind: str, command: str, options: str = "", **releases: ReleaseNumber
) -> Callable[[Tell], Tell]:
    """``esxcli COMMAND`` tells records of this kind, one for each moment that the decorated
    function gives. ``releases``: ``since`` and ``until``."""

    def register(tell: Tell) -> Tell:
        @esxcli(command, options, **releases)
        def act(host: SimHost, given: Options) -> Records:
            return told(kind, host, *tell(host, given))

        return tell

    return register


def _told_by(name: str, kind: dict[str, Any]) -> None:
    """A command that has one thing to tell, and nothing else."""
    if "text" in kind:
        esxcli(kind["command"])(lambda host, _options: kind["text"].format(host=host))
    elif "command" in kind:
        each = kind.get("each", [{}])
        tells(name, kind["command"], kind.get("options", ""))(lambda _host, _options: each)


for _name, _kind in KINDS.items():
    _told_by(_name, _kind)


def run(host: SimHost, args: Sequence[str]) -> Answer:
    """Answer one call. Every failure has exit status 1 and speaks on stdout."""
    known = {n: e for n, e in COMMANDS.items() if e.since <= host.release.number < e.until}
    try:
        formatter, words = _formatter(host, list(args))
        asked = words[-1:] != [] and words[-1] in _HELP
        words = words[:-1] if asked else words
        if usage := _usage(known, " ".join(words), asked=asked):
            return say(usage, exit=0 if asked else 1)
        entry, rest = _find(host, known, words)
        found = entry.act(host, entry.read(rest)) or ""
    except NotSimulated as error:
        return say(stderr=f"This simulated host {error}\n", exit=1)
    except EsxcliError as error:
        return say(f"{error}\n", exit=1)
    if isinstance(found, Answer):
        return found
    narrow = host.release.number >= (8, 0, 0)
    return say(found if isinstance(found, str) else show(found, formatter, narrow=narrow))


def _formatter(host: SimHost, words: list[str]) -> tuple[str, list[str]]:
    name = ""
    while words and words[0].startswith("-") and words[0] not in _HELP:
        option, equals, value = words.pop(0).partition("=")
        if option != "--formatter":
            raise EsxcliError(f"Error: Invalid option {option}")
        name = value if equals else (words.pop(0) if words else "")
    known = FORMATTERS if host.release.number >= (8, 0, 0) else FORMATTERS.keys() - {"json"}
    if name and name not in known:
        raise EsxcliError(f"Error: Invalid formatter {name}")
    return name, words


def _find(
    host: SimHost, known: dict[str, EsxcliEntry], words: list[str]
) -> tuple[EsxcliEntry, list[str]]:
    """The command that the words begin with, and the words after it."""
    length = next((n for n, word in enumerate(words) if word.startswith("-")), len(words))
    command, names = words[:length], " ".join(words[:length])
    if names in known:
        return known[names], words[length:]
    if names not in COMMANDS and _is_real(host, known, command):
        raise NotSimulated(f"does not have: esxcli {names}")
    raise EsxcliError(f"Error: Unknown command or namespace {names}\n")


def _is_real(host: SimHost, known: Collection[str], words: Sequence[str]) -> bool:
    """Whether a real host has a namespace of these first words."""
    here = " ".join(words[:2]) + " "
    if len(words) > 1 and any(name.startswith(here) for name in known):
        return True
    real = bool(words) and words[0] in _REAL["all"] and host.release.number >= V50
    return real and (words[0] != "system" or len(words) < 2 or words[1] in _REAL["system"])


def _usage(known: dict[str, EsxcliEntry], namespace: str, *, asked: bool) -> str:
    """What is said in place of an answer where a namespace stands alone or help was ``asked``;
    empty where neither is so. The exit status of the former is not published; this lab's is 1."""
    entry = known.get(namespace) if asked else None
    head = f"{namespace} " if namespace else ""
    below = {command.removeprefix(head) for command in known if command.startswith(head)}
    return "" if not entry and not below else page_of(
        "esxcli/data/usage.txt", entry=entry, namespace=namespace,
        options=sorted(_KNOWN.findall(entry.options)) if entry else (),
        namespaces=sorted({rest.partition(" ")[0] for rest in below if " " in rest}),
        commands=sorted(rest for rest in below if " " not in rest),
    )  # fmt: skip
