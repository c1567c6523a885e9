"""Where hundreds of threads wait for hosts, a thread that has the interpreter keeps it a while."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ftlab.fleet.turns import LONGEST
from ftlab.fleet.workers.processes import Processes

AT_THE_END = """
import atexit, sys
from ftlab.main import main
atexit.register(lambda: print(sys.getswitchinterval(), file=sys.stderr))
main()
"""


def test_the_program_takes_long_turns(tmp_path: Path) -> None:
    argv = [sys.executable, "-c", AT_THE_END, "hosts.list", "-i", "esx,", "--json"]
    done = subprocess.run(argv, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 0, done.stderr
    assert float(done.stderr.split()[-1]) == pytest.approx(LONGEST)


def test_so_does_a_worker_process() -> None:
    processes = Processes(1, 1, lambda *_: "")
    try:
        assert processes.submit(sys.getswitchinterval).result(30) == pytest.approx(LONGEST)
    finally:
        processes.shutdown()


def test_the_library_leaves_the_process_as_it_is() -> None:
    code = "import sys; before = sys.getswitchinterval(); from ftlab import Lab; Lab; "
    code += "sys.exit(sys.getswitchinterval() != before)"
    subprocess.run([sys.executable, "-c", code], check=True)
