"""A signal ends a lab that is served, whenever it comes."""

from __future__ import annotations

import signal
import subprocess
import sys

PROGRAM = """
import signal, threading
from ftlab.sim.serve.command import _stopped_by_signals

with _stopped_by_signals(threading.Event()) as ended:
    with ended._cond:  # as for a moment of every wait
        signal.raise_signal(signal.SIGINT)
    print(ended.wait(20))
"""


def test_one_that_comes_as_the_wait_begins() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=30, check=False
    )
    assert (done.stdout, done.stderr, done.returncode) == ("True\n", "", 0)


def test_a_signal_that_was_ignored_is_again_afterwards() -> None:
    from threading import Event

    from ftlab.sim.serve.command import _stopped_by_signals

    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with _stopped_by_signals(Event()) as ended:
            signal.raise_signal(signal.SIGHUP)
            assert ended.wait(20)
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)
