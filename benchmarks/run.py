"""ftlab and what its users would pick instead, doing the same work on the same hosts.

    python benchmarks/run.py --hosts 20,100 --rounds 5

Needs Linux, root, openssh-server and busybox; the peers that are installed take part
(``benchmarks/peers/setup.sh`` installs them). docs/performance.md says
how it measures and what came out.
"""

from __future__ import annotations

import argparse
import functools
import itertools
import operator
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

import light
import namespace
import processes
import results
from contestants import CONTESTANTS, Order
from fleet import LATENCIES, Fleet
from light import Light, Recordings
from namespace import furnished
from results import Case, Results, Sample

_RECORDINGS = 8
"""Runs of ftlab that are recorded: what it sends together depends on what is answered first."""


class Bench:
    """One fleet, and rounds of every contestant on it."""

    def __init__(self, fleet: Fleet | Light, names: Sequence[str], parallel: int | None) -> None:
        self._fleet = fleet
        self._names = list(names)
        self._parallel = parallel or len(fleet.hosts)
        self._file = fleet.home / "hosts"
        self._inventory = fleet.home / "hosts.ini"

    def prepare(self) -> None:
        """Write what the contestants need to know of the hosts."""
        addresses = self._fleet.addresses
        self._file.write_text("".join(f"{address}\n" for address in addresses), "ascii")
        lines = [f"vesxi{at:04} ansible_host={one}" for at, one in enumerate(addresses, 1)]
        self._inventory.write_text("\n".join(["[vesxi]", *lines, ""]), "ascii")
        if "floor" in self._names:
            source = Path(__file__).with_name("floor.c")
            target = self._fleet.home / "floor"
            subprocess.run(
                ["cc", "-O2", "-pthread", "-o", target, source, "-lssh2"],
                check=True,
            )

    def round(self, number: int, work: str, latency: str, found: Results) -> None:
        """Every contestant once; who goes first changes from round to round."""
        start = number % len(self._names)
        for name in self._names[start:] + self._names[:start]:
            case = Case(len(self._fleet.hosts), work, latency, self._fleet.kind)
            found.add(case, self.run(name, work))

    def run(self, name: str, work: str) -> Sample:
        """One contestant once, on hosts as new."""
        self._fleet.reset(name, work)
        order = Order(work, self._parallel, self._file, self._inventory)
        argv, log = CONTESTANTS[name].argv(order), self._fleet.home / f"{name}.log"
        before = self._fleet.cpu()
        done = processes.measure(argv, self._environment(), log, self._fleet.pids)
        self._fleet.settle()
        problem = self._fleet.wrong(work) or (f"exit {done.exit}" if done.exit else "")
        if problem:
            problem += f"; it said: {log.read_text('utf-8', 'replace')[-1500:]!r}"
        hosts_cpu = self._fleet.cpu() - before
        return Sample(name, done.wall, done.cpu, done.rss, hosts_cpu, problem)

    def _environment(self) -> Mapping[str, str]:
        """A plain user's: nothing of the caller's own settings."""
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self._fleet.home),
            "LANG": "C.UTF-8",
            "ANSIBLE_PIPELINING": "1",
            "ANSIBLE_SSH_USETTY": "0",
        }


def present(wanted: Sequence[str]) -> list[str]:
    """Those that can run here; of the others it is said why not."""
    reasons = {name: CONTESTANTS[name].missing() for name in wanted}
    for name, reason in reasons.items():
        if reason:
            print(f"left out: {name}: {reason}", file=sys.stderr)
    return [name for name, reason in reasons.items() if not reason]


def measure_all(given: argparse.Namespace, names: Sequence[str]) -> Results:
    """All cases. A fleet of the largest size would do, but idle servers cost, so one each."""
    found = Results(results.machine(), [name for name in names if CONTESTANTS[name].peer])
    for kind in given.fleet:
        recordings = record_all(given, names) if kind == "light" else {}
        for size in given.hosts:
            with tempfile.TemporaryDirectory(prefix="ftlab-bench-") as folder, furnished():
                home = Path(folder)
                whole = Light(size, home, recordings) if kind == "light" else Fleet(size, home)
                with whole as fleet:
                    _measure_on(fleet, given, names, found)
    return found


