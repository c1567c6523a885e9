"""A copied process is what ``python -m ftlab`` is."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from cli_runner import Cli, Ran
from nursery import Nursery, nursery

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are copied on Linux")

OWN = """
import os, signal, sys
from invoke import task

@task
def told(c, end=False):
    print(os.getcwd(), os.environ.get("WORD"), sys.stdin.read() == "", sys.argv[1:])
    print("to stderr", file=sys.stderr)
    if end:
        os.kill(os.getpid(), signal.SIGKILL)

@task
def waits(c):
    signal.pause()
"""


@pytest.fixture
def cli(tmp_path: Path) -> Cli:
    made = Cli(tmp_path / "home")
    (made.home / "tasks.py").write_text(OWN)
    return made


def test_arguments_environment_folder_and_streams_are_the_calls_own(cli: Cli) -> None:
    there = cli.home / "there"
    there.mkdir()
    (there / "tasks.py").write_text(OWN)
    for folder, word in ((cli.home, "one"), (there, "two")):
        done = nursery.call(["told"], {**cli.env, "WORD": word}, folder, 60)
        assert (done.code, done.out) == (0, f"{folder} {word} True ['told']\n")
        assert done.err == "to stderr\n"


@pytest.mark.parametrize("argv", [("--version",), ("hosts.list", "-i", "a,b"), ("nosuch",)])
def test_it_answers_as_the_program_does(cli: Cli, argv: tuple[str, ...]) -> None:
    copied = cli(*argv)
    with cli.started(*argv) as process:
        started = cli.finish(process, *argv)
    assert timeless(copied) == timeless(started)


def timeless(ran: Ran) -> Ran:
    """How long a machine takes for it is its own affair."""
    return replace(ran, out=re.sub(r"(?<=  )[0-9.]+ s$", "… s", ran.out, flags=re.MULTILINE))


def test_the_signal_that_ends_it_is_told(cli: Cli) -> None:
    assert nursery.call(["told", "--end"], cli.env, cli.home, 60).code == -9


def test_it_is_ended_when_its_time_is_over(cli: Cli) -> None:
    with pytest.raises(subprocess.TimeoutExpired):
        nursery.call(["waits"], cli.env, cli.home, 0.0)


def test_one_that_is_gone_is_no_answer(cli: Cli) -> None:
    mine = Nursery()
    assert mine.call(["--version"], cli.env, cli.home, 60).code == 0
    assert mine._process is not None
    mine._process.kill()
    mine._process.wait()
    with pytest.raises((OSError, AssertionError)):
        mine.call(["--version"], cli.env, cli.home, 60)
    mine.close()
