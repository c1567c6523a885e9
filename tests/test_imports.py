"""What is loaded when: help and an import must cost nothing of SSH."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

HEAVY = {"paramiko", "fabric", "cryptography", "rich", "sqlite3"}

_PROBE = """
import contextlib, json, os, sys
with contextlib.suppress(SystemExit), open(os.devnull, "w") as null:
    with contextlib.redirect_stdout(null), contextlib.redirect_stderr(null):
        exec(sys.argv.pop(1))
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""
_RUN = "import runpy; sys.argv[0] = 'ftlab'; runpy.run_module('ftlab', run_name='__main__')"


def loaded(code: str, *argv: str, cwd: object = None) -> set[str]:
    """The top packages a fresh interpreter has loaded after ``code``."""
    done = subprocess.run(
        [sys.executable, "-c", _PROBE, code, *argv],
        capture_output=True, text=True, check=True, timeout=30, stdin=subprocess.DEVNULL, cwd=cwd,
    )  # fmt: skip
    return set(json.loads(done.stdout))


def test_importing_ftlab_loads_nothing_of_ssh():
    assert loaded("import ftlab") & (HEAVY | {"invoke"}) == set()


@pytest.mark.parametrize(
    "argv", [["--help"], ["--list"], ["--help", "vft.enable"], ["--version"], ["no.such.task"]]
)
def test_help_loads_nothing_of_ssh(argv):
    found = loaded(_RUN, *argv)
    assert "ftlab" in found  # it was ftlab that ran
    assert found & HEAVY == set()


def test_a_task_that_contacts_nobody_loads_nothing_of_ssh(tmp_path):
    (tmp_path / "hosts.ini").write_text("vesxi01\n")
    found = loaded(_RUN, "hosts.list", cwd=tmp_path)
    assert found & {"paramiko", "fabric"} == set()


def test_the_probe_would_notice():
    assert "paramiko" in loaded("import paramiko")
