"""The hosts' advanced options, as methods of ``Lab``."""

from __future__ import annotations

from ftlab.engine.report import Report
from ftlab.lab.opened import OnOpenLab


class OptionMethods(OnOpenLab):
    """All raise ``UsageError`` for a path that cannot be one."""

    def get_option(self, path: str) -> Report:
        """One advanced option, with its default and limits."""
        from ftlab.ops.advopt import GetOption

        return self._lab.run("advopt.get", GetOption(path))

    def set_option(self, path: str, value: str | int) -> Report:
        """Set one advanced option and read it back."""
        from ftlab.ops.advopt import SetOption

        args = {"path": path, "value": str(value)}
        return self._lab.run("advopt.set", SetOption(path, str(value)), args)

    def reset_option(self, path: str) -> Report:
        """Put one advanced option back to the host's own default."""
        from ftlab.ops.advopt import ResetOption

        return self._lab.run("advopt.reset", ResetOption(path), {"path": path})

    def diff_options(self) -> Report:
        """The options whose value is not the default."""
        from ftlab.ops.advopt import DiffOptions

        return self._lab.run("advopt.diff", DiffOptions())
