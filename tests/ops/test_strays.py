"""Files that a dead run has left are looked for one by one, whatever they are called."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace

import pytest

from ftlab.errors import CommandFailed
from ftlab.model import Command, Completed
from ftlab.ops.recovery.strays import existing

PATHS = ["/vmfs/volumes/Größe/a.tmp", "/vmfs/volumes/b\x85c/b.tmp"]


def context(*statuses: int) -> SimpleNamespace:
    def run_chain(commands: Sequence[Command]) -> list[Completed]:
        return [
            Completed(command, status, b"", b"I/O error\n" if status > 1 else b"")
            for command, status in zip(commands, statuses, strict=True)
        ]

    return SimpleNamespace(session=SimpleNamespace(run_chain=run_chain))


@pytest.mark.parametrize(
    ("statuses", "there"), [((0, 0), PATHS), ((1, 0), PATHS[1:]), ((1, 1), [])]
)
def test_the_status_tells_which_are_there(statuses: tuple[int, ...], there: list[str]) -> None:
    assert existing(context(*statuses), PATHS) == there  # type: ignore[arg-type]


def test_a_host_that_cannot_look_has_not_said_that_they_are_gone() -> None:
    with pytest.raises(CommandFailed, match="I/O error"):
        existing(context(0, 2), PATHS)  # type: ignore[arg-type]
