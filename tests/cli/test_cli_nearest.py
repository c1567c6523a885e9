"""Slips of the pen, other tools' words, and a VM without its flag."""

from __future__ import annotations

import pytest
from cli_place import Bench

from ftlab.cli.help_text import usage
from ftlab.nearest import nearest
from ftlab.tasks.namespace import namespace


@pytest.mark.parametrize(
    ("flag", "here"),
    [
        ("--dry-run", "--check"), ("-C", "--check"), ("-w", "-l"),
        ("-b", "--no-fold"), ("-u", "ansible_user"), ("-k", "FTLAB_PASSWORD_FILE"),
        ("--forks=5", "-f N"), ("-o", "--json"), ("--limti", "--limit"),
    ],
)  # fmt: skip
def test_a_flag_of_another_tool_is_answered_with_ours(typed, flag: str, here: str):
    assert here in typed("vm.list", flag).expect(2).err.splitlines()[1]


@pytest.mark.parametrize(
    ("argv", "here"),
    [
        (("vmx.get", "--vm", "db01", "-k", "x"), "did you mean '--key'?"),
        (("lab.plan", "-p", "vft"), "did you mean '--profile'?"),
        (("vft.status", "-w"), "did you mean '--watch'? -l PATTERN"),
    ],
)
def test_a_letter_is_first_taken_for_a_flag_of_this_very_task(typed, argv, here: str):
    assert here in typed(*argv).expect(2).err


def test_a_name_that_differs_by_capitals_or_its_domain_alone_stands_alone():
    assert nearest("APP01", ["app01", "app02"]) == ["app01"]
    hosts = ["vesxi", "vesxi01.lab.example", "vesxi02.lab.example"]
    assert nearest("vesxi02", hosts) == ["vesxi02.lab.example"]


def test_an_option_as_powercli_writes_it_is_understood(typed):
    for written in ("Migrate.NetTimeout", "Migrate/NetTimeout"):
        assert "did you mean '/Migrate/NetTimeout'?" in typed("advopt.get", written).expect(2).err


def test_a_profile_is_nearly_one(typed):
    assert "did you mean 'nested'" in typed("lab.plan", "--profile", "nestd").expect(2).err


@pytest.mark.parametrize(
    ("task", "line"),
    [
        ("vm.power-on", "ftlab vm.power-on VM [flags]"),
        ("vm.list", "ftlab vm.list [VM] [flags]"),
        ("vmx.set", "ftlab vmx.set VM --set KEY=VALUE [flags]"),
        ("vmx.unset", "ftlab vmx.unset VM --key KEY [flags]"),
        ("lab.apply", "ftlab lab.apply --profile PROFILE [flags]"),
        ("vft.stream", "ftlab vft.stream --value VALUE [flags]"),
        ("hosts.record", "ftlab hosts.record --out FILE [flags]"),
        ("lab.undo", "ftlab lab.undo RUN [flags]"),
    ],
)
def test_a_usage_line_names_what_must_be_there(task: str, line: str):
    assert usage(task, namespace()[task].get_arguments()) == line


def test_a_vm_may_stand_without_its_flag(bench: Bench):
    place = bench()
    named = place.cli.json("vm.list", "app01", "-l", "vesxi01").expect(0).hosts["vesxi01"]
    assert [vm["name"] for vm in named["facts"]["vms"]] == ["app01"]
    place.cli("vm.power-on", "app01", "-l", "vesxi01", "--yes").expect(0)
    assert place.vm("vesxi01", "app01").power == "poweredOn"
    two = place.cli("vm.list", "app01", "app02").expect(2).err
    assert "one word too many: 'app02'" in two
    wrong = place.cli("vm.list", "APP01").expect(5)
    assert "did you mean 'app01'" in wrong.out
