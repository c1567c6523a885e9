"""A user's own signatures: TOML tables ``[[signature]]``. Pure: the text is read elsewhere.

```toml
[[signature]]
name = "bad-switch"
pattern = "vmnic\\\\d+ .*link down"
kind = "permanent"                 # remedy, transient, permanent, question or generic
meaning = "the lab switch lost its uplink"
advice = "plug it in"              # may be left out
source = "our wiki"                # may be left out
```
"""

from __future__ import annotations

import re
import tomllib
import warnings
from collections.abc import Sequence
from typing import Any

from ftlab.errors import UsageError
from ftlab.esxi.logs.signatures import KINDS, SIGNATURES, STREAM_REMEDY, Signature

_FIELDS = ("name", "pattern", "kind", "meaning", "advice", "source", "remedy")


def parse_signatures(text: str, file: str) -> tuple[Signature, ...]:
    """The signatures of one file. ``advice``, ``source`` and ``remedy`` may be left out.

    Raises ``UsageError`` naming the file and the table.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(
            f"{file}: {error}", hint="signatures are TOML tables [[signature]]"
        ) from None
    except (RecursionError, ValueError) as error:  # nested too deep; a number of many digits
        raise UsageError(f"{file}: not TOML that can be read: {error}") from None
    tables = data.get("signature")
    if set(data) != {"signature"} or not isinstance(tables, list):
        raise UsageError(f"{file}: expected [[signature]] tables and nothing else")
    return tuple(_signature(table, f"{file}: signature {i}") for i, table in enumerate(tables, 1))


def with_own(own: Sequence[Signature]) -> tuple[Signature, ...]:
    """All signatures, the user's first; one of a known name takes the known one's place."""
    names = {signature.name for signature in own}
    return (*own, *(known for known in SIGNATURES if known.name not in names))


def _signature(table: Any, where: str) -> Signature:
    if not isinstance(table, dict):
        raise UsageError(f"{where}: not a table")
    remedy = STREAM_REMEDY if table.get("kind") == "remedy" else ""
    fields = {"advice": "", "source": where, "remedy": remedy} | table
    wrong = set(fields) ^ set(_FIELDS) or {k for k, v in fields.items() if not isinstance(v, str)}
    if wrong:
        raise UsageError(f"{where}: missing, unknown or not a text: {', '.join(sorted(wrong))}")
    kind = next((each for each in KINDS if each == fields["kind"]), None)
    if kind is None:
        raise UsageError(f"{where}: kind is {fields['kind']!r}, not one of {', '.join(KINDS)}")
    if fields["remedy"] != remedy:
        raise UsageError(
            f"{where}: remedy is {fields['remedy']!r}; the only one is {STREAM_REMEDY!r}, "
            "for the kind remedy"
        )
    _compiled(fields["pattern"], where)
    name, pattern, _, meaning, advice, source, known = (fields[each] for each in _FIELDS)
    return Signature(name, pattern, kind, meaning, advice, source, known)


def _compiled(pattern: str, where: str) -> None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # what "[[" may mean one day
            found = re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        raise UsageError(f"{where}: pattern: {error}") from None
    if found.search(""):
        raise UsageError(f"{where}: pattern {pattern!r} matches every line")
