"""Where passwords come from, that they show nowhere, and the canary."""

from __future__ import annotations

import logging
import os
import shlex
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from ssh_bench import Client, Launch
from ssh_servers import PASSWORD, Server

from ftlab.errors import NotTried, Unreachable
from ftlab.model import Host, Secret
from ftlab.ssh.connector import Connector
from ftlab.ssh.login.canary import Canaries
from ftlab.ssh.login.passwords import SecretSource, _keyring
from ftlab.ssh.login.prompt import terminal_prompt

USER = "root"


def given(host: Host, environment: dict[str, str] | None = None) -> str | None:
    found = SecretSource(environment or {}, None).given(host, USER)
    return found.reveal() if found else None


def command(text: str) -> str:
    return shlex.join([sys.executable, "-c", text])


def test_the_order_of_the_sources(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("from file\nsecond line\n")
    file.chmod(0o600)
    environment = {"FTLAB_PASSWORD": "from variable", "FTLAB_PASSWORD_FILE": str(file)}
    line = command('print("from command\\nmore")')
    host = Host("esx1", password=Secret("from inventory"), password_command=line)
    assert given(host, environment) == "from inventory"
    assert given(Host("esx1", password_command=line), environment) == "from command"
    assert given(Host("esx1"), environment) == "from variable"
    del environment["FTLAB_PASSWORD"]
    assert given(Host("esx1"), environment) == "from file"
    assert given(Host("esx1")) is None


def test_a_command_is_started_once_and_without_a_shell(tmp_path: Path) -> None:
    count = tmp_path / "count"
    line = (
        command(f'import sys; open({str(count)!r}, "a").write("x"); print(sys.argv[1])')
        + " '$HOME;'"
    )
    source = SecretSource({}, None)
    for _ in range(3):
        found = source.given(Host("esx1", password_command=line), USER)
        assert found is not None
        assert found.reveal() == "$HOME;"
    assert count.read_text() == "x"


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (command("raise SystemExit(3)"), f"{sys.executable}: exit status 3"),
        (command("import os; os.kill(os.getpid(), 9)"), f"{sys.executable}: ended by signal 9"),
        ("/no/such/program s3cret", "/no/such/program: No such file or directory"),
        ("true s3cret", "true: the first line of its output is empty"),
        ("'", "No closing quotation"),
        ("''", "''"),
    ],
)
def test_a_command_that_does_not_work_is_named_without_what_may_be_secret(
    line: str, why: str
) -> None:
    with pytest.raises(Unreachable, match="ftlab_password_command") as caught:
        given(Host("esx1", password_command=line))
    assert caught.value.kind == "auth.secret"
    assert why in caught.value.message
    assert "s3cret" not in repr(caught.value.__reduce__())


def test_what_a_failing_command_writes_is_not_shown(capfd: pytest.CaptureFixture[str]) -> None:
    text = "import sys; print('s3cret'); print('s3cret', file=sys.stderr); sys.exit(1)"
    with pytest.raises(Unreachable) as caught:
        given(Host("esx1", password_command=command(text)))
    assert "s3cret" not in repr(caught.value.__reduce__()).replace(text, "")
    assert capfd.readouterr() == ("", "")


def test_a_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("x\n")
    file.chmod(0o644)
    with pytest.raises(Unreachable, match="chmod 600"):
        given(Host("esx1"), {"FTLAB_PASSWORD_FILE": str(file)})
    with pytest.raises(Unreachable, match="FTLAB_PASSWORD_FILE"):
        given(Host("esx1"), {"FTLAB_PASSWORD_FILE": str(tmp_path / "none")})


def test_a_command_that_fails_is_not_run_for_each_host(tmp_path: Path) -> None:
    count = tmp_path / "count"
    line = command(f'open({str(count)!r}, "a").write("x"); raise SystemExit(3)')
    source = SecretSource({}, None)
    for name in ("esx1", "esx2"):
        with pytest.raises(Unreachable, match="exit status 3"):
            source.given(Host(name, password_command=line), USER)
    assert count.read_text() == "x"


