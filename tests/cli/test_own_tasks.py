"""Tasks of the user's own: a ``tasks.py`` in the working folder, or what FTLAB_TASKS names.

The tasks are those of the README.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from cli_place import Place, a_place
from cli_runner import CHECKOUT, Cli, Ran


def block(page: str, word: str) -> str:
    """The block of Python on a page that has this word in it."""
    text = (CHECKOUT / page).read_text("utf-8")
    blocks: list[str] = re.findall(r"^```python\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    return next(each for each in blocks if word in each)


TASKS = block("README.md", "@fleet_task")
HANDING_ON = block("docs/own-tasks.md", "ns = namespace()")
PLAIN = """
import invoke
from ftlab import Lab
from words import HELLO

@invoke.task
def local(c, fails=False):
    "Run a local command."
    c.run("exit 4" if fails else f"echo {HELLO}")

@invoke.task
def count(c, inventory):
    print(len(Lab(inventory).hosts))

extra = invoke.Collection("vm")
extra.add_task(local, "local")
ns = invoke.Collection(extra, local, count)
"""
BROKEN = "import os\n\nimport no_such_module\n"
ALL = [f"vesxi0{number}" for number in range(1, 4)]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with ExitStack() as stack:
        home = tmp_path_factory.mktemp("own")
        place = a_place(home, stack, hosts=3, versions=("4.1", "5.0", "7.0 U3"))
        (place.cli.home / "tasks.py").write_text(TASKS)
        yield place


@pytest.fixture
def alone(tmp_path: Path) -> Cli:
    """The command in a folder of its own, with an inventory of hosts that nobody contacts."""
    cli = Cli(tmp_path / "home")
    (cli.home / "hosts.ini").write_text("h[1:3] ansible_host=192.0.2.1\n")
    (cli.home / "words.py").write_text("HELLO = 'hello from here'\n")
    return cli


def write(cli: Cli, text: str, name: str = "tasks.py") -> Path:
    file = cli.home / name
    file.parent.mkdir(exist_ok=True, parents=True)
    file.write_text(text)
    return file


def motd(place: Place) -> list[str]:
    ran = place.cli("fleet.run", "cat /etc/motd", "--read-only", "--json", env={"FTLAB_TASKS": ""})
    return [host["facts"]["stdout"] for host in ran.hosts.values()]


# -- what the page shows -----------------------------------------------------------------------


def test_one_that_reads_has_facts_on_all_hosts(place: Place):
    ran = place.cli("clock", "--json", "-l", "vesxi01,vesxi03")
    assert list(ran.expect(0).hosts) == ["vesxi01", "vesxi03"]
    assert all("UTC" in host["facts"]["clock"] for host in ran.hosts.values())
    assert ran.document["task"] == "clock"
    shown = place.cli("clock", "-l", "vesxi02").expect(0).out
    assert "CLOCK" in shown
    assert "UTC" in shown


def test_one_that_changes_has_a_plan_a_proof_and_an_undo(place: Place):
    asked = place.cli("motd", "reserved until Friday").expect(2)
    assert "needs a confirmation" in asked.err
    plan = place.cli("motd", "reserved until Friday", "--check", "--json").expect(3)
    [change] = plan.hosts["vesxi01"]["changes"]
    assert change == {
        "target": "setting",
        "path": "motd",
        "before": "",
        "after": "reserved until Friday",
    }
    ran = place.cli("motd", "reserved until Friday", "--yes", "--json").expect(0)
    assert [host["changes"][0]["verified"] for host in ran.hosts.values()] == [True] * 3
    assert motd(place) == ["reserved until Friday\n"] * 3
    assert place.cli("motd", "reserved until Friday", "--yes", "--json").statuses == dict.fromkeys(
        ALL, "ok"
    )
    history = place.cli("lab.history", ran.run, "--json").expect(0)
    assert history.document["of"]["task"] == "motd"
    place.cli("lab.undo", ran.run, "--yes").expect(0)
    assert motd(place) == ["\n"] * 3


def test_it_runs_in_worker_processes_too(place: Place):
    ran = place.cli("clock", "--executor", "processes", "--json").expect(0)
    assert list(ran.hosts) == ALL
    elsewhere = place.cli.home / "elsewhere"
    elsewhere.mkdir()
    named = {"FTLAB_TASKS": str(place.cli.home / "tasks.py")}
    ran = place.cli("clock", "--executor", "processes", "--json", env=named, cwd=elsewhere)
    assert list(ran.expect(0).hosts) == ALL


@pytest.mark.parametrize("module", ["invoke", "fabric"])
def test_inv_and_fab_run_the_same_file(place: Place, module: str):
    cli = Cli(place.cli.home, place.lab.inventory)
    write(cli, TASKS + HANDING_ON, "handed_on.py")
    cli.program = (sys.executable, "-m", module)
    for name in ("tasks", "handed_on"):
        ran = cli("-c", name, "clock", "--json").expect(0)
        assert list(ran.hosts) == ALL
        wrong = cli("-c", name, "motd").expect(2)
        assert wrong.err.startswith("ftlab: motd needs ")
    assert list(cli("-c", "handed_on", "hosts.list", "--json").expect(0).hosts) == ALL
    if module == "fabric":
        ran = cli("-H", "vesxi03,vesxi01", "-c", "tasks", "clock", "--json").expect(0)
        assert list(ran.hosts) == ["vesxi01", "vesxi03"]
        assert "h9" in cli("-H", "h9", "-c", "tasks", "clock").expect(2).err


def test_they_are_listed_and_explained(place: Place):
    listed = place.cli("--list").expect(0)
    assert "Tasks of tasks.py:\n  clock  Show what each host's clock says.\n" in listed.out
    assert "Tasks of tasks.py:" in place.cli("--help").expect(0).out
    for argv in (("--help", "motd"), ("motd", "--help")):
        text = place.cli(*argv).expect(0).out
        assert text.startswith("Usage: ftlab motd ")
        assert "Set what a login to the hosts shows." in text
        assert "Example: ftlab motd 'reserved until Friday'" in text
        assert "--limit PATTERN" in text
    assert "did you mean 'motd'" in place.cli("--help", "motdd").expect(2).err
    assert "did you mean 'clock'" in place.cli("clok").expect(2).err
    assert "did you mean '--limit'" in place.cli("clock", "--limt", "x").expect(2).err


def test_they_stand_on_one_line_with_ftlabs_own(place: Place):
    ran = place.cli("hosts.list", "-q", "clock", "-l", "vesxi02").expect(0)
    assert "UTC" in ran.out


# -- where the file comes from -------------------------------------------------------------------


def test_tasks_of_invokes_own_work_too(alone: Cli):
    write(alone, PLAIN)
    assert alone("local").expect(0).out == "hello from here\n"
    assert alone("vm.local").expect(0).out == "hello from here\n"
    assert alone("count", "hosts.ini").expect(0).out == "3\n"
    assert "nosuch.ini" in alone("count", "nosuch.ini").expect(2).err
    listed = alone("--list", "vm").expect(0).out
    assert "power-on" in listed
    assert "local" in listed


def test_a_local_command_that_fails_ends_with_its_own_code(alone: Cli):
    write(alone, PLAIN)
    with alone.started("local", "--fails") as process:
        out, err = process.communicate(timeout=40)
    assert (process.returncode, out) == (4, "")
    assert "Traceback" not in err


def test_a_variable_names_another_file_or_none(alone: Cli):
    write(alone, TASKS)
    other = write(alone, PLAIN, "elsewhere/my_tasks.py")
    write(alone, "HELLO = 'hello from there'\n", "elsewhere/words.py")
    ran = alone("vm.local", env={"FTLAB_TASKS": str(other)}, cwd=other.parent)
    assert ran.expect(0).out == "hello from there\n"
    assert "there is no task 'clock'" in alone("clock", env={"FTLAB_TASKS": str(other)}).err
    assert "there is no task 'clock'" in alone("clock", env={"FTLAB_TASKS": ""}).expect(2).err
    assert "Tasks of" not in alone("--list", env={"FTLAB_TASKS": ""}).expect(0).out


@pytest.mark.parametrize("task", ["hosts.list", "local", "--list"])
def test_a_named_file_that_is_not_there_is_an_error(alone: Cli, task: str):
    ran = alone(task, env={"FTLAB_TASKS": "nosuch.py"}).expect(2)
    assert "FTLAB_TASKS=nosuch.py: No such file" in ran.err


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (BROKEN, "tasks.py:3: ModuleNotFoundError: No module named 'no_such_module'"),
        ("def f(:\n", "tasks.py:1: SyntaxError: invalid syntax"),
        ("raise SystemExit(3)\n", "tasks.py:1: SystemExit: 3"),
        ("raise ValueError\n", "tasks.py:1: ValueError"),
        ("\x00", "tasks.py"),
    ],
)
def test_a_file_that_does_not_load_keeps_nobody_from_ftlabs_own_tasks(
    alone: Cli, text: str, told: str
):
    write(alone, text)
    assert alone("hosts.list").expect(0).err == ""
    listed = alone("--list").expect(0)
    assert told in listed.err
    assert "hosts.check" in listed.out
    missing = alone("clock").expect(2)
    assert "there is no task 'clock'" in missing.err
    assert told in missing.err
    named = alone("clock", env={"FTLAB_TASKS": "tasks.py"}).expect(2)
    assert named.err.startswith(f"ftlab: {told}")
    assert alone("--list", env={"FTLAB_TASKS": "tasks.py"}).expect(2).out == ""


def test_the_names_of_ftlabs_own_tasks_are_taken(alone: Cli):
    task = "import invoke\n@invoke.task\ndef {}(c):\n    pass\n"
    write(alone, task.format("demo"))
    assert "tasks.py: demo is ftlab's own already" in alone("other").expect(2).err
    write(alone, task.format("vm"))
    assert "tasks.py: vm is ftlab's own already" in alone("--list").expect(0).err
    write(alone, task.format("list") + "ns = invoke.Collection(invoke.Collection('vm', list))\n")
    assert "tasks.py: vm.list is ftlab's own already" in alone("--list").expect(0).err


def test_a_name_that_python_cannot_import_is_refused(alone: Cli):
    write(alone, TASKS, "my-tasks.py")
    ran = alone("clock", env={"FTLAB_TASKS": "my-tasks.py"}).expect(2)
    assert "my-tasks.py is not the name of a Python module" in ran.err


def test_a_file_that_others_could_have_written_is_refused(alone: Cli):
    file = write(alone, TASKS)
    file.chmod(0o666)
    ran = alone("clock").expect(2)
    assert "tasks.py: others could have written it: everybody may write there" in ran.err
    assert "there is no task 'clock'" in ran.err


def test_ftlabs_own_tasks_that_a_file_hands_on_are_there_once(alone: Cli):
    for folder in (CHECKOUT, alone.home):
        write(alone, TASKS + HANDING_ON)
        listed = alone("--list", cwd=folder).expect(0)
        assert listed.err == ""
        assert listed.out.count("hosts.check") == 1


def test_a_bug_in_a_job_is_that_hosts_failure(place: Place):
    buggy = TASKS.replace('Command(("date", "-u"))', "1 / 0")
    write(place.cli, buggy, "buggy.py")
    ran = place.cli("clock", "--json", env={"FTLAB_TASKS": "buggy.py"})
    assert isinstance(ran, Ran)
    assert set(ran.expect(5).statuses.values()) == {"failed"}
    assert "division by zero" in ran.error("vesxi01")["message"]
