"""What holds for all tests."""

from __future__ import annotations

import signal


def pytest_configure() -> None:
    """Signals are what they are for a command typed at a terminal: a run of the tests that was
    begun with some of them ignored (``nohup``, a shell's ``&``) hands that on to every process
    that a test starts, and a test would wait in vain for one to be heard."""
    usual = {
        signal.SIGINT: signal.default_int_handler,
        signal.SIGTERM: signal.SIG_DFL,
        signal.SIGHUP: signal.SIG_DFL,
    }
    for number, handler in usual.items():
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, handler)
