"""What a reader needs first: the pairs, the failures, the keys to compare; ``-v`` shows all."""

from __future__ import annotations

from typing import Any

import pytest

from ftlab.engine.report import Report
from ftlab.model import Change, Outcome
from ftlab.report.json.document import document
from ftlab.report.layout.cells import cell_width
from ftlab.report.layout.view import View
from ftlab.report.terminal.render import render

PRINT = f"SHA256:{'AARJEpv/XZU' * 4:.43}"
OTHER = f"SHA256:{'nImRY+wp7Fg' * 4:.43}"


def report_of(*outcomes: Outcome) -> Report:
    return Report(
        "t", "20261122T063008-3646", check=False, started="", seconds=3, outcomes=outcomes
    )


def show(*outcomes: Outcome, **view: Any) -> list[str]:
    return render(report_of(*outcomes), View(**view)).splitlines()


# -- host keys -------------------------------------------------------------------------------------


def key(kind: str, fingerprint: str, state: str) -> dict[str, str]:
    return {"type": kind, "fingerprint": fingerprint, "state": state}


def recorded(kind: str, fingerprint: str, before: str | None = None) -> Change:
    return Change("hostkey", before, fingerprint, "/state/known_hosts", kind, verified=True)


TRUSTED = Outcome(
    "vesxi01",
    "changed",
    facts={"keys": [key("ecdsa-sha2-nistp256", PRINT, "new"), key("ssh-rsa", OTHER, "known")]},
    changes=(recorded("ecdsa-sha2-nistp256", PRINT),),
)


@pytest.mark.parametrize("width", [40, 80, 120])
@pytest.mark.parametrize("fingerprint", [PRINT, OTHER])
def test_a_fingerprint_is_shown_once_and_whole(width: int, fingerprint: str) -> None:
    text = "\n".join(show(TRUSTED, width=width))
    assert text.count(fingerprint) == 1
    assert text.count("SHA256") == 2


def test_a_recorded_key_has_a_line_with_its_state_and_the_file_is_named_once() -> None:
    two = Outcome("vesxi02", "changed", changes=(recorded("ssh-rsa", PRINT, OTHER),))
    lines = show(TRUSTED, two, width=160)
    assert f"    ecdsa-sha2-nistp256  {PRINT}  new" in lines
    assert f"    ssh-rsa  {OTHER} → {PRINT}  replaced" in lines
    assert [line for line in lines if "known_hosts" in line] == ["recorded in /state/known_hosts"]


def test_a_new_key_fits_a_narrow_terminal() -> None:
    assert max(map(cell_width, show(TRUSTED, width=80))) <= 80


# -- requirements ------------------------------------------------------------------------------


def check(requirement: str, verdict: str, vm: str | None = None) -> dict[str, Any]:
    return {"vm": vm, "requirement": requirement, "verdict": verdict, "found": "this",
            "wanted": "it all " * 20, "source": "a guide"}  # fmt: skip


CHECKED = [
    Outcome("a", "ok", facts={"checks": [
        check("nic", "pass"), check("licence", "unknown"), check("disks", "pass", "db01"),
    ]}),
    Outcome("b", "failed", facts={"checks": [
        check("licence", "unknown"), check("keys", "fail", "db01"), check("disks", "pass", "db01"),
    ]}),
]  # fmt: skip


def test_failed_requirements_stand_first_and_passed_ones_are_a_number() -> None:
    lines = show(*CHECKED)
    assert [line.split() for line in lines if line.startswith(("a", "b", "HOSTS"))] == [
        ["HOSTS", "VM", "REQUIREMENT", "VERDICT"],
        ["b", "db01", "keys", "fail"],
        ["a,b", "(host)", "licence", "unknown"],
    ]
    assert "3 of 6 checks passed (-v lists them)" in lines
    assert not any("a guide" in line or "disks" in line for line in lines)


def test_verbose_shows_every_requirement_with_its_source() -> None:
    lines = show(*CHECKED, verbose=1)
    assert sum("source: a guide" in line for line in lines) == 4
    assert any("disks" in line for line in lines)
    assert not any("-v lists them" in line for line in lines)


def test_no_line_of_a_requirement_is_too_long() -> None:
    assert max(map(cell_width, show(*CHECKED, width=60, verbose=1))) <= 60


# -- pairs and VMs -------------------------------------------------------------------------------


def vm(name: str, vmid: int, ft_state: str | None, role: str | None = None) -> dict[str, Any]:
    return {"name": name, "vmid": vmid, "role": role, "power": "on", "ft_state": ft_state}


PAIR = {"name": "db01", "primary": "a", "secondary": "b", "state": "needSecondary",
        "meaning": "the primary runs alone", "need_secondary_reason": "userAction"}  # fmt: skip
STATUS = [
    Outcome("a", "ok", facts={
        "vms": [vm("app", 1, "notConfigured"), vm("db01", 3, "needSecondary", "primary")],
        "pairs": [PAIR],
    }),
    Outcome("b", "ok", facts={
        "vms": [vm("app", 2, "notConfigured"), vm("odd", 4, None)], "pairs": [PAIR],
    }),
]  # fmt: skip


def test_pairs_stand_first_with_their_sentences_under_them() -> None:
    lines = show(*STATUS)
    assert lines[0] == "pairs"
    assert lines[1].split() == ["NAME", "PRIMARY", "SECONDARY", "STATE"]
    assert lines[3:5] == ["    the primary runs alone", "    reason: userAction"]


def test_only_vms_that_say_they_have_no_ft_are_left_out() -> None:
    text = "\n".join(show(*STATUS))
    assert "app" not in text
    assert "odd" in text
    assert "2 VMs without FT (-v lists them)" in text


@pytest.mark.parametrize("view", [{"verbose": 1}, {"named": True}])
def test_all_vms_are_shown_to_those_who_ask(view: dict[str, Any]) -> None:
    text = "\n".join(show(*STATUS, **view))
    assert "app" in text
    assert "without FT" not in text


def test_vms_stay_with_their_host_and_an_empty_text_is_nothing() -> None:
    def entry(vmid: int, name: str) -> dict[str, Any]:
        return {"vmid": vmid, "name": name, "annotation": ""}

    lines = show(
        Outcome("a", "ok", facts={"vms": [entry(1, "x"), entry(2, "y")]}),
        Outcome("b", "ok", facts={"vms": [entry(5, "x"), entry(6, "y")]}),
    )
    assert [line.split() for line in lines[:5]] == [
        ["HOSTS", "VMID", "NAME"], ["a", "1", "x"], ["2", "y"], ["b", "5", "x"], ["6", "y"],
    ]  # fmt: skip


def test_an_empty_setting_is_one() -> None:
    assert '""' in "\n".join(show(Outcome("a", "ok", facts={"vmx": {"db01": {"k": ""}}})))


# -- the rest ------------------------------------------------------------------------------------


def test_a_clock_has_a_unit_and_a_title_no_underscore() -> None:
    lines = show(Outcome("a", "ok", facts={"version": "5.0.0", "clock_skew": -75}))
    assert lines[0].split("  ")[-1] == "CLOCK SKEW"
    assert lines[1].endswith("-75 s")


def test_the_document_knows_nothing_of_it() -> None:
    outcomes = (TRUSTED, *CHECKED[1:], *STATUS[:1])
    entries = document(report_of(*outcomes))["hosts"]
    assert entries == {o.host: entries[o.host] for o in outcomes}
    assert entries["vesxi01"]["facts"] == TRUSTED.facts
    assert entries["b"]["facts"] == CHECKED[1].facts
    assert entries["a"]["facts"] == STATUS[0].facts
