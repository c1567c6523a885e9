"""``vft.status --watch``: looking at the pairs again and again until they run."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from ftlab.engine.lab import OpenLab
from ftlab.engine.report import Report
from ftlab.engine.runner import Runner
from ftlab.engine.terms.approval import Round
from ftlab.fleet.pool import FleetResult
from ftlab.ops.vft.pairs import Pair, pair_up
from ftlab.ops.vft.status import FtStatus, halves_of, with_pairs

INTERVAL = 2.0  # seconds between two looks

_CUT = ("deadline", "interrupted")
"""How a look ends that has not seen all hosts, whatever it has seen."""

Show = Callable[[Sequence[Pair]], None]
"""Told of the pairs after every look."""


def watch(
    lab: OpenLab,
    vm: tuple[str, ...],
    show: Show,
    *,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> Report:
    """Look until every pair is *running* (at once where there is none), the deadline passes or
    Ctrl-C comes: ``stopped`` says so, and the report is that of the last look that was whole. The
    sessions stay open in between; a refused login ends it, since asking again would lock the
    account."""
    deadline = lab.options.limits.deadline
    ends = None if deadline is None else clock() + deadline

    def once(round: Round) -> Report:
        with lab.runner("vft.status", changes=False, round=round) as run:
            last = _look(run, vm, ends, clock)
            stopped = last.stopped
            try:
                while not _all_run(last, show) and not stopped and not _refused(last):
                    sleep(INTERVAL if ends is None else min(INTERVAL, max(0.0, ends - clock())))
                    found = _look(run, vm, ends, clock)
                    stopped = found.stopped
                    if stopped in _CUT:
                        break
                    last = found
            except KeyboardInterrupt:  # between two looks, where nobody else hears it
                stopped = "interrupted"
            return run.report(with_pairs(last.outcomes), stopped)

    return lab.approved(once, changes=False, counted=False)  # ``show`` tells how far it is


def _all_run(found: FleetResult, show: Show) -> bool:
    """Show the pairs; whether all of them are running."""
    pairs = pair_up(halves_of(found.outcomes))
    show(pairs)
    return all(pair.state == "running" for pair in pairs)


def _refused(found: FleetResult) -> bool:
    return any(o.error is not None and o.error.kind.startswith("auth.") for o in found.outcomes)


def _look(
    run: Runner, vm: tuple[str, ...], ends: float | None, clock: Callable[[], float]
) -> FleetResult:
    """One look, within what is left of the deadline. A host that did not answer gets a new
    session at the next one."""
    limits = run.options.limits
    if ends is not None:
        limits = replace(limits, deadline=max(0.001, ends - clock()))
    found = run.fan_out(FtStatus(vm), keep=True, limits=limits)
    for each in found.outcomes:
        if each.status in {"failed", "unreachable"}:
            run.sessions.dismiss(each.host)
    return found
