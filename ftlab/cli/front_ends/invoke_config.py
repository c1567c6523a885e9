"""invoke's own settings files (``~/.invoke.yaml`` and its like), for tasks of a user's own."""

from __future__ import annotations

import os
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
