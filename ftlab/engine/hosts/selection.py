"""An inventory, and the hosts of it that are selected."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from ftlab.engine.inventory_files import open_inventory
from ftlab.engine.options import Options
from ftlab.engine.ui import Ui
from ftlab.errors import InventoryError, UsageError
from ftlab.inventory import Inventory, fold
from ftlab.model import Host
from ftlab.ssh.network.idle_options import idle_options
from ftlab.user_files import is_there, read_text, why_hidden

if TYPE_CHECKING:
    from ftlab.journal import Journal


class Selection:
    """Reads files when first needed, and contacts nobody."""

    def __init__(self, options: Options, ui: Ui) -> None:
        self.options: Options = options
        self.ui: Ui = ui

    @cached_property
    def inventory(self) -> Inventory:
        """The parsed file. Raises ``InventoryError`` with file and line."""
        return open_inventory(self.options.inventory)

    @cached_property
    def hosts(self) -> tuple[Host, ...]:
        """The selected hosts in inventory order. Raises ``InventoryError`` for none."""
        selected = self.inventory.select(
            self.options.limit,
            self.options.exclude,
            sets=self._named_sets(),
            read_file=read_text,
            warn=self.ui.warn,
        )
        if self.options.hosts is not None:
            selected = self.inventory.among(selected, self.options.hosts)
        if self.options.retry_failed is not None:
            again = set(self._failed(self.options.retry_failed))
            selected = tuple(host for host in selected if host.name in again)
            if not selected:
                raise UsageError(f"run {self.options.retry_failed}: no failed host is selected")
        self.inventory.check(selected, self.ui.say)
        for note in idle_options(selected):
            self.ui.say(note)
        return selected

    def spell(self, hosts: Iterable[str]) -> str:
        """A short pattern that selects exactly these hosts; their folded names where there is no
        inventory to select from."""
        try:
            return self.inventory.spell(hosts)
        except InventoryError:
            return fold(hosts)

    def call(self, hosts: Iterable[str]) -> str:
        """The same for people, who know a whole group by its name."""
        listed = list(hosts)
        try:
            return self.inventory.call(listed)
        except InventoryError:
            return fold(listed)

    @contextmanager
    def only(self, names: Container[str]) -> Iterator[None]:
        """While it lasts, the selected hosts are those of these names."""
        all_of_them = self.hosts
        self.hosts = tuple(host for host in all_of_them if host.name in names)
        try:
            yield
        finally:
            self.hosts = all_of_them

    def _failed(self, run: str) -> list[str]:
        """The names of a run's failed hosts. A run that is named may have been on another
        inventory: it only selects hosts, of this one."""
        with self.open_journal() as journal:
            record = journal.run(journal.last_to_retry() if run == "last" else run)
            if record.inventory != self.options.real_inventory:
                self.ui.say(f"run {record.run} was on another inventory, {record.inventory}")
            return journal.failed_hosts(record.run)

    def _named_sets(self) -> Mapping[str, Sequence[str]]:
        """``@failed`` is what failed in the inventory's newest run that changed anything, or of
        which hosts failed."""
        pattern = f"{self.options.limit} {self.options.exclude}"
        journal = self.options.journal
        if "@failed" not in pattern or not (is_there(journal) or why_hidden(journal)):
            return {}
        return {"failed": self._failed("last")}

    def open_journal(self) -> Journal:
        """The journal of the earlier runs on this inventory. Raises ``StateError``."""
        from ftlab.journal import Journal

        return Journal.open_to_read(self.options.journal, self.options.real_inventory)
