"""Logs explained without touching anything: on hosts, and from a file in hand."""

from __future__ import annotations

import gzip
import io
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from direct_session import DirectSession
from vft_bench import make_bench

from ftlab.engine.context import Context
from ftlab.engine.lab import OpenLab
from ftlab.engine.options import Options
from ftlab.engine.ui import Ui
from ftlab.errors import HostFailed, InventoryError, ParseError, UsageError
from ftlab.esxi.logs.signatures import SIGNATURES
from ftlab.ops.vft.logs import diagnose
from ftlab.ops.vft.logs.diagnose import Diagnose, diagnose_file, diagnose_vms, explain
from ftlab.sim import Fault

LINE = "vcpu-0| [vob.vmotion.stream.keepalive.read.fail] failed to read stream keepalive: closed"


def findings(report: Any) -> list[str]:
    return [fact["signature"] for fact in report.outcomes[0].facts["findings"]]


@pytest.mark.parametrize("version", ["4.1", "5.0", "6.0"])
def test_both_halves_tell_of_the_last_failure(tmp_path: Path, version: str) -> None:
    bench = make_bench(tmp_path, version, remedies=False)
    with pytest.raises(HostFailed):
        bench.pair_run.run()
    for host in bench.lab.hosts.values():
        host.commands.clear()
        facts = Diagnose(("db01",)).on(Context(DirectSession(host)))
        first = facts["findings"][0]
        assert first["signature"] == "stream-keepalive"
        assert first["vm"] == "db01"
        assert first["log"].endswith("vmware.log")
        assert set(first) == {
            "vm", "signature", "kind", "meaning", "advice", "line", "log", "source",
        }  # fmt: skip
        changing = {"vmsvc/power.on", "vmsvc/power.off", "vmsvc/reload", "set", "dd", "mv", "rm"}
        assert not any(changing & set(argv) for argv in host.commands)


def test_a_pending_question_is_shown(tmp_path: Path) -> None:
    bench = make_bench(tmp_path, failure="question")
    with pytest.raises(HostFailed):
        bench.pair_run.run()
    context = Context(DirectSession(bench.lab["vesxi02"]))
    Diagnose(("db01",)).on(context)
    assert any("waits for an answer" in note and "vm.answer" in note for note in context.notes)


def test_nothing_known_shows_the_last_lines(tmp_path: Path) -> None:
    bench = make_bench(tmp_path, failure=None)
    context = Context(DirectSession(bench.lab["vesxi02"]))
    assert Diagnose(("db01",)).on(context)["findings"] == []
    assert "no known failure" in context.notes[0]
    assert len(context.notes) > 1


def test_hosts_that_cannot_stat(tmp_path: Path, monkeypatch) -> None:
    bench = make_bench(tmp_path, failure=None)

    def odd(text: str) -> Any:
        raise ParseError("odd")

    monkeypatch.setattr("ftlab.esxi.files.parse_stat", odd)
    context = Context(DirectSession(bench.lab["vesxi02"]))
    Diagnose(("db01",)).on(context)
    absent, nothing = context.notes
    assert absent.endswith("/vmware.log")
    assert nothing == "db01: no log lines"


def test_what_came_before_the_vms_own_log_is_another_story(tmp_path: Path) -> None:
    bench = make_bench(tmp_path, failure=None)
    host = bench.lab["vesxi02"]
    log = host.path("/var/log/vmkernel.log")
    log.write_bytes(f"2001-01-01T00:00:00.000Z cpu1:3){LINE}\n".encode() + log.read_bytes())
    facts = Diagnose(("db01",)).on(Context(DirectSession(host)))
    assert facts["findings"] == []
    host.log("vmkernel", f"db01: {LINE}")
    facts = Diagnose(("db01",)).on(Context(DirectSession(host)))
    assert [fact["log"] for fact in facts["findings"]] == ["/var/log/vmkernel.log"]


def test_lines_without_a_time_go_with_the_one_before() -> None:
    one, two = "2011-07-31T17:31:39.314Z| a", "2011-07-31T17:31:40.314Z| b"
    text = ["x", one, "--> of a", two, "--> of b"]
    assert diagnose.not_before(two[:23], text) == ["x", two, "--> of b"]
    assert diagnose.not_before("", text) == text


def test_by_precedence_and_with_the_newest_line() -> None:
    logs = [("a.log", [f"1 {LINE}", f"2 {LINE}"]), ("b.log", [LINE, "Failed to lock the file"])]
    found = explain(logs, SIGNATURES).facts()
    assert [(fact["signature"], fact["log"]) for fact in found] == [
        ("disk-locked", "b.log"),
        ("stream-keepalive", "a.log"),
    ]
    assert found[1]["line"].startswith("2 ")


