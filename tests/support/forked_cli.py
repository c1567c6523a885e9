"""The ``ftlab`` command in real processes that start at once: forks of one that has all of it
loaded. A signal meets there what it meets in the command as a user starts it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from cli_runner import Cli, Ran, kept_rules

_SERVER = """
import importlib, json, os, pkgutil, sys
import ftlab, paramiko, fabric
from ftlab.program import main
for each in pkgutil.walk_packages(ftlab.__path__, "ftlab."):
    if not each.name.startswith(("ftlab.sim", "ftlab.__main__", "ftlab.engine.workers")):
        importlib.import_module(each.name)
for line in sys.stdin:
    asked = json.loads(line)
    pid = os.fork()
    if pid == 0:
        files = os.open(os.devnull, os.O_RDONLY), *(
            os.open(asked[name], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            for name in ("out", "err")
        )
        for number, file in enumerate(files):
            os.dup2(file, number)
        os.environ.clear()
        os.environ.update(asked["env"])
        os.chdir(asked["cwd"])
        sys.argv = ["ftlab", *asked["argv"]]
        main()
        break
    print(pid, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
"""


class Forge:
    """One at a time."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._to: IO[str] = process.stdin  # type: ignore[assignment]
        self._from: IO[str] = process.stdout  # type: ignore[assignment]

    def run(self, asked: dict[str, Any], started: Callable[[int], None]) -> int:
        """How it ended: below 0 by a signal. ``started`` is told its process."""
        self._to.write(json.dumps(asked) + "\n")
        self._to.flush()
        started(int(self._from.readline()))
        return int(self._from.readline())


@contextmanager
def forge() -> Iterator[Forge]:
    with subprocess.Popen(
        [sys.executable, "-c", _SERVER],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8",
    ) as process:  # fmt: skip
        try:
            yield Forge(process)
        finally:
            process.stdin.close()  # type: ignore[union-attr]
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()


class Forked(Cli):
    """The command with a home of its own, each run a fork of ``forge``'s process."""

    def __init__(self, home: Path, inventory: Path, forge: Forge) -> None:
        super().__init__(home, inventory)
        self._forge = forge

    def __call__(self, *argv: str, started: Callable[[int], None] = int, **_: Any) -> Ran:
        names = {name: str(self.home / name) for name in ("out", "err")}
        asked = {"argv": argv, "env": self.env, "cwd": str(self.home), **names}
        code = self._forge.run(asked, started)
        out, err = (Path(names[name]).read_text("utf-8") for name in ("out", "err"))
        ran = Ran(argv, code, out, err)
        return ran if code < 0 else kept_rules(ran)
