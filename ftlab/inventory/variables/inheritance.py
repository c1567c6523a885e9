"""Which of the variables that groups and files set count for a host: Ansible's precedence.

From the weakest to the strongest: what the inventory sets on groups (``all``, then the others by
depth, priority and name); the files in ``group_vars``, in the same order; what the inventory sets
on the host; the files in ``host_vars``. So ``group_vars/all`` is stronger than a ``[group:vars]``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

from ftlab.inventory.groups import ALL, Member, Tree
from ftlab.inventory.hostvars import check_name
from ftlab.inventory.source import InventoryPlace, PlacedValue
from ftlab.inventory.variables.lookup import ENCRYPTED_FILE
from ftlab.inventory.yaml.document import Lined, Vaulted, read_document

Folder = Literal["group_vars", "host_vars"]
Variables = dict[str, PlacedValue]


class VarsFile(NamedTuple):
    """One file beside the inventory that sets variables of a group or a host."""

    name: str
    text: str


VarsFiles = Callable[[Folder, str], Sequence[VarsFile]]
"""The files that speak about one group or host, the strongest last."""


class InheritedFrom(NamedTuple):
    """What the files of an inventory are on disk. ``exposed`` says why others may have written a
    file, or nothing; ``disclosed`` whether they may read it."""

    vars_files: VarsFiles = lambda _folder, _name: ()
    exposed: Callable[[str], str] = lambda _file: ""
    disclosed: Callable[[str], bool] = lambda _file: False


ALONE = InheritedFrom()
"""A text with nothing beside it."""


class Inheritance:
    """The variables of each host of a settled tree. ``depths`` are those of its groups."""

    def __init__(self, tree: Tree, depths: dict[str, int], files: VarsFiles) -> None:
        self._tree, self._files = tree, files
        self._ranks = {n: (depths[n], group.priority, n) for n, group in tree.groups.items()}
        self._groups: dict[str, Variables] = {}
        self._shared: dict[tuple[str, ...], tuple[list[str], Variables]] = {}

    def groups_of(self, member: Member) -> list[str]:
        """The names of all groups that a host is in, ``all`` left out."""
        return self._of_groups(member)[0]

    def variables_of(self, member: Member) -> Variables:
        """Raises InventoryError for a file that cannot be read or used."""
        own = self._from_files("host_vars", member.name)
        return {**self._of_groups(member)[1], **member.settings, **own}

    def _of_groups(self, member: Member) -> tuple[list[str], Variables]:
        """What hosts of the same groups share: the names of all their groups, and the variables."""
        direct = tuple(member.groups)
        if direct not in self._shared:
            above = sorted(self._tree.ancestors(direct), key=self._ranks.__getitem__)
            variables: Variables = {}
            for name in above:
                variables |= self._tree.groups[name].settings
            for name in above:
                variables |= self._group_files(name)
            self._shared[direct] = sorted(set(above) - {ALL}), variables
        return self._shared[direct]

    def _group_files(self, name: str) -> Variables:
        if name not in self._groups:
            self._groups[name] = self._from_files("group_vars", name)
        return self._groups[name]

    def _from_files(self, folder: Folder, name: str) -> Variables:
        found: Variables = {}
        for file in self._files(folder, name):
            found |= _variables(file)
        return found


def _variables(file: VarsFile) -> Variables:
    document = read_document(file.text, file.name)
    if isinstance(document, Vaulted):
        return {ENCRYPTED_FILE: PlacedValue(document, InventoryPlace(file.name, 1))}
    if not document:
        return {}
    if not isinstance(document, Lined):
        raise InventoryPlace(file.name, 1).error("expected variables as KEY: VALUE")
    found = {
        str(k): PlacedValue(v, InventoryPlace(file.name, document.lines[k]))
        for k, v in document.items()
    }
    for key, setting in found.items():
        check_name(key, setting.place)
    return found
