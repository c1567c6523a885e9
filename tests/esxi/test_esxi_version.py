"""Versions in every wording, and what a version has."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftlab.errors import CommandFailed, ParseError, Refused
from ftlab.esxi.host import features
from ftlab.esxi.host.version import (
    Version,
    build_version,
    parse_version,
    read_version,
)
from ftlab.model import Completed

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
        ("VMware ESXi 8.0.2 build-1\nVMware ESXi 8.0 Update 2\n",
         Version(ESXI, "8.0.2", 1, "Update 2")),  # as 7.0 and later have it (microsoft/lisa)
        ("VMware ESXi 8.0.2 build-1\nVMware ESXi 8.0.3 Update 3\n", Version(ESXI, "8.0.2", 1)),
        ("VMware ESXi 7.0.10 build-1\nVMware ESXi 7.0.1 GA\n", Version(ESXI, "7.0.10", 1)),
        ("VMware ESXi 6.0.0 build-1\nVMware ESXi 6.0.0 build-2\n", Version(ESXI, "6.0.0", 1)),
    ],
)  # fmt: skip
def test_the_banner(text: str, version: Version) -> None:
    assert parse_version(text) == version


@pytest.mark.parametrize(
    "text",
    ["", "VMware ESXi 5.5.0", "VMware ESXi 5 build-1", "VMware ESXi 5.5.0 build-x",
     "the VMware ESXi 5.5.0 build-1", "VMware ESXi 5.5.0 build-1 x",
     "VMware ESXi 5." + "5" * 5000 + " build-1", "VMware ESX", "VMware ESXi e.x.p build-1",
     "VMware is a trademark of Broadcom, 2025", "VMware vSphere 7 is here", "Welcome to VMware 7"],
)  # fmt: skip
def test_no_banner_is_an_error(text: str) -> None:
    with pytest.raises(ParseError, match=r"^no VMware version in the answer \(line"):
        parse_version(text)


@pytest.mark.parametrize(
    "product",
    ["VMware Workstation 17.6.0 build-24238078", "VMware Player 16.2.4 build-20089737",
     "VMware Server 2.0.2 build-203138", "VMware Fusion 13.5.0 build-22583790",
     "VMware Workstation 25H2 build-24995812", "VMware Workstation e.x.p build-19478461",
     "VMware Workstation 17.6.0 Pro build-1", "VMware Fusion 13.5.0", "VMware Fusion e.x.p",
     "VMware Workstation 25H2u1", "VMware vCenter Server Appliance 6.0.0 build-1"],
)  # fmt: skip
def test_another_product_is_not_an_esxi_host(product: str) -> None:
    text = f"[AppLoader] Use shipped Linux kernel AIO access library.\nAn up-to-date…\n{product}\n"
    with pytest.raises(Refused, match=f"^not an ESXi host: it is {product}$") as caught:
        parse_version(text)
    assert caught.value.kind == "not_esxi"


def test_a_machine_without_the_command_is_none_either() -> None:
    with pytest.raises(Refused, match="not an ESXi host: it has no vmware command"):
        read_version(Completed(build_version(), 127, b"", b"sh: vmware: not found\n"))
    with pytest.raises(CommandFailed):
        read_version(Completed(build_version(), 1, b"", b"Permission denied\n"))


def test_a_version_reads_like_its_host() -> None:
    assert str(Version(ESXI, "5.5.0", 3248547, "GA")) == "VMware ESXi 5.5.0 build-3248547"
    assert str(Version(ESXI, "5.5.0")) == "VMware ESXi 5.5.0"
    assert Version(ESXI, "7.0.3").key == (7, 0, 3)
    assert Version(ESXI, "10.0.0").key > Version(ESXI, "9.0.0").key


@given(st.text())
def test_any_text_is_a_version_or_a_parse_error(
    error_of: Callable[..., ParseError | None], text: str
) -> None:
    error = error_of(parse_version, text)
    assert error is None or error.evidence["line"] == 1


def test_the_command_changes_nothing() -> None:
    assert str(build_version()) == "vmware -v"
    assert build_version().repeatable


@pytest.mark.parametrize(
    ("feature", "first", "last", "before", "after"),
    [
        ("record-replay", "4.0.0", "6.0.0", "3.5.0", "6.5.0"),
        ("uselegacyft", "6.0.0", "6.0.0", "5.5.0", "6.5.0"),
        ("esxcli-advanced", "5.0.0", "9.0.0", "4.1.0", None),
    ],
)
def test_when_a_feature_exists(
    feature: str, first: str, last: str, before: str | None, after: str | None
) -> None:
    for dotted in (first, last):
        assert features.exists(feature, Version(ESXI, dotted)) is True
    for dotted in filter(None, (before, after)):
        assert features.exists(feature, Version(ESXI, dotted)) is False


def test_short_versions_compare_like_long_ones() -> None:
    assert features.exists("esxcli-advanced", Version(ESXI, "5")) is True
    assert features.exists("uselegacyft", Version(ESXI, "6")) is True


def test_a_feature_that_is_not_in_the_table_is_a_slip_of_ours() -> None:
    with pytest.raises(KeyError):
        features.exists("telepathy", Version(ESXI, "7.0.0"))


ROWS = [
    ("record-replay", "legacy Fault Tolerance by record and replay (the replay.* keys)",
     "4.0", "6.5", "VMware vSphere 6.5 release notes: 6.0 was the last release with legacy FT"),
    ("uselegacyft", "vm.uselegacyft, which asks for legacy FT where SMP-FT is the default",
     "6.0", "6.5", "VMware vSphere 6.0 Availability guide, legacy Fault Tolerance"),
    ("esxcli-advanced", "esxcli system settings advanced", "5.0", None,
     "ESX(i) 4.1 esxcli has no system namespace; VMware vSphere 5.0 esxcli reference"),
]  # fmt: skip


def test_every_row_says_where_it_is_known_from() -> None:
    """Limits and evidence belong together: neither changes without the other."""
    rows = features.FEATURES.values()
    assert [(row.name, row.what, row.since, row.gone, row.source) for row in rows] == ROWS
    assert [row.name for row in rows] == list(features.FEATURES)


@pytest.mark.parametrize(
    ("dotted", "words"),
    [("3.5.0", "it came with 4.0"), ("6.5.0", "it ended with 6.0"), ("9.0.0", "it ended with 6.0")],
)
def test_why_there_is_no_record_replay(dotted: str, words: str) -> None:
    assert not features.exists("record-replay", Version(ESXI, dotted))
    assert features.why_no_record_replay(Version(ESXI, dotted)) == words
