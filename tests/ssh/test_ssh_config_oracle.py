"""``~/.ssh/config`` as ssh reads it: ``ssh -G`` is asked about the same files."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, event, given, settings
from ssh_configs import Case, cases

from ftlab.errors import Unreachable, UsageError
from ftlab.ssh.config.reader import File, Files
from ftlab.ssh.config.resolve import Query, Resolved, resolve
from ftlab.ssh.network.this_machine import ThisMachine

EXAMPLES = int(os.environ.get("FTLAB_TEST_EXAMPLES", "300"))
LOOP = "jumphost loop"
FLAGS = (
    "identitiesonly", "proxyusefdpass", "canonicalizefallbacklocal", "passwordauthentication",
    "kbdinteractiveauthentication",
)  # fmt: skip
TEXTS = ("preferredauthentications", "bindaddress")

pytestmark = pytest.mark.skipif(
    shutil.which("ssh") is None, reason="needs ssh, which is asked what a configuration means"
)


def ask_ssh(config: Path, host: str) -> dict[str, list[str]] | str:
    """What ``ssh -G`` prints, or what it says against the file."""
    done = subprocess.run(
        ["ssh", "-G", "-F", str(config), "--", host], capture_output=True, text=True, check=False
    )
    if done.returncode:
        return done.stderr
    found: dict[str, list[str]] = {}
    for line in done.stdout.splitlines():
        key, _, value = line.partition(" ")
        found.setdefault(key, []).append(value)
    return found


def ask_ftlab(config: Path, host: str) -> dict[str, list[str]] | str:
    """The same of ftlab, in ssh's own notation."""
    machine = ThisMachine()
    try:
        found = resolve(
            Query(host, machine.user),
            Files(machine),
            [File(str(config), private=False, needed=True)],
        )
        return printed(found)
    except (UsageError, Unreachable) as error:
        return error.message


def printed(found: Resolved) -> dict[str, list[str]]:
    told = {"hostname": [found.hostname], "port": [str(found.port)], "user": [found.user]}
    if files := found.settings.files("identityfile"):
        told["identityfile"] = [value.text for value in files]
    if found.hop:
        told["proxyjump"] = [str(found.hop)]
    if found.proxy_command:
        told["proxycommand"] = [found.proxy_command]
    for name in FLAGS:
        value = found.settings.get(name)
        if value and not (found.hop and name == "proxyusefdpass"):  # ssh's own ssh needs none
            told[name] = ["yes" if value.text in ("yes", "true") else "no"]
    for name in TEXTS:
        if value := found.settings.get(name):
            told[name] = [value.text]
    if alias := found.settings.get("hostkeyalias"):
        told["hostkeyalias"] = [alias.text.lower()]
    if agent := found.settings.get("identityagent"):
        told["identityagent"] = [found.path(agent, agent.text)]
    family = found.settings.text("addressfamily", "any")
    return told | {"addressfamily": [family]}


@settings(
    max_examples=EXAMPLES,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(case=cases())
def test_a_configuration_means_to_ftlab_what_it_means_to_ssh(tmp_path: Path, case: Case) -> None:
    compare(tmp_path, case)


def compare(folder: Path, case: Case) -> None:
    config, included = folder / "config", folder / "included.conf"
    for file, text in ((config, case.text), (included, case.included)):
        file.write_text(text.replace("@included@", str(included)), newline="")
        file.chmod(0o600)
    theirs, ours = ask_ssh(config, case.host), ask_ftlab(config, case.host)
    if isinstance(theirs, str):
        if LOOP in theirs:
            event("a loop, which ftlab takes for no jump")
            return
        event("refused")
        assert isinstance(ours, str), f"ssh refuses it: {theirs}"
        return
    event("read")
    assert not isinstance(ours, str), f"ftlab refuses it: {ours}"
    assert {key: theirs.get(key) for key in ours} == ours
    for key in ("proxyjump", "proxycommand"):
        assert (key in theirs) == (key in ours), key
