"""A command that there is not, and one that could not be loaded: both end with 127."""

from __future__ import annotations

from pathlib import Path

import pytest
from direct_session import DirectSession

from ftlab.engine.context import Context
from ftlab.errors import CommandFailed, NotApplicable, Refused
from ftlab.esxi.host.version import build_version, read_version
from ftlab.esxi.no_command import has_no_command
from ftlab.model import Completed
from ftlab.ops.files import sums
from ftlab.ops.settings.engine import read_setting
from ftlab.ops.settings.names import find_setting
from ftlab.sim import Fault, SimLab

ABSENT = [
    "", "\n", "sh: vmware: not found\n", "-sh: vmware: not found\n", "sh: 1: vmware: not found\n",
    "/bin/sh: vmware: not found\r\n", "bash: vmware: command not found\n",
    "bash: line 1: vmware: command not found\n", "zsh:1: command not found: vmware\n",
    "sha1sum: applet not found\n", "/bin/sh: vmware: inaccessible or not found\n",
    "fish: Unknown command: vmware\n", "sh: /bin/vmware: No such file or directory\n",
    "bash: warning: setlocale: LC_ALL: cannot change locale\nbash: vmware: command not found\n",
]  # fmt: skip
BROKEN = [
    "vmware: error while loading shared libraries: libcrypto.so.1.0.2: failed to map segment from "
    "shared object: Cannot allocate memory\n",
    "vmware: error while loading shared libraries: libz.so.1: cannot open shared object file: No "
    "such file or directory\n",
    "/bin/sh: can't open '/bin/vmware': Input/output error\n",
    "Error relocating /bin/vmware: SSL_free: symbol not found\n",
    "sh: can't fork: Cannot allocate memory\n",
]


def answer(said: str, exit: int = 127) -> Completed:
    return Completed(build_version(), exit, b"", said.encode())


@pytest.mark.parametrize("said", ABSENT)
def test_a_shell_that_knows_no_such_command(said: str) -> None:
    assert has_no_command(answer(said))
    assert not has_no_command(answer(said, exit=1))
    assert not has_no_command(answer(said, exit=0))
    with pytest.raises(Refused, match="not an ESXi host: it has no vmware command"):
        read_version(answer(said))


@pytest.mark.parametrize("said", BROKEN)
def test_a_command_that_could_not_be_started_is_not_absent(said: str) -> None:
    assert not has_no_command(answer(said))
    with pytest.raises(CommandFailed) as caught:
        read_version(answer(said))
    assert said.strip() in caught.value.message


@pytest.mark.parametrize("said", BROKEN)
def test_no_other_checksum_is_tried_for_a_command_that_could_not_be_started(
    tmp_path: Path, said: str
) -> None:
    context = Context(DirectSession(SimLab(tmp_path, hosts=1, pairs=0, vms=1)["vesxi01"]))
    failed = Completed(sums.command(context, "/x"), 127, b"", said.encode())
    assert not sums.is_missing(context, failed)
    assert not context.traits.md5_only
    absent = Completed(failed.command, 127, b"", b"sh: sha256sum: not found\n")
    assert sums.is_missing(context, absent)
    assert not sums.is_missing(context, absent)


def test_a_setting_whose_command_could_not_be_started_is_an_error(tmp_path: Path) -> None:
    host = SimLab(tmp_path, hosts=1, pairs=0, vms=1, versions=["6.5"])["vesxi01"]
    context = Context(DirectSession(host))
    setting = find_setting("hostname")
    host.faults.append(
        Fault("esxcli system hostname get", times=None, exit=127, stderr=BROKEN[0].encode())
    )
    with pytest.raises(CommandFailed, match="Cannot allocate memory") as caught:
        read_setting(context, setting)
    assert not isinstance(caught.value, NotApplicable)
