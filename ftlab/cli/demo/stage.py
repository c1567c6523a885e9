"""Where the story's commands run: nothing of the user's own settings reaches them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from ftlab.frozen import frozen
from ftlab.lab.lab import Lab
from ftlab.lab.opened import opened
from ftlab.sim import RunningLab

_USERS = ("FTLAB_", "XDG_", "INVOKE_", "SSH_")
"""What an environment may say about other labs, and how to log in there."""


@frozen
class Ran:
    """How a command ended, and what it showed on stdout and stderr."""

    exit: int
    shown: str


@frozen
class Stage:
    """A lab, and a new ``folder`` that is home, working folder and state of the commands.
    ``width`` is how wide they may write."""

    lab: RunningLab
    folder: Path
    color: bool
    width: int

    def run(self, command: str) -> Ran:
        """``ftlab COMMAND`` in a process of its own, to its end."""
        done = subprocess.run(
            [sys.executable, "-m", "ftlab", *command.split()],
            env=self._environment(os.environ),
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
        return Ran(done.returncode, done.stdout)

    def newest_run(self) -> tuple[str, bool]:
        """The id of the newest run in the journal, and whether it changes anything."""
        lab = Lab(self.lab.inventory, state_dir=self._state)
        with opened(lab).open_journal() as journal:
            runs = journal.runs()
            return (runs[0].run, bool(journal.changes(runs[0].run))) if runs else ("", False)

    @property
    def _state(self) -> Path:
        return self.folder / "state"

    def _environment(self, env: Mapping[str, str]) -> dict[str, str]:
        kept = {key: value for key, value in env.items() if not key.startswith(_USERS)}
        return {
            **kept,
            **({"FORCE_COLOR": "1"} if self.color else {}),
            "COLUMNS": str(self.width),
            "FTLAB_INVENTORY": str(self.lab.inventory),
            "FTLAB_STATE_DIR": str(self._state),
            "HOME": str(self.folder),
            "PYTHONIOENCODING": "utf-8",
            "PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path)),  # it has another home
        }
