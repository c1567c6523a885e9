"""``fab -H A,B -c tasks TASK`` with the real ``fab``: the named hosts are the limit, once."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from cli_place import Place, Tripwire, a_place
from cli_runner import CHECKOUT, Cli, Ran

FAB = (sys.executable, "-m", "fabric")
PATH = "/Migrate/NetTimeout"

OWN = """
import sys
from fabric import task
from ftlab.tasks import hosts
from ftlab.tasks.namespace import namespace

@task(hosts=["vesxi02", "vesxi03"])
def mine(c):
    hosts.list_(c, json=True)

@task(pre=[hosts.list_])
def after(c):
    print("after", getattr(c, "original_host", None), file=sys.stderr)

@task(hosts=["other@vesxi02"])
def other_user(c):
    hosts.list_(c, json=True)

ns = namespace()
for each in (mine, after, other_user):
    ns.add_task(each)
ns.add_task(task(hosts=["vesxi03", {"host": "vesxi01"}, "vesxi03"])(hosts.list_.body), "wrapped")
ns.add_task(task(hosts=[{"host": "vesxi01", "gateway": None}])(hosts.list_.body), "by-a-way")
ns.add_task(task(hosts=[{"host": "vesxi01", "user": "other"}])(hosts.list_.body), "as-other")
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with ExitStack() as stack:
        place = a_place(tmp_path_factory.mktemp("fab"), stack, hosts=4, versions=("5.0",) * 4)
        place.cli.program = FAB
        yield place


@pytest.fixture
def nobody(tmp_path: Path) -> Iterator[Cli]:
    """Hosts whom nobody may contact."""
    with Tripwire() as wire:
        inventory = tmp_path / "hosts.ini"
        at = f"ansible_host=127.0.0.1 ansible_port={wire.port}"
        inventory.write_text(f"[vesxi]\nvesxi[01:04] {at}\n[spare]\nspare01 {at}\n")
        cli = Cli(tmp_path / "home", inventory)
        cli.program = FAB
        yield cli
        assert not wire.was_touched()


def fab(cli: Cli, *argv: str, **env: str) -> Ran:
    return cli(*argv, cwd=CHECKOUT, env=env)


def selected(ran: Ran) -> list[str]:
    """stdout is one document, which holds these hosts."""
    return list(ran.expect(0).hosts)


LIST = ("-c", "tasks", "hosts.list", "--json")


def test_a_change_reaches_the_named_host_alone(place: Place):
    change = ("advopt.set", PATH, "33", "--yes", "--json")
    ran = fab(place.cli, "-H", "vesxi02", "-c", "tasks", *change).expect(0)
    assert ran.statuses == {"vesxi02": "changed"}
    values = [place.option(host, PATH) for host in place.lab.sim.hosts]
    assert values == ["20", "33", "20", "20"]


def test_two_named_hosts_are_one_run_over_both(place: Place):
    before = {host: place.seen(host) for host in place.lab.sim.hosts}
    ran = fab(place.cli, "-H", "vesxi04,vesxi01", "-c", "tasks", "advopt.get", PATH, "--json")
    assert selected(ran) == ["vesxi01", "vesxi04"]
    assert [host for host, seen in before.items() if place.seen(host) > seen] == [
        "vesxi01",
        "vesxi04",
    ]


def test_a_run_that_ends_with_another_code_has_been_on_all_named_hosts(place: Place):
    """Fabric's own loop would end with the first host's exit code."""
    check = ("advopt.set", PATH, "44", "--check", "--json")
    ran = fab(place.cli, "-H", "vesxi03,vesxi04", "-c", "tasks", *check).expect(3)
    assert ran.statuses == {"vesxi03": "would_change", "vesxi04": "would_change"}


@pytest.mark.parametrize(
    ("argv", "hosts"),
    [
        (("-H", "vesxi03,vesxi01,vesxi03", *LIST), ["vesxi01", "vesxi03"]),
        (("-H", " vesxi01, vesxi02,", *LIST), ["vesxi01", "vesxi02"]),
        (("--hosts=vesxi04", *LIST), ["vesxi04"]),
        ((*LIST, "--hosts", "vesxi04"), ["vesxi04"]),
        (("-H", "vesxi01", "--no-dedupe", *LIST), ["vesxi01"]),
        (("-H", "vesxi01,vesxi02", *LIST, "-l", "vesxi02:vesxi03"), ["vesxi02"]),
        (("-H", "vesxi01,vesxi02", *LIST, "-x", "vesxi02"), ["vesxi01"]),
        (LIST, ["vesxi01", "vesxi02", "vesxi03", "vesxi04", "spare01"]),
    ],
)
def test_the_named_hosts_are_the_limit(nobody: Cli, argv: tuple[str, ...], hosts: list[str]):
    assert selected(fab(nobody, *argv)) == hosts


