"""What a log of remote commands must not show."""

from __future__ import annotations

import time

import pytest

from ftlab.esxi.veil import veiled

SECRET = "hunter2!"  # noqa: S105

PLACES = [
    'RemoteDisplay.vnc.password = "hunter2!"',
    "guestinfo.db_password=hunter2!",
    "password: hunter2!",
    "guestinfo.admin_pwd = hunter2!",
    'guestinfo.rootPass = "hunter2!"',
    "vim-cmd x --pass hunter2!",
    '      key = "guestinfo.db.pwd",\n      value = "hunter2!"\n',
    '"passphrase": "hunter2!"',
    "vim-cmd x --password hunter2!",
    "vim-cmd x --vc-password=hunter2!",
    "esxcli system settings advanced set -o /UserVars/ProxyPassword -s hunter2!",
    "esxcli system settings advanced set --option=/UserVars/Secret --string-value=hunter2!",
    '      key = "guestinfo.secret",\n      value = "hunter2!"\n',
    '      key = "guestinfo.secret", \n      value = (string) "hunter2!"\n',
    "   Path: /UserVars/ProxyPassword\n   Type: string\n   String Value: hunter2!\n",
    "curl https://root:hunter2!@10.0.0.1/x",
    "root:$6$hunter2!",
    "-----BEGIN RSA PRIVATE KEY-----\nhunter2!\n-----END RSA PRIVATE KEY-----\n",
    "-----BEGIN OPENSSH PRIVATE KEY-----\nhunter2!\n",
]


@pytest.mark.parametrize("text", PLACES[:-3])
def test_a_value_after_the_name_of_a_secret_is_not_shown(text: str) -> None:
    assert SECRET not in veiled(text)
    assert "…" in veiled(text)


@pytest.mark.parametrize("text", PLACES[-2:])
def test_a_private_key_is_not_shown(text: str) -> None:
    assert veiled(text).startswith("-----BEGIN ")
    assert SECRET not in veiled(text)


@pytest.mark.parametrize(
    "text",
    ["bypass = 1", "passthruEnabled = true", "PASSTHROUGH: yes", "compass=n"],
)
def test_a_word_that_only_looks_like_it_is_left_alone(text: str) -> None:
    assert veiled(text) == text


def test_a_hash_is_not_shown() -> None:
    line = "root:$6$saltsalt$abcdefghijk./XYZ:13358:0:99999:7:::"
    assert veiled(line) == "root:$6$…:13358:0:99999:7:::"


def test_a_known_secret_is_shown_nowhere() -> None:
    assert veiled("echo hunter2!x hunter2!", [SECRET, ""]) == "echo …x …"
    assert veiled("a bad cab: a", ["a"]) == "… bad cab: …"
    assert veiled("echo 'correct horse'", ["correct", "correct horse"]) == "echo '…'"


@pytest.mark.parametrize(
    "text",
    [
        "vim-cmd vmsvc/getallvms",
        'replay.supported = "true"',
        "esxcli system settings advanced set -o /Migrate/NetTimeout -i 60",
        "12    app01    [datastore1] app01/app01.vmx   otherGuest   vmx-08",
        '      key = "guestinfo.name", \n      value = "app01"\n',
        "http://10.0.0.1:8080/x",
    ],
)
def test_all_else_is_as_it_was(text: str) -> None:
    assert veiled(text, ["hunter2!"]) == text


PIECES = [
    "a", "-", "password", "password ", "password=", "Path: password\n",
    "://a", "--password", "key = ", '"', "$6$", "x" * 200 + ":",
]  # fmt: skip


@pytest.mark.parametrize("piece", PIECES)
def test_no_answer_takes_long(piece: str) -> None:
    text = piece * (65536 // len(piece))
    began = time.process_time()
    veiled(text, ["hunter2!"])
    assert time.process_time() - began < 5
