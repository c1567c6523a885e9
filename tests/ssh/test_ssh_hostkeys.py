"""Which server keys are accepted; what a refusal says; that nothing is sent before."""

from __future__ import annotations

import base64
import hashlib
import hmac
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ssh_bench import Client, Keys, Launch
from ssh_servers import Server

from ftlab.errors import Unreachable
from ftlab.model import Command
from ftlab.ssh.hostkeys import record
from ftlab.ssh.hostkeys.hostkey import HostKey, known_as
from ftlab.ssh.hostkeys.known_hosts import KnownHosts, parse


def fingerprint(key: Path) -> str:
    listed = subprocess.run(
        ["ssh-keygen", "-lf", key.with_suffix(".pub")], capture_output=True, text=True, check=True
    )
    return listed.stdout.split()[1]


def public(key: Path) -> str:
    return " ".join(key.with_suffix(".pub").read_text().split()[:2])


def as_key(key: Path) -> HostKey:
    kind, blob = public(key).split()
    return HostKey(kind, base64.b64decode(blob))


def refused(client: Client, server: Server, **changes: Any) -> Unreachable:
    with pytest.raises(Unreachable) as caught:
        client.connect(client.host(server.port), **changes)
    return caught.value


def test_an_unknown_key_is_refused_and_nothing_is_sent(
    client: Client, keys: Keys, launch: Launch
) -> None:
    server = launch()
    error = refused(client, server)
    assert error.kind == "hostkey.unknown"
    assert fingerprint(keys.host) in error.message
    assert "ftlab hosts.trust" in error.hint
    assert "userauth" not in server.log.read_text()
    assert not client.settings.known_hosts[0].exists()


def test_accept_new_records_once_and_then_holds_to_it(
    client: Client, keys: Keys, launch: Launch
) -> None:
    server = launch()
    for _ in range(2):
        client.connect(client.host(server.port), host_key="accept-new")
    file = client.settings.known_hosts[0]
    assert file.read_text() == f"[127.0.0.1]:{server.port} {public(keys.host)}\n"
    assert file.stat().st_mode & 0o777 == 0o600
    client.connect(client.host(server.port))


def test_a_changed_key_names_the_line_and_both_fingerprints(
    client: Client, keys: Keys, sshd: Server
) -> None:
    file = client.settings.known_hosts[0]
    file.write_text(f"# the lab\n\n[127.0.0.1]:{sshd.port} {public(keys.stranger)} note\n")
    before = file.read_text()
    for policy in ("strict", "accept-new"):
        error = refused(client, sshd, host_key=policy)
        assert error.kind == "hostkey.changed"
        assert f"{file}:3" in error.message
        assert fingerprint(keys.stranger) in error.message
        assert fingerprint(keys.host) in error.message
        assert "--replace" in error.hint
        assert error.evidence["line"] == 3
    assert file.read_text() == before


def test_a_key_of_another_type_than_the_known_one_is_a_change(
    client: Client, keys: Keys, sshd: Server
) -> None:
    client.settings.known_hosts[0].write_text(f"[127.0.0.1]:{sshd.port} {public(keys.host_rsa)}\n")
    assert refused(client, sshd).kind == "hostkey.changed"


@pytest.mark.parametrize("known", [0, 1])
def test_the_type_on_record_is_asked_for(
    client: Client, keys: Keys, launch: Launch, known: int
) -> None:
    server = launch(host_keys=[keys.host, keys.host_rsa])
    client.trust(server, known)
    session = client.connect(client.host(server.port))
    assert session.run(Command(("true",))).ok


def test_a_new_key_in_a_hashed_line_counts_beside_an_old_one(
    client: Client, keys: Keys, sshd: Server
) -> None:
    file = client.settings.known_hosts[0]
    file.write_text(sshd.known_hosts_line())
    subprocess.run(["ssh-keygen", "-q", "-H", "-f", file], capture_output=True, check=True)
    with file.open("a") as more:
        more.write(f"[127.0.0.1]:{sshd.port} {public(keys.stranger)}\n")
    assert client.connect(client.host(sshd.port)).run(Command(("true",))).ok


def test_an_aliass_key_has_no_port(
    client: Client, keys: Keys, launch: Launch, tmp_path: Path
) -> None:
    server = launch(host_keys=[keys.host, keys.host_rsa])
    client.settings.known_hosts[0].write_text(f"lab {public(keys.host_rsa)}\n")
    config = tmp_path / "config"
    config.write_text("Host *\n HostKeyAlias lab\n")
    session = client.connect(client.host(server.port), ssh_config=config)
    assert session.run(Command(("true",))).ok


def test_revoked_keys_are_refused_even_where_they_are_known(
    client: Client, keys: Keys, sshd: Server
) -> None:
    client.trust(sshd)
    with client.settings.known_hosts[0].open("a") as file:
        file.write(f"@revoked * {public(keys.host)}\n")
    error = refused(client, sshd)
    assert error.kind == "hostkey.revoked"
    assert f"{client.settings.known_hosts[0]}:2" in error.message


