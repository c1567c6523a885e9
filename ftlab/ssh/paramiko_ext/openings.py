"""Opening channels, from several threads at once."""

from __future__ import annotations

import threading
from typing import Any

import paramiko
from paramiko.common import cMSG_CHANNEL_OPEN


class Openings(paramiko.Transport):
    """paramiko keeps one error for all threads: of two refusals that come together, one is lost
    and the other may be told to the wrong thread. And it drops the server's own words."""

    def __init__(self, *args: Any, **named: Any) -> None:
        self._mine = threading.local()
        self._refused: dict[int, paramiko.ChannelException] = {}
        super().__init__(*args, **named)

    def open_channel(self, kind: str, *args: Any, **named: Any) -> Any:
        """:raises paramiko.ChannelException: the server refuses this one, and its words."""
        try:
            if kind == "session":
                limit = named.get("timeout")
                return self._opened_session(self.channel_timeout if limit is None else limit)
            return super().open_channel(kind, *args, **named)
        except paramiko.SSHException:
            refusal = self._refused.pop(getattr(self._mine, "channel", -1), None)
            if refusal is None:
                raise
            raise refusal from None

    def _opened_session(self, timeout: float) -> Any:
        """As paramiko does it, which looks at the connection ten times a second meanwhile: that
        wakes a thread for each host that is busy. Here whoever ends the connection wakes it."""
        if not self.active:
            raise paramiko.SSHException("SSH session not active")
        channel, opened = self._registered()
        self._send_user_message(self._opening(channel.chanid))
        if self.active and not opened.wait(timeout):
            raise paramiko.SSHException("Timeout opening channel.")
        if not self.active or self._channels.get(channel.chanid) is None:
            raise self.get_exception() or paramiko.SSHException("Unable to open channel.")
        return channel

    def _registered(self) -> tuple[paramiko.Channel, threading.Event]:
        """A new channel, which nothing but the caller keeps, and what tells that the server has
        spoken of it."""
        with self.lock:
            number = self._next_channel()
            channel = paramiko.Channel(number)
            self._channels.put(number, channel)
            self.channel_events[number] = opened = threading.Event()
            self.channels_seen[number] = True
            channel._set_transport(self)
            channel._set_window(self.default_window_size, self.default_max_packet_size)
        return channel, opened

    def _opening(self, number: int) -> paramiko.Message:
        message = paramiko.Message()
        message.add_byte(cMSG_CHANNEL_OPEN)
        message.add_string("session")
        for figure in (number, self.default_window_size, self.default_max_packet_size):
            message.add_int(figure)
        return message

    def forget_openings(self) -> None:
        """Wake whoever waits for a channel: the connection has ended."""
        for opened in list(self.channel_events.values()):
            opened.set()

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
