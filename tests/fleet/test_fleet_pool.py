"""Many hosts at once with real threads. What must happen together is held together by events."""

from __future__ import annotations

import logging
import multiprocessing
import os
import shlex
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue

import pytest

from ftlab.errors import CommandFailed, FtlabError, NotApplicable, Unreachable, VimFault
from ftlab.fleet import pool
from ftlab.fleet.limits import Limits, Share
from ftlab.fleet.pool import Engine, run_fleet
from ftlab.fleet.signals import ends_like_ctrl_c, stop_signals
from ftlab.model import Host, Outcome

LONG = 30.0  # seconds after which a test that hangs gives up


def hosts(count: int) -> list[Host]:
    return [Host(f"h{n}") for n in range(count)]


def fine(host: Host) -> Outcome:
    return Outcome(host.name, "ok")


def raising(error: BaseException) -> Callable[[Host], Outcome]:
    def work(host: Host) -> Outcome:
        if host.name == "h1":
            raise error
        return fine(host)

    return work


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    """What work may wait for; opened at the end, so that no thread outlives its test."""
    event = threading.Event()
    yield event
    event.set()


def test_outcomes_come_in_inventory_order_however_the_hosts_end() -> None:
    second_done = threading.Event()

    def work(host: Host) -> Outcome:
        if host.name == "h0":
            assert second_done.wait(LONG)
        return fine(host)

    def heard(outcome: Outcome) -> None:
        arrived.append(outcome.host)
        if outcome.host == "h1":
            second_done.set()

    arrived: list[str] = []
    result = run_fleet(hosts(2), work, Limits(), on_outcome=heard)
    assert arrived == ["h1", "h0"]
    assert [outcome.host for outcome in result.outcomes] == ["h0", "h1"]
    assert result.stopped is None


def test_as_many_hosts_as_allowed_really_run_at_the_same_time() -> None:
    together = threading.Barrier(5)

    def work(host: Host) -> Outcome:
        together.wait(LONG)  # breaks unless five are here at once
        return fine(host)

    result = run_fleet(hosts(10), work, Limits(parallel=5))
    assert [outcome.status for outcome in result.outcomes] == ["ok"] * 10


class Idle(SimpleQueue):
    """The run's queue of events, which says when its reader waits with nothing to do: then all
    that may start has been started."""

    permits = threading.Semaphore(0)

    def get(self, block: bool = True, timeout: float | None = None):
        if self.empty():
            self.permits.release()
        return super().get(block, timeout)


@pytest.mark.parametrize("parallel", [1, 3, 50])
def test_never_more_threads_than_allowed(monkeypatch: pytest.MonkeyPatch, parallel: int) -> None:
    """Each host ends only once everything that may run beside it does."""
    monkeypatch.setattr(Idle, "permits", threading.Semaphore(0))
    monkeypatch.setattr(pool, "SimpleQueue", Idle)
    lock, running, most, begun = threading.Lock(), 0, 0, 0
    full = threading.Barrier(parallel)

    def work(host: Host) -> Outcome:
        nonlocal running, most, begun
        with lock:
            begun, running = begun + 1, running + 1
            most = max(most, running)
            among_the_first = begun <= parallel
        if among_the_first:
            full.wait(LONG)  # breaks unless as many as allowed are here at once
        assert Idle.permits.acquire(timeout=LONG)
        with lock:
            running -= 1
        return fine(host)

    result = run_fleet(hosts(60), work, Limits(parallel=parallel))
    assert {outcome.status for outcome in result.outcomes} == {"ok"}
    assert most == parallel


def test_a_host_given_twice_is_visited_once() -> None:
    visited: list[str] = []

    def work(host: Host) -> Outcome:
        visited.append(host.name)
        return fine(host)

    result = run_fleet([*hosts(2), *hosts(2)], work, Limits(parallel=1))
    assert visited == ["h0", "h1"]
    assert len(result.outcomes) == 2


def test_no_hosts_is_an_empty_result() -> None:
    assert run_fleet([], fine, Limits()).outcomes == ()


