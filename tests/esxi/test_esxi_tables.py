"""What ``esxcli`` prints as a table or as blocks, in the states in which it arrives."""

from __future__ import annotations

import pytest

from ftlab.errors import ParseError
from ftlab.esxi.host import tables, uplinks, vmknic
from ftlab.esxi.settings.readers import value_in

NICS = """\
Name    Link  Speed   MTU  Description
------  ----  -----  ----  -----------
vmnic0  Up     1000  1500  a card, two ports
vmnic1  Down      0  1500
"""
GROUPS = """\
Name{}  Virtual Switch  Active Clients  VLAN ID
{}  --------------  --------------  -------
{}  vSwitch0                     1        0
"""
BLOCKS = """\
vmk0
   Name: vmk0
   Portset: vSwitch0
   Netstack Instance: defaultTcpipStack

vmk1
   Name: vmk1
   Portset: DvsPortset-0
   Netstack Instance: vmotion
"""
KERNEL = """\
Name          Type  Description     Configured  Runtime  Default
------------  ----  --------------  ----------  -------  -------
iovDisableIR  Bool  The interrupts  true        TRUE     FALSE
vga           Bool  The console     false       FALSE    FALSE
"""


def indented(text: str, by: str = "   ") -> str:
    return "".join(f"{by}{line}\n" for line in text.splitlines())


@pytest.mark.parametrize("by", ["", " ", "   "])
def test_a_table_may_be_indented(by: str) -> None:
    assert uplinks.parse_speeds(indented(NICS, by)) == {"vmnic0": 1000, "vmnic1": 0}
    assert tables.parse_columns(indented(NICS, by))[0]["Description"] == "a card, two ports"


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        (NICS.replace("  ", " "), 1, "the header of the table does not stand over its dashes"),
        ("Name    Speed\n------  -----\nvmnic0  1000\nmy long card 10\n", 4, "a row of the table"),
        ("Name Speed\n------  -----\nvmnic0  1000\n", 1, "the header of the table"),
    ],
)
def test_a_table_that_has_lost_blanks_is_no_answer(text: str, line: int, what: str) -> None:
    """Cut where the dashes are, its cells would be lies."""
    with pytest.raises(ParseError) as caught:
        tables.parse_columns(text)
    assert caught.value.evidence["line"] == line
    assert str(caught.value).startswith(what)


@pytest.mark.parametrize(
    "width", [len("管理网络"), len("管理网络".encode())], ids=["text", "bytes"]
)
def test_names_in_any_letters_under_either_width(width: int) -> None:
    name = "管理网络"
    gap = " " * (width - (len(name) if width == len(name) else len(name.encode())))
    text = GROUPS.format(" " * (width - 4), "-" * width, name + gap)
    [row] = tables.parse_columns(text)
    assert row == {
        "Name": name, "Virtual Switch": "vSwitch0", "Active Clients": "1", "VLAN ID": "0",
    }  # fmt: skip


def test_blocks_with_and_without_their_indents() -> None:
    flat = BLOCKS.replace("   ", "")
    assert vmknic.parse_interfaces(flat) == vmknic.parse_interfaces(BLOCKS)
    assert [(one.name, one.stack) for one in vmknic.parse_interfaces(BLOCKS)] == [
        ("vmk0", "defaultTcpipStack"), ("vmk1", "vmotion"),
    ]  # fmt: skip
    switches = "Name: a\n   Name: Name: a\n   Uplinks: vmnic0, vmnic1\n"
    assert uplinks.parse_uplinks(switches) == {"Name: a": ("vmnic0", "vmnic1")}


def test_a_kernel_setting_at_its_default_has_not_changed() -> None:
    """Hosts write what was typed as it was typed, and the default in capitals."""
    assert value_in("kernel", "list", KERNEL, "changed", "") == ("iovDisableIR",)
    with pytest.raises(ParseError, match="no name, configured value and default"):
        value_in("kernel", "list", "Name\n----\nvga\n", "changed", "")
