"""The ``ftlab`` command as a user's script meets it, and the rules every call has to keep."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
from nursery import nursery

CHECKOUT = Path(__file__).parents[2]
SCHEMA = json.loads((CHECKOUT / "docs/report.schema.json").read_text("utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
SCHEMAS = CHECKOUT / "ftlab/report/json/schema/files"


@cache
def schema_of(task: str) -> jsonschema.Draft202012Validator | None:
    """The task's own schema, which leaves nothing open; ``None`` for a task of the user's own."""
    file = SCHEMAS / f"{task}.schema.json"
    return jsonschema.Draft202012Validator(json.loads(file.read_text())) if file.exists() else None


SILENT = {1, 2, 7}
"""Exit codes with which stdout stays empty."""
DOCUMENTED = {0, 2, 3, 4, 5, 6, 7, 8, 130}
"""1, an internal error, is never right here."""


_READ_AT_START = ("PYTHON", "LANG", "LC_", "LD_", "TZ")


@dataclass(frozen=True)
class Ran:
    """One call and its answer."""

    argv: tuple[str, ...]
    code: int
    out: str
    err: str

    def __str__(self) -> str:
        return f"{' '.join(self.argv)} → {self.code}\n{self.out}\n{self.err}"

    @property
    def document(self) -> dict[str, Any]:
        """stdout as the one JSON document it must be."""
        found = json.loads(self.out)
        assert isinstance(found, dict)
        return found

    @property
    def hosts(self) -> dict[str, Any]:
        return dict(self.document["hosts"])

    @property
    def run(self) -> str:
        return str(self.document["run"])

    @property
    def statuses(self) -> dict[str, str]:
        return {name: host["status"] for name, host in self.hosts.items()}

    def error(self, host: str) -> dict[str, str]:
        """That host's error, which must be there."""
        error = self.hosts[host]["error"]
        assert error is not None, self
        return dict(error)

    def expect(self, code: int) -> Ran:
        """Itself, if it ended with ``code``."""
        assert self.code == code, self
        return self


def kept_rules(ran: Ran) -> Ran:
    """What holds for every call, whatever it was."""
    assert "Traceback" not in ran.err, ran
    assert ran.code in DOCUMENTED, ran
    assert "\x1b" not in ran.out + ran.err, ran  # no terminal: no colour
    if ran.code in SILENT:
        assert ran.out == "", ran
        assert ran.err.strip() or "-q" in ran.argv, ran
    elif "--json" in ran.argv and "--help" not in ran.argv:
        _valid(ran)
    return ran


def _valid(ran: Ran) -> None:
    document = ran.document
    VALIDATOR.validate(document)
    if own := schema_of(document["task"]):
        own.validate(document)
    assert document["task"] in ran.argv, ran
    assert document["exit"] == ran.code, ran
    statuses = [host["status"] for host in document.get("hosts", {}).values()]
    counts = {word: statuses.count(word) for word in document["summary"]}
    assert document["summary"] == counts, ran
    if "hosts" in document and "of" not in document and ran.code not in {6, 8, 130}:
        assert ran.code == _expected(document["check"], statuses), ran


def _expected(check: bool, statuses: Sequence[str]) -> int:
    """The exit code by the table of the README."""
    if "failed" in statuses:
        return 5
    if "unreachable" in statuses:
        return 4
    return 3 if check and "would_change" in statuses else 0


class Cli:
    """Calls ``python -m ftlab`` without a terminal, with a home and a state of its own.

    The inventory is given by ``FTLAB_INVENTORY``.
    """

    program: tuple[str, ...] = (sys.executable, "-m", "ftlab")

    def __init__(self, home: Path, inventory: Path | None = None) -> None:
        home.mkdir(exist_ok=True, parents=True)
        self.home = home
        kept = {k: v for k, v in os.environ.items() if k.startswith(("PATH", "TMPDIR", "COVERAGE"))}
        self.env = {**kept, "HOME": str(home), "XDG_STATE_HOME": str(home / "state")}
        if inventory is not None:
            self.env["FTLAB_INVENTORY"] = str(inventory)

    @property
    def state(self) -> Path:
        return self.home / "state" / "ftlab"

    def __call__(
        self, *argv: str, env: Mapping[str, str] | None = None, cwd: Path | None = None
    ) -> Ran:
        """Run to the end."""
        if self._may_be_a_copy(argv, env or {}):
            folder = cwd or self.home
            ended = nursery.call(argv, {**self.env, **(env or {})}, folder, timeout=40)
            return kept_rules(Ran(argv, ended.code, ended.out, ended.err))
        with self.started(*argv, env=env, cwd=cwd) as process:
            out, err = process.communicate(timeout=40)
        return kept_rules(Ran(argv, process.returncode, out, err))

    def _may_be_a_copy(self, argv: Sequence[str], env: Mapping[str, str]) -> bool:
        """Not where Python itself would start otherwise, or other processes are started with what
        this one was."""
        words = [*argv, *env]
        return (
            self.program == Cli.program
            and sys.platform == "linux"
            and "REAL_STARTS" not in os.environ
            and not any(each.startswith(_READ_AT_START) for each in env)
            and not any("executor" in each.lower() for each in words)
            and argv[:1] not in {("demo",), ("sim.serve",)}
        )

    def json(self, *argv: str, env: Mapping[str, str] | None = None) -> Ran:
        """The same with ``--json``."""
        return self(*argv, "--json", env=env)

    @contextmanager
    def started(
        self,
        *argv: str,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        stdin: int = subprocess.DEVNULL,
    ) -> Iterator[subprocess.Popen[str]]:
        """A call under way; told to end if it is still there, so that it leaves nothing, and killed
        if it does not."""
        process = subprocess.Popen(
            [*self.program, *argv],
            stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            encoding="utf-8", env={**self.env, **(env or {})}, cwd=cwd or self.home,
        )  # fmt: skip
        try:
            yield process
        finally:
            if process.poll() is None:
                process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def finish(self, process: subprocess.Popen[str], *argv: str) -> Ran:
        """The end of a call that :meth:`started` began."""
        out, err = process.communicate(timeout=40)
        return kept_rules(Ran(argv, process.returncode, out, err))

    def together(self, *calls: Sequence[str], json: bool = True) -> list[Ran]:
        """Calls that do not depend on each other, at the same time."""
        call = self.json if json else self
        with ThreadPoolExecutor(4) as pool:
            return list(pool.map(lambda argv: call(*argv), calls))


def until(happened: Callable[[], object], seconds: float = 20.0) -> None:
    """Wait for another process to get that far."""
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.02)


def tree(root: Path) -> dict[str, tuple[bytes, int, int, int]]:
    """Every file below ``root``: bytes, mtime (ns), inode, mode. Links are not followed."""
    return {
        str(file.relative_to(root)): (
            file.read_bytes(),
            (stat := file.stat()).st_mtime_ns,
            stat.st_ino,
            stat.st_mode & 0o7777,
        )
        for file in sorted(root.rglob("*"))
        if file.is_file() and not file.is_symlink()
    }


def contents(root: Path) -> dict[str, bytes]:
    """Every file below ``root`` that is no log."""
    return {name: each[0] for name, each in tree(root).items() if not name.endswith(".log")}
