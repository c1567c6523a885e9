"""Every documented command is run: on terminals of two widths, with colour, and through a pipe.

One lab for each view, in which the pages' commands follow each other as they stand there. On the
narrow terminal each is what a shell starts; elsewhere a line without any work for a shell is a
copy of a process that has ``ftlab`` loaded, as is what prepares a line.
"""

from __future__ import annotations

import inspect
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from blocks import PAGES, README, ROOT, Shown, shown_lines
from nursery import nursery
from screen import has_color, on_screen, plain

from ftlab.sim import PairSpec, RunningLab, running_lab
from ftlab.sim.vms.vm import Question
from ftlab.tasks.namespace import namespace

pytestmark = pytest.mark.timeout(900)
"""For the fixture that runs them all, on a busy machine."""

BIN = Path(sys.executable).parent
VIEWS = {"80 columns": 80, "200 columns": 200, "piped": 0}
NARROW = 80
SHELL = re.compile(r"[|&;<>$`*?~(){}\[\]#!\\]")
"""What a shell reads as more than a letter."""
VERSIONS = ("5.0", "5.0", "6.0", "7.0 U1")
PLACEHOLDERS = re.compile(r"\bTASK\b|…|\bSCHEDULER\b")
"""Lines with one of these are patterns, or need a cluster; tests/cli/test_cli_dask.py has that."""
STANDS_FOR = {
    "KIND": "vft.stream-keepalive",
    "VM": "db01",
    "HOST": "vesxi01",
    "FILE": "lab.toml",
    "RUN": "last",
}
MENTIONED = {"ftlab vft.check", "ftlab vm.answer", "ftlab fleet.run"}
"""The bare names of tasks that need something more."""

FILES = {
    "lab.toml": 'include = ["stock"]\n[[state]]\nhosts = "vesxi"\nvm = "db*"\npower = "off"\n',
    "motd.txt": "a lab\n",
    "own.toml": re.findall(
        r"```toml\n(# own.toml.*?)```", (ROOT / "docs/settings.md").read_text("utf-8"), re.DOTALL
    )[0],
    "vmware.log": "2026-01-02T03:04:05.678Z| vmx| failed to read stream keepalive\n",
    "etc/ftlab/lab.toml": 'include = ["stock"]\n',
    ".ssh/lab.pub": "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC root@controller\n",
}
PREPARED = {
    "ftlab lab.history -i new": "mkdir old new; cp hosts.ini old; ftlab advopt.set "
    "/Migrate/NetTimeout 33 -l vesxi04 -i old/hosts.ini --yes; mv old/hosts.ini new",
    "ftlab vft.status --watch": "ftlab vft.enable --vm db01 --yes; "
    "ftlab vft.power-on-secondary --vm db01 --start-primary --yes",
    "ftlab vft.power-on-secondary --vm db01 -vv": "ftlab vft.enable --vm db01 --yes; "
    "ftlab vm.power-on --vm db01 -l vesxi01 --yes",
    "ftlab vft.disable": "ftlab lab.undo last --yes; ftlab vm.power-off --vm db01 --yes",
    "ftlab vft.enable --vm db01": "ftlab vm.power-off --vm db01 --yes",
    "ftlab vmx.": "ftlab vm.power-off --vm db01 --yes",
    "ftlab completion bash": "mkdir -p ~/.local/share/bash-completion/completions",
    "ftlab completion fish": "mkdir -p ~/.config/fish/completions",
    "ftlab lab.undo": "ftlab advopt.set /Migrate/NetTimeout 44 -l vesxi04 --yes",
}
"""What has to have happened before; as under `Turn Fault Tolerance on` in docs/vft.md."""
EXITS = {"--check": {0, 3}, "lab.plan": {0, 3}, "vft.check": {0, 5}}
"""Where the documentation says that another exit code than 0 is an answer."""
WIDTHLESS = re.compile(r"--jsonl?\b|ftlab (?:completion|schema)|hosts\.example")
ON_ONE_TERMINAL = {"phrase-book.md", *(page.name for page in (ROOT / "docs/errors").glob("*.md"))}
"""Pages of many commands, most of which other pages have, too: what is theirs alone is run once."""
DEMO = re.compile(r"^ftlab demo\b")
PLAIN = re.compile(
    r"--json|ftlab (?:completion|schema)|hosts\.example|lab\.profiles \S|--list|sim\.serve"
)
"""What it prints is for a program, or is a file's text."""


def own_tasks() -> str:
    """The file that the README has its reader write."""
    return re.findall(r"^```python\n(.*?)^```", README, re.DOTALL | re.MULTILINE)[0]


def examples() -> list[Shown]:
    """Those of the help texts, in the order of the task list."""
    root = namespace()
    texts = (inspect.getdoc(root[name]) or "" for name in root.task_names)
    return [Shown("--help", line) for text in texts for line in re.findall("Example: (.+)", text)]


def documented(view: str = "piped") -> list[Shown]:
    """Each line once, on the first page that has it. How wide a terminal is means nothing to
    what is for a program; the demo has tests of its own."""
    left_out = WIDTHLESS if VIEWS[view] > 80 else DEMO
    lines = (each for each in _first_shown().values() if not left_out.search(each.line))
    if view != "80 columns":
        lines = (each for each in lines if each.page not in ON_ONE_TERMINAL)
    return [each for each in lines if not DEMO.search(each.line)]


def _first_shown() -> dict[str, Shown]:
    pages = sorted(PAGES, key=lambda page: page.name in ON_ONE_TERMINAL)
    shown = [each for page in pages for each in shown_lines(page)]
    last = next(at for at, each in enumerate(shown) if each.page in ON_ONE_TERMINAL)
    shown[last:last] = examples()
    first: dict[str, Shown] = {}
    for each in shown:
        if not PLACEHOLDERS.search(each.line) and each.line not in MENTIONED:
            first.setdefault(each.line, each)
    return first


