"""asyncssh: a task for each host."""

from __future__ import annotations

import asyncio

import asyncssh
import recipe


async def ask(connection: asyncssh.SSHClientConnection, command: str) -> str:
    return str((await connection.run(command, check=True)).stdout)


async def enable(connection: asyncssh.SSHClientConnection) -> None:
    await ask(connection, recipe.SET)
    await ask(connection, recipe.LIST)
    vmid, path = recipe.found(await ask(connection, recipe.VMS))
    await ask(connection, recipe.power(vmid))
    await ask(connection, recipe.edit(path))
    await ask(connection, recipe.reload(vmid))
    recipe.check(await ask(connection, recipe.config(vmid)))
    await ask(connection, recipe.written(path))


async def visit(work: str, host: str, turn: asyncio.Semaphore) -> None:
    async with turn, asyncssh.connect(host) as connection:
        if work == "A":
            print(host, await ask(connection, recipe.LIST))
        else:
            await enable(connection)


async def main() -> None:
    work, parallel, hosts = recipe.arguments()
    turn = asyncio.Semaphore(parallel)
    await asyncio.gather(*(visit(work, host, turn) for host in hosts))


asyncio.run(main())
