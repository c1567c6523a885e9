"""A place of its own for the benchmark: nothing of it is seen outside, or outlives it.

In its own network namespace the hosts can have port 22 on loopback addresses, in its own mount
namespace the datastores can be under ``/vmfs``, and as the first process of its own process
namespace the benchmark inherits whatever a tool leaves running behind it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

VMFS = Path("/vmfs")
_INSIDE = "BENCHMARK_INSIDE"
_UNSHARE = ("unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc")


def inside() -> bool:
    """Whether this process is in the benchmark's own namespaces already."""
    return _INSIDE in os.environ


def missing(programs: Sequence[str] = ("unshare", "sshd", "busybox", "ssh-keygen")) -> str:
    """Why the benchmark cannot run here; empty where it can."""
    if not sys.platform.startswith("linux"):
        return "it needs Linux, for its namespaces"
    if os.geteuid() != 0:
        return "it needs root, for its namespaces (everything in them is gone afterwards)"
    absent = [name for name in programs if shutil.which(name, path=search_path()) is None]
    return f"not installed: {', '.join(absent)}" if absent else ""


def search_path() -> str:
    """``PATH`` with the directories of system programs, which not every root shell has."""
    return os.environ.get("PATH", "/usr/bin:/bin") + ":/usr/sbin:/sbin"


def run_inside() -> int:
    """Run this very command line again in new namespaces; its exit status."""
    made = not VMFS.exists()
    VMFS.mkdir(exist_ok=True)
    try:
        environment = {**os.environ, _INSIDE: "1", "PATH": search_path()}
        argv = [*_UNSHARE, sys.executable, *sys.orig_argv[1:]]
        return subprocess.run(argv, env=environment, check=False).returncode
    finally:
        if made:
            VMFS.rmdir()


@contextmanager
def furnished() -> Iterator[None]:
    """Inside: loopback up, and a file system in memory for the hosts' files."""
    subprocess.run(["busybox", "ip", "link", "set", "lo", "up"], check=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=755", "bench", VMFS], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", VMFS], check=True)
