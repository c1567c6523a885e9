"""The command line as a contract: what is a usage error, and what the variables say."""

from __future__ import annotations

import errno
import json
import subprocess
import sys
from pathlib import Path

import pytest
from cli_place import Bench, Place
from cli_runner import CHECKOUT, Cli
from lab_bench import near

from ftlab.cli import output
from ftlab.cli.flags import FLAGS
from ftlab.cli.help_text import METAVARS
from ftlab.tasks.namespace import namespace
from ftlab.user_files import append_text

OPTION = "/Migrate/NetTimeout"
README = (CHECKOUT / "README.md").read_text("utf-8").partition("\n## Exit codes")[0]

WRONG = [
    ("no.such.task",),
    ("--list", "nope"),
    ("--list-format", "nope", "--list"),
    ("--help", "nope"),
    ("--dry", "hosts.check"),
    ("hosts.check", "--dry"),
    ("hosts.check", "-R"),
    ("vm.lst",),
    ("hosts.list", "--exclude"),
    ("hosts.list", "-l"),
    ("hosts.list", "-l", "vesxi", "-l"),
    ("hosts.list", "-l", "vesxi", "-l", "-n"),
    ("hosts.list", "-l", "--json"),
    ("lab.plan", "--profile", "vft", "--vm"),
    ("lab.plan", "--profile", "vft", "--vm", "-n"),
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
    ("fleet.run", "--"),
    ("hosts.list", "--", "-l", "no-such-host"),
    ("advopt.set", OPTION, "60", "-y", "--", "-n"),
    ("fleet.run", "true", "--ok-exit", "many"),
    ("fleet.run", "true", "--ok-exit", "256"),
    ("fleet.run", "true", "--ok-exit", "9" * 5000),
    ("vft.enable", "-n"),
    ("vft.power-on-secondary", "-n"),
    ("vft.power-on-secondary", "--vm", "x", "--wait", "-1", "-n"),
    ("vft.power-on-secondary", "--vm", "x", "--attempts", "many", "-n"),
    ("vm.power-off", "--vm", "x", "--guest-wait", "soon", "-n"),
    ("vm.list", "--vm", "vmid:x"),
    ("lab.capture", "--vm", "vmid:x"),
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
    ("vft.enable", "--vm", "db01", "--stream", "on", "-y"),
    ("vft.stream", "-y"),
    ("vft.stream", "--value", "", "-y"),
    ("vft.stream", "--value", "1.5", "-y"),
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


SAID = [
    ("hosts.chek", "there is no task 'hosts.chek'", "'hosts.check'"),
    ("enable", "there is no task 'enable'", "'vft.enable'"),
    ("vft", "vft is a collection", "ftlab --list vft"),
    ("--help hosts.chek", "there is no task 'hosts.chek'", "'hosts.check'"),
    ("--list vtf", "there is no collection 'vtf'", "ftlab --list"),
    ("-i lab.ini hosts.check", "-i: flags come after the task", "ftlab hosts.check -i …"),
    ("-l vesxi hosts.check", "-l vesxi: flags come after the task", "ftlab hosts.check -l vesxi …"),
    ("--limit=vesxi hosts.check", "--limit: flags come after", "ftlab hosts.check --limit …"),
    ("--dry hosts.check", "hosts.check has no flag --dry", ""),
    ("--json", "--json: no task is named before it", "ftlab --list"),
    ("hosts.list --limti x", "hosts.list has no flag --limti", "'--limit'"),
    ("advopt.get --limti", "advopt.get has no flag --limti", "'--limit'"),
    ("hosts.list -H x", "hosts.list has no flag -H", "-l PATTERN"),
    ("hosts.list --limit", "--limit needs a value: --limit PATTERN", "ftlab --help hosts.list"),
    ("advopt.set --limit", "--limit needs a value: --limit PATTERN", "ftlab --help advopt.set"),
    ("advopt.get", "advopt.get needs PATH", "usage: ftlab advopt.get PATH [flags]"),
    ("advopt.set", "advopt.set needs PATH and VALUE", "usage: ftlab advopt.set PATH VALUE"),
    ("lab.history a b", "one word too many: 'b'", "usage: ftlab lab.history [RUN] [flags]"),
    ("hosts.list -i .", ". is not a regular file", "an inventory is one file"),
    ("hosts.list -i a -i b", "hosts.list: -i is given twice", "an inventory is one file"),
    ("hosts.list -ia --inventory=b", "--inventory is given twice", "an inventory is one file"),
    ("fleet.run -y -f 3 -f 4", "fleet.run: -f is given twice", "ftlab --help fleet.run"),
    ("advopt.get -n --timeout 3 --timeout 4", "--timeout is given twice", ""),
    ("fleet.run", "fleet.run needs COMMAND", "usage: ftlab fleet.run COMMAND"),
    ("fleet.run uname -a", "fleet.run has no flag -a", "ftlab fleet.run -- COMMAND -a"),
    ("fleet.run ls --limti x", "fleet.run has no flag --limti", "'--limit'"),
    ("hosts.list -- vm.list", "hosts.list: one word too many: 'vm.list'", ""),
    ("lab.history -- --run", "no run is recorded", ""),
    ("advopt.get -- --limti", "not an advanced option: '--limti'", ""),
    ("advopt.get -n -- -l", "not an advanced option: '-l'", ""),
    ("hosts.list vm.lst", "one word too many: 'vm.lst'", "'vm.list'"),
    ("vm.power-on", "--vm VM is needed", "ftlab --help vm.power-on shows"),
    ("vmx.set --vm db01", "--set KEY=VALUE is needed", "ftlab --help vmx.set shows"),
    ("vft.stream -y", "vft.stream: --value 0 or --value 1 is needed", "1 disables them"),
    ("vft.stream -n", "vft.stream: --value 0 or --value 1 is needed", "0, the default of every"),
    ("hosts.check --host-key any", "--host-key any", "ftlab --help hosts.check shows"),
]


@pytest.mark.parametrize(("line", "message", "hint"), SAID, ids=[line for line, _, _ in SAID])
def test_a_wrong_command_line_is_told_what_to_do_instead(typed, line, message, hint):
    first, second, *page = typed(*line.split()).expect(2).err.splitlines()
    assert message in first
    assert hint in second
    assert page in ([], ["       to read more: ftlab explain inventory"])


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
    ("vft.stream", "--value", "1"),
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


def test_help_begins_with_what_the_program_is_and_lists_the_tasks_as_the_readme_does(typed):
    out = typed("--help").expect(0).out
    assert out == typed().expect(0).out
    assert out.startswith("ftlab ")
    order = [out.index(word) for word in ("ftlab demo", "Tasks:", "hosts.list", "--help [TASK]")]
    assert order == sorted(order)
    rows = [line.split("`")[1].split()[0] for line in README.splitlines() if line[:3] == "| `"]
    assert [line.split()[0] for line in tasks_in(out)] == rows
    assert tasks_in(typed("--list").expect(0).out) == tasks_in(out)
    for needless in ("--write-pyc", "--complete", "--debug", "--list-depth"):
        assert needless not in out


def tasks_in(text: str) -> list[str]:
    block = text.partition("Tasks:\n")[2].partition("\n\n")[0]
    return [line for line in block.splitlines() if line[2] != " "]


def test_help_of_a_collection_lists_it(typed):
    assert ".power-on-secondary" in typed("--help", "vft").expect(0).out


def test_a_tasks_own_flags_stand_before_those_of_all(typed):
    out = typed("--help", "vft.power-on-secondary").expect(0).out
    own, shared = out.partition("Flags of every fleet task")[::2]
    assert own.startswith("Usage: ftlab vft.power-on-secondary VM [flags]\n")
    for flag in ("--vm VM ", "--attempts N ", "--wait SECONDS ", "--signatures FILE "):
        assert f"  {flag}" in own
        assert flag not in shared
    for flag in ("-i, --inventory FILE ", "-l, --limit PATTERN ", "-v, --verbose ", "-n, --check "):
        assert f"  {flag}" in shared
    assert "Docstring" not in out


def test_arguments_that_need_no_flag_are_in_the_usage(typed):
    out = typed("--help", "advopt.set").expect(0).out
    assert out.startswith("Usage: ftlab advopt.set PATH VALUE [flags]\n")
    assert "--path" not in out
    assert typed("--help", "lab.history").out.startswith("Usage: ftlab lab.history [RUN] [flags]")


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize("task", [None, "vft.enable", "sim.serve"])
def test_help_keeps_within_the_terminal_and_breaks_no_word(typed, monkeypatch, width, task):
    monkeypatch.setenv("COLUMNS", "1000")
    words = set(typed("--help", *([task] if task else [])).out.split())
    monkeypatch.setenv("COLUMNS", str(width))
    out = typed("--help", *([task] if task else [])).expect(0).out
    assert max(map(len, out.splitlines())) <= width
    assert set(out.split()) == words


def test_every_value_has_a_name_in_the_help():
    root = namespace()
    taking = {a.names[0] for t in root.task_names for a in root[t].get_arguments() if a.takes_value}
    assert taking == set(METAVARS)


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
    assert "FTLAB_VERBOSE=lots: takes a whole number" in typed("hosts.list").expect(2).err


@pytest.mark.parametrize(
    ("flag", "least"),
    [
        ("--timeout", "above 0"),
        ("--connect-timeout", "above 0"),
        ("--deadline", "above 0"),
        ("--wait-lock", "0 or more"),
    ],
)
def test_seconds_that_are_none_are_named_with_what_is_allowed(typed, flag: str, least: str):
    for wrong in ("soon", "-1", "nan"):
        ran = typed("hosts.list", flag, wrong).expect(2)
        assert f"{flag} {wrong}: takes a number of seconds, {least}" in ran.err
    typed("hosts.list", flag, "0").expect(0 if least == "0 or more" else 2)


@pytest.mark.parametrize("quiet", [(), ("-q",)])
def test_a_run_log_that_takes_no_line_is_named_and_heard_of(
    typed, tmp_path: Path, monkeypatch, quiet: tuple[str, ...]
):
    """A disk that is full by the end of the run."""

    def full(path: Path, text: str) -> None:
        if text:
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        append_text(path, text)

    monkeypatch.setattr(output, "append_text", full)
    log = tmp_path / "runs.log"
    ran = typed("hosts.list", "--run-log", str(log), *quiet).expect(0)
    assert f"--run-log {log}: cannot be written: No space left on device" in ran.err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
@pytest.mark.parametrize("form", [(), ("--json",), ("--jsonl",)])
def test_a_result_that_cannot_be_written_says_where_the_run_is_kept(form, tmp_path: Path):
    (tmp_path / "hosts.ini").write_text("vesxi01\n")
    cli = Cli(tmp_path, tmp_path / "hosts.ini")
    with Path("/dev/full").open("w") as full:
        ran = subprocess.run(
            [*cli.program, "hosts.list", *form], env=cli.env, stdin=subprocess.DEVNULL,
            stdout=full, stderr=subprocess.PIPE, text=True, timeout=40, check=False,
        )  # fmt: skip
    assert ran.returncode == 1
    assert "the result cannot be written to stdout: No space left on device" in ran.stderr
    assert "lab.history" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert "internal" not in ran.stderr


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


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("FTLAB_LIMT", "did you mean 'FTLAB_LIMIT'"),
        ("FTLAB_PASSWORDFILE", "did you mean 'FTLAB_PASSWORD_FILE'"),
        ("FTLAB_CONECT_TIMEOUT", "did you mean 'FTLAB_CONNECT_TIMEOUT'"),
        ("FTLAB_KEEPRUNS", "did you mean 'FTLAB_KEEP_RUNS'"),
        ("FTLAB_limit", ""),
        ("FTLAB_", ""),
        ("FTLAB_ZZZZZZ", "docs/reference.md lists them all"),
    ],
)
@pytest.mark.parametrize("line", [("hosts.list",), ("advopt.set", OPTION, "60", "-y"), ("demo",)])
def test_a_variable_that_nobody_reads_is_an_error(typed, monkeypatch, line, name: str, near: str):
    monkeypatch.setenv(name, "correct horse")
    ran = typed(*line).expect(2)
    assert f"{name} is no variable of ftlab" in ran.err
    assert near in ran.err
    assert "horse" not in ran.err


def test_sim_serve_minds_its_variables_too(typed, monkeypatch, tmp_path: Path):
    monkeypatch.setenv("FTLAB_VERBOS", "1")
    assert "did you mean 'FTLAB_VERBOSE'" in typed("sim.serve", "--inventory", "l").expect(2).err