def test_a_hosts_own_file_is_read_too(
    client: Client, keys: Keys, sshd: Server, tmp_path: Path
) -> None:
    own = tmp_path / "lab_known_hosts"
    own.write_text(sshd.known_hosts_line())
    host = client.host(sshd.port, known_hosts=str(own))
    assert client.connect(host).run(Command(("true",))).ok


def test_a_file_that_cannot_be_used(client: Client, sshd: Server, tmp_path: Path) -> None:
    folder = tmp_path / "a folder"
    folder.mkdir()
    assert refused(client, sshd, known_hosts=(folder,)).kind == "hostkey.file"
    beneath = (tmp_path / "file" / "known_hosts",)
    (tmp_path / "file").write_text("")
    error = refused(client, sshd, known_hosts=beneath, host_key="accept-new")
    assert error.kind == "hostkey.file"


# The file format, without a server.


def lookup(tmp_path: Path, text: str, name: str = "esx1", port: int = 22) -> list[int]:
    file = tmp_path / "kh"
    file.write_text(text)
    return [line.number for line in KnownHosts([file]).lines(name, port)]


KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKurq6urq6urq6urq6urq6urq6urq6urq6urq6urq6ur"


@pytest.mark.parametrize(
    ("pattern", "name", "port", "found"),
    [
        ("esx1", "esx1", 22, True),
        ("ESX1", "esx1", 22, True),
        ("esx1", "ESX1", 22, True),
        ("a,esx1,b", "esx1", 22, True),
        ("esx1", "esx11", 22, False),
        ("esx1", "esx1", 2222, False),
        ("[esx1]:2222", "esx1", 2222, True),
        ("[esx1]:2222", "esx1", 22, False),
        ("[::1]:2222", "::1", 2222, True),
        ("esx?", "esx1", 22, True),
        ("*.lab", "a.lab", 22, True),
        ("*.lab,!a.lab", "a.lab", 22, False),
        ("*.lab,!a.lab", "b.lab", 22, True),
        ("[*]:2222", "esx1", 2222, True),
        ("10.0.0.[1]", "10.0.0.1", 22, False),
    ],
)
def test_names(tmp_path: Path, pattern: str, name: str, port: int, found: bool) -> None:
    text = f"{pattern} {KEY}\n"
    assert lookup(tmp_path, text, name, port) == ([1] if found else [])
    if found:  # and by the quick look, too
        assert len(parse(text, tmp_path, known_as(name, port))) == 1


def test_a_quick_look_leaves_hashed_lines_and_no_others_of_no_use(tmp_path: Path) -> None:
    text = f"esx1 {KEY}\n|1|c2FsdA==|ZGlnZXN0 {KEY}\nesx2 {KEY}\n"
    assert [line.number for line in parse(text, tmp_path, "esx2")] == [2, 3]


def test_hashed_names(tmp_path: Path) -> None:
    salt = b"0123456789abcdefghij"
    digest = hmac.new(salt, b"[esx1]:2222", hashlib.sha1).digest()
    hashed = f"|1|{base64.b64encode(salt).decode()}|{base64.b64encode(digest).decode()}"
    assert lookup(tmp_path, f"{hashed} {KEY}\n", port=2222) == [1]
    assert lookup(tmp_path, f"{hashed} {KEY}\n", port=22) == []
    assert lookup(tmp_path, f"|1|broken {KEY}\n|1|!|! {KEY}\n") == []


def test_a_name_in_bytes_that_are_not_utf_8_is_hashed_as_it_stands(tmp_path: Path) -> None:
    """A ``HostKeyAlias`` may be one; ssh asks for no encoding."""
    salt = b"0123456789abcdefghij"
    digest = hmac.new(salt, b"a\xfc", hashlib.sha1).digest()
    hashed = f"|1|{base64.b64encode(salt).decode()}|{base64.b64encode(digest).decode()}"
    [line] = parse(f"{hashed} {KEY}\n", tmp_path, "a\udcfc")
    assert line.covers("a\udcfc")


def test_what_ssh_keygen_hashes_is_found(tmp_path: Path) -> None:
    file = tmp_path / "kh"
    file.write_text("".join(f"esx{i} {KEY}\n" for i in range(5)))
    subprocess.run(["ssh-keygen", "-q", "-H", "-f", file], capture_output=True, check=True)
    assert "esx3" not in file.read_text()
    assert len(KnownHosts([file]).lines("esx3", 22)) == 1


def test_lines_that_say_nothing_are_passed_over(tmp_path: Path) -> None:
    text = f"\n# esx1 {KEY}\n@cert-authority esx1 {KEY}\nesx1 ssh-rsa not~base64\nesx1\n"
    assert lookup(tmp_path, text) == []


def test_files_that_are_not_there_are_empty(tmp_path: Path) -> None:
    assert KnownHosts([tmp_path / "none"]).lines("esx1", 22) == []


def test_the_bare_name_vouches_for_another_port_with_the_same_key(
    tmp_path: Path, keys: Keys
) -> None:
    file = tmp_path / "kh"
    file.write_text(f"esx1 {public(keys.host)}\n")
    known = KnownHosts([file])
    assert known.trusts_elsewhere("esx1", 2222, as_key(keys.host))
    assert not known.trusts_elsewhere("esx1", 2222, as_key(keys.stranger))
    assert not known.trusts_elsewhere("esx2", 2222, as_key(keys.host))


