"""An inventory: the hosts of a file, their groups, and which of them a pattern selects."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import field

from ftlab.errors import InventoryError
from ftlab.frozen import frozen
from ftlab.inventory.fold import fold
from ftlab.inventory.names import Names
from ftlab.inventory.patterns import Choice, Patterns, ReadFile, Selector
from ftlab.inventory.terms import pattern_error
from ftlab.model import SSH, Host

_MOST_TOLD = 20
"""Words that name nothing, each told with the nearest name: finding it looks at every host."""
_LONGEST = 500


def _unheard(_: str) -> None:
    """A warning that nobody asked to hear."""


@frozen(slots=True)
class Inventory:
    """``hosts`` in the order in which Ansible lists them; ``names`` is what a pattern can name.

    ``faults`` has what is wrong with a host's variables, ``notes`` sentences on those that have
    no effect: both by the host's name, and both matter once the host is selected.
    """

    hosts: tuple[Host, ...]
    names: Names
    file: str
    faults: Mapping[str, InventoryError] = field(default_factory=dict)
    notes: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def groups(self) -> Mapping[str, Sequence[str]]:
        """The hosts in each group or below it; ``all`` and ``ungrouped`` are among the groups."""
        return self.names.groups

    def select(
        self,
        limit: Patterns = None,
        exclude: Patterns = None,
        *,
        sets: Mapping[str, Sequence[str]] | None = None,
        read_file: ReadFile | None = None,
        warn: Callable[[str], None] = _unheard,
    ) -> tuple[Host, ...]:
        """The hosts that ``limit`` matches and ``exclude`` does not, each once, in order.

        Each is an Ansible host pattern, or several that unite; ``None`` means all hosts and no
        host. ``@NAME`` is the list of that name in ``sets``, or else the lines of a file that
        ``read_file`` reads. ``warn`` gets a sentence for each word that names nothing, where
        others still do.

        Raises InventoryError of kind ``pattern`` for a broken pattern, when no host is left, and
        for an ``exclude`` of unknown names only: it would reach the very hosts it should spare.
        """
        selector = Selector(self.names, sets or {}, read_file)
        if not self.hosts:
            raise pattern_error(f"{self.file} lists no hosts")
        wanted = self._united(selector, _listed(limit) or ["all"])
        spared = self._united(selector, _listed(exclude), may_be_empty=True)
        unknown = wanted.unknown + spared.unknown
        for word in unknown[:_MOST_TOLD]:
            near = "" if "[" in word else self.names.suggest(word)
            warn(f"no host or group matches {word!r}{near and f': {near}'}")
        if unknown[_MOST_TOLD:]:
            warn(f"nor {len(unknown) - _MOST_TOLD} other words of the pattern")
        left = wanted.hosts - spared.hosts
        if not left:
            raise pattern_error(
                f"no host is left after excluding {' '.join(map(repr, _listed(exclude)))}"
            )
        return tuple(host for host in self.hosts if host.name in left)

    def _united(
        self, selector: Selector, patterns: Sequence[str], *, may_be_empty: bool = False
    ) -> Choice:
        """What any of the patterns selects. Raises InventoryError for one that selects no host;
        if it ``may_be_empty``, only where it also has a name that nobody knows."""
        choices = [selector.choose(pattern) for pattern in patterns]
        for pattern, choice in zip(patterns, choices, strict=True):
            if not choice.hosts and (choice.unknown or not may_be_empty):
                raise self._nothing(pattern, choice.unknown)
        hosts = set().union(*(choice.hosts for choice in choices))
        return Choice(hosts, tuple(word for choice in choices for word in choice.unknown))

    def check(self, selected: Iterable[Host], warn: Callable[[str], None] = _unheard) -> None:
        """Before these hosts are contacted: raises InventoryError for what is wrong with one of
        them, or with one on the way there. ``warn`` gets a sentence for each of their variables
        that has no effect."""
        waiting = list(selected)
        seen = {host.name for host in waiting}
        for host in waiting:
            if host.name in self.faults:
                raise self.faults[host.name]
            for hop in (host.jump or "").split(","):
                if hop in self.names.hosts and hop not in seen:
                    seen.add(hop)
                    waiting.append(self._jump_host(hop, host))
        for note in dict.fromkeys(note for h in waiting for note in self.notes.get(h.name, ())):
            warn(note)

    def _jump_host(self, name: str, behind: Host) -> Host:
        found = self.names.hosts[name]
        if found.connection != SSH:
            raise InventoryError(
                f"{behind.origins.get('jump', self.file)}: ftlab_jump names {name}, which is not "
                f"reached by SSH (ansible_connection={found.connection})"
            )
        return found

    def among(self, selected: Iterable[Host], names: Collection[str]) -> tuple[Host, ...]:
        """Those of the selected hosts that bear one of these names.

        Raises InventoryError for a name that is no host's, for no name, and when no host is left.
        """
        if not names:
            raise InventoryError("no host is named")
        for name in names:
            if name not in self.names.hosts:
                hint = self._instead(name)
                raise InventoryError(f"{name!r} is not a host of {self.file}", hint=hint)
        found = tuple(host for host in selected if host.name in names)
        if not found:
            raise pattern_error(f"limit and exclude leave none of {fold(names)}")
        return found

    def _instead(self, name: str) -> str:
        """How to say what may be meant by a name that is no host's."""
        if name in self.names.groups:
            return f"{name} is a group: --limit {name} means its hosts"
        bare = name.rpartition("@")[2].partition(":")[0]
        if bare in self.names.hosts:
            return f"user and port are in the inventory: name the host, {bare}, alone"
        return self.names.suggest(name)

    def spell(self, hosts: Iterable[str]) -> str:
        """A short pattern that selects exactly these hosts, as ``limit`` and as ``exclude``.

        For hosts of another inventory, such as an earlier run's, it is their folded names.
        """
        listed = list(dict.fromkeys(hosts))
        short = fold(listed)
        if all(name in self.names.hosts for name in listed):
            for pattern in (short, fold(listed, certain=True), ",".join(map(_plain, listed))):
                for whole in (pattern, f"{pattern},"):  # with a comma, colons do not separate
                    if self._means(whole, set(listed)):
                        return whole
        return short

    def call(self, hosts: Iterable[str]) -> str:
        """The same for people: where they are a whole group, it is the group's name."""
        listed = list(hosts)
        return self._whole_group(set(listed)) or self.spell(listed)

    def _whole_group(self, hosts: set[str]) -> str | None:
        """The first group that has these hosts and no others, if its name says so as a pattern."""
        if len(hosts) < 2:
            return None
        return next(
            (
                name
                for name, members in self.groups.items()
                if name not in {"all", "ungrouped"}
                and len(members) == len(hosts)
                and set(members) == hosts
                and self._means(name, hosts)
            ),
            None,
        )

    def _means(self, pattern: str, hosts: set[str]) -> bool:
        try:
            return Selector(self.names, {}, None).choose(pattern).hosts == hosts
        except InventoryError:
            return False

    def _nothing(self, pattern: str, unknown: Sequence[str]) -> InventoryError:
        hint = next(filter(None, map(self.names.suggest, unknown[:_MOST_TOLD])), "")
        return pattern_error(f"{_short(pattern)} selects no host of {self.file}", hint)


def _short(pattern: str) -> str:
    return repr(pattern) if len(pattern) <= _LONGEST else f"{pattern[:_LONGEST]!r}…"


def _plain(name: str) -> str:
    """A host's name as a term; with ``@`` in front it would be a list's."""
    return f"~{re.escape(name)}$" if name.startswith("@") else name


def _listed(patterns: Patterns) -> list[str]:
    if patterns is None:
        return []
    return [patterns] if isinstance(patterns, str) else list(patterns)
