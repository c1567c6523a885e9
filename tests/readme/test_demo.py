"""``ftlab demo``, the README's first command, wherever and however it is started."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from screen import has_color, on_screen, plain

pytestmark = pytest.mark.timeout(900)
DEMO = (sys.executable, "-m", "ftlab", "demo", "--hosts", "3")


@dataclass(frozen=True)
class Setting:
    """``columns`` 0: no terminal, but a pipe."""

    columns: int
    env: Mapping[str, str] = field(default_factory=dict)
    color: bool = False


SETTINGS = {
    "colour, 80": Setting(80, color=True),
    "FORCE_COLOR, 40": Setting(40, {"FORCE_COLOR": "1"}, color=True),
    "NO_COLOR, 200": Setting(200, {"NO_COLOR": "1"}),
    "dumb, 40": Setting(40, {"TERM": "dumb"}),
    "colour, 200, C": Setting(200, {"LANG": "C", "LC_ALL": "C"}, color=True),
    "piped": Setting(0),
    "piped, forced, ASCII": Setting(
        0, {"FORCE_COLOR": "1", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0", "LC_ALL": "C"}, True
    ),
}
"""FTLAB_ variables, an inventory and an ssh configuration of the user's own are there in all."""


@dataclass(frozen=True)
class Told:
    code: int
    raw: str

    @property
    def words(self) -> str:
        """As a reader has it: without colour, however the lines are broken."""
        return " ".join(plain(self.raw).split())


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Told]:
    """All settings, three at the same time."""

    def one(name: str) -> Told:
        home = tmp_path_factory.mktemp("home")
        (home / "hosts.ini").write_text("mine ansible_host=192.0.2.1\n")
        (home / ".ssh").mkdir()
        (home / ".ssh/config").write_text("Host *\n  ProxyCommand false\n")
        env = {"PATH": os.environ["PATH"], "HOME": str(home), "FTLAB_INVENTORY": "hosts.ini",
               "FTLAB_CHECK": "1", "FTLAB_LIMIT": "mine"}  # fmt: skip
        return _tell(SETTINGS[name], home, {**env, **SETTINGS[name].env})

    with ThreadPoolExecutor(3) as pool:
        return dict(zip(SETTINGS, pool.map(one, SETTINGS), strict=True))


def _tell(setting: Setting, home: Path, env: Mapping[str, str]) -> Told:
    if setting.columns:
        with on_screen(DEMO, columns=setting.columns, env=env, cwd=home) as screen:
            return Told(screen.end(), screen.raw)
    done = subprocess.run(
        DEMO, env=dict(env), cwd=home, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, timeout=120, check=False,
    )  # fmt: skip
    return Told(done.returncode, done.stdout.decode("utf-8"))


@pytest.mark.parametrize("name", SETTINGS)
def test_the_demo_passes_and_undoes_what_it_did(told: dict[str, Told], name: str) -> None:
    assert told[name].code == 0, told[name].raw
    words = told[name].words
    assert "not as it should be" not in words
    assert "The lab is as it was, and gone." in words
    steps = re.findall(r"^(\d+)\. ", plain(told[name].raw), re.MULTILINE)
    assert steps == [str(number) for number in range(1, 15)]
    undone = re.findall(r"\$ ftlab lab\.undo (\S+) --yes", words)
    assert len(set(undone)) == len(undone) == 3
    assert all(re.fullmatch(r"[0-9]{8}T[0-9]{6}-[0-9a-f]{4}", run) for run in undone)


@pytest.mark.parametrize("name", SETTINGS)
def test_it_has_colour_where_colour_is_wanted(told: dict[str, Told], name: str) -> None:
    assert has_color(told[name].raw) is SETTINGS[name].color


@pytest.mark.parametrize("name", [name for name in SETTINGS if SETTINGS[name].columns])
def test_its_own_words_stay_within_the_terminal(told: dict[str, Told], name: str) -> None:
    """Those of the commands are indented; a command itself is to be pasted, and not broken."""
    lines = [line for line in plain(told[name].raw).splitlines() if line[:1] not in (" ", "$")]
    assert lines
    assert [line for line in lines if len(line) > SETTINGS[name].columns] == []


def test_an_old_locale_gets_letters_that_it_has(told: dict[str, Told]) -> None:
    raw = told["piped, forced, ASCII"].raw
    assert raw.isascii()
    assert "off -> on" in raw
    assert "\\u" not in raw
