"""The plain ``ssh`` client against the simulated lab behind a real OpenSSH server."""
# ruff: noqa: S108 - paths on the simulated host

from __future__ import annotations

import shlex
import threading
import time
from pathlib import Path

import pytest
from openssh_front import authorized_line, openssh_lab, plain_root

from ftlab.sim import Fault
from ftlab.sim.ssh.algorithms import ecdsa_key, public_line


def test_status_and_streams(quiet_lab, ssh):
    told = ssh(quiet_lab, "vesxi01", "echo out; echo err >&2; exit 7")
    assert (told.returncode, told.stdout, told.stderr) == (7, b"out\n", b"err\n")


def test_the_model_answers_through_its_shims(quiet_lab, ssh):
    host = quiet_lab.sim["vesxi02"]
    expected = host.answer(("vim-cmd", "vmsvc/getallvms"))
    host.commands.clear()
    told = ssh(quiet_lab, "vesxi02", "vim-cmd vmsvc/getallvms")
    assert (told.returncode, told.stdout, told.stderr) == (0, expected.stdout, expected.stderr)
    assert host.commands == [("vim-cmd", "vmsvc/getallvms")]


AWKWARD = ["", " ", "a  b", "it's", '"', "$HOME `x` $(y)", "*", "a\nb", "\\", "-n", "ü", "~", "#"]


def test_any_argument_reaches_the_model_unchanged(quiet_lab, ssh):
    host = quiet_lab.sim["vesxi01"]
    argv = ["esxcli", *AWKWARD]
    host.commands.clear()
    ssh(quiet_lab, "vesxi01", shlex.join(argv))
    assert host.commands == [tuple(argv)]


def test_bytes_that_are_no_text_reach_the_model(quiet_lab, ssh):
    host = quiet_lab.sim["vesxi01"]
    host.commands.clear()
    ssh(quiet_lab, "vesxi01", b"vim-cmd '\xff\xfe'")
    assert host.commands == [("vim-cmd", "\udcff\udcfe")]


def test_a_failure_of_the_model_is_one_here(quiet_lab, ssh):
    host = quiet_lab.sim["vesxi02"]
    expected = host.answer(("vim-cmd", "vmsvc/power.getstate", "999"))
    told = ssh(quiet_lab, "vesxi02", "vim-cmd vmsvc/power.getstate 999")
    assert told.returncode == expected.exit != 0
    assert (told.stdout, told.stderr) == (expected.stdout, expected.stderr)


def test_absolute_paths_are_the_hosts(quiet_lab, ssh):
    host, data = quiet_lab.sim["vesxi01"], bytes(range(256)) * 500
    assert ssh(quiet_lab, "vesxi01", "cat > '/tmp/a b'; pwd", data).stdout == b"/\n"
    assert host.path("/tmp/a b").read_bytes() == data
    assert ssh(quiet_lab, "vesxi01", "cat '/tmp/a b'; rm '/tmp/a b'").stdout == data


def test_all_hosts_see_the_shared_datastore(quiet_lab, ssh):
    ssh(quiet_lab, "vesxi01", "echo both > /vmfs/volumes/shared/note")
    told = ssh(quiet_lab, "vesxi02", "cat /vmfs/volumes/shared/note; rm /vmfs/volumes/shared/note")
    assert told.stdout == b"both\n"
    assert not quiet_lab.sim["vesxi01"].path("/vmfs/volumes/shared/note").exists()


def test_the_shell_is_busyboxs_and_has_a_hosts_applets_only(quiet_lab, ssh):
    told = ssh(quiet_lab, "vesxi01", "id; tr a b; base64; busybox; perl; ls /.ftlab/no; echo $0")
    missing = [b"id", b"tr", b"base64", b"busybox", b"perl"]
    words = [b"sh: %s: not found\n" % name for name in missing]
    assert told.stderr.startswith(b"".join(words))
    assert told.stdout == b"sh\n"
    assert ssh(quiet_lab, "vesxi01", "sed s/a/b/; stat -c %s /", b"a\n").stdout[:2] == b"b\n"


def test_the_real_machine_is_out_of_reach(quiet_lab, ssh):
    assert ssh(quiet_lab, "vesxi01", "ls /root /etc/shadow").returncode != 0
    assert ssh(quiet_lab, "vesxi01", "echo x > /usr/lib/ftlab-was-here").returncode != 0
    assert not Path("/usr/lib/ftlab-was-here").exists()


def test_no_sftp_server(quiet_lab, ssh):
    assert ssh(quiet_lab, "vesxi01", "sftp", b"", "-s").returncode == 127


def test_a_cut_kills_the_connection(quiet_lab, ssh):
    host = quiet_lab.sim["vesxi01"]
    host.faults.append(Fault("vmware", what="cut", runs=True))
    told = ssh(quiet_lab, "vesxi01", "vmware -v; echo after")
    assert told.returncode == 255
    assert b"after" not in told.stdout


def test_a_wrong_key_is_refused(quiet_lab, ssh, tmp_path):
    from ftlab.sim.ssh.algorithms import write_private_key

    write_private_key(ecdsa_key(), tmp_path / "other")
    told = ssh(quiet_lab, "vesxi01", "true", key_file=tmp_path / "other")
    assert told.returncode == 255
    assert b"Permission denied (publickey)" in told.stderr


def test_every_age_answers_and_reads_its_own_version(real_lab, ssh):
    for name, host in real_lab.sim.hosts.items():
        assert ssh(real_lab, name, "vmware -v").stdout == host.answer(("vmware", "-v")).stdout
    assert "[v41]\nvesxi01\n" in real_lab.inventory.read_text()


def test_closing_ends_sessions_mounts_and_files(openssh, ssh, tmp_path):
    with openssh_lab(1, directory=tmp_path) as lab:
        told: list[int] = []
        thread = threading.Thread(
            target=lambda: told.append(ssh(lab, "vesxi01", "echo > /tmp/on; sleep 60").returncode)
        )
        thread.start()
        end = time.monotonic() + 20
        while not lab.sim["vesxi01"].path("/tmp/on").exists() and time.monotonic() < end:
            time.sleep(0.01)
        began = time.monotonic()
        lab.front.close()
        thread.join()
        assert time.monotonic() - began < 5
        assert told == [255]
    assert list(tmp_path.iterdir()) == []
    assert str(tmp_path) not in Path("/proc/mounts").read_text()


def test_a_server_that_cannot_start_says_why(openssh):
    wrong = {"options": {"Nonsense": "yes"}}
    with (
        pytest.raises(RuntimeError, match="Nonsense"),
        openssh_lab(1, front_options=wrong),
    ):
        pass


def test_authorized_line_names_the_kind():
    key = ecdsa_key()
    assert authorized_line(key.public_data) == public_line(key) + "\n"


def test_plain_root_changes_roots_shell_only():
    text = "root:x:0:0:root:/root:/bin/bash\nsshd:x:1:1::/run/sshd:/bin/no\n"
    assert plain_root(text) == "root:x:0:0:root:/:/bin/sh\nsshd:x:1:1::/run/sshd:/bin/no\n"
