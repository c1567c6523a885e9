"""Peers that stop, flood or vanish: everything ends within its limit and leaves nothing."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from ssh_bench import Client, Launch
from ssh_relay import Relay
from ssh_servers import Server

from ftlab.errors import CommandTimeout, HostError, Lost, Unreachable
from ftlab.model import Command, Host
from ftlab.ssh.session import SshSession

LIMIT = 0.6

MakeRelay = Callable[..., Relay]


@pytest.fixture
def relay(sshd: Server, client: Client) -> Iterator[MakeRelay]:
    """Relays in front of the shared sshd, whose key is known on their ports too."""
    made: list[Relay] = []

    def make(hold_after: int | None = None, drop: int = 0) -> Relay:
        new = Relay(sshd.port, hold_after, drop)
        made.append(new)
        with client.settings.known_hosts[0].open("a") as file:
            file.write(sshd.known_hosts_line().replace(f":{sshd.port} ", f":{new.port} "))
        return new

    yield make
    for one in made:
        one.close()


@pytest.fixture
def silent() -> Iterator[int]:
    """The port of a listener that accepts and never says anything."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


@pytest.fixture(autouse=True)
def nothing_left_behind(sshd: Server, client: Client) -> Iterator[None]:
    threads = set(threading.enumerate())
    yield
    for thing in reversed(client.opened):
        thing.close()
    extra = [
        thread
        for thread in set(threading.enumerate()) - threads
        if "paramiko" in type(thread).__module__ or "ftlab" in type(thread).__module__
    ]
    for thread in extra:
        thread.join(2)
    assert not [thread for thread in extra if thread.is_alive()]


def ends_within(limit: float, call: Callable[[], object]) -> HostError:
    began = time.monotonic()
    with pytest.raises(HostError) as caught:
        call()
    assert time.monotonic() - began < 2 * limit
    return caught.value


def test_no_banner(client: Client, silent: int) -> None:
    host = client.host(silent)
    error = ends_within(LIMIT, lambda: client.connect(host, connect_timeout=LIMIT))
    assert (error.kind, error.evidence["stage"]) == ("unreachable.timeout", "banner")
    assert "during banner" in error.message


@pytest.mark.parametrize(
    ("passed", "stage"), [(30, "banner"), (60, "key exchange"), (1300, "key exchange")]
)
def test_it_stops_in_the_middle_of_the_handshake(
    client: Client, relay: MakeRelay, passed: int, stage: str
) -> None:
    host = client.host(relay(hold_after=passed).port)
    error = ends_within(LIMIT, lambda: client.connect(host, connect_timeout=LIMIT))
    assert (error.kind, error.evidence["stage"]) == ("unreachable.timeout", stage)


def test_it_stops_during_the_login(client: Client, relay: MakeRelay) -> None:
    """The last bytes that a login cannot do without; how many follow, such as the server's other
    host keys, is a matter of the moment."""
    whole = relay()
    client.connect(client.host(whole.port)).close()
    for held in range(whole.passed, 0, -50):
        try:
            client.connect(client.host(relay(hold_after=held).port), connect_timeout=2).close()
        except HostError:
            break
    host = client.host(relay(hold_after=held).port)
    error = ends_within(LIMIT, lambda: client.connect(host, connect_timeout=LIMIT))
    assert (error.kind, error.evidence["stage"]) == ("unreachable.timeout", "authentication")


def test_a_silent_host_behind_a_jump_host(client: Client, launch: Launch, silent: int) -> None:
    gate = launch()
    client.trust(gate)
    jumps = {"gate": replace(client.host(gate.port), name="gate")}
    connector = client.connector(jumps, connect_timeout=1)
    error = ends_within(1, lambda: connector.connect(client.host(silent, jump="gate")))
    assert (error.kind, error.evidence["stage"]) == ("unreachable.timeout", "banner")


