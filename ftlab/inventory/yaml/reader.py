"""A YAML or JSON inventory, read as Ansible's ``yaml`` inventory plugin reads it."""

from __future__ import annotations

from typing import Any

from ftlab.inventory.groups import Tree
from ftlab.inventory.host_ranges import parse_host_word
from ftlab.inventory.hostvars import check_name
from ftlab.inventory.source import InventoryPlace, PlacedValue
from ftlab.inventory.yaml.document import DECRYPT, Lined, Vaulted, read_document

_SECTIONS = ("vars", "children", "hosts")
_PLUGIN_HINT = (
    "ftlab runs no inventory plugin; `ansible-inventory -i FILE --list --export --yaml "
    "--output hosts.yml` writes what it finds as a file that ftlab reads"
)
_SCRIPT_HINT = (
    "this is what an inventory script prints; `ansible-inventory -i SCRIPT --list --export "
    "--yaml --output hosts.yml` writes a file that both Ansible and ftlab read"
)


def read_yaml_tree(text: str, file: str) -> Tree:
    """Raises InventoryError with file and line for anything Ansible would reject."""
    document = read_document(text, file)
    top = InventoryPlace(file, 1)
    if isinstance(document, Vaulted):
        raise top.error("this inventory is encrypted with ansible-vault", hint=DECRYPT)
    if not document:
        raise top.error("an empty YAML file")
    if not isinstance(document, Lined):
        raise top.error(f"expected groups, found a {type(document).__name__}")
    if document.get("plugin"):
        place = InventoryPlace(file, document.lines["plugin"])
        raise place.error("this configures an inventory plugin", hint=_PLUGIN_HINT)
    reader = _Reader(file)
    try:
        reader.groups(document)
    except RecursionError:
        raise top.error("groups that contain each other without end") from None
    return reader.tree


class _Reader:
    """Walks the groups of one document."""

    def __init__(self, file: str) -> None:
        self.tree = Tree()
        self._file = file

    def groups(self, entries: Lined) -> None:
        for name, body in entries.items():
            self._group(name, body, self._place(entries, name))

    def _place(self, entries: Lined, key: object) -> InventoryPlace:
        return InventoryPlace(self._file, entries.lines.get(key, 1))

    def _group(self, name: Any, body: Any, place: InventoryPlace) -> None:
        """Ansible passes over what is no mapping, too; it is a mistake somewhere else."""
        if body is not None and not isinstance(body, Lined):
            return
        if not isinstance(name, str) or not name:
            raise place.error("the name of a group must be text", hint="quote it")
        if name not in self.tree.groups:
            self.tree.add_group(name)
        for section, entries in self._sections(body, place):
            {"vars": self._vars, "children": self._children, "hosts": self._hosts}[section](
                name, entries
            )

    def _sections(self, body: Lined | None, place: InventoryPlace) -> list[tuple[str, Lined]]:
        """The sections of a group in the order of the file; one word stands for itself alone."""
        found: list[tuple[str, Lined]] = []
        for section, entries in (body or {}).items():
            if section not in _SECTIONS or entries is None:
                continue
            where = self._place(body, section) if body else place
            found.append((section, _entries(section, entries, where)))
        return found

    def _vars(self, group: str, entries: Lined) -> None:
        for key, value in entries.items():
            self._set(self.tree.groups[group], key, value, self._place(entries, key))

    def _children(self, group: str, entries: Lined) -> None:
        for child, body in entries.items():
            place = self._place(entries, child)
            self._group(child, body, place)
            if child in self.tree.groups:
                self.tree.link(group, child, place)
            elif child in self.tree.hosts:
                self.tree.add_host(child, group, place)
            else:
                raise place.error(f"{child!r} is no group: expected hosts, vars or children")

    def _hosts(self, group: str, entries: Lined) -> None:
        for word, variables in entries.items():
            place = self._place(entries, word)
            if variables and not isinstance(variables, Lined):
                raise place.error("expected the variables of a host as KEY: VALUE")
            for name in self._listed(group, word, place):
                for key, value in (variables or {}).items():
                    self._set(self.tree.owner(name), key, value, self._place(variables, key))

    def _listed(self, group: str, word: Any, place: InventoryPlace) -> list[str]:
        """The hosts that one word stands for, now in the group."""
        if not isinstance(word, str):
            raise place.error("the name of a host must be text", hint="quote it")
        try:
            names, digits = parse_host_word(word)
            for name in names:
                self.tree.add_host(
                    name, group, place, PlacedValue(digits, place) if digits else None
                )
        except ValueError as wrong:
            raise place.error(str(wrong)) from None
        return names

    def _set(self, owner: Any, key: Any, value: Any, place: InventoryPlace) -> None:
        check_name(str(key), place)
        try:
            owner.set(str(key), PlacedValue(value, place))
        except ValueError as wrong:
            raise place.error(str(wrong)) from None


def _entries(section: str, entries: Any, place: InventoryPlace) -> Lined:
    if isinstance(entries, str):
        alone = Lined()
        alone[entries], alone.lines[entries] = None, place.line
        return alone
    if isinstance(entries, Lined):
        return entries
    hint = _SCRIPT_HINT if isinstance(entries, list) else ""
    raise place.error(
        f"{section}: expected KEY: VALUE, found a {type(entries).__name__}", hint=hint
    )