def test_a_file_in_hand(tmp_path: Path) -> None:
    log = tmp_path / "vmware.log"
    log.write_bytes(f"x\r\n{LINE}\r\n".encode() + b"\xff\xfe\n")
    report = diagnose_file(str(log), SIGNATURES)
    assert report.task == "vft.diagnose"
    assert report.outcomes[0].host == str(log)
    assert findings(report) == ["stream-keepalive"]
    assert report.outcomes[0].facts["findings"][0]["line"] == LINE


def test_a_compressed_file_and_standard_input(tmp_path: Path, monkeypatch) -> None:
    packed = tmp_path / "vmkernel.0.gz"
    packed.write_bytes(gzip.compress(LINE.encode()))
    assert findings(diagnose_file(str(packed), SIGNATURES)) == ["stream-keepalive"]
    stdin = SimpleNamespace(buffer=io.BytesIO(LINE.encode()))
    monkeypatch.setattr("sys.stdin", stdin)
    report = diagnose_file("-", SIGNATURES)
    assert report.outcomes[0].host == "standard input"
    assert findings(report) == ["stream-keepalive"]


def test_an_unknown_failure_in_a_file(tmp_path: Path) -> None:
    log = tmp_path / "vmware.log"
    log.write_text("all is well\nthe flux failed\n", "utf-8")
    facts = diagnose_file(str(log), SIGNATURES).outcomes[0].facts
    assert facts["findings"] == []
    assert "the flux failed" in facts["notes"]
    log.write_text("", "utf-8")
    assert diagnose_file(str(log), SIGNATURES).outcomes[0].facts["notes"] == [
        "vmware.log: no log lines"
    ]


@pytest.mark.parametrize("name", ["absent.log", ".", "cut.gz", "damaged.gz"])
def test_a_file_that_cannot_be_read(tmp_path: Path, name: str) -> None:
    (tmp_path / "cut.gz").write_bytes(gzip.compress(b"x" * 999)[:10])
    whole = bytearray(gzip.compress(os.urandom(999)))
    whole[10] = 0xFF  # the first block's type, which there is none of
    (tmp_path / "damaged.gz").write_bytes(whole)
    with pytest.raises(UsageError, match="cannot be read"):
        diagnose_file(str(tmp_path / name), SIGNATURES)


def test_hosts_need_an_inventory(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("FTLAB_INVENTORY", raising=False)
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    lab = OpenLab(Options(inventory=Path(os.devnull), state_dir=tmp_path), Ui())
    with pytest.raises(InventoryError, match="no inventory"):
        diagnose_vms(lab, ("db01",), SIGNATURES)


LOST_PROCESS = """\
Migration failed.
The source detected that the destination failed to resume.
Failed to establish transport connection (9): There is no VMware process running for config file \
/vmfs/volumes/5/one/one.vmx.
Unable to load configuration file '/vmfs/volumes/5/one/one.vmx'.
"""


def test_a_destination_that_failed_to_resume_shows_the_deeper_reason(tmp_path: Path) -> None:
    """It is a symptom: what led to it decides, and is never called permanent by itself."""
    log = tmp_path / "vmware.log"
    log.write_text(LOST_PROCESS, "utf-8")
    facts = diagnose_file(str(log), SIGNATURES).outcomes[0].facts
    found = {fact["signature"]: fact["kind"] for fact in facts["findings"]}
    assert list(found) == ["no-vmx-process", "resume-failed"]
    assert set(found.values()) == {"generic"}
    assert any("Unable to load configuration file" in note for note in facts["notes"])


def test_the_cpu_is_to_blame_only_where_the_host_says_so(tmp_path: Path) -> None:
    bench = make_bench(tmp_path, "5.0", failure="resume-failed", remedies=False)
    with pytest.raises(HostFailed):
        bench.pair_run.run()
    host = bench.lab["vesxi02"]
    primary = bench.lab["vesxi01"]
    primary.vms.log(next(vm for vm in primary.vms if vm.name == "db01"), "x")
    host.vms.log(next(vm for vm in host.vms if vm.name == "db01"), RESUME)
    said = Diagnose(("db01",)).on(Context(DirectSession(host)))["findings"]
    assert [fact["kind"] for fact in said] == ["generic"]
    host.faults.append(Fault("esxcli hardware cpu global get", times=None, what="lie",
                             stdout=b"   HV Replay Capable: false\n"))  # fmt: skip
    said = Diagnose(("db01",)).on(Context(DirectSession(host)))["findings"]
    assert (said[0]["signature"], said[0]["kind"]) == ("cpu-cannot-replay", "permanent")


RESUME = "The source detected that the destination failed to resume."
