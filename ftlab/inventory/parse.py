"""The text of a host file → an :class:`~ftlab.inventory.inventory.Inventory`."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import PurePath

from ftlab.errors import InventoryError
from ftlab.inventory.groups import ALL, UNGROUPED, Member, Tree
from ftlab.inventory.host_ranges import split_port
from ftlab.inventory.hostvars import Described, describe_host
from ftlab.inventory.ini_reader import read_tree
from ftlab.inventory.inventory import Inventory
from ftlab.inventory.names import Names
from ftlab.inventory.source import InventoryPlace, PlacedValue
from ftlab.inventory.variables.inheritance import ALONE, Inheritance, InheritedFrom
from ftlab.inventory.variables.trust import check_origins
from ftlab.inventory.yaml.reader import read_yaml_tree
from ftlab.model import Host
from ftlab.regex import regex

YAML_SUFFIXES = ("", ".yml", ".yaml", ".json")
"""The names that Ansible's ``yaml`` plugin takes; ``ini`` then tries what that one rejects."""

_TOML = ".toml"
"""Ansible's ``toml`` plugin reads such a file, its ``ini`` plugin does not: there a line like
``a = {ansible_host="192.0.2.1"}`` would be a host without an address."""
_TOML_HINT = (
    "ftlab reads no TOML; `ansible-inventory -i FILE --list --export --yaml --output hosts.yml` "
    "writes it as a file that both Ansible and ftlab read"
)

_SECTION_FIRST = regex(r"(?:\s*[#;].*\n|\s*\n)*\s*\[")
_YAML_FIRST = regex(r"(?:\s*#.*\n|\s*\n)*\s*(?:---|%YAML|\{|[^\s:#]+:\s*(?:#.*)?$)", re.M)


def parse_inventory(text: str, file: str = "hosts.ini", around: InheritedFrom = ALONE) -> Inventory:
    """Read an Ansible inventory in INI, YAML or JSON form; ``file`` is its name in messages, and
    its end says which forms are tried. ``around`` knows the files beside it.

    Variables have Ansible's precedence, as ``variables.inheritance`` has it; ``Host.groups`` is
    Ansible's ``group_names``. Raises InventoryError, with ``file`` and ``line`` as evidence, for
    a file that Ansible rejects, and for names beginning with ``ftlab_`` that mean nothing. A
    variable that cannot be used is its host's fault, raised when that host is selected.
    """
    return _build(_tree(text, file), file, around)


def parse_host_list(text: str, file: str) -> Inventory:
    """``h1,h2:2222,``: hosts without groups or variables; ranges have no meaning here, as for
    Ansible. Raises InventoryError."""
    tree, place = Tree(), InventoryPlace(file, 0)
    for word in filter(None, map(str.strip, text.split(","))):
        name, digits = split_port(word) or (word, None)
        try:
            tree.add_host(name, UNGROUPED, place, PlacedValue(digits, place) if digits else None)
        except ValueError as wrong:
            raise place.error(str(wrong)) from None
    return _build(tree, file, ALONE)


def _build(tree: Tree, file: str, around: InheritedFrom) -> Inventory:
    """Settle a tree, and make hosts of its members."""
    variables = Inheritance(tree, tree.settle(), around.vars_files)
    hosts: dict[str, Host] = {}
    faults: dict[str, InventoryError] = {}
    notes: dict[str, tuple[str, ...]] = {}
    for name, member in tree.hosts.items():
        try:
            described = _described(member, variables, around)
        except InventoryError as fault:
            hosts[name], faults[name] = Host(name), fault
        else:
            hosts[name], notes[name] = described.host, described.notes
    groups = {name: tree.hosts_of(name) for name in tree.groups}
    ordered = tuple(hosts[name] for name in groups[ALL])
    return Inventory(ordered, Names(hosts, groups), file, faults, notes)


def _described(member: Member, variables: Inheritance, around: InheritedFrom) -> Described:
    settings = variables.variables_of(member)
    described = describe_host(member.name, member.place, variables.groups_of(member), settings)
    notes = check_origins(described.host, settings, around.exposed, around.disclosed)
    return replace(described, notes=(*described.notes, *notes))


def _tree(text: str, file: str) -> Tree:
    """The first form that can be read. Of two errors, that of the form which it looks like."""
    if PurePath(file).suffix == _TOML:
        raise InventoryPlace(file, 1).error("this is TOML, not INI", hint=_TOML_HINT)
    if PurePath(file).suffix not in YAML_SUFFIXES or _SECTION_FIRST.match(text):
        return read_tree(text, file)
    try:
        return read_yaml_tree(text, file)
    except InventoryError as not_yaml:
        try:
            return read_tree(text, file)
        except InventoryError:
            if PurePath(file).suffix or _YAML_FIRST.match(text):
                raise not_yaml from None
            raise
