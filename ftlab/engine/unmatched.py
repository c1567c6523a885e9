"""Names that no host knows: what one host cannot tell, and all of them together do.

A VM or an option that a host does not have is no mistake: another host may have it. One that no
host has is a slip of the pen, and no success.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Literal

from ftlab.frozen import frozen
from ftlab.model import Failure, Outcome, internal_of
from ftlab.nearest import SLIP, suggest

EarlyAnswer = Callable[[Outcome], Outcome | None]
"""What can be told of one host's outcome before the others are in; ``None``: nothing yet."""

NOT_FOUND = "vm.notfound"
"""The kind of a skip that is a failure where no host has the VM."""

Sort = Literal["vm", "option", "key"]
Name = tuple[Sort, str]

_LACKED: Mapping[Sort, str] = {
    "vm": "has a VM that matches",
    "option": "has the option",
    "key": "has a VM with the key",
}
_HINTS: Mapping[Sort, str] = {
    "vm": "ftlab vm.list shows what the hosts have",
    "option": "ftlab fleet.run 'esxcfg-advcfg -l' --read-only shows what the hosts have",
    "key": "ftlab vmx.get without --key shows what the VMs have",
}
_SETTLED = frozenset({"failed", "unreachable"})
NOWHERE: Mapping[Name, str] = MappingProxyType({})


@frozen(slots=True)
class Absent:
    """A VM, an option or a VMX key that was asked for by this word and is not here: internal to
    the run. ``others`` are the names of those that are."""

    sort: Sort
    word: str
    others: tuple[str, ...] = ()

    @property
    def name(self) -> Name:
        return name_of(self.sort, self.word)


def settled(outcome: Outcome) -> Outcome | None:
    """All but an outcome with a name that this host does not know, which another one may know."""
    return None if internal_of(outcome, Absent) else outcome


def not_yet(_outcome: Outcome) -> Outcome | None:
    """For answers that take all hosts together."""
    return None


def name_of(sort: Sort, word: str) -> Name:
    """Hosts compare the paths of options and VMX keys without case."""
    return sort, word if sort == "vm" else word.casefold()


def failed_if_unmatched(
    outcomes: Sequence[Outcome],
    asked: Mapping[str, Collection[Name]] | None = None,
    places: Mapping[Name, str] = NOWHERE,
) -> tuple[Outcome, ...]:
    """A host that was asked for something that no host has, of those that were asked for it and
    could be reached, has failed, also one that did its part for another word: its changes are in
    the outcome all the same.

    ``asked`` are, by host, the names that count (``None``: all hosts were asked for all);
    ``places`` says where a name was asked for.
    """
    reached = [o for o in outcomes if o.status != "unreachable"]
    gone = _gone(reached, asked)
    return tuple(_judged(o, gone, asked, places) for o in outcomes)


def _gone(
    reached: Sequence[Outcome], asked: Mapping[str, Collection[Name]] | None
) -> dict[Name, list[Absent]]:
    """What each of the reached hosts that were asked for it does not have. A host without the VM
    was not asked for its keys; and a key that is like none may just never have been set."""
    lacking: dict[Name, list[Absent]] = {}
    for outcome in reached:
        for each in _absent(outcome, asked):
            lacking.setdefault(each.name, []).append(each)
    seekers: Counter[Name] = Counter()
    for outcome in reached:
        names = lacking if asked is None else asked.get(outcome.host, ())
        skipped = outcome.status == "skipped"
        seekers.update({name for name in names if not (skipped and name[0] == "key")})
    return {
        name: found
        for name, found in lacking.items()
        if len(found) == seekers[name] and (name[0] != "key" or _near_key(found))
    }


def _near_key(absent: Sequence[Absent]) -> bool:
    """``ethernet1.present`` is no slip of the pen for ``ethernet0.present``: a device may just not
    be there."""
    word = absent[0].word
    others = [name for name in _others(absent) if _digitless(name) != _digitless(word)]
    return bool(suggest(word, others, SLIP))


def _digitless(key: str) -> str:
    return re.sub(r"\d+", "", key.casefold())


def _absent(outcome: Outcome, asked: Mapping[str, Collection[Name]] | None) -> Iterable[Absent]:
    """Each name once."""
    found: dict[Name, Absent] = {each.name: each for each in internal_of(outcome, Absent)}
    wanted = found if asked is None else asked.get(outcome.host, ())
    return [each for name, each in found.items() if name in wanted]


def _judged(
    outcome: Outcome,
    gone: Mapping[Name, Sequence[Absent]],
    asked: Mapping[str, Collection[Name]] | None,
    places: Mapping[Name, str],
) -> Outcome:
    mine = [each for each in _absent(outcome, asked) if each.name in gone]
    if not mine or outcome.status in _SETTLED:
        return outcome
    message = "; ".join(f"no host {_LACKED[each.sort]} {each.word}" for each in mine)
    if outcome.status == "skipped" and outcome.error is not None and not _slips(mine):
        message = outcome.error.message  # what it says of this host, such as its version
    written = dict.fromkeys(places[each.name] for each in mine if each.name in places)
    where = f" ({', '.join(written)})" if written else ""
    sort = mine[0].sort

    kind = (
        "vm.notfound" if sort == "vm" else "advopt.notfound" if sort == "option" else "vmx.notfound"
    )
    error = Failure(kind, message + where, _hint(mine, gone))
    return replace(outcome, status="failed", error=error, facts=_facts(outcome, mine))


def _facts(outcome: Outcome, mine: Sequence[Absent]) -> Mapping[str, Any]:
    """Without the notes that say of this host what the error now says of all."""
    if "notes" not in outcome.facts:
        return outcome.facts
    told = outcome.error.message if outcome.error else None
    begins = tuple(f"{each.word} " for each in mine)
    notes = [n for n in outcome.facts["notes"] if n != told and not n.startswith(begins)]
    rest = {key: value for key, value in outcome.facts.items() if key != "notes"}
    return {**rest, "notes": notes} if notes else rest


def _slips(absent: Iterable[Absent]) -> bool:
    """Whether an option is among them that no build is known to have."""
    return any(each.sort == "option" and each.others for each in absent)


def _hint(mine: Sequence[Absent], gone: Mapping[Name, Sequence[Absent]]) -> str:
    """The nearest names that any of the hosts has, and where to look."""
    near = {each.word: suggest(each.word, _others(gone[each.name])) for each in mine}
    found = [f"{word}: {text}" if len(near) > 1 else text for word, text in near.items() if text]
    where = "; ".join(dict.fromkeys(_HINTS[each.sort] for each in mine))
    return " ".join([*found, where])


def _others(absent: Iterable[Absent]) -> list[str]:
    return list(dict.fromkeys(name for each in absent for name in each.others))
