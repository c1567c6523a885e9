"""The flags that every fleet task has, their variables, and the values they stand for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from ftlab.engine.options import (
    NO_INVENTORY,
    InventorySource,
    Options,
    find_inventory,
    limits_of,
    ssh_of,
    state_dir,
    state_home,
)
from ftlab.errors import InventoryError, UsageError
from ftlab.fleet.executor_choice import parse_executor
from ftlab.fleet.limits import parse_seconds
from ftlab.frozen import frozen
from ftlab.whole_number import read_whole

_YES = {"1", "true", "yes", "on"}
_NO = {"", "0", "false", "no", "off"}


@frozen
class Flag:
    """One flag. ``default`` False makes it a switch; otherwise it takes a value. Its variable
    is ``FTLAB_`` and its name in capitals. ``many``: each time it is given it adds a value."""

    name: str
    help: str
    short: str = ""
    default: Any = None
    many: bool = False

    @property
    def variable(self) -> str:
        return "FTLAB_" + self.name.upper()


FLAGS: tuple[Flag, ...] = (
    Flag("inventory", "host file, or hosts such as h1,h2, (else ./hosts.ini, the user's own)", "i"),
    Flag(
        "limit",
        "only the hosts that match this pattern, e.g. 'vesxi:!spare' (repeatable)",
        "l",
        many=True,
    ),
    Flag("exclude", "without the hosts that match this pattern (repeatable)", "x", many=True),
    Flag("check", "show what would change, change nothing; exit 3 if anything would", "n", False),
    Flag("diff", "show changes as a diff", "", False),
    Flag("yes", "do not ask before changing anything", "y", False),
    Flag("parallel", "hosts worked on at the same time (128 for each core in use)", "f"),
    Flag("executor", "threads, processes or dask://HOST:PORT (else by the size of the fleet)"),
    Flag("batch", "sizes of successive batches, e.g. 1,5,25%"),
    Flag("max_fail", "start no new host once N (or N%) have failed"),
    Flag("fail_fast", "start no new host once one has failed", "", False),
    Flag("timeout", "seconds that one command may take (60)"),
    Flag("connect_timeout", "seconds from the first packet to the login (15)"),
    Flag("deadline", "seconds that the whole run may take"),
    Flag("retry_failed", "only the hosts that failed in this earlier run"),
    Flag("host_key", "strict (refuse unknown host keys), or accept-new"),
    Flag("state_dir", "where journal, lock and the lab's known_hosts are"),
    Flag("wait_lock", "seconds to wait for another run on the same inventory"),
    Flag("run_log", "append a line for the run, and for each changed or failed host, to this file"),
    Flag("json", "print one JSON document and nothing else", "", False),
    Flag("jsonl", "print one JSON line for each host as it comes, and one for the run", "", False),
    Flag("no_fold", "show every host on its own, equal answers too", "", False),
    Flag("lines", "show outputs line by line, each behind the hosts that have it", "L", False),
    Flag("quiet", "say nothing unless something changed or failed", "q", False),
    Flag("verbose", "show each remote command, and more detail; -vv: what was answered", "v", 0),
)
ANSWER = Flag(
    "answer",
    "answer a question that holds a power-on up, e.g. msg.uuid.altered=2 (repeatable)",
    many=True,
)
"""The flag of those tasks that power VMs on."""

BY_NAME = {flag.name: flag for flag in (*FLAGS, ANSWER)}
_RIVALS = {"json": "jsonl", "jsonl": "json", "fail_fast": "max_fail"}
"""Switches, and what each gives way to where that is said more directly."""
_ON_THE_LINE, _IN_A_VARIABLE, _IN_THE_FILE, _NOWHERE = range(4)


@frozen
class Given:
    """The flags as given; those left out are filled in from the environment, and then from
    ``stored``, the user's own defaults."""

    values: Mapping[str, Any]
    env: Mapping[str, str]
    hosts: tuple[str, ...] | None = None
    """The only hosts that are meant, where some were named to Fabric."""
    stored: Mapping[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        where, value = self._told(name)
        rival = _RIVALS.get(name)
        if rival is not None and self._told(rival)[0] < where:
            return BY_NAME[name].default
        return value

    def _told(self, name: str) -> tuple[int, Any]:
        """A flag's value, and where it is said; nowhere, if that is what it is anyway."""
        flag = BY_NAME[name]
        value = self.values.get(name, flag.default)
        if flag.many and value:
            return _ON_THE_LINE, (value,) if isinstance(value, str) else tuple(value)
        if value != flag.default:
            return _ON_THE_LINE, value
        said = self.env.get(flag.variable)
        where = _IN_THE_FILE if said is None else _IN_A_VARIABLE
        value = self.stored.get(name, value) if said is None else _read(flag, said)
        return _NOWHERE if value == flag.default else where, value

    def options(self, *, hostless: bool = False) -> Options:
        """The run's options. Raises ``UsageError`` for a value that cannot be, and
        ``InventoryError`` where there is no inventory, unless ``hostless`` does without."""
        state, wait = self["state_dir"], self["wait_lock"]
        return Options(
            inventory=self._inventory(hostless=hostless and self.hosts is None),
            state_dir=state_dir(state) if state else state_home(self.env),
            limit=self["limit"],
            exclude=self["exclude"],
            hosts=self.hosts,
            retry_failed=self["retry_failed"],
            check=self["check"],
            yes=self["yes"],
            wait_lock=0.0 if wait is None else parse_seconds("--wait-lock", wait, zero=True),
            limits=limits_of(self.__getitem__),
            executor=parse_executor(self["executor"]) if self["executor"] else None,
            ssh=ssh_of(self.__getitem__, _spelled),
            verbose=bool(self["verbose"]),
            answers=tuple(map(_answer, self["answer"] or ())),
        )

    def _inventory(self, *, hostless: bool) -> InventorySource:
        try:
            return find_inventory(self["inventory"], self.env)
        except InventoryError:
            if hostless and not self["inventory"]:
                return NO_INVENTORY
            raise


def _read(flag: Flag, said: str) -> Any:
    """What a variable says. Raises ``UsageError``."""
    if flag.many:
        return (said,) if said else None
    if flag.default is None:
        return said or None
    return _switch(flag, said) if flag.default is False else _count(flag, said)


def _spelled(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _answer(text: str) -> tuple[str, str]:
    question, equals, choice = text.rpartition("=")
    if not (equals and question.strip() and choice.strip().isdecimal()):
        raise UsageError(
            f"--answer {text}: takes ID=N, a question and the number of the choice",
            hint="--answer msg.uuid.altered=2; ftlab vm.answer --vm VM shows a question",
        )
    return question.strip(), choice.strip()


def _switch(flag: Flag, said: str) -> bool:
    if said.lower() in _YES | _NO:
        return said.lower() in _YES
    raise UsageError(f"{flag.variable}={said}: takes 1 or 0")


def _count(flag: Flag, said: str) -> int:
    count = read_whole(said or "0", 6)
    if count is None:
        raise UsageError(f"{flag.variable}={said}: takes a whole number, 0 or more")
    return count
