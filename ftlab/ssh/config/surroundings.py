"""What ssh asks of the machine it runs on while it reads its configuration."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class Surroundings(Protocol):
    """``home`` is the user's folder, ``user`` their login name, ``hostname`` this machine's."""

    @property
    def home(self) -> str: ...
    @property
    def user(self) -> str: ...
    @property
    def uid(self) -> int: ...
    @property
    def hostname(self) -> str: ...

    def variable(self, name: str) -> str | None:
        """An environment variable."""
        ...

    def home_of(self, user: str) -> str | None:
        """Another user's folder; ``None`` where there is no such user."""
        ...

    def read(self, file: str, *, private: bool) -> str | None:
        """A file's text; ``None`` where there is none. ``private``: nobody else may be able to
        write to it.

        :raises ValueError: it cannot be read, or others may write to it.
        """
        ...

    def files(self, pattern: str) -> Sequence[str]:
        """The files that a shell would put in the pattern's place, in order."""
        ...

    def run(self, command: str) -> int:
        """The exit status of a command in the user's shell.

        :raises ValueError: it has none.
        """
        ...

    def service(self, name: str) -> int | None:
        """The TCP port of a service."""
        ...

    def numeric(self, name: str, family: str) -> str | None:
        """An address in its usual notation; ``None`` for what is none."""
        ...

    def canonical_name(self, name: str, family: str) -> str | None:
        """What the resolver says a name really is, ``""`` if nothing; ``None`` for a name that
        it does not know."""
        ...

    def addresses(self) -> Sequence[str]:
        """Those of this machine's network interfaces that are up."""
        ...
