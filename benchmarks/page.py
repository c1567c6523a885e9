"""Write what was measured into docs/performance.md: its tables, and its pictures.

    python benchmarks/page.py benchmark-results*.json growth-results*.json

A table stands between ``<!-- NAME -->`` and ``<!-- end -->``. Those for which no file given here
has figures stay as they are.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import growth
import plot
from growth import Grown
from results import Case, Results

_DOCS = Path(__file__).parents[1] / "docs"
_OURS = ("ftlab", "ftlab-default", "ftlab-threads", "ftlab-processes")
_FLEETS = {"openssh": "OpenSSH", "light": "light"}
_ANSWERS = {"none": "at once", "real": "slow"}


def figures(found: Results) -> dict[str, str]:
    """The tables of the benchmark, by the names that they have on the page."""
    sets: dict[tuple[str, int], list[Case]] = {}
    for case in found.samples:
        sets.setdefault((case.fleet, case.hosts), []).append(case)
    tables = {"ratios": ratios(found), "executors": executors(found)}
    for fleet, name in _FLEETS.items():
        parts = [
            f"**{hosts} {name} hosts**\n\n{all_tools(found, cases)}"
            for (kind, hosts), cases in sorted(sets.items())
            if kind == fleet
        ]
        tables[fleet] = "\n\n".join(parts)
    return {name: text for name, text in tables.items() if text}


def ratios(found: Results) -> str:
    """ftlab against the best peer, the floor and asyncssh."""
    rows = [row for case in sorted(found.samples, key=_order) if (row := _ratio_row(found, case))]
    head = ["| | wall × best peer | wall × floor | CPU × asyncssh | CPU ms a host |",
            "|---|---|---|---|---|"]  # fmt: skip
    return "\n".join([*head, *rows]) if rows else ""


def _order(case: Case) -> tuple[int, str, str, int]:
    return (list(_FLEETS).index(case.fleet), case.work, case.latency, case.hosts)


def _ratio_row(found: Results, case: Case) -> str:
    ours = next((one for one in found.medians(case) if one.name == "ftlab"), None)
    if ours is None or ours.ratio is None:
        return ""
    floor = found.ratio(case, "ftlab", ["floor"])
    cpu = found.ratio(case, "ftlab", ["asyncssh"], "cpu")
    cells = [f"{one:.2f}" if one else "–" for one in (ours.ratio, floor, cpu)]
    name = f"{_FLEETS[case.fleet]}, {case.work} {_ANSWERS[case.latency]}, {case.hosts}"
    return f"| {name} | {' | '.join(cells)} | {1000 * ours.cpu / case.hosts:.1f} |"


def all_tools(found: Results, cases: Sequence[Case]) -> str:
    """Wall (× best peer) / CPU of every tool in every case of a size."""
    medians = {case: {one.name: one for one in found.medians(case)} for case in cases}
    names = dict.fromkeys(sample.name for case in cases for sample in found.samples[case])
    heads = [f"{case.work}, {_ANSWERS[case.latency]}" for case in cases]
    lines = [f"| | {' | '.join(heads)} |", "|---" * (len(cases) + 1) + "|"]
    for name in names:
        cells = []
        for case in cases:
            one = medians[case].get(name)
            ratio = f" ({one.ratio:.2f})" if one and one.ratio else ""
            cells.append(f"{one.wall:.2f}{ratio} / {one.cpu:.2f}" if one else "not done")
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def executors(found: Results) -> str:
    """ftlab in threads against ftlab in processes, on the same hosts."""
    lines = []
    for case in sorted(found.samples, key=_order):
        medians = {one.name: one for one in found.medians(case) if one.name in _OURS[1:]}
        if "ftlab-threads" in medians and len(medians) > 1:
            cells = (f"{one.wall:.1f} / {one.cpu:.1f}" if one else "–"
                     for one in map(medians.get, _OURS[1:]))  # fmt: skip
            lines.append(f"| {case} | {' | '.join(cells)} |")
    head = ["| wall s / CPU s | as ftlab chooses | threads, all at once | processes, all at once |",
            "|---|---|---|---|"]  # fmt: skip
    return "\n".join([*head, *lines]) if lines else ""


def growths(runs: Sequence[Grown]) -> dict[str, str]:
    """The tables of growth and of places, and what follows for larger fleets."""
    alone = [one for one in runs if one.executor == "default"]
    places = [one for one in runs if one.executor != "default"]
    dask = next((one for one in places if one.executor.startswith("dask")), None)
    tables = {"growth": growth.table(alone) if len(alone) > 1 else "",
              "places": growth.table(places) if places else "",
              "larger": larger(dask) if dask else ""}  # fmt: skip
    return {name: text for name, text in tables.items() if text}


def larger(dask: Grown) -> str:
    """On paper: what a measured run with Dask's workers comes to with more hosts."""
    each, parent = dask.cpu / dask.hosts, dask.parent / dask.hosts
    sizes = (10_000, 100_000)
    rows = {
        "CPU of all controllers": [f"{n * each:,.0f} s" for n in sizes],
        f"of it the parent's ({1000 * parent:.1f} ms a host): wall at least": [
            f"{n * parent:,.0f} s" for n in sizes
        ],
        "one machine of 8 cores: wall at least": [
            f"{n * max(parent, each / 8):,.0f} s" for n in sizes
        ],
        "ten sites, a worker of 4 cores at each: wall at least": [
            f"{n * max(parent, (each - parent) / 40):,.0f} s" for n in sizes
        ],
        "logins through one jump host a site (10 sites, 320 a second)": [
            f"{n / 10 / 320:,.0f} s" for n in sizes
        ],
        "journal of one run (2.5 KB a host)": [f"{n * 2.5 / 1000:,.0f} MB" for n in sizes],
    }
    lines = [f"| {name} | {' | '.join(cells)} |" for name, cells in rows.items()]
    return "\n".join(["| | 10,000 hosts | 100,000 hosts |", "|---|---|---|", *lines])


def put(page: str, tables: Mapping[str, str]) -> str:
    """The page with these tables. Raises ``LookupError`` for one that has no place there."""
    for name, text in tables.items():
        place = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end -->)", re.DOTALL)
        if not place.search(page):
            raise LookupError(f"the page has no place for {name}")
        page = place.sub(lambda found, text=text: f"{found[1]}\n{text}\n\n{found[2]}", page)
    return page


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("files", metavar="FILE", nargs="+", type=Path, help="what a run wrote")
    files: list[Path] = parser.parse_args().files
    documents: dict[Path, Mapping[str, Any]] = {f: json.loads(f.read_text("utf-8")) for f in files}
    found = Results.read([file for file, one in documents.items() if "cases" in one])
    runs = [Grown(**run) for one in documents.values() for run in one.get("runs", [])]
    page = _DOCS / "performance.md"
    page.write_text(put(page.read_text("utf-8"), {**figures(found), **growths(runs)}), "utf-8")
    drawn = [case for case in found.samples if case.work == "B" and case.hosts == 100]
    if drawn:
        (_DOCS / "performance.svg").write_text(found.picture(drawn), "utf-8")
    if len(lines := [one for one in runs if one.executor == "default"]) > 1:
        text = plot.lines("hosts", growth.lines(lines))
        (_DOCS / "growth.svg").write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