@pytest.mark.parametrize(
    ("error", "status", "kind"),
    [
        (Unreachable("no", kind="auth.refused", hint="do"), "unreachable", "auth.refused"),
        (NotApplicable("not on 8.0"), "skipped", "not_applicable"),
        (CommandFailed("no"), "failed", "command.failed"),
        (VimFault("no", kind="fault.NotFound"), "failed", "fault.NotFound"),
        (FtlabError("no"), "failed", "internal"),
        (ZeroDivisionError("oops"), "failed", "internal"),
        (KeyboardInterrupt(), "failed", "internal"),
        (SystemExit(3), "failed", "internal"),
    ],
)
def test_an_error_is_its_own_hosts_outcome(error: BaseException, status: str, kind: str) -> None:
    before, wrong, after = run_fleet(hosts(3), raising(error), Limits()).outcomes
    assert (before.status, after.status) == ("ok", "ok")
    assert wrong.status == status
    assert wrong.error is not None
    assert wrong.error.kind == kind


def test_an_error_keeps_its_message_and_hint() -> None:
    error = Unreachable("10.0.0.1:22 refused", hint="start SSH")
    failure = run_fleet(hosts(2), raising(error), Limits()).outcomes[1].error
    assert failure is not None
    assert (failure.message, failure.hint) == ("10.0.0.1:22 refused", "start SSH")


def test_a_skip_tells_why_in_its_notes() -> None:
    outcome = run_fleet(hosts(2), raising(NotApplicable("not on 8.0")), Limits()).outcomes[1]
    assert outcome.facts == {"notes": ["not on 8.0"]}


def test_a_surprise_names_itself_and_its_traceback_is_for_debugging_only(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG, "ftlab.fleet")
    failure = run_fleet(hosts(2), raising(KeyError("vmid")), Limits()).outcomes[1].error
    assert failure is not None
    assert failure.message == "KeyError: 'vmid'"
    assert [record.levelname for record in caplog.records] == ["DEBUG"]
    assert "raise error" in caplog.text


@pytest.mark.parametrize("answer", [None, "ok", Outcome("another", "ok")])
def test_work_that_returns_nonsense_is_a_failure_of_its_host(answer: object) -> None:
    outcome = run_fleet(hosts(1), lambda _host: answer, Limits()).outcomes[0]  # type: ignore[arg-type,return-value]
    assert (outcome.host, outcome.status) == ("h0", "failed")


def test_max_fail_leaves_the_rest_unvisited_and_says_so() -> None:
    def work(host: Host) -> Outcome:
        raise CommandFailed("no")

    result = run_fleet(hosts(4), work, Limits(parallel=1, max_fail=Share(2)))
    assert result.stopped == "max_fail"
    assert [o.status for o in result.outcomes] == ["failed", "failed", "skipped", "skipped"]
    assert result.outcomes[3].error is not None
    assert result.outcomes[3].error.kind == "not_started"
    assert "--max-fail" in result.outcomes[3].error.message


def test_the_deadline_gives_up_on_hosts_that_hang(gate: threading.Event) -> None:
    def work(host: Host) -> Outcome:
        if host.name == "h1":
            gate.wait(LONG)
        return fine(host)

    heard: list[Outcome] = []
    engine = Engine(clock=lambda: 100.0 if heard else 0.0)  # h0 answers, then time is up
    limits = Limits(parallel=2, deadline=50, batch=(Share(2),))
    result = run_fleet(hosts(3), work, limits, on_outcome=heard.append, engine=engine)
    assert result.stopped == "deadline"
    assert [o.status for o in result.outcomes] == ["ok", "failed", "skipped"]
    kinds = [o.error.kind for o in result.outcomes if o.error]
    assert kinds == ["deadline", "not_started"]


class Presses:
    """Ctrl-C, pressed by the test."""

    def __init__(self) -> None:
        self.press: Callable[[], None] = lambda: None

    def __call__(self, notify: Callable[[], None]) -> AbstractContextManager[None]:
        @contextmanager
        def listening() -> Iterator[None]:
            self.press = notify
            yield

        return listening()


