"""The way to a host: ssh_config, jump hosts, IPv6, many logins at once, probing."""

from __future__ import annotations

import os
import socket
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from ports import free_port
from ssh_bench import Client, Keys, Launch
from ssh_servers import Server

from ftlab.errors import Unreachable
from ftlab.model import Command, Host, SshOption
from ftlab.ssh.hostkeys.scan import ServerKeys
from ftlab.ssh.session import SshSession

# Jump hosts, for real.


def in_order(server: Server) -> int:
    return server.log.read_text().count("Accepted publickey")


@pytest.fixture
def behind(client: Client, launch: Launch, sshd: Server) -> tuple[Server, Host, dict[str, Host]]:
    """A jump host, a host behind it, and the inventory's other hosts."""
    gate = launch()
    client.trust(gate)
    client.trust(sshd)
    host = client.host(sshd.port, jump="gate")
    return gate, host, {"gate": replace(client.host(gate.port), name="gate")}


def test_hosts_behind_a_jump_host_share_one_connection_to_it(
    client: Client, behind: tuple[Server, Host, dict[str, Host]]
) -> None:
    gate, host, others = behind
    connector = client.connector(others)

    def visit(number: int) -> str:
        session = connector.connect(replace(host, name=f"box{number}"))
        try:
            data = b"x" * 1_000_000
            assert session.run(Command(("cat",), stdin=data)).stdout == data
            return session.run(Command(("echo", str(number)))).out
        finally:
            session.close()

    with ThreadPoolExecutor(12) as pool:
        assert list(pool.map(visit, range(24))) == [f"{i}\n" for i in range(24)]
    assert in_order(gate) == 1


def test_two_jumps(client: Client, launch: Launch, sshd: Server) -> None:
    first, second = launch(), launch()
    for server in (first, second, sshd):
        client.trust(server)
    others = {
        "one": replace(client.host(first.port), name="one"),
        "two": replace(client.host(second.port), name="two"),
    }
    session = client.connector(others).connect(client.host(sshd.port, jump="one,two"))
    assert session.run(Command(("echo", "far"))).out == "far\n"
    session.close()
    assert (in_order(first), in_order(second)) == (1, 1)


def test_a_jump_host_that_refuses_is_asked_once(
    client: Client, keys: Keys, behind: tuple[Server, Host, dict[str, Host]]
) -> None:
    gate, host, others = behind
    others["gate"] = replace(others["gate"], key_file=str(keys.stranger))
    connector = client.connector(others)
    for _ in range(3):
        with pytest.raises(Unreachable, match=r"jump host gate") as caught:
            connector.connect(host)
        assert caught.value.kind == "auth.refused"
    assert gate.log.read_text().count("Failed publickey") == 1


def test_a_jump_host_with_an_unknown_key(
    client: Client, behind: tuple[Server, Host, dict[str, Host]]
) -> None:
    gate, host, others = behind
    file = client.settings.known_hosts[0]
    file.write_text(file.read_text().replace(f":{gate.port} ", ":1 "))
    with pytest.raises(Unreachable, match="jump host") as caught:
        client.connector(others).connect(host)
    assert caught.value.kind == "hostkey.unknown"


def test_what_the_jump_host_cannot_reach(
    client: Client, behind: tuple[Server, Host, dict[str, Host]]
) -> None:
    _, host, others = behind
    with pytest.raises(Unreachable, match=r"cannot reach 127\.0\.0\.1") as caught:
        client.connector(others).connect(replace(host, port=free_port()))
    assert caught.value.kind == "unreachable.refused"


def test_each_of_many_learns_why_it_cannot_be_reached(
    client: Client, behind: tuple[Server, Host, dict[str, Host]]
) -> None:
    _, host, others = behind
    connector = client.connector(others)
    away = {"127.0.0.1": "unreachable.refused", "no-such-host.invalid": "unreachable.dns"}

    def kind(number: int) -> tuple[str, str]:
        address = list(away)[number % 2]
        with pytest.raises(Unreachable) as caught:
            connector.connect(replace(host, name=f"box{number}", address=address, port=1))
        return address, caught.value.kind

    with ThreadPoolExecutor(20) as pool:
        assert set(pool.map(kind, range(60))) == set(away.items())


def test_a_proxy_jump_to_a_name_that_only_the_inventory_knows(client: Client) -> None:
    option = SshOption("ProxyJump", "no-such-gate.invalid", "hosts.ini:1")
    host = Host("inner", ssh_options=(option,))
    others = {"no-such-gate.invalid": Host("no-such-gate.invalid", address="127.0.0.1")}
    with pytest.raises(Unreachable, match="jump host no-such-gate") as caught:
        client.connector(others).connect(host)
    assert "ftlab_jump=no-such-gate.invalid" in caught.value.hint


