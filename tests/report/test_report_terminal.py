"""A run as a person reads it: the same answer once, what differs at once, nothing raw."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftlab.engine.report import Report
from ftlab.model import STATUSES, Change, Failure, Outcome
from ftlab.report.layout.cells import cell_width
from ftlab.report.layout.view import NO_LIMIT, View
from ftlab.report.terminal.render import render

LAB = [f"vesxi{n:03}" for n in range(1, 101)]
VMX = "[ds1] db01/db01.vmx"


def show(*outcomes: Outcome, view: View | None = None, **more: Any) -> str:
    known: dict[str, Any] = {"task": "t", "run": "r1", "check": False, "started": "", "seconds": 3}
    return render(Report(outcomes=outcomes, **(known | more)), view or View())


def option(value: int, path: str = "/Migrate/VMotionStreamDisable") -> dict[str, Any]:
    one = {"path": path, "type": "int", "value": value, "default": 0, "min": 0, "max": 1}
    return {"options": [one]}


def enabled(vmid: int, before: str | None = None, verified: bool | None = True) -> Change:
    return Change("vmx", before, "true", VMX, "replay.supported", "db01", vmid, verified)


def test_a_hundred_equal_answers_are_one_line_and_the_odd_one_stands_under_it() -> None:
    text = show(*(Outcome(h, "ok", facts=option(int(h == "vesxi042"))) for h in LAB))
    assert [" ".join(line.split()) for line in text.splitlines()] == [
        "HOSTS PATH TYPE VALUE DEFAULT MIN MAX",
        "vesxi[001-041, /Migrate/VMotionStreamDisable int 0 0 0 1",
        "043-100]",
        "vesxi042 /Migrate/VMotionStreamDisable int 1 0 0 1",
        "",
        "100 hosts: 100 ok 3.0 s",
    ]


def test_what_differs_from_most_hosts_is_coloured() -> None:
    hosts = (Outcome(h, "ok", facts=option(int(h == "vesxi003"))) for h in LAB[:3])
    text = show(*hosts, view=View(color=True))
    assert text.count("\x1b[1;33m") == 1
    assert "\x1b[1;33m1\x1b[0m" in text


def test_no_fold_gives_each_host_its_line() -> None:
    text = show(*(Outcome(h, "ok", facts=option(0)) for h in LAB[:3]), view=View(fold=False))
    assert [line.split()[0] for line in text.splitlines()[:4]] == ["HOST", *LAB[:3]]


def test_changes_are_before_and_after_and_the_vms_number_does_not_keep_hosts_apart() -> None:
    text = show(
        *(
            Outcome(host, "changed", changes=(enabled(n, "FALSE"), Change("advopt", 0, 1, "/A/B")))
            for n, host in enumerate(LAB[:6])
        )
    )
    assert text == (
        "● vesxi[001-006]  6 hosts  changed\n"
        "    db01  [ds1] db01/db01.vmx\n"
        '      replay.supported  "FALSE" → "true"  verified\n'
        "    /A/B  0 → 1\n"
        "\n"
        "6 hosts: 6 changed  3.0 s\n"
        "to undo it: ftlab lab.undo r1\n"
    )


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (Change("vmx", None, "1", VMX, "k", "db01"), '      k  absent → "1"'),
        (
            Change("vmx", "1", None, VMX, "k", "db01", verified=True),
            '      k  "1" → absent  verified',
        ),
        (
            Change("vmx", "", "1", VMX, "k", "db01", verified=False),
            '      k  "" → "1"  not verified',
        ),
        (Change("advopt", 5, None, "/A/B"), "    /A/B  5 → default"),
        (Change("power", "on", "off", VMX, vm="db01"), "    power of db01  on → off"),
        (Change("reload", None, "reloaded", VMX, vm="db01"), "    reload of db01  reloaded"),
    ],
)
def test_every_kind_of_change_reads_well(change: Change, line: str) -> None:
    assert line in show(Outcome("a", "changed", changes=(change,))).splitlines()


def test_diff_shows_the_lines_of_the_file() -> None:
    text = show(Outcome("a", "would_change", changes=(enabled(1, "FALSE"),)), view=View(diff=True))
    assert '      - replay.supported = "FALSE"\n      + replay.supported = "true"\n' in text
    added = show(Outcome("a", "would_change", changes=(enabled(1),)), view=View(diff=True))
    assert "- replay" not in added


def test_a_check_says_that_nothing_was_changed() -> None:
    text = show(Outcome("a", "would_change", changes=(enabled(1),)), check=True)
    assert "a check only: nothing was changed" in text
    assert "undo" not in text


def test_the_same_trouble_is_told_once_with_each_hosts_own_message() -> None:
    text = show(
        *(
            Outcome(h, "unreachable", error=Failure("unreachable.refused", f"{h}: no", "start SSH"))
            for h in LAB[:2]
        ),
        Outcome("z", "failed", error=Failure("fault.NotFound", "no such VM")),
    )
    assert text == (
        "✗ vesxi[001-002]  2 hosts  unreachable.refused\n"
        "    vesxi001  vesxi001: no\n"
        "    vesxi002  vesxi002: no\n"
        "    → start SSH\n"
        "✗ z  failed (fault.NotFound)\n"
        "    no such VM\n"
        "\n"
        "3 hosts: 1 failed, 2 unreachable  3.0 s\n"
    )


def test_trouble_stands_last_whatever_the_inventory_order() -> None:
    text = show(
        Outcome("a", "failed", error=Failure("lost", "gone")),
        Outcome("b", "ok"),
    )
    assert [line[:3] for line in text.splitlines() if line.startswith(("✓", "✗"))] == ["✓ b", "✗ a"]


def test_skipped_hosts_are_one_line_and_lead_nothing() -> None:
    skipped = Failure("vm.notfound", "no VM here matches db01")
    text = show(
        *(Outcome(h, "skipped", error=skipped) for h in LAB[1:]),
        Outcome(LAB[0], "changed", changes=(Change("power", "off", "on", VMX, vm="db01"),)),
        Outcome("z", "failed", error=Failure("lost", "gone")),
    )
    assert text.splitlines()[:6] == [
        "● vesxi001  changed",
        "    power of db01  off → on",
        "– vesxi[002-100]  99 hosts  skipped: no VM here matches db01",
        "✗ z  failed (lost)",
        "    gone",
        "",
    ]


def test_hosts_skipped_for_several_reasons_keep_them_apart() -> None:
    text = show(
        *(Outcome(h, "skipped", error=Failure("vm.notfound", f"no VM {h}")) for h in "ab"),
        view=View(verbose=1),
    )
    assert "– [a-b]" not in text
    assert "    a  no VM a\n    b  no VM b\n" in text


def test_output_is_folded_and_its_status_told() -> None:
    def ran(host: str, code: int, stdout: str, stderr: str = "") -> Outcome:
        error = Failure("command.failed", f"exit {code}") if code else None
        facts = {"exit": code, "stdout": stdout, "stderr": stderr}
        return Outcome(host, "failed" if code else "ok", facts=facts, error=error)

    text = show(
        ran("h2", 127, "", "sh: foo: not found\n"),
        ran("h1", 0, "one\r\ntwo\n"),
        ran("h3", 0, "one\r\ntwo\n"),
        ran("h4", 0, ""),
        view=View(width=40),
    )
    assert text == (
        "── h[1,3]  2 hosts  exit 0 ─────────────\n"
        "one\n"
        "two\n"
        "\n"
        "── h4  exit 0 ──────────────────────────\n"
        "(no output)\n"
        "\n"
        "── h2  exit 127 ────────────────────────\n"
        "! sh: foo: not found\n"
        "\n"
        "4 hosts: 3 ok, 1 failed  3.0 s\n"
    )


def test_lists_single_values_and_nested_facts_are_tables() -> None:
    facts = {"version": "5.5.0", "vms": [{"name": "a"}], "vmx": {"a": {"k": None}}}
    lines = show(Outcome("h", "ok", facts=facts)).splitlines()
    assert [line.split() for line in lines[:11]] == [
        ["vms"], ["HOSTS", "NAME"], ["h", "a"], [],
        ["vmx"], ["HOSTS", "VM", "SETTING"], ["h", "a", "k", "(absent)"], [],
        ["HOSTS", "VERSION"], ["h", "5.5.0"], [],
    ]  # fmt: skip


def test_rows_of_one_host_name_it_once() -> None:
    vms = {"vms": [{"vmid": 1, "name": "a"}, {"vmid": 2, "name": "b"}]}
    lines = show(Outcome("h", "ok", facts=vms)).splitlines()
    assert [line.split() for line in lines[1:3]] == [["h", "1", "a"], ["2", "b"]]


def test_an_empty_list_is_an_answer() -> None:
    assert "✓ h  no vms" in show(Outcome("h", "ok", facts={"vms": []}))


def test_very_long_facts_are_read_down() -> None:
    attempt = {"number": 1, "result": "failed", "line": "word " * 60, "remedy": None}
    lines = show(Outcome("h", "ok", facts={"attempts": [attempt]})).splitlines()
    assert lines[:3] == ["h", "  number  1", "  result  failed"]
    assert not any("remedy" in line for line in lines)


LONG = {
    "vmid": 12, "name": "win2022-template-eval", "power": "on", "role": None,
    "path": "[datastore-nvme-raid10-pool-01] win2022-template-eval/win2022-template-eval.vmx",
    "guest": "windows2019srvNext_64Guest", "version": "vmx-19",
    "annotation": "Built by the nightly job from the vendor's image, see the wiki. " * 6,
}  # fmt: skip


FQDN = [f"vesxi{n:02}.lab.example" for n in (1, 2, 4)]
NARROW_FACTS = [
    {"vms": [LONG, {**LONG, "vmid": 3, "role": "secondary"}]},
    {"vms": [{"name": LONG["name"], "vmid": 3, "role": None, "power": "suspended",
              "ft_state": "needSecondary"}]},
    {"options": [{"path": "/Migrate/VMotionStreamDisable", "type": "integer", "value": 0,
                  "default": 0, "min": 0, "max": 1}]},
    {"settings": [{"path": "vmknic.vmk1.tags", "value": ["VMotion", "faultToleranceLogging"]}]},
    {"vmx": {LONG["name"]: {"replay.supported": "true", "uuid.bios": "56 4d " * 8}}},
    {"pairs": [{"name": LONG["name"], "primary": FQDN[0], "secondary": FQDN[1],
                "state": "needSecondary", "meaning": "the primary runs alone " * 3}]},
    {"checks": [{"vm": LONG["name"], "requirement": "host-certificates", "verdict": "unknown",
                 "found": "not " * 20, "wanted": "it", "source": "a guide"}]},
    {"attempts": [{"name": LONG["name"], "attempt": 1, "trigger": "vcenter", "result": "failed",
                   "cause": "stream-keepalive", "remedy": "/Migrate/VMotionStreamDisable = 1"}]},
    {"findings": [{"vm": LONG["name"], "signature": "stream-keepalive", "kind": "remedy",
                   "meaning": "it breaks off " * 5, "advice": "ftlab vft.stream --value 1",
                   "line": "vmx| failed " * 9, "log": "/vmfs/volumes/x/y/vmware.log",
                   "source": "a blog"}]},
    {"address": "vesxi01.lab.example", "port": 22, "user": "root",
     "identity": "/home/somebody/.ssh/id_ed25519", "groups": ["v50", "vesxi"]},
    {"version": "7.0.3", "build": "19193900", "product": "VMware ESXi", "clock_skew": 0},
]  # fmt: skip


@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
@pytest.mark.parametrize("facts", NARROW_FACTS, ids=lambda facts: next(iter(facts)))
def test_each_table_of_each_task_stays_one_on_a_narrow_terminal(
    facts: dict[str, Any], width: int
) -> None:
    said = [Outcome(host, "ok", facts=facts) for host in FQDN]
    lines = show(*said, view=View(width=width)).splitlines()
    assert all(len(line) <= width for line in lines)
    assert lines[0].isupper()


@pytest.mark.parametrize("width", [80, 100, 120, 160, 200])
def test_a_table_of_long_names_stays_a_table(width: int) -> None:
    said = Outcome("vesxi01.lab.example", "ok", facts={"vms": [LONG, {**LONG, "vmid": 3}]})
    lines = show(said, view=View(width=width)).splitlines()
    assert all(len(line) <= width for line in lines)
    head = next(line for line in lines if "VMID" in line)
    rows = [line for line in lines if line[head.index("NAME") :].startswith("win2022-template")]
    assert len(rows) == 2
    for title, text in (("VMID", "12"), ("NAME", "win2022"), ("POWER", "on"), ("HARDWARE", "vmx")):
        assert rows[0][head.index(title) :].startswith(text)
    assert len(lines) < 14  # one long text does not make a page


def test_a_phone_does_without_some_columns_and_says_so() -> None:
    said = Outcome("vesxi01.lab.example", "ok", facts={"vms": [LONG]})
    assert show(said, view=View(width=40)).splitlines()[:6] == [
        "  VMID  NAME                   POWER",
        "vesxi01.lab.example",
        "  12    win2022-template-eval  on",
        "no room for annotation, guest, hardware",
        "and path: a pipe, --json or a wider",
        "terminal has it all",
    ]


def test_a_pipe_has_a_line_for_each_row_with_all_that_is_in_it() -> None:
    said = Outcome("vesxi01.lab.example", "ok", facts={"vms": [LONG, {**LONG, "vmid": 3}]})
    lines = show(said, view=View(width=NO_LIMIT)).splitlines()
    rows = [line for line in lines if "vmx-19" in line]
    assert len(rows) == 2
    for line in rows:
        assert line.startswith("vesxi01.lab.example")
        assert LONG["path"] in line
        assert LONG["annotation"].strip() in line


def test_keys_of_a_vmx_stand_as_in_its_file() -> None:
    keys = {"db01": {"replay.supported": "true", "note": 'a "b" | c', "empty": "", "gone": None}}
    lines = show(Outcome("h", "ok", facts={"vmx": keys}), view=View(width=NO_LIMIT)).splitlines()
    assert [line.split(None, 2)[2] for line in lines[1:5]] == [
        'replay.supported = "true"', 'note = "a |22b|22 |7C c"', 'empty = ""', "gone (absent)",
    ]  # fmt: skip


def test_notes_are_shown_and_not_twice() -> None:
    said = Outcome(
        "a", "skipped", facts={"notes": ["no such option"]}, error=Failure("x", "no such option")
    )
    assert show(said).count("no such option") == 1
    assert "    mind the gap\n" in show(Outcome("a", "ok", facts={"notes": ["mind the gap"]}))


def test_a_change_without_room_on_one_line_takes_two_and_breaks_no_word() -> None:
    path = "/Migrate/VMotionStreamDisable"
    option = Change("advopt", 0, 1, path=path, verified=True)
    key = enabled(7, "FALSE")
    text = show(Outcome("vesxi01", "changed", changes=(option, key)), view=View(width=40))
    assert text.splitlines()[1:7] == [
        f"    {path}",
        "      0 → 1  verified",
        f"    db01  {VMX}",
        "      replay.supported",
        '        "FALSE" → "true"  verified',
        "",
    ]
    assert f"    {path}  0 → 1  verified\n" in show(Outcome("a", "changed", changes=(option,)))


def test_quiet_is_silent_unless_something_happened() -> None:
    quiet = View(quiet=True)
    assert show(Outcome("a", "ok", facts=option(0)), Outcome("b", "skipped"), view=quiet) == ""
    changed = show(Outcome("a", "changed", changes=(enabled(1),)), view=quiet)
    assert changed == "1 host: 1 changed  3.0 s\n"
    failed = show(
        Outcome("a", "ok"), Outcome("b", "failed", error=Failure("lost", "gone")), view=quiet
    )
    assert failed == "✗ b  failed (lost)\n    gone\n2 hosts: 1 ok, 1 failed  3.0 s\n"


def test_verbose_tells_how_long_hosts_took() -> None:
    text = show(Outcome("h1", "ok", 0.4), Outcome("h2", "ok", 75.0), view=View(verbose=1))
    assert "✓ h[1-2]  2 hosts  ok, no change  0.4 s to 1 min 15 s" in text


@pytest.mark.parametrize("stopped", ["max_fail", "deadline", "interrupted"])
def test_why_a_run_was_stopped(stopped: str) -> None:
    held_back = Outcome("a", "skipped", error=Failure("not_started", "not started"))
    assert "stopped: " in show(held_back, stopped=stopped)
    assert show(held_back, stopped=stopped, view=View(quiet=True)) != ""


nasty = st.text(st.sampled_from("a1 ,/数\x1b\x9b\n\r\t\udcff\u202e[]"), max_size=30)


@given(
    st.lists(
        st.builds(
            Outcome,
            nasty.filter(bool),
            st.sampled_from(STATUSES),
            changes=st.lists(
                st.builds(Change, st.just("vmx"), nasty, st.none() | nasty, nasty, nasty, nasty),
                max_size=2,
            ).map(tuple),
            facts=st.dictionaries(nasty | st.just("stdout"), nasty | st.lists(nasty), max_size=3),
            error=st.none() | st.builds(Failure, nasty, nasty, nasty),
        ),
        max_size=4,
    ),
    st.builds(View, width=st.integers(40, 120), fold=st.booleans(), diff=st.booleans()),
)
def test_nothing_raw_ever_reaches_the_terminal(outcomes: list[Outcome], view: View) -> None:
    text = show(*outcomes, view=view)
    text.encode("utf-8")
    assert all(char.isprintable() or char == "\n" for char in text)


@pytest.mark.parametrize("width", [60, 80, 120])
def test_lines_keep_within_the_terminal(width: int) -> None:
    scattered = [Outcome(h, "changed", 1.0, (enabled(n),)) for n, h in enumerate(LAB[::2])]
    refused = [
        Outcome(h, "unreachable", error=Failure("unreachable.refused", "x " * 60, "y " * 60))
        for h in LAB[1::6]
    ]
    answers = [Outcome(h, "ok", facts=option(n % 3 % 2)) for n, h in enumerate(LAB[3::6])]
    text = show(*scattered, *refused, *answers, view=View(width=width, verbose=1))
    assert max(map(cell_width, text.splitlines())) <= width
