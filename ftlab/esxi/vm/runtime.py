"""``vim-cmd vmsvc/get.runtime``: the state a virtual machine is in right now."""

from __future__ import annotations

from ftlab.esxi.dumps.reader import Dump, parse_object
from ftlab.esxi.vm.power import PowerState
from ftlab.esxi.vm.questions import Question, in_words
from ftlab.frozen import frozen
from ftlab.model import Command

_POWER: dict[str, PowerState] = {"poweredOn": "on", "poweredOff": "off", "suspended": "suspended"}


@frozen(slots=True)
class Runtime:
    """VirtualMachineRuntimeInfo. None: the host did not say, which is never read as "off".

    ``power`` is ``on``, ``off`` or ``suspended``; ``ft_state`` a faultToleranceState, such as
    ``running``.
    """

    power: PowerState | None = None
    connection: str | None = None
    ft_state: str | None = None
    need_secondary_reason: str | None = None
    record_replay_state: str | None = None
    question: Question | None = None


def build_runtime(vmid: int) -> Command:
    """Ask for the runtime state. Changes nothing."""
    return Command(("vim-cmd", "vmsvc/get.runtime", str(vmid)), repeatable=True)


def parse_runtime(text: str) -> Runtime:
    """Read ``get.runtime``. Raises ``ParseError`` for anything but a runtime dump."""
    return read_runtime(parse_object(text, "vim.vm.RuntimeInfo"))


def read_runtime(dump: Dump) -> Runtime:
    """The Runtime in a RuntimeInfo object."""
    return Runtime(
        power=_POWER.get(dump.text("powerState") or ""),
        connection=dump.text("connectionState"),
        ft_state=dump.text("faultToleranceState"),
        need_secondary_reason=dump.text("needSecondaryReason"),
        record_replay_state=dump.text("recordReplayState"),
        question=_question(dump.node("question")),
    )


def _question(node: Dump | None) -> Question | None:
    if node is None:
        return None
    choices = tuple(
        (
            choice.text("key") or "",
            in_words(choice.text("label") or "", choice.text("summary") or ""),
        )
        for choice in node.nodes("choice.choiceInfo")
    )
    index = node.number("choice.defaultIndex")
    default = choices[index][0] if index is not None and 0 <= index < len(choices) else None
    return Question(node.text("id") or "", node.text("text") or "", choices, default)
