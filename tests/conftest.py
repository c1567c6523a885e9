"""What holds for all tests."""

from __future__ import annotations

import gc
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any machine")  # how busy a machine is decides over no test
_TRACKER = "multiprocessing.resource_tracker"
"""Python's own; it ends with the last process that has used it, this one too."""
_PATIENCE = 10.0
"""Seconds that processes which were told to end have for it."""
_MEMORY = Path("/dev/shm")  # noqa: S108 - it is asked whether it will do
_MOST = 8
"""Processes of a run."""
_ENOUGH = 2 << 30
"""Bytes; a whole run holds a tenth of it at a time."""


_LONG = ("test_documented.py", "test_readme.py", "test_crash_matrix.py", "test_cli_frontends.py")
"""The last file begun decides when a run ends: it should not be one of these."""


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """A whole run has as many processes as keep the processors at work, each file in one of them;
    ``-n0`` has one only. Tests that are named run here."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        return  # this is one of them, or a run within a test
    option = config.option
    whole = config.args_source == pytest.Config.ArgsSource.TESTPATHS
    alone = option.usepdb or option.collectonly or option.capture == "no"
    if whole and not alone and getattr(option, "numprocesses", 0) is None and option.dist == "no":
        cores = os.cpu_count() or 1
        option.numprocesses = min(cores + cores // 2, _MOST)
        option.dist, option.loadscopereorder = "loadfile", False


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: item.path.name not in _LONG)


def pytest_collection_finish() -> None:
    """The collector need not look at thousands of tests again each time: 5 % of a run's CPU."""
    gc.freeze()


def pytest_configure() -> None:
    _usual_signals()
    if place := _memory():
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", place)


def _memory() -> str | None:
    """A place in memory for temporary files, where there is one that programs can be run from: a
    journal waits for the disk at every step, which is most of a test's time."""
    try:
        place = os.statvfs(_MEMORY)
    except OSError:
        return None
    runs = not place.f_flag & getattr(os, "ST_NOEXEC", 0)
    if runs and os.access(_MEMORY, os.W_OK) and place.f_bavail * place.f_frsize > _ENOUGH:
        return str(_MEMORY)
    return None


def _usual_signals() -> None:
    """Signals are what they are for a command typed at a terminal: a run of the tests that was
    begun with some of them ignored (``nohup``, a shell's ``&``) hands that on to every process
    that a test starts, and a test would wait in vain for one to be heard."""
    usual = {
        signal.SIGINT: signal.default_int_handler,
        signal.SIGTERM: signal.SIG_DFL,
        signal.SIGHUP: signal.SIG_DFL,
    }
    for number, handler in usual.items():
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, handler)


@pytest.fixture(scope="session", autouse=True)
def _nothing_is_left(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The run has a temporary directory of its own, for the tests and every process they start.
    At the end it has to be empty (a simulated lab left there has private keys in it), and no such
    process may be at work."""
    marks = [f"{tmp_path_factory.getbasetemp()}/".encode()]  # pytest's own stays where it is
    own = Path(tempfile.mkdtemp(prefix="ftlab-tests-", dir=_memory()))
    with pytest.MonkeyPatch.context() as patch:
        own.chmod(0o711)  # some tests are other users
        patch.setenv("TMPDIR", str(own))
        patch.setattr(tempfile, "tempdir", None)
        marks.append(str(own).encode())
        yield
    end = time.monotonic() + _PATIENCE
    processes = _left(lambda: _processes(marks), end)
    files = _left(lambda: sorted(file.name for file in own.iterdir()), end)
    shutil.rmtree(own, ignore_errors=True)
    assert not processes, f"the tests leave processes behind: {processes}"
    assert not files, f"the tests leave files in the temporary directory: {files}"


@pytest.fixture(scope="session", autouse=True)
def _nursery_ends(_nothing_is_left: None) -> Iterator[None]:
    """Before it is looked at what is left."""
    yield
    if nursery := sys.modules.get("nursery"):
        nursery.nursery.close()


def _left(look: Callable[[], list[str]], end: float) -> list[str]:
    while (found := look()) and time.monotonic() < end:
        time.sleep(0.1)
    return found


def _processes(marks: list[bytes]) -> list[str]:
    """The commands of the processes that were started with one of these folders in their
    environment, where /proc tells."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            environment = (process / "environ").read_bytes()
            command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        if process.name == str(os.getpid()) or _TRACKER in command:
            continue
        if any(mark in environment for mark in marks):
            found.append(f"{process.name} {command}")
    return found
