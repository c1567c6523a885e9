"""Apply and undo, again and again: does anything grow?

``python benchmarks/soak.py [SECONDS [PAUSE]]``, with a pause of so many seconds after each round.

The simulated hosts are in a process of their own (``ftlab sim.serve``), so that what is measured is
the controller alone: memory, threads, open files, its state directory and its temporary one.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from ftlab import Lab

PROFILE = """
[[state]]
advopt = { "/Migrate/NetTimeout" = 60 }

[[state]]
vm = "app01"
vmx = { "a.b" = "1", "c.d" = "x y" }
"""
KEEP = 20
ROUNDS = 25


def state(folder: Path) -> str:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    resident = pages * os.sysconf("SC_PAGE_SIZE") / 2**20
    opened = len(list(Path("/proc/self/fd").iterdir()))
    return (
        f"{resident:6.1f} MiB, {threading.active_count()} threads, {opened} files open, "
        f"state {size_of(folder / 'state')}, temporary {size_of(folder / 'tmp')}, "
        f"hosts {size_of(folder / 'hosts')}"
    )


def size_of(folder: Path) -> str:
    sizes = [file.stat().st_size for file in folder.rglob("*") if file.is_file()]
    return f"{sum(sizes) / 1024:.0f} KiB in {len(sizes)} files"


def main() -> None:
    limit, pause = [*map(float, sys.argv[1:]), *(600.0, 0.0)[len(sys.argv) - 1 :]]
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        inventory, profile = folder / "lab.ini", folder / "lab.toml"
        profile.write_text(PROFILE)
        for name in ("tmp", "hosts"):
            (folder / name).mkdir()
        tempfile.tempdir = str(folder / "tmp")
        serve = [sys.executable, "-m", "ftlab", "sim.serve", "--hosts", "4", "--inventory"]
        env = {**os.environ, "TMPDIR": str(folder / "hosts")}
        with subprocess.Popen(
            [*serve, str(inventory)], stdout=subprocess.DEVNULL, env=env
        ) as hosts:
            try:
                while not inventory.exists():
                    time.sleep(0.1)
                turns(folder, limit, pause)
            finally:
                hosts.terminate()


def turns(folder: Path, limit: float, pause: float) -> None:
    until, turn = time.monotonic() + limit, 0
    while time.monotonic() < until:
        with Lab(inventory=folder / "lab.ini", state_dir=folder / "state") as lab:
            applied = lab.apply(str(folder / "lab.toml"), keep_runs=KEEP)
            undone = lab.undo(applied.run)
        for report in (applied, undone):
            if {each.status for each in report.outcomes} != {"changed"}:
                raise SystemExit(f"not changed: {report}")
        if turn % ROUNDS == 0:
            print(f"{turn:5} {state(folder)}", flush=True)
        turn += 1
        time.sleep(pause)
    print(f"{turn:5} {state(folder)}")


if __name__ == "__main__":
    main()
