"""The faults a simulated host raises, and the form each release prints them in."""

from __future__ import annotations

from ftlab.sim.data import table_of
from ftlab.sim.model.answer import Answer
from ftlab.sim.model.versions import Release
from ftlab.sim.vms.dumps import UNSET, Node, Null, Obj, dump

_KNOWN: dict[str, list[str]] = table_of("vms/data/faults.toml")
POWER_WORDS = {"poweredOn": "Powered on", "poweredOff": "Powered off", "suspended": "Suspended"}


class VimFault(Exception):
    """A command ends in a fault of this vSphere API type, with the host's own words."""

    def __init__(self, type: str, msg: str, **fields: Node) -> None:
        super().__init__(msg)
        self.type, self.msg, self.fields = type, msg, fields

    def node(self, release: Release) -> Obj:
        """The fault as the release dumps it: ``faultMessage`` came with 6.5."""
        head: dict[str, Node] = {"faultCause": Null("vmodl.MethodFault")}
        if not release.old_dumps:
            head["faultMessage"] = UNSET
        return Obj(self.type, head | self.fields, self.msg)

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


def vim_fault(name: str, /, *words: object, **fields: Node) -> VimFault:
    """One of ``data/faults.toml``; ``words`` are those of the moment."""
    type, text = _KNOWN[name]
    return VimFault(type, text.format(*words), **fields)


def invalid_power_state(wanted: str, present: str) -> VimFault:
    words = POWER_WORDS[present].title()
    return vim_fault("power-state", words, requestedState=wanted, existingState=present)
