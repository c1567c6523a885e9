"""Facts of any shape as table rows, and equal rows of many hosts as one.

A task needs nothing of its own here. A list of mappings (``vms``, ``options``, ``pairs``) is a
table; a mapping of mappings (``vmx``) is a table of name, key and value; single values
(``version``, ``build``) together are one row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ftlab.frozen import frozen
from ftlab.model import Outcome
from ftlab.report.layout.values import NOTHING, format_value

#: Told apart by these, rows of several hosts speak about the same thing and are kept together.
_IDENTITY = ("vm", "name", "path", "key", "requirement")
#: Shown elsewhere: notes under their host, a command's output as it is; what a server offers
#: is told by the error that it matters to.
ELSEWHERE = frozenset({"notes", "exit", "stdout", "stderr", "ssh"})
#: What the first column of a mapping of mappings holds, where "name" says too little.
_NAMES = {"vmx": "vm"}
#: Columns of settings, whose values may well be an empty text.
_SETTINGS = ("value", "default")
#: The most important section and the most urgent rows stand first.
_FIRST_SECTION = "pairs"
_URGENCY = {"fail": 0, "unknown": 1}

_EMPTY = (None, "", NOTHING)

Texts = dict[str, str]


@frozen(slots=True)
class SharedRow:
    """One row and the hosts (in inventory order) that have it."""

    hosts: tuple[str, ...]
    texts: Texts


def sections(outcomes: Iterable[Outcome]) -> dict[str, list[SharedRow]]:
    """Title → rows of one table, each host's row on its own. The title of single values is ""."""
    found: dict[str, list[SharedRow]] = {}
    for outcome in outcomes:
        for title, texts in _rows(outcome.facts):
            found.setdefault(title, []).append(SharedRow((outcome.host,), texts))
    return dict(sorted(found.items(), key=lambda section: section[0] != _FIRST_SECTION))


def shared(rows: Sequence[SharedRow]) -> list[SharedRow]:
    """Equal rows as one. Rows about the same option or key come together, the most common
    answer first, so that the odd ones stand right under it; rows about VMs, which no two hosts
    number alike, stay with their host."""
    hosts: dict[tuple[tuple[str, str], ...], list[str]] = {}
    for row in rows:
        hosts.setdefault(tuple(row.texts.items()), []).extend(row.hosts)
    merged = [SharedRow(tuple(names), dict(texts)) for texts, names in hosts.items()]
    group = _hosts_of if any("vmid" in row.texts for row in merged) else _about
    order = {subject: place for place, subject in reversed(list(enumerate(map(group, merged))))}
    return sorted(
        merged, key=lambda row: (order[group(row)], -len(row.hosts) if _about(row) else 0)
    )


def by_urgency(rows: Sequence[SharedRow]) -> list[SharedRow]:
    """Failed requirements first, then unknown ones; other rows keep their order."""
    return sorted(rows, key=lambda row: _URGENCY.get(row.texts.get("verdict", ""), len(_URGENCY)))


def odd_cells(rows: Sequence[SharedRow]) -> list[frozenset[str]]:
    """For each row, the columns in which it differs from what most hosts say on that subject."""
    weight: Counter[tuple[str, ...]] = Counter()
    for row in rows:
        weight[_about(row)] += len(row.hosts)
    norms = {_about(row): row.texts for row in rows if 2 * len(row.hosts) > weight[_about(row)]}
    return [_different(row.texts, norms.get(_about(row))) for row in rows]


def columns(rows: Sequence[SharedRow]) -> list[str]:
    """Column names in the order first met; columns that no host fills are left out."""
    names = dict.fromkeys(name for row in rows for name in row.texts)
    return [name for name in names if any(row.texts.get(name) not in _EMPTY for row in rows)]


def _hosts_of(row: SharedRow) -> tuple[str, ...]:
    return row.hosts


def _about(row: SharedRow) -> tuple[str, ...]:
    return tuple(row.texts[name] for name in _IDENTITY if name in row.texts)


def _different(texts: Texts, norm: Texts | None) -> frozenset[str]:
    if norm is None:
        return frozenset()
    return frozenset(name for name, text in texts.items() if norm.get(name) != text)


def _rows(facts: Mapping[str, Any]) -> Iterator[tuple[str, Texts]]:
    single: Texts = {}
    for title, value in facts.items():
        if title in ELSEWHERE:
            continue
        if isinstance(value, list | tuple) and any(isinstance(item, Mapping) for item in value):
            yield from ((format_value(title), _texts(item)) for item in value)
        elif isinstance(value, Mapping):
            yield from ((format_value(title), texts) for texts in _named_rows(title, value))
        elif value not in ([], ()):
            single[format_value(title)] = format_value(value)
    if single:
        yield "", single


def _named_rows(title: str, value: Mapping[str, Any]) -> Iterator[Texts]:
    if not all(isinstance(item, Mapping) for item in value.values()):
        yield _texts(value)
        return
    for name, settings in value.items():
        for key, item in settings.items():
            named = {_NAMES.get(title, "name"): name, "key": key, "value": item}
            yield _texts(named)


def _texts(item: Any) -> Texts:
    if not isinstance(item, Mapping):
        return {"value": format_value(item)}
    return {format_value(name): _cell(name, value) for name, value in item.items()}


def _cell(name: object, value: Any) -> str:
    """An empty text is a value of a setting, and elsewhere nothing at all."""
    return "" if value == "" and name not in _SETTINGS else format_value(value)
