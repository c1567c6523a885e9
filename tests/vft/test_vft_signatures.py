"""The registry of failures: data that holds together, patterns that meet published lines."""

from __future__ import annotations

import re
import warnings

import pytest
from captures import capture
from hypothesis import given
from hypothesis import strategies as st

from ftlab.errors import UsageError
from ftlab.esxi.logs import status_codes
from ftlab.esxi.logs.signature_file import parse_signatures, with_own
from ftlab.esxi.logs.signatures import (
    KINDS,
    SIGNATURES,
    STARVATION,
    Finding,
    Signature,
    around_trouble,
    findings,
)
from ftlab.esxi.logs.status_codes import StatusCode, codes_in
from ftlab.sim.ft.spec import SIGNATURES as PLAYED

ARTICLE = (
    "2011-07-31T17:31:39.314Z| vcpu-0| [vob.vmotion.stream.keepalive.read.fail] vMotion migration "
    "[ac1e0050:1312133702562144] failed to read stream keepalive: Connection closed by remote "
    "host, possibly due to timeout",
    "2011-07-31T17:31:39.314Z| vcpu-0| [msg.checkpoint.precopyfailure] Migration to host <> failed "
    "with error Connection closed by remote host, possibly due to timeout (0xbad003f).",
    "2011-07-31T17:31:39.324Z| vcpu-0| Migrate: secondary failure during migration: error "
    "Connection closed by remote host, possibly due to timeout.",
)


def names(*lines: str) -> list[str]:
    return [finding.signature.name for finding in findings(lines)]


@pytest.mark.parametrize(
    ("line", "name"),
    [
        (ARTICLE[0], "stream-keepalive"),
        (ARTICLE[2], "precopy-failure"),
        ("A general system error occurred: Source detected that destination failed to resume.",
         "resume-failed"),
        ("The source detected that the destination failed to resume.", "resume-failed"),
        ("fault.key = [msg.migrate.fail.dst]", "resume-failed"),
        ("The VM failed to resume on the destination during early power on.", "resume-failed"),
        ("Cannot power on db01: Unable to access file since it is locked", "disk-locked"),
        ("Unable to access file /vmfs/volumes/ds/db01/db01.vmdk since it is locked", "disk-locked"),
        ("[msg.checkpoint.precopyfailure] Migration to host <> failed", "precopy-failure"),
        ("[msg.featurecompat.cpuid.missing] no SSE4.2", "cpu-differs"),
        ("[msg.checkpoint.migration.maxSwitchoverTimeExceeded] x", "switchover-too-long"),
        ("has exceeded the maximum switchover time of 100 second(s)", "switchover-too-long"),
        ("Migration considered a failure by the VMX.", "migration-failed"),
        ("There is no VMware process running for config file /vmfs/a.vmx", "no-vmx-process"),
        ("HV Replay Capable: false unsupported CPU", "cpu-cannot-replay"),
        ("[msg.hbacommon.locklost] The lock was lost", "question-pending"),
        ("(vim.fault.TaskInProgress) {", "task-in-progress"),
        ("(vim.fault.FaultToleranceNotSameBuild) {", "build-differs"),
        ("(vim.fault.FaultToleranceNeedsThickDisk) {", "disk-not-thick"),
        ("(vim.fault.FaultToleranceNotLicensed) {", "not-licensed"),
        ("(vim.fault.FaultToleranceCpuIncompatible) {", "cpu-cannot-replay"),
        ("[vob.vmotion.chkpt.toobig] checkpoint data exceeds the limit", "checkpoint-too-big"),
        ("The checkpoint data length (16384 bytes) or the offset (16776528 bytes) exceeds the "
         "maximum checkpoint data length (16777216 byte).", "checkpoint-too-big"),
        ("[msg.checkpoint.migration.writefail] Failed to write", "checkpoint-not-written"),
        ("(vim.fault.VmConfigIncompatibleForRecordReplay) {", "keys-missing"),
        ("reason = \"recordReplayNotSupported\"", "keys-missing"),
        ("reason = \"verifySSLCertificateFlagNotSet\"", "certificate"),
        ("[msg.hbacommon.outofspace] There is no more space", "question-pending"),
        ("[msg.hbacommon.corruptredo] The redo log is corrupted", "question-pending"),
        ("Failed to lock the file", "disk-locked"),
        ("d.vmdk: file is locked", "disk-locked"),
        ("[msg.fileio.lock] d.vmdk", "disk-locked"),
        ("(vim.fault.FileLocked) {", "disk-locked"),
        ("(vim.fault.InsufficientMemoryResourcesFault) {", "destination-low-memory"),
        ("(vim.fault.InsufficientHostMemoryCapacityFault) {", "destination-low-memory"),
        ("Another task is already in progress.", "task-in-progress"),
        ("vcpu-0| failed to read stream keepalive: timeout", "stream-keepalive"),
        ("The vMotion migrations failed because the ESX hosts were not able to connect over the "
         "vMotion network.", "vmotion-network"),
        ("vMotion migration [-1408040447:1490000000000000] failed to create a connection with "
         "remote host <172.16.1.1>: The ESX hosts failed to connect over the VMotion network",
         "vmotion-network"),
        ("[msg.vmotion.connect.failure] x", "vmotion-network"),
        ("2014-01-01T00:00:00.000Z| vmx| I120: [msg.vmk.status.VMK_TIMEOUT] Timeout", "timeout"),
        ("[msg.vmk.status.VMK_MEM_ADMIT_FAILED] Admission check failed for memory resource",
         "memory-admission"),
        ("Admission check failed for memory resource", "memory-admission"),
        ("[msg.checkpoint.migration.nodata] Timed out waiting for migration data.",
         "no-migration-data"),
        ("vmx| I120: Timed out waiting for migration data.", "no-migration-data"),
    ],
)  # fmt: skip
def test_known_lines(line: str, name: str) -> None:
    assert names(line) == [name]


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("vmkernel-log-vmotionrecv-lowmem-50", "destination-low-memory"),
        ("vmware-log-failed-to-lock-file", "disk-locked"),
    ],
)
def test_captured_logs(file: str, name: str) -> None:
    assert names(*capture(file).splitlines()) == [name]


