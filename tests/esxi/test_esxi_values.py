"""Every value of the dialect is frozen, small, and survives a trip to a worker process."""

from __future__ import annotations

import dataclasses
import importlib
import pickle
import pkgutil
from typing import Any

import pytest

import ftlab.esxi
from ftlab.esxi.dumps.reader import parse_dump
from ftlab.esxi.getallvms.entry import VmEntry
from ftlab.esxi.getallvms.listing import VmList
from ftlab.esxi.host.features import Feature
from ftlab.esxi.options.option import AdvancedOption
from ftlab.esxi.vm.config import FtInfo, VmConfig
from ftlab.esxi.vm.snapshots import Snapshot


def values() -> list[type[Any]]:
    found = []
    for module in pkgutil.iter_modules(ftlab.esxi.__path__, "ftlab.esxi."):
        if "signature" in module.name:  # logs are no answers of a command
            continue
        for name, value in vars(importlib.import_module(module.name)).items():
            own = getattr(value, "__module__", "") == module.name and not name.startswith("_")
            if own and isinstance(value, type) and dataclasses.is_dataclass(value):
                found.append(value)
    return found


@pytest.mark.parametrize("value", values(), ids=lambda value: value.__name__)
def test_a_value_is_frozen_and_small(value: type[Any]) -> None:
    assert value.__dataclass_params__.frozen
    assert "__dict__" not in dir(value)


def test_what_a_host_does_not_say_is_none() -> None:
    for value, given in (
        (AdvancedOption("/A/B", "integer", 1), 3),
        (Snapshot("x", 0, description=""), 2),
        (FtInfo(instance_uuids=()), 0),
        (VmConfig(extra={}), 0),
        (Feature("a", "b", "c"), 3),
    ):
        rest = [getattr(value, field.name) for field in dataclasses.fields(value)][given:]
        assert {one for one in rest if one not in ((), {}, "")} == {None}
    assert Snapshot("x", 0).description == VmEntry(1, "a", "b", "c", "d").annotation == ""
    assert VmList(()).invalid == FtInfo().instance_uuids == ()


def test_what_a_module_exports_is_there() -> None:
    for found in pkgutil.iter_modules(ftlab.esxi.__path__, "ftlab.esxi."):
        module = importlib.import_module(found.name)
        assert set(getattr(module, "__all__", ())) <= set(vars(module))


def travelled(value: Any) -> Any:
    return pickle.loads(pickle.dumps(value))  # noqa: S301 - bytes of our own


def test_values_can_be_pickled() -> None:
    dump = parse_dump("(vim.T) {\n   a = <unset>,\n   b = 'vim.V:1',\n}")
    for value in (dump, VmList((VmEntry(1, "a", "b", "c", "d"),)), VmConfig(extra={"a": "b"})):
        assert travelled(value) == value
    assert travelled(dump)["a"] is dump["a"]
