"""The command line as a contract: what is a usage error, and what the variables say."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from cli_place import Bench, Place
from cli_runner import Cli
from lab_bench import near

from ftlab.tasks.flags import FLAGS

OPTION = "/Migrate/NetTimeout"

WRONG = [
    ("no.such.task",),
    ("--list", "nope"),
    ("--list-format", "nope", "--list"),
    ("--help", "nope"),
    ("--dry", "hosts.check"),
    ("hosts.check", "--dry"),
    ("hosts.check", "-R"),
    ("vm.lst",),
    ("hosts.list", "--no-such-flag"),
    ("hosts.list", "left-over"),
    ("hosts.list", "-H", "vesxi01"),
    ("hosts.list", "--limit"),
    ("advopt.get",),
    ("advopt.set", OPTION),
    ("advopt.get", "Migrate/NetTimeout"),
    ("advopt.get", ""),
    ("advopt.get", "/Migrate/Net Timeout; reboot"),
    ("advopt.get", "--no-such-flag"),
    ("fleet.run",),
    ("fleet.run", "--no-such-flag"),
    ("fleet.run", "true", "--ok-exit", "many"),
    ("fleet.run", "true", "--ok-exit", "256"),
    ("vft.enable", "-n"),
    ("vft.power-on-secondary", "-n"),
    ("vft.power-on-secondary", "--vm", "x", "--wait", "-1", "-n"),
    ("vft.power-on-secondary", "--vm", "x", "--attempts", "many", "-n"),
    ("vm.power-off", "--vm", "x", "--guest-wait", "soon", "-n"),
    ("vm.list", "--vm", "vmid:x"),
    ("vm.list", "--vm", ""),
    ("vmx.get", "--vm", "vmid:-1"),
    ("hosts.check", "-l", "no-such-host"),
    ("hosts.check", "-l", "vesxi01:&vesxi02"),
    ("hosts.check", "-l", "~("),
    ("hosts.check", "-l", "@no-such-file"),
    ("hosts.check", "-x", "all"),
    ("hosts.check", "-l", ""),
    ("hosts.check", "-i", "no-such-file.ini"),
    ("hosts.check", "-f", "0"),
    ("hosts.check", "-f", "many"),
    ("hosts.check", "--batch", "1,0"),
    ("hosts.check", "--batch", "200%"),
    ("hosts.check", "--max-fail", "0"),
    ("hosts.check", "--timeout", "0"),
    ("hosts.check", "--timeout", "nan"),
    ("hosts.check", "--connect-timeout", "-1"),
    ("hosts.check", "--deadline", "0"),
    ("hosts.check", "--deadline", "inf"),
    ("hosts.check", "--retry-failed", "20200101T000000-0000"),
    ("hosts.check", "--host-key", "whatever"),
    ("advopt.set", OPTION, "60", "-y", "--wait-lock", "-1"),
    ("lab.undo",),
    ("lab.undo", "last", "-y"),
    ("sim.serve", "--hosts", "0"),
    ("sim.serve", "--hosts", "many"),
    ("sim.serve", "--versions", "3.5"),
    ("sim.serve", "--remedy", "2"),
]


@pytest.mark.parametrize("argv", WRONG, ids=" ".join)
def test_a_wrong_request_exits_2_and_contacts_nobody(typed, argv):
    ran = typed(*argv).expect(2)
    assert ran.err.startswith("ftlab: ")


CHANGES = [
    ("advopt.set", OPTION, "60"),
    ("advopt.reset", OPTION),
    ("vmx.set", "--vm", "x", "--set", "a=b"),
    ("vmx.unset", "--vm", "x", "--key", "a"),
    ("vm.power-on", "--vm", "x"),
    ("vm.power-off", "--vm", "x"),
    ("vm.reload", "--vm", "x"),
    ("vm.answer", "--vm", "x", "--choice", "1"),
    ("vft.enable", "--vm", "x"),
    ("vft.disable", "--vm", "x"),
    ("vft.stream",),
    ("vft.power-on-secondary", "--vm", "x"),
    ("hosts.trust",),
]


@pytest.mark.parametrize("argv", CHANGES, ids=lambda argv: argv[0])
@pytest.mark.parametrize("json", [(), ("--json",)], ids=["text", "json"])
def test_a_change_without_yes_and_without_a_terminal_is_refused(typed, argv, json):
    ran = typed(*argv, *json).expect(2)
    assert "--yes" in ran.err


HELPED = ["hosts.list", "advopt.get", "advopt.set", "fleet.run", "lab.undo", "lab.history"]


@pytest.mark.parametrize("task", HELPED)
@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_help_is_help_wherever_it_stands(typed, task, flag):
    """Also where invoke would take the flag for an argument that is still missing."""
    before, after = typed(flag, task).expect(0), typed(task, flag).expect(0)
    assert before.out == after.out
    assert "Example: ftlab" in after.out


def test_no_inventory_names_where_it_looked(typed, tmp_path: Path):
    (tmp_path / "hosts.ini").unlink()
    ran = typed("hosts.list").expect(2)
    assert "hosts.ini" in ran.err
    assert ".config/ftlab/hosts.ini" in ran.err


def test_the_inventory_is_found_here_then_at_home(typed, tmp_path: Path, monkeypatch):
    at_home = tmp_path / ".config/ftlab/hosts.ini"
    at_home.parent.mkdir(parents=True)
    at_home.write_text("home01\n")
    assert "vesxi01" in typed("hosts.list", "--json").hosts
    (tmp_path / "hosts.ini").unlink()
    assert list(typed("hosts.list", "--json").hosts) == ["home01"]
    (tmp_path / "named.ini").write_text("named01\n")
    monkeypatch.setenv("FTLAB_INVENTORY", "named.ini")
    assert list(typed("hosts.list", "--json").hosts) == ["named01"]
    (tmp_path / "given.ini").write_text("given01\n")
    assert list(typed("hosts.list", "--json", "-i", "given.ini").hosts) == ["given01"]
    monkeypatch.delenv("FTLAB_INVENTORY")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "elsewhere"))
    typed("hosts.list").expect(2)


REFUSED = {
    "inventory": "no-such-file.ini", "limit": "no-such-host", "exclude": "all", "parallel": "many",
    "batch": "some", "max_fail": "few", "timeout": "long", "connect_timeout": "long",
    "deadline": "late", "retry_failed": "never", "host_key": "any", "wait_lock": "long",
    "executor": "abacus",
    "run_log": "no/such/folder/ftlab.log",
}  # fmt: skip
"""A value by which each flag with a value betrays that its variable was read."""
SWITCHES = [flag for flag in FLAGS if flag.default is False]


def test_every_flag_is_covered_here():
    elsewhere = {"state_dir", "verbose"}
    assert {flag.name for flag in FLAGS} - {flag.name for flag in SWITCHES} - elsewhere == set(
        REFUSED
    )


@pytest.mark.parametrize("name", REFUSED)
def test_every_value_flag_has_its_variable(typed, name, monkeypatch):
    monkeypatch.setenv(f"FTLAB_{name.upper()}", REFUSED[name])
    typed("hosts.check").expect(2)


@pytest.mark.parametrize("flag", SWITCHES, ids=lambda flag: flag.name)
def test_every_switch_has_its_variable(typed, flag, monkeypatch):
    monkeypatch.setenv(flag.variable, "perhaps")
    assert flag.variable in typed("hosts.list").expect(2).err
    for word in ("1", "0", ""):
        monkeypatch.setenv(flag.variable, word)
        typed("hosts.list").expect(0)


def test_variables_do_what_their_flags_do(typed, monkeypatch, tmp_path: Path):
    monkeypatch.setenv("FTLAB_JSON", "1")
    monkeypatch.setenv("FTLAB_LIMIT", "vesxi02:vesxi03")
    monkeypatch.setenv("FTLAB_EXCLUDE", "vesxi03")
    assert list(typed("hosts.list").hosts) == ["vesxi02"]
    assert list(typed("hosts.list", "-l", "vesxi01").hosts) == ["vesxi01"]  # the flag wins
    monkeypatch.setenv("FTLAB_STATE_DIR", str(tmp_path / "state-of-mine"))
    typed("lab.history").expect(0)
    monkeypatch.setenv("FTLAB_YES", "1")
    assert "lab.undo" not in typed("lab.undo", "last").expect(2).out
    monkeypatch.setenv("FTLAB_VERBOSE", "lots")
    typed("hosts.list").expect(2)


def test_check_by_variable_changes_nothing(bench: Bench):
    place = near(bench())
    ran = place.cli.json("advopt.set", OPTION, "60", env={"FTLAB_CHECK": "1"}).expect(3)
    assert ran.document["check"] is True
    assert place.option("vesxi01", OPTION) == "20"


def test_it_works_as_cron_starts_it(mixed: Place, tmp_path: Path):
    """No HOME, no TERM, no stdin at all, an empty environment."""
    argv = [sys.executable, "-m", "ftlab", "advopt.get", OPTION, "-i", str(mixed.lab.inventory),
            "--state-dir", str(tmp_path), "--json"]  # fmt: skip
    done = subprocess.run(
        ["/bin/sh", "-c", 'exec env -i "$@" <&-', "sh", *argv],
        capture_output=True, timeout=40, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["task"] == "advopt.get"
    assert done.stderr == b""


def test_a_reader_that_leaves_is_no_error(tmp_path: Path):
    Cli(tmp_path / "home")
    done = subprocess.run(
        ["/bin/sh", "-c", '"$0" -m ftlab --list | true', sys.executable],
        capture_output=True, timeout=40, check=False,
    )  # fmt: skip
    assert done.stderr == b""


def test_colour_only_where_it_is_wanted(mixed: Place):
    with mixed.cli.started(
        "hosts.check", "-l", "vesxi01", env={"FORCE_COLOR": "1", "TERM": "xterm"}
    ) as process:
        out, _ = process.communicate(timeout=40)
    assert "\x1b[" in out
    mixed.cli("hosts.check", "-l", "vesxi01", env={"FORCE_COLOR": "1", "NO_COLOR": "1"})


def test_version_and_an_empty_command_line(typed):
    assert typed("--version").expect(0).out.startswith("ftlab ")
    assert "hosts.list" in typed("--list").expect(0).out


@pytest.mark.parametrize("closed", ["2>&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize(("host", "code"), [("vesxi01", 0), ("no-such-host", 2)])
def test_closed_streams_are_no_fault(tmp_path: Path, closed, host, code):
    (tmp_path / "hosts.ini").write_text("vesxi01\n")
    done = subprocess.run(
        ["/bin/sh", "-c", f'"$0" -m ftlab hosts.list -l {host} {closed}', sys.executable],
        capture_output=True, timeout=40, check=False, cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == code
    assert b"Traceback" not in done.stderr
    assert code == 0 or done.stdout == b""
