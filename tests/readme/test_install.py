"""The README's first block in a fresh copy: a virtual environment, the package, the demo.

It needs the package index and a minute, so `.ci/run` asks for it (``pytest -m install``).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from blocks import README, ROOT, blocks
from screen import has_color
from shell import on_shell

pytestmark = [pytest.mark.install, pytest.mark.timeout(900)]
_LEFT_OUT = shutil.ignore_patterns(".git", ".venv", ".*_cache", ".hypothesis", "__pycache__")


def pip_cache() -> str:
    done = subprocess.run(
        [sys.executable, "-m", "pip", "cache", "dir"], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.mark.parametrize("columns", [80, 200])
def test_the_first_block_installs_ftlab_and_tells_the_story(columns: int, tmp_path: Path) -> None:
    copy = tmp_path / "ftlab"
    shutil.copytree(ROOT, copy, ignore=_LEFT_OUT)
    mine = ("FTLAB_", "PYTHON", "VIRTUAL_ENV", "NO_COLOR", "FORCE_COLOR", "COLUMNS")
    env = {key: value for key, value in os.environ.items() if not key.startswith(mine)}
    env |= {"HOME": str(tmp_path), "PIP_CACHE_DIR": pip_cache(), "TERM": "xterm-256color"}
    with on_shell(columns=columns, env=env, cwd=copy) as shell:
        pasted = shell.paste(blocks(README)[0])
        assert pasted.codes == (0,), pasted.text
        assert "The lab is as it was, and gone." in pasted.text
        assert has_color(pasted.raw.partition("13.")[2])
        assert shell.paste(blocks(README)[2]).codes == (0,)
        assert f"{copy}/.venv/bin/ftlab" in shell.paste("command -v ftlab").text
