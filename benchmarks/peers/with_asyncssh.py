"""asyncssh: a task for each host."""

from __future__ import annotations

import asyncio
from pathlib import Path

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


def options() -> asyncssh.SSHClientConnectionOptions:
    """What all connections share, read once and not for each of them."""
    ssh = Path.home() / ".ssh"
    return asyncssh.SSHClientConnectionOptions(
        username="root",
        client_keys=[asyncssh.read_private_key(ssh / "id_ecdsa")],
        known_hosts=asyncssh.read_known_hosts(str(ssh / "known_hosts")),
        agent_path=None,
        config=None,
        login_timeout=120,
    )


async def visit(
    work: str, host: str, shared: asyncssh.SSHClientConnectionOptions, turn: asyncio.Semaphore
) -> None:
    async with turn, asyncssh.connect(host, options=shared) as connection:
        if work == "A":
            print(host, await ask(connection, recipe.LIST))
        else:
            await enable(connection)


async def main() -> None:
    work, parallel, hosts = recipe.arguments()
    turn = asyncio.Semaphore(parallel)
    shared = options()
    await asyncio.gather(*(visit(work, host, shared, turn) for host in hosts))


asyncio.run(main())
