"""The faults a simulated host raises, and the form each release prints them in."""

from __future__ import annotations

from ftlab.sim.model.answer import Answer
from ftlab.sim.model.versions import Release
from ftlab.sim.vms.dumps import UNSET, Array, Node, Null, Obj, dump


class VimFault(Exception):
    """A command ends in a fault of this vSphere API type, with the host's own words."""

    def __init__(self, type: str, msg: str, **fields: Node) -> None:
        super().__init__(msg)
        self.type, self.msg, self.fields = type, msg, fields

    def node(self, release: Release) -> Obj:
        """The fault as the release dumps it: ``faultMessage`` came with 6.5."""
        head: dict[str, Node] = {"faultCause": Null("vmodl.MethodFault")}
        if not release.old_dumps:
            head["faultMessage"] = _message(self.fields.get("key", ""), self.msg)
        rest = {name: node for name, node in self.fields.items() if name != "key"}
        return Obj(self.type, head | rest, self.msg)

    def answer(self, release: Release) -> Answer:
        """The fault on its own, as most commands print it. Exit status 1."""
        text = dump(self.node(release), old=release.old_dumps)
        return Answer(1, stderr=text) if release.faults_on_stderr else Answer(1, stdout=text)

    def of_power(self, release: Release, first: str, verb: str) -> Answer:
        """The fault of a power command, whose first line is already out."""
        text = dump(self.node(release), old=release.old_dumps)
        head = f"{first}\n".encode()
        if release.power_shape == "dump":
            return Answer(1, head + text)
        if release.power_shape == "bare":
            return Answer(1, head + f"{verb} failed\n".encode())
        return Answer(1, head, f"{verb} failed: ".encode() + text)


def _message(key: Node, text: str) -> Node:
    if not key:
        return UNSET
    entry = Obj("vmodl.LocalizableMessage", {"key": key, "arg": UNSET, "message": text})
    return Array("vmodl.LocalizableMessage", (entry,))


def not_found(what: str) -> VimFault:
    return VimFault("vim.fault.NotFound", f'Unable to find a VM corresponding to "{what}"')


def not_allowed() -> VimFault:
    return VimFault("vim.fault.InvalidState", "The operation is not allowed in the current state.")


def invalid_argument(
    parameter: str, text: str = "A specified parameter was not correct."
) -> VimFault:
    return VimFault("vmodl.fault.InvalidArgument", text, invalidProperty=parameter)


_STATE_WORDS = {"poweredOn": "Powered on", "poweredOff": "Powered off", "suspended": "Suspended"}


def invalid_power_state(wanted: str, present: str) -> VimFault:
    words = _STATE_WORDS[present].title()
    text = f"The attempted operation cannot be performed in the current state ({words})."
    return VimFault("vim.fault.InvalidPowerState", text,
                    requestedState=wanted, existingState=present)  # fmt: skip
