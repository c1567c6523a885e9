"""How ftlab itself grows: ``vft.enable --stream 1`` on 10 to 1,000 simulated hosts.

    python benchmarks/growth.py --hosts 10,100,1000 --parallel 200

Runs anywhere ftlab runs. The simulated lab is a process of its own, on the same cores: walls are
those of both together, CPU and memory are the controller's alone.
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

import plot
import processes
import results

_LOOK = 0.2
"""Seconds between two looks at the run: often enough for a peak, and cheap."""
_FTLAB = (sys.executable, "-m", "ftlab")


@dataclass(frozen=True)
class Grown:
    """Seconds, MiB; memory and ``threads`` of all processes of the run together, at their most
    (without ``/proc``: the memory of the largest process, and 0 threads)."""

    hosts: int
    wall: float
    cpu: float
    rss: float
    threads: int


@contextlib.contextmanager
def simulated(hosts: int, inventory: Path, more: Sequence[str]) -> Iterator[None]:
    """A lab in a process of its own. Raises ``RuntimeError`` if it does not come up."""
    size = ("--hosts", str(hosts), "--pairs", "0", "--versions", "5.5")
    lab = subprocess.Popen(
        [*_FTLAB, "sim.serve", *size, "--inventory", str(inventory), *more],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert lab.stdout is not None  # noqa: S101 - it is a pipe
        if not lab.stdout.readline().startswith("Ready"):
            raise RuntimeError("the simulated lab did not come up")
        yield
    finally:
        lab.terminate()
        lab.communicate()


def grow(hosts: int, parallel: int, more: Sequence[str]) -> Grown:
    """One run on a new lab of this size. Raises ``RuntimeError`` where a host was not changed."""
    with tempfile.TemporaryDirectory(prefix="ftlab-growth-") as folder:
        inventory = Path(folder) / "lab.ini"
        with simulated(hosts, inventory, more):
            log = Path(folder) / "report.json"
            task = ("vft.enable", "--vm", "app01", "--stream", "1", "--yes", "--json")
            place = ("-i", str(inventory), "--state-dir", folder, "-f", str(parallel))
            grown = _watched([*_FTLAB, *task, *place], log, hosts)
            outcomes = json.loads(log.read_text("utf-8"))["hosts"]
    errors = [f"{name}: {one['error']}" for name, one in outcomes.items() if one["error"]]
    if errors or len(outcomes) != hosts:
        raise RuntimeError(f"{len(errors)} of {hosts} hosts failed; the first is {errors[:1]}")
    return grown


def _watched(argv: Sequence[str], log: Path, hosts: int) -> Grown:
    began, threads, rss = time.monotonic(), 0, 0.0
    with log.open("wb") as out:
        process = subprocess.Popen(argv, stdout=out)
    while True:
        pid, status, used = os.wait4(process.pid, os.WNOHANG)
        if pid:
            break
        seen = [processes.size_of(one) for one in processes.family(process.pid)]
        threads = max(threads, sum(each.threads for each in seen))
        rss = max(rss, sum(each.rss for each in seen))
        time.sleep(_LOOK)
    wall = time.monotonic() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return Grown(hosts, wall, used.ru_utime + used.ru_stime, rss or used.ru_maxrss / unit, threads)


def table(found: Sequence[Grown]) -> str:
    """As Markdown."""
    lines = ["| hosts | wall s | CPU s | CPU ms a host | peak MiB | threads |", "|---" * 6 + "|"]
    lines += [
        f"| {one.hosts} | {one.wall:.1f} | {one.cpu:.1f} | {1000 * one.cpu / one.hosts:.1f} "
        f"| {one.rss:.0f} | {one.threads} |"
        for one in found
    ]
    return "\n".join(lines)


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--hosts", default="10,30,100,300,1000", help="lab sizes (%(default)s)")
    parser.add_argument("--parallel", type=int, default=200, help="hosts at a time (%(default)s)")
    parser.add_argument("--latency", action="store_true", help="hosts as slow as real ones")
    parser.add_argument("--out", type=Path, default=Path("growth-results"), help="(%(default)s)")
    given = parser.parse_args()
    more = ["--latency"] if given.latency else []
    found = []
    for size in given.hosts.split(","):
        found.append(grow(int(size), given.parallel, more))
        print(table(found[-1:]).splitlines()[-1], file=sys.stderr)
    print(table(found))
    document = {"machine": results.machine(), "runs": [asdict(one) for one in found]}
    given.out.with_suffix(".json").write_text(json.dumps(document, indent=1) + "\n", "utf-8")
    points = {
        "wall s": [(one.hosts, one.wall) for one in found],
        "CPU s": [(one.hosts, one.cpu) for one in found],
        "peak MiB / 10": [(one.hosts, one.rss / 10) for one in found],
    }
    given.out.with_suffix(".svg").write_text(plot.lines("hosts", points), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
