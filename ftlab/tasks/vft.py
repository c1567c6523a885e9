"""``vft``: nested Fault Tolerance. VMware supports none of it: labs only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftlab.cli.fleet_task import fleet_task
from ftlab.cli.values import VM, VM_HELP, chosen, integer, named, seconds, stored, whole
from ftlab.errors import UsageError

if TYPE_CHECKING:
    from ftlab.engine.report import Report
    from ftlab.esxi.logs.signatures import Signature
    from ftlab.lab.lab import Lab

_SIGNATURES = {"signatures": "a TOML file with signatures of your own (else FTLAB_SIGNATURES)"}
ZERO_AND_ONE = (
    "0, the default of every known build, lets vMotion use its streams; "
    "1 disables them, which helps where the stream breaks off while a secondary starts"
)
_CYCLE = {"power_cycle": "a running VM is shut down for the edit and started again"}


def _signatures(file: str | None) -> tuple[Signature, ...]:
    """The known signatures, and before them those of the user's file."""
    from ftlab.esxi.logs.signature_file import parse_signatures, with_own
    from ftlab.user_files import read_text, why_unreadable

    named_by = file or stored("--signatures")
    if not named_by:
        return with_own(())
    try:
        text = read_text(named_by)
    except (OSError, UnicodeDecodeError) as error:
        reason = why_unreadable(error)
        raise UsageError(f"--signatures {named_by}: cannot be read: {reason}") from error
    return with_own(parse_signatures(text, named_by))


@fleet_task(
    example="ftlab vft.check --vm db01 --html check.html",
    help={
        **VM_HELP,
        "html": "also write the answer as a page: what fails first, each with its source",
    },
    iterable=["vm"],
)
def check(lab: Lab, vm: VM = None, html: str | None = None) -> Report:
    """Check VMs and hosts against the minimum requirements of FT, each with its source.

    What only vCenter knows is named, with where to look. A requirement that fails is exit 5.
    """
    from ftlab.cli.pages.check import checked
    from ftlab.lab.opened import opened

    names = named(vm)
    return checked(opened(lab), lambda: lab.check_vft(names), names, html)


@fleet_task(
    example="ftlab vft.enable --vm db01 --limit vesxi",
    help={
        **VM_HELP,
        **_CYCLE,
        "stream": f"also set /Migrate/VMotionStreamDisable on the host: {ZERO_AND_ONE}",
        "legacy_ft": "on 6.0 hosts also set vm.uselegacyft; 6.0 uses SMP-FT otherwise",
    },
    iterable=["vm"],
    powers_on=True,
)
def enable(
    lab: Lab,
    vm: VM = None,
    stream: str | None = None,
    power_cycle: bool = False,
    legacy_ft: bool = False,
) -> Report:
    """Set the three replay keys on a nested VM, reload and verify them (unsupported; labs only).

    FT itself is then turned on in vCenter: a host has no command for it.
    """
    if stream is not None:
        integer("--stream", stream)
    return lab.enable_vft(named(vm), stream=stream, power_cycle=power_cycle, legacy_ft=legacy_ft)


@fleet_task(
    example="ftlab vft.disable --vm db01",
    help={**VM_HELP, **_CYCLE},
    iterable=["vm"],
    powers_on=True,
)
def disable(lab: Lab, vm: VM = None, power_cycle: bool = False) -> Report:
    """Undo vft.enable: what it replaced, as far as the journal knows it; remove the rest."""
    return lab.disable_vft(named(vm), power_cycle=power_cycle)


@fleet_task(
    example="ftlab vft.stream --value 1 --limit vesxi",
    help={"value": f"the value for /Migrate/VMotionStreamDisable: {ZERO_AND_ONE}"},
)
def stream(lab: Lab, value: str | None = None) -> Report:
    """Set /Migrate/VMotionStreamDisable, the remedy for a secondary that will not start."""
    if value is None:
        raise UsageError("vft.stream: --value 0 or --value 1 is needed", hint=ZERO_AND_ONE)
    return lab.set_stream(integer("--value", value))


