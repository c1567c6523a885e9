"""From the journal's rows to what they say. A row that is damaged says nothing, and is named."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeVar

from ftlab.errors import StateError
from ftlab.journal.records import UNFINISHED, HostRecord, JournalChange, RunRecord
from ftlab.model import Change, Failure, HostStep

FoundRow = TypeVar("FoundRow")

_WRONG: Final = (ValueError, TypeError, LookupError, RecursionError)
_HINT: Final = (
    "only this run is affected; to go on without it, let lab.reset or lab.apply bring its hosts to "
    "a known state, and move the journal away once you need it no more"
)
_TEXTS: Final = ("path", "key", "vm")


class DamagedRow(StateError):
    """One row of the journal cannot be read; the others can."""

    kind = "state.row"


def change_in(row: Sequence[Any]) -> JournalChange:
    """A row of the table ``changes``. Raises ``DamagedRow``."""
    id_, run, host, change, state, extra = row
    try:
        more = _mapping(extra)
        return JournalChange(id_, run, host, _change(_mapping(change)), state, more)
    except _WRONG as error:
        raise _damaged("changes", str(id_), run, error) from error


def run_in(row: Sequence[Any], hosts: Sequence[str]) -> RunRecord:
    """A row of the table ``runs``. Raises ``DamagedRow``."""
    run, task, info, seconds, status, exit_code = row
    try:
        known = {name: value for name, value in _mapping(info).items() if name != "hosts"}
        _inventory(known)
        return RunRecord(
            run=run,
            task=task,
            seconds=seconds,
            status=status or UNFINISHED,
            exit=exit_code,
            hosts=tuple(hosts),
            **known,
        )
    except _WRONG as error:
        raise _damaged("runs", "of it", run, error) from error


def inventory_in(row: Sequence[Any]) -> str:
    """The inventory of a run, from its id and info. Raises ``DamagedRow``."""
    run, info = row
    try:
        return _inventory(_mapping(info))
    except _WRONG as error:
        raise _damaged("runs", "of it", run, error) from error


def host_in(row: Sequence[Any], run: str) -> HostRecord:
    """A row of the table ``hosts``. Raises ``DamagedRow``."""
    host, status, error, seconds, steps = row
    try:
        failure = Failure(**_mapping(error)) if error else None
        return HostRecord(host, status or UNFINISHED, failure, seconds, _steps(steps or "[]"))
    except _WRONG as wrong:
        raise _damaged("hosts", f"of {host}", run, wrong) from wrong


def _steps(text: str) -> tuple[HostStep, ...]:
    return tuple(
        HostStep(float(at), float(seconds), str(what)) for at, seconds, what in json.loads(text)
    )


def extra_in(text: str, id_: int) -> dict[str, Any]:
    """The extra of a change. Raises ``DamagedRow``."""
    try:
        return _mapping(text)
    except _WRONG as error:
        raise _damaged("changes", str(id_), "", error) from error


def readable(
    rows: Iterable[Sequence[Any]],
    read: Callable[[Sequence[Any]], FoundRow],
    damaged: dict[str, None],
) -> Iterator[FoundRow]:
    """What can be read of these rows; what is wrong with the others goes into ``damaged``."""
    for row in rows:
        try:
            yield read(row)
        except DamagedRow as error:
            damaged[error.message] = None


def _mapping(text: str) -> dict[str, Any]:
    found = json.loads(text)
    if not isinstance(found, dict):
        raise TypeError("no JSON object")
    return found


def _change(found: Mapping[str, Any]) -> Change:
    change = Change(**found)
    texts = [change.target, *(getattr(change, name) or "" for name in _TEXTS)]
    if not all(isinstance(text, str) for text in texts):
        raise TypeError("a name is no text")
    return change


def _inventory(info: Mapping[str, Any]) -> str:
    if not isinstance(info["inventory"], str) or not isinstance(info["started"], str):
        raise TypeError("a name is no text")
    return info["inventory"]


def _damaged(table: str, row: str, run: str, error: BaseException) -> DamagedRow:
    of = f" of run {run}" if run else ""
    why = str(error) or type(error).__name__
    return DamagedRow(
        f"the journal's row {row} in the table {table}{of} is damaged: {why[:200]}", hint=_HINT
    )
