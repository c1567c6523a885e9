"""Fabric: its group for one command, a thread for each host where there are several."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import recipe
from fabric import Connection, ThreadingGroup


def enable(host: str) -> None:
    with Connection(host) as connection:

        def run(command: str) -> str:
            return str(connection.run(command, hide=True, in_stream=False).stdout)

        run(recipe.SET)
        run(recipe.LIST)
        vmid, path = recipe.found(run(recipe.VMS))
        run(recipe.power(vmid))
        run(recipe.edit(path))
        run(recipe.reload(vmid))
        recipe.check(run(recipe.config(vmid)))
        run(recipe.written(path))


def main() -> None:
    work, parallel, hosts = recipe.arguments()
    if work == "A":
        for connection, result in ThreadingGroup(*hosts).run(recipe.LIST, hide=True).items():
            print(connection.host, result.stdout)
    else:
        with ThreadPoolExecutor(parallel) as pool:
            list(pool.map(enable, hosts))


main()
