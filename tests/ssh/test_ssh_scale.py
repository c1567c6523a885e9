"""Fleets against real servers: nothing is refused, and nothing is left behind."""

from __future__ import annotations

import gc
import os
import resource
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from ssh_bench import Client, Launch
from ssh_servers import Server

from ftlab.model import Command, Host
from ftlab.ssh.connector import Connector
from ftlab.ssh.session import SshSession

pytestmark = pytest.mark.integration

HOSTS = 300
LOGINS = 1000 if os.environ.get("WHOLE_MATRIX") else 400
AT_ONCE = 64
BUSY = {"MaxStartups": "10:30:100", "LogLevel": "INFO"}
EASY = {"MaxStartups": "1000", "LogLevel": "ERROR"}
SPARE_KIB = 8 * 1024
# Long enough for a machine that stands still for a while; and no keepalive comes to the aid of a
# thread that missed its wake-up before its time is up.
PATIENT = {"connect_timeout": 60, "command_timeout": 60, "keepalive": 60}


def descriptors() -> int:
    return len(os.listdir("/dev/fd"))  # noqa: PTH208


@contextmanager
def back_at_the_baseline() -> Iterator[None]:
    threads, files = threading.active_count(), descriptors()
    yield
    assert threading.active_count() <= threads
    assert descriptors() <= files


def all_at_once(connect: Callable[[Host], SshSession], hosts: list[Host]) -> None:
    """Log in everywhere, stay, run a command everywhere, and leave."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        sessions = list(pool.map(connect, hosts))
        assert threading.active_count() >= len(hosts)
        told = pool.map(lambda each: each.run(Command(("echo", each.host.name))).out, sessions)
        assert list(told) == [f"{host.name}\n" for host in hosts]
        list(pool.map(SshSession.close, sessions))


def fleet(client: Client, server: Server, **fields: object) -> list[Host]:
    host = client.host(server.port, **fields)
    return [replace(host, name=f"vesxi{number:03}") for number in range(1, HOSTS + 1)]


def test_300_logins_to_one_busy_server(client: Client, launch: Launch) -> None:
    server = launch(BUSY)
    client.trust(server)
    with back_at_the_baseline():
        all_at_once(client.connector(**PATIENT).connect, fleet(client, server))


def test_what_the_server_drops_is_tried_again(client: Client, launch: Launch) -> None:
    """With no limit of ours it drops logins at random."""
    server = launch(BUSY)
    client.trust(server)
    connector = client.connector(**PATIENT, logins_at_once=AT_ONCE)
    with back_at_the_baseline():
        all_at_once(connector.connect, fleet(client, server)[:AT_ONCE])
    assert "MaxStartups throttling" in server.log.read_text()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has all of 127.0.0.0/8")
def test_300_hosts_behind_one_jump_host(client: Client, launch: Launch) -> None:
    gate, server = launch(BUSY), launch({**EASY, "ListenAddress": "0.0.0.0"})  # noqa: S104
    client.trust(gate)
    _, key = server.known_hosts_line().split(" ", 1)
    with client.settings.known_hosts[0].open("a") as known:
        known.write(f"[127.1.*]:{server.port} {key}")
    jumps = {"gate": replace(client.host(gate.port), name="gate")}
    hosts = [
        replace(host, address=f"127.1.{number // 250}.{number % 250 + 1}")
        for number, host in enumerate(fleet(client, server, jump="gate"))
    ]
    with back_at_the_baseline():
        connector = client.connector(jumps, **PATIENT)
        all_at_once(connector.connect, hosts)
        connector.close()


def test_hundreds_of_connects_and_disconnects_leave_nothing(client: Client, launch: Launch) -> None:
    server = launch(EASY)
    client.trust(server)
    connector = client.connector(**PATIENT)
    with ThreadPoolExecutor(8) as pool:
        come_and_go(pool, connector, client.host(server.port), 50)
        memory = resident_kib()
        with back_at_the_baseline():
            come_and_go(pool, connector, client.host(server.port), LOGINS)
        assert resident_kib() - memory < SPARE_KIB


def come_and_go(pool: ThreadPoolExecutor, connector: Connector, host: Host, times: int) -> None:
    def visit(_number: int) -> None:
        connector.connect(host).close()

    assert len(list(pool.map(visit, range(times)))) == times


def resident_kib() -> int:
    """What the process holds now; where the system does not tell, the most it ever held."""
    gc.collect()
    status = Path("/proc/self/status")
    if not status.exists():
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return most // 1024 if sys.platform == "darwin" else most
    [line] = [one for one in status.read_text().splitlines() if one.startswith("VmRSS")]
    return int(line.split()[1])
