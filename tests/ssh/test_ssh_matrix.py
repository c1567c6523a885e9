"""Server × host key × login method × legacy or not, against the real servers.

The same table is in ``docs/ssh.md``; a test there holds them together.
"""

from __future__ import annotations

import contextlib
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from ssh_asyncserver import AsyncServer
from ssh_bench import Client, Keys, Launch
from ssh_servers import DROPBEAR, PASSWORD, Server, start_dropbear

from ftlab.errors import Unreachable
from ftlab.model import Command, Host, Secret

# As a 5.6-era server is configured (ESXi 5.x), as far as today's OpenSSH can still be.
OLD = {
    "HostKeyAlgorithms": "ssh-rsa",
    "PubkeyAcceptedAlgorithms": "ssh-rsa",
    "KexAlgorithms": "diffie-hellman-group14-sha1",
    "Ciphers": "aes128-ctr,3des-cbc",
    "MACs": "hmac-sha1",
}
SHA1_KEX = "diffie-hellman-group14-sha1"
GEX = {**OLD, "KexAlgorithms": "diffie-hellman-group-exchange-sha256"}
TRIPLE_DES = {**OLD, "Ciphers": "3des-cbc"}
DROPBEAR_052 = {
    **OLD, "KexAlgorithms": "diffie-hellman-group1-sha1", "Ciphers": "aes128-cbc,3des-cbc",
}  # fmt: skip
"""What ESXi 4.x offers: dropbear before 0.53."""
PASSWORDS = {"PasswordAuthentication": "yes"}
TALK = {"UsePAM": "yes", "KbdInteractiveAuthentication": "yes"}
LOGINS = ("key", "rsa key", "password", "keyboard-interactive")
SERVERS = (
    "openssh", "openssh as of 5.6", "openssh gex", "openssh 3des", "openssh as dropbear 0.52",
    "asyncssh as of 5.6", "asyncssh 3des", "dropbear",
)  # fmt: skip


def credentials(keys: Keys, login: str) -> dict[str, object]:
    if login == "key":
        return {"key_file": str(keys.user)}
    if login == "rsa key":
        return {"key_file": str(keys.user_rsa)}
    return {"key_file": None, "password": Secret(PASSWORD)}


def options(server: str, login: str) -> dict[str, str]:
    base = {
        "openssh as of 5.6": OLD,
        "openssh gex": GEX,
        "openssh 3des": TRIPLE_DES,
        "openssh as dropbear 0.52": DROPBEAR_052,
    }
    extra = {"password": PASSWORDS, "keyboard-interactive": TALK}
    return {**base.get(server, {}), **extra.get(login, {})}


def reaches(client: Client, host: Host) -> bool:
    return client.connect(host).run(Command(("echo", "in"))).out == "in\n"


@pytest.mark.integration
@pytest.mark.parametrize("login", LOGINS[1:])  # a server of that age takes RSA keys only
@pytest.mark.parametrize("server", SERVERS[1:5])
def test_old_openssh(
    client: Client,
    keys: Keys,
    launch: Launch,
    request: pytest.FixtureRequest,
    server: str,
    login: str,
) -> None:
    word = "" if login.endswith("key") else request.getfixturevalue("shadow")
    running = launch(options(server, login), [keys.host_rsa], word)
    client.trust(running)
    given = credentials(keys, login)
    assert reaches(client, client.host(running.port, legacy_ssh=True, **given))
    with pytest.raises(Unreachable) as caught:
        client.connect(client.host(running.port, **given))
    assert caught.value.kind == "algorithms"
    assert "ftlab_legacy_ssh=true" in caught.value.hint


@pytest.mark.integration
@pytest.mark.parametrize("legacy", [False, True], ids=["modern", "marked legacy"])
@pytest.mark.parametrize("host_key", ["host", "host_rsa"])
@pytest.mark.parametrize("login", LOGINS)
def test_todays_openssh(
    client: Client,
    keys: Keys,
    launch: Launch,
    request: pytest.FixtureRequest,
    login: str,
    host_key: str,
    legacy: bool,
) -> None:
    word = "" if login.endswith("key") else request.getfixturevalue("shadow")
    server = launch(options("openssh", login), [getattr(keys, host_key)], word)
    client.trust(server)
    host = client.host(server.port, legacy_ssh=legacy, **credentials(keys, login))
    assert reaches(client, host)