def test_an_empty_variable_is_no_password(monkeypatch: pytest.MonkeyPatch) -> None:
    empty = {"FTLAB_PASSWORD": "", "FTLAB_PASSWORD_FILE": "", "FTLAB_PASSPHRASE": ""}
    assert given(Host("esx1"), empty) is None
    assert SecretSource(empty, lambda _: "typed").passphrase("id") == Secret("typed")


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[tuple[str, str], str]]:
    """The keyring's content, of which the user ``root@broken`` is an error."""
    kept: dict[tuple[str, str], str] = {}

    def get_password(service: str, account: str) -> str | None:
        if account == "root@broken":
            raise RuntimeError("the keyring is locked")
        return kept.get((service, account))

    monkeypatch.setitem(sys.modules, "keyring", SimpleNamespace(get_password=get_password))
    _keyring.cache_clear()
    yield kept
    _keyring.cache_clear()


def test_from_the_keyring(keyring: dict[tuple[str, str], str]) -> None:
    keyring["ftlab", "root@esx1"] = "kept"
    keyring["other", "root@esx2"] = "not ours"
    assert given(Host("esx1")) == "kept"
    assert given(Host("esx2")) is None
    assert given(Host("broken")) is None
    assert given(Host("esx1"), {"FTLAB_PASSWORD": "nearer"}) == "nearer"


def test_without_the_keyring_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)  # as if it were not installed
    _keyring.cache_clear()
    assert given(Host("esx1")) is None
    _keyring.cache_clear()


def test_a_question_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def ask(text: str) -> str:
        asked.append(text)
        return "typed"

    source = SecretSource({}, ask)
    answers = {source.asked("esx1", USER), source.asked("esx2", USER)}
    assert answers == {Secret("typed")}
    assert asked == ["Password for root (esx1 and all other hosts without one): "]
    assert SecretSource({}, lambda _: "").asked("esx1", USER) is None


def test_a_question_keeps_no_other_secret_waiting() -> None:
    line = command('print("from command")')

    def ask(_text: str) -> str:
        found: list[str | None] = []
        host = Host("esx2", password_command=line)
        other = threading.Thread(target=lambda: found.append(source.given(host, USER).reveal()))
        other.start()
        other.join(30)
        return str(found)

    source = SecretSource({}, ask)
    assert source.asked("esx1", USER) == Secret("['from command']")


def test_nobody_is_asked_without_a_terminal() -> None:
    read, write = os.pipe()
    with os.fdopen(read) as stdin, os.fdopen(write, "w"), pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdin", stdin)
        assert terminal_prompt() is None