def test_what_is_permanent_outranks_the_broken_stream() -> None:
    assert names(*ARTICLE, "(vim.fault.FaultToleranceCpuIncompatible) {")[0] == "cpu-cannot-replay"


def test_data_that_did_not_come_is_only_a_symptom() -> None:
    line = "[msg.checkpoint.migration.nodata] Timed out waiting for migration data."
    assert names(line, *ARTICLE) == ["stream-keepalive", "precopy-failure", "no-migration-data"]
    assert [each.kind for each in SIGNATURES if each.name == "no-migration-data"] == ["generic"]


def test_a_precopy_failure_whose_reason_stands_in_words_is_not_the_streams() -> None:
    line = "[msg.checkpoint.precopyfailure] Migration to host <> failed with error {}"
    said = "The ESX hosts failed to connect over the VMotion network."
    assert names(line.format(said)) == ["vmotion-network"]


def test_what_is_generic_never_outranks_a_cause() -> None:
    resumed = "The source detected that the destination failed to resume."
    assert names(resumed, *ARTICLE)[0] == "stream-keepalive"
    assert names(resumed, "x 0xbad00a4")[0] == "not-enough-resources"
    kinds = [signature.kind for signature in SIGNATURES]
    last_cause = max(at for at, kind in enumerate(kinds) if kind in {"permanent", "remedy"})
    assert all(at > last_cause for at, kind in enumerate(kinds) if kind == "generic")


@pytest.mark.parametrize(
    "line",
    ["Failed waiting for data. Error 195887167. Connection closed", "status 0xbad003f",
     "failed (0xBAD003F).", "failure bad003f: closed"],
)  # fmt: skip
def test_one_status_code_however_it_is_printed(line: str) -> None:
    assert codes_in(line) == {0x3F}
    assert names(line) == ["stream-keepalive"]


@pytest.mark.parametrize(
    "line",
    ["world 1958871670", "195887167123", "0xbad003f1", "abad003f", "10.195887167", "badly",
     "pid 195886079", "0xbad003", "bad: 003f", "size 195952640"],
)  # fmt: skip
def test_numbers_that_come_close_to_a_status_code(line: str) -> None:
    assert codes_in(line) == set()


ALL_CODES = (
    *status_codes.REFUSALS, *status_codes.SHORTAGES, *status_codes.FAILURES, *status_codes.SYMPTOMS,
)  # fmt: skip


@pytest.mark.parametrize("row", ALL_CODES, ids=lambda row: row.name)
def test_a_status_in_words_ranks_as_its_number_does(row: StatusCode) -> None:
    """What somebody does about it does not depend on how it was printed."""
    [of_row] = [each for each in SIGNATURES if each.name == row.name]
    assert (of_row.pattern, of_row.codes) == (row.pattern, {row.code})
    if row.pattern:
        assert "public" in of_row.source


@pytest.mark.parametrize("row", ALL_CODES, ids=lambda row: row.name)
def test_every_status_code_has_its_row(row: StatusCode) -> None:
    assert names(f"VMotionRecv: failed (0x{0xBAD0000 + row.code:07x})") == [row.name]
    assert names(f"Error {0xBAD0000 + row.code}.") == [row.name]
    assert names(f"Error {0xBAD0000 + row.code + 0x10000}.") == []


