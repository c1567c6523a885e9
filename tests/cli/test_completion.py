"""``ftlab __complete``, which the scripts of ``ftlab completion`` ask at each Tab."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ftlab.cli.completion import bash_line, seen

INVENTORY = "[vesxi]\nvesxi[01:03].lab.example\n[spare]\nvesxi03.lab.example\n"
Complete = Callable[..., list[str]]


@pytest.fixture
def complete(cli) -> Complete:
    """The candidates, each without its description, as zsh gets them."""
    (cli.home / "hosts.ini").write_text(INVENTORY)

    def ask(*words: str) -> list[str]:
        out = subprocess.run(
            [*cli.program, "__complete", "zsh", *words],
            env=cli.env, cwd=cli.home, capture_output=True, check=True, text=True,
        )  # fmt: skip
        assert out.stderr == ""
        return [line.partition("\t")[0] for line in out.stdout.splitlines()]

    return ask


def test_tasks_flags_and_values(complete):
    assert complete("lab.un") == ["words", "lab.undo"]
    assert complete("vm.list", "--no-f") == ["words", "--no-fold"]
    assert complete("vft.power-on-secondary", "--trigger", "v") == ["words", "vcenter"]
    assert complete("vft.power-on-secondary", "--trigger=h") == ["words", "--trigger=host"]
    assert complete("vm.list", "-i", "") == ["files"]
    assert complete("vm.list", "-q", "--qui") == ["words"]  # it is given already
    assert complete("vm.list", "-l", "a", "--limi") == ["words", "--limit"]  # this may come again
    assert complete("completion", "") == ["words", "bash", "zsh", "fish"]
    assert complete("explain", "hostkey.c") == ["words", "hostkey.changed"]
    assert complete("--list", "vf") == ["words", "vft"]
    assert complete("no.task", "--") == ["words", "--help", "--list", "--version"]


def test_hosts_and_groups_within_a_pattern(complete):
    assert complete("vm.list", "-l", "vesxi0") == [
        "words", "vesxi01.lab.example", "vesxi02.lab.example", "vesxi03.lab.example",
    ]  # fmt: skip
    assert complete("vm.list", "-l", "vesxi:!sp") == ["words", "vesxi:!spare"]
    assert complete("vm.list", "-l", "spare,vesxi02") == ["words", "spare,vesxi02.lab.example"]
    assert complete("hosts.check", "-i", "no-such-file", "-l", "") == ["words"]


def test_a_changed_inventory_is_read_again(complete, cli):
    assert complete("vm.list", "-l", "new") == ["words"]
    (cli.home / "hosts.ini").write_text(INVENTORY + "new-host\n")
    assert complete("vm.list", "-l", "new") == ["words", "new-host"]


def test_the_settings_file_names_the_inventory(complete, cli):
    (cli.home / "other.ini").write_text("elsewhere01\n")
    (cli.home / "ftlab.toml").write_text('inventory = "other.ini"\n')
    assert complete("vm.list", "-l", "else") == ["words", "elsewhere01"]


def test_tasks_of_the_users_own(complete, cli):
    (cli.home / "tasks.py").write_text(
        "from ftlab import fleet_task\n\n@fleet_task(help={})\ndef my_uptime(lab):\n    pass\n"
    )
    assert complete("my") == ["words", "my-uptime"]
    assert complete("my-uptime", "--jsonl") == ["words", "--jsonl"]


def test_names_of_earlier_answers_and_runs(bench):
    place = bench(hosts=2)
    cli = place.cli
    cli("vm.list").expect(0)
    cli("advopt.set", "/Migrate/NetTimeout", "33", "--yes").expect(0)
    cli("advopt.get", "/Net/FollowHardwareMac").expect(0)
    run = cli.json("lab.history").document["runs"][0]["run"]

    def ask(*words: str) -> list[str]:
        out = subprocess.run(
            [*cli.program, "__complete", "zsh", *words],
            env=cli.env, cwd=cli.home, capture_output=True, check=True, text=True,
        )  # fmt: skip
        return out.stdout.splitlines()

    vms = [line.partition("\t")[0] for line in ask("vm.power-on", "--vm", "")]
    listed = cli.json("vm.list").hosts.values()
    assert set(vms[1:]) == {vm["name"] for host in listed for vm in host["facts"]["vms"]}
    assert "/Net/FollowHardwareMac" in [line.partition("\t")[0] for line in ask("advopt.set", "/N")]
    assert ask("lab.undo", "last")[1].startswith("last\t")
    [found] = [line for line in ask("lab.undo", "") if line.startswith(run)]
    assert "advopt.set, 2 hosts, ok" in found
    [file] = (cli.home / ".cache" / "ftlab").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_cache_that_cannot_be_read_or_written_is_no_matter(bench):
    place = bench(hosts=2)
    (place.cli.home / ".cache").write_text("in the way")
    assert place.cli("vm.list").expect(0).err == ""


def test_no_invoke_and_no_paramiko_for_a_tab(complete, cli):
    complete("vm.list", "-l", "")  # the inventory is known from here on
    code = (
        "import sys; sys.argv = ['ftlab', '__complete', 'bash', 'ftlab vm.list -l v'];"
        "import ftlab.main; ftlab.main.main();"
        "print(sorted({'invoke', 'paramiko', 'fabric', 'rich', 'ftlab.engine'} & set(sys.modules)))"
    )
    out = subprocess.run(
        [sys.executable, "-c", code],
        env=cli.env, cwd=cli.home, capture_output=True, check=True, text=True,
    )  # fmt: skip
    assert out.stdout.splitlines()[-1] == "[]"


def test_the_quick_help_is_the_whole_help(cli, typed, monkeypatch):
    quick = cli("--help", env={"COLUMNS": "80"}).expect(0)
    monkeypatch.setenv("COLUMNS", "80")
    assert quick.out == typed("--help").expect(0).out
    (cli.home / "tasks.py").write_text("from invoke import task\n\n@task\ndef mine(c):\n    pass\n")
    assert "mine" in cli("--help").expect(0).out
    (cli.home / "tasks.py").write_text(
        f"import invoke\n{HANDED_ON}ns.add_task(invoke.Task(print), name='yours')\n"
    )
    assert "yours" in cli("--help").expect(0).out
    assert cli("--help", env={"FTLAB_TASKS": "no-such.py"}).code == 2


HANDED_ON = "from ftlab.tasks.namespace import namespace\n\nns = namespace()\n"


@pytest.mark.parametrize(
    "tasks",
    [None, (Path(__file__).parents[2] / "tasks.py").read_text(), f"# inv\n{HANDED_ON}"],
    ids=["none", "a checkout's", "a comment"],
)
def test_the_help_loads_no_invoke_and_no_paramiko(cli, tasks):
    if tasks is not None:
        (cli.home / "tasks.py").write_text(tasks)
    code = (
        "import sys; sys.argv = ['ftlab', '--help']; import ftlab.main; ftlab.main.main();"
        "print(sorted({'invoke', 'paramiko', 'fabric', 'ftlab.tasks'} & set(sys.modules)))"
    )
    out = subprocess.run(
        [sys.executable, "-c", code],
        env=cli.env, cwd=cli.home, capture_output=True, check=True, text=True,
    )  # fmt: skip
    assert out.stdout.splitlines()[-1] == "[]"


def test_whatever_is_wrong_a_prompt_is_left_alone(complete, cli):
    (cli.home / "hosts.ini").write_text("[broken\n")
    assert complete("vm.list", "-l", "v") == ["words"]
    (cli.home / "ftlab.toml").write_text("= =")
    assert complete("lab.undo", "") == ["words"]


def test_a_damaged_cache_is_as_good_as_none(tmp_path):
    inventory = tmp_path / "hosts.ini"
    inventory.write_text(INVENTORY)
    env = {"XDG_CACHE_HOME": str(tmp_path)}
    known = seen.read(env, str(inventory))
    seen.write(known.with_answers({"h": ["db01"]}, [], []))
    assert seen.read(env, str(inventory)).vms() == [("db01", "h")]
    assert known.path is not None
    Path(known.path).write_bytes(os.urandom(40))
    assert seen.read(env, str(inventory)).vms() == []


@pytest.mark.parametrize(
    ("line", "values"),
    [
        ("ftlab ", ["ftlab", ""]),
        ("A=1 ftlab vm", ["ftlab", "vm"]),
        ("ftlab  -l 'a b' \"c d\" e\\ f", ["ftlab", "-l", "a b", "c d", "e f"]),
        ("ftlab -l 'vesxi:!sp", ["ftlab", "-l", "vesxi:!sp"]),
        ("ftlab --limit=ve", ["ftlab", "--limit=ve"]),
        ("ftlab ''", ["ftlab", ""]),
    ],
)
def test_a_line_of_bash_as_words(line, values):
    assert [word.value for word in bash_line.split(line)] == values


@pytest.mark.parametrize(
    ("line", "value", "placed"),
    [
        ("ftlab -l vesxi:sp", "vesxi:spare", "spare "),
        ("ftlab --limit=ve", "--limit=vesxi", "vesxi "),
        ("ftlab --vm a", "a b", "a\\ b "),
        ("ftlab --vm 'a", "a b", "a b"),
        ("ftlab --vm [d", "[ds] a/a.vmx", "\\[ds\\]\\ a/a.vmx "),
    ],
)
def test_what_readline_is_given_in_place_of_what_it_replaces(line, value, placed):
    assert bash_line.split(line)[-1].completed(value, ends=True) == placed
