"""What the start of a task that contacts hosts may cost, in modules, compilations and expressions,
none of which depends on the machine. The seconds are in docs/performance.md."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

_PROBE = """
import contextlib, io, json, re, sys

texts, expressions = [], []
sys.addaudithook(lambda event, of: texts.append(of[1]) if event == "compile" else None)
compile_ = re._compiler.compile
re._compiler.compile = lambda *given: expressions.append(given) or compile_(*given)
from ftlab.main import main

sys.argv[0] = "ftlab"
with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.StringIO()) as told:
    main()
mine = [name for name in sys.modules if name.partition(".")[0] == "ftlab"]
print(json.dumps({
    "told": told.getvalue(),
    "ftlab": len(mine),
    "modules": len(sys.modules),
    "texts": sum(text == "<string>" for text in texts),
    "expressions": len(expressions),
}))
"""

LIMITS = {
    ("vm.list",): {"ftlab": 260, "modules": 560, "texts": 280, "expressions": 60},
    ("vft.enable", "--vm", "db01", "--stream", "1", "--yes"): {
        "ftlab": 305, "modules": 610, "texts": 320, "expressions": 65,
    },
}  # fmt: skip
"""A little more than what it is: without what ``ftlab.frozen``, ``ftlab.regex`` and
``ftlab.lean_paramiko`` save, it is twice the expressions and twice the texts."""


@pytest.mark.parametrize("argv", LIMITS, ids=lambda argv: argv[0])
def test_the_start_loads_and_compiles_little(argv: tuple[str, ...], tmp_path: Path) -> None:
    """Nothing listens on port 1: it goes all the way to the host, and no further."""
    inventory = tmp_path / "hosts.ini"
    inventory.write_text("vesxi01 ansible_host=127.0.0.1 ansible_port=1 ansible_password=secret\n")
    where = ("-i", str(inventory), "--state-dir", str(tmp_path / "state"))
    done = subprocess.run(
        [sys.executable, "-c", _PROBE, *argv, *where],
        capture_output=True, text=True, check=True, timeout=60, stdin=subprocess.DEVNULL,
        cwd=tmp_path,
    )  # fmt: skip
    found: dict[str, Any] = json.loads(done.stdout)
    assert "unreachable" in found.pop("told"), done.stderr
    assert {name: found[name] for name in found if found[name] > LIMITS[argv][name]} == {}
    assert found["texts"] > 10  # the probe sees some
    assert found["expressions"] > 10
