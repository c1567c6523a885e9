"""Pieces of work at the same time whose changes go in one exec, for a host to which an exec costs
more than what is done in it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from ftlab.engine.wrappers.passed_on import PassedOn
from ftlab.model import Command, Completed
from ftlab.session import Heard, Session


@dataclass(eq=False)
class _Part:
    """One piece's commands, and what came of them."""

    commands: Sequence[Command]
    done: list[Completed] = field(default_factory=list)
    error: BaseException | None = None
    over: bool = False


class JoinedExecs(PassedOn):
    """A session in which the first chain of each piece waits until every other piece has one, too,
    or has ended; then one exec runs them all. How long that may be is bounded by what the pieces
    do: each command has a limit of its own. A piece whose commands come after a failure of
    another's gets an exec of its own: none depends on another.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._changed = threading.Condition()
        self._begun, self._awaited = False, 0
        self._parts: list[_Part] = []
        self._mine = threading.local()

    def together(self, *work: Callable[[], Any]) -> list[Any]:
        """As the protocol says; the first to be called has the pieces that share an exec."""
        if self._begun:
            return self._session.together(*work)
        self._begun, self._awaited = True, len(work)
        return self._session.together(*(lambda each=each: self._piece(each) for each in work))

    def _piece(self, work: Callable[[], Any]) -> Any:
        self._mine.is_awaited = True
        try:
            return work()
        finally:
            self._arrive()

    def _arrive(self, part: _Part | None = None) -> None:
        """This piece has brought its chain, or has none to bring."""
        if not getattr(self._mine, "is_awaited", False):
            return
        self._mine.is_awaited = False
        with self._changed:
            self._parts += [part] if part else []
            self._awaited -= 1
            self._changed.notify_all()

    def run_chain(self, commands: Sequence[Command], heard: Heard | None = None) -> list[Completed]:
        if heard or not commands or not getattr(self._mine, "is_awaited", False):
            return self._session.run_chain(commands, heard)
        mine = _Part(commands)
        self._arrive(mine)
        with self._changed:
            self._changed.wait_for(lambda: not self._awaited)
        if self._parts[0] is mine:
            self._run_all_parts()
        with self._changed:
            self._changed.wait_for(lambda: mine.over)
        if mine.error is not None:
            raise mine.error
        return mine.done

    def _run_all_parts(self) -> None:
        waiting = list(self._parts)
        try:
            while waiting:
                commands = [command for part in waiting for command in part.commands]
                waiting = _handed_out(waiting, self._session.run_chain(commands))
        except BaseException as error:  # for every piece that has no answer
            for part in waiting:
                part.error = error
        finally:
            with self._changed:
                for part in self._parts:
                    part.over = True
                self._changed.notify_all()


def _handed_out(parts: Sequence[_Part], done: Sequence[Completed]) -> list[_Part]:
    """Give each part its answers; the parts that were not reached are returned."""
    for at, part in enumerate(parts):
        part.done, done = list(done[: len(part.commands)]), done[len(part.commands) :]
        if part.done[-1].exit not in part.done[-1].command.ok:
            return list(parts[at + 1 :])
    return []
