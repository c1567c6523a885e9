"""A Session straight into a simulated host: no network, and a death on demand."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from ftlab.errors import CommandFailed, Lost
from ftlab.model import Command, Completed, Host
from ftlab.session import Heard
from ftlab.sim import SimHost
from ftlab.sim.model.answer import LOOK
from ftlab.sim.shell import run as shell
from ftlab.sim.shell.call import Hangup
from ftlab.ssh.channels.command_group import build_group, shell_line
from ftlab.ssh.channels.threads import together


class DirectSession:
    """``lives``: how many commands run before the connection dies, for good."""

    def __init__(self, model: SimHost, lives: int | None = None) -> None:
        self.host = Host(model.name)
        self.server: dict[str, str] = {}
        self.model, self.lives = model, lives
        self.before: Callable[[Command], None] = lambda _command: None
        self.sent: list[Command] = []
        self._wait: Callable[[float], None] = lambda _seconds: None

    def run(self, command: Command) -> Completed:
        if self.lives is not None:
            if self.lives <= 0:
                raise Lost("the connection died", in_flight=[str(command)])
            self.lives -= 1
        self.before(command)
        self.sent.append(command)
        out, err = io.BytesIO(), io.BytesIO()
        streams = {0: io.BytesIO(command.stdin), 1: out, 2: err}
        line = shell_line(command).encode("utf-8", "surrogateescape")
        status = shell.run(self.model, line, streams, wait=self._wait)
        return Completed(command, status, out.getvalue(), err.getvalue())

    @contextmanager
    def started(self, command: Command) -> Iterator[DirectRunning]:
        running = DirectRunning(self, command)
        try:
            yield running
        finally:
            running.give_up()

    def run_all(self, commands: Sequence[Command]) -> list[Completed]:
        return [self.run(command) for command in commands]

    def run_chain(self, commands: Sequence[Command], heard: Heard | None = None) -> list[Completed]:
        """One by one, so that each can be the last; but only what could travel as one group."""
        build_group(commands, "0123456789abcdef")
        done: list[Completed] = []
        for command in commands:
            done.append(self.run(command))
            if heard is not None:
                heard(done[-1])
            if not done[-1].ok:
                break
        return done

    def together(self, *work: Callable[[], Any]) -> list[Any]:
        return together(work, "direct") if work else []

    def read(self, path: str) -> bytes:
        done = self.run(Command(("cat", path)))
        if done.exit:
            raise CommandFailed(done.err, exit=done.exit)
        return done.stdout

    def write(self, path: str, data: bytes) -> None:
        done = self.run(Command(("dd", f"of={path}"), stdin=data))
        if done.exit:
            raise CommandFailed(done.err, exit=done.exit)

    def notice(self) -> None:
        """Raises what a command under way meets by now: a connection that has died meanwhile."""

    def close(self) -> None:
        self.lives = 0


class DirectRunning:
    """A command in a thread of its own, which takes turns with the caller's: it runs until it
    has ended or waits for something to happen on the host."""

    alone = False

    def __init__(self, session: DirectSession, command: Command) -> None:
        self._session = session
        self._turn, self._mine = threading.Semaphore(0), threading.Semaphore(0)
        self._given_up = False
        self._done: Completed | None = None
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, args=(command,), daemon=True)
        self._thread.start()
        self._mine.acquire()

    def wait(self, seconds: float) -> Completed | None:
        """What the simulated host waits for may have happened by now. No time passes here: that
        is for whoever keeps the clock."""
        if self._thread.is_alive() and not self._ended:
            self._session.notice()
            self._turn.release()
            self._mine.acquire()
        if self._error is not None:
            raise self._error
        return self._done

    def said(self, out: int, err: int) -> tuple[bytes, bytes]:
        done = self._done
        return (done.stdout[out:], done.stderr[err:]) if done else (b"", b"")

    def give_up(self) -> None:
        self._given_up = True
        self._turn.release()
        self._thread.join()

    @property
    def _ended(self) -> bool:
        return self._done is not None or self._error is not None

    def _run(self, command: Command) -> None:
        self._session._wait = self._pause
        try:
            self._done = self._session.run(command)
        except BaseException as error:  # raised where the result is asked for
            self._error = error
        finally:
            self._session._wait = lambda _seconds: None
            self._mine.release()

    def _pause(self, seconds: float) -> None:
        if seconds != LOOK:  # latency: none here
            return
        self._session._wait = lambda _seconds: None  # the caller's own commands wait for nothing
        self._mine.release()
        self._turn.acquire()
        if self._given_up:
            raise Hangup
        self._session._wait = self._pause