def test_no_host_is_started_after_the_deadline() -> None:
    heard: list[Outcome] = []
    engine = Engine(clock=lambda: 100.0 if heard else 0.0)
    limits = Limits(parallel=1, deadline=50)
    result = run_fleet(hosts(3), fine, limits, on_outcome=heard.append, engine=engine)
    assert result.stopped == "deadline"
    assert [o.status for o in result.outcomes] == ["ok", "skipped", "skipped"]


def test_the_first_interrupt_waits_for_those_running_and_starts_no_other() -> None:
    keys = Presses()
    noticed = threading.Event()
    told: list[tuple[str, ...]] = []

    def work(host: Host) -> Outcome:
        keys.press()
        assert noticed.wait(LONG)
        return fine(host)

    def on_interrupt(running: tuple[str, ...]) -> None:
        told.append(running)
        noticed.set()

    engine = Engine(interrupts=keys, on_interrupt=on_interrupt)
    result = run_fleet(hosts(3), work, Limits(parallel=1), engine=engine)
    assert result.stopped == "interrupted"
    assert told == [("h0",)]
    assert [o.status for o in result.outcomes] == ["ok", "skipped", "skipped"]


def test_the_second_interrupt_cuts(gate: threading.Event) -> None:
    keys = Presses()

    def work(host: Host) -> Outcome:
        keys.press()
        gate.wait(LONG)
        return fine(host)

    result = run_fleet(hosts(4), work, Limits(parallel=2), engine=Engine(interrupts=keys))
    assert result.stopped == "interrupted"
    assert [o.status for o in result.outcomes] == ["failed", "failed", "skipped", "skipped"]
    cut = result.outcomes[0].error
    assert cut is not None
    assert cut.kind == "interrupted"
    assert "may still be running" in cut.message


@pytest.mark.parametrize("stop", ["deadline", "interrupted"])
def test_of_a_host_to_which_nothing_was_sent_nothing_is_feared(
    gate: threading.Event, stop: str
) -> None:
    keys, asked = Presses(), []

    def work(host: Host) -> Outcome:
        if stop == "interrupted":
            keys.press()
        gate.wait(LONG)
        return fine(host)

    def give_up(name: str) -> bool:
        asked.append(name)
        return name == "h0"

    limits = Limits(deadline=0.2 if stop == "deadline" else None)
    engine = Engine(interrupts=keys, give_up=give_up)
    result = run_fleet(hosts(2), work, limits, engine=engine)
    assert asked == ["h0", "h1"]
    sent, spared = [outcome.error for outcome in result.outcomes]
    assert sent is not None
    assert spared is not None
    assert sent.kind == spared.kind == stop
    assert "may still be running" in sent.message
    assert "no command was sent" in spared.message
    assert "may" not in spared.message + spared.hint


@dataclass
class Heard:
    """Work that sends a signal and ends when it was noticed; ``in_time``: whether it ever was."""

    send: Callable[[], None]
    noticed: threading.Event = field(default_factory=threading.Event)
    in_time: list[bool] = field(default_factory=list)

    def __call__(self, host: Host) -> Outcome:
        self.send()
        self.in_time.append(self.noticed.wait(LONG))
        return fine(host)

    @property
    def engine(self) -> Engine:
        return Engine(on_interrupt=lambda _running: self.noticed.set())

    def run(self) -> None:
        """Two hosts, of which the second must not be started."""
        result = run_fleet(hosts(2), self, Limits(parallel=1), engine=self.engine)
        assert self.in_time == [True]
        assert result.stopped == "interrupted"
        assert [o.status for o in result.outcomes] == ["ok", "skipped"]


def to_the_process(number: int) -> Callable[[], None]:
    return lambda: os.kill(os.getpid(), number)


def to_a_thread(number: int) -> Callable[[], None]:
    """The system may give a process's signal to any of its threads. Python then only takes a
    note of it, and the main thread looks at that when it wakes up: nothing wakes it."""
    return lambda: signal.pthread_kill(threading.get_ident(), number)


