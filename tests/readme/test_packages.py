"""The packages as built: what is in them, and that they work where nothing of the checkout is.

They need the package index, so `.ci/run` asks for them (``pytest -m install``).
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path

import pytest
from blocks import ROOT
from test_install import pip_cache

pytestmark = [pytest.mark.install, pytest.mark.timeout(900)]

_LEFT_OUT = shutil.ignore_patterns(".git", ".venv*", ".*_cache", ".hypothesis", "__pycache__")
UNWANTED = re.compile(
    r"(^|/)(\.venv|\.git|\.\w+_cache|__pycache__|\.hypothesis|dist|build)/|\.(pyc|db|log|orig)$"
)
IN_THE_WHEEL = {
    "ftlab/py.typed",
    "ftlab/inventory/hosts.example.ini",
    "ftlab/cli/completion/tasks.json",
    "ftlab/report/json/schema/files/report.schema.json",
    "ftlab/report/json/schema/files/vm.list.schema.json",
    "ftlab/cli/explain/pages/auth.refused.md",
    "ftlab/cli/completion/shells/ftlab.bash",
    "ftlab/profile/builtin/vft.toml",
    "ftlab/report/html/templates/base.html.jinja",
    "ftlab/report/html/templates/style.css",
    "data/data/share/man/man1/ftlab.1",
    "data/data/share/bash-completion/completions/ftlab",
    "data/data/share/zsh/site-functions/_ftlab",
    "data/data/share/fish/vendor_completions.d/ftlab.fish",
    "dist-info/licenses/LICENSE",
}
IN_THE_SDIST = {
    "README.md", "CHANGELOG.md", "LICENSE", "SECURITY.md", "CONTRIBUTING.md", "pyproject.toml",
    ".ci/hatch_build.py", "hosts.example.ini", "docs/man/ftlab.1", "docs/reference.md",
    "tests/conftest.py", "tasks.py", ".ci/run",
}  # fmt: skip


def run(*argv: str | Path, cwd: Path, env: dict[str, str] | None = None) -> str:
    """stdout of a command that must succeed."""
    done = subprocess.run(
        [str(word) for word in argv], cwd=cwd, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{argv}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def build(tree: Path, out: Path, *what: str) -> list[Path]:
    """Packages of a tree; with none named an sdist, and the wheel from it."""
    run(sys.executable, "-m", "build", "--no-isolation", *what, "-o", out, ".", cwd=tree)
    return sorted(out.iterdir())


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the checkout, with some rubbish that must stay outside."""
    copy = tmp_path_factory.mktemp("tree") / "ftlab"
    shutil.copytree(ROOT, copy, ignore=_LEFT_OUT, symlinks=True)
    for rubbish in ("ftlab/__pycache__/x.pyc", ".venv/pyvenv.cfg", "tests/.pytest_cache/x"):
        (copy / rubbish).parent.mkdir(parents=True, exist_ok=True)
        (copy / rubbish).write_text("rubbish")
    return copy


