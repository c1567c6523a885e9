"""The executor of daemon threads: an ``Executor`` like any other, but for its end."""

from __future__ import annotations

import threading
from queue import SimpleQueue

import pytest

from ftlab.fleet.daemon_threads import DaemonThreads

LONG = 30.0


def test_results_and_errors_come_through_the_future() -> None:
    with DaemonThreads(2) as threads:
        assert threads.submit(divmod, 7, 3).result(LONG) == (2, 1)
        assert isinstance(threads.submit(divmod, 7, 0).exception(LONG), ZeroDivisionError)


def test_threads_are_daemons_and_no_more_than_needed() -> None:
    with DaemonThreads(8) as threads:
        seen = {threads.submit(threading.current_thread).result(LONG) for _ in range(20)}
        assert all(thread.daemon for thread in seen)
    assert len(seen) <= 2  # one at a time: a second only if the first was not idle again yet


def test_waiting_work_runs_when_a_thread_is_free_again() -> None:
    gate = threading.Event()
    with DaemonThreads(1) as threads:
        first = threads.submit(gate.wait, LONG)
        second = threads.submit(str, 5)
        assert not second.done()
        gate.set()
        assert (first.result(LONG), second.result(LONG)) == (True, "5")


def test_shutdown_can_drop_what_waits() -> None:
    gate, begun = threading.Event(), threading.Event()

    def hold() -> None:
        begun.set()
        gate.wait(LONG)

    threads = DaemonThreads(1)
    threads.submit(hold)
    assert begun.wait(LONG)
    waiting = threads.submit(str, 5)
    threads.shutdown(wait=False, cancel_futures=True)
    gate.set()
    threads.shutdown()
    assert waiting.cancelled()
    with pytest.raises(RuntimeError):
        threads.submit(str, 5)


def test_a_machine_without_another_thread_to_give_makes_do(monkeypatch: pytest.MonkeyPatch) -> None:
    with DaemonThreads(4) as threads:
        threads.submit(str).result(LONG)
        gate = threading.Event()
        held = threads.submit(gate.wait, LONG)

        def no_more(_self: threading.Thread) -> None:
            raise RuntimeError("can't start new thread")

        monkeypatch.setattr(threading.Thread, "start", no_more)
        late = threads.submit(str, 5)
        gate.set()
        assert held.result(LONG)
        assert late.result(LONG) == "5"


def test_no_threads_at_all_is_refused() -> None:
    with pytest.raises(ValueError, match="max_workers"):
        DaemonThreads(0)


def test_what_waits_may_be_begun_while_it_is_dropped() -> None:
    """A thread takes the last call after it was seen to wait, and before it is taken back."""

    class TakenMeanwhile(SimpleQueue[object]):
        def empty(self) -> bool:
            return False

    executor = DaemonThreads(1)
    executor._calls = TakenMeanwhile()
    ending = threading.Thread(
        target=executor.shutdown, kwargs={"cancel_futures": True}, daemon=True
    )
    ending.start()
    ending.join(10)
    assert not ending.is_alive()
