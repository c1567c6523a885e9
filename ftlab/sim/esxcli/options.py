"""The options of one ``esxcli`` command line."""

from __future__ import annotations

from collections.abc import Sequence

Options = dict[str, str]
"""Long names to values; a flag that is there has the value ``""``; values of an option that may
come again are joined by line ends."""
_BOOLEANS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


class EsxcliError(Exception):
    """The command line is refused; ``str()`` is what the host prints."""


class NotSimulated(Exception):
    """What a real host does here is not known, or not simulated: ``str()`` says so."""


def read_options(
    words: Sequence[str], known: dict[str, str], flags: str, repeats: str = ""
) -> Options:
    """``-o X``, ``-o=X``, ``--option X`` and ``--option=X`` alike.

    Raises :class:`EsxcliError` for what is not in ``known`` and for a missing value.
    """
    found: Options = {}
    rest = list(words)
    while rest:
        name, equals, value = rest.pop(0).partition("=")
        letter = _letter(name, known)
        if letter in flags:
            value = ""
        elif not equals:
            if not rest:
                raise EsxcliError(f"Error: Missing value for {name}")
            value = rest.pop(0)
        long = known[letter]
        found[long] = f"{found[long]}\n{value}" if letter in repeats and long in found else value
    return found


def _letter(name: str, known: dict[str, str]) -> str:
    for letter, long in known.items():
        if name in (f"-{letter}", f"--{long}"):
            return letter
    raise NotSimulated(f"does not have the option {name} of this command")


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


def in_default_netstack(options: Options) -> None:
    """Refuses another network stack than the one that is here."""
    if options.get("netstack", "defaultTcpipStack") != "defaultTcpipStack":
        raise NotSimulated(f"has no network stack {options['netstack']}")
