"""A VM of a host that has no configuration now costs neither the others nor the pairs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from vft_fleet import Fleet, by_host, make_fleet, states

from ftlab.engine.report import exit_code
from ftlab.errors import ParseError
from ftlab.esxi.vm.config import parse_config
from ftlab.model import Outcome
from ftlab.ops.vft.status import status
from ftlab.sim import Fault, PairSpec

READY = PairSpec("db01", ready=True, failure=None, start_seconds=5.0, host_starts_secondary=True)
NULL = b"Configuration:\n\n(vim.vm.ConfigInfo) null\n"
NO_RUNTIME = b"Runtime information\n\n(vim.vm.RuntimeInfo) null\n"
NOT_FOUND = (
    b"(vim.fault.NotFound) {\n   dynamicType = <unset>, \n   faultCause = (vmodl.MethodFault) "
    b'null, \n   msg = "Unable to find a VM corresponding to "1"", \n}\n'
)
STRANGE = b"(vim.vm.ConfigInfo2) {\n   x = 1\n}\n"
DOWN = b"Failed to login: Connection reset by peer\n"


def a_fleet(folder: Path, monkeypatch: Any) -> tuple[Fleet, int, int]:
    """One that has a pair and other VMs; the numbers of such a VM of the first host, and of its
    half of the pair."""
    fleet = make_fleet(folder, monkeypatch, [READY])
    host = fleet.sim["vesxi01"]
    pair = fleet.sim.pairs[0]
    half = pair.primary if pair.primary_host is host else pair.secondary
    [other] = [vm.vmid for vm in host.vms if vm is not half]
    return fleet, other, half.vmid


def answers(fleet: Fleet, what: str, vmid: int, said: bytes, exit: int = 0) -> None:
    fleet.sim["vesxi01"].faults.append(
        Fault(f"vim-cmd vmsvc/{what} {vmid}", times=None, what="lie", stdout=said, exit=exit)
    )


def seen(fleet: Fleet, *vm: str) -> Outcome:
    return by_host(status(fleet.lab, vm))["vesxi01"]


@pytest.mark.parametrize(
    ("config", "runtime"),
    [(NULL, None), (NULL, NO_RUNTIME), (NOT_FOUND, NOT_FOUND), (STRANGE, None)],
    ids=["null", "both null", "unregistered", "unknown form"],
)
def test_the_other_vms_and_the_pair_are_told_and_a_note(
    tmp_path: Path, monkeypatch: Any, config: bytes, runtime: bytes | None
) -> None:
    fleet, other, half = a_fleet(tmp_path, monkeypatch)
    answers(fleet, "get.config", other, config, exit=int(config == NOT_FOUND))
    if runtime is not None:
        answers(fleet, "get.runtime", other, runtime, exit=int(runtime == NOT_FOUND))
    report = status(fleet.lab)
    assert exit_code(report) == 0
    assert states(report) == {"db01": "needSecondary"}
    facts = by_host(report)["vesxi01"].facts
    told = {vm["vmid"]: vm for vm in facts["vms"]}
    assert told.keys() == {other, half}
    assert told[half]["role"] == "primary"
    assert (told[other]["role"], told[other]["power"] is None) == (None, runtime is not None)
    [note] = facts["notes"]
    assert note.startswith(f"VM {told[other]['name']}: ")
    assert note.endswith("its part in FT is not known")


def test_of_a_vm_that_is_named_it_is_an_error(tmp_path: Path, monkeypatch: Any) -> None:
    fleet, other, _ = a_fleet(tmp_path, monkeypatch)
    answers(fleet, "get.config", other, NULL)
    vm = fleet.sim["vesxi01"].vms[other]
    for word in (vm.name, f"vmid:{other}", vm.place):
        error = seen(fleet, word, "db01").error
        assert error is not None
        assert error.kind == "parse"
        assert error.message == f"VM {vm.name}: the host has no configuration of this VM now"
    assert seen(fleet, "*").status == "ok"


def test_a_host_with_no_other_vm_is_fine(tmp_path: Path, monkeypatch: Any) -> None:
    fleet, other, half = a_fleet(tmp_path, monkeypatch)
    answers(fleet, "get.config", other, NULL)
    answers(fleet, "get.config", half, NOT_FOUND, exit=1)
    assert seen(fleet).status == "ok"
    assert len(seen(fleet).facts["notes"]) == 2


def test_where_no_answer_is_known_the_host_fails(tmp_path: Path, monkeypatch: Any) -> None:
    fleet, other, half = a_fleet(tmp_path, monkeypatch)
    answers(fleet, "get.config", other, NULL)
    answers(fleet, "get.config", half, STRANGE)
    assert seen(fleet).status == "failed"


def test_a_host_agent_that_is_down_fails_the_host(tmp_path: Path, monkeypatch: Any) -> None:
    fleet, other, _ = a_fleet(tmp_path, monkeypatch)
    answers(fleet, "get.config", other, DOWN, exit=1)
    error = seen(fleet).error
    assert error is not None
    assert error.kind == "hostd.down"


@pytest.mark.parametrize("what", ["cut", "reboot"])
def test_a_lost_connection_fails_the_host(tmp_path: Path, monkeypatch: Any, what: Any) -> None:
    fleet, other, _ = a_fleet(tmp_path, monkeypatch)
    fleet.sim["vesxi01"].faults.append(Fault(f"vim-cmd vmsvc/get.config {other}", 1, what))
    found = seen(fleet)
    assert found.error is not None
    assert found.error.kind == "lost"


def test_a_pair_is_brought_up_beside_such_a_vm(tmp_path: Path, monkeypatch: Any) -> None:
    fleet, other, _ = a_fleet(tmp_path, monkeypatch)
    answers(fleet, "get.config", other, NULL)
    report = fleet.power_on()
    assert states(report) == {"db01": "running"}
    assert exit_code(report) == 0


def test_a_null_is_told_from_an_unknown_form() -> None:
    with pytest.raises(ParseError, match="has no configuration of this VM now") as caught:
        parse_config(NULL.decode())
    assert "datastore" in caught.value.hint
    with pytest.raises(ParseError, match=r"expected vim\.vm\.ConfigInfo, the host answered") as no:
        parse_config(STRANGE.decode())
    assert "null" not in no.value.evidence
