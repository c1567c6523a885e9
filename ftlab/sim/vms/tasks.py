"""What the host agent remembers of the operations on VMs."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime

from ftlab.sim.vms.faults import VimFault

_KEPT = 100


@dataclass
class Task:
    """One operation; ``error`` is its fault, ``completed`` None while it goes on."""

    key: str
    operation: str
    vmid: int
    name: str
    queued: datetime
    completed: datetime | None = None
    error: VimFault | None = None

    @property
    def state(self) -> str:
        if self.completed is None:
            return "running"
        return "error" if self.error else "success"


class Tasks:
    """The latest tasks of one host, by key."""

    def __init__(self) -> None:
        self._tasks: OrderedDict[str, Task] = OrderedDict()

    def add(self, task: Task) -> None:
        self._tasks[task.key] = task
        if len(self._tasks) > _KEPT:
            self._tasks.popitem(last=False)

    def find(self, key: str) -> Task | None:
        return self._tasks.get(key)
