"""The final write: one document on stdout, any locale, and readers that go away."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys

import pytest

from ftlab.engine.report import Report
from ftlab.model import Failure, Outcome
from ftlab.report.json.document import document
from ftlab.report.layout.view import View
from ftlab.report.write import emit

NASTY = "caf\udce9 \x1b[2J \x9b31m 数据库 \u202e"
REPORT = Report(
    task="fleet.run",
    run="r1",
    check=False,
    started="2026-01-02T03:04:05Z",
    seconds=1.0,
    outcomes=(
        Outcome("a", "ok", facts={"exit": 0, "stdout": NASTY, "stderr": ""}),
        Outcome("b", "unreachable", error=Failure("lost", NASTY, "→ look")),
    ),
)


def written(encoding: str, **more: object) -> bytes:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding)
    emit(REPORT, stream=stream, **more)  # type: ignore[arg-type]
    return raw.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "latin-1", "gbk"])
def test_json_is_utf8_whatever_the_locale(encoding: str) -> None:
    data = written(encoding, json=True)
    assert json.loads(data.decode("utf-8")) == document(REPORT)
    assert data.endswith(b"}\n")


def test_json_holds_nothing_a_terminal_would_act_on() -> None:
    text = written("utf-8", json=True).decode()
    assert all(char.isprintable() or char == "\n" for char in text)
    assert r"caf\\xe9" in text
    assert "数据库" in text


@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "latin-1", "gbk"])
def test_text_is_written_in_any_locale(encoding: str) -> None:
    text = written(encoding).decode(encoding)
    assert "unreachable" in text
    assert "\x1b" not in text


def test_an_old_locale_gets_plain_signs() -> None:
    text = written("ascii").decode("ascii")
    assert "-> look" in text
    assert "x b  unreachable (lost)" in text


def test_a_stream_without_bytes_below_is_written_too() -> None:
    stream = io.StringIO()
    emit(REPORT, json=True, stream=stream)
    assert json.loads(stream.getvalue())["task"] == "fleet.run"


def test_quiet_with_nothing_to_say_writes_nothing() -> None:
    stream = io.StringIO()
    emit(
        Report("x", "r", False, "", 0.0, (Outcome("a", "ok"),)),
        view=View(quiet=True),
        stream=stream,
    )
    assert stream.getvalue() == ""


@pytest.mark.parametrize("json_flag", [True, False])
def test_a_reader_that_has_gone_is_no_error(json_flag: bool) -> None:
    program = f"""
import sys
from ftlab.model import Outcome
from ftlab.engine.report import Report
from ftlab.report.write import emit
sys.stdin.read()
many = tuple(Outcome(f"host{{n}}x", "ok", facts={{"a": n}}) for n in range(2000))
emit(Report("x", "r", False, "", 0.0, many), json={json_flag})
sys.exit(4)
"""
    reader, writer = os.pipe()
    child = subprocess.Popen(
        [sys.executable, "-c", program],
        stdin=subprocess.PIPE,
        stdout=writer,
        stderr=subprocess.PIPE,
    )
    os.close(writer)
    os.close(reader)
    _, stderr = child.communicate(b"go", timeout=30)
    assert (child.returncode, stderr) == (4, b"")
