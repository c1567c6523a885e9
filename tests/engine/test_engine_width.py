"""How many hosts are worked on at the same time where nobody says so."""

from __future__ import annotations

import pytest

from ftlab.engine.connecting import Reach
from ftlab.engine.workers.executors import Workers
from ftlab.fleet.executor_choice import Placement, cores, width
from ftlab.fleet.limits import Limits
from ftlab.ssh.settings import SshSettings


class Cluster:
    """A Dask client, as far as its workers' threads go."""

    def nthreads(self) -> dict[str, int]:
        return {"one": 96, "two": 64}


def workers(kind: str, client: object = None) -> Workers:
    return Workers(Placement(kind), Reach(SshSettings(), {}), client)  # type: ignore[arg-type]


def test_processes_have_as_many_as_their_cores_have_time_for() -> None:
    placement = Placement("processes")
    assert workers("processes").limits(Limits()).at_once == width(placement, cores())


def test_who_says_how_many_gets_as_many() -> None:
    assert workers("processes").limits(Limits(parallel=300)).at_once == 300


@pytest.mark.parametrize(("asked", "got"), [(None, 128), (150, 150), (200, 160)])
def test_a_cluster_has_no_more_than_its_threads(asked: int | None, got: int) -> None:
    assert workers("dask", Cluster()).limits(Limits(parallel=asked)).at_once == got
