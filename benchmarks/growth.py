"""How ftlab itself grows: ``vft.enable --stream 1`` on 10 to 5,000 simulated hosts.

    python benchmarks/growth.py --hosts 10,100,1000,5000
    python benchmarks/growth.py --hosts 1000 --executors threads,processes,dask --latency

Runs anywhere ftlab runs. The simulated labs are processes of their own, on the same cores: walls
are those of all together, CPU, memory, threads and files are the controller's alone.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import labs
import plot
import processes
import results

_LOOK = 0.2
"""Seconds between two looks at the run: often enough for a peak, and cheap."""
_PATIENT = ("--connect-timeout", "120")
"""The hosts share the controller's cores: one that is late is not away."""
_WORKERS = 4
_EXECUTORS = ("default", "threads", "processes", "dask")


@dataclass(frozen=True)
class Grown:
    """Seconds, MiB; memory, ``threads`` and open ``files`` of all processes of the run together, at
    their most (without ``/proc``: the memory of the largest process, and 0 threads). ``parent``
    is the part of the CPU that is the command's own process's."""

    hosts: int
    executor: str
    wall: float
    cpu: float
    parent: float
    rss: float
    threads: int
    files: int


@dataclass(frozen=True)
class Place:
    """``flags`` for ftlab, and the processes that work for it and are not its own."""

    name: str
    flags: Sequence[str]
    others: Sequence[int] = ()


@contextlib.contextmanager
def placed(name: str, parallel: int | None, folder: Path) -> Iterator[Place]:
    """Where the hosts are worked on; by default, so many at a time as ftlab itself takes."""
    flags = [] if parallel is None else ["-f", str(parallel)]
    if name == "default":
        yield Place(name, flags)
    elif name == "dask":
        each = -(-(parallel or _WORKERS * 64) // _WORKERS)
        wide = flags or ["-f", str(each * _WORKERS)]
        with labs.dask_cluster(_WORKERS, each, folder / "dask") as (address, pids):
            yield Place(f"dask, {_WORKERS} workers", [*wide, "--executor", address], pids)
    else:
        yield Place(name, [*flags, "--executor", name])


def grow(hosts: int, given: argparse.Namespace) -> list[Grown]:
    """A run in each place, on a new lab of this size. Raises ``RuntimeError`` where a host was not
    changed."""
    found = []
    for executor in given.executors.split(","):
        with tempfile.TemporaryDirectory(prefix="ftlab-growth-") as name:
            folder = Path(name)
            more = ["--latency"] if given.latency else []
            with (
                labs.simulated(hosts, folder / "lab.ini", more),
                placed(executor, given.parallel, folder) as place,
            ):
                found.append(_run(hosts, place, folder))
        print(table(found[-1:]).splitlines()[-1], file=sys.stderr, flush=True)
    return found


def _run(hosts: int, place: Place, folder: Path) -> Grown:
    log = folder / "report.json"
    task = ("vft.enable", "--vm", "app01", "--stream", "1", "--yes", "--json")
    where = ("-i", str(folder / "lab.ini"), "--state-dir", str(folder), *_PATIENT)
    grown = _watched([*labs.FTLAB, *task, *where, *place.flags], log, hosts, place)
    outcomes = json.loads(log.read_text("utf-8"))["hosts"]
    errors = [f"{name}: {one['error']}" for name, one in outcomes.items() if one["error"]]
    if errors or len(outcomes) != hosts:
        raise RuntimeError(f"{len(errors)} of {hosts} hosts failed; the first is {errors[:1]}")
    return grown


def _watched(argv: Sequence[str], log: Path, hosts: int, place: Place) -> Grown:
    began, threads, files, rss, parent = time.monotonic(), 0, 0, 0.0, 0.0
    before = sum(processes.cpu_of(pid) for pid in place.others)
    with log.open("wb") as out:
        process = subprocess.Popen(argv, stdout=out)
    while True:
        pid, status, used = os.wait4(process.pid, os.WNOHANG)
        if pid:
            break
        all_of_it = [*processes.family(process.pid), *place.others]
        seen = [processes.size_of(one) for one in all_of_it]
        threads = max(threads, sum(each.threads for each in seen))
        rss = max(rss, sum(each.rss for each in seen))
        parent = max(parent, processes.cpu_of(process.pid))
        files = max(files, sum(map(processes.files_of, all_of_it)))
        time.sleep(_LOOK)
    wall = time.monotonic() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    cpu = used.ru_utime + used.ru_stime
    cpu += sum(processes.cpu_of(pid) for pid in place.others) - before
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    rss = rss or used.ru_maxrss / unit
    return Grown(hosts, place.name, wall, cpu, parent, rss, threads, files)


def table(found: Sequence[Grown]) -> str:
    """As Markdown."""
    lines = [
        "| hosts | executor | wall s | CPU s | CPU ms a host | of it the parent's | peak MiB "
        "| threads | open files |",
        "|---" * 9 + "|",
    ]
    lines += [
        f"| {one.hosts} | {one.executor} | {one.wall:.1f} | {one.cpu:.1f} "
        f"| {1000 * one.cpu / one.hosts:.1f} | {1000 * one.parent / one.hosts:.1f} "
        f"| {one.rss:.0f} | {one.threads} | {one.files} |"
        for one in found
    ]
    return "\n".join(lines)


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--hosts", default="10,100,300,1000,5000", help="lab sizes (%(default)s)")
    parser.add_argument("--parallel", type=int, help="hosts at a time (as ftlab itself has it)")
    words = ",".join(_EXECUTORS)
    parser.add_argument("--executors", default="default", help=f"of {words} (%(default)s)")
    parser.add_argument("--latency", action="store_true", help="hosts as slow as real ones")
    parser.add_argument("--out", type=Path, default=Path("growth-results"), help="(%(default)s)")
    given = parser.parse_args()
    if strange := set(given.executors.split(",")) - set(_EXECUTORS):
        parser.error(f"--executors {','.join(strange)}: not of {words}")
    found = [one for size in given.hosts.split(",") for one in grow(int(size), given)]
    print(table(found))
    document = {"machine": results.machine(), "runs": [asdict(one) for one in found]}
    given.out.with_suffix(".json").write_text(json.dumps(document, indent=1) + "\n", "utf-8")
    given.out.with_suffix(".svg").write_text(plot.lines("hosts", lines(found)), "utf-8")
    return 0


def lines(found: Sequence[Grown]) -> dict[str, list[tuple[float, float]]]:
    """Of the first executor: the others are bars at one size, not lines."""
    first = [one for one in found if one.executor == found[0].executor]
    return {
        "wall s": [(one.hosts, one.wall) for one in first],
        "CPU s": [(one.hosts, one.cpu) for one in first],
        "peak MiB / 10": [(one.hosts, one.rss / 10) for one in first],
    }


if __name__ == "__main__":
    sys.exit(main())