def test_a_silent_host_is_scanned_no_longer(client: Client, silent: int) -> None:
    connector = client.connector(connect_timeout=LIMIT)
    target = connector.way(client.host(silent))[-1]
    error = ends_within(LIMIT, lambda: connector.scan(target))
    assert error.kind == "unreachable.timeout"


def test_no_route_to_a_silent_address(client: Client) -> None:
    """A listener whose queue is full answers no connection request, like a host that is off."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        place = listener.getsockname()
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(place)
        host = client.host(place[1])
        error = ends_within(LIMIT, lambda: client.connect(host, connect_timeout=LIMIT))
        for filler in fillers:
            filler.close()
    assert error.kind == "unreachable.timeout"


def test_a_runs_deadline_shortens_the_connect(client: Client, silent: int) -> None:
    connector = client.connector(connect_timeout=30)
    until = time.monotonic() + LIMIT
    error = ends_within(LIMIT, lambda: connector.connect(client.host(silent), deadline=until))
    assert error.kind == "unreachable.timeout"


@pytest.fixture
def relayed(client: Client, relay: MakeRelay) -> tuple[SshSession, Relay]:
    between = relay()
    return client.connect(client.host(between.port)), between


def test_it_freezes_in_the_middle_of_an_output(relayed: tuple[SshSession, Relay]) -> None:
    session, between = relayed
    script = "echo begun; sleep 0.2; yes | head -c 50000000"
    threading.Timer(0.15, between.freeze).start()
    command = Command(("sh", "-c", script), timeout=LIMIT)
    error = ends_within(LIMIT, lambda: session.run(command))
    assert isinstance(error, CommandTimeout)
    assert error.evidence["stdout"].startswith(b"begun\n")
    again = ends_within(LIMIT, lambda: session.run(Command(("true",), timeout=LIMIT)))
    assert "was not sent" in again.message
    assert "safe to run it again" in again.hint


def test_it_freezes_in_the_middle_of_an_upload(
    relayed: tuple[SshSession, Relay], tmp_path: Path
) -> None:
    session, between = relayed
    threading.Timer(0.1, between.freeze).start()
    command = Command(("sh", "-c", "sleep 0.3; cat"), stdin=b"x" * 40_000_000, timeout=LIMIT)
    error = ends_within(LIMIT, lambda: session.run(command))
    assert isinstance(error, CommandTimeout)


def test_a_cut_connection_names_what_was_under_way(relayed: tuple[SshSession, Relay]) -> None:
    session, between = relayed
    threading.Timer(0.2, between.cut).start()
    commands = [Command(("sleep", "30")), Command(("sleep", "31"))]
    error = ends_within(5, lambda: session.run_all(commands))
    assert isinstance(error, Lost)
    assert error.evidence["in_flight"] == ["sleep 30", "sleep 31"]
    assert "look at the host" in error.hint
    assert isinstance(ends_within(5, lambda: session.run(Command(("true",)))), Lost)
    session.close()


# A peer that is gone without a word, with nothing under way or much.

KEEPALIVE = {"keepalive": 0.15, "keepalive_count": 4}


def is_noticed(session: SshSession, limit: float) -> None:
    until = time.monotonic() + 2 * limit
    while session.connection.is_connected:
        assert time.monotonic() < until
        time.sleep(0.01)


def test_an_idle_dead_peer_is_noticed(client: Client, relay: MakeRelay) -> None:
    between = relay()
    session = client.connect(client.host(between.port), **KEEPALIVE)
    between.freeze()
    is_noticed(session, LIMIT)
    error = ends_within(LIMIT, lambda: session.run(Command(("reboot",))))
    assert isinstance(error, Lost)
    assert "no sign of life for 0.6 s" in error.message
    assert "was not sent" in error.message
    assert "safe to run it again" in error.hint
    assert error.evidence["in_flight"] == []


def test_a_peer_that_dies_under_a_long_command_is_lost(client: Client, relay: MakeRelay) -> None:
    between = relay()
    session = client.connect(client.host(between.port), **KEEPALIVE)
    threading.Timer(0.1, between.freeze).start()
    error = ends_within(LIMIT + 0.1, lambda: session.run(Command(("sleep", "60"), timeout=60)))
    assert isinstance(error, Lost)
    assert "no sign of life for 0.6 s" in error.message
    assert error.evidence["in_flight"] == ["sleep 60"]


def test_a_dead_peer_behind_a_jump_host_is_noticed(
    client: Client, relay: MakeRelay, launch: Launch
) -> None:
    gate, between = launch(), relay()
    client.trust(gate)
    jumps = {"gate": replace(client.host(gate.port), name="gate")}
    session = client.connector(jumps, **KEEPALIVE).connect(client.host(between.port, jump="gate"))
    client.opened.append(session)
    between.freeze()
    is_noticed(session, LIMIT)


@pytest.mark.parametrize("command", ["sleep 1", "sleep 0.5; yes | head -c 100000; sleep 0.5"])
def test_a_long_and_silent_command_is_no_dead_peer(
    client: Client, sshd: Server, command: str
) -> None:
    client.trust(sshd)
    session = client.connect(client.host(sshd.port), **KEEPALIVE)
    assert session.run(Command(("sh", "-c", command))).ok
    time.sleep(0.7)
    assert session.run(Command(("echo", "still here"))).out == "still here\n"


# Floods.


def test_a_flood_that_ends_is_cut_and_says_so(client: Client, sshd: Server) -> None:
    client.trust(sshd)
    session = client.connect(client.host(sshd.port), output_cap=1000)
    script = "head -c 20000000 /dev/zero; head -c 5000000 /dev/zero >&2; exit 4"
    done = session.run(Command((script,), typed=True))
    assert (done.exit, len(done.stdout), len(done.stderr)) == (4, 1000, 1000)
    assert done.truncated


def test_a_flood_that_never_ends(client: Client, sshd: Server) -> None:
    client.trust(sshd)
    session = client.connect(client.host(sshd.port), output_cap=1000)
    error = ends_within(LIMIT, lambda: session.run(Command(("yes",), timeout=LIMIT)))
    assert isinstance(error, CommandTimeout)
    assert "passed the cap" in error.message
    assert session.run(Command(("echo", "fine"))).out == "fine\n"


def test_a_file_beyond_the_cap_is_an_error(client: Client, sshd: Server, tmp_path: Path) -> None:
    client.trust(sshd)
    session = client.connect(client.host(sshd.port), output_cap=1000)
    (tmp_path / "big").write_bytes(b"x" * 1001)
    with pytest.raises(HostError, match="big` wrote more than 1000") as caught:
        session.read(str(tmp_path / "big"))
    assert caught.value.kind == "output.cap"


def test_a_busy_server_is_tried_again(client: Client, relay: MakeRelay) -> None:
    busy = relay(drop=3)
    assert client.connect(client.host(busy.port)).run(Command(("true",))).ok
    assert busy.accepted == 4


def test_a_server_that_always_hangs_up(client: Client, relay: MakeRelay) -> None:
    busy = relay(drop=10_000)
    error = ends_within(
        LIMIT, lambda: client.connect(client.host(busy.port), connect_timeout=LIMIT)
    )
    assert error.kind == "unreachable.banner"
    assert "MaxStartups" in error.hint
    assert busy.accepted > 1


AUTHD = (
    b"220 VMware Authentication Daemon Version 1.10: SSL Required, ServerDaemonProtocol:SOAP, "
    b"MKSDisplayProtocol:VNC , , NFCSSL supported/t\r\n"
)


@pytest.mark.parametrize(
    ("answer", "words", "hint", "stays"),
    [
        (AUTHD, "220 VMware Authentication Daemon Version 1.10", "port 902", True),
        (b"HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n", "HTTP/1.1 400 Bad", "web server", True),
        (b"\x15\x03\x03\x00\x02\x02\x46", "it answers in TLS", "443", True),
        (b"RFB 003.008\n", "RFB 003.008", "VNC", True),
        (b"Welcome to the machine\r\n\x1b[2J> ", "'Welcome to the machine [2J> '", "22", False),
        (b"no line end", "'no line end'", "port 22", False),
        (b"x" * 20_000, "'xxx", "something else", False),
    ],
)
def test_a_peer_that_is_not_ssh_is_quoted_and_not_tried_again(
    client: Client, answer: bytes, words: str, hint: str, stays: bool
) -> None:
    """``stays``: the peer waits for more, as such servers do; the others hang up."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        seen = []

        def serve() -> None:
            for _ in range(2):
                peer, _ = listener.accept()
                seen.append(peer)
                with contextlib.suppress(OSError):  # the second one is gone by now
                    peer.sendall(answer)
                    if not stays:
                        peer.shutdown(socket.SHUT_WR)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        error = ends_within(5, lambda: client.connect(client.host(port), connect_timeout=30))
        assert error.kind == "unreachable.banner"
        assert f"127.0.0.1:{port} is no SSH server: it " in error.message
        assert words.rstrip(" '") in error.message
        assert hint in error.hint
        assert len(seen) == 1
        socket.create_connection(("127.0.0.1", port)).close()
        thread.join(5)
        for peer in seen:
            peer.close()


