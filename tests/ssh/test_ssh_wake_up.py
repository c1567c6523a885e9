"""What wakes the thread that waits for a host: no ring is lost, and none counts twice."""

from __future__ import annotations

import threading
import time

import pytest

from ftlab.ssh.paramiko_ext.channel_lock import WakeUp

LONG = 60.0


@pytest.fixture
def bell() -> WakeUp:
    return WakeUp()


def seconds_of(bell: WakeUp, limit: float | None) -> float:
    began = time.monotonic()
    bell.wait(limit)
    return time.monotonic() - began


def test_a_ring_before_the_wait_ends_it_at_once(bell: WakeUp):
    bell.set()
    bell.set()
    assert seconds_of(bell, LONG) < LONG
    assert seconds_of(bell, 0.05) >= 0.05  # two rings are one, and it is used up


def test_a_ring_from_another_thread_ends_the_wait(bell: WakeUp):
    ringer = threading.Timer(0.05, bell.set)
    ringer.start()
    assert seconds_of(bell, None) < LONG
    ringer.join()


def test_a_buffer_that_runs_empty_silences_nothing(bell: WakeUp):
    bell.set()
    bell.clear()
    assert seconds_of(bell, LONG) < LONG


def test_any_limit_may_be_given(bell: WakeUp):
    bell.set()
    bell.wait(1e12)
    bell.wait(0)
