"""A ProxyCommand ends with the connection, and so does all that it has started."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from ssh_processes import gone

from ftlab.ssh.network.proxycommand import start_proxy


def test_closing_ends_the_program_and_its_children(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    proxy = start_proxy(f"sh -c 'sleep 600 & echo $! $$ > {pids}; cat'")
    proxy.settimeout(20)
    proxy.sendall(b"there")
    assert proxy.recv(5) == b"there"
    proxy.close()
    proxy.close()
    assert all(gone(int(pid)) for pid in pids.read_text().split())


def test_one_that_does_not_want_to_end_is_killed(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    proxy = start_proxy(f"sh -c 'trap : TERM HUP; echo $$ > {pids}; cat; sleep 600'")
    proxy.settimeout(20)
    proxy.sendall(b"there")
    assert proxy.recv(5) == b"there"
    proxy.close()
    assert gone(int(pids.read_text()))


def test_it_does_not_outlive_this_process(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    line = f"sh -c 'trap : HUP; sleep 600 & echo $! $$ > {pids}; cat; sleep 600'"
    code = (
        "from ftlab.ssh.network.proxycommand import start_proxy\n"
        f"proxy = start_proxy({line!r})\n"
        "proxy.sendall(b'there'); proxy.recv(5)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
    assert all(gone(int(pid)) for pid in pids.read_text().split())
