"""Which interfaces of a host carry vMotion and FT logging, and how fast their uplinks are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Protocol

from ftlab.engine.context import Context
from ftlab.errors import CommandFailed, NotApplicable, ParseError, Refused
from ftlab.esxi.host import uplinks, vmknic
from ftlab.esxi.host.vmknic import Vmknic
from ftlab.frozen import frozen
from ftlab.model import Command
from ftlab.ops import advopt


@frozen
class NetworkService:
    """The interfaces that carry one service. ``tagged``: by their tags (5.1 and later);
    ``option``: the one that the advanced option names, empty for none. ``None``: not told."""

    tagged: tuple[str, ...] | None = None
    option: str | None = None

    @property
    def nics(self) -> tuple[str, ...] | None:
        """The tags, where there are any, else the option."""
        if self.tagged is not None or self.option is None:
            return self.tagged
        return (self.option,) if self.option else ()

    @property
    def is_contradictory(self) -> bool:
        """Whether tags and option name different interfaces."""
        return bool(self.option) and self.tagged is not None and self.option not in self.tagged


@frozen
class Networks:
    """``speeds``: of the uplinks of each FT logging interface, the speed in Mbit/s by the uplink's
    name; ``None`` where the host did not tell all of it."""

    vmotion: NetworkService = NetworkService()
    ft_logging: NetworkService = NetworkService()
    speeds: Mapping[str, int] | None = None


class Ask(Protocol):
    """A command's answer as ``parse`` reads it; ``None`` where the host has none."""

    def __call__(self, command: Command, parse: Callable[[str], Any], /) -> Any: ...


def read_networks(context: Context, ask: Ask) -> Networks:
    """Asks for interfaces, tags, options and uplinks. Changes nothing."""
    listed, switches, speeds, vmotion, logging = context.session.together(
        partial(ask, vmknic.build_interfaces(), vmknic.parse_interfaces),
        partial(ask, uplinks.build_switches(), uplinks.parse_uplinks),
        partial(ask, uplinks.build_nics(), uplinks.parse_speeds),
        lambda: _option(context, vmknic.VMOTION_OPTION),
        lambda: _option(context, vmknic.FT_LOGGING_OPTION),
    )
    found: list[Vmknic] = listed or []
    tags = {nic: ask(vmknic.build_tags(nic.name), vmknic.parse_tags) for nic in found}
    moving = NetworkService(_tagged(tags, vmknic.VMOTION), vmotion)
    ft = NetworkService(_tagged(tags, vmknic.FT_LOGGING), logging)
    return Networks(moving, ft, _speeds(ft.nics, found, switches, speeds))


def _tagged(tags: Mapping[Vmknic, frozenset[str] | None], tag: str) -> tuple[str, ...] | None:
    """By their tags, or a TCP/IP stack of that name; ``None`` where no interface told any, or
    where none has it and one that did not answer may."""
    if all(found is None for found in tags.values()):
        return None
    names = tuple(n.name for n, found in tags.items() if tag in (found or ()) or n.stack == tag)
    return names or (None if None in tags.values() else ())


def _option(context: Context, path: str) -> str | None:
    try:
        return str(advopt.read_option(context, path).value or "")
    except (CommandFailed, ParseError, Refused, NotApplicable):
        return None


def _speeds(
    names: tuple[str, ...] | None,
    nics: list[Vmknic],
    switches: Mapping[str, tuple[str, ...]] | None,
    speeds: Mapping[str, int] | None,
) -> Mapping[str, int] | None:
    """Of a standard switch only: what a distributed one has is vCenter's to tell."""
    if not names or switches is None or speeds is None:
        return None
    by_name = {nic.name: nic for nic in nics}
    used = [by_name[name].switch if name in by_name else None for name in names]
    if any(switch not in switches for switch in used):
        return None
    cards = [card for switch in used if switch is not None for card in switches[switch]]
    return {card: speeds[card] for card in cards} if all(c in speeds for c in cards) else None