def test_a_jump_host_that_forbids_it(client: Client, launch: Launch, sshd: Server) -> None:
    gate = launch({"AllowTcpForwarding": "no"})
    client.trust(gate)
    others = {"gate": replace(client.host(gate.port), name="gate")}
    with pytest.raises(Unreachable) as caught:
        client.connector(others).connect(client.host(sshd.port, jump="gate"))
    assert "AllowTcpForwarding" in caught.value.hint


def test_a_host_that_is_its_own_way_in(client: Client) -> None:
    others = {"a": Host("a", jump="b"), "b": Host("b", jump="a")}
    with pytest.raises(Unreachable, match="a circle") as caught:
        client.connector(others).connect(others["a"])
    assert caught.value.kind == "unreachable.jump"


# ProxyCommand

RELAY = """import os, select, socket, sys
far = socket.create_connection((sys.argv[1], int(sys.argv[2])))
ways = {0: far.fileno(), far.fileno(): 1}
while True:
    for end in select.select(list(ways), [], [])[0]:
        data = os.read(end, 65536)
        if not data:
            raise SystemExit
        os.write(ways[end], data)
"""


@pytest.fixture
def relay_program(tmp_path: Path) -> str:
    """What somebody may have in a ProxyCommand: ``nc``, for want of one everywhere."""
    script = tmp_path / "relay.py"
    script.write_text(RELAY)
    return f"{sys.executable} {script}"


def through(
    client: Client, tmp_path: Path, host: Host, command: str, limit: float = 5
) -> SshSession:
    config = tmp_path / "config"
    config.write_text(f"Host *\n ProxyCommand {command}\n")
    return client.connect(host, ssh_config=config, connect_timeout=limit)


def children() -> set[str]:
    return set(Path("/proc/self/task/").joinpath(str(os.getpid()), "children").read_text().split())


def test_a_proxy_command_is_given_the_inventorys_port_and_is_ended_with_the_session(
    client: Client, sshd: Server, tmp_path: Path, relay_program: str
) -> None:
    client.trust(sshd)
    before = children()
    session = through(client, tmp_path, client.host(sshd.port), f"{relay_program} %h %p")
    assert len(children() - before) == 1
    data = b"x" * 3_000_000
    assert session.run(Command(("cat",), stdin=data)).stdout == data
    session.close()
    assert children() - before == set()


def test_lines_before_the_banner_are_none_of_ours(
    client: Client, sshd: Server, tmp_path: Path, relay_program: str
) -> None:
    """A server may greet first (RFC 4253, 4.2)."""
    client.trust(sshd)
    script = tmp_path / "greeter"
    script.write_text(f"printf 'Authorized uses only\\r\\n'; exec {relay_program} $1 $2\n")
    session = through(client, tmp_path, client.host(sshd.port), f"sh {script} %h %p")
    assert session.run(Command(("true",))).ok


@pytest.mark.parametrize(
    ("command", "kind", "words"),
    [
        ("sh -c 'exit 3'", "unreachable.proxy", "the proxy command ended with exit status 3"),
        ("/no/such/program %h", "unreachable.proxy", "exit status 127 (no such command); it says"),
        ("sh -c 'echo \"no way to %h\" >&2; exit 7'", "unreachable.proxy", "says: no way to 127.0"),
        ("sh -c 'echo HTTP/1.0 403; exit 1'", "unreachable.proxy", "on stdout: HTTP/1.0 403"),
        ("sh -c 'kill -9 $$'", "unreachable.proxy", "was ended by signal 9"),
        ("sh -c 'echo HTTP/1.0 403'", "unreachable.banner", "it says 'HTTP/1.0 403'"),
        ("sh -c 'echo hm >&2; sleep 60'", "unreachable.timeout", "was still running; it says: hm"),
    ],
)
def test_a_proxy_command_that_does_not_work(
    client: Client, tmp_path: Path, command: str, kind: str, words: str
) -> None:
    before = children()
    limit = 0.8 if kind == "unreachable.timeout" else 60
    began = time.monotonic()
    with pytest.raises(Unreachable) as caught:
        through(client, tmp_path, client.host(2222), command, limit=limit)
    assert time.monotonic() - began < 20  # it is not tried again until the limit
    assert caught.value.kind == kind
    assert words in caught.value.message
    assert children() - before == set()
    if kind == "unreachable.proxy":
        assert command.split("%", maxsplit=1)[0] in caught.value.hint


def test_a_proxy_command_that_ends_well_may_stand_for_a_busy_server(
    client: Client, sshd: Server, tmp_path: Path, relay_program: str
) -> None:
    client.trust(sshd)
    script = tmp_path / "busy"
    script.write_text(
        f"test -e {tmp_path}/second || {{ touch {tmp_path}/second; exit 0; }}\n"
        f"exec {relay_program} $1 $2\n"
    )
    session = through(client, tmp_path, client.host(sshd.port), f"sh {script} %h %p", limit=30)
    assert session.run(Command(("true",))).ok


