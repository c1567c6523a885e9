"""What the threads of one run share."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from ftlab import Lab
from ftlab.engine.connecting import Reach
from ftlab.ops.hosts.check import CheckHost


def test_a_run_has_one_connector_however_many_threads_ask_for_it_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It knows which password was refused: of two, each would try it on a host of its own."""
    file = tmp_path / "hosts.ini"
    file.write_text("gone[1:8] ansible_host=127.0.0.1 ansible_port=1 ansible_password=x\n")
    made, make, slow = [], Reach.connector, threading.Event()

    def connector(self: Reach, *words: object, **named: object) -> object:
        made.append(words)
        slow.wait(0.1)
        return make(self, *words, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(Reach, "connector", connector)
    report = Lab(file, state_dir=tmp_path).run("hosts.check", CheckHost())
    assert [outcome.status for outcome in report.outcomes] == ["unreachable"] * 8
    assert len(made) == 1
