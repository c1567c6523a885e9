"""How a run is to be done, as one value, and where its files are."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from ftlab.fleet.limits import Limits
from ftlab.fleet.placement import Placement
from ftlab.ssh.settings import SshSettings

NO_INVENTORY = Path(os.devnull)
"""For a task that can do without one."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """``yes`` False asks (on a terminal) before anything changes; ``check`` stops at the plan.

    ``limit`` and ``exclude`` are host patterns, ``retry_failed`` a run whose failed hosts are
    meant. ``state_dir`` holds journal, lock and the lab's known_hosts. ``wait_lock`` is in
    seconds. ``executor`` is where hosts are worked on (``None``: as the fleet's size asks for).
    """

    inventory: Path
    state_dir: Path
    limit: str | None = None
    exclude: str | None = None
    retry_failed: str | None = None
    check: bool = False
    yes: bool = True
    wait_lock: float = 0.0
    limits: Limits = field(default_factory=Limits)
    executor: Placement | None = None
    ssh: SshSettings = field(default_factory=SshSettings)

    @property
    def real_inventory(self) -> str | None:
        """The path by which lock and journal know the inventory; ``None`` if there is none."""
        return None if self.inventory == NO_INVENTORY else str(self.inventory.resolve())

    @property
    def journal(self) -> Path:
        return self.state_dir / "journal.db"

    @property
    def known_hosts(self) -> Path:
        return self.state_dir / "known_hosts"
