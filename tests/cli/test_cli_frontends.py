"""The same tasks from a checkout: ``inv TASK`` and ``fab -c tasks TASK``."""

from __future__ import annotations

import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from cli_place import Bench, Place
from cli_runner import CHECKOUT, Cli, Ran, until

FRONT_ENDS = {
    "inv": (sys.executable, "-m", "invoke"),
    "fab": (sys.executable, "-m", "fabric", "-c", "tasks"),
    "ftlab": (sys.executable, "-m", "ftlab"),
}
VERSION = "vmware -v"
CALLS = (
    ("hosts.list", "-l", "vesxi02:vesxi03", "--json"),
    ("vft.enable", "--vm", "db01", "--limit", "vesxi02", "-n", "--json"),
)


@pytest.fixture(scope="module")
def answers(mixed: Place) -> dict[str, list[Ran]]:
    """Every call through every front end."""

    def called(name: str) -> list[Ran]:
        cli = Cli(mixed.cli.home, mixed.lab.inventory)
        cli.program = FRONT_ENDS[name]
        return [cli(*argv, cwd=CHECKOUT) for argv in CALLS]

    with ThreadPoolExecutor() as pool:
        return dict(zip(FRONT_ENDS, pool.map(called, FRONT_ENDS), strict=True))


@pytest.mark.parametrize("name", ["inv", "fab"])
def test_both_run_the_tasks_of_the_checkout(answers, name):
    ours, theirs = answers["ftlab"], answers[name]
    assert [ran.code for ran in theirs] == [ran.code for ran in ours] == [0, 3]
    assert theirs[0].hosts == ours[0].hosts
    planned = [ran.hosts["vesxi02"]["changes"] for ran in (theirs[1], ours[1])]
    assert planned[0] == planned[1] != []


def test_a_dry_run_of_invoke_changes_nothing(mixed: Place):
    """Its ``--dry`` is about local commands, but says what ftlab's ``--check`` means."""
    cli = Cli(mixed.cli.home, mixed.lab.inventory)
    cli.program = (*FRONT_ENDS["inv"], "--dry")
    wanted = ("advopt.set", "/Migrate/NetTimeout", "60", "-l", "vesxi02", "--yes", "--json")
    ran = cli(*wanted, cwd=CHECKOUT).expect(3)
    assert ran.document["check"] is True
    assert mixed.option("vesxi02", "/Migrate/NetTimeout") == "20"


WRONG = {
    "an unknown task": (("vm.lst",), "there is no task 'vm.lst'"),
    "a collection": (("hosts",), "hosts is a collection of tasks"),
    "an unknown flag": (("vm.list", "--nosuch"), "vm.list has no flag --nosuch"),
    "a flag for an argument": (("advopt.get", "--jsn"), "advopt.get has no flag --jsn"),
    "a missing argument": (("advopt.get",), "advopt.get needs PATH"),
    "a missing value": (("vm.list", "--vm"), "vm.list: --vm needs a value"),
    "a word too many": (("hosts.list", "more"), "hosts.list: one word too many: 'more'"),
    "no number": (("demo", "--hosts", "many"), "'many' is not a whole number"),
    "help on nothing": (("--help", "nosuch"), "there is no task 'nosuch'"),
    "an unknown collection": (("--list", "nosuch"), "there is no collection 'nosuch'"),
    "a flag before the task": (("-l", "vesxi", "vm.list"), "flags come after the task"),
    "an unknown list format": (("--list-format", "x", "--list"), "takes flat, nested or json"),
    "a refused value": (("vm.list", "-i", "hosts.example.ini", "-f", "none"), "--parallel none"),
    "no inventory": (("vm.list", "-i", "nosuch.ini"), "nosuch.ini"),
    "a second task that is unknown": (("hosts.list", "vm.lst"), "vm.lst"),
}


@pytest.mark.parametrize("front_end", ["inv", "fab"])
@pytest.mark.parametrize("wrong", WRONG)
def test_a_usage_error_is_exit_2_in_the_same_words(tmp_path, front_end, wrong):
    argv, words = WRONG[wrong]
    cli = Cli(tmp_path / "home")
    cli.program = FRONT_ENDS[front_end]
    ran = cli(*argv, cwd=CHECKOUT).expect(2)
    assert words in ran.err
    assert ran.err.startswith("ftlab: ")
    assert ran.err.splitlines()[1].startswith("       ")
    cli.program = FRONT_ENDS["ftlab"]
    assert cli(*argv, cwd=CHECKOUT).expect(2).err == ran.err


@pytest.mark.parametrize("front_end", ["inv", "fab"])
def test_ctrl_c_is_exit_130(bench: Bench, front_end):
    place = bench(hosts=1, versions=("5.0",))
    place.cli.program = FRONT_ENDS[front_end]
    released = place.hold(VERSION)
    with place.cli.started("hosts.check", "--json", cwd=CHECKOUT) as run:
        until(lambda: place["vesxi01"].commands)
        run.send_signal(signal.SIGINT)
        assert run.stderr is not None
        assert "interrupted" in run.stderr.readline()
        released.set()
        place.cli.finish(run, "hosts.check", "--json").expect(130)


@pytest.mark.parametrize("front_end", ["inv", "fab"])
def test_what_the_libraries_do_not_let_us_is_exit_1_as_the_readme_says(tmp_path, front_end):
    """They read their own flags before the tasks."""
    for argv in (("--nosuch", "vm.list"), ("-c", "nosuch", "vm.list")):
        program = [*FRONT_ENDS[front_end][:3], *argv]
        done = subprocess.run(program, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout) == (1, "")
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize("front_end", ["inv", "fab"])
@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (("lab.profiles", "vft"), "VMotionStreamDisable"),
        (("--help", "vft.stream"), "vft.stream"),
        (("vft.stream", "--help"), "vft.stream"),
        (("--help", "vft"), "power-on-secondary"),
        (("--list", "vft"), "power-on-secondary"),
    ],
)
def test_what_ftlab_understands_they_understand(tmp_path, front_end, argv, words):
    cli = Cli(tmp_path / "home")
    cli.program = FRONT_ENDS[front_end]
    assert words in cli(*argv, cwd=CHECKOUT).expect(0).out


OWN = """
import invoke
from ftlab.tasks.namespace import namespace

@invoke.task
def greet(c, host, say=""):
    print("hello", host, say)

ns = namespace()
ns.add_task(greet)
"""


@pytest.mark.parametrize("front_end", ["inv", "fab"])
@pytest.mark.parametrize(
    ("argv", "out"),
    [
        (("greet", "--say", "yes", "me"), "hello me yes"),
        (("greet", "-h", "me"), "hello me "),
        (("greet", "--say=--x", "me"), "hello me --x"),
    ],
)
def test_a_users_own_task_keeps_to_the_rules_of_invoke(tmp_path, front_end, argv, out):
    (tmp_path / "own.py").write_text(OWN)
    program = [*FRONT_ENDS[front_end][:3], "-c", "own", *argv]
    done = subprocess.run(program, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, out + "\n", "")
