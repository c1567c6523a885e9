"""A command under way, for a caller that looks at the host while it lasts."""

from __future__ import annotations

from ftlab.model import Completed
from ftlab.ssh.channels.batch import Batch
from ftlab.ssh.channels.exchange import Exchange
from ftlab.ssh.channels.threads import Piece

_CLOSING = 5.0
"""Seconds that closing a channel may take before nobody waits for it."""


class RunningCommand:
    """A :class:`ftlab.session.StartedCommand`: the exchange goes on in a thread of its own."""

    def __init__(self, batch: Batch, exchange: Exchange, *, alone: bool, name: str) -> None:
        self.alone = alone
        self._batch = batch
        self._exchange = exchange
        self._piece = Piece(lambda: batch.run([exchange])[0], name)
        self._piece.start()

    def wait(self, seconds: float) -> Completed | None:
        """As the protocol says."""
        self._piece.join(seconds)
        if self._piece.is_alive():
            return None
        done: Completed = self._piece.result()
        return done

    def said(self, out: int, err: int) -> tuple[bytes, bytes]:
        """As the protocol says. What arrives wakes nobody until it is much (``channel_lock``), so
        it is asked for here, for the next look."""
        self._batch.look()
        return self._exchange.said(out, err)

    def give_up(self) -> None:
        """Close the channel. Safe to repeat, also where the command has ended."""
        self._batch.give_up()
        self._piece.join(_CLOSING)
