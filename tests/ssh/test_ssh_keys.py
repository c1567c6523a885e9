"""Which keys are offered, in which order, and when a passphrase is asked for."""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from locked_folder import locked
from ssh_bench import Client, Keys
from ssh_servers import PASSPHRASE, Server

from ftlab.errors import Unreachable
from ftlab.model import Command
from ftlab.ssh.connector import Connector
from ftlab.ssh.login import keys as keyring
from ftlab.ssh.login.keys import KeyRing
from ftlab.ssh.login.passwords import SecretSource
from ftlab.ssh.login.public_half import public_half
from ftlab.ssh.network.target import Identity

__all__ = ["locked"]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The ``.ssh`` of an empty home."""
    folder = tmp_path / "home" / ".ssh"
    folder.mkdir(parents=True)
    monkeypatch.setenv("HOME", str(folder.parent))
    return folder


@pytest.fixture
def agent(tmp_path: Path, keys: Keys, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An ssh agent with the user's RSA key."""
    place = tmp_path / "agent.sock"
    monkeypatch.setenv("SSH_AUTH_SOCK", str(place))
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(["ssh-agent", "-D", "-a", place], **quiet)
    try:
        add = ["ssh-add", keys.user_rsa]
        assert any(subprocess.run(add, check=False, **quiet).returncode == 0 for _ in range(200))
        yield
    finally:
        process.terminate()
        process.wait()


def locked_copy(key: Path, to: Path, *options: str) -> Path:
    """A key file with a passphrase; ``.pub`` is not beside it."""
    shutil.copy(key, to)
    change = ["ssh-keygen", "-q", "-p", "-P", "", "-N", PASSPHRASE, *options, "-f", to]
    subprocess.run(change, check=True, stdout=subprocess.DEVNULL)
    to.with_suffix(".pub").unlink(missing_ok=True)
    return to


