"""The text of a host file → an :class:`~ftlab.inventory.inventory.Inventory`."""

from __future__ import annotations

from collections.abc import Mapping

from ftlab.inventory.groups import ALL, Member, Tree
from ftlab.inventory.hostvars import build_host
from ftlab.inventory.ini_reader import read_tree
from ftlab.inventory.inventory import Inventory
from ftlab.inventory.names import Names
from ftlab.inventory.source import Setting
from ftlab.model import Host


def parse_inventory(text: str, file: str = "hosts.ini") -> Inventory:
    """Read an Ansible inventory in INI form; ``file`` is its name in messages.

    Variables have Ansible's precedence: a host's own, then its groups' (the deeper group wins;
    at one depth the higher ``ansible_group_priority``, then the later name), then those of
    ``all``. ``Host.groups`` is Ansible's ``group_names``. Raises InventoryError, with ``file``
    and ``line`` as evidence, for a file that Ansible rejects, for connection variables that
    cannot be used, and for names beginning with ``ftlab_`` that mean nothing.
    """
    tree = read_tree(text, file)
    ranks = _rank(tree, tree.settle())
    inherited: dict[tuple[str, ...], tuple[list[str], dict[str, Setting]]] = {}
    hosts = {}
    for member in tree.hosts.values():
        direct = tuple(member.groups)
        if direct not in inherited:
            inherited[direct] = _inherit(tree, ranks, direct)
        hosts[member.name] = _host(member, *inherited[direct])
    groups = {name: tree.hosts_of(name) for name in tree.groups}
    return Inventory(tuple(hosts[name] for name in groups[ALL]), Names(hosts, groups), file)


def _rank(tree: Tree, depths: Mapping[str, int]) -> dict[str, tuple[int, int, str]]:
    """What sorts groups from the weakest to the strongest; ``all``, at depth 0, is the weakest."""
    return {name: (depths[name], group.priority, name) for name, group in tree.groups.items()}


def _inherit(
    tree: Tree, ranks: Mapping[str, tuple[int, int, str]], direct: tuple[str, ...]
) -> tuple[list[str], dict[str, Setting]]:
    """What hosts of the same groups share: the names of all their groups, and the variables."""
    above = tree.ancestors(direct)
    settings: dict[str, Setting] = {}
    for name in sorted(above, key=ranks.__getitem__):
        settings |= tree.groups[name].settings
    return sorted(above - {ALL}), settings


def _host(member: Member, groups: list[str], settings: Mapping[str, Setting]) -> Host:
    return build_host(member.name, groups, {**settings, **member.settings})
