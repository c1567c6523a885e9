"""Where hosts are worked on: as the command line spells it, and as the rule has it."""

from __future__ import annotations

import pytest

from ftlab.errors import UsageError
from ftlab.fleet.executor_choice import (
    HOSTS_THAT_PAY,
    MOST_BY_ITSELF,
    PARALLEL_THAT_PAYS,
    Placement,
    chosen,
    parse_executor,
    width,
)
from ftlab.fleet.limits import DEFAULT_PARALLEL


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("threads", Placement("threads")),
        ("processes", Placement("processes")),
        ("dask://lab.example:8786", Placement("dask", "tcp://lab.example:8786")),
        ("dask://127.0.0.1:8786/", Placement("dask", "tcp://127.0.0.1:8786")),
        ("dask://[fe80::1%eth0]:8786", Placement("dask", "tcp://[fe80::1%eth0]:8786")),
        ("dask+tls://lab.example:8786", Placement("dask", "tls://lab.example:8786")),
    ],
)
def test_where_is_read(text: str, where: Placement) -> None:
    assert parse_executor(text) == where


@pytest.mark.parametrize(
    "text",
    ["", "thread", "dask", "dask://", "dask://host", "dask://:8786", "dask://host:0",
     "dask://host:70000", "dask://a b:1", "dask://user@host:8786", "tcp://host:8786", "dask://h:1/x"],
)  # fmt: skip
def test_anything_else_names_the_flag_and_the_text(text: str) -> None:
    with pytest.raises(UsageError, match="--executor") as caught:
        parse_executor(text)
    assert text in str(caught.value)


def test_only_tls_is_encrypted() -> None:
    assert parse_executor("dask+tls://h:1").encrypted
    assert not parse_executor("dask://h:1").encrypted
    assert not parse_executor("processes").encrypted


@pytest.mark.parametrize(
    ("hosts", "parallel", "cores", "kind"),
    [
        (HOSTS_THAT_PAY, PARALLEL_THAT_PAYS, 2, "processes"),
        (HOSTS_THAT_PAY, PARALLEL_THAT_PAYS, 1, "threads"),
        (HOSTS_THAT_PAY - 1, PARALLEL_THAT_PAYS, 8, "threads"),
        (HOSTS_THAT_PAY, PARALLEL_THAT_PAYS - 1, 8, "threads"),
        (HOSTS_THAT_PAY, None, 2, "processes"),
        (HOSTS_THAT_PAY, None, 1, "threads"),
        (HOSTS_THAT_PAY - 1, None, 8, "threads"),
    ],
)
def test_the_rule(hosts: int, parallel: int | None, cores: int, kind: str) -> None:
    assert chosen(hosts, parallel, cores).kind == kind


@pytest.mark.parametrize(
    ("where", "cores", "hosts"),
    [
        ("threads", 8, DEFAULT_PARALLEL),
        ("processes", 1, DEFAULT_PARALLEL),
        ("processes", 2, 2 * DEFAULT_PARALLEL),
        ("processes", 96, MOST_BY_ITSELF),
    ],
)
def test_as_many_hosts_at_a_time_as_the_cores_at_work_have_time_for(where, cores, hosts):
    assert width(Placement(where), cores) == hosts
