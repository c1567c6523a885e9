"""What the hosts of an inventory have answered so far, as a small file of names.

It is a cache: one for each inventory under ``$XDG_CACHE_HOME/ftlab``, for its user alone, and
nothing is lost with it. Values and passwords are never in it.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

GroupsAndHosts = tuple[dict[str, int], list[str]]
"""Groups with the number of their hosts, and hosts."""

_MOST = 3000
"""Names of a kind that are kept; the newest stay."""


class SeenNames:
    """One inventory's names. Values are lists of names, but of ``vms`` by host."""

    def __init__(self, path: str | None, data: dict[str, Any]) -> None:
        self.path, self.data = path, data

    def names_of(self, inventory: str) -> GroupsAndHosts | None:
        """Groups and hosts, if the inventory is still the file that they were read from."""
        known = self.data.get("inventory", {})
        if known.get("stamp") != _stamp(inventory):
            return None
        return known["groups"], known["hosts"]

    def with_inventory(self, inventory: str, names: GroupsAndHosts) -> SeenNames:
        known = {"stamp": _stamp(inventory), "groups": names[0], "hosts": names[1]}
        return SeenNames(self.path, {**self.data, "inventory": known})

    def with_answers(
        self, vms: Mapping[str, Iterable[str]], options: Iterable[str], keys: Iterable[str]
    ) -> SeenNames:
        """With these as the newest; ``vms`` by host, all that it has."""
        data = dict(self.data)
        data["vms"] = {**data.get("vms", {}), **{host: list(names) for host, names in vms.items()}}
        for name, newest in (("options", options), ("keys", keys)):
            data[name] = list(dict.fromkeys([*newest, *data.get(name, [])]))[:_MOST]
        return SeenNames(self.path, data)

    def vms(self) -> list[tuple[str, str]]:
        """Each name with the hosts that have a VM of that name."""
        on: dict[str, list[str]] = {}
        for host, names in self.data.get("vms", {}).items():
            for name in names:
                on.setdefault(name, []).append(host)
        return [(name, _where(hosts)) for name, hosts in sorted(on.items())]

    def options(self) -> list[str]:
        return list(self.data.get("options", ()))

    def keys(self) -> list[str]:
        return list(self.data.get("keys", ()))


def read(env: Mapping[str, str], inventory: str | None) -> SeenNames:
    """What is known; nothing where there is no such file, or one that means nothing to us."""
    if inventory is None:
        return SeenNames(None, {})
    path = _path(env, inventory)
    try:
        with open(path, encoding="utf-8") as file:
            data = json.load(file)
    except (OSError, ValueError):
        data = {}
    return SeenNames(path, data if isinstance(data, dict) else {})


def write(seen: SeenNames) -> None:
    """Write it down, whole or not at all. That it cannot be written is no matter."""
    if seen.path is None:
        return
    folder, new = os.path.dirname(seen.path), f"{seen.path}.{os.getpid()}"
    with suppress(OSError):
        os.makedirs(folder, mode=0o700, exist_ok=True)
        try:
            descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
                json.dump(seen.data, file, ensure_ascii=False)
            os.replace(new, seen.path)
        except OSError:
            with suppress(OSError):
                os.unlink(new)


def ask_inventory(inventory: str) -> GroupsAndHosts:
    """The inventory's groups and hosts, from the file itself. Raises ``InventoryError``."""
    from pathlib import Path

    from ftlab.engine.inventory_files import open_inventory

    found = open_inventory(Path(inventory))
    groups = {name: len(members) for name, members in found.groups.items() if members}
    return groups, [host.name for host in found.hosts]


def _path(env: Mapping[str, str], inventory: str) -> str:
    home = env.get("XDG_CACHE_HOME") or f"{env.get('HOME', '')}/.cache"
    real = os.path.realpath(inventory)
    stem = os.path.basename(real)[:60]
    return f"{home}/ftlab/names-{stem}-{zlib.crc32(os.fsencode(real)):08x}.json"


def _stamp(inventory: str) -> list[int]:
    try:
        found = os.stat(inventory)
    except OSError:
        return []
    return [found.st_mtime_ns, found.st_size, found.st_ino]


def _where(hosts: list[str]) -> str:
    return hosts[0] if len(hosts) == 1 else f"{hosts[0]} and {len(hosts) - 1} more"
