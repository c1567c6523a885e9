"""Groups, hosts and what was set on them, as the lines of a host file build them up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import field
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from ftlab.errors import InventoryError
from ftlab.frozen import mutable
from ftlab.inventory.source import InventoryPlace, PlacedValue, told
from ftlab.inventory.variables.safe_names import name_fault

ALL = "all"
UNGROUPED = "ungrouped"


@mutable(slots=True)
class Group:
    """One group. The values of ``hosts`` mean nothing: a dict is an ordered set."""

    name: str
    priority: int = 1
    hosts: dict[str, None] = field(default_factory=dict)
    children: dict[str, InventoryPlace | None] = field(default_factory=dict)
    parents: list[str] = field(default_factory=list)
    settings: dict[str, PlacedValue] = field(default_factory=dict)

    def set(self, key: str, setting: PlacedValue) -> None:
        """Raises ValueError for a priority that is not a whole number."""
        if key != "ansible_group_priority":
            self.settings[key] = setting
            return
        try:
            self.priority = int(setting.value)
        except (TypeError, ValueError, OverflowError):
            raise ValueError("ansible_group_priority must be a whole number") from None


@mutable(slots=True)
class Member:
    """One host: where it is listed first, the groups that list it, and its own variables."""

    name: str
    place: InventoryPlace
    groups: list[str] = field(default_factory=list)
    settings: dict[str, PlacedValue] = field(default_factory=dict)

    def set(self, key: str, setting: PlacedValue) -> None:
        self.settings[key] = setting


class Tree:
    """The whole file. ``groups`` and ``hosts`` are in the order in which they first appear."""

    def __init__(self) -> None:
        self.groups = {name: Group(name) for name in (ALL, UNGROUPED)}
        self.hosts: dict[str, Member] = {}
        self.link(ALL, UNGROUPED, None)

    def add_group(self, name: str) -> None:
        self.groups[name] = Group(name)

    def add_host(
        self, name: str, group: str, place: InventoryPlace, port: PlacedValue | None = None
    ) -> None:
        """List a host in a group. A port counts only where Ansible meets the host first. Raises
        ValueError for a name that could be more than a name."""
        if name not in self.hosts:
            if fault := name_fault(name):
                raise ValueError(f"{told(name)} names no host: {fault}")
            settings = {"ansible_port": port} if port else {}
            self.hosts[name] = Member(name, place, settings=settings)
        if name not in self.groups[group].hosts:
            self.groups[group].hosts[name] = None
            self.hosts[name].groups.append(group)

    def owner(self, name: str) -> Group | Member:
        """Whose variables a host line sets: Ansible takes the group when both bear the name."""
        return self.groups.get(name) or self.hosts[name]

    def link(self, parent: str, child: str, place: InventoryPlace | None) -> None:
        """Make a group the child of another; a second time changes nothing."""
        if child not in self.groups[parent].children:
            self.groups[parent].children[child] = place
            self.groups[child].parents.append(parent)

    def settle(self) -> dict[str, int]:
        """Apply Ansible's closing rules: every group under ``all``, every host in a group.

        Returns each group's depth, the longest way down from ``all``. Raises InventoryError
        for a loop. Call it once, after the last line.
        """
        for group in self.groups.values():
            if group.name != ALL and not group.parents:
                self.link(ALL, group.name, None)
        for host in self.hosts.values():
            self._settle_host(host)
        return self._depths()

    def _settle_host(self, host: Member) -> None:
        ungrouped = self.groups[UNGROUPED].hosts
        if set(host.groups) - {ALL, UNGROUPED}:
            if ungrouped.pop(host.name, 0) is None:
                host.groups.remove(UNGROUPED)
        elif host.name not in ungrouped:
            ungrouped[host.name] = None
            host.groups.append(UNGROUPED)

    def _depths(self) -> dict[str, int]:
        parents = {group.name: group.parents for group in self.groups.values()}
        depths: dict[str, int] = {}
        try:
            for name in TopologicalSorter(parents).static_order():
                depths[name] = max((depths[above] + 1 for above in parents[name]), default=0)
        except CycleError as loop:
            raise self._loop_error(loop.args[1]) from None
        return depths

    def _loop_error(self, loop: list[str]) -> InventoryError:
        """Blame the line that closed the loop: the last one of those that form it."""
        places = [self.groups[above].children[below] for above, below in pairwise(loop)]
        place = max(place for place in places if place)
        return place.error(f"a loop of groups: {' → '.join(loop)}")

    def descendants(self, name: str) -> Iterator[Group]:
        """The group itself, its children, theirs, …: level by level, each once."""
        seen = {name}
        queue = [name]
        for current in queue:
            yield self.groups[current]
            fresh = [child for child in self.groups[current].children if child not in seen]
            seen.update(fresh)
            queue += fresh

    def hosts_of(self, name: str) -> tuple[str, ...]:
        """Every host in a group or below it, in Ansible's order."""
        return tuple(dict.fromkeys(h for group in self.descendants(name) for h in group.hosts))

    def ancestors(self, names: Iterable[str]) -> set[str]:
        """These groups and every group above them."""
        seen = set(names)
        queue = list(seen)
        for current in queue:
            fresh = set(self.groups[current].parents) - seen
            seen |= fresh
            queue += fresh
        return seen
