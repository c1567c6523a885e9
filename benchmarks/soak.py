"""Apply and undo, again and again: does anything grow? ``python benchmarks/soak.py [SECONDS]``.

The simulated hosts are in a process of their own (``ftlab sim.serve``), so that what is measured is
the controller alone: memory, threads, open files, the journal, and files beside the VMX.
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
    size = sum(file.stat().st_size for file in folder.glob("journal.db*")) / 1024
    opened = len(list(Path("/proc/self/fd").iterdir()))
    return (
        f"{resident:6.1f} MiB, {threading.active_count()} threads, {opened} files, "
        f"journal {size:.0f} KiB"
    )


def main() -> None:
    limit = float(sys.argv[1]) if len(sys.argv) > 1 else 600.0
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        inventory, profile = folder / "lab.ini", folder / "lab.toml"
        profile.write_text(PROFILE)
        serve = [sys.executable, "-m", "ftlab", "sim.serve", "--hosts", "4", "--inventory"]
        with subprocess.Popen([*serve, str(inventory)], stdout=subprocess.DEVNULL) as server:
            try:
                while not inventory.exists():
                    time.sleep(0.1)
                turns(inventory, folder / "state", str(profile), limit)
            finally:
                server.terminate()


def turns(inventory: Path, folder: Path, profile: str, limit: float) -> None:
    until, turn = time.monotonic() + limit, 0
    while time.monotonic() < until:
        with Lab(inventory=inventory, state_dir=folder) as lab:
            applied = lab.apply(profile, keep_runs=KEEP)
            undone = lab.undo(applied.run)
        for report in (applied, undone):
            if {each.status for each in report.outcomes} != {"changed"}:
                raise SystemExit(f"not changed: {report}")
        if turn % ROUNDS == 0:
            print(f"{turn:5} {state(folder)}", flush=True)
        turn += 1
    print(f"{turn:5} {state(folder)}")


if __name__ == "__main__":
    main()
