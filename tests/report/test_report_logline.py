"""A run as lines for a log that grep likes."""

from __future__ import annotations

import json
import re

from hypothesis import given
from hypothesis import strategies as st

from ftlab.engine.report import Report
from ftlab.model import Change, Failure, Outcome
from ftlab.report.runlog import log_lines


def report(*outcomes: Outcome, check: bool = False, stopped: str | None = None) -> Report:
    return Report("lab.apply", "r1", check, "2026-01-02T03:04:05Z", 4.25, outcomes, stopped)


def test_one_line_for_the_run_and_one_for_each_host_that_changed_or_failed():
    change = Change("advopt", 0, 1, path="/A/B")
    lost = Outcome("c", "failed", error=Failure("lost", 'the "line" broke\nhere'))
    assert log_lines(
        report(Outcome("a", "ok"), Outcome("b", "changed", changes=(change,)), lost)
    ) == [
        "2026-01-02T03:04:05Z ftlab task=lab.apply run=r1 exit=5 hosts=3 ok=1 changed=1 "
        "would_change=0 skipped=0 failed=1 unreachable=0 seconds=4.2",
        "2026-01-02T03:04:05Z ftlab task=lab.apply run=r1 host=b status=changed changes=1",
        "2026-01-02T03:04:05Z ftlab task=lab.apply run=r1 host=c status=failed kind=lost "
        r'message="the \"line\" broke\\nhere"',
    ]


def test_a_check_and_a_stop_are_told():
    [line] = log_lines(report(check=True, stopped="deadline"))
    assert " exit=8 check=yes stopped=deadline " in line


@given(st.text(min_size=1))
def test_whatever_a_host_says_a_line_stays_one_line(text):
    _, line = log_lines(report(Outcome("a", "failed", error=Failure("lost", text))))
    assert line.isprintable()
    word = re.search(r"message=(.*)$", line)[1]
    assert word.startswith('"') or " " not in word
    if word.startswith('"'):
        assert isinstance(json.loads(word), str)
