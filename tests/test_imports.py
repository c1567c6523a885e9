"""What is loaded when: help and an import must cost nothing of SSH."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {"paramiko", "fabric", "asyncssh", "cryptography", "rich", "sqlite3"}
OTHERS = {
    "argparse", "asyncio", "email", "filelock", "importlib.metadata", "invoke.vendor.yaml.reader",
    "multiprocessing", "nacl.bindings", "platform", "ssl",
    "tenacity", "tornado", "unittest", "yaml",
}  # fmt: skip
"""What libraries bring along for others, or is for runs in trouble: no quiet run asks for it."""

_PROBE = """
import contextlib, gc, json, os, runpy, sys

def collections():
    return sum(each["collections"] for each in gc.get_stats())

before = collections()
with contextlib.suppress(SystemExit), open(os.devnull, "w") as null:
    with contextlib.redirect_stdout(null), contextlib.redirect_stderr(null):
        exec(sys.argv.pop(1))
print(json.dumps([sorted(sys.modules), collections() - before]))
"""
_RUN = "sys.argv[0] = 'ftlab'; runpy.run_module('ftlab', run_name='__main__')"


def probe(code: str, *argv: str, cwd: object = None) -> tuple[set[str], int]:
    """The modules that a fresh interpreter has loaded after ``code``, and how often the garbage
    collector ran there."""
    done = subprocess.run(
        [sys.executable, "-c", _PROBE, code, *argv],
        capture_output=True, text=True, check=True, timeout=30, stdin=subprocess.DEVNULL, cwd=cwd,
    )  # fmt: skip
    modules, collections = json.loads(done.stdout)
    return set(modules), collections


def loaded(code: str, *argv: str, cwd: object = None) -> set[str]:
    """The top packages of those modules."""
    return {name.partition(".")[0] for name in probe(code, *argv, cwd=cwd)[0]}


@pytest.fixture
def refused(tmp_path: Path) -> tuple[str, ...]:
    """Arguments for a host that refuses the connection at once: nothing listens on port 1. It
    has a password, so that no keyring is asked for one."""
    inventory = tmp_path / "hosts.ini"
    inventory.write_text("vesxi01 ansible_host=127.0.0.1 ansible_port=1 ansible_password=secret\n")
    return ("-i", str(inventory), "--state-dir", str(tmp_path / "state"))


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


CHANGE = ("vft.enable", "--vm", "db01", "--stream", "1", "--yes")


def test_a_change_loads_nothing_that_only_others_need(refused):
    modules, _ = probe(_RUN, *CHANGE, *refused)
    assert {
        "paramiko.transport",
        "ftlab.ops.vmx.edit",
    } <= modules  # it went all the way to the host
    assert modules & OTHERS == set()


def test_the_collector_does_not_look_again_and_again_at_what_is_being_loaded(refused):
    _, collections = probe(_RUN, *CHANGE, *refused)
    assert collections < 10  # with Python's own threshold it is 70 and more


def test_the_probe_would_notice():
    assert "paramiko" in loaded("import paramiko")
    noticed = probe("import invoke, invoke.vendor.yaml")[0]
    assert noticed >= {"unittest", "asyncio", "invoke.vendor.yaml.reader"}


def test_only_the_module_of_the_task_is_loaded(refused):
    modules, _ = probe(_RUN, "vm.list", *refused)
    assert {each for each in modules if each.startswith("ftlab.tasks.")} == {
        "ftlab.tasks.namespace",
        "ftlab.tasks.vm",
    }
