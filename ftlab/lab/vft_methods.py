"""Nested Fault Tolerance, as methods of ``Lab``. VMware supports none of it: labs only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ftlab.engine.report import Report
from ftlab.lab.names import VmNames, listed, needed
from ftlab.lab.opened import OnOpenLab

if TYPE_CHECKING:
    from ftlab.esxi.logs.signatures import Signature
    from ftlab.ops.vft.pairs import Pair
    from ftlab.ops.vft.secondary.request import Trigger


class VftMethods(OnOpenLab):
    """``vm`` is as for the methods on VMs. ``signatures`` are the log signatures to look for;
    ``None``: those that ftlab knows."""

    def check_vft(self, vm: VmNames) -> Report:
        """VMs and hosts against the minimum requirements of FT, each with its source."""
        from ftlab.ops.vft.requirements.check import check

        return check(self._lab, needed(vm))

    def enable_vft(
        self,
        vm: VmNames,
        *,
        stream: str | int | None = None,
        power_cycle: bool = False,
        legacy_ft: bool = False,
    ) -> Report:
        """Set the three replay keys on nested VMs, reload and verify them. ``stream`` also sets
        ``/Migrate/VMotionStreamDisable`` on their hosts; ``legacy_ft`` is for hosts of 6.0."""
        from ftlab.ops.vft.keys import EnableVft

        names, value = needed(vm), None if stream is None else str(stream)
        job = EnableVft(names, value, power_cycle, legacy_ft)
        return self._lab.run("vft.enable", job, {"vm": list(names), "stream": value})

    def disable_vft(self, vm: VmNames, *, power_cycle: bool = False) -> Report:
        """Restore what :meth:`enable_vft` replaced, as far as the journal knows it; remove the
        rest."""
        from ftlab.ops.vft.keys import disable_vft

        return disable_vft(self._lab, needed(vm), power_cycle=power_cycle)

    def set_stream(self, value: str | int) -> Report:
        """Set ``/Migrate/VMotionStreamDisable``: 1 disables vMotion's streams, 0 is the default
        of every known build."""
        from ftlab.ops.advopt import SetOption
        from ftlab.ops.vft.keys import STREAM_OPTION

        job = SetOption(STREAM_OPTION, str(value))
        return self._lab.run("vft.stream", job, {"value": str(value)})

    def power_on_secondary(  # noqa: PLR0913 - named as the flags are
        self,
        vm: VmNames,
        *,
        remedy: bool = True,
        start_primary: bool = False,
        wait: float = 25.0,
        attempts: int = 5,
        net_timeout: int | None = None,
        signatures: Sequence[Signature] | None = None,
        trigger: Trigger = "auto",
        guest_wait: float = 60.0,
    ) -> Report:
        """Have the FT secondary started; read the logs where it fails, set the known remedy, try
        again. ``'*'`` means all pairs. ``net_timeout`` first tries ``/Migrate/NetTimeout``;
        ``trigger`` says who is to start it."""
        from ftlab.ops.vft.secondary.fleet import power_on_secondaries
        from ftlab.ops.vft.secondary.request import PowerOnSecondary, parse_trigger

        wanted = PowerOnSecondary(
            needed(vm),
            remedy,
            start_primary,
            wait,
            attempts,
            net_timeout,
            _known(signatures),
            parse_trigger(trigger),
            guest_wait,
        )
        return power_on_secondaries(self._lab, wanted)

    def vft_status(self, vm: VmNames = ()) -> Report:
        """The FT pairs across the hosts, with role, power and state of each half."""
        from ftlab.ops.vft.status import status

        return status(self._lab, listed(vm))

    def watch_vft(self, vm: VmNames, show: Callable[[Sequence[Pair]], None]) -> Report:
        """Look again until every pair runs, or the deadline passes. ``show`` is told of the pairs
        after each look."""
        from ftlab.ops.vft.watch import watch

        return watch(self._lab, listed(vm), show)

    def diagnose_vft(self, vm: VmNames, *, signatures: Sequence[Signature] | None = None) -> Report:
        """Explain the logs of a failed power-on: cause, remedy and source. Touches nothing."""
        from ftlab.ops.vft.logs.diagnose import diagnose_vms

        return diagnose_vms(self._lab, needed(vm), _known(signatures))


def _known(signatures: Sequence[Signature] | None) -> tuple[Signature, ...]:
    from ftlab.esxi.logs.signature_file import with_own

    return with_own(()) if signatures is None else tuple(signatures)
