"""``vim-cmd vimsvc/license --show``: what a host is licensed for.

Fault Tolerance is a feature ``ft:N``, where N is the number of virtual CPUs that one VM may have
(a public inventory script's README, 6.0 in evaluation mode; Essentials Plus has no such line).
"""

from __future__ import annotations

from ftlab.esxi.text import lines, unreadable
from ftlab.frozen import frozen
from ftlab.model import Command
from ftlab.regex import regex

_NAME = regex(r"\s*name: (.*?)\s*")
_FEATURE = regex(r"\s*\[feature\] = ([\w.-]+)(?::([0-9]+))?(?: .*)?")


@frozen(slots=True)
class Licence:
    """``ft`` says whether Fault Tolerance is in it, ``ft_cpus`` for how many virtual CPUs of one
    VM; ``None`` where the licence sets no number."""

    name: str
    ft: bool
    ft_cpus: int | None = None


def build_licence() -> Command:
    """What the host is licensed for. Changes nothing; the answer holds the licence's serial."""
    return Command(("vim-cmd", "vimsvc/license", "--show"), repeatable=True)


def parse_licence(text: str) -> Licence:
    """The licence. Raises ``ParseError`` where no features are listed: then it is not known
    whether FT is one of them (9.0 lists none)."""
    answer = lines(text)
    name = next((found[1] for line in answer if (found := _NAME.fullmatch(line))), "")
    features = {found[1]: found[2] for line in answer if (found := _FEATURE.fullmatch(line))}
    if not features:
        raise unreadable("no licensed feature in the answer", "")
    number = features.get("ft")
    return Licence(name or "a licence without a name", "ft" in features,
                   int(number) if number else None)  # fmt: skip
