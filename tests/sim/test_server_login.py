"""Who gets in, how, and with which algorithms, by the age of the host."""
# ruff: noqa: S106 - made-up passwords

from __future__ import annotations

import paramiko
import pytest
from paramiko.auth_handler import AuthHandler
from server_lab import KEY, client, dial, execute, front

from ftlab.sim import VERSIONS, SimLab
from ftlab.sim.ssh.algorithms import age_of
from ftlab.sim.ssh.login import Account
from ftlab.ssh.paramiko_ext.legacy import KexGroup1Sha1, KexGroup14Sha1, Sha1RsaKey

pytestmark = pytest.mark.filterwarnings("ignore:Diffie-Hellman over finite fields")


def methods(port):
    transport = dial(port)
    try:
        with pytest.raises(paramiko.BadAuthenticationType) as refused:
            transport.auth_none("root")
        return set(refused.value.allowed_types)
    finally:
        transport.close()


def test_every_release_lets_a_current_client_in(tmp_path):
    with front(tmp_path, *VERSIONS) as (lab, served):
        for name, port in served.ports.items():
            with client(port) as transport:
                assert transport.remote_version == lab[name].release.banner
                assert execute(transport, "echo hi") == (0, b"hi\n", b"")


def test_login_methods_follow_the_age(tmp_path):
    with front(tmp_path, "4.1", "5.5", "8.0") as (_, served):
        old, middle, modern = (methods(port) for port in served.ports.values())
    assert old == {"publickey", "password", "keyboard-interactive"}
    assert middle == modern == {"publickey", "keyboard-interactive"}


def test_password_and_questions(tmp_path):
    with front(tmp_path, "4.1", "8.0", password="s3cret") as (_, served):
        old, modern = served.ports.values()
        transport = dial(old)
        transport.auth_password("root", "s3cret")
        transport.close()
        asked = []

        def answer(title, instructions, prompts):
            asked.extend(prompts)
            return ["s3cret"] * len(prompts)

        transport = dial(modern)
        transport.auth_interactive("root", answer)
        assert execute(transport, "echo in")[1] == b"in\n"
        transport.close()
    assert asked == [("(root@127.0.0.1) Password: ", False)]


def test_a_round_without_questions_comes_first(tmp_path):
    with front(tmp_path, "6.7", password="s3cret", empty_round=True) as (_, served):
        rounds = []

        def answer(title, instructions, prompts):
            rounds.append(len(prompts))
            return ["s3cret"] * len(prompts)

        transport = dial(served.ports["vesxi01"])
        transport.auth_interactive("root", answer)
        transport.close()
    assert rounds == [0, 1]


@pytest.mark.parametrize(
    ("user", "key"),
    [
        ("root", paramiko.ECDSAKey.generate()),
        ("root", paramiko.RSAKey.generate(2048)),
        ("admin", KEY),
    ],
)
def test_strangers_are_refused_and_may_try_on(tmp_path, user, key):
    with front(tmp_path, "8.0") as (_, served):
        transport = dial(served.ports["vesxi01"])
        with pytest.raises(paramiko.AuthenticationException):
            transport.auth_publickey(user, key)
        assert transport.is_active()
        transport.close()


def test_an_ed25519_key_is_refused_like_any_unknown_one(tmp_path):
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    made = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.OpenSSH,
        serialization.NoEncryption(),
    )
    file = tmp_path / "key"
    file.write_bytes(made)
    key = paramiko.Ed25519Key(filename=str(file))
    with front(tmp_path, "6.7", authorized={key.asbytes(), KEY.asbytes()}) as (_, served):
        transport = dial(served.ports["vesxi01"])
        with pytest.raises(paramiko.AuthenticationException):
            transport.auth_publickey("root", key)
        transport.auth_publickey("root", KEY)
        transport.close()


def test_root_is_locked_after_five_wrong_passwords(tmp_path):
    with front(tmp_path, "8.0", password="right") as (_, served):
        transport = dial(served.ports["vesxi01"])
        for _ in range(5):
            with pytest.raises(paramiko.AuthenticationException):
                transport.auth_interactive("root", lambda *_: ["wrong"])
        with pytest.raises(paramiko.AuthenticationException):
            transport.auth_interactive("root", lambda *_: ["right"])
        transport.close()
        assert served.doors["vesxi01"].account.locked


def test_the_lock_ends_by_itself():
    now = [0.0]
    account = Account((), "right", lock_after=2, lock_seconds=120, clock=lambda: now[0])
    assert [account.opens("no"), account.opens("no"), account.opens("right")] == [False] * 3
    now[0] = 120.0
    assert account.opens("right")
    assert account.attempts == 4
    assert not Account((), None).opens("")


def test_lock_limits_by_release(tmp_path):
    lab = SimLab(tmp_path, hosts=len(VERSIONS), versions=VERSIONS, pairs=0)
    limits = {one.release.name: age_of(one).lock_after for one in lab.hosts.values()}
    assert [limits[name] for name in ("5.5", "6.0", "6.7", "8.0")] == [0, 10, 5, 5]