def test_the_codes_that_the_registry_must_have() -> None:
    wanted = {0x06, 0x14, 0x21, 0x2E, 0x44, 0x47, 0x48, 0x4B, 0x4F, 0x50, 0x51, 0x53, 0x81, 0x82,
              0x92, 0xA4, 0xE0, 0xF1, 0xF2, 0xF3, 0xF4, 0xF5, 0x107, 0x109, 0x10B,
              0x126}  # fmt: skip
    assert {row.code for row in ALL_CODES} == wanted


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Failed: Maximum switchover time for migration exceeded(0xbad0109) @0x41800f",
         "switchover-time"),
        ("failed with error Maximum switchover time for migration exceeded (0xbad0109).",
         "switchover-time"),
        ("Failed: The ESX hosts failed to connect over the VMotion network (0xbad0109)",
         "vmotion-network"),
        ("Failed: lack of progress (0xbad0109)", "no-precopy-progress"),
    ],
)  # fmt: skip
def test_the_words_before_a_number_say_what_it_means(said: str, name: str) -> None:
    """4.1 prints 0109 for what is 0107 in later releases (Broadcom KB 307365)."""
    assert names(f"vmkernel: 114:03:25:51.489 cpu2:10561)WARNING: Migrate: 296: {said}") == [name]


def test_words_elsewhere_in_a_line_leave_its_number_alone() -> None:
    line = "failed to connect over the VMotion network: Timeout (0xbad0021)"
    assert names(line) == ["timeout", "vmotion-network"]


def test_a_precopy_failure_for_another_reason_is_not_the_streams() -> None:
    line = "[msg.checkpoint.precopyfailure] Migration to host <> failed with error {} ({})."
    for code in ("0xbad0021", "195887137"):
        assert names(line.format("Timeout", code)) == ["timeout"]
    for code in ("0xbad002e", "195887150"):
        assert names(line.format("Already disconnected", code)) == ["already-disconnected"]
    for code in ("0xbad003f", "195887167"):
        assert names(line.format("Connection closed", code)) == [
            "stream-keepalive",
            "precopy-failure",
        ]


def test_ordinary_lines_mean_nothing() -> None:
    assert names(
        "VMX: transition from state 1 to state 2: powered on",
        "CONFIG: replay.supported = TRUE, replay.allowFT = TRUE",
        "FT: state change: starting -> running",
        "SSL: certificate of the host accepted, thumbprint verified",
    ) == []  # fmt: skip


@pytest.mark.parametrize(
    "line",
    [
        "SSL: certificate verify failed",
        "SSL handshake failed: certificate of 10.0.0.7 is not trusted",
        "host thumbprint mismatch",
        "Recv-Q 812344 Send-Q 0 10.0.0.1:8000",
        "recvHelper starved",
        "replay.allowFT is not set",
        "Migrate_SetFailure: failure bad0007",
        "VMotionRecv: helper world 1 started",
        "FTP service version mismatch",
        "Task completed, none in progress",
        "the hosts are connected over the vMotion network",
        "msg.vmk.status.VMK_OK",
        "Admission check passed for memory resource",
        "waiting for migration data",
    ],
)
def test_lines_that_come_close(line: str) -> None:
    assert names(line) == []


def test_the_first_or_the_newest_line_is_kept() -> None:
    lines = ["x failed to read stream keepalive", "y failed to read stream keepalive"]
    assert findings(lines)[0].line.startswith("x")
    assert findings(lines, newest=True)[0].line.startswith("y")


def test_the_registry_holds_together() -> None:
    seen = [signature.name for signature in SIGNATURES]
    assert len(set(seen)) == len(seen)
    for each in SIGNATURES:
        assert each.kind in KINDS
        assert each.pattern or each.codes
        assert not each.shows_in("", ())
        assert each.meaning
        assert each.advice
        assert each.source
        assert bool(each.remedy) == (each.kind == "remedy")


def test_where_each_signature_is_known_from() -> None:
    """A source is evidence, never this project's own simulator."""
    for each in SIGNATURES:
        assert re.search(
            r"vSphere API|KB |williamlam|capture|public|hostd.log|opensea", each.source
        )
        assert "simulat" not in each.source


@pytest.mark.parametrize("value", [Signature, Finding])
def test_a_signature_cannot_be_changed(value: type) -> None:
    assert value.__dataclass_params__.frozen  # type: ignore[attr-defined]


def test_what_is_left_when_no_remedy_helped_says_what_to_do() -> None:
    assert STARVATION.endswith(": free CPU there and try again")


