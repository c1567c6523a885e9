"""Which VMs of which hosts are a pair, whatever little the hosts tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftlab.esxi.getallvms.entry import VmEntry
from ftlab.esxi.vm.config import FtInfo, VmConfig
from ftlab.esxi.vm.runtime import Runtime
from ftlab.ops.vft.pairs import Half, Pair, meaning, pair_up

UUIDS = ("uuid-1", "uuid-2")


def half(host: str, name: str = "db01", vmid: int = 3, **about: Any) -> Half:
    vm = VmEntry(vmid, name, f"[shared] {name}/{name}.vmx", "otherGuest", "vmx-08", "")
    runtime = {k: about.pop(k) for k in list(about) if k in Runtime.__dataclass_fields__}
    return Half(host, vm, Runtime(**runtime), VmConfig(**about))


def ft(role: int | None) -> FtInfo:
    return FtInfo(role, UUIDS)


def told(pair: Pair) -> tuple[str | None, str | None]:
    return (
        pair.primary.host if pair.primary else None,
        pair.secondary.host if pair.secondary else None,
    )


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (half("a", ft=ft(1)), half("b", ft=ft(2))),
        (half("a", ft=ft(1)), half("b", ft=ft(3))),
        (half("a", ft=ft(None), instance_uuid="uuid-1"),
         half("b", ft=ft(None), instance_uuid="uuid-2")),
        (half("a", record_replay_state="recording", ft_state="running"),
         half("b", record_replay_state="replaying", ft_state="running")),
        (half("a", ft_state="needSecondary"), half("b", ft_state="enabled")),
        (half("a", ft_state="enabled"), half("b", record_replay_state="replaying")),
        (half("a", ft=ft(1)), half("b", ft_state="starting")),
        (half("a", ft_state="needSecondary", uuid="u"),
         half("b", name="db01 (1)", ft_state="enabled", uuid="u")),
    ],
)  # fmt: skip
def test_the_same_pair_told_in_many_ways(one: Half, two: Half) -> None:
    for halves in ([one, two], [two, one]):
        (pair,) = pair_up(halves)
        assert told(pair) == ("a", "b")
        assert (pair.role_of(one), pair.role_of(two)) == ("primary", "secondary")


def test_vms_without_ft_are_in_no_pair() -> None:
    assert pair_up([half("a", ft_state="notConfigured"), half("b")]) == []


def test_two_pairs_of_one_name_are_told_apart_by_their_uuids() -> None:
    others = FtInfo(1, ("uuid-8", "uuid-9")), FtInfo(2, ("uuid-8", "uuid-9"))
    halves = [
        half("a", ft=ft(1)),
        half("b", ft=others[0]),
        half("c", ft=ft(2)),
        half("d", ft=others[1]),
    ]
    assert [told(pair) for pair in pair_up(halves)] == [("a", "c"), ("b", "d")]


def test_two_vms_of_one_host_are_no_pair() -> None:
    pairs = pair_up([half("a", ft=ft(1)), half("a", vmid=4, ft=ft(2))])
    assert [told(pair) for pair in pairs] == [("a", None), (None, "a")]


@pytest.mark.parametrize(
    ("role", "missing"), [(1, "the secondary is not among"), (2, "the primary is not among")]
)
def test_half_a_pair_says_so(role: int, missing: str) -> None:
    (pair,) = pair_up([half("a", ft=ft(role), ft_state="enabled")])
    assert missing in pair.facts()["meaning"]
    assert pair.hosts == ("a",)


def test_halves_that_do_not_tell_their_roles() -> None:
    one, two = half("a", ft_state="enabled"), half("b", ft_state="enabled")
    (pair,) = pair_up([one, two])
    assert told(pair) == (None, None)
    assert pair.hosts == ("a", "b")
    assert "which is the primary" in pair.facts()["meaning"]
    assert pair.role_of(one) is None


@pytest.mark.parametrize("hosts", [("b", "c"), ("c", "b"), ("b", "b")])
@pytest.mark.parametrize("role", [1, 2])
def test_a_half_too_many_is_not_chosen_by_its_place(hosts: tuple[str, str], role: int) -> None:
    one, two = (half(host, vmid=n, ft=ft(role)) for n, host in enumerate(hosts, 5))
    (pair,) = pair_up([one, half("a", ft=ft(3 - role)), two])
    mine, others = ("secondary", "primary") if role == 2 else ("primary", "secondary")
    assert getattr(pair, mine) is None
    assert getattr(pair, others).host == "a"
    assert set(pair.hosts) == {"a", *hosts}
    assert pair.facts()["meaning"].endswith(
        f"in one role: {mine} vmid:5 on {hosts[0]}, {mine} vmid:6 on {hosts[1]}"
    )
    assert pair.role_of(one) == mine


def test_the_facts_of_a_pair() -> None:
    one = half("a", ft=ft(1), ft_state="needSecondary", need_secondary_reason="userAction")
    (pair,) = pair_up([one, half("b", ft=ft(2), ft_state="enabled")])
    assert pair.facts() == {
        "name": "db01",
        "primary": "a",
        "secondary": "b",
        "state": "needSecondary",
        "meaning": meaning("needSecondary"),
        "need_secondary_reason": "userAction",
    }


def test_a_state_of_tomorrow() -> None:
    assert "does not know" in meaning("entangled")
    assert "does not know" in meaning(None)


def test_a_half_that_tells_nothing_is_told_by_its_partner() -> None:
    quiet = half("b", ft_state="enabled")
    (pair,) = pair_up([half("a", ft=ft(1)), quiet])
    assert replace(quiet) in pair.halves
    assert pair.role_of(quiet) == "secondary"


# -- many of them ---------------------------------------------------------------------------------

UUIDS_OF = st.sampled_from([None, FtInfo(1), *(FtInfo(2, (f"{n}", f"{n}s")) for n in range(3))])
ANY_HALF = st.builds(
    half,
    st.sampled_from("abcd"),
    st.sampled_from(["db01", "db02"]),
    ft=UUIDS_OF,
    uuid=st.sampled_from([None, "u", "v"]),
    ft_state=st.just("enabled"),
)


def grouped(halves: Sequence[Half]) -> list[list[Half]]:
    """What pairing means, whatever it costs: each half to the first group with a match."""
    groups: list[list[Half]] = []
    for one in halves:
        found = next((g for g in groups if any(one.matches(other) for other in g)), None)
        if found is None:
            groups.append([one])
        else:
            found.append(one)
    return groups


@given(st.lists(ANY_HALF, max_size=8))
def test_marks_find_every_half_that_matches(halves: list[Half]) -> None:
    numbered = [replace(one, vm=replace(one.vm, vmid=n)) for n, one in enumerate(halves)]
    for one in numbered:
        for other in numbered:
            if one.matches(other):
                assert set(one.marks_of_others()) & set(other.marks())
    apart = [pair for group in grouped(numbered) for pair in pair_up(group)]
    assert pair_up(numbered) == apart


def test_a_half_is_compared_with_few_others(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Half] = []
    matches = Half.matches
    monkeypatch.setattr(Half, "matches", lambda one, two: asked.append(two) or matches(one, two))
    halves = [
        half(f"{side}{n}", ft=FtInfo(role, (f"{n}", f"{n}s")))
        for n in range(300)
        for role, side in enumerate("ab", 1)
    ]
    assert len(pair_up(halves)) == 300
    assert len(asked) == 300
