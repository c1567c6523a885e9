"""The options of one ``esxcli`` command line."""

from __future__ import annotations

from collections.abc import Sequence

Options = dict[str, str]
"""Long names to values; a flag that is there has the value ``""``."""


class EsxcliError(Exception):
    """The command line is refused; ``str()`` is what the host prints."""


def read_options(words: Sequence[str], known: dict[str, str], flags: str) -> Options:
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
        found[known[letter]] = value
    return found


def _letter(name: str, known: dict[str, str]) -> str:
    for letter, long in known.items():
        if name in (f"-{letter}", f"--{long}"):
            return letter
    raise EsxcliError(f"Error: Invalid option {name}")


def required(options: Options, name: str) -> str:
    """The value of an option the command cannot do without."""
    if name not in options:
        raise EsxcliError(f"Error: Missing required parameter --{name}")
    return options[name]
