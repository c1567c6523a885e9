"""The audit of dependencies: a vulnerability fails it; a database out of reach is told."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]


def audit(folder: Path, script: str) -> subprocess.CompletedProcess[str]:
    """With another ``pip-audit``: the interpreter beside it is this one."""
    (folder / "python").symlink_to(sys.executable)
    tool = folder / "pip-audit"
    tool.write_text(f"#!{sys.executable}\nimport sys\n{script}\n")
    tool.chmod(0o755)
    program = (
        f"import sys, runpy; sys.executable = {str(folder / 'python')!r}; "
        f"runpy.run_path({str(ROOT / '.ci/audit')!r}, run_name='__main__')"
    )
    return subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False,
        env={**os.environ, "PATH": f"{folder}:{os.environ['PATH']}"},
    )  # fmt: skip


def answering(vulnerabilities: list[object]) -> str:
    found = {"dependencies": [{"name": "paramiko", "version": "1", "vulns": vulnerabilities}]}
    return (
        f"open(sys.argv[sys.argv.index('-o') + 1], 'w').write({json.dumps(found)!r})\n"
        f"sys.exit({int(bool(vulnerabilities))})"
    )


def test_a_known_vulnerability_fails(tmp_path: Path) -> None:
    done = audit(tmp_path, answering([{"id": "CVE-1", "fix_versions": ["2"]}]))
    assert done.returncode == 1
    assert "paramiko 1: CVE-1, fixed in 2" in done.stdout


def test_none_passes_and_says_what_was_not_known(tmp_path: Path) -> None:
    done = audit(tmp_path, answering([]))
    assert done.returncode == 0
    assert "1 packages checked, 0 known vulnerabilities" in done.stdout
    assert re.search("not known to the database: .*fabric", done.stdout)


@pytest.mark.parametrize(
    "script",
    [
        "sys.exit('ConnectionError: pypi.org')",
        "print('{}')",
        "raise OSError('no route')",
        answering([]).replace('"vulns": []', '"skip_reason": "not found on the index"'),
    ],
)
def test_a_database_out_of_reach_is_said(tmp_path: Path, script: str) -> None:
    done = audit(tmp_path, script)
    assert done.returncode == 0
    assert "NOTHING WAS CHECKED" in done.stdout


def closure(name: str, found: set[str]) -> set[str]:
    for text in distribution(name).requires or []:
        wanted = Requirement(text)
        known = wanted.name.lower().replace("_", "-")
        if known not in found and (not wanted.marker or wanted.marker.evaluate({"extra": ""})):
            found.add(known)
            closure(wanted.name, found)
    return found


def test_the_licence_of_each_package_is_listed() -> None:
    text = (ROOT / "docs/dependencies.md").read_text("utf-8").partition("## Licences")[2]
    rows = dict(re.findall(r"^\| ([a-z][\w-]*) \| ([^|]+) \|", text, re.MULTILINE))
    rows.pop("package")
    assert set(rows) >= closure("ftlab", set())
    for name, licence in rows.items():
        said = distribution(name).metadata
        words = " ".join(
            [said.get("License-Expression") or "", said.get("License") or "",
             *(said.get_all("Classifier") or [])]
        )  # fmt: skip
        family = re.split(r"[- ]", licence)[0].lower()
        assert family in words.lower(), (name, licence, words[:200])