def test_thousands_of_lines_cost_one_pass(tmp_path: Path) -> None:
    file = tmp_path / "kh"
    file.write_text("".join(f"esx{i} {KEY}\n" for i in range(20_000)))
    known = KnownHosts([file])
    file.unlink()  # nothing is read again
    assert all(known.lines(f"esx{i}", 22) for i in range(0, 20_000, 7))


# Recording.


def test_record_adds_once_and_keeps_what_is_there(tmp_path: Path, keys: Keys) -> None:
    file = tmp_path / "new" / "known_hosts"
    pair = [as_key(keys.host), as_key(keys.host_rsa)]
    record.record(file, "esx1", 22, pair[:1])
    assert file.read_text() == f"esx1 {public(keys.host)}\n"
    record.record(file, "esx1", 22, pair)
    assert file.read_text() == f"esx1 {public(keys.host)}\nesx1 {public(keys.host_rsa)}\n"
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700


def test_record_never_replaces_a_key_unless_told(tmp_path: Path, keys: Keys) -> None:
    file = tmp_path / "known_hosts"
    new = as_key(keys.host)
    text = f"# mine\nother {public(keys.host)}\n[esx1]:2222 {public(keys.stranger)}"
    file.write_text(text)
    with pytest.raises(Unreachable, match="known_hosts:3") as caught:
        record.record(file, "esx1", 2222, [new])
    assert caught.value.kind == "hostkey.changed"
    assert file.read_text() == text
    record.record(file, "esx1", 2222, [new], shown=[new])
    assert file.read_text() == (
        f"# mine\nother {public(keys.host)}\n[esx1]:2222 {public(keys.host)}\n"
    )
    assert list(tmp_path.iterdir()) == [file]


def test_record_keeps_the_other_keys_that_the_server_has_shown(tmp_path: Path, keys: Keys) -> None:
    file = tmp_path / "known_hosts"
    kept, new = as_key(keys.host_rsa), as_key(keys.host)
    file.write_text(f"esx1 {public(keys.stranger)}\nesx1 {public(keys.host_rsa)}\n")
    record.record(file, "esx1", 22, [new], shown=[kept, new])
    assert file.read_text() == f"esx1 {public(keys.host_rsa)}\nesx1 {public(keys.host)}\n"


@pytest.mark.parametrize("names", ["*", "esx1", "[esx1]:2222", "x,esx?"])
def test_record_never_writes_a_revoked_key(tmp_path: Path, keys: Keys, names: str) -> None:
    file = tmp_path / "known_hosts"
    file.write_text(f"@revoked {names} {public(keys.host)}\n")
    for shown in (None, [as_key(keys.host)]):
        with pytest.raises(Unreachable, match="known_hosts:1") as caught:
            record.record(file, "esx1", 2222, [as_key(keys.host)], shown=shown)
        assert caught.value.kind == "hostkey.revoked"
    assert file.read_text() == f"@revoked {names} {public(keys.host)}\n"


def test_record_completes_an_unfinished_last_line(tmp_path: Path, keys: Keys) -> None:
    file = tmp_path / "known_hosts"
    file.write_text(f"other {public(keys.host)}")
    record.record(file, "esx1", 22, [as_key(keys.host)])
    assert file.read_text().splitlines()[1] == f"esx1 {public(keys.host)}"


def test_fingerprints_are_those_of_ssh_keygen(keys: Keys) -> None:
    assert as_key(keys.host_rsa).fingerprint == fingerprint(keys.host_rsa)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda key: key,
        lambda key: key + " comment =",
        lambda key: key + "=",
        lambda key: key + "==",
        lambda key: key + "====",
        lambda key: key[:-1],
        lambda key: key[:-4],
        lambda key: key[:-8] + "====",
        lambda key: key + "AAAA",
        lambda key: key + "#",
        lambda key: key.replace("AAAAC3", "AAAAC4"),
    ],
)
def test_a_key_that_ssh_passes_over_is_passed_over(
    sshd: Server, keys: Keys, tmp_path: Path, spoil: Callable[[str], str]
) -> None:
    """Compared with ssh itself, in a live login."""
    if shutil.which("ssh") is None:
        pytest.skip("needs ssh, which is asked whether it trusts the key")
    names, kind, key = sshd.known_hosts_line().split()
    file = tmp_path / "kh"
    file.write_text(f"{names} {kind} {spoil(key)}\n")
    command = [
        "ssh", "-F", "none", "-i", keys.user, "-p", str(sshd.port), "-o", "BatchMode=yes",
        "-o", f"UserKnownHostsFile={file}", "-o", "GlobalKnownHostsFile=none", "-o",
        "IdentitiesOnly=yes", "root@127.0.0.1", "true",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "HAS CHANGED" not in done.stderr
    lines = KnownHosts([file]).lines("127.0.0.1", sshd.port)
    assert [line.key for line in lines] == ([as_key(keys.host)] if done.returncode == 0 else [])
