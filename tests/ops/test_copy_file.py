"""A file is replaced at once: whatever fails, it is the old one or the new one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from direct_session import DirectSession

from ftlab.engine.context import Context
from ftlab.errors import CommandFailed, FtlabError, Refused
from ftlab.model import Command, Completed
from ftlab.ops.files.copy import CopyFile
from ftlab.sim import SimHost, SimLab

OLD, NEW = b"welcome\n", b"labs only \xff\n"
JOB = CopyFile(NEW, "/etc/motd", 0o644)


@pytest.fixture
def host(tmp_path: Path) -> SimHost:
    made = SimLab(tmp_path, hosts=1, versions=["6.7"], pairs=0, vms=0)["vesxi01"]
    made.path("/etc/motd").write_bytes(OLD)
    return made


def beside(host: SimHost) -> set[str]:
    return {file.name for file in host.path("/etc").iterdir() if ".ftlab-" in file.name}


class Fails(DirectSession):
    """One command, the first that begins with these words, fails and does nothing."""

    words: tuple[str, ...] = ()
    exit = 2

    def run(self, command: Command) -> Completed:
        if self.words and command.argv[: len(self.words)] == self.words:
            self.words = ()
            return Completed(command, self.exit, b"", b"No space left on device\n")
        return super().run(command)


@pytest.mark.parametrize(
    "words", [("cp", "-p"), ("dd",), ("diff", "-q"), ("mv", "-f")], ids=lambda words: words[0]
)
def test_a_step_that_fails_leaves_the_old_file_and_nothing_else(
    host: SimHost, words: Sequence[str]
) -> None:
    session = Fails(host)
    session.words = tuple(words)
    with pytest.raises(CommandFailed, match="No space left on device"):
        JOB.on(Context(session))
    assert host.path("/etc/motd").read_bytes() == OLD
    assert beside(host) == set()


def test_somebody_elses_edit_in_between_is_kept(host: SimHost) -> None:
    def edit(command: Command) -> None:
        if command.argv[0] == "diff":
            host.path("/etc/motd").write_bytes(b"theirs\n")

    session = DirectSession(host)
    session.before = edit
    with pytest.raises(Refused) as caught:
        JOB.on(Context(session))
    assert caught.value.kind == "file.changed"
    assert host.path("/etc/motd").read_bytes() == b"theirs\n"
    assert beside(host) == set()


def test_a_file_that_came_up_in_between_is_kept(host: SimHost) -> None:
    def make(command: Command) -> None:
        if command.argv[:2] == ("test", "!"):
            host.path("/etc/new").write_bytes(b"theirs\n")

    session = DirectSession(host)
    session.before = make
    with pytest.raises(Refused):
        CopyFile(NEW, "/etc/new", 0o644).on(Context(session))
    assert host.path("/etc/new").read_bytes() == b"theirs\n"
    assert beside(host) == set()


def test_wherever_the_connection_dies_the_file_is_whole_and_a_rerun_ends_it(host: SimHost) -> None:
    lives = 0
    while True:
        host.path("/etc/motd").write_bytes(OLD)
        try:
            JOB.on(Context(DirectSession(host, lives)))
            break
        except FtlabError:
            assert host.path("/etc/motd").read_bytes() in (OLD, NEW), lives
        JOB.on(Context(DirectSession(host), run="again"))
        assert host.path("/etc/motd").read_bytes() == NEW
        lives += 1
    assert lives >= 8
