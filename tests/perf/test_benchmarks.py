"""The benchmarks' own parts that need no root: the hosts that answer from memory, and the page."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import paramiko
import pytest

ROOT = Path(__file__).parents[2]
BENCHMARKS = ROOT / "benchmarks"
ADDRESS = "127.0.0.1"

ECHO = b"wait a1b2c3d4; cat"
RECORDED = (
    b"exec 18 3\n" + ECHO + b"\n"
    b"event 1 1000 0 0 9\na1b2c3d4\n\n"
    b"event 2 0 5 1 4\nbad\n\n"
    b"event 0 0 5 1 3\n"
    b"exec 8 1\nvmware x\nevent 0 0 0 0 0\n"
)
"""Two commands: one with a name made anew each time, which waits for five bytes and the end of its
stdin before it complains and ends with 3; and one that says nothing."""


@pytest.fixture
def benchmarks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(BENCHMARKS))


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind((ADDRESS, 0))
        return int(probe.getsockname()[1])


class LightHosts:
    """``light.c`` at work, and a way to log in to it."""

    def __init__(self, folder: Path, program: Path) -> None:
        self.port, self.key = free_port(), paramiko.ECDSAKey.generate()
        host_key, users, text = folder / "host_key", folder / "users.pub", folder / "recording"
        paramiko.ECDSAKey.generate().write_private_key_file(str(host_key))
        users.write_text(f"{self.key.get_name()} {self.key.get_base64()}\n")
        text.write_bytes(RECORDED)
        argv = [program, host_key, users, text, str(self.port)]
        self.server = subprocess.Popen(argv, stdout=subprocess.PIPE, text=True)
        assert self.server.stdout is not None
        assert self.server.stdout.readline() == "Ready\n"

    def login(self, key: paramiko.PKey | None = None) -> paramiko.Transport:
        transport = paramiko.Transport(socket.create_connection((ADDRESS, self.port), 30))
        transport.connect(username="root", pkey=key or self.key)
        return transport

    def end(self) -> str:
        self.server.send_signal(signal.SIGTERM)
        return self.server.communicate(timeout=30)[0]


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not shutil.which("cc") or not Path("/usr/include/libssh/server.h").is_file():
        pytest.skip("no C compiler, or no libssh-dev")
    built = tmp_path_factory.mktemp("light") / "light"
    build = [
        "cc",
        "-O1",
        "-Wall",
        "-Werror",
        "-pthread",
        "-o",
        built,
        BENCHMARKS / "light.c",
        "-lssh",
    ]
    subprocess.run(build, check=True)
    return built


@pytest.fixture
def hosts(program: Path, tmp_path: Path) -> Iterator[LightHosts]:
    running = LightHosts(tmp_path, program)
    yield running
    running.server.kill()
    running.server.communicate()


def test_a_light_host_answers_as_the_recorded_one_did_with_this_runs_own_names(hosts):
    with closing(hosts.login()) as transport:
        channel = transport.open_session()
        channel.exec_command("wait 0099ffee; cat")
        assert channel.makefile().readline() == "0099ffee\n"
        assert not channel.recv_stderr_ready()  # not before it has heard the end
        channel.sendall(b"12345")
        channel.shutdown_write()
        assert channel.makefile_stderr().read() == b"bad\n"
        assert channel.recv_exit_status() == 3
    assert hosts.end() == f"{ADDRESS} 1 0\n"


def test_a_light_host_tells_of_what_nobody_recorded_and_of_what_comes_twice(hosts):
    with closing(hosts.login()) as transport:
        done = transport.open_session()
        done.exec_command("vmware x")
        assert done.recv_exit_status() == 0
        for command in ("vmware x", "vmware y", "rm -r /"):
            with pytest.raises(paramiko.SSHException):
                transport.open_session().exec_command(command)
    assert hosts.end() == f"{ADDRESS} 1 3\n"


def test_a_light_host_takes_no_other_key(hosts):
    with pytest.raises(paramiko.AuthenticationException):
        hosts.login(paramiko.ECDSAKey.generate())


def test_what_the_shell_records_is_what_a_light_host_reads(tmp_path, monkeypatch, benchmarks):
    import record_shell

    monkeypatch.setattr(record_shell, "FOLDER", tmp_path)
    monkeypatch.setattr(record_shell, "_SHELL", "/bin/sh")
    recorded = record_shell.Recorded()
    argv = ["/bin/sh", "-c", "read x; echo out $x; exit 3"]
    stdin, stdout = os.pipe()[::-1], os.pipe()
    os.write(stdin[0], b"y\n")
    os.close(stdin[0])
    monkeypatch.setattr(record_shell, "STDIN", stdin[1])
    monkeypatch.setattr(record_shell, "STREAMS", (stdout[1], 2))
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(argv, bufsize=0, **pipes) as process:
        record_shell.follow(process, recorded)
        recorded.said(0, process.wait())
    assert os.read(stdout[0], 100) == b"out y\n"
    texts = [re.sub(rb"(event \d) \d+", rb"\1 T", event) for event in recorded.events]
    assert texts == [b"event 1 T 2 1 6\nout y\n\n", b"event 0 T 2 1 3\n\n"]


def test_recordings_add_up_to_every_command_that_one_of_them_has(benchmarks):
    import light

    def recorded(*texts: str) -> light.Recording:
        files = (f"exec {len(text)} 1\n{text}\nevent 0 0 0 0 0\n".encode() for text in texts)
        return light.Recording(tuple(files), frozenset({len(texts)}))

    both = recorded("list 1a", "set", "list 1a") + recorded("list 2b", "set; list")
    assert [one.split(b"\n")[1] for one in both.commands] == [
        b"list 1a", b"set", b"list 1a", b"set; list",
    ]  # fmt: skip
    assert both.counts == {2, 3}


def test_the_page_has_a_place_for_every_table(benchmarks):
    import page
    from growth import Grown
    from results import Case, Results, Sample

    found = Results({}, ["xargs"])
    for fleet in ("openssh", "light"):
        for wall, peer in ((2.0, 1.0), (3.0, 3.0), (9.0, 3.0)):
            case = Case(100, "B", "none", fleet)
            for name, seconds in (("ftlab", wall), ("ftlab-threads", wall), ("xargs", peer)):
                found.add(case, Sample(name, seconds, 1.0, 50.0, 1.0, ""))
            found.add(case, Sample("pdsh", 0.1, 1.0, 50.0, 1.0, "did nothing"))
    runs = [Grown(n, "default", 1.0, 2.0, 1.0, 50.0, 9, 9) for n in (10, 100)]
    runs.append(Grown(1000, "dask, 4 workers", 10.0, 20.0, 5.0, 500.0, 90, 90))
    tables = {**page.figures(found), **page.growths(runs)}
    text = page.put((ROOT / "docs" / "performance.md").read_text("utf-8"), tables)
    assert "| OpenSSH, B at once, 100 | 2.00 | – | – | 10.0 |" in text  # of 2, 1 and 3
    assert "| ftlab | 3.00 (2.00) / 1.00 |" in text
    assert "| pdsh | not done |" in text
    assert "| 100 | default | 1.0 | 2.0 | 20.0 | 10.0 | 50 | 9 | 9 |" in text
    assert "(5.0 ms a host): wall at least | 50 s | 500 s |" in text