@fleet_task(
    example="ftlab vft.power-on-secondary --vm db01",
    help={
        **VM_HELP,
        **_SIGNATURES,
        "no_remedy": "only try and diagnose; change no option",
        "trigger": "who starts the secondary: host (power.on over there), primary (the primary is "
        "powered off and on), vcenter (you, there; the logs of its last start are read), or auto: "
        "host, and vcenter where the host leaves it to that (auto)",
        "guest_wait": "with --trigger primary: seconds the guest gets to shut down (60); 0: hard",
        "start_primary": "power the primary on first where it is off",
        "wait": "seconds of waiting in all, for 'running' and between attempts (25)",
        "attempts": "attempts at most (5)",
        "net_timeout": "first try /Migrate/NetTimeout with so many seconds (1 to 3600); it did "
        "not help the article's author",
    },
    iterable=["vm"],
    powers_on=True,
)
def power_on_secondary(
    lab: Lab,
    vm: VM = None,
    no_remedy: bool = False,
    start_primary: bool = False,
    wait: str = "25",
    attempts: str | None = None,
    net_timeout: str | None = None,
    signatures: str | None = None,
    trigger: str = "auto",
    guest_wait: str = "60",
) -> Report:
    """Have the FT secondary started; read the logs where it fails, set the known remedy, try again.

    Success is the FT state 'running', not 'powered on' alone. --vm '*' means all pairs. Where only
    vCenter can start it, ftlab says what to press there, and looks on.
    """
    from ftlab.ops.vft.secondary.request import parse_trigger

    return lab.power_on_secondary(
        named(vm),
        remedy=not no_remedy,
        start_primary=start_primary,
        wait=seconds("--wait", wait),
        attempts=whole("--attempts", attempts) or 5,
        net_timeout=_net_timeout(net_timeout),
        signatures=_signatures(signatures),
        trigger=parse_trigger(trigger),
        guest_wait=seconds("--guest-wait", guest_wait),
    )


def _net_timeout(text: str | None) -> int | None:
    found = whole("--net-timeout", text)
    if found is not None and found > 3600:
        raise UsageError(f"--net-timeout {found}: the hosts take 1 to 3600 seconds")
    return found


@fleet_task(
    example="ftlab vft.status --watch --deadline 300",
    help={**VM_HELP, "watch": "look again until every pair runs, or --deadline passes"},
    iterable=["vm"],
)
def status(lab: Lab, vm: VM = None, watch: bool = False) -> Report:
    """Show the FT pairs across the hosts, with role, power and state of each half."""
    if not watch:
        return lab.vft_status(chosen(vm))
    from contextlib import closing

    from ftlab.cli.talk.pair_board import Board
    from ftlab.lab.opened import opened

    inner = opened(lab)
    ui, limits = inner.ui, inner.options.limits
    board = Board(ui.say, redraw=ui.watches and not ui.trace, deadline=limits.deadline)
    with closing(board):
        return lab.watch_vft(chosen(vm), board)


@fleet_task(
    example="ftlab vft.diagnose --log vmware.log",
    help={
        **VM_HELP,
        **_SIGNATURES,
        "log": "explain this file (- for standard input) instead; contacts no host",
    },
    iterable=["vm"],
    hostless=True,
)
def diagnose(
    lab: Lab, vm: VM = None, log: str | None = None, signatures: str | None = None
) -> Report:
    """Explain the logs of a failed FT power-on: cause, remedy and source. Touches nothing."""
    from ftlab.ops.vft.logs.diagnose import diagnose_file

    if log is None:
        return lab.diagnose_vft(named(vm), signatures=_signatures(signatures))
    if vm:
        raise UsageError("--vm reads the hosts' logs, --log a file: give one of them")
    return diagnose_file(log, _signatures(signatures))
