"""Tasks of the user's own: ``tasks.py`` in the working folder, or the file that ``FTLAB_TASKS``
names. They stand beside ftlab's, whose names they cannot take.

It is a file as ``inv`` and ``fab`` load it, with tasks of invoke's or ftlab's decorator.
"""

from __future__ import annotations

import importlib.util
import sys
import traceback
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

import invoke

from ftlab.cli.front_ends.own_task import fresh
from ftlab.errors import UsageError
from ftlab.user_files import expanded, is_file, others_may_write, why_unreadable

NAME = "tasks.py"
VARIABLE = "FTLAB_TASKS"


def find_tasks(env: Mapping[str, str]) -> Path | None:
    """The file, if there is one; an empty variable means none. Raises ``UsageError`` where the
    variable names a file that is not there."""
    named = env.get("FTLAB_TASKS")
    if named is None:
        return Path(NAME) if is_file(Path(NAME)) else None
    if not named:
        return None
    try:
        path = expanded(named)
        path.stat()
    except OSError as error:
        raise UsageError(f"{VARIABLE}={named}: {why_unreadable(error)}") from None
    return path


def load_tasks(path: Path) -> invoke.Collection:
    """The file's tasks. Its folder is where it finds modules of its own, and where worker
    processes find it. Raises ``UsageError`` for a file that others may write, and with file and
    line for one that does not load."""
    try:
        if reason := others_may_write(path):
            raise UsageError(
                f"{path}: others could have written it: {reason}",
                hint=f"chmod go-w {path}, and its folder",
            )
        module = _module(path)
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {why_unreadable(error)}") from None
    return invoke.Collection.from_module(module, auto_dash_names=True)


def join_tasks(
    root: invoke.Collection, own: invoke.Collection, path: Path, prefix: str = ""
) -> None:
    """Add the user's tasks to ftlab's. Those that are ftlab's own, since the file hands them on,
    are there already. Raises ``UsageError`` for a name that means another task."""
    for name, task in own.tasks.items():
        if name in root.tasks and root.tasks[name] == task:
            continue
        _refuse_taken(name in root.tasks or name in root.collections, prefix + name, path)
        root.add_task(fresh(task), name=name)
    for name, collection in own.collections.items():
        _refuse_taken(name in root.tasks, prefix + name, path)
        if name not in root.collections:
            root.add_collection(invoke.Collection(name))
        join_tasks(root.collections[name], collection, path, f"{prefix}{name}.")
    root.configure(own.configuration())


def _refuse_taken(taken: bool, name: str, path: Path) -> None:
    if taken:
        raise UsageError(f"{path}: {name} is ftlab's own already", hint="call yours another name")


def _module(path: Path) -> ModuleType:
    name = path.stem
    spec = importlib.util.spec_from_file_location(name, path) if name.isidentifier() else None
    if spec is None or spec.loader is None:
        hint = "a worker process must be able to import it: call it lab_tasks.py, for example"
        raise UsageError(f"{path} is not the name of a Python module", hint=hint)
    module = importlib.util.module_from_spec(spec)
    folder = str(path.parent.absolute())
    if folder not in sys.path:
        sys.path.insert(0, folder)  # as for a script; a worker must not find another's ``tasks``
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except OSError:
        raise
    except (Exception, SystemExit) as error:  # whatever a file of the user's may do
        raise UsageError(
            _told(path, error), hint="its tasks are not there until it loads"
        ) from error
    return module


def _told(path: Path, error: BaseException) -> str:
    """What went wrong, and where in the file."""
    lines = [
        frame.lineno
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename) == path.absolute() or frame.filename == str(path)
    ]
    line = error.lineno if isinstance(error, SyntaxError) else lines[-1] if lines else None
    said = error.msg if isinstance(error, SyntaxError) else str(error)
    where = f"{path}:{line}" if line else str(path)
    return f"{where}: {type(error).__name__}: {said}".removesuffix(": ")