@pytest.mark.integration
@pytest.mark.parametrize(
    "kex",
    ["curve25519-sha256", "curve25519-sha256@libssh.org", "ecdh-sha2-nistp256",
     "diffie-hellman-group16-sha512"],
)  # fmt: skip
def test_a_server_with_a_single_key_exchange(client: Client, launch: Launch, kex: str) -> None:
    assert client.enter(launch({"KexAlgorithms": kex})).run(Command(("true",))).ok


@pytest.mark.integration
@pytest.mark.filterwarnings("ignore:Diffie-Hellman over finite fields")  # asyncssh's own affair
@pytest.mark.parametrize("login", LOGINS[1:])
@pytest.mark.parametrize("server", SERVERS[5:7])
def test_asyncssh(client: Client, keys: Keys, server: str, login: str) -> None:
    """The other way round than OpenSSH here: group exchange first, no ``server-sig-algs``."""
    less = {"encryption_algs": ["3des-cbc"], "kex_algs": [SHA1_KEX]} if "3des" in server else {}
    running = AsyncServer(keys.host_rsa, keys.authorized, PASSWORD, [login], **less)
    with contextlib.closing(running), client.settings.known_hosts[0].open("a") as known:
        known.write(running.known_line)
        known.flush()
        given = credentials(keys, login)
        session = client.connect(client.host(running.port, legacy_ssh=True, **given))
        data = bytes(range(256)) * 4000
        assert session.run(Command(("cat",), stdin=data)).stdout == data
        assert session.run(Command(("sh", "-c", "exit 3"))).exit == 3
        session.close()
        with pytest.raises(Unreachable) as caught:
            client.connect(client.host(running.port, **given))
    assert caught.value.kind == "algorithms"
    assert caught.value.evidence["banner"] == "SSH-2.0-OpenSSH_5.6"
    assert "ftlab_legacy_ssh=true" in caught.value.hint


@pytest.fixture
def dropbear(keys: Keys, tmp_path: Path, shadow: str) -> Iterator[Server]:
    """dropbear with an RSA and an ed25519 host key, and a home of its own for root."""
    converter = shutil.which("dropbearconvert")
    if DROPBEAR is None or converter is None:
        pytest.skip("no dropbear: install dropbear-bin")
    made = []
    for source in (keys.host, keys.host_rsa):
        target = tmp_path / f"db_{source.name}"
        subprocess.run(
            [converter, "openssh", "dropbear", source, target], check=True, capture_output=True
        )
        shutil.copy(source.with_suffix(".pub"), target.with_suffix(".pub"))
        made.append(target)
    home = tmp_path / "root"
    (home / ".ssh").mkdir(parents=True, mode=0o700)
    home.chmod(0o700)
    shutil.copy(keys.authorized, home / ".ssh" / "authorized_keys")
    (home / ".ssh" / "authorized_keys").chmod(0o600)
    server = start_dropbear(tmp_path, made, home, shadow)
    yield server
    server.stop()


@pytest.mark.integration
@pytest.mark.parametrize("legacy", [False, True], ids=["modern", "marked legacy"])
@pytest.mark.parametrize("host_key", [0, 1])
@pytest.mark.parametrize("login", ["key", "rsa key", "password"])
def test_dropbear(
    client: Client, keys: Keys, dropbear: Server, login: str, host_key: int, legacy: bool
) -> None:
    client.trust(dropbear, host_key)
    host = client.host(dropbear.port, legacy_ssh=legacy, **credentials(keys, login))
    assert reaches(client, host)
    answers = client.connect(host).run_all([Command(("echo", str(i))) for i in range(20)])
    assert [done.out for done in answers] == [f"{i}\n" for i in range(20)]
