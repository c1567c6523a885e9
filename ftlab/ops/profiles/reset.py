"""``lab.reset``: the named VMs back to a snapshot, or to their VMX before ftlab's runs, the
options and settings back to what they were, and then everything as the profile says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from functools import partial

from ftlab.engine.concurrency import do_each, few_at_a_time
from ftlab.engine.context import Context
from ftlab.engine.job import Found
from ftlab.engine.terms.approval import possibly
from ftlab.errors import HostError
from ftlab.esxi.settings.catalogue.vms import REGISTERED
from ftlab.esxi.vm.power import build_reload
from ftlab.esxi.vm.snapshots import Snapshot
from ftlab.frozen import frozen
from ftlab.model import Change
from ftlab.ops.files import sums
from ftlab.ops.profiles.apply import States, set_options, without_outdated
from ftlab.ops.profiles.baseline import Baseline, VmBaseline, old_document, same_machine
from ftlab.ops.profiles.desired import Desired, of_this_release, wanted_options
from ftlab.ops.profiles.drift import Drift, FoundVm, read_host_drift
from ftlab.ops.settings.desired import SettingDrift, SettingsByHost, set_all
from ftlab.ops.vms import power, snapshots
from ftlab.ops.vms.listing import change_of
from ftlab.ops.vms.power_on import power_on
from ftlab.ops.vmx import edit, replace
from ftlab.ops.vmx.state import VmState, WantedKeys, as_off, plan, read_state, same
from ftlab.vmx import VmxDocument
from ftlab.vmx.validity import refuse_no_vmx


@frozen
class Way:
    """How one VM goes back. ``old`` is its whole VMX as it was, ``keys`` what ftlab changed in
    it; with a ``snapshot`` neither counts."""

    found: FoundVm
    snapshot: Snapshot | None = None
    old: VmxDocument | None = None
    keys: WantedKeys = ()

    def target(self, now: VmxDocument) -> VmxDocument:
        """The VMX to be, given the one that is there. Raises ``Refused`` for a value that cannot
        be written. Pure."""
        if self.old is not None and same_machine(self.old, now):
            return _with(self.old, self.found.wanted.keys)
        return _with(_with(now, self.keys), self.found.wanted.keys)

    @property
    def must_go_down(self) -> bool:
        """Whether the VM, if it is not off, must be."""
        state = self.found.state
        if self.snapshot or self.found.wanted.power == "off" or state is None:
            return True
        edits = differences(state, self.target(state.file.document))
        return bool(edits) or bool(plan(state, self.claims).stale)

    @property
    def claims(self) -> WantedKeys:
        """The keys that the reset answers for, each with its value: what ftlab has changed, and
        what the profile says. The old file alone proves nothing of what hostd has."""
        last = {key.lower(): (key, value) for key, value in self.keys + self.found.wanted.keys}
        return tuple(last.values())


@frozen
class ResetStates:
    """Everything is read, and every snapshot and backup found, before the first VM is touched.
    VMs that the profile does not name are not touched at all.

    ``baselines`` are, by host, what the journal knows. Without a word on power, a VM ends as it
    was found, on or off. Safe to repeat; see :class:`~ftlab.ops.profiles.apply.ApplyStates` for the
    other fields.
    """

    states: States
    baselines: Mapping[str, Baseline] = field(default_factory=dict)
    only: tuple[str, ...] = ()
    guest_wait: float = power.GUEST_WAIT
    outdated: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    settings: SettingsByHost = field(default_factory=dict)
    changes = True

    def on(self, context: Context) -> Found:
        states = of_this_release(context, self.states[context.host])
        baseline = self.baselines.get(context.host, Baseline())
        options = wanted_options(states, baseline.options)
        settings = baseline.with_settings(self.settings.get(context.host, ()))
        desired = Desired(options, settings, states)
        found = read_host_drift(context, desired, self.only, whole=True)
        found.refuse_nothing()
        work = [partial(_way, context, vm, baseline.vms.get(vm.wanted.vm.path)) for vm in found.vms]
        ways = few_at_a_time(context, work)
        set_options(context, found.options)
        set_all(context, self._settings_to_set(context.host, found))
        do_each(context, [partial(self._go, context, way) for way in ways])
        return without_outdated(context, self.outdated)

    def _settings_to_set(self, host: str, found: Drift) -> list[SettingDrift]:
        """A VM that the profile names is not unregistered, whoever registered it, unless the
        profile says so."""
        said = {setting.name for setting, _ in self.settings.get(host, ())}
        stay = {REGISTERED.instance(vm.wanted.vm.path) for vm in found.vms} - said
        return [each for each in found.host_settings if each.change.path not in stay]

    def _go(self, context: Context, way: Way) -> None:
        vm, wanted, was = way.found.wanted.vm, way.found.wanted.power, way.found.power
        state, down = way.found.state, was == "off"
        assert state is not None  # noqa: S101 - a reset reads every VM whole
        comes_back = (wanted or was) == "on"
        if way.snapshot is None:
            refuse_no_vmx(way.target(state.file.document), state.file.path)
        goes_down = (not down and way.must_go_down) or wanted == "off"
        if goes_down:
            power.power_off(context, vm, self.guest_wait, state=was, for_a_while=comes_back)
        try:
            if goes_down:
                state, down = (state if down else as_off(context, state)), True
            if way.snapshot is not None:
                state = self._revert(context, state, way.snapshot, comes_back=comes_back)
            if down and way.snapshot is not None and context.check:
                _foresee(context, state, way.found.wanted.keys, way.snapshot)
            elif down:
                _rewrite(context, state, way)
        except HostError as error:
            # Half-way it is not started: the next run finishes it, and brings it up.
            if goes_down and comes_back and was == "on":
                power.tell_off(context, vm, error)
            raise
        if comes_back and (down or was != "on"):
            power_on(context, vm, state="off" if down else was)

    def _revert(
        self, context: Context, state: VmState, to: Snapshot, *, comes_back: bool
    ) -> VmState:
        """Back at the snapshot, and off: one taken of a running VM may start it again."""
        snapshots.revert(context, state.vm, to)
        state = as_off(context, state)
        if state.power != "off":
            power.power_off(context, state.vm, 0, state=state.power, for_a_while=comes_back)
            state = as_off(context, state)
        return state


def _foresee(context: Context, state: VmState, keys: WantedKeys, snapshot: Snapshot) -> None:
    """What may have to be done after a revert: nobody knows which keys a snapshot holds."""
    vm, now = state.vm, state.file.value
    if snapshot.state != "powered off":
        context.changes.append(possibly(change_of(vm, "power", "on", "off")))
    context.changes.extend(
        possibly(change_of(vm, "vmx", now(key), value, key)) for key, value in keys
    )


def _way(context: Context, found: FoundVm, baseline: VmBaseline | None) -> Way:
    wanted = found.wanted.snapshot
    if wanted is not None:
        return Way(found, snapshots.find_snapshot(context, found.wanted.vm, wanted))
    if baseline is None:
        return Way(found)
    file = found.state.file if found.state else None
    if file and sums.digest(context, file.data) == baseline.digest:
        return Way(found, old=file.document, keys=baseline.keys)  # it is the old file
    way = Way(found, old=old_document(context, baseline), keys=baseline.keys)
    if found.state and way.old and not same_machine(way.old, found.state.file.document):
        context.notes.append(
            f"VM {found.wanted.vm.name}: its disks are not those of the backup; only the keys that "
            "ftlab changed go back"
        )
    return way


def _with(document: VmxDocument, wanted: WantedKeys) -> VmxDocument:
    for key, value in wanted:
        if not same(document.get(key), value):
            document = document.unset(key) if value is None else document.set(key, value)
    return document


def differences(state: VmState, new: VmxDocument) -> tuple[Change, ...]:
    """The keys in which ``new`` means something else than the VMX that is there. Pure."""
    now = state.file.document
    keys = {key.lower(): key for key in (*now.keys(), *new.keys())}
    return tuple(
        change_of(state.vm, "vmx", now.get(key), new.get(key), key)
        for key in keys.values()
        if not same(now.get(key), new.get(key))
    )


def _rewrite(context: Context, state: VmState, way: Way) -> None:
    """Write the VMX to be, in one step with one backup; reload where only hostd is behind."""
    new = way.target(state.file.document)
    edits = differences(state, new)
    if not edits:
        edit.load(context, state, way.claims)
        return
    replace.refuse_link(state.file)

    def put() -> None:
        reload = [build_reload(state.vm.vmid)]
        replace.replace_vmx(context, state.file, new.to_bytes(), reload)

    context.carry_out(
        edits,
        do=put,
        prove=lambda _: _shown(context, state, edits),
        extra=edit.evidence(context, state.file, new.to_bytes()),
    )


def _shown(context: Context, state: VmState, edits: tuple[Change, ...]) -> list[str | None]:
    """Each key as hostd has it; where it shows none, as the file it loaded has it: a whole VMX
    holds keys that hostd shows in fields of their own, or not at all."""
    after = read_state(context, state.vm)
    values = []
    for change in edits:
        key = change.key or ""
        loaded = after.loaded.extra_get(key) if after.loaded else None
        value = after.file.document.get(key) if loaded is None else loaded
        values.append(change.after if same(value, change.after) else value)
    return values