class OldClient(paramiko.Transport):
    """A client that still knows SHA-1."""

    def __init__(self, sock):
        olds = {old.name: old for old in (KexGroup1Sha1, KexGroup14Sha1)}
        self._key_info = {**paramiko.Transport._key_info, "ssh-rsa": Sha1RsaKey}
        self._kex_info = {**paramiko.Transport._kex_info, **olds}
        super().__init__(sock)
        self._preferred_keys = self._preferred_pubkeys = ("ssh-rsa",)


def test_old_dropbear_knows_group_1_alone(tmp_path):
    import socket

    key = Sha1RsaKey(key=paramiko.RSAKey.generate(2048).key)
    with front(tmp_path, "4.1", legacy=True, authorized={key.asbytes()}) as served:
        port = served[1].ports["vesxi01"]
        for offers in ((KexGroup1Sha1.name,), ("diffie-hellman-group14-sha256",)):
            transport = OldClient(socket.create_connection(("127.0.0.1", port)))
            transport._preferred_kex = offers
            transport._preferred_ciphers, transport._preferred_macs = ("3des-cbc",), ("hmac-sha1",)
            if offers[0] != KexGroup1Sha1.name:
                with pytest.raises(paramiko.SSHException):
                    transport.start_client(timeout=20)
                continue
            transport.start_client(timeout=20)
            assert transport.remote_version == "SSH-2.0-dropbear_0.52"
            transport.auth_publickey("root", key)
            assert execute(transport, "echo old")[1] == b"old\n"
            transport.close()


@pytest.mark.parametrize("kex", ["diffie-hellman-group14-sha1", None])
def test_faithful_old_hosts_speak_sha1_only(tmp_path, kex):
    import socket

    key = Sha1RsaKey(key=paramiko.RSAKey.generate(2048).key)
    with front(tmp_path, "5.1", legacy=True, authorized={key.asbytes()}) as (_, served):
        port = served.ports["vesxi01"]
        with pytest.raises(paramiko.SSHException):
            dial(port)
        transport = OldClient(socket.create_connection(("127.0.0.1", port)))
        if kex:
            transport._preferred_kex = (kex,)
        transport.start_client(timeout=20)
        assert transport.host_key_type == "ssh-rsa"
        assert transport.server_extensions == {}
        transport.auth_publickey("root", key)
        assert execute(transport, "echo old")[1] == b"old\n"
        transport.close()


def test_faithful_old_hosts_refuse_sha2_user_signatures(tmp_path, monkeypatch):
    import socket

    key = paramiko.RSAKey.generate(2048)
    with front(tmp_path, "5.1", legacy=True, authorized={key.asbytes()}) as (_, served):
        transport = OldClient(socket.create_connection(("127.0.0.1", served.ports["vesxi01"])))
        transport.start_client(timeout=20)
        monkeypatch.setattr(
            AuthHandler, "_finalize_pubkey_algorithm", lambda self, kind: "rsa-sha2-512"
        )
        with pytest.raises(paramiko.AuthenticationException):
            transport.auth_publickey("root", key)
        transport.close()


def test_new_host_keys_after_a_rebuild(tmp_path):
    with front(tmp_path, "8.0") as (_, served):
        before = dial(served.ports["vesxi01"])
        served.rekey("vesxi01")
        after = dial(served.ports["vesxi01"])
        assert before.get_remote_server_key() != after.get_remote_server_key()
        before.close()
        after.close()


@pytest.mark.parametrize(
    ("version", "folder"),
    [("8.0", "/etc/ssh/keys-root"), ("5.0", "/etc/ssh/keys-root"), ("4.1", "/.ssh")],
)
def test_a_key_that_was_appended_on_the_host_logs_in(tmp_path, version, folder):
    new, place = paramiko.ECDSAKey.generate(), f"{folder}/authorized_keys"
    with front(tmp_path, version) as (_, served):
        port = served.ports["vesxi01"]
        with pytest.raises(paramiko.AuthenticationException), client(port, new):
            pass
        with client(port) as transport:
            line = f"# mine\nnot-a-key\nssh-rsa ???\n{new.get_name()} {new.get_base64()} me@here"
            assert execute(transport, f"mkdir -p {folder}")[0] == 0
            assert execute(transport, f"echo '{line}' >> {place} && /sbin/auto-backup.sh")[0] == 0
        with client(port, new) as transport:
            assert execute(transport, f"rm {place}")[0] == 0
        with pytest.raises(paramiko.AuthenticationException), client(port, new):
            pass


def test_the_host_key_proves_itself_as_was_agreed(tmp_path):
    """A client may put first what an old host does not know; OpenSSH's ``+ssh-rsa`` does."""
    import socket

    with front(tmp_path, "5.0", legacy=True) as (_, served):
        transport = OldClient(socket.create_connection(("127.0.0.1", served.ports["vesxi01"])))
        transport._preferred_keys = ("rsa-sha2-512", "ssh-rsa")
        alone = type("Alone", (Sha1RsaKey,), {"HASHES": {"ssh-rsa": Sha1RsaKey.HASHES["ssh-rsa"]}})
        more = {"rsa-sha2-512": paramiko.RSAKey, "ssh-rsa": alone}
        transport._key_info = {**transport._key_info, **more}
        transport.start_client(timeout=20)
        assert transport.host_key_type == "ssh-rsa"
        transport.close()
