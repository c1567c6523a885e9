"""pyinfra: a fact for what is read first, one ``server.shell`` for all that follows from it."""

from __future__ import annotations

import sys
from pathlib import Path

from pyinfra import host
from pyinfra.api import FactBase
from pyinfra.operations import server

sys.path.insert(0, str(Path(__file__).parent))
import recipe


class Vm(FactBase[tuple[str, str]]):
    """The VM's number and the path of its file."""

    def command(self) -> str:
        return recipe.VMS

    def process(self, output: list[str]) -> tuple[str, str]:
        return recipe.found("\n".join(output))


vmid, path = host.get_fact(Vm)
server.shell(
    name="nested FT",
    commands=[
        recipe.SET,
        recipe.LIST,
        recipe.power(vmid),
        recipe.edit(path),
        recipe.reload(vmid),
        recipe.config(vmid) + " | grep -A1 replay",
        recipe.written(path),
    ],
)
