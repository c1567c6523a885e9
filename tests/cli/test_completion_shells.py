"""The completion scripts in the real bash, zsh and fish, on a terminal: what is typed with Tab
reaches the program as these words."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import select
import shutil
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

PATIENCE = 30.0
PROGRAM = """#!{python}
import json, os, sys
if sys.argv[1:2] == ["__complete"] or sys.argv[1:2] == ["completion"]:
    os.execv(sys.executable, [sys.executable, "-m", "ftlab", *sys.argv[1:]])
with open({told!r} + ".new", "w") as file:
    json.dump(sys.argv[1:], file)
os.rename({told!r} + ".new", {told!r})
"""
START = {
    "bash": (["bash", "--norc", "--noprofile", "-i"], "source <(ftlab completion bash)"),
    "zsh": (["zsh", "-f", "-i"], "source <(ftlab completion zsh)"),
    "fish": (["fish", "--no-config", "-i"], "ftlab completion fish | source"),
}


class Shell:
    """A shell on a terminal; ``ftlab`` in it notes down the words that it gets."""

    def __init__(self, name: str, home: Path) -> None:
        self._told = home / "told.json"
        folder = home / "bin"
        folder.mkdir()
        program = folder / "ftlab"
        program.write_text(PROGRAM.format(python=sys.executable, told=str(self._told)))
        program.chmod(0o755)
        (home / "hosts.ini").write_text("[vesxi]\nvesxi[01:03].lab.example\n[spare]\nspare01\n")
        argv, load = START[name]
        env = {"PATH": f"{folder}:{os.environ['PATH']}", "HOME": str(home), "TERM": "xterm"}
        self._ours, theirs = pty.openpty()
        self._process = subprocess.Popen(
            argv, stdin=theirs, stdout=theirs, stderr=theirs, cwd=home, env=env,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509 - fish wants it
        )  # fmt: skip
        os.close(theirs)
        self.screen = ""
        self._type(f"{load}\r")
        assert self.words("echo-words\r") == ["echo-words"]

    def words(self, keys: str) -> list[str]:
        """The words that ``ftlab`` gets when ``keys`` were typed after its name."""
        self._told.unlink(missing_ok=True)
        self._type(f"ftlab {keys}")
        self.until(self._told.exists)
        return list(json.loads(self._told.read_text()))

    def until(self, happened) -> None:
        ends = time.monotonic() + PATIENCE
        while not happened():
            assert time.monotonic() < ends, self.screen
            self._read()

    def shown(self, text: str) -> None:
        """Wait until this stands on the screen."""
        self.until(lambda: text in re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", self.screen))

    def _type(self, keys: str) -> None:
        os.write(self._ours, keys.encode())

    def _read(self) -> None:
        if select.select([self._ours], [], [], 0.05)[0]:
            self.screen += os.read(self._ours, 65536).decode("utf-8", "replace")
            if "\x1b[c" in self.screen[-200:]:  # fish asks what terminal this is
                os.write(self._ours, b"\x1b[?62;c")

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._ours)


@contextmanager
def started(name: str, home: Path) -> Iterator[Shell]:
    shell = Shell(name, home)
    try:
        yield shell
    finally:
        shell.close()


@pytest.fixture(params=START)
def shell(request, tmp_path) -> Iterator[Shell]:
    if shutil.which(request.param) is None:
        pytest.skip(f"{request.param} is not installed: apt-get install {request.param}")
    with started(request.param, tmp_path) as found:
        yield found


def test_tab_completes_to_the_words_that_the_program_gets(shell):
    assert shell.words("lab.und\tlast\r") == ["lab.undo", "last"]
    assert shell.words("vm.list --no-f\t\r") == ["vm.list", "--no-fold"]
    assert shell.words("vm.list -l vesxi02\t\r") == ["vm.list", "-l", "vesxi02.lab.example"]
    assert shell.words("vm.list -l vesxi:vesxi03\t\r") == [
        "vm.list", "-l", "vesxi:vesxi03.lab.example",
    ]  # fmt: skip
    assert shell.words("vm.list --limit=vesxi01\t\r") == ["vm.list", "--limit=vesxi01.lab.example"]
    assert shell.words("vm.list -l 'vesxi:!vesxi03\t\r") == [
        "vm.list", "-l", "vesxi:!vesxi03.lab.example",
    ]  # fmt: skip
    assert shell.words("vm.list -i host\t\r") == ["vm.list", "-i", "hosts.ini"]


def test_a_value_with_spaces_is_quoted(shell, tmp_path):
    from ftlab.cli.completion import seen

    known = seen.read({"HOME": str(tmp_path)}, str(tmp_path / "hosts.ini"))
    seen.write(known.with_answers({"vesxi01.lab.example": ["win 2022 (eval)"]}, [], []))
    assert shell.words("vm.power-on --vm wi\t\r") == ["vm.power-on", "--vm", "win 2022 (eval)"]


def test_several_are_listed(shell):
    shell._type("ftlab lab.re\t\t")
    shell.shown("lab.reset")
    shell.shown("lab.recover")
