"""The lanes of a timeline: who is seen at once, where the bars are, what took the time."""

from __future__ import annotations

import pytest

from ftlab.model import HostStep
from ftlab.report.html.lanes import LaneBar, lanes, short


def steps(hosts: int) -> dict[str, tuple[HostStep, ...]]:
    return {f"h{n}": (HostStep(0.0, float(n), "connecting"),) for n in range(1, hosts + 1)}


@pytest.mark.parametrize(("hosts", "first", "more"), [(1, 1, 0), (12, 12, 0), (13, 10, 3)])
def test_few_lanes_are_no_fold(hosts: int, first: int, more: int) -> None:
    found = lanes(steps(hosts), None)
    assert found is not None
    assert (len(found.first), len(found.more)) == (first, more)
    assert found.first[0].host == f"h{hosts}", "the one that the run waited for last"


def test_steps_of_one_kind_are_one_bar_in_hundredths_of_the_run() -> None:
    own = (
        HostStep(0.0, 2.0, "waiting for a free place"),
        HostStep(2.0, 1.0, "connecting"),
        HostStep(3.0, 0.5, "get.config"),
        HostStep(3.5, 1.5, "reads db01.vmx"),
    )
    found = lanes({"a": own}, 10.0)
    assert found is not None
    assert found.first[0].bars == (
        LaneBar("wait", "0.00", "20.00"),
        LaneBar("connect", "20.00", "10.00"),
        LaneBar("work", "30.00", "20.00"),
    )


def test_waits_between_attempts_are_one_whatever_they_were_told_to_be() -> None:
    own = tuple(HostStep(float(n), 1.0, f"waiting {n} s") for n in (1, 2, 4))
    found = lanes({"a": own, "b": own[:1]}, None)
    assert found is not None
    [spent] = found.spent
    assert (spent.what, spent.total) == ("waiting between attempts", "4.0 s")
    assert (spent.hosts, spent.longest, spent.where) == ("2 hosts", "3.0 s", "a")


def test_nothing_known_is_no_timeline() -> None:
    assert lanes({"a": ()}, 3.0) is None


def test_a_run_of_no_time_divides_by_nothing() -> None:
    found = lanes({"a": (HostStep(0.0, 0.0, "connecting"),)}, 0.0)
    assert found is not None
    assert found.whole == short(0.001) == "1 ms"
