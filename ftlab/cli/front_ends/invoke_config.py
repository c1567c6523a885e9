"""invoke's own settings files (``~/.invoke.yaml`` and its like), for tasks of a user's own."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import invoke

from ftlab.errors import UsageError


class InvokeConfig(invoke.Config):  # type: ignore[misc]  # invoke is untyped here
    """invoke's, except that a place where none can be seen has no such file: ``sudo -u`` may leave
    both the home and the working folder to another user, and the home of a service's user may be
    ``/dev/null``. One that is there is an error."""

    def _load_file(self, *args: Any, **kwargs: Any) -> None:
        try:
            super()._load_file(*args, **kwargs)
        except OSError as error:
            if error.filename is None:  # a settings file in Python may raise what it likes
                raise
            if os.path.lexists(error.filename):
                raise UsageError(f"{error.filename}: cannot be read: {error.strerror}") from None

    def _load_yaml(self, path: str) -> Any:
        return _named_values(super()._load_yaml, path)

    _load_yml = _load_yaml

    def _load_json(self, path: str) -> Any:
        return _named_values(super()._load_json, path)


def _named_values(load: Callable[[str], Any], path: str) -> Any:
    """What a file holds. Raises ``UsageError`` for one that is no such text, or has no names."""
    try:
        found = load(path)
    except OSError:
        raise
    except Exception as error:
        from invoke.util import yaml  # not before there is such a file

        if not isinstance(error, ValueError | yaml.YAMLError):
            raise
        raise UsageError(f"{path}: {' '.join(str(error).split())}") from None
    if found is not None and not isinstance(found, dict):
        raise UsageError(f"{path}: its values have no names, such as run.echo")
    return found
