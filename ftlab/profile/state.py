"""A profile as a value: tables of what hosts and their VMs should be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any, Final

from ftlab.frozen import frozen
from ftlab.profile.source import ProfilePlace

DEFAULT: Final = None
"""As the wanted value of an option: whatever the host's own default is."""


@frozen(slots=True)
class State:
    """One ``[[state]]`` table.

    ``hosts`` is an inventory pattern (``None``: all hosts), ``vm`` what ``--vm`` takes. An option
    of value :data:`DEFAULT` goes back to the host's own default, a VMX key of value ``None`` goes
    away. ``settings`` are the other settings of the hosts, by name.
    A table counts on releases from ``since`` on and before ``gone`` (dotted; ``None``: no limit).
    ``power`` is ``on``, ``off`` or ``None`` (no matter); ``snapshot`` is for resets only.
    """

    place: ProfilePlace
    hosts: str | None = None
    options: Mapping[str, int | str | None] = field(default_factory=dict)
    vm: str | None = None
    keys: Mapping[str, str | None] = field(default_factory=dict)
    power: str | None = None
    snapshot: str | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    since: str | None = None
    gone: str | None = None


@frozen(slots=True)
class OwnTable:
    """One ``[[setting]]`` table: a setting of the user's own, as it stands there."""

    place: ProfilePlace
    table: Mapping[str, Any]


@frozen(slots=True)
class Profile:
    """``states`` in the order in which they count: a later one wins over an earlier one for the
    same host, VM and key. ``warning`` is what a user should hear before it is used;
    ``own`` are the settings that the profile itself brings, ``variables`` the values of those that
    the inventory does not set."""

    name: str
    states: tuple[State, ...]
    description: str = ""
    warning: str = ""
    sources: tuple[str, ...] = ()
    own: tuple[OwnTable, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
