"""``ftlab demo``: the story of a nested FT pair on a simulated lab, told with the very commands
a user would type, each run for real in a process of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ftlab.errors import UsageError
from ftlab.report.layout.style import Paint, wants_color
from ftlab.report.write import emit_text
from ftlab.sim import RunningLab, running_lab

_UNDO = re.compile(r"ftlab lab\.undo (\S+)")
_FEWEST_HOSTS = 2
_INDENT = "  "


@dataclass(frozen=True)
class Step:
    """``words`` introduce it, ``command`` is typed, ``exit`` and ``says`` must come out.

    ``undoes`` numbers the earlier step (from 1) whose run replaces ``RUN`` in the command.
    """

    words: str
    command: str
    exit: int
    says: str
    undoes: int = 0


STORY: tuple[Step, ...] = (
    Step("Can every host be reached, and what is it?", "hosts.check", 0, "VMware ESXi"),
    Step(
        "vCenter has turned FT on for db01: the same VM on two hosts, each with its role.",
        "vft.status --vm db01",
        0,
        "secondary",
    ),
    Step(
        "What would nested FT need on it? A check changes nothing, and exits 3.",
        "vft.enable --vm db01 --check",
        3,
        "replay.allowBTOnly",
    ),
    Step(
        "Go ahead: written, reloaded, read back from hostd.",
        "vft.enable --vm db01 --yes",
        0,
        "proven",
    ),
    Step("Once more: nothing is left to do.", "vft.enable --vm db01 --yes", 0, "no change"),
    Step("The primary goes up.", "vm.power-on --vm db01 --limit vesxi01 --yes", 0, "off → on"),
    Step(
        "Its secondary does not. Why? Only diagnose, this time.",
        "vft.power-on-secondary --vm db01 --no-remedy --yes",
        5,
        "stream-keepalive",
    ),
    Step(
        "Now with the remedy: an advanced option, on both hosts of the pair.",
        "vft.power-on-secondary --vm db01 --yes",
        0,
        "VMotionStreamDisable",
    ),
    Step("Protected.", "vft.status --vm db01", 0, "running"),
    Step("What was changed so far?", "lab.history", 0, "vft.power-on-secondary"),
    Step(
        "All of it can be taken back: the secondary and the remedy,",
        "lab.undo RUN --yes",
        0,
        "1 → 0",
        8,
    ),
    Step("the primary's power,", "lab.undo RUN --yes", 0, "on → off", 6),
    Step("and the VMX files, to the byte.", "lab.undo RUN --yes", 0, "replay.supported", 4),
)


def run_story(hosts: int = 8) -> int:
    """Run the story; 0 only if every step did what it says and the lab ended as it began.

    Raises ``UsageError`` for a lab too small for an FT pair.
    """
    if hosts < _FEWEST_HOSTS:
        raise UsageError(f"--hosts {hosts}: an FT pair needs {_FEWEST_HOSTS} hosts")
    with (
        tempfile.TemporaryDirectory(prefix="ftlab-demo-") as folder,
        running_lab(hosts, Path(folder) / "lab.ini", remedy=1) as lab,
    ):
        paint = Paint(wants_color(os.environ, sys.stdout.isatty()))
        before = _pair_files(lab)
        _say(
            paint("bold", f"A simulated lab of {len(lab.sim.hosts)} vESXi hosts is up.") + _WARNING
        )
        wrong = _run_all(_environment(lab, Path(folder)), paint)
        if _pair_files(lab) != before:
            wrong.append("the VMX files of db01 are not what they were at the start")
    for line in wrong:
        _say(paint("failed", f"not as it should be: {line}"))
    if not wrong:
        _say(
            paint(
                "ok", "The lab is as it was, and gone. Next: README, 'Point it at your own hosts'."
            )
        )
    return 1 if wrong else 0


_WARNING = "\nNested FT is supported by nobody, VMware least of all: for labs only."


def _say(text: str) -> None:
    emit_text(text + "\n")


def _pair_files(lab: RunningLab) -> list[bytes]:
    """The VMX files of all FT halves, as they are on the lab's disks."""
    return [vm.file.read_bytes() for pair in lab.sim.pairs for vm in (pair.primary, pair.secondary)]


def _environment(lab: RunningLab, folder: Path) -> dict[str, str]:
    """This environment, without any FTLAB_ setting of the user's, pointed at the demo lab."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("FTLAB_")}
    color = {"FORCE_COLOR": "1"} if wants_color(os.environ, sys.stdout.isatty()) else {}
    return {
        **kept,
        **color,
        "FTLAB_INVENTORY": str(lab.inventory),
        "FTLAB_STATE_DIR": str(folder / "state"),
        "COLUMNS": str(_columns() - len(_INDENT)),
    }


def _columns() -> int:
    return min(100, os.get_terminal_size().columns) if sys.stdout.isatty() else 100


def _run_all(environment: Mapping[str, str], paint: Paint) -> list[str]:
    runs: dict[int, str] = {}
    wrong: list[str] = []
    for number, step in enumerate(STORY, 1):
        command = step.command.replace("RUN", runs.get(step.undoes, "RUN"))
        _say(f"\n{paint('bold', f'{number}. {step.words}')}\n{paint('dim', '$')} ftlab {command}")
        done = subprocess.run(
            [sys.executable, "-m", "ftlab", *command.split()],
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        _say(textwrap.indent(done.stdout.rstrip("\n"), _INDENT))
        if match := _UNDO.search(done.stdout):
            runs[number] = match[1]
        if done.returncode != step.exit or step.says not in done.stdout:
            wrong.append(f"step {number} (ftlab {command}): exit {done.returncode}")
    return wrong
