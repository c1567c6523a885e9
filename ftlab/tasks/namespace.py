"""All tasks in their collections: what ``ftlab``, ``inv`` and ``fab -c tasks`` run."""

from __future__ import annotations

from collections.abc import Container
from importlib import import_module
from typing import Any

import invoke

from ftlab.cli.front_ends.meet import meet_front_ends
from ftlab.cli.front_ends.own_task import fresh

_MEMBERS = {
    "hosts": ("list", "check", "trust", "record", "example"),
    "advopt": ("get", "set", "reset", "diff"),
    "setting": ("list", "get", "set"),
    "vmx": ("get", "set", "unset"),
    "vm": ("list", "power-on", "power-off", "reload", "answer"),
    "vft": ("check", "enable", "disable", "stream", "power-on-secondary", "status", "diagnose"),
    "lab": ("plan", "apply", "reset", "capture", "profiles", "history", "undo", "recover"),
    "fleet": ("run", "copy", "fetch"),
    "sim": ("serve",),
}
"""The tasks of each module, which is loaded when one of them is asked for."""
_ALONE = ("demo", "explain", "completion", "schema")
"""Those in no collection, each in a module of its name."""


NAMES = (*(f"{name}.{task}" for name in _MEMBERS for task in _MEMBERS[name]), *_ALONE)
"""Every task in the order in which the documentation lists them."""


def namespace(only: Container[str] = NAMES) -> invoke.Collection:
    """A fresh root collection, of these tasks. A running ``inv`` or ``fab`` knows how to run it
    from here on."""
    meet_front_ends()
    root = invoke.Collection()
    for name in _ALONE:
        if name in only:
            root.add_task(fresh(_task(name, name)), name=name)
    for name, members in _MEMBERS.items():
        if wanted := [task for task in members if f"{name}.{task}" in only]:
            collection = invoke.Collection(name)
            for task in wanted:
                collection.add_task(fresh(_task(name, task)), name=task)
            root.add_collection(collection)
    return root


def _task(module: str, name: str) -> Any:
    """``vm.list`` is ``list_`` there: a name of Python's own has a ``_`` after it."""
    found = vars(import_module(f"ftlab.tasks.{module}"))
    word = name.replace("-", "_")
    return found[word] if word in found else found[f"{word}_"]