class Person:
    """Answers every question with the right passphrase, and remembers them."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, question: str) -> str:
        self.asked.append(question)
        return PASSPHRASE


def enter(client: Client, server: Server, person: Person, key_file: Path | None = None) -> None:
    client.trust(server)
    connector = Connector(client.settings, SecretSource({}, person))
    client.opened.append(connector)
    host = client.host(server.port, key_file=str(key_file) if key_file else None)
    with_session = connector.connect(host)
    client.opened.append(with_session)
    assert with_session.run(Command(("true",))).ok


@pytest.mark.parametrize("named", [True, False], ids=["named", "default"])
def test_a_locked_key_that_the_agent_has_is_the_agents(
    client: Client, keys: Keys, sshd: Server, home: Path, agent: None, named: bool
) -> None:
    person, file = Person(), locked_copy(keys.user_rsa, home / "id_rsa")
    enter(client, sshd, person, file if named else None)
    assert person.asked == []


def test_of_an_older_format_the_pub_file_tells(
    client: Client, keys: Keys, sshd: Server, home: Path, agent: None
) -> None:
    file = locked_copy(keys.user_rsa, home / "some_rsa", "-m", "PEM")
    assert public_half(file) is None
    shutil.copy(keys.user_rsa.with_suffix(".pub"), home / "some_rsa.pub")
    person = Person()
    enter(client, sshd, person, file)
    assert person.asked == []


def test_a_locked_default_file_is_not_asked_for_while_another_key_opens(
    client: Client, keys: Keys, sshd: Server, home: Path, agent: None
) -> None:
    locked_copy(keys.stranger, home / "id_ed25519")
    person = Person()
    enter(client, sshd, person)
    assert person.asked == []


def test_it_is_asked_for_once_when_all_others_were_refused(
    client: Client, keys: Keys, sshd: Server, home: Path
) -> None:
    locked_copy(keys.user, home / "id_ed25519")
    shutil.copy(keys.stranger, home / "id_rsa")
    person = Person()
    enter(client, sshd, person)
    assert person.asked == ["Passphrase for ~/.ssh/id_ed25519: "]


@pytest.mark.parametrize("text", [b"", b"-----BEGIN OPENSSH PRIVATE KEY-----\nAAA", b"\xff\n"])
def test_a_file_without_a_public_half(tmp_path: Path, text: bytes) -> None:
    file = tmp_path / "id"
    file.write_bytes(text)
    assert public_half(file) is None
    assert public_half(tmp_path / "none") is None


# The order, without a server.


def named(files: list[Path]) -> Identity:
    return Identity(tuple(map(str, files)))


@pytest.fixture
def ring(
    home: Path, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> tuple[KeyRing, Person, list[Path]]:
    """An agent with six keys, and in this order a locked, an open and a locked file."""
    files = [home / name for name in ("one", "two", "three")]
    locked_copy(keys.user, files[0])
    shutil.copy(keys.user_rsa, files[1])
    locked_copy(keys.stranger, files[2])
    person = Person()
    ring = KeyRing(SecretSource({}, person))
    held = [SimpleNamespace(asbytes=lambda n=n: b"%d" % n, comment=str(n)) for n in range(6)]
    monkeypatch.setattr(ring._agents, "keys", lambda place: () if place == "" else tuple(held))
    return ring, person, files


def test_the_named_ones_keep_their_place_among_five(
    ring: tuple[KeyRing, Person, list[Path]],
) -> None:
    keys, person, files = ring
    offers = keys.offers(named(files), 5)
    first = [next(offers).name for _ in range(3)]
    assert first == [str(files[1]), "agent key 0", "agent key 1"]
    assert person.asked == []
    assert [key.name for key in offers] == [str(files[0]), str(files[2])]
    assert person.asked == [f"Passphrase for {name}: " for name in (files[0], files[2])]


def test_with_nothing_named_the_agent_comes_before_the_default_files(
    ring: tuple[KeyRing, Person, list[Path]], monkeypatch: pytest.MonkeyPatch
) -> None:
    keys, _, files = ring
    monkeypatch.setattr(keyring, "DEFAULT_FILES", tuple(map(str, files)))
    offered = [key.name for key in keys.offers(Identity(), 5)]
    assert offered == [f"agent key {n}" for n in range(5)]
    offered = [key.name for key in keys.offers(Identity(), 9)]
    assert offered[6:] == [str(files[n]) for n in (1, 0, 2)]


def test_where_files_are_named_the_default_ones_are_not_tried(
    ring: tuple[KeyRing, Person, list[Path]], monkeypatch: pytest.MonkeyPatch
) -> None:
    keys, _, files = ring
    monkeypatch.setattr(keyring, "DEFAULT_FILES", (str(files[2]),))
    offered = [key.name for key in keys.offers(named(files[1:2]), 9)]
    assert offered == [str(files[1]), *(f"agent key {n}" for n in range(6))]
    assert [key.name for key in keys.offers(Identity(()), 9)] == offered[1:]


def test_only_the_named_files_and_another_agent_or_none(
    ring: tuple[KeyRing, Person, list[Path]],
) -> None:
    keys, _, files = ring
    open_file = named(files[1:2])
    assert [key.name for key in keys.offers(replace(open_file, only=True), 9)] == [str(files[1])]
    assert [key.name for key in keys.offers(replace(open_file, agent=""), 9)] == [str(files[1])]


def test_an_agent_that_has_a_named_locked_key_signs_in_its_place(
    home: Path, keys: Keys, agent: None
) -> None:
    files = [locked_copy(keys.user_rsa, home / "rsa"), home / "plain"]
    shutil.copy(keys.user, files[1])
    person = Person()
    ring = KeyRing(SecretSource({}, person))
    offered = [key.name for key in ring.offers(named(files), 5)]
    ring.close()
    assert offered == [str(file) for file in files]
    assert person.asked == []
    assert os.environ["SSH_AUTH_SOCK"]


def security_key(file: Path) -> Path:
    """What ``ssh-keygen -t ed25519-sk`` writes: a handle, which only its device can use."""

    def text(data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + data

    kind = text(b"sk-ssh-ed25519@openssh.com")
    public = kind + text(bytes(32)) + text(b"ssh:")
    private = bytes(8) + public + b"\1" + text(b"handle") + text(b"") + text(b"comment")
    private += bytes(range(1, 1 + -len(private) % 8))
    head = b"openssh-key-v1\0" + text(b"none") + text(b"none") + text(b"")
    body = head + (1).to_bytes(4, "big") + text(public) + text(private)
    lines = base64.encodebytes(body).decode()
    begin, end = (f"-----{word} OPENSSH PRIVATE KEY-----\n" for word in ("BEGIN", "END"))
    file.write_text(begin + lines + end)
    return file


def test_a_key_of_a_type_that_cannot_be_used(
    client: Client, sshd: Server, tmp_path: Path, home: Path
) -> None:
    file = security_key(tmp_path / "id_ed25519_sk")
    with pytest.raises(Unreachable, match=r"key file .*sk-ssh-ed25519") as caught:
        enter(client, sshd, Person(), file)
    assert caught.value.kind == "auth.key"
    shutil.copy(file, home / "id_ed25519")
    shutil.copy(client.keys.user, home / "id_ecdsa")
    enter(client, sshd, Person())


def test_key_files_that_were_passed_over_are_named(
    client: Client, sshd: Server, home: Path
) -> None:
    locked_copy(client.keys.user, home / "id_ed25519")
    client.trust(sshd)
    with pytest.raises(Unreachable) as caught:
        client.connect(client.host(sshd.port, key_file=None))
    assert "id_ed25519: it is locked with a passphrase, and none was given" in str(caught.value)


@pytest.mark.parametrize("private", ["absent", "public"])
def test_a_public_key_names_a_key_of_the_agent(
    client: Client, sshd: Server, tmp_path: Path, home: Path, agent: None, private: str
) -> None:
    file = tmp_path / "mine"
    shutil.copy(client.keys.user_rsa.with_suffix(".pub"), f"{file}.pub")
    enter(client, sshd, Person(), file if private == "absent" else Path(f"{file}.pub"))


@pytest.mark.parametrize("locked", [False, True])
def test_a_key_that_others_may_read_is_none(
    keys: Keys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, locked: bool
) -> None:
    """As ssh has it: nobody is asked for its passphrase either. The public half beside it says
    nothing against a key."""
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    file = tmp_path / "key"
    locked_copy(keys.user, file) if locked else shutil.copy(keys.user, file)
    person = Person()
    file.chmod(0o640)
    with pytest.raises(Unreachable, match=r"others may read .*mode 0640.*chmod 600") as caught:
        KeyRing(SecretSource({}, person)).file(str(file))
    assert caught.value.kind == "auth.key"
    assert person.asked == []
    file.chmod(0o400)
    assert KeyRing(SecretSource({}, person)).file(str(file)).name == str(file)


def test_the_same_key_in_the_agent_can_be_used(
    keys: Keys, tmp_path: Path, agent: None, home: Path
) -> None:
    file = Path(shutil.copy(keys.user_rsa, tmp_path / "key"))
    shutil.copy(keys.user_rsa.with_suffix(".pub"), tmp_path / "key.pub")
    file.chmod(0o644)
    assert KeyRing(SecretSource({}, None)).file(str(file)).signer.get_name() == "ssh-rsa"


def test_a_file_in_a_folder_that_may_not_be_searched_is_told_where_it_was_named(
    locked: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As ssh tells of it; of the default ones nobody has said that they are there."""
    ring, file = KeyRing(SecretSource({}, Person())), locked / "id_rsa"
    identity = Identity((str(file), str(locked.parent / ("x" * 300)), "/"), only=True)
    assert list(ring.offers(identity, 5)) == []
    assert ring.passed_over(identity) == [f"key file {file}: Permission denied"]
    monkeypatch.setattr(keyring, "DEFAULT_FILES", (str(file),))
    default = Identity(None, only=True)
    assert list(ring.offers(default, 5)) == []
    assert ring.passed_over(default) == []
