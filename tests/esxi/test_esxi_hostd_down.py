"""Of an answer with status 0, only the first line that says something can tell of a hostd down."""

from __future__ import annotations

import pytest

from ftlab.errors import HostdDown
from ftlab.esxi.faults import find_fault
from ftlab.model import Command, Completed

DOWN = b"Failed to login: connection reset"


@pytest.mark.parametrize("before", [b"", b"\n", b" \r\n\n  ", b"\t"])
def test_blank_lines_before_it_say_nothing(before: bytes) -> None:
    fault = find_fault(Completed(Command(("vim-cmd", "x")), 0, before + DOWN + b"\r\nmore\n"))
    assert isinstance(fault, HostdDown)
    assert fault.evidence["words"] == DOWN.decode()


def test_after_a_line_that_says_something_it_may_be_any_text() -> None:
    assert find_fault(Completed(Command(("vim-cmd", "x")), 0, b"\nVmid\n" + DOWN)) is None
