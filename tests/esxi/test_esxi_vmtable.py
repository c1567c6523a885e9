"""The columns of ``getallvms`` and the two ways to read rows by them."""

from __future__ import annotations

import pytest

from ftlab.esxi.getallvms.columns import (
    HEADER,
    Columns,
    candidates,
    read_lines,
    read_records,
    row_like,
)
from ftlab.esxi.getallvms.entry import VmEntry
from ftlab.esxi.getallvms.listing import parse_list

HEAD = "Vmid   Name         File          Guest OS   Version       Annotation"
#       0      7      14                  34         45        55          (Annotation is 18 wide)
ROWS = [
    "1      a      [ds] a/a.vmx        g          vmx-08    note              ",
    "12     bb     [ds2] bb/bb.vmx     otherGst   vmx-10                      ",
    "3      cccc   [datastore] c.vmx              vmx-4                       ",
]
COLUMNS = Columns(7, 14, 34, 45, 55, 18)
VMS = [
    VmEntry(1, "a", "[ds] a/a.vmx", "g", "vmx-08", "note"),
    VmEntry(12, "bb", "[ds2] bb/bb.vmx", "otherGst", "vmx-10"),
    VmEntry(3, "cccc", "[datastore] c.vmx", "", "vmx-4"),
]
TABLE = "".join(f"{row}\n" for row in ROWS)


def note(text: str) -> str:
    """The first row with another annotation, padded as a host pads it."""
    return ROWS[0][:55] + text.ljust(18)


def test_the_columns_a_header_can_stand_for() -> None:
    header = HEADER.search("motd\n" + HEAD + "  \r\n")
    assert header is not None
    found = list(candidates(header))
    assert COLUMNS in found
    assert len(found) == len(set(found)) <= 64
    assert COLUMNS.length == 73
    assert [one for one in found if read_records(one, TABLE)] == [COLUMNS]


def test_a_vmid_may_be_wider_than_its_title() -> None:
    header = HEADER.search(" Vmid    Name    File   Guest OS   Version   Annotation")
    assert header is not None
    assert {(one.name, one.file) for one in candidates(header)} == {(9, 17)}
    assert HEADER.search("Vmid Name File Guest OS Version Annotation x") is None
    assert HEADER.search("x Vmid Name File Guest OS Version Annotation") is None


def test_a_header_that_no_host_prints_stands_for_nothing() -> None:
    header = HEADER.search("Vmid Name File Guest OS Version Annotation")
    assert header is not None
    assert list(candidates(header)) == []


def test_records() -> None:
    assert read_records(COLUMNS, TABLE) == VMS
    assert read_records(COLUMNS, "") == []


def test_only_the_blanks_around_a_value_are_padding() -> None:
    vms = [
        VmEntry(
            vmid, f"{edge}a{edge}", "[ds] a/a.vmx", f"{edge}g{edge}", "vmx-08", f"{edge}n{edge}"
        )
        for vmid, edge in ((1, "X"), (2, "\t"), (3, "\u3000"), (4, "-"))
    ]
    columns = Columns(7, 14, 34, 45, 55, 18)
    rows = [
        f"{vm.vmid}      {vm.name:7}{vm.path:20}{vm.guest:11}{vm.version:10}{vm.annotation:18}\n"
        for vm in vms
    ]
    assert read_records(columns, "".join(rows)) == vms


@pytest.mark.parametrize("text", ["one\ntwo\n", "\n\nx", "2      x", "x" * 18, " lead"])
def test_a_record_keeps_its_annotation(text: str) -> None:
    body = note(text) + "\n" + ROWS[1] + "\n"
    found = read_records(COLUMNS, body)
    assert found is not None
    assert [(row.vmid, row.annotation) for row in found] == [(1, text), (12, "")]


