"""Opening channels, from several threads at once."""

from __future__ import annotations

import threading
from typing import Any

import paramiko


class Openings(paramiko.Transport):
    """paramiko keeps one error for all threads: of two refusals that come together, one is lost
    and the other may be told to the wrong thread. And it drops the server's own words."""

    def __init__(self, *args: Any, **named: Any) -> None:
        self._mine = threading.local()
        self._refused: dict[int, paramiko.ChannelException] = {}
        super().__init__(*args, **named)

    def open_channel(self, *args: Any, **named: Any) -> Any:
        """:raises paramiko.ChannelException: the server refuses this one, and its words."""
        try:
            return super().open_channel(*args, **named)
        except paramiko.SSHException:
            refusal = self._refused.pop(getattr(self._mine, "channel", -1), None)
            if refusal is None:
                raise
            raise refusal from None

    def _next_channel(self) -> Any:
        """Called by :meth:`open_channel` for the number of the new channel."""
        self._mine.channel = super()._next_channel()
        return self._mine.channel

    def _parse_channel_open_failure(self, m: Any) -> None:
        number, code, words = m.get_int(), m.get_int(), m.get_text()
        if number in self.channel_events:  # nobody would ever take the others out
            self._refused[number] = paramiko.ChannelException(code, words)
        m.rewind()
        super()._parse_channel_open_failure(m)