@pytest.mark.parametrize("sent", [to_the_process, to_a_thread])
def test_a_real_sigint_is_heard_and_the_old_handler_comes_back(sent) -> None:
    before = signal.getsignal(signal.SIGINT)
    Heard(sent(signal.SIGINT)).run()
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("sent", [to_the_process, to_a_thread])
def test_others_are_the_same_where_they_would_raise_keyboard_interrupt(sent, number) -> None:
    with ends_like_ctrl_c():
        Heard(sent(number)).run()
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), number)
    assert signal.getsignal(number) is signal.SIG_DFL


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_that_is_ignored_stays_so(number) -> None:
    """As ``nohup`` and a shell's ``&`` want it: the run goes on."""
    before = signal.signal(number, signal.SIG_IGN)
    heard: list[None] = []
    try:
        with ends_like_ctrl_c(), stop_signals(lambda: heard.append(None)):
            os.kill(os.getpid(), number)
            assert signal.getsignal(number) is signal.SIG_IGN
    finally:
        signal.signal(number, before)
    assert heard == []


def test_a_sigterm_that_somebody_else_handles_is_theirs() -> None:
    heard: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, _frame: heard.append(number))
    try:
        with ends_like_ctrl_c(), stop_signals(lambda: None):
            os.kill(os.getpid(), signal.SIGTERM)
    finally:
        signal.signal(signal.SIGTERM, before)
    assert heard == [signal.SIGTERM]


def test_signals_are_heard_in_tests_that_were_started_with_them_ignored(tmp_path: Path) -> None:
    """By ``nohup`` or a shell's ``&``: else those above would wait for them in vain."""
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", __file__]
    words += ["--basetemp", str(tmp_path / "base")]
    line = f"trap '' INT TERM HUP; exec {shlex.join([*words, '-k', 'real_sigint or others_are'])}"
    ran = subprocess.run(
        ["sh", "-c", line], capture_output=True, text=True, timeout=LONG, check=False
    )
    assert ran.returncode == 0, ran.stdout
    assert "6 passed" in ran.stdout


def test_off_the_main_thread_signals_are_left_alone() -> None:
    handlers: list[object] = []

    def elsewhere() -> None:
        with ends_like_ctrl_c(), stop_signals(lambda: None):
            handlers.append(signal.getsignal(signal.SIGINT))
            handlers.append(signal.getsignal(signal.SIGTERM))

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join(LONG)
    assert handlers == [signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)]


def test_a_program_ends_though_an_abandoned_host_still_hangs() -> None:
    program = """
import threading
from ftlab.fleet.limits import Limits
from ftlab.fleet.pool import run_fleet
from ftlab.model import Host
work = lambda host: threading.Event().wait()
print(run_fleet([Host("h0")], work, Limits(deadline=0.05)).stopped)
"""
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=LONG, check=True
    )
    assert ended.stdout == "deadline\n"
    assert ended.stderr == ""


class Broken(Executor):
    """An executor that takes no work after the first piece."""

    def __init__(self, _workers: int) -> None:
        self.taken = 0

    def submit(self, fn, /, *args, **kwargs):  # type: ignore[no-untyped-def]
        self.taken += 1
        if self.taken > 1:
            raise RuntimeError("the workers are gone")
        future: Future[Outcome] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


def test_an_executor_that_breaks_loses_no_host() -> None:
    result = run_fleet(hosts(3), fine, Limits(), engine=Engine(executor=Broken))
    assert [o.status for o in result.outcomes] == ["ok", "failed", "failed"]
    assert result.outcomes[2].error is not None
    assert "the workers are gone" in result.outcomes[2].error.message


def test_work_can_go_to_other_processes() -> None:
    spawn = multiprocessing.get_context("spawn")  # safe beside threads on every platform
    engine = Engine(executor=lambda workers: ProcessPoolExecutor(min(workers, 2), spawn))
    result = run_fleet(hosts(3), fine, Limits(), engine=engine)
    assert [o.status for o in result.outcomes] == ["ok"] * 3


def test_a_listener_that_fails_is_not_silenced() -> None:
    def heard(_outcome: Outcome) -> None:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        run_fleet(hosts(3), fine, Limits(), on_outcome=heard)
