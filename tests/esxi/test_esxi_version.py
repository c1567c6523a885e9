"""Versions in every wording, and what a version has."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftlab.errors import ParseError
from ftlab.esxi.host import features
from ftlab.esxi.host.version import (
    Version,
    build_system_version,
    build_uname,
    build_version,
    parse_system_version,
    parse_uname,
    parse_version,
)

ESXI = "VMware ESXi"


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("VMware ESXi 5.5.0 build-3248547\n", Version(ESXI, "5.5.0", 3248547)),
        ("VMware ESX 4.1.0 build-260247", Version("VMware ESX", "4.1.0", 260247)),
        (
            "VMware ESX Server 3i 3.5.0 build-207095",
            Version("VMware ESX Server 3i", "3.5.0", 207095),
        ),
        (
            "hello\r\n  VMware ESXi 6.0.0 build-1\r\nVMware ESXi 6.0.0 Update 3 \r\n",
            Version(ESXI, "6.0.0", 1, "Update 3"),
        ),
        ("VMware ESXi 6.0.0 GA\nVMware ESXi 6.0.0 build-1\n", Version(ESXI, "6.0.0", 1, "GA")),
        ("VMware ESXi 6.0.0 build-1\nVMware ESXi 6.5.0 GA\n", Version(ESXI, "6.0.0", 1)),
        ("VMware ESXi 6.0.0 build-1\nVMware ESXi 6.0.0 build-2\n", Version(ESXI, "6.0.0", 1)),
    ],
)
def test_the_banner(text: str, version: Version) -> None:
    assert parse_version(text) == version


@pytest.mark.parametrize(
    "text",
    ["", "VMware ESXi 5.5.0", "VMware ESXi 5 build-1", "VMware ESXi 5.5.0 build-x",
     "VMware vCenter 5.5.0 build-1", "the VMware ESXi 5.5.0 build-1", "VMware ESXi 5.5.0 build-1 x",
     "VMware ESXi 5." + "5" * 5000 + " build-1"],
)  # fmt: skip
def test_no_banner_is_an_error(text: str) -> None:
    with pytest.raises(ParseError, match=r"^no VMware version in the answer \(line"):
        parse_version(text)


def test_a_version_reads_like_its_host() -> None:
    assert str(Version(ESXI, "5.5.0", 3248547, "GA")) == "VMware ESXi 5.5.0 build-3248547"
    assert str(Version(ESXI, "5.5.0")) == "VMware ESXi 5.5.0"
    assert Version(ESXI, "7.0.3").key == (7, 0, 3)
    assert Version(ESXI, "10.0.0").key > Version(ESXI, "9.0.0").key


GET = "   Product: VMware ESXi\n   Version: 8.0.2\n   Build: Releasebuild-22380479\n"


@pytest.mark.parametrize(
    ("more", "release"),
    [("", None), ("Update:\n", None), ("   Update: 0\n   Patch: 5\n", "GA"),
     ("   Update: 2\r\n", "Update 2")],
)  # fmt: skip
def test_esxcli_version(more: str, release: str | None) -> None:
    expected = Version(ESXI, "8.0.2", 22380479, release)
    assert parse_system_version(GET + more) == expected
    assert parse_system_version((GET + more).replace("Releasebuild-", "")) == expected


@pytest.mark.parametrize("missing", ["Product", "Version", "Build", "8.0.2", "22380479"])
def test_esxcli_version_without_a_field_is_an_error(missing: str) -> None:
    with pytest.raises(ParseError, match=r"^no Product, Version and Build in the answer \(line"):
        parse_system_version(GET.replace(missing, "x"))


def test_uname_of_a_vmkernel() -> None:
    line = "VMkernel esx.x.y 6.5.0 #1 SMP Release build-8294253 Apr 17 2018 x86_64 ESXi"
    assert parse_uname("motd\n " + line + "\n") == Version(ESXI, "6.5.0", 8294253)
    for other in ("", "Linux h 6.5.0 #1 build-1", line.replace("build-", "b"), "x" + line):
        with pytest.raises(ParseError, match=r"^not the uname of a VMkernel \(line"):
            parse_uname(other)


@given(st.text())
def test_any_text_is_a_version_or_a_parse_error(
    error_of: Callable[..., ParseError | None], text: str
) -> None:
    for parse in (parse_version, parse_system_version, parse_uname):
        error = error_of(parse, text)
        assert error is None or error.evidence["line"] == 1


def test_the_commands_change_nothing() -> None:
    commands = (build_version(), build_system_version(), build_uname())
    assert [str(one) for one in commands] == ["vmware -v", "esxcli system version get", "uname -a"]
    assert all(one.repeatable for one in commands)


@pytest.mark.parametrize(
    ("feature", "first", "last", "before", "after"),
    [
        ("VMotionStreamDisable", "4.0.0", "7.0.1", "3.5.0", "7.0.2"),
        ("record-replay", "4.0.0", "6.0.0", "3.5.0", "6.5.0"),
        ("uselegacyft", "6.0.0", "6.0.0", "5.5.0", "6.5.0"),
        ("smp-ft", "6.0.0", "9.0.0", "5.5.0", None),
        ("ft-replay-options", "4.1.0", "7.0.3", None, "8.0.0"),
        ("esxcli-advanced", "5.0.0", "9.0.0", "4.1.0", None),
        ("esxcli-advanced-default", "5.1.0", "9.0.0", "5.0.0", None),
        ("vim-cmd", "4.1.0", "9.0.0", "4.0.0", None),
        ("checkpoint-error", "6.0.0", "9.0.0", "5.5.0", None),
    ],
)
def test_when_a_feature_exists(
    feature: str, first: str, last: str, before: str | None, after: str | None
) -> None:
    for dotted in (first, last):
        assert features.exists(feature, Version(ESXI, dotted)) is True
    for dotted in filter(None, (before, after)):
        assert features.exists(feature, Version(ESXI, dotted)) is False


def test_a_late_patch_of_7_0_u1_still_streams() -> None:
    """Its build number is higher than the first one of 7.0 U2."""
    assert features.exists("VMotionStreamDisable", Version(ESXI, "7.0.1", 19324898)) is True


def test_short_versions_compare_like_long_ones() -> None:
    assert features.exists("VMotionStreamDisable", Version(ESXI, "7.0")) is True
    assert features.exists("esxcli-advanced", Version(ESXI, "5")) is True
    assert features.exists("esxcli-advanced-default", Version(ESXI, "5")) is False


def test_a_feature_that_is_not_in_the_table_is_a_slip_of_ours() -> None:
    with pytest.raises(KeyError):
        features.exists("telepathy", Version(ESXI, "7.0.0"))


TABLES = "lamw/esxi-advanced-and-kernel-settings, tables by build"
STREAM = f"williamlam.com/tag/vft (since 4.x); {TABLES} (gone from 7.0 U2, build 17630552)"
ROWS = [
    ("VMotionStreamDisable", "/Migrate/VMotionStreamDisable, the vMotion stream switch",
     "4.0", "7.0.2", STREAM),
    ("record-replay", "legacy Fault Tolerance by record and replay (the replay.* keys)",
     "4.0", "6.5", "VMware vSphere 6.5 release notes: 6.0 was the last release with legacy FT"),
    ("uselegacyft", "vm.uselegacyft, which asks for legacy FT where SMP-FT is the default",
     "6.0", "6.5", "VMware vSphere 6.0 Availability guide, legacy Fault Tolerance"),
    ("smp-ft", "Fault Tolerance by fast checkpoints, for several vCPUs",
     "6.0", None, "VMware vSphere 6.0 release notes"),
    ("ft-replay-options", "the 45 record/replay options under /FT (HostTimeout, LogTimeout, …)",
     None, "8.0", f"{TABLES}: 76 options under /FT in 7.0 U3, 31 in 8.0"),
    ("esxcli-advanced", "esxcli system settings advanced", "5.0", None,
     "ESX(i) 4.1 esxcli has no system namespace; VMware vSphere 5.0 esxcli reference"),
    ("esxcli-advanced-default", "esxcli system settings advanced set -d",
     "5.1", None, "VMware vSphere 5.1 esxcli reference"),
    ("vim-cmd", "the name vim-cmd (3i and 4.0 have vmware-vim-cmd only)",
     "4.1", None, "lamw/ghettoVCB issue 16; apache/vcl VIM_SSH.pm"),
    ("checkpoint-error", "needSecondaryReason checkpointError",
     "6.0", None, "vSphere API reference, VirtualMachineNeedSecondaryReason"),
]  # fmt: skip


def test_every_row_says_where_it_is_known_from() -> None:
    """Limits and evidence belong together: neither changes without the other."""
    rows = features.FEATURES.values()
    assert [(row.name, row.what, row.since, row.gone, row.source) for row in rows] == ROWS
    assert [row.name for row in rows] == list(features.FEATURES)
