"""The guard of ``conftest.py`` sees what a run of the tests leaves behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

GUARD = Path(__file__).with_name("conftest.py")
TIDY = "def test(tmp_path): (tmp_path / 'x').write_text('x')"
FILE = "import tempfile\ndef test(): tempfile.mkdtemp(prefix='left-')"
PROCESS = """
import pathlib, subprocess
def test():
    made = subprocess.Popen(['sleep', '600'])
    pathlib.Path(PID).write_text(str(made.pid))
    made.returncode = 0  # it is not waited for
"""


def run(folder: Path, test: str) -> subprocess.CompletedProcess[str]:
    text = GUARD.read_text("utf-8").replace("_PATIENCE = 10.0", "_PATIENCE = 0.2")
    (folder / "conftest.py").write_text(text)
    (folder / "test_it.py").write_text(test)
    options = ("-q", "-p", "no:cacheprovider", "-c", os.devnull, "--basetemp", folder / "base")
    return subprocess.run(
        [sys.executable, "-m", "pytest", *options, "--rootdir", folder, folder],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


@pytest.mark.parametrize(("test", "says"), [(TIDY, ""), (FILE, "leave files in the temporary")])
def test_files_left_behind_fail_the_run(tmp_path: Path, test: str, says: str) -> None:
    done = run(tmp_path, test)
    assert done.returncode == (1 if says else 0), done.stdout
    assert says in done.stdout


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="no /proc here")
def test_a_process_left_behind_fails_the_run(tmp_path: Path) -> None:
    file = tmp_path / "pid"
    done = run(tmp_path, PROCESS.replace("PID", repr(str(file))))
    os.kill(int(file.read_text()), signal.SIGKILL)
    assert done.returncode == 1, done.stdout
    assert "leave processes behind" in done.stdout
    assert "sleep 600" in done.stdout


def test_a_whole_run_has_processes_that_have_none_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(GUARD.read_text("utf-8"))
    (tmp_path / "pytest.ini").write_text("[pytest]\ntestpaths = .\n")
    (tmp_path / "test_it.py").write_text(
        "def test(request):\n"
        "    assert hasattr(request.config, 'workerinput')\n"
        "    assert request.config.option.dist == 'no'\n"
    )
    env = {key: value for key, value in os.environ.items() if "XDIST" not in key}
    options = ("-q", "-p", "no:cacheprovider", "--basetemp", "base")
    process = subprocess.Popen(
        [sys.executable, "-m", "pytest", *options], cwd=tmp_path, env=env, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip
    try:
        out, _ = process.communicate(timeout=60)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        raise
    assert "1 passed" in out, out
    assert process.returncode == 0, out
