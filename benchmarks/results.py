"""What was measured: every sample, the medians, and the ratios to the best peer."""

from __future__ import annotations

import json
import os
import platform
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib import metadata
from operator import truediv
from pathlib import Path

import plot

_PACKAGES = ("ftlab", "paramiko", "fabric", "asyncssh", "parallel-ssh", "ansible-core")


@dataclass(frozen=True)
class Case:
    """One row of runs that may be compared with each other."""

    hosts: int
    work: str
    latency: str
    fleet: str = "openssh"

    def __str__(self) -> str:
        answer = "hosts answer at once" if self.latency == "none" else "hosts as slow as real ones"
        kind = "light " if self.fleet == "light" else ""
        return f"{self.work}, {self.hosts} {kind}hosts, {answer}"


@dataclass(frozen=True)
class Sample:
    """One run of one contestant: seconds, seconds of CPU of the controller and of the hosts,
    MiB. ``problem`` says what was not done; empty where all of it was."""

    name: str
    wall: float
    cpu: float
    rss: float
    hosts_cpu: float
    problem: str


@dataclass(frozen=True)
class Median:
    """A contestant's medians over the rounds; ``ratio`` is its wall over the best peer's of the
    same round."""

    name: str
    wall: float
    least: float
    most: float
    cpu: float
    rss: float
    hosts_cpu: float
    ratio: float | None


@dataclass
class Results:
    """``machine`` is what it ran on; ``peers`` the contestants that count as peers."""

    machine: Mapping[str, object]
    peers: Sequence[str]
    samples: dict[Case, list[Sample]] = field(default_factory=dict)

    @classmethod
    def read(cls, files: Sequence[Path]) -> Results:
        """What :meth:`write` has written, of one machine, together."""
        documents = [json.loads(file.read_text("utf-8")) for file in files]
        peers = dict.fromkeys(peer for one in documents for peer in one["peers"])
        found = cls(documents[-1]["machine"] if documents else {}, list(peers))
        for entry in (case for one in documents for case in one["cases"]):
            case = Case(entry["hosts"], entry["work"], entry["latency"], entry["fleet"])
            for sample in entry["samples"]:
                found.add(case, Sample(**sample))
        return found

    def add(self, case: Case, sample: Sample) -> None:
        self.samples.setdefault(case, []).append(sample)

    @property
    def problems(self) -> list[Sample]:
        return [one for samples in self.samples.values() for one in samples if one.problem]

    def medians(self, case: Case) -> list[Median]:
        """The fastest first. A contestant that once did not do the work has no place."""
        samples = self.samples[case]
        bad = {one.name for one in samples if one.problem}
        names = dict.fromkeys(one.name for one in samples if one.name not in bad)
        found = [self._median(case, name) for name in names]
        return sorted(found, key=lambda one: one.wall)

    def ratio(
        self, case: Case, name: str, others: Sequence[str], what: str = "wall"
    ) -> float | None:
        """``what`` of a contestant over the least of the ``others``, round by round, since the
        machine's speed drifts: the median. ``None`` where it or they did not do the work."""
        rounds = [self._rounds(case, one, what) for one in others]
        least = [min(row) for row in zip(*filter(None, rounds), strict=True)]
        own = self._rounds(case, name, what)
        return statistics.median(map(truediv, own, least)) if own and least else None

    def _rounds(self, case: Case, name: str, what: str) -> list[float]:
        """One value for each round; none where it once did not do the work."""
        samples = [one for one in self.samples[case] if one.name == name]
        bad = any(one.problem for one in samples)
        return [] if bad else [getattr(one, what) for one in samples]

    def _median(self, case: Case, name: str) -> Median:
        samples = [one for one in self.samples[case] if one.name == name]
        return _median(name, samples, self.ratio(case, name, self.peers))

    def table(self, case: Case) -> str:
        """The medians as a Markdown table."""
        lines = [
            f"\n{case}\n",
            "| | wall s (min–max) | × best peer | controller CPU s | ms a host | peak MiB "
            "| hosts' CPU s |",
            "|---|---|---|---|---|---|---|",
        ]
        for one in self.medians(case):
            ratio = "" if one.ratio is None else f"{one.ratio:.2f}"
            lines.append(
                f"| {one.name} | {one.wall:.2f} ({one.least:.2f}–{one.most:.2f}) | {ratio} "
                f"| {one.cpu:.2f} | {1000 * one.cpu / case.hosts:.1f} | {one.rss:.0f} "
                f"| {one.hosts_cpu:.2f} |"
            )
        wrong = {one.name: one.problem for one in self.samples[case] if one.problem}
        lines += [f"\n{name} did not do the work: {what}" for name, what in wrong.items()]
        return "\n".join(lines)

    def write(self, stem: Path) -> None:
        """``STEM.json`` with every sample, and ``STEM.svg``."""
        cases = [
            {**asdict(case), "samples": [asdict(one) for one in samples]}
            for case, samples in self.samples.items()
        ]
        document = {"machine": self.machine, "peers": list(self.peers), "cases": cases}
        stem.with_suffix(".json").write_text(json.dumps(document, indent=1) + "\n", "utf-8")
        stem.with_suffix(".svg").write_text(self.picture(list(self.samples)), "utf-8")

    def picture(self, cases: Sequence[Case]) -> str:
        """Bars, as SVG."""
        panels = [
            plot.Panel(str(case), [(one.name, one.wall, one.cpu) for one in self.medians(case)])
            for case in cases
        ]
        return plot.bars(panels)


def _median(name: str, samples: Sequence[Sample], ratio: float | None) -> Median:
    walls = [one.wall for one in samples]
    wall = statistics.median(walls)
    return Median(
        name,
        wall,
        min(walls),
        max(walls),
        statistics.median(one.cpu for one in samples),
        statistics.median(one.rss for one in samples),
        statistics.median(one.hosts_cpu for one in samples),
        ratio,
    )


def machine() -> Mapping[str, object]:
    """What it runs on, as far as it bears on the figures."""
    versions = {}
    for name in _PACKAGES:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return {
        "cores": os.cpu_count(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "versions": versions,
        "load": round(os.getloadavg()[0], 2),
    }
