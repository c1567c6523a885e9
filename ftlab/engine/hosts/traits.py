"""What was found out about a host once, so that nobody asks it again in the same run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftlab.frozen import mutable

if TYPE_CHECKING:
    from ftlab.esxi.options.advcfg import ListedOption


@mutable
class HostTraits:
    """``esxcfg_only``: its options are read with ``esxcfg-advcfg``, as on ESX(i) 4.x;
    ``listed_options`` are what that lists, by their path in small letters. ``md5_only``: it has
    no ``sha256sum``; ``compares_one_by_one``: nor can that check a list of checksums."""

    esxcfg_only: bool = False
    listed_options: dict[str, ListedOption] | None = None
    md5_only: bool = False
    compares_one_by_one: bool = False
