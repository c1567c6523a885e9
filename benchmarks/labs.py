"""Simulated labs in processes of their own, as one fleet with one inventory; a Dask cluster."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

FTLAB = (sys.executable, "-m", "ftlab")
_MOST = 1000
"""Hosts of one process: it listens on a port for each, and one interpreter serves them all."""
_PATIENCE = 120.0


@contextlib.contextmanager
def simulated(hosts: int, inventory: Path, more: Sequence[str] = ()) -> Iterator[None]:
    """So many hosts of one release. Raises ``RuntimeError`` if a lab does not come up."""
    sizes = [min(_MOST, hosts - begun) for begun in range(0, hosts, _MOST)]
    owns = [inventory.with_name(f"lab{number}.ini") for number in range(1, len(sizes) + 1)]
    with contextlib.ExitStack() as stack:
        labs = [stack.enter_context(_lab(*one, more)) for one in zip(sizes, owns, strict=True)]
        for lab in labs:
            assert lab.stdout is not None  # noqa: S101 - it is a pipe
            if not lab.stdout.readline().startswith("Ready"):
                raise RuntimeError("the simulated lab did not come up")
        inventory.write_text("\n".join(map(_group, owns)), "utf-8")
        inventory.chmod(0o600)
        yield


@contextlib.contextmanager
def _lab(size: int, own: Path, more: Sequence[str]) -> Iterator[subprocess.Popen[str]]:
    """Begun: it says so once its inventory is there."""
    shape = ("--hosts", str(size), "--pairs", "0", "--versions", "5.5", "--shell", "small")
    argv = [*FTLAB, "sim.serve", *shape, "--domain", own.stem, "--inventory", str(own), *more]
    lab = subprocess.Popen(argv, stdout=subprocess.PIPE, text=True)
    try:
        yield lab
    finally:
        lab.terminate()
        lab.communicate()


def _group(inventory: Path) -> str:
    """A lab's hosts as a group, whose key and known_hosts are not those of the other labs."""
    name, sections = inventory.stem, inventory.read_text("utf-8").split("\n\n")
    hosts = next(text for text in sections if "[vesxi]\n" in text).partition("[vesxi]\n")[2]
    settings = next(text for text in sections if text.startswith("[all:vars]\n"))
    return f"[{name}]\n{hosts}\n\n[{name}:vars]{settings.removeprefix('[all:vars]')}"


@contextlib.contextmanager
def dask_cluster(workers: int, threads: int, home: Path) -> Iterator[tuple[str, list[int]]]:
    """A scheduler and its workers on loopback: as ``--executor`` takes it, and their processes.
    Raises ``RuntimeError`` if they do not come up."""
    home.mkdir()
    told = home / "scheduler.json"
    with contextlib.ExitStack() as stack:
        place = ("--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(told))
        all_of_it = [stack.enter_context(_dask("scheduler", *place))]
        _wait(lambda: told.exists() and told.read_text("utf-8").rstrip().endswith("}"))
        address = json.loads(told.read_text("utf-8"))["address"]
        one = (address, "--nthreads", str(threads), "--no-nanny", "--local-directory", str(home))
        all_of_it += [stack.enter_context(_dask("worker", *one)) for _ in range(workers)]
        _wait(lambda: _known(address) == workers)
        yield f"dask://{address.partition('://')[2]}", [process.pid for process in all_of_it]


@contextlib.contextmanager
def _dask(*argv: str) -> Iterator[subprocess.Popen[bytes]]:
    settings = {"DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0", "LOGGING__DISTRIBUTED": "error"}
    quiet = {f"DASK_{name}": value for name, value in settings.items()}
    process = subprocess.Popen(
        [sys.executable, "-m", "dask", *argv, "--no-dashboard"],
        env={**os.environ, **quiet}, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _known(address: str) -> int:
    from distributed import Client

    with Client(address, set_as_default=False) as client:
        return len(client.nthreads())


def _wait(until: Callable[[], bool]) -> None:
    end = time.monotonic() + _PATIENCE
    while not until():
        if time.monotonic() > end:
            raise RuntimeError("the Dask cluster does not come up")
        time.sleep(0.1)
