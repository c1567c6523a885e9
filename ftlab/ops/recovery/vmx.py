"""A VMX that a run was cut short at: was it written, has hostd read it, and what lies beside it?"""

from __future__ import annotations

from collections.abc import Sequence

from ftlab.engine.context import Context
from ftlab.esxi.getallvms.entry import VmEntry
from ftlab.journal import JournalChange
from ftlab.journal.leftovers import KEPT
from ftlab.ops.files import sums
from ftlab.ops.files.beside import temporary_path
from ftlab.ops.recovery.strays import remove_strays
from ftlab.ops.vmx import edit
from ftlab.ops.vmx.state import VmState, is_typed, plan, read_state, same


def recover_file(context: Context, vm: VmEntry, left: Sequence[JournalChange]) -> None:
    """See to one run's changes to this VM's VMX, oldest first: nobody saw their end.

    What it had written is loaded by hostd, if it is not; what it had not is nothing. Its files
    that nobody needs are removed. Where neither is clear, the changes stay as they are.
    """
    state = read_state(context, vm)
    written = was_written(context, state, left)
    needed = written is not False or not _is_untouched(context, state, left)
    remove_strays(context, left[0].run, strays_of(left, backup=not needed))
    if written is False:
        context.resolve(left, "undone")
    elif written and _loaded(context, state, left):
        context.resolve(left, "verified")


def was_written(context: Context, state: VmState, left: Sequence[JournalChange]) -> bool | None:
    """Whether the file has what the run was writing; ``None`` where it has neither that nor what
    was there before."""
    if any(entry.change.target == "reload" for entry in left):
        return True
    if _digest(context, state) == left[-1].extra.get("after_digest"):
        return True
    if _is_untouched(context, state, left):
        return False
    now = {entry.change.key or "": state.file.value(entry.change.key or "") for entry in left}
    for written in (True, False):
        meant = {e.change.key or "": _value(e, after=written) for e in left}
        if all(same(now[key], value) for key, value in meant.items()):
            return written
    return None


def _is_untouched(context: Context, state: VmState, left: Sequence[JournalChange]) -> bool:
    """Whether the bytes are still those from before the run."""
    return _digest(context, state) == left[0].extra.get("before_digest")


def _digest(context: Context, state: VmState) -> str:
    return sums.digest(context, state.file.data)


def _value(entry: JournalChange, *, after: bool) -> str | None:
    value = entry.change.after if after else entry.change.before
    return None if value is None else str(value)


def _loaded(context: Context, state: VmState, left: Sequence[JournalChange]) -> bool:
    """Have hostd read the file, where it may not have. It cannot while the VM is not off; then
    this is False if it shows something else, or would not show it."""
    last = {(e.change.key or "").lower(): (e.change.key or "", _value(e, after=True)) for e in left}
    wanted = tuple(last.values())
    if state.power != "off":
        return not plan(state, wanted).stale and not any(map(is_typed, last))
    if edit.load(context, state, wanted, unseen=True):
        done = "would be loaded" if context.check else "is loaded now"
        context.notes.append(f"{state.vm.name}: its VMX, written by run {left[0].run}, {done}")
    return True


def strays_of(left: Sequence[JournalChange], *, backup: bool) -> list[str]:
    """What the run may have left beside the VMX: what it had not put in its place, and with
    ``backup`` the copy of what is still there, unless another change needs that."""
    names = {str(entry.extra["backup"]): entry for entry in left if entry.extra.get("backup")}
    copies = [name for name, entry in names.items() if backup and not entry.extra.get(KEPT)]
    return [*map(temporary_path, names), *copies]
