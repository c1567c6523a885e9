"""An advanced option as the host describes it, and the values it takes."""

from __future__ import annotations

from typing import Literal

from ftlab.errors import Refused, UsageError
from ftlab.frozen import frozen
from ftlab.regex import regex

Kind = Literal["integer", "string"]
_PATH = regex(r"(?:/[A-Za-z0-9_][A-Za-z0-9_.-]*){2,}")
_INTEGER = regex(r"[+-]?[0-9]{1,30}")


@frozen(slots=True)
class AdvancedOption:
    """One option. ``None``: the host did not say (``esxcfg-advcfg`` tells no limits), or the
    limit makes no sense for a string."""

    path: str
    type: Kind
    value: int | str | None
    default: int | str | None = None
    min: int | None = None
    max: int | None = None
    description: str | None = None


def check_path(path: str) -> str:
    """The path itself, if it looks like one (``/Migrate/NetTimeout``); else ``UsageError``, with
    the path that PowerCLI's ``Migrate.NetTimeout`` stands for."""
    if not _PATH.fullmatch(path):
        meant = "/" + path.strip("/").replace(".", "/")
        raise UsageError(
            f"not an advanced option: {path!r}",
            hint=f"did you mean {meant!r}?"
            if _PATH.fullmatch(meant)
            else "an option is written like /Migrate/VMotionStreamDisable",
            kind="usage.option",
        )
    return path


def same_path(one: str, other: str) -> bool:
    """Hosts compare paths without case, and answer with their own spelling (public captures of
    both tools: asked for ``…HBonVMFS5``, a host tells of ``…HBOnVMFS5``)."""
    return one.casefold() == other.casefold()


def coerce(option: AdvancedOption, value: str | int) -> int | str:
    """The value as this option holds it, checked against the host's own type and limits.

    Raises ``Refused`` with kind ``value.type`` or ``value.range``; nothing was sent.
    """
    if option.type == "string":
        return str(value)
    number = _number(option, value)
    low, high = option.min, option.max
    if (low is not None and number < low) or (high is not None and number > high):
        raise Refused(
            f"{option.path}: {number} is outside this host's limits, {_limits(option)}",
            kind="value.range",
            path=option.path,
            value=number,
            min=low,
            max=high,
        )
    return number


def _number(option: AdvancedOption, value: str | int) -> int:
    text = str(value).strip()
    if isinstance(value, bool) or not _INTEGER.fullmatch(text):
        raise Refused(
            f"{option.path} takes an integer{_takes(option)}, not {value!r}",
            kind="value.type",
            path=option.path,
            value=value,
            min=option.min,
            max=option.max,
        )
    return int(text)


def _takes(option: AdvancedOption) -> str:
    """The limits in brackets; nothing where the host does not tell them (4.x)."""
    return "" if option.min is None and option.max is None else f" ({_limits(option)})"


def _limits(option: AdvancedOption) -> str:
    low = "any" if option.min is None else str(option.min)
    high = "any" if option.max is None else str(option.max)
    return f"{low}..{high}"
