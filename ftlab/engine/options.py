"""How a run is to be done, as one value, and where its files are."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from ftlab.errors import InventoryError, UsageError
from ftlab.fleet.executor_choice import Placement
from ftlab.fleet.limits import (
    Limits,
    parse_batch,
    parse_deadline,
    parse_max_fail,
    parse_parallel,
    parse_seconds,
)
from ftlab.frozen import frozen
from ftlab.ssh.settings import HostKeyPolicy, SshSettings
from ftlab.user_files import expanded, is_file, is_there, why_hidden

if TYPE_CHECKING:
    from ftlab.inventory.patterns import Patterns


@frozen
class HostList:
    """Hosts that stand on the command line, with a comma at least: ``-i h1,h2,``."""

    text: str

    def __str__(self) -> str:
        """The same for the same hosts, in whatever order: lock and journal know it by this."""
        names = sorted({name.strip() for name in self.text.split(",")} - {""})
        return "".join(f"{name}," for name in names)


InventorySource = Path | HostList


def config_home(env: Mapping[str, str]) -> Path:
    return Path(env.get("XDG_CONFIG_HOME") or _home(env) / ".config") / "ftlab"


def state_home(env: Mapping[str, str]) -> Path:
    """``FTLAB_STATE_DIR``, else ``$XDG_STATE_HOME/ftlab``; works without HOME, as under cron."""
    if env.get("FTLAB_STATE_DIR"):
        return Path(env["FTLAB_STATE_DIR"])
    return Path(env.get("XDG_STATE_HOME") or _home(env) / ".local" / "state") / "ftlab"


def state_dir(name: str) -> Path:
    """``--state-dir``. Raises ``UsageError`` for ``~user`` of a user that is not there."""
    try:
        return expanded(name)
    except OSError as error:
        raise UsageError(f"--state-dir {name}: {error.strerror}") from error


def _home(env: Mapping[str, str]) -> Path:
    """From the environment, else from the password database (cron may give no HOME)."""
    return Path(env["HOME"]) if env.get("HOME") else Path.home()


def find_inventory(given: str | None, env: Mapping[str, str]) -> InventorySource:
    """The inventory: a file, or hosts with a comma between or behind them, where no file is of
    that name. Raises ``InventoryError`` where there is none, naming where it looked."""
    named = given or env.get("FTLAB_INVENTORY")
    places = [_named(named)] if named else [Path("hosts.ini"), config_home(env) / "hosts.ini"]
    for place in places:
        if is_file(place):
            return place
        _refuse_hidden(place, named)
    if named and "," in named and not is_there(places[0]):
        return HostList(named)
    if named and is_there(places[0]):
        raise InventoryError(
            f"{named} is not a regular file",
            hint="an inventory is one file; the journal and the lock know it by its path",
        )
    raise InventoryError(
        f"no inventory: looked for {' and '.join(str(place) for place in places)}",
        hint="name one with -i FILE, or start from one: ftlab hosts.example > hosts.ini",
    )


def _refuse_hidden(place: Path, named: str | None) -> None:
    """An inventory that is there must not give way to another one. Where nobody can say whether
    it is, a path that was named is taken for one; one of ours, or a list of hosts, is not."""
    path_named = named is not None and ("," not in named or "/" in named)
    why = why_hidden(place)
    if why and (path_named or is_there(place)):
        raise InventoryError(
            f"{place}: cannot be read: {why}", hint="make it readable for you, or name another (-i)"
        )


def _named(name: str) -> Path:
    try:
        return expanded(name)
    except OSError as error:
        raise InventoryError(f"{name}: {error.strerror}") from None


NO_INVENTORY = Path(os.devnull)
"""For a task that can do without one."""


@frozen(kw_only=True)
class Options:
    """``yes`` False asks (on a terminal) before anything changes; ``check`` stops at the plan.

    ``limit`` and ``exclude`` are host patterns, or several each, which unite; ``hosts`` names
    the only hosts that are meant (``None``: any); ``retry_failed`` is a run whose failed hosts
    are meant. ``state_dir`` holds journal, lock and the lab's known_hosts. ``wait_lock`` is in
    seconds. ``executor`` is where hosts are worked on (``None``: as the fleet's size asks for).
    ``verbose`` adds to a task's facts where they come from.
    ``answers``: what questions that hold a power-on up are to be answered with, each as its id
    and the number of the choice.
    """

    inventory: InventorySource
    state_dir: Path
    limit: Patterns = None
    exclude: Patterns = None
    hosts: tuple[str, ...] | None = None
    retry_failed: str | None = None
    check: bool = False
    yes: bool = True
    wait_lock: float = 0.0
    limits: Limits = field(default_factory=Limits)
    executor: Placement | None = None
    verbose: bool = False
    ssh: SshSettings = field(default_factory=SshSettings)
    answers: tuple[tuple[str, str], ...] = ()

    @property
    def real_inventory(self) -> str | None:
        """The path by which lock and journal know the inventory; ``None`` if there is none."""
        if isinstance(self.inventory, HostList):
            return str(self.inventory)
        return None if self.inventory == NO_INVENTORY else str(self.inventory.resolve())

    @property
    def journal(self) -> Path:
        return self.state_dir / "journal.db"

    @property
    def known_hosts(self) -> Path:
        return self.state_dir / "known_hosts"


OptionGiven = Callable[[str], Any]
"""What is given for an option of this name; ``None``: nothing."""


def limits_of(given: OptionGiven) -> Limits:
    """Raises ``UsageError`` for a value that cannot be."""
    parsers = {
        "parallel": parse_parallel,
        "batch": parse_batch,
        "max_fail": parse_max_fail,
        "deadline": parse_deadline,
    }
    told: dict[str, Any] = {
        name: parse(str(given(name))) for name, parse in parsers.items() if given(name) is not None
    }
    return Limits(**told, fail_fast=bool(given("fail_fast")))


def ssh_of(given: OptionGiven, spelled: Callable[[str], str] = str) -> SshSettings:
    """Raises ``UsageError`` for a value that cannot be, which names the option as ``spelled``."""
    names = {"timeout": "command_timeout", "connect_timeout": "connect_timeout"}
    told: dict[str, Any] = {
        setting: parse_seconds(spelled(name), str(given(name)))
        for name, setting in names.items()
        if given(name) is not None
    }
    if (policy := given("host_key")) is not None:
        if policy not in get_args(HostKeyPolicy):
            raise UsageError(f"{spelled('host_key')} {policy}: takes strict or accept-new")
        told["host_key"] = policy
    return SshSettings(**told)
