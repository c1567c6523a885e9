"""The data files beside the code, by their path in this package: ``vms/data/devices.toml``."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Any


def text_of(path: str) -> str:
    return files("ftlab.sim").joinpath(path).read_text("utf-8")


def table_of(path: str) -> dict[str, Any]:
    return tomllib.loads(text_of(path))
