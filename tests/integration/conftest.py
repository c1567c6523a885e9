"""Simulated hosts behind the real OpenSSH server, with BusyBox's real shell."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator

import pytest
from openssh_front import missing, openssh_lab

from ftlab.sim import RunningLab

VERSIONS = ("4.1", "5.5", "6.7", "8.0")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "integration" in item.path.parts:
            item.add_marker(pytest.mark.integration)


@pytest.fixture(scope="session")
def openssh() -> str:
    """Skips, saying why, where the real server cannot run."""
    reason = missing()
    if reason:
        pytest.skip(reason)
    return "openssh"


@pytest.fixture
def real_lab(openssh, tmp_path) -> Iterator[RunningLab]:
    """Four hosts of four ages, one FT pair; ``real_lab.inventory`` is for the real commands."""
    with openssh_lab(4, tmp_path / "lab.ini", versions=VERSIONS) as lab:
        yield lab


@pytest.fixture(scope="module")
def quiet_lab(openssh) -> Iterator[RunningLab]:
    """Two hosts that the tests of one module share; they leave them as they were."""
    with openssh_lab(2, versions=("5.5", "8.0")) as lab:
        yield lab


Ssh = Callable[..., "subprocess.CompletedProcess[bytes]"]


def plain_ssh(lab, name, command, stdin=b"", *options, key_file=None):
    """What the plain ``ssh`` client makes of one command."""
    return subprocess.run(
        [
            "ssh", "-F", "none", "-i", key_file or lab.key_file, "-p", str(lab.front.ports[name]),
            "-o", f"UserKnownHostsFile={lab.known_hosts}", "-o", "BatchMode=yes", *options,
            "root@127.0.0.1", command,
        ],
        input=stdin, capture_output=True, timeout=60, check=False,
    )  # fmt: skip


@pytest.fixture
def ssh() -> Ssh:
    return plain_ssh
