"""The data files beside the code, by their path in this package: ``vms/data/devices.toml``."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined


def text_of(path: str) -> str:
    return files("ftlab.sim").joinpath(path).read_text("utf-8")


def table_of(path: str) -> dict[str, Any]:
    return tomllib.loads(text_of(path))


PAGES = Environment(  # noqa: S701 - none of them is markup
    loader=FunctionLoader(text_of), undefined=StrictUndefined, trim_blocks=True,
    lstrip_blocks=True, keep_trailing_newline=True,
)  # fmt: skip
"""Texts that are templates."""


def page_of(path: str, **values: object) -> str:
    return PAGES.get_template(path).render(values)
