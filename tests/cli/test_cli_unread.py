"""An answer that cannot be read is told with the command that gave it."""

from __future__ import annotations

import pytest
from cli_place import Bench

from ftlab.engine.wrappers.unread import with_command
from ftlab.errors import CommandFailed, FtlabError, ParseError
from ftlab.esxi.text import unreadable
from ftlab.model import Command, Completed
from ftlab.sim import Fault


def said(argv: str, text: str) -> Completed:
    return Completed(Command(tuple(argv.split())), 0, text.encode())


HEARD = [said("vmware -v", "VMware\r\nx\n"), said("esxcli a list", "Name\ny\n")]


def test_the_command_whose_answer_has_that_line() -> None:
    error = with_command(unreadable("no table", "Name\ny\n", 2), HEARD)
    assert error.message == "esxcli a list: no table (line 2, column 1: 'y')"
    assert error.evidence["line"] == 2
    assert "hosts.record" in error.hint
    error = with_command(unreadable("no table", "VMware\nx\n", 2), HEARD)
    assert error.message.startswith("vmware -v: no table")


@pytest.mark.parametrize(
    "error",
    [
        unreadable("no table", "of another command"),
        unreadable("no table", "", 7),  # none of them has so many lines: each could be it
        ParseError("line 3: the quotes do not pair", line=3, text="y"),
        CommandFailed("no", line=2, column=1, text="y"),
    ],
)
def test_where_it_is_not_clear_none_is_named(error: FtlabError) -> None:
    assert with_command(error, HEARD).message == error.message


def test_through_the_command_line(bench: Bench) -> None:
    place = bench(hosts=1, versions=("8.0",))
    place["vesxi01"].faults.append(
        Fault("vim-cmd vmsvc/getallvms", what="lie", times=None, stdout=b"Welcome to the lab\n")
    )
    error = place.cli.json("vm.list").expect(5).error("vesxi01")
    assert error["kind"] == "parse"
    assert error["message"].startswith("vim-cmd vmsvc/getallvms: ")
    assert "'Welcome to the lab'" in error["message"]
    assert "hosts.record" in error["hint"]
