"""What a shell needs of the host model it runs on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from ftlab.sim.model.answer import Answer


class ShellHost(Protocol):
    """A simulated host, as its shells see it."""

    name: str
    commands: list[tuple[str, ...]]

    @property
    def fqdn(self) -> str:
        """What the host calls itself."""

    @property
    def version(self) -> str:
        """The release, e.g. ``"7.0 U1"``."""

    @property
    def tools(self) -> frozenset[str]:
        """The commands that :meth:`answer` answers."""

    def path(self, remote: str) -> Path:
        """The local file behind an absolute remote path."""

    def answer(self, argv: tuple[str, ...], stdin: bytes = b"") -> Answer:
        """What a host tool says; the host records the argv itself."""

    def struck(self, words: tuple[str, ...], run: Callable[[], Answer]) -> Answer:
        """What an applet's ``run`` answers, or what a fault makes of it."""
