"""Several exchanges on one connection, waited for by the calling thread alone."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Sequence
from typing import Any

import paramiko

from ftlab.errors import LOOK_FIRST, CommandTimeout, HostError, HostFailed, Lost
from ftlab.model import Command, Completed, Host
from ftlab.ssh.channels.exchange import Exchange
from ftlab.ssh.channels.slots import Slots
from ftlab.ssh.deadline import Deadline
from ftlab.ssh.paramiko_ext.channel_lock import WakeUp
from ftlab.ssh.paramiko_ext.packets import Violation
from ftlab.ssh.printable import printable

LAST_WORDS = 200  # bytes


class Batch:
    """Runs exchanges, as many at once as ``slots`` and the host allow; used once.

    ``default`` is the limit in seconds of a command that names none.
    """

    def __init__(self, host: Host, transport: Any, slots: Slots, default: float) -> None:
        self._host = host
        self._transport = transport
        self._slots = slots
        self._default = default
        self._wake_up = WakeUp()
        self._active: list[Exchange] = []
        self._answers: dict[Exchange, Completed] = {}
        self._given_up = False

    def give_up(self) -> None:
        """Have :meth:`run`, in another thread, end at once with ``CommandTimeout``: what is not
        sent by now never is. Safe to repeat."""
        self._given_up = True
        self._wake_up.set()

    def look(self) -> None:
        """Have :meth:`run`, in another thread, take what has arrived."""
        self._wake_up.set()

    def run(self, work: Sequence[Exchange]) -> list[Completed]:
        """The answers, in the order of the work.

        :raises HostError: ``CommandTimeout``, ``Lost`` or, where the host gives no channel or
            runs no commands, ``HostFailed``. Every channel is closed by then.
        """
        waiting = deque(work)
        try:
            while waiting or self._active:
                self._start(waiting)
                self._wake_up.wait(self._seconds_to_wait())
                self._advance()
                if self._given_up and self._active:
                    raise self._abandoned(self._active[0].command)
            return [self._answers[exchange] for exchange in work]
        except (EOFError, OSError, paramiko.SSHException) as error:
            raise self._broken(error) from error
        finally:
            self._transport.packetizer.write_until(None)
            while self._active:
                self._leave(self._active[0])

    def _start(self, waiting: deque[Exchange]) -> None:
        """Begin as much as there is room for; wait for room only with nothing under way."""
        while waiting:
            limit = self._limit(waiting[0].command)
            if not self._slots.acquire(timeout=0 if self._active else limit):
                if not self._active:
                    raise self._not_begun(waiting[0].command)
                return
            if self._begin(waiting[0], limit):
                waiting.popleft()

    def _begin(self, exchange: Exchange, limit: float) -> bool:
        """False where the host gives no further channel: there is a slot less from now on."""
        deadline = Deadline(limit)
        self._transport.packetizer.write_until(deadline.at)
        self._active.append(exchange)
        try:
            exchange.open(self._transport, deadline, self._wake_up)
            if self._given_up:
                raise self._not_wanted(exchange.command)
            exchange.begin(self._transport)
        except paramiko.ChannelException as error:
            self._active.remove(exchange)
            if not self._slots.refused():
                raise self._no_channel(error) from error
            return False
        except paramiko.SSHException as error:
            if deadline.passed:
                raise self._not_begun(exchange.command) from error
            raise
        return True

    def _advance(self) -> None:
        self._transport.packetizer.write_until(min(one.deadline.at for one in self._active))
        for exchange in list(self._active):
            if exchange.pump():
                self._answers[exchange] = self._answer(exchange)
                self._leave(exchange)
            elif exchange.deadline.passed:
                raise self._too_long(exchange)

    def _answer(self, exchange: Exchange) -> Completed:
        if exchange.status is not None:
            if exchange.truncated and not exchange.command.typed:
                raise self._too_much(exchange)
            return exchange.completed(exchange.status)
        if exchange.refused:
            raise HostFailed(
                f"{self._host.name}: the host does not run commands for this login",
                kind="command.refused",
                hint="log in as a user with a shell (root on ESXi)",
            )
        alive = self._transport.is_active()
        raise self._lost("it gave no exit status" if alive else self._why(None))

    def _too_much(self, exchange: Exchange) -> HostFailed:
        """Half an answer must not be read as a whole one; only a user may look at it."""
        error = HostFailed(
            f"{self._host.name}: `{exchange.command}` wrote more than {exchange.cap} bytes",
            kind="output.cap",
            hint="see what it writes with: ftlab fleet.run, which shows the beginning",
        )
        return error if exchange.command.repeatable else error.leaving_in_doubt()

    def _leave(self, exchange: Exchange) -> None:
        self._active.remove(exchange)
        self._slots.release()
        try:
            exchange.close()
        except (EOFError, OSError, paramiko.SSHException):
            self._transport.close()  # half a packet may be out: nothing else can follow it

    def _seconds_to_wait(self) -> float:
        """Seconds until the first of them is to be looked at, whatever arrives."""
        return max(0.0, min(one.wake_at for one in self._active) - time.monotonic())

    def _limit(self, command: Command) -> float:
        limit = self._default if command.timeout is None else command.timeout
        return min(limit, threading.TIMEOUT_MAX)

    def _broken(self, error: BaseException) -> HostError:
        """A write failed, or stood still: the connection is of no further use."""
        late = [exchange for exchange in self._active if exchange.deadline.passed]
        failure = self._too_long(late[0]) if late else self._lost(self._why(error))
        self._transport.close()
        return failure

    def _too_long(self, exchange: Exchange) -> CommandTimeout:
        command, limit = exchange.command, exchange.deadline.limit
        return CommandTimeout(
            f"{self._host.name}: `{command}` did not end within {limit:g} s; "
            "it may still be running on the host" + _cut(exchange) + _said(exchange),
            hint=repeat_hint([command], ", with a longer --timeout"),
            argv=command.argv,
            seconds=limit,
            repeatable=command.repeatable,
            stdout=exchange.stdout,
            stderr=exchange.stderr,
        )

    def _abandoned(self, command: Command) -> CommandTimeout:
        return CommandTimeout(
            f"{self._host.name}: `{command}` was not waited for any longer; "
            "it may still be running on the host",
            hint=repeat_hint([command]),
            argv=command.argv,
            repeatable=command.repeatable,
        )

    def _not_wanted(self, command: Command) -> CommandTimeout:
        return CommandTimeout(
            f"{self._host.name}: `{command}` was not sent: nobody waited for it any longer",
            hint="nothing was changed: it is safe to run it again",
            argv=command.argv,
            repeatable=True,
        )

    def _not_begun(self, command: Command) -> CommandTimeout:
        return CommandTimeout(
            f"{self._host.name}: no channel for `{command}` in {self._limit(command):g} s; "
            "it was not sent",
            hint="nothing was changed: it is safe to run it again",
            argv=command.argv,
            repeatable=True,
        )

    def _lost(self, why: str) -> Lost:
        """Names what was under way; what had not been sent cannot have run."""
        sent = [exchange for exchange in self._active if exchange.sent]
        flying = [exchange.command for exchange in sent]
        names = ", ".join(f"`{command}`" for command in flying)
        return Lost(
            f"{self._host.name}: the connection is lost ({why}); "
            + (f"under way: {names}" if flying else "the command was not sent"),
            hint=repeat_hint(flying),
            in_flight=[str(command) for command in flying],
            stdout=sent[0].stdout if sent else b"",
            stderr=sent[0].stderr if sent else b"",
        )

    def _why(self, error: BaseException | None) -> str:
        """What the server, or else the error, says of the connection's end."""
        before = self._transport.saved_exception
        why = before if error is None or isinstance(before, Violation) else error
        said = self._transport.farewell or str(why or "")
        return printable(said) or "the host hung up"

    def _no_channel(self, error: paramiko.ChannelException) -> HostFailed:
        return HostFailed(
            f"{self._host.name}: the host gives no channel: {printable(error.text)}",
            kind="channel.refused",
            hint="MaxSessions in the host's sshd_config must allow at least one",
        )


def repeat_hint(commands: Sequence[Command], how: str = "") -> str:
    """What to do about commands of which nobody knows whether they did their work."""
    if all(command.repeatable for command in commands):
        return "it is safe to run it again" + how
    return LOOK_FIRST


def _said(exchange: Exchange) -> str:
    """The end of what it had said until then; what a user typed is shown with its output."""
    said = printable((exchange.stdout + exchange.stderr)[-LAST_WORDS:].decode("utf-8", "replace"))
    return f"; until then it said: {said}" if said and not exchange.command.typed else ""


def _cut(exchange: Exchange) -> str:
    return "; its output passed the cap and was cut" if exchange.truncated else ""
