"""``esxcfg-advcfg``: advanced options on hosts whose esxcli has no ``system`` namespace (4.x).

It shows the value, and in its list the type, but neither default nor limits. Nobody has
published what it prints for an option it does not know, so no text is matched: if
:func:`parse_get` reads a value, the option exists; if not, :func:`interpret_has` decides.
"""

from __future__ import annotations

from ftlab.esxi.options.option import Kind, check_path, same_path
from ftlab.esxi.text import lines, unreadable
from ftlab.frozen import frozen
from ftlab.model import Command, Completed
from ftlab.regex import regex

_LINE = regex(r"(/\S+) \[(Integer|String)\] :(?: (.*)|)")
_VALUE = regex(r"Value of (\S+) is((?: .*)?)")
_INTEGER = regex(r"-?[0-9]{1,30}")
_KINDS: dict[str, Kind] = {"Integer": "integer", "String": "string"}


@frozen(slots=True)
class ListedOption:
    """One line of ``esxcfg-advcfg -l``: a path, its type, and what it does."""

    path: str
    type: Kind
    description: str


def build_get(path: str) -> Command:
    """Print one option's value. Changes nothing."""
    return Command(("esxcfg-advcfg", "-g", check_path(path)), repeatable=True)


def build_set(path: str, value: int | str) -> Command:
    """Set one option. Safe to repeat: it sets, never adds."""
    return Command(("esxcfg-advcfg", "-s", str(value), check_path(path)), repeatable=True)


def build_reset(path: str) -> Command:
    """Back to the host's own default. Safe to repeat."""
    return Command(("esxcfg-advcfg", "-d", check_path(path)), repeatable=True)


def build_has(path: str) -> Command:
    """Does this build have the option? Status 0: yes, 1: no. Changes nothing."""
    return Command(("esxcfg-advcfg", "-q", "-V", check_path(path)), repeatable=True, ok=(0, 1))


def build_list() -> Command:
    """Every option with its type. Changes nothing."""
    return Command(("esxcfg-advcfg", "-l"), repeatable=True)


def parse_get(text: str, path: str, kind: Kind | None = None) -> int | str:
    """The value in ``Value of NAME is V``, where NAME is the last part of ``path``.

    Only the list tells the option's type: without it (``kind``), a value that looks like an
    integer is given as one. A text goes on to the end of the answer. Raises ``ParseError``
    where no line is about this option.
    """
    wanted = path.rpartition("/")[2]
    answer = lines(text)
    for at, line in enumerate(answer, 1):
        found = _VALUE.fullmatch(line)
        if found and same_path(found[1], wanted):
            value = found[2].strip()
            if kind == "string":
                return "\n".join([value, *answer[at:]])
            return int(value) if _INTEGER.fullmatch(value) else value
    raise unreadable(f"no value of {path} in the answer", text)


def interpret_has(completed: Completed) -> bool | None:
    """True: the option exists. False: it does not, or the host cannot look. None: the probe
    itself did not work; it is quiet, so words on stderr mean that, too."""
    return None if completed.err.strip() else {0: True, 1: False}.get(completed.exit)


def parse_list(text: str) -> list[ListedOption]:
    """Every line of the list; lines before the first are skipped.

    Raises ``ParseError`` where no line is an option, and for a path whose line is broken.
    """
    found = []
    for number, line in enumerate(lines(text), 1):
        if match := _LINE.fullmatch(line.rstrip()):
            found.append(ListedOption(match[1], _KINDS[match[2]], match[3] or ""))
        elif line.startswith("/"):
            raise unreadable("not an option of the list", text, number)
    if not found:
        raise unreadable("no option in the answer", text)
    return found
