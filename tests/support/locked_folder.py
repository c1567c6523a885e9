"""A folder that the user of a test may not search: what is in it can be neither seen nor read."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

NOBODY = 65534


@pytest.fixture
def locked() -> Iterator[Path]:
    """The folder holds a file of each name that is asked for. Nothing keeps root out, so that root
    is somebody else meanwhile; then the folders of other fixtures are locked, too."""
    me = os.geteuid()
    outer = Path(tempfile.mkdtemp(dir="/tmp"))
    outer.chmod(0o755)
    folder = outer / "locked"
    folder.mkdir()
    for name in ("hosts.ini", "ftlab.toml", "tasks.py", "id_rsa", "a,b"):
        (folder / name).touch(0o644)
    folder.chmod(0)
    if me == 0:
        os.seteuid(NOBODY)
    try:
        yield folder
    finally:
        os.seteuid(me)
        folder.chmod(0o700)
        shutil.rmtree(outer)
