"""Regular expressions that are compiled when they are first used.

A run imports about a hundred, and uses a third: most of them read what goes wrong.
"""

from __future__ import annotations

import re
from typing import Any, AnyStr, cast


def regex(text: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """As ``re.compile``. Raises ``re.error`` at the first use."""
    return cast("re.Pattern[AnyStr]", _Later(text, flags))


class _Later:
    def __init__(self, text: Any, flags: int) -> None:
        self._source = text, flags

    def __getattr__(self, name: str) -> Any:
        """Of the real one; from now on it is found here, as quickly as there."""
        found = getattr(re.compile(*self._source), name)
        vars(self)[name] = found
        return found
