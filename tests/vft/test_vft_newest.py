"""The newest failure in logs that hold several attempts."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ftlab.esxi.logs.newest import moment, newest_failure
from ftlab.esxi.logs.signatures import findings

NOW = datetime(2026, 11, 29, 18, 0, tzinfo=UTC).timestamp()
KEEPALIVE = (
    "[vob.vmotion.stream.keepalive.read.fail] vMotion migration [ac1e0050:{id}] failed to read "
    "stream keepalive: Connection closed by remote host, possibly due to timeout"
)
PRECOPY = "Migrate: secondary failure during migration: error timeout."
LOCKED = "AIOGNRC: Failed to open 'db01.vmdk' : Failed to lock the file (400000003) (0x2013)."
ONE, TWO = "1312133702562144", "1312133702999999"


def at(seconds: float, text: str) -> str:
    minute, second = divmod(seconds, 60)
    return f"2026-11-29T17:{int(minute):02}:{second:06.3f}Z| vmx| {text}"


def names(*logs: list[str]) -> list[str]:
    found = newest_failure(logs, lambda line: bool(findings([line])), NOW)
    return [each.signature.name for each in findings(found.lines)] if found else []


def test_nothing_is_nothing() -> None:
    assert names() == names([]) == names([at(0, "VMX: powered on")]) == []


def test_an_older_permanent_failure_does_not_outrank_the_newest() -> None:
    log = [at(0, LOCKED), at(300, KEEPALIVE.format(id=TWO)), at(300.1, PRECOPY)]
    assert names(log) == ["stream-keepalive", "precopy-failure"]
    assert names([*log, at(600, LOCKED)]) == ["disk-locked"]


def test_attempts_that_follow_at_once_are_told_apart_by_their_migration() -> None:
    locked = KEEPALIVE.format(id=ONE).partition("]")[0] + "] vMotion migration [ac1e0050:" + ONE
    log = [
        at(0, f"{locked}] Failed to lock the file"),
        at(1, KEEPALIVE.format(id=TWO)),
        at(1.1, PRECOPY),
    ]
    assert names(log) == ["stream-keepalive", "precopy-failure"]


def test_all_of_one_failure_counts_and_the_cause_that_came_first_outranks_its_consequence() -> None:
    log = [at(0, LOCKED), at(20, KEEPALIVE.format(id=ONE)), at(20.1, PRECOPY)]
    assert names([log[0]], log[1:])[0] == "disk-locked"


def test_another_log_counts_as_far_as_it_has_no_other_migration() -> None:
    kernel = [at(0, KEEPALIVE.format(id=ONE)), at(2, KEEPALIVE.format(id=TWO))]
    own = [at(2.1, LOCKED)]
    other = [at(2, LOCKED + f" mid={ONE}")]
    assert names(kernel, own) == ["disk-locked"]
    assert names(kernel, other, [at(2.5, PRECOPY + f" mid={TWO}")]) == [
        "stream-keepalive",
        "precopy-failure",
    ]


def test_lines_without_a_time_count_by_their_order() -> None:
    assert names(["x", LOCKED]) == ["disk-locked"]
    found = newest_failure([[LOCKED]], lambda _line: True, NOW)
    assert found is not None
    assert (found.when, found.line) == (None, LOCKED)


@pytest.mark.parametrize(
    ("line", "when"),
    [
        ("2011-07-31T17:31:39.314Z| vmx|", datetime(2011, 7, 31, 17, 31, 39, 314000, UTC)),
        ("[2011-07-31 17:31:39.314 2E3E4B90 info", datetime(2011, 7, 31, 17, 31, 39, 314000, UTC)),
        ("Nov 29 17:31:39.314: vmx|", datetime(2026, 11, 29, 17, 31, 39, 314000, UTC)),
        ("Dec  1 17:31:39 vmkernel: 0:04", datetime(2025, 12, 1, 17, 31, 39, tzinfo=UTC)),
        ("--> reason", None),
        ("2011-13-31T17:31:39.314Z|", None),
        ("Foo 30 17:31:39 vmkernel:", None),
    ],
)
def test_the_time_of_a_line(line: str, when: datetime | None) -> None:
    assert moment(line, NOW) == (when and when.timestamp())
