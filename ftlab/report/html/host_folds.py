"""Hosts of equal state as one, the worst first."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence

from ftlab.frozen import frozen
from ftlab.model import Outcome, Status
from ftlab.report.layout.notes import notes_of, own_notes
from ftlab.report.layout.values import plural
from ftlab.report.terminal.next_steps import page_of

SpellHosts = Callable[[Iterable[str]], str]
"""Writes a set of hosts in few characters."""

WORST_FIRST: tuple[Status, ...] = (
    "failed", "unreachable", "would_change", "changed", "skipped", "ok",
)  # fmt: skip
_OPEN = frozenset({"failed", "unreachable"})


@frozen(slots=True)
class HostFold:
    """Hosts that ended alike. ``first`` speaks for all of them but for their ``messages``: each
    with the hosts whose error says so."""

    names: str
    outcomes: tuple[Outcome, ...]
    messages: tuple[tuple[str, str], ...]

    @property
    def first(self) -> Outcome:
        return self.outcomes[0]

    @property
    def hosts(self) -> list[str]:
        return [each.host for each in self.outcomes]

    @property
    def status(self) -> Status:
        return self.first.status

    @property
    def count(self) -> str:
        return count_of(len(self.outcomes))

    @property
    def state(self) -> str:
        """``failed: value.range``."""
        words, error = self.status.replace("_", " "), self.first.error
        if error is None or self.status == "skipped":
            return words
        return error.kind if error.kind.startswith(f"{words}.") else f"{words}: {error.kind}"

    @property
    def hint(self) -> str:
        return self.first.error.hint if self.first.error else ""

    @property
    def explained(self) -> str:
        """The command that says more of a failure; nothing where none does."""
        error = self.first.error
        return page_of(error.kind) if error and self.status in _OPEN else ""

    @property
    def notes(self) -> list[str]:
        """Those that no error says already."""
        said = {message for _, message in self.messages}
        return [note for note in notes_of(self.first) if note not in said]

    @property
    def is_open(self) -> bool:
        """Whether it is to be seen at once."""
        return self.status in _OPEN


def count_of(hosts: int) -> str:
    """``3 hosts``; nothing beside the name of a single one."""
    return plural(hosts, "host") if hosts > 1 else ""


def host_folds(
    outcomes: Iterable[Outcome], spell: SpellHosts, same: Callable[[Outcome], Hashable]
) -> list[HostFold]:
    """Hosts with equal ends, ``same`` included, as one; the worst first, then the most."""
    folds: dict[Hashable, list[Outcome]] = {}
    for each in outcomes:
        error = (each.error.kind, each.error.hint) if each.error else None
        folds.setdefault((each.status, error, own_notes(each), same(each)), []).append(each)
    ordered = sorted(folds.values(), key=lambda own: (WORST_FIRST.index(own[0].status), -len(own)))
    return [_fold(own, spell) for own in ordered]


def _fold(outcomes: Sequence[Outcome], spell: SpellHosts) -> HostFold:
    said: dict[str, list[str]] = {}
    for each in outcomes:
        if each.error:
            own = each.error.message.replace(f"{each.host}: ", "")  # its name stands above it
            said.setdefault(own, []).append(each.host)
    messages = tuple((spell(hosts), text) for text, hosts in said.items())
    return HostFold(spell(each.host for each in outcomes), tuple(outcomes), messages)
