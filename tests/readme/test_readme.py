"""The README as a reader follows it: block after block, pasted into a terminal with colour."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from blocks import PAGES, README, asks, blocks
from screen import has_color
from shell import Pasted, Shell, on_shell

BIN = Path(sys.executable).parent
INSTALL = "python3 -m venv"
ACTIVATE = ". .venv/bin/activate\n"
SERVE = "ftlab sim.serve"
WIDTHS = (80, 200)


def rehearsal() -> list[str]:
    """The README's blocks from the served lab to its end."""
    return blocks(README.partition("\n## Rehearse it\n")[2].partition("\n## ")[0])


def test_every_block_of_the_readme_is_run_somewhere():
    """Installing in test_install.py, single commands in test_documented.py."""
    others = [block for block in blocks(README) if block not in rehearsal()]
    others = [block for block in others if not block.startswith(INSTALL) and block != ACTIVATE]
    assert all(line.startswith("ftlab ") for block in others for line in block.splitlines())
    assert rehearsal()[0].startswith(SERVE)
    assert len(rehearsal()) > 5


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_command_that_asks_is_alone_in_its_block(page: Path):
    """Whatever is pasted behind it would be taken for the answer, or lost."""
    for block in blocks(page.read_text("utf-8")):
        lines = [line for line in block.splitlines() if not line.startswith("#")]
        assert len(lines) == 1 or not any(map(asks, lines)), block


def test_vesxi_is_explained_where_the_word_first_stands():
    assert README[README.index("vESXi") :].startswith(
        "vESXi host (an ESXi hypervisor that itself runs"
    )


@dataclass(frozen=True)
class Followed:
    """``before`` and ``after`` are what the lab's hosts said of themselves."""

    pasted: list[Pasted]
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    ended: int
    left: list[str]


def facts(env: Mapping[str, str], cwd: Path) -> dict[str, Any]:
    """Options, keys and power of the lab, without the times."""
    calls = (("advopt.diff",), ("vmx.get", "--vm", "db01"), ("vft.status",))
    return {call[0]: _facts(call, env, cwd) for call in calls}


def _facts(call: tuple[str, ...], env: Mapping[str, str], cwd: Path) -> Any:
    done = subprocess.run(
        [BIN / "ftlab", *call, "--json", "-i", "lab.ini"], env=dict(env), cwd=cwd,
        stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=True,
    )  # fmt: skip
    return {name: host["facts"] for name, host in json.loads(done.stdout)["hosts"].items()}


def follow(columns: int, home: Path) -> Followed:
    """Two terminals: one serves the lab, the other has all that comes after."""
    (home / ".venv/bin").mkdir(parents=True)
    (home / ".venv/bin/activate").write_text(f"PATH={BIN}:$PATH\n")
    env = {"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8"}
    serve, *rest = rehearsal()
    with ExitStack() as stack:
        first, second = (
            stack.enter_context(on_shell(columns=columns, env=env, cwd=home)) for _ in range(2)
        )
        for shell in (first, second):
            assert shell.paste(ACTIVATE).codes == (0,)
        first.start(serve.strip(), "Ctrl-C ends the lab")
        before = facts(env, home)
        pasted = [second.paste(block) for block in rest]
        after = facts(env, home)
        return Followed(
            pasted, before, after, _end(first, second), [each.name for each in home.iterdir()]
        )


def _end(first: Shell, second: Shell) -> int:
    code = first.interrupt()
    assert second.paste('echo "named: [$FTLAB_INVENTORY]"').text.count("named: []") == 1
    return code


@pytest.fixture(scope="module", params=WIDTHS)
def followed(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Followed]:
    return follow(request.param, tmp_path_factory.mktemp("reader"))


def test_every_block_works_and_asks_where_it_changes_something(followed: Followed):
    for pasted in followed.pasted:
        assert set(pasted.codes) == {0}, pasted.text
        assert pasted.questions == asks(pasted.block.strip()), pasted.text
        assert "Traceback" not in pasted.text
        if pasted.block.startswith("ftlab "):
            assert has_color(pasted.raw.partition("\n")[2]), pasted.raw
    assert len([pasted for pasted in followed.pasted if pasted.questions]) == 4


def test_the_rehearsal_does_something_and_ends_with_undoing_it(followed: Followed):
    on = next(each for each in followed.pasted if "power-on-secondary" in each.block)
    assert re.search(r"VMotionStreamDisable +0 → 1", on.text)
    assert "running" in on.text
    assert followed.after == followed.before
    assert "lab.undo" in "".join(each.block for each in followed.pasted)


def test_the_lab_ends_and_leaves_no_file(followed: Followed):
    assert followed.ended == 0
    assert "lab.ini" not in followed.left
