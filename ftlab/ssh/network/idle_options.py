"""Settings of ssh that the inventory names, and that change nothing here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ftlab.model import Host
from ftlab.ssh.config.keywords import find_keyword
from ftlab.ssh.config.words import lower


def idle_options(hosts: Iterable[Host]) -> Iterator[str]:
    """A sentence for each place of the inventory with such settings, whatever number of hosts
    has them from there."""
    places: dict[str, dict[str, None]] = {}
    for host in hosts:
        for option in host.ssh_options:
            keyword = find_keyword(lower(option.keyword))
            if keyword is not None and keyword.use == "harmless":
                place, _, word = option.origin.rpartition(": ")
                places.setdefault(place, {})[word] = None
    for place, words in places.items():
        yield f"{place}: without effect here: {', '.join(words)}"