def test_the_simulator_plays_what_the_registry_knows() -> None:
    """By the words alone: the two share no code."""
    values = {"mig": "1", "ip": "10.0.0.1", "vm": "db01", "disk": "d.vmdk", "why": "x"}
    unknown = {"no-primary", "never-running", "reboot"}
    for name, played in PLAYED.items():
        lines = [trace.text.format(**values) for trace in played.traces]
        lines.append(f"({played.fault}) {{")
        assert bool(names(*lines)) == (name not in unknown), name


def test_lines_around_trouble() -> None:
    lines = ["a", "b", "Power on failed", "c", "d", "e", "the lock was lost"]
    assert around_trouble(lines) == ["b", "Power on failed", "c", "e", "the lock was lost"]
    assert around_trouble(["a", "", "b"]) == ["a", "b"]
    assert around_trouble([]) == []
    assert around_trouble(["Power on failed", "a", "b"]) == ["Power on failed", "a"]
    assert around_trouble(["a", "b", "Power on failed"]) == ["b", "Power on failed"]
    assert len(around_trouble(["error"] * 50)) == 20


@given(st.lists(st.text(max_size=60), max_size=30))
def test_any_lines_can_be_searched(lines: list[str]) -> None:
    assert {finding.line for finding in findings(lines)} <= {line.strip() for line in lines}
    assert len(around_trouble(lines)) <= 20


# -- a user's own ---------------------------------------------------------------------------------

OWN = """
[[signature]]
name = "bad-switch"
pattern = "vmnic[0-9]+ .*link down"
kind = "permanent"
meaning = "the lab switch lost its uplink"
"""


def test_a_users_own_signature_comes_first() -> None:
    (own,) = parse_signatures(OWN, "my.toml")
    assert (own.advice, own.source, own.remedy) == ("", "my.toml: signature 1", "")
    everything = with_own((own,))
    assert findings(["vmnic3 is link down", *ARTICLE], everything)[0].signature is own


def test_a_known_name_is_replaced() -> None:
    text = OWN.replace("bad-switch", "disk-locked").replace("permanent", "transient")
    everything = with_own(parse_signatures(text, "my.toml"))
    assert [s.kind for s in everything if s.name == "disk-locked"] == ["transient"]
    assert len(everything) == len(SIGNATURES)


def test_a_remedy_of_ones_own_names_the_stream() -> None:
    (own,) = parse_signatures(OWN.replace("permanent", "remedy"), "my.toml")
    assert own.remedy == "stream"


WRONG = "my.toml: signature 1: "
FIELDS = "missing, unknown or not a text: "


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name = 1", "my.toml: expected [[signature]] tables and nothing else"),
        ("[signature]\nname = 'x'", "my.toml: expected [[signature]] tables and nothing else"),
        (OWN + "[other]\n", "my.toml: expected [[signature]] tables and nothing else"),
        ("signature = [1]", f"{WRONG}not a table"),
        (OWN + 'colour = "red"\n', f"{WRONG}{FIELDS}colour"),
        (OWN.replace("meaning", "reading"), f"{WRONG}{FIELDS}meaning, reading"),
        (OWN.replace('"permanent"', "7"), f"{WRONG}{FIELDS}kind"),
        (OWN + "advice = 7\nsource = []\n", f"{WRONG}{FIELDS}advice, source"),
        (OWN.replace("permanent", "sometimes"),
         f"{WRONG}kind is 'sometimes', not one of remedy, transient, permanent, question, generic"),
        (OWN + 'remedy = "reboot"\n',
         f"{WRONG}remedy is 'reboot'; the only one is 'stream', for the kind remedy"),
        (OWN.replace("vmnic[0-9]+ .*link down", "vmnic["),
         f"{WRONG}pattern: unterminated character set at position 5"),
        (OWN.replace("vmnic[0-9]+ .*link down", "x*"),
         f"{WRONG}pattern 'x*' matches every line"),
        (OWN + OWN.replace("permanent", "x"),
         "my.toml: signature 2: kind is 'x', not one of remedy, transient, permanent, question, "
         "generic"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_told_by_name_and_place(text: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_signatures(text, "my.toml")
    assert str(caught.value) == message


def test_a_file_that_is_no_toml_is_told_by_name_and_line() -> None:
    with pytest.raises(UsageError, match=r"^my\.toml: .*line 1") as caught:
        parse_signatures("[[signature\n", "my.toml")
    assert caught.value.hint == "signatures are TOML tables [[signature]]"


def test_a_pattern_that_may_mean_something_else_one_day_costs_no_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        (own,) = parse_signatures(OWN.replace('pattern = "', 'pattern = "[[]|'), "my.toml")
    assert own.pattern.startswith("[[]|")
