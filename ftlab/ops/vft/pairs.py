"""FT pairs: the same VM registered on two hosts, told apart by role. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ftlab.esxi.getallvms.entry import VmEntry
from ftlab.esxi.vm.config import VmConfig
from ftlab.esxi.vm.ft_role import ft_role
from ftlab.esxi.vm.runtime import Runtime
from ftlab.facts.vms import FtVmFact, PairFact, Role
from ftlab.frozen import frozen

MEANINGS = {
    "notConfigured": "FT is not configured on this VM",
    "disabled": "FT is configured, its secondary is disabled: vCenter does that after it could not "
    "start it, and 'Resume Fault Tolerance' there starts it again",
    "enabled": "FT is on, the VM is off; an enabled secondary exists",
    "needSecondary": "the primary runs alone, no secondary is active: not protected",
    "starting": "the secondary is being started",
    "running": "primary and secondary run in step: protected",
}
"""``faultToleranceState`` in words (vSphere API, VirtualMachineFaultToleranceState)."""


HalfPlace = tuple[str, int]
"""A registration: its host and its number there."""

Mark = tuple[str, str, bool]
"""A kind, a value, and whether the half that has it tells the UUIDs of its pair."""


@frozen
class Half:
    """One VM of one host, as FT sees it. ``role`` is ``primary``, ``secondary`` or ``None``."""

    host: str
    vm: VmEntry
    runtime: Runtime
    config: VmConfig

    @property
    def place(self) -> HalfPlace:
        return self.host, self.vm.vmid

    @property
    def _pair_uuids(self) -> tuple[str, ...]:
        """The instance UUIDs of the whole pair; none where the host does not tell them."""
        return self.config.ft.instance_uuids if self.config.ft else ()

    @property
    def role(self) -> Role | None:
        return ft_role(self.runtime, self.config.ft, self.config.instance_uuid)

    @property
    def has_ft(self) -> bool:
        """Whether anything says that the VM is in an FT pair."""
        told = self.runtime.ft_state not in {None, "notConfigured"}
        return told or self.config.ft is not None or self.role is not None

    def matches(self, other: Half) -> bool:
        """Whether two halves are one pair: on two hosts, by the pair's instance UUIDs where
        both tell them, else by the VM's own UUID or its name."""
        if self.host == other.host:
            return False
        if self._pair_uuids and other._pair_uuids:
            return bool(set(self._pair_uuids) & set(other._pair_uuids))
        same_uuid = self.config.uuid is not None and self.config.uuid == other.config.uuid
        return same_uuid or self.vm.name == other.vm.name

    def marks(self) -> Iterator[Mark]:
        """What this half is found by."""
        told = bool(self._pair_uuids)
        yield from (("pair", uuid, told) for uuid in self._pair_uuids)
        yield "name", self.vm.name, told
        if self.config.uuid is not None:
            yield "uuid", self.config.uuid, told

    def marks_of_others(self) -> Iterator[Mark]:
        """Of every half that matches this one, at least one mark is among these."""
        for kind, value, told in self.marks():
            if kind == "pair" or not told:
                yield kind, value, True
            if kind != "pair":
                yield kind, value, False

    def facts(self) -> FtVmFact:
        return {
            "name": self.vm.name,
            "vmid": self.vm.vmid,
            "role": self.role,
            "power": self.runtime.power,
            "ft_state": self.runtime.ft_state,
        }


@frozen
class Pair:
    """A primary and its secondary; either may be missing from what was looked at. ``unclear``
    are halves that do not tell which of the two they are, or several that tell the same."""

    name: str
    primary: Half | None
    secondary: Half | None
    unclear: tuple[Half, ...] = ()

    @property
    def halves(self) -> tuple[Half, ...]:
        known = (self.primary, self.secondary)
        return (*(half for half in known if half), *self.unclear)

    @property
    def rivals(self) -> tuple[Half, ...]:
        """Halves that claim one role: all but one are registrations that are left over."""
        return tuple(half for half in self.unclear if half.role)

    @property
    def state(self) -> str | None:
        """The pair's FT state: the primary knows more of it (needSecondary is its word)."""
        return self.halves[0].runtime.ft_state

    @property
    def hosts(self) -> tuple[str, ...]:
        return tuple(half.host for half in self.halves)

    def role_of(self, half: Half) -> Role | None:
        """A half's role as the pair knows it."""
        if half == self.secondary:
            return "secondary"
        return "primary" if half == self.primary else half.role

    def facts(self) -> PairFact:
        need = self.primary.runtime.need_secondary_reason if self.primary else None
        return {
            "name": self.name,
            "primary": self.primary.host if self.primary else None,
            "secondary": self.secondary.host if self.secondary else None,
            "state": self.state,
            "meaning": self._meaning,
            "need_secondary_reason": need,
        }

    @property
    def rivalry(self) -> str:
        """The rivals in words."""
        who = [f"{h.role} vmid:{h.vm.vmid} on {h.host}" for h in self.rivals]
        return f"registered more than once in one role: {', '.join(who)}"

    @property
    def _meaning(self) -> str:
        if self.primary and self.secondary:
            return meaning(self.state)
        missing = "secondary" if self.primary else "primary"
        if self.rivals:
            return f"{meaning(self.state)}; {self.rivalry}"
        if self.unclear:
            return f"{meaning(self.state)}; the halves do not tell which is the primary"
        return f"{meaning(self.state)}; half a pair: the {missing} is not among the VMs looked at"


@frozen
class WholePair:
    """Both halves of a pair: what a fleet works on in place of a host. ``name`` is the fleet's
    own, since two pairs may have one; ``physical_host`` is that of the secondary's host."""

    name: str
    primary: Half
    secondary: Half
    physical_host: str | None

    @property
    def hosts(self) -> tuple[str, str]:
        return self.primary.host, self.secondary.host

    @property
    def pair(self) -> Pair:
        return Pair(self.primary.vm.name, self.primary, self.secondary)


def meaning(state: str | None) -> str:
    """An FT state in words."""
    return MEANINGS.get(state or "", "a state that this ftlab does not know")


def pair_up(halves: Iterable[Half]) -> list[Pair]:
    """Pairs in the order of their first half; VMs without FT are in no pair."""
    groups: list[list[Half]] = []
    known: dict[Mark, set[int]] = {}
    for half in halves:
        if half.has_ft:
            near = {at for mark in half.marks_of_others() for at in known.get(mark, ())}
            at = next((at for at in sorted(near) if _is_in(half, groups[at])), len(groups))
            if at == len(groups):
                groups.append([])
            groups[at].append(half)
            for mark in half.marks():
                known.setdefault(mark, set()).add(at)
    return [_pair(group) for group in groups]


def _is_in(half: Half, group: Iterable[Half]) -> bool:
    return any(half.matches(one) for one in group)


def _pair(group: list[Half]) -> Pair:
    """By role; where one half tells its own, the other one has the other. Which of several that
    tell the same role is the right one, nobody here can know."""
    claims = {role: [h for h in group if h.role == role] for role in ("primary", "secondary")}
    rivals = [half for claim in claims.values() if len(claim) > 1 for half in claim]
    by_role = {role: claim[0] for role, claim in claims.items() if len(claim) == 1}
    silent = [half for half in group if half.role is None]
    if len(by_role) == 1 and len(silent) == 1 and not rivals:
        other = "secondary" if "primary" in by_role else "primary"
        by_role[other] = silent.pop()
    unclear = (*rivals, *silent) if len(by_role) < 2 else ()
    return Pair(group[0].vm.name, by_role.get("primary"), by_role.get("secondary"), unclear)
