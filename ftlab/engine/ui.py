"""Whom a lab talks to while it works: a terminal, a program of the user's own, or nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from functools import partial

from ftlab.engine.report import Report
from ftlab.engine.wrappers.trace import NO_TRACE, Trace, Traced, inventory_secrets
from ftlab.model import Host, Outcome


class Ui:
    """This one hears nothing and approves nothing; one that cares overrides what it cares for.
    All but :meth:`begin`, :meth:`tick` and :meth:`approve` are called from several threads.

    ``approves``: whether there is somebody to approve a plan; ``watches``: whether somebody
    watches the hosts at work. ``trace``: how much of the remote
    commands is told (see ``ftlab.engine.wrappers.trace``); 0: nothing.
    """

    approves: bool = False
    watches: bool = False
    trace: int = 0

    def say(self, line: str) -> None:
        """A message."""

    def warn(self, line: str) -> None:
        """A message that is never left out."""

    def begin(self, hosts: int) -> None:
        """So many hosts are about to be worked on. A run that is approved has two rounds."""

    def approve(self, plan: Report) -> bool:  # noqa: ARG002 - for those that ask
        """Whether to go on with a plan. Asked only where :attr:`approves`."""
        return False

    def unasked(self) -> None:
        """A run that changes hosts begins with nobody asked, as the options say (``yes``)."""

    def asking(self) -> AbstractContextManager[None]:
        """Entered around each question for a password."""
        return nullcontext()

    def working(self, host: str, what: str) -> None:
        """What a host is busy with now. Only where :attr:`watches`."""

    def waiting(
        self,
        host: str,  # noqa: ARG002 - for those that show it
        what: str,  # noqa: ARG002
        seconds: float,  # noqa: ARG002
    ) -> AbstractContextManager[None]:
        """Entered around a wait for ``what``, of so many seconds at most. ``host`` is empty where
        the whole run waits."""
        return nullcontext()

    def tick(self) -> None:
        """Now and then, at least every second, while hosts are worked on, in the thread of
        :meth:`begin`. Only where :attr:`watches`."""

    def outcome(self, outcome: Outcome) -> None:
        """A host is done."""

    def final(self, outcome: Outcome) -> None:
        """What the report will have of a host, as soon as that can be told."""

    def command(self, run: str, traced: Traced) -> None:
        """A remote command has ended."""


def tracing(ui: Ui, run: str, hosts: Iterable[Host], told: Callable[[], Iterable[str]]) -> Trace:
    """For one run: ``hosts`` are the inventory's, ``told`` the secrets used so far."""
    if not ui.trace:
        return NO_TRACE
    listed = inventory_secrets(hosts)
    return Trace(partial(ui.command, run), ui.trace, lambda: listed.union(told()))
