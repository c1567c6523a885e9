"""``getallvms``: no VM is invented, none is lost, whatever people call their VMs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ftlab.errors import ParseError
from ftlab.esxi.getallvms.entry import VmEntry
from ftlab.esxi.getallvms.listing import VmList, build_list, parse_list
from ftlab.esxi.getallvms.loose_row import read_row

TITLES = ("Vmid", "Name", "File", "Guest OS", "Version", "Annotation")


def octets(text: str) -> int:
    return len(text.encode("utf-8", "surrogateescape"))


def table(vms: Sequence[VmEntry], size: Any = octets, *, stripped: bool = False) -> str:
    """What a host prints: every column padded, the last one too; titles centred."""
    cells = [
        (str(vm.vmid), vm.name, vm.path, vm.guest, vm.version, vm.annotation)
        for vm in sorted(vms, key=lambda vm: str(vm.vmid))
    ]
    widths = [max(size(cell) for cell in column) for column in zip(TITLES, *cells, strict=True)]
    header = "   ".join(
        " " * ((width - len(title)) // 2) + title + " " * (width - len(title) - left)
        for title, width in zip(TITLES, widths, strict=True)
        for left in [(width - len(title)) // 2]
    )
    rows = [
        "   ".join(cell + " " * (w - size(cell)) for cell, w in zip(row, widths, strict=True))
        for row in cells
    ]
    lines = "\n".join([header.rstrip(" "), *rows]).split("\n")
    return "\n".join(line.rstrip(" ") if stripped else line for line in lines) + "\n"


def vm(vmid: int, name: str, annotation: str = "", **more: str) -> VmEntry:
    path = more.get("path", f"[datastore1] {name}/{name}.vmx")
    return VmEntry(vmid, name, path, "otherGuest", more.get("version", "vmx-08"), annotation)


def ordered(vms: Sequence[VmEntry]) -> tuple[VmEntry, ...]:
    return tuple(sorted(vms, key=lambda one: str(one.vmid)))


line_chars = st.characters(exclude_categories=["Cs"], exclude_characters="\n\r\0")
words = st.text(line_chars, min_size=1, max_size=30).map(lambda text: text.strip(" "))
names = words.filter(bool) | st.sampled_from(
    ["a [b] c", "[x] y.vmx", "x   [ds] y/y.vmx", "vmx-08", "Ünïcode ：名", "\"q\" 'r'", "12   13"]
)
folders = names.map(lambda text: text.replace("/", "_")).filter(lambda text: text.strip(" "))
stores = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="[]/\n\r\0"), min_size=1, max_size=9
)
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\0"), max_size=60)
forged = st.sampled_from(
    [
        "2      eggs\n11   bread",
        "7      evil   [datastore1] evil/evil.vmx   otherGuest   vmx-08              ",
        "Vmid   Name   File   Guest OS   Version   Annotation",
        "Skipping invalid VM '9'\n",
        "line\n\n\nline\n",
        "1\n2\n3",
    ]
)
annotations = (texts | forged).map(lambda text: text.rstrip(" "))


@st.composite
def inventories(draw: st.DrawFn) -> list[VmEntry]:
    vmids = draw(st.lists(st.integers(1, 123456), unique=True, max_size=6))
    return [
        VmEntry(
            vmid,
            draw(names),
            f"[{draw(stores)}] {draw(folders)}/{draw(folders)}.vmx",
            draw(st.sampled_from(["otherGuest", "windows7Server64Guest", "other26xLinux64Guest"])),
            f"vmx-{draw(st.integers(3, 22)):02}",
            draw(annotations),
        )
        for vmid in vmids
    ]


@given(inventories(), st.sampled_from([octets, len]))
def test_what_a_host_prints_is_what_is_there(vms: list[VmEntry], size: Any) -> None:
    assert parse_list(table(vms, size)) == VmList(ordered(vms))


@given(inventories())
def test_noise_around_the_table_changes_nothing(vms: list[VmEntry]) -> None:
    printed = "The time of this login\n\nSkipping invalid VM '77'\n" + table(vms)
    assert parse_list(printed) == VmList(ordered(vms), ("77",))


@given(inventories())
def test_a_terminal_changes_nothing(vms: list[VmEntry]) -> None:
    printed = "[root@esx:~] vim-cmd vmsvc/getallvms\n" + table(vms) + "[root@esx:~] "
    assert parse_list(printed.replace("\n", "\r\n")) == VmList(ordered(vms))


@given(inventories().filter(len), st.sampled_from(["", "\n\n", "\n\n\n"]))
def test_the_last_line_feed_may_be_lost_or_doubled(vms: list[VmEntry], end: str) -> None:
    """The widths of one row alone may leave open whether its annotation has the second one."""
    assume(not ordered(vms)[-1].annotation.endswith("\n"))
    *rows, last = parse_list(table(vms).removesuffix("\n") + end).vms
    assert (*rows, replace(last, annotation=last.annotation.rstrip(" \n"))) == ordered(vms)


plain = st.text(st.characters(codec="ascii", categories=["L"]), min_size=1, max_size=9)


@given(st.lists(st.tuples(st.integers(1, 999), names, plain), unique_by=lambda row: row[0]))
def test_blanks_at_line_ends_may_be_lost(rows: list[tuple[int, str, str]]) -> None:
    vms = [vm(vmid, name, note, path=f"[ds] {note}/x.vmx") for vmid, name, note in rows]
    assert parse_list(table(vms, stripped=True)) == VmList(ordered(vms))


@given(st.text())
def test_any_text_is_a_list_or_a_parse_error(
    error_of: Callable[..., ParseError | None], text: str
) -> None:
    error = error_of(parse_list, text)
    assert error is None or error.evidence["line"] >= 1


@given(inventories().filter(len), st.data())
def test_a_cut_table_never_gives_a_vm_that_is_not_there(
    vms: list[VmEntry], data: st.DataObject
) -> None:
    whole = table(vms).encode()
    cut = whole[: data.draw(st.integers(0, len(whole)))].decode("utf-8", "surrogateescape")
    try:
        found = parse_list(cut).vms
    except ParseError:
        return
    assert {(row.vmid, row.path) for row in found} <= {(row.vmid, row.path) for row in vms}


def test_an_annotation_that_copies_a_row_is_an_annotation() -> None:
    real = [vm(1, "a", "x" * 40), vm(3, "b")]
    row = table(real).split("\n")[1]
    vms = [vm(1, "a", "look:\n" + row.replace("1  ", "2  ", 1) + "\nend"), vm(3, "b")]
    assert parse_list(table(vms)).vms == tuple(vms)


def test_both_streams_and_both_orders_of_invalid_vms() -> None:
    printed = table([vm(1, "a"), vm(2, "b")])
    lines = printed.split("\n")
    mixed = "\n".join([*lines[:2], "Skipping invalid VM '6'", *lines[2:]])
    found = parse_list(mixed, "Skipping invalid VM '5'\r\nSkipping invalid VM '6'\n")
    assert found == VmList((vm(1, "a"), vm(2, "b")), ("5", "6"))


def test_an_empty_inventory_is_not_an_empty_answer() -> None:
    header = "Vmid   Name   File   Guest OS   Version   Annotation"
    assert parse_list(header) == parse_list(header + "\n\n") == VmList(())
    for nothing in ("", "\n", "Skipping invalid VM '1'\n", "bash: vim-cmd: not found\n"):
        with pytest.raises(ParseError, match=r"^neither a header of getallvms nor a row \(line"):
            parse_list(nothing)


HEAD = "Vmid   Name          File             Guest OS    Version   Annotation\n"
ROW_1 = "1      a      [datastore1] a/a.vmx   otherGuest   vmx-08              \n"


@pytest.mark.parametrize(
    "row",
    [
        "2      b      not a path              otherGuest   vmx-08              ",
        "2      b      [datastore1] b/b.vmx   otherGuest",
        "2      b      [datastore1] b/b.vm",
        "2      b",
        "2 b [datastore1] b/b.vmdk otherGuest vmx-08",
    ],
)
def test_a_row_that_cannot_be_read_is_an_error_with_that_row(row: str) -> None:
    for text, line in ((HEAD + ROW_1 + row, 3), (HEAD + row + "\n" + ROW_1, 2), (row, 1)):
        with pytest.raises(
            ParseError, match=r"^a row of getallvms that cannot be read \(l"
        ) as caught:
            parse_list(text)
        assert (caught.value.evidence["line"], caught.value.evidence["text"]) == (line, row)


@pytest.mark.parametrize("head", ["", HEAD, "5   hosts here\n\n" + HEAD])
@pytest.mark.parametrize("line", ["7   racks", "2      b", "12  of 40", "  9    x"])
def test_an_annotation_that_has_begun_may_have_lines_that_begin_like_rows(
    head: str, line: str
) -> None:
    """Where blanks at line ends are lost, or the columns; what names a file must be a row."""
    row = "1      a      [datastore1] a/a.vmx   otherGuest   vmx-08    racks:"
    copy = f"{head}{row}\n{line}\nend\n"
    (vm,) = parse_list(copy).vms
    assert vm.annotation == f"racks:\n{line}\nend"
    for broken in (f"{line} [datastore1] b/b", f"{line} b.vmx", f"{line}  vmx-08"):
        with pytest.raises(ParseError, match="a row of getallvms that cannot be read"):
            parse_list(copy + broken)


def test_the_first_line_after_a_header_is_a_row_or_an_error() -> None:
    with pytest.raises(ParseError) as caught:
        parse_list(HEAD + "\nsomething else\n" + ROW_1)
    assert caught.value.evidence["line"] == 3


def test_one_number_twice_is_an_error() -> None:
    with pytest.raises(ParseError, match="two rows of getallvms with the number 1"):
        parse_list(HEAD + ROW_1 + ROW_1)


def test_an_annotation_longer_than_its_column_is_a_row_that_cannot_be_read() -> None:
    found = parse_list(HEAD + ROW_1.rstrip() + "   note\nmore\n")
    assert found.vms[0].annotation == "note\nmore"
    squeezed = "9 lost [datastore1] lost/lost.vmx otherGuest vmx-08"
    found = parse_list(HEAD + ROW_1 + squeezed + "\n")
    assert [row.vmid for row in found.vms] == [1, 9]


def test_lines_of_an_annotation_follow_their_row_without_columns() -> None:
    text = "Vmid Name File\n3 c [ds] C/C.VMX otherGuest vmx-08  one \n\n2 items\n"
    assert parse_list(text).vms[0].path == "[ds] C/C.VMX"
    assert parse_list(text).vms[0].annotation == "one\n\n2 items"


SQUEEZED = "Vmid Name File Guest OS Version Annotation"


def test_a_table_without_columns() -> None:
    rows = "3 c [ds] c/c.vmx g vmx-08 one\n\nend  \n4 d [ds] d/d.vmx g vmx-08\n"
    for head in ("", "motd\nmotd\n" + SQUEEZED + "\n", "  Vmid\tName\n", "\n\n" + HEAD + "\n"):
        found = parse_list(head + rows).vms
        assert [(row.vmid, row.annotation) for row in found] == [(3, "one\n\nend"), (4, "")]
    assert parse_list(SQUEEZED) == parse_list(f"motd\n{SQUEEZED}\n\n") == VmList(())


def test_an_annotation_loses_its_padding_only() -> None:
    text = f"{SQUEEZED}\n3 c [ds] c/c.vmx g vmx-08 X\nmore X  \n"
    assert parse_list(text).vms[0].annotation == "X\nmore X"


def test_a_table_without_columns_has_no_line_that_is_no_row() -> None:
    with pytest.raises(ParseError) as caught:
        parse_list(f"1\n2\n{SQUEEZED}\nwhat?\n3 c [ds] c/c.vmx g vmx-08\n")
    assert (caught.value.evidence["line"], caught.value.evidence["text"]) == (4, "what?")


@pytest.mark.parametrize(
    "prompt", ["[root@esx01:~] ", "~ # ", "/vmfs/volumes # ", "[root@esx01:/tmp] #", "/vmfs $ "]
)
def test_the_next_prompt_is_no_annotation(prompt: str) -> None:
    assert parse_list(HEAD + ROW_1 + prompt) == parse_list(HEAD + ROW_1)


def test_a_crlf_inside_an_annotation_is_kept() -> None:
    vms = [vm(1, "a", "one\r\ntwo"), vm(2, "b")]
    assert parse_list(table(vms)).vms == tuple(vms)
    assert parse_list(table(vms).replace("\n", "\r\n")).vms == tuple(vms)


def test_names_that_are_not_utf8_survive() -> None:
    vms = [vm(1, "caf\udce9"), vm(2, "b")]
    assert parse_list(table(vms)).vms == tuple(vms)


@pytest.mark.parametrize(
    ("line", "name", "path", "guest", "annotation"),
    [
        ("1 a [ds] a/a.vmx g vmx-08", "a", "[ds] a/a.vmx", "g", ""),
        ("  1\ta\t[ds] a/a.vmx\tg\tvmx-08\tnote", "a", "[ds] a/a.vmx", "g", "note"),
        ("1   a [b] c   [ds] x [y] z/a.vmx   g   vmx-8  n ", "a [b] c", "[ds] x [y] z/a.vmx", "g",
         "n"),
        ("1 a [b] c [ds] d/a.vmx g vmx-08", "a [b] c", "[ds] d/a.vmx", "g", ""),
        ("1 a [ds] a/a.vmtx g vmx-08", "a", "[ds] a/a.vmtx", "g", ""),
        ("1 a [ds] a/a.vmx vmx-08", "a", "[ds] a/a.vmx", "", ""),
        ("1 a [] /vmfs/volumes/u/a.vmx g vmx-08", "a", "[] /vmfs/volumes/u/a.vmx", "g", ""),
        ("1 a [ds] a/a.vmx g vmx-08 see [ds] b/b.vmx g vmx-09", "a", "[ds] a/a.vmx", "g",
         "see [ds] b/b.vmx g vmx-09"),
        ("1 XaX [ds] a/a.vmx g vmx-08 XnX", "XaX", "[ds] a/a.vmx", "g", "XnX"),
        ("1 [ds] a/a.vmx g vmx-08", "", "[ds] a/a.vmx", "g", ""),
    ],
)  # fmt: skip
def test_a_row_without_columns(
    line: str, name: str, path: str, guest: str, annotation: str
) -> None:
    version = "vmx-8" if "vmx-8" in line else "vmx-08"
    assert read_row(line) == VmEntry(1, name, path, guest, version, annotation)


@pytest.mark.parametrize(
    "line",
    ["", "a b [ds] a/a.vmx g vmx-08", "1 a ds a/a.vmx g vmx-08", "1 a [ds] a/a.vmx g 08",
     "1 a [ds] a/a.vmx g h vmx-08", "1 a [ds]a/a.vmx g vmx-08", "1a [ds] a/a.vmx g vmx-08"],
)  # fmt: skip
def test_other_lines_are_no_rows(line: str) -> None:
    assert read_row(line) is None


def test_the_command_changes_nothing() -> None:
    assert build_list().argv == ("vim-cmd", "vmsvc/getallvms")
    assert build_list().repeatable