def test_hosts_named_on_the_line_win_over_the_limit_of_the_environment(nobody: Cli):
    assert selected(fab(nobody, "-H", "vesxi02", *LIST, FTLAB_LIMIT="vesxi01")) == ["vesxi02"]


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (("-H", "vesxi09"), ["vesxi09", "did you mean", "vesxi0"]),
        (("-H", "vesxi01,nosuch"), ["nosuch", "hosts.ini"]),
        (("-H", "vesxi"), ["vesxi is a group", "--limit vesxi"]),
        (("-H", "vesxi*"), ["vesxi*"]),
        (("-H", "root@vesxi01"), ["root@vesxi01", "user", "inventory"]),
        (("-H", "vesxi01:2222"), ["vesxi01:2222", "port", "inventory"]),
        (("-H", ""), ["no host is named"]),
        (("-H", ", "), ["no host is named"]),
        (("-H", "vesxi01", "-i", "id_rsa"), ["-i", "ansible_ssh_private_key_file"]),
        (("-S", "/dev/null"), ["-S", "~/.ssh/config"]),
        (("-t", "5"), ["-t", "--connect-timeout"]),
        (("-T", "5"), ["-T", "--timeout"]),
        (("-H", "vesxi01,vesxi02", "-T", "5"), ["-T", "--timeout"]),
    ],
)
def test_what_is_no_host_is_refused_before_anything_is_contacted(
    nobody: Cli, argv: tuple[str, ...], words: list[str]
):
    ran = fab(nobody, *argv, "-c", "tasks", "advopt.set", PATH, "60", "--yes", "--json").expect(2)
    assert [word for word in words if word not in ran.err] == []
    assert ran.err.startswith("ftlab: ")


@pytest.mark.parametrize("task", ["hosts.check", "lab.history", "lab.profiles"])
def test_so_it_is_by_a_task_that_only_reads_or_contacts_nobody(nobody: Cli, task: str):
    assert "vesxi09" in fab(nobody, "-H", "vesxi09", "-c", "tasks", task).expect(2).err


def test_none_of_the_named_hosts_is_left(nobody: Cli):
    assert "vesxi01" in fab(nobody, "-H", "vesxi01", *LIST, "-l", "vesxi02").expect(2).err


@pytest.mark.parametrize("task", ["demo", "sim.serve", "hosts.example"])
def test_a_task_without_hosts_of_the_users_takes_none(nobody: Cli, task: str):
    ran = fab(nobody, "-H", "vesxi01,vesxi02", "-c", "tasks", task).expect(2)
    assert ran.err == "ftlab: this task contacts no host of yours\n       leave -H out\n"


def test_several_tasks_on_one_line_run_once_each(place: Place):
    words = ("hosts.list", "--json", "advopt.get", PATH, "--json", "advopt.get", PATH, "--json")
    ran = place.cli.started("-H", "vesxi03,vesxi02", "-c", "tasks", *words, cwd=CHECKOUT)
    with ran as process:
        out, err = process.communicate(timeout=40)
    assert documents(out) == [["vesxi02", "vesxi03"]] * 3, err


@pytest.fixture
def own(nobody: Cli) -> Cli:
    (nobody.home / "own.py").write_text(OWN)
    return nobody


def documents(out: str) -> list[list[str]]:
    """The hosts of each document on stdout, one after the other."""
    found, text = [], out.strip()
    while text:
        document, end = json.JSONDecoder().raw_decode(text)
        found.append(list(document["hosts"]))
        text = text[end:].strip()
    return found


@pytest.mark.parametrize(
    ("argv", "hosts"),
    [
        (("mine",), [["vesxi02"], ["vesxi03"]]),
        (("-H", "vesxi01", "mine"), [["vesxi01"]]),
        (("-H", "vesxi01,vesxi04", "mine"), [["vesxi01"], ["vesxi04"]]),
        (("wrapped",), [["vesxi01", "vesxi03"]]),
    ],
)
def test_fabrics_own_decorators_limit_too(own: Cli, argv: tuple[str, ...], hosts: list[list[str]]):
    """A task of the user's own hands its connection on to one of ftlab's."""
    ran = own("-c", "own", *argv, env={"FTLAB_JSON": "1"})
    assert documents(ran.expect(0).out) == hosts


def test_a_task_that_runs_before_anothers_is_limited_too(own: Cli):
    """Fabric runs it once, on no host in particular."""
    ran = own("-H", "vesxi04,vesxi01", "-c", "own", "after", env={"FTLAB_JSON": "1"}).expect(0)
    assert documents(ran.out) == [["vesxi01", "vesxi04"]]
    assert ran.err.split() == ["after", "vesxi04", "after", "vesxi01"]


def test_a_host_that_is_not_in_the_inventory_is_refused_there_too(own: Cli):
    ran = own("-H", "vesxi09", "-c", "own", "mine").expect(2)
    assert "vesxi09" in ran.err


@pytest.mark.parametrize(
    ("task", "words"),
    [
        ("other-user", ["other@vesxi02", "user and port are in the inventory"]),
        ("as-other", ["other@vesxi01", "user and port are in the inventory"]),
        ("by-a-way", ["gateway in hosts="]),
    ],
)
def test_how_to_log_in_is_for_the_inventory_to_say(own: Cli, task: str, words: list[str]):
    ran = own("-c", "own", task).expect(2)
    assert [word for word in words if word not in ran.err] == []
