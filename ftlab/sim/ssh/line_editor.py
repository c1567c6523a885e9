"""A terminal's line discipline: what is typed into a simulated host, one edited line at a time."""

from __future__ import annotations

import re
from collections.abc import Callable

from ftlab.sim.shell.errors import Interrupted

_ENTER, _ERASE, _INTERRUPT, _END, _KILL = b"\r\n", b"\x7f\x08", b"\x03", b"\x04", b"\x15"
_KEY = re.compile(
    rb"\x1b[\[O][^@-~]*[@-~]|\x1b[^\[O]"
    rb"|[\xf0-\xff].{3}|[\xe0-\xef].{2}|[\xc0-\xdf].|[^\x1b\xc0-\xff]",
    re.DOTALL,
)
"""A whole escape sequence, or a whole character in UTF-8."""
_BLOCK = 1 << 16
_UP, _DOWN = (b"\x1b[A", b"\x1bOA"), (b"\x1b[B", b"\x1bOB")


class LineEditor:
    """Echoes and edits lines: erase, Ctrl-U, Ctrl-C, Ctrl-D, and earlier lines with the arrows.

    ``receive`` gives what was typed next, empty once the client is gone; ``ready`` says whether
    it would answer at once; ``send`` shows bytes to the client.
    """

    def __init__(
        self,
        receive: Callable[[], bytes],
        ready: Callable[[], bool],
        send: Callable[[bytes], None],
    ) -> None:
        self._receive, self._ready, self._send = receive, ready, send
        self._typed = bytearray()
        self._text = ""
        self._past: list[str] = []
        self._place = 0
        self._after_return = False

    def line(self, prompt: str = "", *, remember: bool = False) -> str | None:
        """The next line without its end; None at Ctrl-D on an empty one and when the client is
        gone. Raises :class:`Interrupted`. ``remember``: the arrows find it again."""
        self._send(prompt.encode())
        self._text, self._place = "", len(self._past)
        while (key := self._key()) and not (key == _END and not self._text):
            if key in _ENTER:
                self._send(b"\n")
                if remember and self._text.strip():
                    self._past.append(self._text)
                return self._text
            self._press(key, remember=remember)
        return None

    def interrupted(self) -> bool:
        """Whether Ctrl-C was typed ahead; forgets what was typed before it."""
        while self._ready() and (more := self._receive()):
            self._typed += more
        _, pressed, rest = self._typed.rpartition(_INTERRUPT)
        if pressed:
            self._typed = rest
            self._send(b"^C\n")
        return bool(pressed)

    def _press(self, key: bytes, *, remember: bool) -> None:
        if key == _INTERRUPT:
            self._send(b"^C\n")
            raise Interrupted
        if key in _ERASE:
            self._replace(self._text[:-1])
        elif key == _KILL:
            self._replace("")
        elif remember and key in (*_UP, *_DOWN):
            self._recall(-1 if key in _UP else 1)
        elif key[0] >= 0x20 or key == b"\t":
            self._text += key.decode("utf-8", "surrogateescape")
            self._send(key)

    def _recall(self, step: int) -> None:
        self._place = min(max(self._place + step, 0), len(self._past))
        self._replace((*self._past, "")[self._place])

    def _replace(self, text: str) -> None:
        """Show ``text`` in place of what is there."""
        kept = len(text) if self._text.startswith(text) else 0
        self._send(b"\b \b" * (len(self._text) - kept))
        self._send(text[kept:].encode("utf-8", "surrogateescape"))
        self._text = text

    def _key(self) -> bytes:
        """One character or one escape sequence; empty where the client is gone. A line feed right
        after a carriage return is the same key."""
        while (found := _KEY.match(self._typed)) is None:
            if not (more := self._receive()):
                return b""
            self._typed += more
        key, after_return = bytes(found[0]), self._after_return
        del self._typed[: found.end()]
        self._after_return = key == b"\r"
        return self._key() if key == b"\n" and after_return else key


class EditedLines:
    """The standard input of a command on a terminal: whole lines, and an end at Ctrl-D. A buffer
    above it would ask for more after that end."""

    def __init__(self, editor: LineEditor) -> None:
        self._editor = editor
        self._held = b""

    def read(self, size: int = -1, /) -> bytes:
        if size < 0:
            return b"".join(iter(lambda: self.read(_BLOCK), b""))
        if not self._held:
            line = self._editor.line()
            self._held = b"" if line is None else f"{line}\n".encode("utf-8", "surrogateescape")
        block, self._held = self._held[:size], self._held[size:]
        return block

    def write(self, _data: bytes, /) -> None:
        raise OSError(9, "Bad file descriptor")
