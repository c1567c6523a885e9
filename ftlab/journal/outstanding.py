"""Which of ftlab's changes still hold on a host, and what was there before them. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from ftlab.journal.records import JournalChange, RunRecord, Setting, setting_of

UNDO: Final = "lab.undo"
PUTS_BACK: Final = frozenset({UNDO, "lab.reset"})
"""Tasks whose changes go back to where a lab was: nothing is begun by them."""


@dataclass
class Outstanding:
    """One host's settings that ftlab's runs have changed and not put back.

    A setting is outstanding from a change by one of ``tasks`` (``None``: any but those that put
    back) until it is verified to have its first value again: by ``lab.undo``, or, if ``tasks`` are
    named, by any task; and anew when the run that did that is undone. For one key, and any tasks::

        run 1  vmx.set     a → b    outstanding since run 1, which found a
        run 2  vmx.set     b → c    still, since run 1
        run 3  lab.undo 2  c → b    still: it is not a again
        run 4  lab.undo 1  b → a    no longer
        run 5  lab.undo 4  a → b    outstanding since run 5, which found a

    Give :meth:`take` one host's changes, oldest first.
    """

    tasks: frozenset[str] | None = None
    _open: dict[Setting, list[JournalChange]] = field(default_factory=dict)
    _writes: dict[str, list[JournalChange]] = field(default_factory=dict)
    _ended: dict[Setting, JournalChange] = field(default_factory=dict)
    _ended_by: dict[Setting, set[str]] = field(default_factory=dict)
    _tasks_behind: dict[str, str | None] = field(default_factory=dict)

    def take(self, entry: JournalChange, run: RunRecord) -> None:
        """The host's next change, and its run."""
        setting = setting_of(entry.change)
        self._tasks_behind[run.run] = self._task_behind(run)
        changes = self._open.get(setting)
        if changes is not None:
            changes.append(entry)
        elif self._begins(setting, run):
            self._open[setting] = [entry]
        elif run.task in PUTS_BACK and self._may_have_ended(run):
            self._ended_by.setdefault(setting, set()).add(run.run)
        self._note_write(entry)
        if changes is not None and self._ends(changes[0], entry, run):
            self._close(setting, run)

    def first(self) -> Iterator[JournalChange]:
        """For each setting that is not put back the change that began it: its ``before`` is the
        value to go back to. Oldest first."""
        found = (changes[0] for changes in self._open.values() if _still_holds(changes))
        return iter(sorted(found, key=lambda entry: entry.id))

    def last_replaced(self) -> Iterator[JournalChange]:
        """For each setting the change since which it is outstanding, or was at last."""
        began = {setting: changes[0] for setting, changes in self._open.items()}
        return iter({**self._ended, **began}.values())

    def writes(self, path: str) -> Sequence[JournalChange]:
        """The changes to one VMX since all its keys had the values before ftlab's runs, oldest
        first: the first one's backup is the file to go back to."""
        return self._writes.get(path, ())

    def _begins(self, setting: Setting, run: RunRecord) -> bool:
        if run.undoes is not None and run.undoes in self._ended_by.get(setting, ()):
            return True
        return run.task in self.tasks if self.tasks is not None else run.task not in PUTS_BACK

    def _task_behind(self, run: RunRecord) -> str | None:
        """The task whose work this run took back or, by undoing that, did again; for any other
        run its own task. ``None``: that run is forgotten."""
        return run.task if run.undoes is None else self._tasks_behind.get(run.undoes)

    def _may_have_ended(self, run: RunRecord) -> bool:
        """Whether this run may have put back a setting that nobody knows to be outstanding: the
        run that changed it may be forgotten. What other tasks than the named ones did is never
        outstanding, however often undone."""
        if self.tasks is None:
            return True
        behind = self._tasks_behind[run.run]
        return behind is None or behind in self.tasks

    def _ends(self, first: JournalChange, entry: JournalChange, run: RunRecord) -> bool:
        counts = self.tasks is not None or run.task == UNDO
        return counts and bool(entry.change.verified) and entry.change.after == first.change.before

    def _close(self, setting: Setting, run: RunRecord) -> None:
        self._ended[setting] = self._open.pop(setting)[0]
        self._ended_by.setdefault(setting, set()).add(run.run)
        if not self._is_open(setting.path):
            self._writes.pop(setting.path, None)

    def _note_write(self, entry: JournalChange) -> None:
        """As long as any key of the file is not put back."""
        path = entry.change.path or ""
        if entry.change.target == "vmx" and self._is_open(path):
            self._writes.setdefault(path, []).append(entry)

    def _is_open(self, path: str) -> bool:
        """Whether any key of this VMX is not put back."""
        return any(each.target == "vmx" and each.path == path for each in self._open)


def _still_holds(changes: Sequence[JournalChange]) -> bool:
    """Not if all of it was undone without a change, since the old value was there already."""
    return any(entry.state != "undone" for entry in changes)
