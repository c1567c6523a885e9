"""Powering a VM on, and waiting until its host says that it is.

``power.on`` does not return while a question is pending (five public scripts put it in the
background for that reason), so the questions are looked at while it lasts. What it answers in the
end is not proof: 6.x may say *failed* of a VM that is on, and a VM may stay off after *Powering on
VM:*. The state decides, and the VM's log says why.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from ftlab.engine.context import Context
from ftlab.errors import CommandFailed, FtlabError, HostError
from ftlab.esxi import faults
from ftlab.esxi.getallvms.entry import VmEntry
from ftlab.esxi.logs.signatures import around_trouble, findings
from ftlab.esxi.vm import power
from ftlab.model import Completed
from ftlab.ops.vft.logs.tail import Tail
from ftlab.ops.vms.listing import about, change_of
from ftlab.ops.vms.questions import answer_expected, held_up_by, note_expected

LOOK = 1.0
"""Seconds between two looks for a question while ``power.on`` lasts: most last no longer."""
SETTLE = 15.0
"""Seconds for the state to follow after the host accepted the step."""
ALONE = 5.0
"""Seconds that ``power.on`` gets on a connection that has no room for a look beside it."""
_STEP = 0.5
_SHOWN = 3
"""Lines of the logs in an error."""


def state_of(context: Context, vmid: int) -> str:
    """``on``, ``off`` or ``suspended``; an answer that says neither is an error."""
    return power.parse_state(context.ask(power.build_get_state(vmid)).out)


def power_on(context: Context, vm: VmEntry, state: str | None = None) -> None:
    """Bring one VM up. Safe to repeat. Raises ``QuestionPending`` as soon as a question holds it
    up that the user has not answered beforehand."""
    before = state or state_of(context, vm.vmid)
    if before == "on":
        context.resolve_power(vm.path)
        return
    context.carry_out(
        [change_of(vm, "power", before, "on")],
        do=lambda: _bring_up(context, vm),
        prove=lambda _: [state_of(context, vm.vmid)],
    )
    context.resolve_power(vm.path)
    if context.check:
        note_expected(context, vm)


def _bring_up(context: Context, vm: VmEntry) -> None:
    """An error in the answer counts only if the state does not follow."""
    log = Tail(context, vm)
    log.begin()
    given: set[str] = set()
    done = send_power_on(context, vm, given)
    error = faults.find_fault(done) if done else None
    try:
        with context.waiting(f"waits for {vm.name} to be on", SETTLE):
            comes_on = _comes_on(context, vm, given, 0 if error else SETTLE)
    except HostError as failed:  # the host has the command: a look that fails says nothing of it
        raise failed.leaving_in_doubt() from None
    if not comes_on:
        raise _stays_off(vm, error, _new_lines(log))


def send_power_on(context: Context, vm: VmEntry, given: set[str]) -> Completed | None:
    """Send ``power.on`` and wait for its end. Questions that come meanwhile are answered as the
    user said (``given`` are those answered so far), or raised. Returns what it answered; ``None``
    where the connection has no room for a look, and it was not waited for any longer."""
    with context.session.started(power.build_on(vm.vmid)) as running:
        waited = 0.0
        while (done := running.wait(LOOK)) is None:
            waited += LOOK
            if not running.alone:
                see_to_question(context, vm, given)
            elif waited >= ALONE:
                return None
    return done


def see_to_question(context: Context, vm: VmEntry, given: set[str]) -> None:
    """Answer a pending question as the user said beforehand, or raise it. The host has the
    power-on by now, so no error here says anything of that."""
    question = held_up_by(context, vm.vmid)
    if question is None:
        return
    try:
        answer_expected(context, vm, question, given)
    except FtlabError as failed:
        raise failed.leaving_in_doubt() from None


def _comes_on(context: Context, vm: VmEntry, given: set[str], seconds: float) -> bool:
    """Look until the VM is on or the time is over. Some releases say yes and ask then."""
    end = context.clock() + seconds
    while state_of(context, vm.vmid) != "on":
        see_to_question(context, vm, given)
        if context.clock() >= end:
            return False
        context.sleep(_STEP)
    return True


def _new_lines(log: Tail) -> list[str]:
    """The lines around the trouble; none where they cannot be read, since there is an error at
    hand already."""
    with suppress(HostError):
        log.read()
    return around_trouble([line for line in (*log.own_lines, *log.host_lines) if line])


def _stays_off(vm: VmEntry, error: FtlabError | None, lines: Sequence[str]) -> FtlabError:
    """What the host said, and the lines of the logs that say why."""
    known = findings(lines)
    hint = known[0].signature.advice if known else ""
    words = f"; the log: {' | '.join(lines[-_SHOWN:])}" if lines else ""
    if error is None:
        message = f"power.on of VM {vm.name} was accepted, but it is not on after {SETTLE:g} s"
        return CommandFailed(message + (words or "; its log has no new lines"), hint=hint)
    if error.kind != "power.failed":  # it says why
        return about(vm.name, error)
    return CommandFailed(
        f"VM {vm.name}: {error.message}{words}",
        hint=hint or error.hint,
        kind=error.kind,
        **error.evidence,
    )