def test_a_proxy_command_runs_in_the_users_shell(
    client: Client, sshd: Server, tmp_path: Path, relay_program: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    client.trust(sshd)
    shell = tmp_path / "mysh"
    shell.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/started\nexec /bin/sh "$@"\n')
    shell.chmod(0o755)
    monkeypatch.setenv("SHELL", str(shell))
    through(client, tmp_path, client.host(sshd.port), f"{relay_program} %h %p").close()
    said = f"-c exec {relay_program} 127.0.0.1 {sshd.port}\n"
    assert (tmp_path / "started").read_text() == said
    monkeypatch.setenv("SHELL", "/no/such/shell")
    with pytest.raises(Unreachable, match=r"\$SHELL, /no/such/shell, cannot be started"):
        through(client, tmp_path, client.host(sshd.port), f"{relay_program} %h %p")


PASSER = """import os, socket, sys
far = socket.create_connection((sys.argv[1], int(sys.argv[2])))
socket.send_fds(socket.socket(fileno=1), [b"x"], [far.fileno()])
"""


def test_a_proxy_command_may_pass_its_connection_on(
    client: Client, sshd: Server, tmp_path: Path
) -> None:
    client.trust(sshd)
    before = children()
    (tmp_path / "pass.py").write_text(PASSER)
    passes = "%h %p\n ProxyUseFdpass yes"
    command = f"{sys.executable} {tmp_path}/pass.py"
    session = through(client, tmp_path, client.host(sshd.port), f"{command} {passes}")
    assert session.run(Command(("echo", "far"))).out == "far\n"
    assert children() - before == set()
    with pytest.raises(Unreachable, match=r"ended with exit status 1; it says: .*refused"):
        through(client, tmp_path, client.host(free_port()), f"{command} {passes}")
    with pytest.raises(Unreachable, match="did not pass a connection on"):
        through(client, tmp_path, client.host(sshd.port), f"true {passes}")


def test_ipv6(client: Client, keys: Keys, launch: Launch) -> None:
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6) as sock:
            port = sock.getsockname()[1]
    except OSError:
        pytest.skip("no IPv6 loopback here")
    server = launch({"ListenAddress": f"127.0.0.1\nListenAddress [::1]:{port}"})
    kind, blob = server.known_hosts_line().split()[1:]
    client.settings.known_hosts[0].write_text(f"[::1]:{port} {kind} {blob}\n")
    session = client.connect(replace(client.host(port), address="::1"))
    assert session.run(Command(("true",))).ok


# A server's host keys, before a login.


def scanned(client: Client, port: int) -> ServerKeys:
    connector = client.connector()
    return connector.scan(connector.way(client.host(port))[-1])


def test_the_keys_of_every_type(client: Client, keys: Keys, launch: Launch) -> None:
    server = launch(host_keys=[keys.host, keys.host_rsa])
    found = scanned(client, server.port)
    assert {key.type for key in found.host_keys} == {"ssh-ed25519", "ssh-rsa"}
    lines = {f"[127.0.0.1]:{server.port} {key.type} {key.base64}\n" for key in found.host_keys}
    assert lines == {server.known_hosts_line(0), server.known_hosts_line(1)}
    assert (found.address, found.port) == ("127.0.0.1", server.port)


def test_a_scan_is_no_attempt_to_log_in(client: Client, launch: Launch) -> None:
    server = launch({"LogLevel": "VERBOSE"})
    assert scanned(client, server.port).host_keys
    server.stop()
    log = server.log.read_text()
    assert "Connection from" in log
    assert "none" not in log
    assert "Failed" not in log


def test_the_key_of_an_old_server(client: Client, keys: Keys, launch: Launch) -> None:
    old = {"HostKeyAlgorithms": "ssh-rsa", "KexAlgorithms": "diffie-hellman-group14-sha1"}
    server = launch(old, [keys.host_rsa])
    found = scanned(client, server.port)
    assert [key.type for key in found.host_keys] == ["ssh-rsa"]


def test_a_server_with_nothing_in_common(client: Client, launch: Launch) -> None:
    server = launch(
        {"KexAlgorithms": "diffie-hellman-group14-sha1", "Ciphers": "chacha20-poly1305@openssh.com"}
    )
    with pytest.raises(Unreachable) as caught:  # no key of it can be read
        scanned(client, server.port)
    assert caught.value.kind == "algorithms"
    assert "no algorithm in common: no acceptable ciphers" in caught.value.message
    client.trust(server)
    with pytest.raises(Unreachable) as caught:
        client.connect(client.host(server.port, legacy_ssh=True))
    assert caught.value.kind == "algorithms"
    assert "chacha20" in str(caught.value.evidence["ciphers"])


def test_a_scan_of_nothing(client: Client) -> None:
    with pytest.raises(Unreachable) as caught:
        scanned(client, free_port())
    assert caught.value.kind == "unreachable.refused"
