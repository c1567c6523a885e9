"""What every test of the simulator begins with."""

from __future__ import annotations

import threading

import pytest
import server_lab


@pytest.fixture(autouse=True)
def _threads_of_other_tests() -> None:
    server_lab.elsewhere.clear()
    server_lab.elsewhere.update(threading.enumerate())
