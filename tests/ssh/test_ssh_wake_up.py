"""What wakes the thread that waits for a host: nothing is lost, and nothing counts twice."""

from __future__ import annotations

import threading
import time

import pytest

from ftlab.ssh.paramiko_ext.channel_lock import WakeUp

LONG = 60.0


@pytest.fixture
def wake_up() -> WakeUp:
    return WakeUp()


def seconds_of(wake_up: WakeUp, limit: float | None) -> float:
    began = time.monotonic()
    wake_up.wait(limit)
    return time.monotonic() - began


def test_one_before_the_wait_ends_it_at_once(wake_up: WakeUp):
    wake_up.set()
    wake_up.set()
    assert seconds_of(wake_up, LONG) < LONG
    assert seconds_of(wake_up, 0.05) >= 0.05  # two are one, and it is used up


def test_one_from_another_thread_ends_the_wait(wake_up: WakeUp):
    waker = threading.Timer(0.05, wake_up.set)
    waker.start()
    assert seconds_of(wake_up, None) < LONG
    waker.join()


def test_a_buffer_that_runs_empty_clears_nothing(wake_up: WakeUp):
    wake_up.set()
    wake_up.clear()
    assert seconds_of(wake_up, LONG) < LONG


def test_any_limit_may_be_given(wake_up: WakeUp):
    wake_up.set()
    wake_up.wait(1e12)
    wake_up.wait(0)
