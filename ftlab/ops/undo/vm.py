"""One VM as it was before a run: its VMX and its power, in the order that works."""

from __future__ import annotations

from collections.abc import Sequence

from ftlab.engine.context import Context
from ftlab.errors import HostError, Refused
from ftlab.esxi.getallvms.entry import VmEntry
from ftlab.frozen import frozen
from ftlab.journal import JournalChange
from ftlab.ops.files import sums
from ftlab.ops.recovery.strays import remove_strays
from ftlab.ops.recovery.vmx import strays_of
from ftlab.ops.undo.net_change import NetChange
from ftlab.ops.vms import power
from ftlab.ops.vms.power_on import power_on, state_of
from ftlab.ops.vmx import backups, edit
from ftlab.ops.vmx.state import VmState, WantedKeys, as_off, plan, read_state, same


@frozen
class UndoVm:
    """``entries`` are the run's changes to the VM, oldest first; ``net_changes``, what they come
    to, are to be undone."""

    context: Context
    vm: VmEntry
    entries: Sequence[JournalChange]
    net_changes: Sequence[NetChange]
    force: bool = False

    def do(self) -> None:
        """Everything is compared with what the run left before the VM is touched. Raises
        ``Refused`` (``undo.changed``, ``vm.powered_on``). Safe to repeat."""
        if not any(net.change.target == "vmx" for net in self.net_changes):
            self._switch(state_of(self.context, self.vm.vmid))
            return
        self._remove_leftovers()
        state = read_state(self.context, self.vm)
        self._check_power(state.power)
        if self._must_edit(state):
            self._edit(state)
        elif self._power is not None:
            self._switch(state.power)

    @property
    def _power(self) -> NetChange | None:
        """What the run did to the VM's power, if that can be undone."""
        found = (net for net in self.net_changes if net.change.target == "power")
        return next((net for net in found if net.before in {"on", "off"}), None)

    @property
    def _keys(self) -> list[NetChange]:
        return [net for net in self.net_changes if net.change.target == "vmx"]

    @property
    def _wanted_keys(self) -> WantedKeys:
        return tuple((each.change.key or "", each.before) for each in self._keys)

    @property
    def _writes(self) -> list[JournalChange]:
        return [entry for entry in self.entries if entry.change.target == "vmx"]

    def _switch(self, now: str) -> None:
        """The power that the VM had."""
        self._check_power(now)
        self._bring(now, self._wanted_power(now))

    def _bring(self, now: str, wanted: str) -> None:
        if wanted == "on" and now != "on":
            power_on(self.context, self.vm, state=now)
        elif wanted == "off" and (now != "off" or self._power is not None):
            power.power_off(self.context, self.vm, state=now)

    def _check_power(self, now: str) -> None:
        net = self._power
        if net is None or self.force or now in (*net.left, net.before):
            return
        raise Refused(
            f"VM {self.vm.name} is {edit.words(now)} now, the run had left it "
            f"{edit.words(str(net.left[0]))}",
            kind="undo.changed",
        )

    def _must_edit(self, state: VmState) -> bool:
        """Whether the file is not the old one, and still has what the run left; or it is, and
        hostd has not read it."""
        if self._digest(state) == self._writes[0].extra.get("before_digest"):
            return bool(plan(state, self._wanted_keys).stale)
        if self._digest(state) != self._writes[-1].extra.get("after_digest"):
            self._check_keys(state)
        return bool(plan(state, self._wanted_keys).changes)

    def _digest(self, state: VmState) -> str:
        return sums.digest(self.context, state.file.data)

    def _edit(self, state: VmState) -> None:
        """Down, if the run itself had the VM down or up; the old VMX; and the power it had."""
        was = state
        goes_down = was.power != "off" and self._switched_by_the_run(was.power)
        if goes_down:
            back = self._wanted_power(was.power) == "on"
            power.power_off(self.context, self.vm, state=was.power, for_a_while=back)
        try:
            state = as_off(self.context, was) if goes_down else was
            self._write(state)
        except HostError as error:
            if goes_down:
                edit.up_again(self.context, was, error)
            raise
        self._bring(state.power, self._wanted_power(was.power))

    def _wanted_power(self, was: str) -> str:
        return was if self._power is None else str(self._power.before)

    def _switched_by_the_run(self, now: str) -> bool:
        """Whether the VM's power is what the run left."""
        own = [entry for entry in self.entries if entry.change.target == "power"]
        left = own[-1].change.after if self._power is None and own else None
        return now == left or (self._power is not None and now in self._power.left)

    def _write(self, state: VmState) -> None:
        """The old bytes, or the old values where the bytes are no longer the run's."""
        edit.refuse_running(state, self._wanted_keys, power_cycle=False)
        first, last = self._writes[0].extra, self._writes[-1].extra
        if self._digest(state) == last.get("after_digest"):
            old = backups.copy_back(self.context, str(first["backup"]))
            if sums.digest(self.context, old) == first["before_digest"]:
                edit.restore(self.context, state, self._wanted_keys, old)
                return
        self._check_keys(state)
        edit.ensure(self.context, state, self._wanted_keys, power_cycle=False)

    def _check_keys(self, state: VmState) -> None:
        """Every key must still be what the run left, or be back already."""
        for net in self._keys:
            now = state.file.document.get(net.change.key or "")
            if not self.force and not any(same(now, value) for value in (*net.left, net.before)):
                change = net.change
                raise Refused(
                    f"{change.vm}: {change.key} is {now!r} now, the run had left {change.after!r}",
                    kind="undo.changed",
                )

    def _remove_leftovers(self) -> None:
        """Remove what a run that died while it wrote may have left beside the VMX. Its backup
        stays, as every run's does."""
        left = [entry for entry in self._writes if entry.state == "intended"]
        if left:
            remove_strays(self.context, left[0].run, strays_of(left, backup=False))