def test_nothing_listens(client: Client, silent: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    error = ends_within(5, lambda: client.connect(client.host(port)))
    assert error.kind == "unreachable.refused"
    assert "Secure Shell" in error.hint


def test_a_name_without_an_address(client: Client) -> None:
    error = ends_within(10, lambda: client.connect(Host("no-such-host.invalid")))
    assert error.kind == "unreachable.dns"


def test_a_resolver_that_does_not_answer(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    released = threading.Event()

    def stuck(
        name: str, port: int, family: int = 0, kind: int = 0, proto: int = 0, flags: int = 0
    ) -> list[object]:
        if flags:
            raise socket.gaierror(socket.EAI_NONAME, "not an address")
        released.wait(30)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", stuck)
    error = ends_within(LIMIT, lambda: client.connect(Host("slow"), connect_timeout=LIMIT))
    released.set()
    assert error.kind == "unreachable.timeout"


def descriptors() -> int:
    return len(os.listdir("/dev/fd"))  # noqa: PTH208


def test_many_connects_leave_nothing(client: Client, sshd: Server, silent: int) -> None:
    client.trust(sshd)
    connector = client.connector()
    hasty = client.connector(connect_timeout=0.1)
    connector.connect(client.host(sshd.port)).close()
    before = (descriptors(), threading.active_count())
    for _ in range(30):
        session = connector.connect(client.host(sshd.port))
        session.run(Command(("true",)))
        session.close()
    for _ in range(5):
        with pytest.raises(Unreachable):
            hasty.connect(client.host(silent))
    # Not "the same": a thread of an earlier test may end meanwhile.
    assert descriptors() <= before[0]
    assert threading.active_count() <= before[1]


def test_closing_is_prompt(session: SshSession) -> None:
    session.run(Command(("true",)))
    began = time.monotonic()
    session.close()
    assert time.monotonic() - began < 0.5


def test_a_shell_that_dies_in_the_middle_of_a_group_is_a_lost_command(session: SshSession) -> None:
    killer = Command(("sh", "-c", "kill -9 $PPID"), repeatable=True)
    with pytest.raises(Lost, match=r"shell ended during `sh -c 'kill -9 \$PPID'`") as caught:
        session.run_chain([Command(("echo", "one")), killer, Command(("echo", "three"))])
    assert caught.value.evidence["in_flight"] == [str(killer)]
    assert caught.value.hint == "it is safe to run it again"
    with pytest.raises(Lost) as caught:
        session.run_chain([replace(killer, repeatable=False), Command(("echo", "three"))])
    assert caught.value.hint.startswith("look at the host")
