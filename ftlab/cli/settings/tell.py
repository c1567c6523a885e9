"""Which settings file counts, said where a user looks for a reason."""

from __future__ import annotations

import os
import sys


def tell_settings(*, always: bool = False) -> None:
    """A line on stderr; where there is no such file, only if ``always``."""
    from ftlab.cli.settings.file import NAME, find_settings
    from ftlab.engine.options import config_home
    from ftlab.report.layout.escape import escape

    path = find_settings(os.environ)
    if path is not None:
        print(f"       settings: {escape(str(path.absolute()))}", file=sys.stderr)
    elif always:
        where = escape(str(config_home(os.environ)))
        print(f"       settings: no {NAME} here or in {where}", file=sys.stderr)
