"""One pass through the configuration files, for one connection."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import field

from ftlab.errors import UsageError
from ftlab.frozen import frozen, mutable
from ftlab.nearest import suggest
from ftlab.ssh.config.keywords import KEYWORDS, find_keyword
from ftlab.ssh.config.lines import ConfigLine, read_lines
from ftlab.ssh.config.match import Condition, read_condition
from ftlab.ssh.config.paths import expand_home
from ftlab.ssh.config.patterns import matches, matches_list
from ftlab.ssh.config.subject import Subject
from ftlab.ssh.config.surroundings import Surroundings
from ftlab.ssh.config.tokens import fill_in_all

MOST_DEPTH = 16
SYSTEM_FOLDER = "/etc/ssh"


@frozen(slots=True)
class File:
    """A configuration file. ``own``: the user's, as opposed to the system's. ``private``: no one
    else may be able to write to it. ``needed``: it is an error if it is not there."""

    name: str
    own: bool = True
    private: bool = True
    needed: bool = False


class Files:
    """Configuration files, each read once, and taken apart."""

    def __init__(self, around: Surroundings) -> None:
        self.around = around
        self.included = functools.cache(around.files)
        self.lines = functools.cache(self._lines)
        self.condition = functools.cache(read_condition)

    def _lines(self, file: File) -> tuple[ConfigLine, ...]:
        """None for a file that is not there.

        :raises UsageError: it cannot be used.
        """
        try:
            text = self.around.read(file.name, private=file.private)
        except ValueError as wrong:
            raise UsageError(f"{file.name}: {wrong}", hint="see ssh_config(5)") from None
        if text is None and file.needed:
            raise UsageError(f"{file.name}: there is no such ssh configuration file")
        return read_lines(text or "", file.name)


@mutable
class Pass:
    """Adds what the files say to the subject's settings. ``again`` becomes true where a block
    asks for a final pass."""

    files: Files
    subject: Subject
    again: bool = field(default=False)

    def read(self, file: File) -> None:
        """:raises UsageError: ssh does not read the file either, or ftlab cannot follow it."""
        self._file(file, active=True, never=False, depth=0)

    def option(self, line: ConfigLine) -> None:
        """A setting of the command line.

        :raises UsageError: as :meth:`read`.
        """
        self._setting(line, active=True)

    def _file(self, file: File, *, active: bool, never: bool, depth: int) -> None:
        if depth > MOST_DEPTH:
            raise UsageError(f"{file.name}: more than {MOST_DEPTH} files include one another")
        for line in self.files.lines(file):
            if line.keyword == "host":
                active = not never and self._is_for(line)
            elif line.keyword == "match":
                active = self._match(line, never=never)
            elif line.keyword == "include":
                self._include(line, file, active=active, depth=depth)
            else:
                self._setting(line, active=active)

    def _is_for(self, line: ConfigLine) -> bool:
        """Whether a ``Host`` line names the subject, and excludes it by no ``!``."""
        found = False
        for pattern in line.words:
            if not pattern:
                raise line.error("host: a pattern is empty")
            if matches(self.subject.name, pattern.removeprefix("!")):
                if pattern.startswith("!"):
                    return False
                found = True
        return found

    def _match(self, line: ConfigLine, *, never: bool) -> bool:
        condition: Condition = self.files.condition(line)
        self.again |= condition.wants_final_pass
        return not never and condition.holds(self.subject)

    def _include(self, line: ConfigLine, file: File, *, active: bool, depth: int) -> None:
        """In a block that does not apply, the included blocks do not either."""
        for name in self._included(line, own=file.own):
            inner = File(name, own=file.own)
            self._file(inner, active=active, never=not active, depth=depth + 1)

    def _included(self, line: ConfigLine, *, own: bool) -> Sequence[str]:
        names: list[str] = []
        for word in line.words:
            try:
                names += self.files.included(self._anchored(word, own=own))
            except ValueError as wrong:
                raise line.error(f"include: {wrong}") from None
        return names

    def _anchored(self, word: str, *, own: bool) -> str:
        """A path that begins at the root: relative ones are in the folder of ssh's own files."""
        around = self.files.around
        path = fill_in_all(word, self.subject.tokens_now(), around.variable)
        if not path or (path.startswith("~") and not own):
            raise ValueError(f"{word!r} is no path that may stand here")
        if not path.startswith(("/", "~")):
            path = f"~/.ssh/{path}" if own else f"{SYSTEM_FOLDER}/{path}"
        return expand_home(path, around)

    def _setting(self, line: ConfigLine, *, active: bool) -> None:
        keyword = find_keyword(line.keyword)
        if keyword is None:
            self._unknown(line)
        elif keyword.use != "harmless":
            self.subject.settings.take(keyword, line, active=active)

    def _unknown(self, line: ConfigLine) -> None:
        ignored = self.subject.settings.get("ignoreunknown")
        if ignored is None or not matches_list(line.keyword, ignored.text, small=True):
            hint = suggest(line.keyword, sorted(KEYWORDS)) or "IgnoreUnknown lets ssh pass it over"
            raise line.error(f"ssh knows no setting {line.keyword!r}", hint=hint)
