"""``lab.capture``: what hosts and VMs are now, as the tables of a profile."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from ftlab.engine.concurrency import few_at_a_time
from ftlab.engine.context import Context
from ftlab.errors import (
    CommandFailed,
    FtlabError,
    HostFailed,
    NotApplicable,
    ParseError,
    UsageError,
)
from ftlab.esxi.getallvms.entry import VmEntry
from ftlab.esxi.getallvms.selector import is_named, select
from ftlab.esxi.options.option import AdvancedOption, check_path, coerce
from ftlab.esxi.settings.setting import HostSetting
from ftlab.facts.settings import CapturedVm, CaptureFacts, OptionFact, SettingFact
from ftlab.frozen import frozen
from ftlab.ops import advopt
from ftlab.ops.settings.capture import capture_settings
from ftlab.ops.settings.names import known_settings
from ftlab.ops.vms.listing import about, list_vms, note_unmatched
from ftlab.ops.vmx.state import plan, read_state
from ftlab.profile.emit import can_be_written
from ftlab.vmx.key import check_key

_POWERS = frozenset({"on", "off"})
_STATES = tuple(setting for setting in known_settings() if "*" not in setting.stays)
"""What is done once to a clone is no state of a lab."""


@frozen
class CaptureState:
    """What a profile can state of one host: the named ``options`` and ``settings``, or, where none
    of either is named, the options that are not at their default and every setting; of the VMs
    that ``vm`` names, these ``keys`` and the power.

    What ``lab.plan`` could not take back from a profile is left out, with a note; a key or an
    option of which that is known beforehand raises ``UsageError``.
    """

    vm: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    settings: tuple[HostSetting, ...] = ()
    changes = False

    def __post_init__(self) -> None:
        for key in self.keys:
            check_key(key)
            if not can_be_written(key):
                raise UsageError(f"{key!r} cannot be a VMX key in a profile: it is no text")
        for path in self.options:
            check_path(path)

    def on(self, context: Context) -> CaptureFacts:
        options, settings, vms = context.session.together(
            lambda: self._options(context),
            lambda: self._settings(context),
            lambda: self._vms(context),
        )
        if isinstance(options, NotApplicable):
            if not vms and not settings:
                raise options
            context.notes.append(f"{options}: options are left out")
            options = []
        return {"options": options, "settings": settings, "vms": vms}

    @property
    def _all(self) -> bool:
        return not self.options and not self.settings

    def _settings(self, context: Context) -> list[SettingFact]:
        wanted = _STATES if self._all else self.settings
        return capture_settings(context, wanted, named=not self._all)

    def _options(self, context: Context) -> list[OptionFact] | NotApplicable:
        try:
            found = self._read_options(context)
        except NotApplicable as missing:
            return missing
        return [option for option in found if _stated(context, option)]

    def _read_options(self, context: Context) -> list[OptionFact]:
        if self.settings and not self.options:
            return []
        if not self.options:
            return list(advopt.DiffOptions().on(context)["options"])
        work = [partial(self._named, context, path) for path in self.options]
        ends = few_at_a_time(context, work)
        missing = [end for end in ends if isinstance(end, NotApplicable)]
        if len(missing) == len(ends):
            raise missing[0]
        context.notes.extend(f"{each}: left out" for each in missing)
        return [end for end in ends if not isinstance(end, NotApplicable)]

    @staticmethod
    def _named(context: Context, path: str) -> OptionFact | NotApplicable:
        try:
            return advopt.facts_of(advopt.named_option(context, path))
        except NotApplicable as missing:
            return missing

    def _vms(self, context: Context) -> list[CapturedVm]:
        if not self.vm:
            return []
        vms = list_vms(context).vms
        note_unmatched(context, self.vm, vms)
        found = {vm.vmid: vm for word in self.vm for vm in select(vms, word)}
        work = [partial(self._one, context, vm, word_for(vm, vms)) for vm in found.values()]
        read = few_at_a_time(context, work)
        errors = [each for each in read if isinstance(each, HostFailed)]
        if len(errors) == len(read) and not all(each.evidence.get("null") for each in errors):
            raise errors[0]
        context.notes.extend(f"{error}: left out" for error in errors)
        return [each for each in read if not isinstance(each, HostFailed)]

    def _one(self, context: Context, vm: VmEntry, word: str) -> CapturedVm | HostFailed:
        """The error of a VM that cannot be read stands for it; it is raised for one that was asked
        for by name, as by :meth:`_vms` where none can be read."""
        try:
            return self._read_vm(context, vm, word)
        except (CommandFailed, ParseError) as error:
            named = about(vm.name, error)
            if is_named(vm, self.vm):
                raise named from error
            return named

    def _read_vm(self, context: Context, vm: VmEntry, word: str) -> CapturedVm:
        state = read_state(context, vm)
        now = {key: state.file.value(key) for key in self.keys}
        kept = {key: value for key, value in now.items() if value is None or can_be_written(value)}
        for key in now.keys() - kept.keys():
            context.notes.append(f"VM {vm.name}: {key}: left out: it has bytes that are no text")
        for change in plan(state, tuple(kept.items())).stale:
            context.notes.append(
                f"VM {vm.name}: the host has not read {change.key} from its VMX yet, so lab.plan "
                "shows it; ftlab vm.reload mends it"
            )
        if state.power not in _POWERS:
            context.notes.append(f"VM {vm.name} is {state.power}: its power is left out")
        power = state.power if state.power in _POWERS else None
        return {
            "vm": word,
            "name": vm.name,
            "vmid": vm.vmid,
            "path": vm.path,
            "vmx": kept,
            "power": power,
        }


def _stated(context: Context, option: OptionFact) -> bool:
    """Whether a profile can hold the option as it is; a note says why not."""
    path, value = option["path"], option["value"]
    try:
        check_path(path)
        if value is None:
            raise NotApplicable("the host shows no value")
        coerce(AdvancedOption(**option), value)
    except FtlabError as error:
        context.notes.append(f"{path}: left out: {error}")
        return False
    if not can_be_written(str(value)):
        context.notes.append(f"{path}: left out: its value has bytes that are no text")
        return False
    return True


def word_for(vm: VmEntry, vms: Sequence[VmEntry]) -> str:
    """What names this VM and no other here: its name, else its path, else its number. Pure."""
    number = f"vmid:{vm.vmid}"
    return next((word for word in (vm.name, vm.path, number) if _means(word, vm, vms)), number)


def _means(word: str, vm: VmEntry, vms: Sequence[VmEntry]) -> bool:
    try:
        return can_be_written(word) and bool(word.strip()) and select(vms, word) == [vm]
    except FtlabError:  # two of this name, or one that begins as a number does
        return False
