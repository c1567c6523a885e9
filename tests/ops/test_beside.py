"""What stands beside a file that is replaced, and what is said where that fails."""

from __future__ import annotations

from pathlib import Path

import pytest
from direct_session import DirectSession

from ftlab.engine.context import Context
from ftlab.errors import CommandFailed
from ftlab.model import Command, Completed
from ftlab.ops.files.beside import all_done, clean_up
from ftlab.sim import Fault, SimLab

CP = Command(("cp", "-p", "a", "b"))


@pytest.mark.parametrize(
    ("last", "words"),
    [
        (Completed(CP, 1, b"half of it\n", b"cp: no space left\n"), "cp: no space left"),
        (Completed(CP, 1, b"a: FAILED\n"), "a: FAILED"),
        (Completed(CP, 1, b"", b"cp: no space left\n"), "cp: no space left"),
        (Completed(CP, 3, b"\n", b""), "exit status 3"),
    ],
)
def test_the_step_that_stopped_a_chain_is_told_in_its_own_words(
    last: Completed, words: str
) -> None:
    with pytest.raises(CommandFailed) as caught:
        all_done([Completed(CP, 0), last], 3, "cannot write beside a")
    assert caught.value.message == f"cannot write beside a: {words}"
    assert caught.value.evidence["exit"] == last.exit


def test_a_last_step_that_failed_is_no_end() -> None:
    all_done([Completed(CP, 0), Completed(CP, 0)], 2, "x")
    with pytest.raises(CommandFailed):
        all_done([Completed(CP, 0), Completed(CP, 1)], 2, "x")
    with pytest.raises(CommandFailed):
        all_done([Completed(CP, 0)], 2, "x")


def test_what_cannot_be_removed_is_noted(tmp_path: Path) -> None:
    host = SimLab(tmp_path, hosts=1, versions=["5.5"], pairs=0)["vesxi01"]
    host.faults.append(Fault("rm", exit=1, stderr=b"rm: read-only file system\n"))
    context = Context(DirectSession(host))
    clean_up(context, "/vmfs/a", "/vmfs/b")
    assert len(context.notes) == 1
    assert context.notes[0].startswith("could not remove /vmfs/a, /vmfs/b: ")
    assert "read-only file system" in context.notes[0]
