"""Host words of an inventory: a name or address, perhaps with ranges, perhaps with a port.

The grammar is that of Ansible's ``parsing/utils/addresses.py`` and of its range expansion:
``vesxi[01:20]``, ``rack[a:c]-[1:9:2].lab``, ``10.0.0.[1:9]:2222``, ``[2001:db8::5]:22``.
"""

from __future__ import annotations

import ipaddress
import re
import string
from collections.abc import Sequence
from itertools import product
from math import prod

from ftlab.inventory.source import IN_VARS, told
from ftlab.regex import regex

MOST_HOSTS = 100_000  # one line may not bring more: a slip of the key would eat all memory

_ONLY_INI = "is this YAML? then name the file .yml"
_WITH_PORT = (
    regex(r"\[(.+)\]:([0-9]+)"),
    regex(r"((?:[^:\[\]]|\[[^\]]*\])*):([0-9]+)"),
)
_RANGE = r"\[(?:[a-z]:[a-z]|[0-9]+:[0-9]+)(?::[0-9]+)?\]"
_PLAIN = regex(r"\w[\w-]*(?<![_-])(?:\.\w[\w-]*(?<![_-]))*")
"""A name as most are, which is compiled in a tenth of the time of the next."""
_LABEL = rf"(?:\w|{_RANGE})(?:[\w-]|{_RANGE})*(?<![_-])"
_NAME = regex(rf"{_LABEL}(?:\.{_LABEL})*", re.IGNORECASE)
_HEX_RANGE = regex(r"\[[0-9a-f]+:[0-9a-f]+(?::[0-9]+)?\]", re.IGNORECASE)
_FIRST_RANGE = regex(r"([^\[\]|]*)\[([^\[\]|]*)\]([^|]*)")


def split_port(word: str) -> tuple[str, str | None] | None:
    """The host part and the digits after it; None when the word is not an address at all."""
    port = None
    for shape in _WITH_PORT:
        if found := shape.fullmatch(word):
            word, port = found.groups()
    name = _NAME if "[" in word else _PLAIN
    return (word, port) if name.fullmatch(word) or _is_ipv6(word) else None


def split_hop(text: str) -> tuple[str, str, str]:
    """User, name and port of a jump host ``[user@]host[:port]``, with IPv6 as ``[::1]:22``; what
    is not there is empty."""
    user, _, place = text.strip().removeprefix("ssh://").rpartition("@")
    if place.startswith("["):
        name, _, port = place[1:].partition("]")
        return user, name, port.removeprefix(":")
    if place.count(":") == 1:
        name, _, port = place.partition(":")
        return user, name, port
    return user, place, ""


def _is_ipv6(word: str) -> bool:
    try:
        ipaddress.IPv6Address(_HEX_RANGE.sub("0", word))
    except ValueError:
        return False
    return "%" not in word  # Ansible knows no zones


def parse_host_word(word: str) -> tuple[list[str], str | None]:
    """Every name that a host line's first word stands for, in order, and the port's digits.

    A word that is no address is a name as it stands, as in Ansible. Raises ValueError for a
    broken range, a lonely colon, an empty name or the first line of a YAML file.
    """
    try:
        return _parsed(word)
    except ValueError:
        if "=" in word:
            raise ValueError(f"{told(word)} names no host: {IN_VARS}") from None
        raise


def _parsed(word: str) -> tuple[list[str], str | None]:
    pattern, port = split_port(word) or (word, None)
    if port is None and word.endswith(":"):
        raise ValueError(f"{word!r} ends with a colon but names no port; {_ONLY_INI}")
    names = expand_ranges(pattern)
    if "" in names:
        raise ValueError("an empty host name")
    if any(name.strip() == "---" for name in names):
        raise ValueError(f"'---' names no host; {_ONLY_INI}")
    return names, port


def expand_ranges(pattern: str) -> list[str]:
    """Every name of a pattern, the first range slowest. Raises ValueError for a broken one."""
    parts: list[Sequence[str]] = []
    rest = pattern
    while "[" in rest:
        found = _FIRST_RANGE.fullmatch(rest)
        if found is None:
            raise ValueError(f"a broken range in {pattern!r}")
        head, bounds, rest = found.groups()
        parts += [(head,), _sequence(bounds, pattern)]
    if prod(map(len, parts)) > MOST_HOSTS:
        raise ValueError(f"{pattern!r} stands for more than {MOST_HOSTS} hosts")
    return ["".join(name) for name in product(*parts, (rest,))]


def _sequence(bounds: str, pattern: str) -> Sequence[str]:
    """``01:03`` → 01 02 03, ``a:e:2`` → a c e. A start with a leading zero sets the width."""
    first, last, *step = bounds.split(":") if ":" in bounds else (bounds, "")
    if not last or len(step) > 1:
        raise ValueError(f"the range [{bounds}] in {pattern!r} is not [first:last] or [..:step]")
    padded = len(first) > 1 and first.startswith("0")
    if padded and len(first) != len(last):
        raise ValueError(f"the ends of [{bounds}] in {pattern!r} are not of equal length")
    stride = _whole(step[0], bounds) if step else 1
    if stride == 0:
        raise ValueError(f"the range [{bounds}] in {pattern!r} makes no steps")
    letters = string.ascii_letters
    if first and first in letters and last in letters:
        return _letters(first, last, stride, bounds)
    numbers = range(_whole(first or "0", bounds), _whole(last, bounds) + 1, stride)
    if numbers[MOST_HOSTS:]:
        raise ValueError(f"the range [{bounds}] stands for more than {MOST_HOSTS} hosts")
    return [str(number).zfill(len(first) if padded else 0) for number in numbers]


def _letters(first: str, last: str, stride: int, bounds: str) -> str:
    start, stop = string.ascii_letters.index(first), string.ascii_letters.index(last)
    if start > stop:
        raise ValueError(f"the range [{bounds}] runs backwards")
    return string.ascii_letters[start : stop + 1 : stride]


def _whole(digits: str, bounds: str) -> int:
    try:
        return int(digits)
    except ValueError:
        raise ValueError(f"the range [{bounds}] is neither of numbers nor of letters") from None
