"""Who hears of a run while it goes on, and of which outcomes already."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from ftlab.engine.unmatched import ABSENT
from ftlab.engine.wrappers.trace import NO_TRACE, Trace, Traced, inventory_secrets
from ftlab.model import Host, Outcome

Final = Callable[[Outcome], Outcome | None]
"""What can be told of one host's outcome before the others are in; ``None``: nothing yet."""


@dataclass
class Events:
    """Callbacks for messages, for warnings that are never left out, for each outcome, for each
    final outcome, and for each remote command with the id of its run, as far as ``trace`` says
    (see ``ftlab.engine.wrappers.trace``)."""

    say: Callable[[str], None] = lambda _line: None
    warn: Callable[[str], None] = lambda _line: None
    on_outcome: Callable[[Outcome], None] | None = None
    on_final: Callable[[Outcome], None] | None = None
    on_command: Callable[[str, Traced], None] = lambda _run, _traced: None
    trace: int = 0

    def hear(self, outcome: Outcome, final: Final) -> None:
        """An outcome has come."""
        if self.on_outcome is not None:
            self.on_outcome(outcome)
        told = final(outcome) if self.on_final is not None else None
        if self.on_final is not None and told is not None:
            self.on_final(told)

    def tracing(self, run: str, hosts: Iterable[Host], told: Callable[[], Iterable[str]]) -> Trace:
        """For one run: ``hosts`` are the inventory's, ``told`` the secrets used so far."""
        if not self.trace:
            return NO_TRACE
        listed = inventory_secrets(hosts)
        return Trace(partial(self.on_command, run), self.trace, lambda: listed.union(told()))

    @contextmanager
    def rehearsing(self) -> Iterator[None]:
        """Nothing is final in a plan that a person has yet to approve."""
        kept, self.on_final = self.on_final, None
        try:
            yield
        finally:
            self.on_final = kept


def settled(outcome: Outcome) -> Outcome | None:
    """All but an outcome with a name that this host does not know, which another one may know."""
    return None if ABSENT in outcome.facts else outcome


def not_yet(_outcome: Outcome) -> Outcome | None:
    """For answers that take all hosts together."""
    return None
