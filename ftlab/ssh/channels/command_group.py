"""Several quick commands in one exec, each with its own exit status, stdout and stderr.

Every exec costs a round trip and a process start on the host, so quick file steps travel
together. After each command the shell writes a marker on *both* streams::

    <line feed>NONCE:INDEX:STATUS<line feed>

The leading line feed belongs to the marker, so an output without a final line feed, an empty
one and a binary one all come back byte for byte. The nonce is the caller's secret of one exec:
an answer that does not know it cannot forge a marker.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ftlab.errors import ParseError, UsageError
from ftlab.model import Command, Completed
from ftlab.regex import regex

_PLAIN = regex(r"[A-Za-z0-9_@%+=:,./-]+")
_NONCE = regex(r"[A-Za-z0-9]{8,}")
_ASCII_LINES = regex(rb"(?:[\t -~]*\n)+")
# A first word that the shell would read as its own grammar, or as an assignment.
_RESERVED = frozenset(
    {"case", "do", "done", "elif", "else", "esac", "fi", "for", "function", "if", "in"}
    | {"select", "then", "time", "until", "while"}
)


def quote(argv: Sequence[str]) -> str:
    """One shell line that means exactly this argv to any POSIX shell.

    Strings may carry bytes that are not UTF-8 as surrogate escapes. Raises ``UsageError`` for an
    empty argv, and for what no argv can hold: a NUL, or a surrogate that stands for no byte.
    """
    if not argv:
        raise UsageError("a command needs at least its name", kind="usage.argv")
    first, *rest = argv
    name = _word(first, keep=_is_plain_name(first))
    return " ".join([name, *(_word(word, keep=bool(_PLAIN.fullmatch(word))) for word in rest)])


def _is_plain_name(word: str) -> bool:
    return bool(_PLAIN.fullmatch(word)) and "=" not in word and word not in _RESERVED


def _word(word: str, *, keep: bool) -> str:
    if "\0" in word:
        raise UsageError(f"a NUL cannot be part of a command: {word!r}", kind="usage.argv")
    try:
        word.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        raise UsageError(f"not a sequence of bytes: {word!r}", kind="usage.argv") from None
    return word if keep else "'" + word.replace("'", "'\"'\"'") + "'"


def shell_line(command: Command) -> str:
    """What to send for one command: its argv quoted, or the user's own line as it is."""
    return command.argv[0] if command.typed else quote(command.argv)


def build_group(commands: Sequence[Command], nonce: str) -> tuple[str, bytes]:
    """The shell line for these commands, and the bytes for its stdin.

    The line stops after the first command whose status is not in its ``ok``. It uses nothing
    beyond ``{ }``, ``if``, ``[``, ``echo``, ``exit`` and here-documents, which dash, bash and
    every BusyBox ash share. ``nonce``: at least 8 letters and digits, fresh for each exec.

    Of several stdins, one has the stream to itself and the others are here-documents, which must
    be lines of ASCII: no shell must be trusted with other bytes. Raises ``UsageError`` if two
    are something else.
    """
    if not _NONCE.fullmatch(nonce):
        raise ValueError("a nonce is at least 8 ASCII letters and digits")
    feeds = [command.stdin for command in commands]
    odd = [feed for feed in feeds if _needs_the_stream(feed)]
    stream = max(odd or feeds, key=len, default=b"")
    streaming = feeds.index(stream) if stream else None
    parts: list[str] = []
    for index, command in enumerate(commands):
        source = ";" if index == streaming else _source(command.stdin, nonce)
        parts.append(_step(command, source, f"{nonce}:{index}"))
    return "; ".join(parts), stream


def _needs_the_stream(stdin: bytes) -> bool:
    return bool(stdin) and not _ASCII_LINES.fullmatch(stdin)


def _source(stdin: bytes, nonce: str) -> str:
    """Where a command that does not have the stream reads from; ends the command."""
    if not stdin:
        return " </dev/null;"
    if _needs_the_stream(stdin):
        raise UsageError("only one command of a group can have such a stdin", kind="usage.stdin")
    return f" <<'{nonce}'\n{stdin.decode('ascii')}{nonce}\n"


def _step(command: Command, source: str, marker: str) -> str:
    bad = " && ".join(f"[ $r -ne {status} ]" for status in command.ok) or "true"
    # One write for each stream: every write of a slow host travels as a packet of its own.
    told = f"echo '\n{marker}:'$r"
    return (
        f"{{ {shell_line(command)}{source} }}; r=$?; {told}; {told} >&2; if {bad}; then exit 0; fi"
    )


def parse_group(
    commands: Sequence[Command], nonce: str, stdout: bytes, stderr: bytes
) -> list[Completed]:
    """The answers, in order; fewer than the commands where the line stopped at a failure.

    Raises ``ParseError`` where a marker is missing or the streams disagree (a connection that
    broke, a shell that was killed). Its evidence ``completed`` has the answers that are whole.
    """
    completed: list[Completed] = []
    try:
        _collect(commands, nonce, stdout, stderr, completed)
    except ParseError as error:
        error.evidence["completed"] = list(completed)
        raise
    return completed


class GroupReader:
    """Reads the answers of a group while they come. ``at`` is how many bytes of stdout and of
    stderr are behind it."""

    def __init__(self, commands: Sequence[Command], nonce: str) -> None:
        self._commands, self._nonce = commands, nonce
        self._told = 0
        self.at = (0, 0)

    def take(self, stdout: bytes, stderr: bytes) -> Iterator[Completed]:
        """The answers that are whole by now, of what has come on both streams since ``at``. What is
        wrong with the others is for :func:`parse_group` to say, at the end."""
        (before_out, before_err), at_out, at_err = self.at, 0, 0
        while self._told < len(self._commands):
            place = (self._nonce, self._told)
            try:
                out, status, at_out = _until_marker(stdout, at_out, *place)
                err, again, at_err = _until_marker(stderr, at_err, *place)
            except ParseError:
                return
            if status != again:
                return
            self.at = (before_out + at_out, before_err + at_err)
            self._told += 1
            yield Completed(self._commands[self._told - 1], status, out, err)


def _collect(
    commands: Sequence[Command],
    nonce: str,
    stdout: bytes,
    stderr: bytes,
    completed: list[Completed],
) -> None:
    at_out = at_err = 0
    for index, command in enumerate(commands):
        out, status, at_out = _until_marker(stdout, at_out, nonce, index)
        err, again, at_err = _until_marker(stderr, at_err, nonce, index)
        if status != again:
            raise _broken(f"two statuses for command {index}: {status} and {again}", stdout)
        completed.append(Completed(command, status, out, err))
        if status not in command.ok:
            return


def _until_marker(stream: bytes, start: int, nonce: str, index: int) -> tuple[bytes, int, int]:
    opening = b"\n%b:%d:" % (nonce.encode(), index)
    found = stream.find(opening, start)
    end = stream.find(b"\n", found + len(opening))
    status = stream[found + len(opening) : end]
    if found < 0 or end < 0 or not status.isdigit():
        raise _broken(f"the answer to command {index} of the group is not whole", stream)
    return stream[start:found], int(status), end + 1


def _broken(message: str, stream: bytes) -> ParseError:
    tail = stream[-200:].decode("utf-8", "surrogateescape")
    line = stream.count(b"\n") + 1
    column = len(stream) - (stream.rfind(b"\n") + 1) + 1
    return ParseError(message, kind="parse.group", line=line, column=column, text=tail)
