"""What the lab should be, and what was done to it, as methods of ``Lab``."""

from __future__ import annotations

from pathlib import Path

from ftlab.engine.report import Report
from ftlab.lab.names import VmNames, listed
from ftlab.lab.opened import OnOpenLab


class ProfileMethods(OnOpenLab):
    """``profile`` is a built-in one's name or a TOML file; ``vm`` keeps to some of the VMs that it
    names. ``ProfileError`` for a profile that is wrong."""

    def plan(self, profile: str | Path, *, vm: VmNames = ()) -> Report:
        """How the lab differs from a profile. Changes nothing."""
        from ftlab.ops.profiles.fleet import Wanted, plan

        return plan(self._lab, Wanted(str(profile), listed(vm)))

    def apply(  # noqa: PLR0913 - named as the flags are
        self,
        profile: str | Path,
        *,
        vm: VmNames = (),
        power_cycle: bool = False,
        guest_wait: float = 60.0,
        keep_runs: int | None = None,
        keep_days: int | None = None,
    ) -> Report:
        """Bring the lab to a profile, verified host by host. ``keep_runs`` and ``keep_days``
        forget older runs and their backups."""
        from ftlab.ops.profiles.fleet import Wanted, apply
        from ftlab.ops.profiles.pruning import Keep

        return apply(
            self._lab,
            Wanted(str(profile), listed(vm)),
            Keep(keep_runs, keep_days),
            power_cycle=power_cycle,
            guest_wait=guest_wait,
        )

    def reset(
        self,
        profile: str | Path,
        *,
        vm: VmNames = (),
        guest_wait: float = 60.0,
        keep_runs: int | None = None,
        keep_days: int | None = None,
    ) -> Report:
        """Put the lab back: snapshot or old VMX, old options, then all as the profile says."""
        from ftlab.ops.profiles.fleet import Wanted, reset
        from ftlab.ops.profiles.pruning import Keep

        wanted, keep = Wanted(str(profile), listed(vm)), Keep(keep_runs, keep_days)
        return reset(self._lab, wanted, keep, guest_wait=guest_wait)

    def recover(self, run: str | None = None) -> Report:
        """Finish what runs that were cut short have left, or only what this ``run`` has. Every
        change does the same first, for the VMs that it is about."""
        from ftlab.ops.recovery.fleet import recover

        return recover(self._lab, run)

    def undo(self, run: str, *, force: bool = False) -> Report:
        """Restore exactly what a run changed, where the hosts still have what it left; with
        ``force`` also where somebody changed it since. ``run`` is the beginning of its name, or
        ``last``. Raises ``UsageError`` for one that nobody knows."""
        from ftlab.ops.undo.fleet import undo_run

        return undo_run(self._lab, run, force=force)