@pytest.mark.parametrize(
    "body",
    [
        TABLE[:-1],
        TABLE + "\n",
        TABLE + "x",
        TABLE.replace("note  ", "note", 1),
        TABLE.replace("12 ", "1  "),
        TABLE.replace("[ds] a/a.vmx ", "[ds] a/a.vmdk"),
        TABLE.replace("[ds] a", "(ds) a"),
        TABLE.replace("a      [", "abbbbb [", 1),
        TABLE.replace("1      a", "x      a"),
        TABLE.replace("1      a", "123456 a"),
        TABLE.replace("otherGst   ", "otherGstXY "),
        TABLE.replace("vmx-08    ", "vmx-08xxx "),
        TABLE.replace("vmx   ", "\nvmx  ", 1),
        TABLE.replace("a      [", "a\n     [", 1),
    ],
)
def test_what_is_no_row_of_records(body: str) -> None:
    assert body != TABLE
    assert read_records(COLUMNS, body) is None


def test_a_suffix_in_capitals() -> None:
    found = read_records(COLUMNS, TABLE.replace("a/a.vmx", "A/A.VMX"))
    assert found is not None
    assert [row.path for row in found] == ["[ds] A/A.VMX", *(row.path for row in VMS[1:])]


STRIPPED = "\n".join(row.rstrip() for row in ROWS)


def test_lines() -> None:
    assert read_lines(COLUMNS, STRIPPED) == VMS


@pytest.mark.parametrize(
    "more",
    ["more", "\nmore", "0      old", "1      x", "12 monkeys", "x" * 13, "4  x", "10", "a      b",
     "9 a [d] vmx-1", "10      x"],
)  # fmt: skip
def test_a_line_that_is_no_row_goes_on_with_the_annotation(more: str) -> None:
    found = read_lines(COLUMNS, STRIPPED.replace("note", "note\n" + more))
    assert found is not None
    assert [row.annotation for row in found] == ["note\n" + more, "", ""]


@pytest.mark.parametrize(
    "body",
    [
        "more\n" + STRIPPED,
        STRIPPED.replace("note", "note\n" + "x" * 14),
        STRIPPED.replace("12 ", "1  "),
        STRIPPED.replace("vmx-08", "vmx08 "),
        STRIPPED + "\n4      lost   [ds",
        "",
    ],
)
def test_what_is_no_table_of_lines(body: str) -> None:
    assert read_lines(COLUMNS, body) is None


@pytest.mark.parametrize(
    ("line", "after", "like"),
    [("2      x", "1", True), ("10   x", "1", True), ("10   x", "2", False), ("2   x", "2", False),
     ("2  x", "1", False), ("2    ", "1", False), ("x   y", "1", False), ("", "", False)],
)  # fmt: skip
def test_a_line_that_begins_like_a_row(line: str, after: str, like: bool) -> None:
    assert row_like(line, after) is like


def test_a_row_quoted_in_an_annotation_is_no_vm_where_it_misses_the_columns() -> None:
    wide = HEAD.replace("   Annotation", " " * 18 + "Annotation")  # the column is now 48 wide
    quoted = "5  evil   [ds] evil/evil.vmx   g   vmx-08"
    printed = wide + "\n" + STRIPPED.replace("note", "see\n" + quoted) + "\n"
    assert [row.vmid for row in parse_list(printed).vms] == [1, 12, 3]
    assert parse_list(printed).vms[0].annotation == "see\n" + quoted


def test_rows_that_keep_to_the_columns_are_read_by_them_beside_others() -> None:
    squeezed = "4 lost [ds] lost/lost.vmx g vmx-08"
    folder = ROWS[1].replace("[ds2] bb/bb.vmx   ", "[d] x   [e] b.vmx ")
    printed = f"{HEAD}\n{ROWS[0]}\n{folder}\n{squeezed}\n"
    assert [(row.vmid, row.name, row.path) for row in parse_list(printed).vms] == [
        (1, "a", "[ds] a/a.vmx"),
        (12, "bb", "[d] x   [e] b.vmx"),
        (4, "lost", "[ds] lost/lost.vmx"),
    ]
