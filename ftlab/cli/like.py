"""``sim.serve --like FILE``: a recording of hosts to play, or an inventory of one's own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ftlab.errors import UsageError

_KEPT = ("ftlab_physical_host",)
"""Of the variables that Ansible and ftlab read, those that do not say how a host is reached."""


def read_like(name: str) -> dict[str, Any]:
    """What ``serve`` takes of the file: the recorded hosts, or the names, groups and variables of
    an inventory. Raises ``UsageError`` and ``InventoryError``."""
    from ftlab.sim.replay.recording import is_recording, read_recording

    path = Path(name)
    try:
        recorded = is_recording(path)
    except OSError as error:
        raise UsageError(f"--like {name}: {error.strerror}") from error
    return {"like": read_recording(path)} if recorded else _own_inventory(path)


def _own_inventory(path: Path) -> dict[str, Any]:
    from ftlab.engine.inventory_files import open_inventory
    from ftlab.sim.serve.lab import ModelInventory

    inventory = open_inventory(path)
    groups = {
        name: members
        for name, members in inventory.groups.items()
        if name not in ("all", "ungrouped") and members
    }
    variables = {host.name: _kept(host.variables) for host in inventory.hosts}
    names = [host.name for host in inventory.hosts]
    return {"hosts": names, "model": ModelInventory(groups, variables)}


def _kept(variables: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value
        for name, value in variables.items()
        if name in _KEPT or not name.startswith(("ansible_", "ftlab_"))
    }