def call_of(line: str) -> list[str] | None:
    """The words of a call of ``ftlab`` that a shell has nothing to do for, and that ends by
    itself."""
    plain_call = line.startswith("ftlab ") and not SHELL.search(line) and "sim.serve" not in line
    return shlex.split(line) if plain_call and sys.platform == "linux" else None


@dataclass(frozen=True)
class Done:
    code: int
    raw: str

    @property
    def text(self) -> str:
        return plain(self.raw)


class Reader:
    """Types the lines, says yes to every question, and prepares what a line needs."""

    def __init__(self, lab: RunningLab, home: Path, columns: int) -> None:
        self._lab, self._home, self._columns = lab, home, columns
        self._env = {"PATH": f"{BIN}:{os.environ['PATH']}", "HOME": str(home), "LANG": "C.UTF-8",
                     "FTLAB_STATE_DIR": str(home / "state")}  # fmt: skip
        spare = "\n[spare]\nvesxi04\n"
        files = {**FILES, "tasks.py": own_tasks(), "hosts.ini": lab.inventory.read_text() + spare}
        for name, text in files.items():
            (home / name).parent.mkdir(parents=True, exist_ok=True)
            (home / name).write_text(text)

    def follow(self, line: str) -> Done:
        for beginning, before in PREPARED.items():
            if line.startswith(beginning):
                for step in before.split("; "):
                    self._piped(step)
        vm = next(vm for vm in self._lab.sim["vesxi01"].vms if vm.name == "db01")
        if line.startswith("ftlab vm.answer"):
            vm.question = Question("1", "msg.uuid.altered", "Moved or copied?", ("a", "b", "c"))
        line = re.sub(r" \[[A-Z]+\]", "", line)  # what may be left out
        for word, meant in STANDS_FOR.items():
            line = re.sub(rf"(?<=\s){word}\b", meant, line)
        line = line.replace("/etc/ftlab", f"{self._home}/etc/ftlab")
        line = line.replace("> hosts.ini", "> new.ini")  # the lab's own is needed
        done = self._typed(line) if self._columns else self._piped(line)
        vm.question = None  # a line may only look at it
        return done

    def _typed(self, line: str) -> Done:
        words = call_of(line) if self._columns > NARROW else None
        argv = words or ("bash", "-o", "pipefail", "-c", line)
        place = {"columns": self._columns, "env": self._env, "cwd": self._home}
        with on_screen(argv, **place, copied=words is not None) as screen:
            answered = 0
            while screen.goes_on():
                text = plain(screen.raw)
                cues = text.count(" [y/N] ") + text.count("Ctrl-C ends the lab")
                if cues > answered:
                    answered = cues
                    screen.type("\x03" if "Ctrl-C ends the lab" in text else "y\n")
            return Done(screen.end(), screen.raw)

    def _piped(self, line: str) -> Done:
        """Without a terminal nobody is asked: yes is said beforehand."""
        if words := call_of(line):
            ended = nursery.call(words[1:], {**self._env, "FTLAB_YES": "1"}, self._home, 60)
            return Done(ended.code, ended.out + ended.err)
        process = subprocess.Popen(
            ["bash", "-o", "pipefail", "-c", line], env={**self._env, "FTLAB_YES": "1"},
            cwd=self._home, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, encoding="utf-8", start_new_session=True,
        )  # fmt: skip
        assert process.stdout is not None
        out = ""
        for read in process.stdout:
            out += read
            if "Ctrl-C ends the lab" in read:
                os.killpg(process.pid, signal.SIGINT)
        return Done(process.wait(60), out)


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Done]:
    """Every line in every view, the views at the same time."""

    def one(view: str) -> dict[tuple[str, str], Done]:
        home = tmp_path_factory.mktemp("reader")
        pair = PairSpec("db01", resume_seconds=3.0)  # somebody presses the button in vCenter
        with running_lab(
            4, versions=VERSIONS, pairs=[pair], shells="auto", shutdown_seconds=0.0
        ) as lab:
            reader = Reader(lab, home, VIEWS[view])
            return {(view, each.line): reader.follow(each.line) for each in documented(view)}

    with ThreadPoolExecutor(len(VIEWS)) as pool:
        return {key: told for found in pool.map(one, VIEWS) for key, told in found.items()}


def test_there_are_commands_to_run():
    pages = {each.page for each in documented()}
    assert len(documented()) > 60
    assert {"README.md", "vft.md", "cron.md", "reference.md", "--help"} <= pages


@pytest.mark.parametrize(
    ("view", "shown"),
    [
        pytest.param(view, shown, id=f"{view}, {shown.page}: {shown.line}")
        for view in VIEWS
        for shown in documented(view)
    ],
)
def test_a_documented_command_works(
    done: dict[tuple[str, str], Done], shown: Shown, view: str
) -> None:
    if "jq" in shown.line and shutil.which("jq") is None:
        pytest.skip("jq is not installed")
    if "*/" in shown.line and shutil.which("busybox") is None:
        pytest.skip("BusyBox is not installed, and the small shell knows no patterns for files")
    told = done[view, shown.line]
    allowed = next((codes for word, codes in EXITS.items() if word in shown.line), {0})
    assert told.code in allowed, told.text
    assert "Traceback" not in told.text
    if view == "piped":
        assert "\x1b" not in told.raw
    elif not PLAIN.search(shown.line):
        assert has_color(told.raw), told.raw