def test_a_planted_secret_shows_nowhere(
    client: Client,
    launch: Launch,
    shadow: str,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    planted = "pl4nted-s3cret"
    caplog.set_level(logging.DEBUG)
    server = launch({"PasswordAuthentication": "yes"}, shadow=shadow)
    client.trust(server)
    host = client.host(server.port, key_file=None, password=Secret(planted))
    with pytest.raises(Unreachable) as caught:
        client.connect(host)
    out = capfd.readouterr()
    everything = [
        "".join(traceback.format_exception(caught.value)),
        repr(caught.value.evidence),
        repr(host),
        repr(caught.value.__reduce__()),  # what pickling takes along
        caplog.text,
        out.out,
        out.err,
    ]
    assert not [text for text in everything if planted in text]
    assert out.err == ""


# The canary.


def visit(
    canaries: Canaries, name: str, log: list[str], error: Unreachable | None, hold: float = 0
) -> Unreachable | None:
    try:
        with canaries.turn(name, USER, Secret("x"), None):
            log.append(name)
            time.sleep(hold)
            if error is not None:
                raise error
    except Unreachable as caught:
        return caught
    return None


def test_a_refused_canary_keeps_all_others_out() -> None:
    canaries, log, results = Canaries(), [], {}
    refusal = Unreachable("no", kind="auth.refused")
    first = threading.Thread(target=visit, args=(canaries, "one", log, refusal, 0.2))
    first.start()
    while not log:
        time.sleep(0.001)
    for name in ("two", "three"):
        results[name] = visit(canaries, name, log, None)
    first.join()
    assert log == ["one"]
    for error in results.values():
        assert error is not None
        assert error.kind == "auth.refused"
        assert "one rejected this password" in error.message


def test_after_a_welcome_everybody_goes() -> None:
    canaries, log = Canaries(), []
    assert visit(canaries, "one", log, None) is None
    refusal = Unreachable("no", kind="auth.refused")
    assert visit(canaries, "two", log, refusal) is refusal
    assert visit(canaries, "three", log, None) is None
    assert log == ["one", "two", "three"]


def test_a_canary_that_could_not_try_is_followed_by_another() -> None:
    canaries, log = Canaries(), []
    away = Unreachable("off", kind="unreachable.timeout")
    assert visit(canaries, "one", log, away) is away
    refusal = Unreachable("no", kind="auth.locked")
    assert visit(canaries, "two", log, refusal) is refusal
    assert visit(canaries, "three", log, None) is not None
    assert log == ["one", "two"]


def test_the_canary_for_real(client: Client, launch: Launch, shadow: str) -> None:
    servers = [launch({"PasswordAuthentication": "yes"}, shadow=shadow) for _ in range(3)]
    connector = client.connector()
    kinds = []
    for server in servers:
        client.trust(server)
    for server in servers:
        host = client.host(server.port, key_file=None, password=Secret("wrong"))
        with pytest.raises(Unreachable) as caught:
            connector.connect(host)
        kinds.append(caught.value.kind)
    assert kinds == ["auth.refused"] * 3
    assert [_failures(server) for server in servers] == [1, 0, 0]


def test_the_canary_for_a_password_that_was_typed(
    client: Client, launch: Launch, shadow: str
) -> None:
    servers = [launch({"PasswordAuthentication": "yes"}, shadow=shadow) for _ in range(2)]
    connector = Connector(client.settings, SecretSource({}, lambda _: "wrong"))
    client.opened.append(connector)
    kinds = []
    for server in servers:
        client.trust(server)
    for server in servers:
        with pytest.raises(Unreachable) as caught:
            connector.connect(client.host(server.port, key_file=None))
        kinds.append(caught.value.kind)
    assert kinds == ["auth.refused"] * 2
    assert [_failures(server) for server in servers] == [1, 0]


def test_typing_takes_none_of_the_logins_time(
    client: Client, launch: Launch, shadow: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = launch({"PasswordAuthentication": "yes"}, shadow=shadow)
    client.trust(server)
    typed_for = [0.0]
    clock = SimpleNamespace(monotonic=lambda: time.monotonic() + sum(typed_for))
    monkeypatch.setattr("ftlab.ssh.deadline.time", clock)

    def ask(_text: str) -> str:
        typed_for.append(3600)
        return PASSWORD

    connector = Connector(client.settings, SecretSource({}, ask))
    client.opened.append(connector)
    connector.connect(client.host(server.port, key_file=None)).close()
    assert len(typed_for) == 2


def behind(
    client: Client, launch: Launch, shadow: str, word: str
) -> tuple[list[Server], Connector, list[Host]]:
    """A jump host that takes a password, given ``word``; and two hosts behind it, given the
    right one."""
    servers = [launch({"PasswordAuthentication": "yes"}, shadow=shadow) for _ in range(3)]
    for server in servers:
        client.trust(server)
    gate, *inner = servers
    jump = client.host(gate.port, name="gate", key_file=None, password=Secret(word))
    hosts = [
        client.host(
            one.port, name=f"in{one.port}", key_file=None, password=Secret(PASSWORD), jump="gate"
        )
        for one in inner
    ]
    return servers, client.connector({"gate": jump}, connect_timeout=8), hosts


def test_a_jump_host_with_the_same_password_is_its_canary(
    client: Client, launch: Launch, shadow: str
) -> None:
    _, connector, hosts = behind(client, launch, shadow, PASSWORD)
    for host in hosts:
        connector.connect(host).close()


def test_what_a_jump_host_refuses_says_nothing_of_the_hosts_password(
    client: Client, launch: Launch, shadow: str
) -> None:
    servers, connector, hosts = behind(client, launch, shadow, "wrong")
    for host in hosts:
        with pytest.raises(Unreachable, match=r"^jump host gate: the host refuses") as caught:
            connector.connect(host)
        assert not isinstance(caught.value, NotTried)
    assert [_failures(server) for server in servers] == [1, 0, 0]


def _failures(server: Server) -> int:
    return server.log_at_rest().count("Failed password")