@pytest.fixture(scope="module")
def packages(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The wheel, built from the sdist, and the sdist."""
    wheel, sdist = build(tree, tmp_path_factory.mktemp("dist"))
    return wheel, sdist


def in_wheel(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def in_sdist(sdist: Path) -> dict[str, bytes]:
    """By their path within the sdist's folder; links have no bytes of their own."""
    with tarfile.open(sdist) as opened:
        found = {}
        for member in opened.getmembers():
            file = opened.extractfile(member) if member.isfile() else None
            found[member.name.partition("/")[2]] = file.read() if file else b""
        return found


def test_what_is_in_the_packages(packages: tuple[Path, Path], tree: Path) -> None:
    wheel, sdist = in_wheel(packages[0]), in_sdist(packages[1])
    names = {re.sub(r"^ftlab-[^/]*\.(data|dist-info)/", r"\1/", name) for name in wheel}
    assert names >= IN_THE_WHEEL
    assert set(sdist) >= IN_THE_SDIST
    for files in (wheel, sdist):
        assert [name for name in files if UNWANTED.search(name)] == []
        for place in (tree, ROOT, Path(sys.prefix)):
            assert [name for name, held in files.items() if bytes(place) in held] == []
    outside = {name.partition("/")[0] for name in names} - {"ftlab", "data", "dist-info"}
    assert outside == set()  # nothing lands beside ftlab where it is installed


def test_the_wheel_is_the_same_from_the_tree_and_from_the_sdist(
    packages: tuple[Path, Path], tree: Path, tmp_path: Path
) -> None:
    [straight] = build(tree, tmp_path, "--wheel")
    sums = [
        {name: hashlib.sha256(held).hexdigest() for name, held in in_wheel(wheel).items()}
        for wheel in (straight, packages[0])
    ]
    assert sums[0] == sums[1]


def test_the_description_is_whole(packages: tuple[Path, Path]) -> None:
    files = in_wheel(packages[0])
    about = message_from_bytes(next(files[each] for each in files if each.endswith("/METADATA")))
    assert about["Description-Content-Type"] == "text/markdown"
    assert str(about.get_payload()).startswith("# ftlab")
    assert "](docs/" not in str(about.get_payload())


def test_the_tests_of_the_sdist_can_be_collected(
    packages: tuple[Path, Path], tmp_path: Path
) -> None:
    with tarfile.open(packages[1]) as opened:
        opened.extractall(tmp_path, filter="data")
    [folder] = tmp_path.iterdir()
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}
    words = ("-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider")
    told = run(sys.executable, *words, cwd=folder, env=kept)
    assert int(re.findall(r"(\d+)(?:/\d+)? tests collected", told)[0]) > 3000


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty folder, which is also the home of whoever works in it."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def env(home: Path) -> dict[str, str]:
    mine = ("FTLAB_", "PYTHON", "VIRTUAL_ENV", "XDG_", "PYTEST_")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(mine)}
    return {**kept, "HOME": str(home), "PIP_CACHE_DIR": pip_cache(), "UV_PYTHON": sys.executable}


@pytest.fixture(scope="module")
def installed(
    packages: tuple[Path, Path], env: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """A fresh virtual environment with the wheel."""
    venv = tmp_path_factory.mktemp("venv")
    run(sys.executable, "-m", "venv", venv, cwd=venv)
    run(venv / "bin/pip", "install", "-q", packages[0], cwd=venv, env=env)
    yield venv
    shutil.rmtree(venv)


def test_the_wheel_works_where_nothing_else_is(
    installed: Path, home: Path, env: dict[str, str]
) -> None:
    def ftlab(*words: str) -> str:
        return run(installed / "bin/ftlab", *words, cwd=home, env=env)

    assert re.fullmatch(r"ftlab \d+\.\d+\.\d+\S*\n", ftlab("--version"))
    assert "vft.enable" in ftlab("--help")
    assert "Usage: ftlab vm.power-on VM" in ftlab("--help", "vm.power-on")
    assert "The lab is as it was, and gone." in ftlab("demo", "--hosts", "3")
    (home / "hosts.ini").write_text(ftlab("hosts.example"))
    assert "vesxi08.lab.example" in ftlab("hosts.list")
    assert "vft-nostreams" in ftlab("lab.profiles")
    assert json.loads(ftlab("schema", "vm.list"))["title"] == "ftlab vm.list"
    share = installed / "share"
    for shell, file in {
        "bash": share / "bash-completion/completions/ftlab",
        "zsh": share / "zsh/site-functions/_ftlab",
        "fish": share / "fish/vendor_completions.d/ftlab.fish",
    }.items():
        assert ftlab("completion", shell) == file.read_text("utf-8")
    offered = ftlab("__complete", "zsh", "vft.en")
    assert offered.splitlines()[1].startswith("vft.enable")
    assert (share / "man/man1/ftlab.1").read_text("utf-8").startswith(".TH FTLAB 1")


@pytest.mark.parametrize(
    ("tool", "words"),
    [
        ("uv", ("bin/uvx", "--from")),
        ("pipx", ("bin/pipx", "run", "--spec")),
    ],
)
def test_it_runs_without_being_installed(
    tool: str, words: tuple[str, ...], packages: tuple[Path, Path], home: Path,
    env: dict[str, str], tmp_path: Path,
) -> None:  # fmt: skip
    run(sys.executable, "-m", "venv", tmp_path, cwd=home)
    run(tmp_path / "bin/pip", "install", "-q", tool, cwd=home, env=env)
    program, *rest = words
    told = run(tmp_path / program, *rest, packages[0], "ftlab", "--version", cwd=home, env=env)
    assert told.startswith("ftlab ")
