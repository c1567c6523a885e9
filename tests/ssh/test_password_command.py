"""A password command is bounded in time and output, and takes its children along."""

from __future__ import annotations

import shlex
import subprocess
import sys
import time
from pathlib import Path

import pytest
from ssh_processes import gone

from ftlab.ssh.login.password_command import CommandError, first_line


def shell(script: str) -> str:
    return f"sh -c {shlex.quote(script)}"


def test_it_is_killed_with_its_children_at_the_limit(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    script = f"sleep 600 & echo $! $$ > {pids}; echo part; wait"
    with pytest.raises(CommandError, match=r"sh: no answer in 1 s"):
        first_line(shell(script), limit=1)
    assert all(gone(int(pid)) for pid in pids.read_text().split())


def test_a_child_that_is_left_behind_is_not_waited_for(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    began = time.monotonic()
    assert first_line(shell(f"sleep 600 & echo $! > {pids}; echo word")) == "word"
    assert time.monotonic() - began < 30
    assert gone(int(pids.read_text()))


def test_output_without_an_end_takes_no_memory() -> None:
    import resource

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(CommandError, match="no answer"):
        first_line("cat /dev/zero", limit=1)
    with pytest.raises(CommandError, match="no answer"):
        first_line("yes", limit=1)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000  # KiB


def test_only_the_first_line_counts_and_the_rest_may_be_long() -> None:
    script = "print('word\\r'); print('x' * 1_000_000)"
    assert first_line(f"{sys.executable} -c {shlex.quote(script)}") == "word"


def test_it_has_no_terminal() -> None:
    """What would wait for a key is told at once that nobody is there."""
    assert first_line(shell("(: < /dev/tty) 2>/dev/null && echo tty || echo none")) == "none"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("false hush", "false: exit status 1"),
        (shell("kill -9 $$; echo hush"), "sh: ended by signal 9"),
        ("/no/such hush", "/no/such: No such file"),
        ("'hush", "No closing quotation"),
        ("", "''"),
        ("a\0hush", "a"),
    ],
)
def test_what_goes_wrong_is_told_without_arguments_and_output(line: str, words: str) -> None:
    with pytest.raises(CommandError) as caught:
        first_line(line)
    assert words in str(caught.value)
    assert "hush" not in str(caught.value).replace("a\0hush", "")


def test_nothing_is_left_of_a_process_that_is_cut_short(tmp_path: Path) -> None:
    """The command does not outlive ftlab."""
    pids = tmp_path / "pids"
    code = (
        "import threading, time; from pathlib import Path\n"
        "from ftlab.ssh.login.password_command import first_line\n"
        f"line = {shell(f'echo $$ > {pids}; sleep 600')!r}\n"
        "threading.Thread(target=first_line, args=(line,), daemon=True).start()\n"
        f"while not Path({str(pids)!r}).exists() or not Path({str(pids)!r}).read_text():\n"
        "    time.sleep(0.01)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    assert gone(int(pids.read_text()))


def test_nothing_is_left_of_a_process_that_ends_as_the_command_starts(tmp_path: Path) -> None:
    """There is a moment between the start of a program and the note that it has to be ended."""
    pids = tmp_path / "pids"
    code = (
        "import subprocess, threading, time\n"
        "from ftlab.ssh.login.password_command import first_line\n"
        "started, real = threading.Event(), subprocess.Popen\n"
        "def slow(*args, **kwargs):\n"
        "    program = real(*args, **kwargs)\n"
        f"    open({str(pids)!r}, 'w').write(str(program.pid))\n"
        "    started.set()\n"
        "    time.sleep(0.3)\n"
        "    return program\n"
        "subprocess.Popen = slow\n"
        "threading.Thread(target=first_line, args=('sleep 600',), daemon=True).start()\n"
        "started.wait()\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    assert gone(int(pids.read_text()))
