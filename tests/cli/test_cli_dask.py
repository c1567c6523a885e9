"""Hosts worked on by the workers of a Dask cluster: a real scheduler, real worker processes."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator

import pytest
from cli_place import Bench, Place
from dask_cluster import DaskCluster, dask_cluster
from test_cli_executors import RELOAD, SET, states
from test_cli_fleet import until

pytest.importorskip("distributed", reason="the [distributed] extra is not installed")

RIGHT = "right"


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DaskCluster]:
    """Two workers with four threads each. Its scheduler would give the tasks of a lost worker to
    another one three times, as Dask does unless told otherwise."""
    with dask_cluster(tmp_path_factory.mktemp("dask"), workers=2, threads=4) as running:
        yield running


def four(bench: Bench, **knobs: object) -> Place:
    return bench(hosts=4, versions=("5.0",) * 4, **knobs)


def trusted_at_home(place: Place) -> dict[str, str]:
    """The inventory without its known_hosts: only the user's own file has the keys, and a worker,
    whose home is another one, has no such file."""
    file = place.cli.home / ".ssh/known_hosts"
    file.parent.mkdir(mode=0o700)
    file.write_text(place.lab.known_hosts.read_text())
    inventory = place.cli.home / "plain.ini"
    lines = place.lab.inventory.read_text().splitlines(keepends=True)
    inventory.write_text("".join(line for line in lines if "ftlab_known_hosts" not in line))
    return {"FTLAB_INVENTORY": str(inventory)}


def test_a_change_is_made_by_workers_and_journalled_here(bench: Bench, cluster: DaskCluster):
    place = four(bench)
    env = {**trusted_at_home(place), "FTLAB_EXECUTOR": cluster.executor}
    before = [place.vm(host, "app01").file.read_bytes() for host in place.lab.sim.hosts]
    ran = place.cli("vft.enable", "--vm", "app01", "-y", "--jsonl", env=env).expect(0)
    *hosts, end = [json.loads(line) for line in ran.out.splitlines()]
    assert {line["host"]: line["status"] for line in hosts} == (
        dict.fromkeys(place.lab.sim.hosts, "changed")
    )
    assert states(place, end["run"]) == dict.fromkeys(place.lab.sim.hosts, "verified")
    undone = place.cli.json("lab.undo", end["run"], "-y", env=env).expect(0)
    assert set(undone.statuses.values()) == {"changed"}
    assert [place.vm(host, "app01").file.read_bytes() for host in place.lab.sim.hosts] == before


def test_ctrl_c_starts_no_other_host_and_the_second_one_cuts(bench: Bench, cluster: DaskCluster):
    place = four(bench)
    released = place.hold(RELOAD)
    argv = (*SET, "--json", "-f", "2")
    with place.cli.started(*argv, env={"FTLAB_EXECUTOR": cluster.executor}) as run:
        until(lambda: place.seen("vesxi01", *RELOAD.split()), 40)
        until(lambda: place.seen("vesxi02", *RELOAD.split()))
        run.send_signal(signal.SIGINT)
        assert run.stderr is not None
        assert "interrupted" in run.stderr.readline()
        run.send_signal(signal.SIGINT)
        ran = place.cli.finish(run, *argv).expect(130)
        released.set()
    assert list(ran.statuses.values()) == ["failed", "failed", "skipped", "skipped"]
    assert set(states(place, ran.run).values()) == {"intended"}
    assert [place.seen(f"vesxi0{n}", *RELOAD.split()) for n in (1, 2, 3, 4)] == [1, 1, 0, 0]


@pytest.mark.parametrize("allowed", ["0", "3"])
def test_a_lost_worker_costs_its_hosts_and_nothing_is_done_twice(
    bench: Bench, tmp_path_factory: pytest.TempPathFactory, allowed: str
):
    place = four(bench)
    released = place.hold(RELOAD)
    setting = {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": allowed}
    argv = (*SET, "--json")
    with (
        dask_cluster(tmp_path_factory.mktemp("dask"), 2, 2, **setting) as cluster,
        place.cli.started(*argv, env={"FTLAB_EXECUTOR": cluster.executor}) as run,
    ):
        until(lambda: all(place.seen(h, *RELOAD.split()) for h in place.lab.sim.hosts), 40)
        cluster.workers[0].kill()
        cluster.workers[0].wait()
        released.set()
        ran = place.cli.finish(run, *argv).expect(5)
    assert sorted(ran.statuses.values()) == ["changed", "changed", "failed", "failed"]
    lost = [name for name, status in ran.statuses.items() if status == "failed"]
    assert {ran.error(name)["kind"] for name in lost} == {"lost.worker"}
    assert {place.seen(h, *RELOAD.split()) for h in place.lab.sim.hosts} == {1}
    found = states(place, ran.run)
    assert {host: found[host] for host in lost} == dict.fromkeys(lost, "intended")


def test_passwords_stay_here_unless_the_way_is_encrypted(typed, tmp_path):
    for env in ("ansible_password=x", "ftlab_password_command=cat"):
        (tmp_path / "hosts.ini").write_text(f"h1 ansible_host=127.0.0.1 {env}\n")
        ran = typed("hosts.check", "--executor", "dask://127.0.0.1:1").expect(2)
        assert "unencrypted" in ran.err
        assert "agent" in ran.err
        assert "dask+tls://" in ran.err


def test_a_scheduler_that_is_not_there_is_told_before_anything_is_touched(typed):
    where = ("--executor", "dask://127.0.0.1:1", "--connect-timeout", "1")
    ran = typed("hosts.check", *where).expect(2)
    assert "no Dask scheduler answers at tcp://127.0.0.1:1" in ran.err


def test_a_password_travels_encrypted_and_a_wrong_one_is_tried_once(
    bench: Bench, tmp_path_factory: pytest.TempPathFactory
):
    place = four(bench, password=RIGHT)
    text = place.lab.inventory.read_text()
    wrong = place.cli.home / "wrong.ini"
    wrong.write_text(text.replace(f"ansible_password={RIGHT}", "ansible_password=wrong"))
    with dask_cluster(tmp_path_factory.mktemp("dask"), 2, 2, tls=True) as cluster:
        env = {**cluster.env, "FTLAB_EXECUTOR": cluster.executor}
        refused = place.cli.json("hosts.check", env={**env, "FTLAB_INVENTORY": str(wrong)}).expect(
            4
        )
        ran = place.cli.json("hosts.check", env=env).expect(0)
    assert sorted(refused.statuses.values()) == ["skipped"] * 3 + ["unreachable"]
    assert set(ran.statuses.values()) == {"ok"}
    assert sum(door.account.attempts for door in place.lab.front.doors.values()) == 1 + 4