def record_all(given: argparse.Namespace, names: Sequence[str]) -> Recordings:
    """What every contestant asks of one host that has the machine to itself."""
    found: Recordings = {}
    with (
        tempfile.TemporaryDirectory(prefix="ftlab-bench-") as folder,
        furnished(),
        Fleet(1, Path(folder), light.recorder()) as fleet,
    ):
        bench = Bench(fleet, names, None)
        bench.prepare()
        for latency in given.latency:
            fleet.set_latency(latency)
            for work, name in itertools.product(given.work, names):
                run = partial(bench.run, name, work)
                once = partial(light.record, lambda run=run: run().problem)
                kinds = [once() for _ in range(1 if CONTESTANTS[name].peer else _RECORDINGS)]
                found[name, work, latency] = functools.reduce(operator.add, kinds)
    return _completed(found)


def _completed(found: Recordings) -> Recordings:
    """Each with what the same tool has only been seen to do on hosts of another latency."""
    return {
        key: functools.reduce(
            operator.add, [one for other, one in found.items() if other[:2] == key[:2]], recording
        )
        for key, recording in found.items()
    }


def _measure_on(
    fleet: Fleet | Light, given: argparse.Namespace, names: Sequence[str], found: Results
) -> None:
    bench = Bench(fleet, names, given.parallel)
    bench.prepare()
    for latency in given.latency:
        fleet.set_latency(latency)
        for work in given.work:
            case = Case(len(fleet.hosts), work, latency, fleet.kind)
            for number in range(given.rounds):
                bench.round(number, work, latency, found)
                print(f"{case}: round {number + 1} of {given.rounds}", file=sys.stderr)
            print(found.table(case), flush=True)


def arguments(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])

    def listed(flag: str, known: Sequence[str], usual: Sequence[str] = ()) -> None:
        words, default = ",".join(known), list(usual or known)
        parser.add_argument(flag, type=_among(known), default=default, help=f"({words})")

    parser.add_argument("--hosts", type=_numbers, default=[20, 100], help="fleet sizes (20,100)")
    listed("--work", ["A", "B"])
    listed("--latency", list(LATENCIES))
    usual = [name for name, contestant in CONTESTANTS.items() if not contestant.asked]
    listed("--peers", list(CONTESTANTS), usual)
    listed("--fleet", ["openssh", "light"])
    parser.add_argument("--rounds", type=int, default=3, help="runs of each, interleaved (3)")
    parser.add_argument(
        "--parallel", "--at-once", type=_parallel, help="hosts at a time for every tool (all)"
    )
    where = Path("benchmark-results")
    parser.add_argument(
        "--out", type=Path, default=where, help=f"STEM of STEM.json, .svg ({where})"
    )
    return parser.parse_args(argv)


def _numbers(text: str) -> list[int]:
    return [int(part) for part in text.split(",")]


def _parallel(text: str) -> int | None:
    return None if text == "all" else int(text)


def _among(known: Sequence[str]) -> Callable[[str], list[str]]:
    def parse(text: str) -> list[str]:
        parts = text.split(",")
        if strange := set(parts) - set(known):
            raise argparse.ArgumentTypeError(f"{', '.join(strange)}: not of {', '.join(known)}")
        return parts

    return parse


def main() -> int:
    given = arguments()
    if reason := namespace.missing() or ("light" in given.fleet and light.missing()):
        print(f"the benchmark cannot run here: {reason}", file=sys.stderr)
        return 2
    try:
        if not namespace.inside():
            return namespace.run_inside()
        found = measure_all(given, present(given.peers))
    except KeyboardInterrupt:
        return 130
    found.write(given.out)
    return 1 if found.problems else 0


if __name__ == "__main__":
    sys.exit(main())
