"""What ``ftlab`` exports is typed to the last parameter, as a type checker of a program sees it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import ftlab
from ftlab import Context, Lab, Report

CLASSES = [getattr(ftlab, name) for name in ftlab.__all__ if name != "__version__"]


@cache
def symbols() -> dict[str, dict[str, Any]]:
    """Of the whole package, as pyright knows them without looking into function bodies."""
    environment = {**os.environ, "VIRTUAL_ENV": sys.prefix}
    environment["PATH"] = f"{Path(sys.prefix, 'bin')}:{environment['PATH']}"
    command = [sys.executable, "-m", "pyright", "--verifytypes", "ftlab", "--ignoreexternal"]
    done = subprocess.run(
        [*command, "--outputjson"], capture_output=True, text=True, env=environment, check=False
    )
    found = json.loads(done.stdout)["typeCompleteness"]["symbols"]
    return {symbol["name"]: symbol for symbol in found}


def homes(exported: Any) -> Iterator[str]:
    """A name where it is defined, and of a class its bases."""
    classes = exported.__mro__ if isinstance(exported, type) else [exported]
    for each in classes:
        if each.__module__.partition(".")[0] == "ftlab":
            yield f"{each.__module__}.{each.__qualname__}"


def of_export(exported: Any) -> dict[str, dict[str, Any]]:
    """The symbols of one exported name, with its methods and attributes."""
    return {
        name: symbol
        for name, symbol in symbols().items()
        for home in homes(exported)
        if name == home or name.startswith(f"{home}.")
    }


@pytest.mark.parametrize("exported", CLASSES, ids=lambda each: each.__name__)
def test_a_type_checker_knows_every_type(exported):
    found = of_export(exported)
    assert found
    unknown = {
        name: [each["message"] for each in symbol["diagnostics"]]
        for name, symbol in found.items()
        if not symbol["isTypeKnown"] or symbol["isTypeAmbiguous"]
    }
    assert unknown == {}


def test_it_sees_the_methods():
    assert len(of_export(Lab)) > 40
    assert {"ftlab.engine.report.Report.facts"} <= of_export(Report).keys()
    assert {"ftlab.engine.context.Context.ask"} <= of_export(Context).keys()
