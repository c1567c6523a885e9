"""An asyncssh server configured as OpenSSH 5.6 was: a second opinion on what old servers do."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import asyncssh

OLD = {
    "kex_algs": ["diffie-hellman-group-exchange-sha256", "diffie-hellman-group14-sha1"],
    "encryption_algs": ["aes128-ctr", "3des-cbc"],
    "mac_algs": ["hmac-sha1"],
    "signature_algs": ["ssh-rsa"],
    "compression_algs": ["none"],
    "server_version": "OpenSSH_5.6",
}


class PasswordServer(asyncssh.SSHServer):
    """Lets root in by key, or by ``password`` through the one of the methods that is on."""

    def __init__(self, password: str, methods: Sequence[str]) -> None:
        self._password = password
        self._methods = methods

    def connection_made(self, conn: Any) -> None:
        conn._send_ext_info = lambda: None  # no server-sig-algs before OpenSSH 7.2

    def password_auth_supported(self) -> bool:
        return "password" in self._methods

    def validate_password(self, username: str, password: str) -> bool:
        return password == self._password

    def kbdint_auth_supported(self) -> bool:
        return "keyboard-interactive" in self._methods

    def get_kbdint_challenge(self, username: str, lang: str, submethods: str) -> Any:
        return "", "", "", [("Password: ", False)]

    def validate_kbdint_response(self, username: str, responses: Sequence[str]) -> bool:
        return list(responses) == [self._password]


async def _answer(process: Any) -> None:
    """Runs the command with the real shell, once all of its input is there."""
    pipe = asyncio.subprocess.PIPE
    given = await process.stdin.read()
    shell = await asyncio.create_subprocess_shell(
        process.command, stdin=pipe, stdout=pipe, stderr=pipe
    )
    out, err = await shell.communicate(given)
    process.stdout.write(out)
    process.stderr.write(err)
    process.exit(shell.returncode)


def _old_key(file: Path) -> Any:
    """A host key that signs with SHA-1 and offers nothing else."""
    [pair] = asyncssh.load_keypairs([str(file)])
    pair.host_key_algorithms = [b"ssh-rsa"]
    return pair


class AsyncServer:
    """Serves on loopback, in a thread of its own, until closed."""

    def __init__(
        self, host_key: Path, authorized: Path, password: str, methods: Sequence[str], **algs: Any
    ) -> None:
        self._options = {
            "server_host_keys": [_old_key(host_key)],
            "authorized_client_keys": str(authorized),
            "server_factory": lambda: PasswordServer(password, methods),
            "process_factory": _answer,
            "encoding": None,
            **OLD,
            **algs,
        }
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = self._call(self._listen())
        self.port: int = self._server.sockets[0].getsockname()[1]
        kind, blob = host_key.with_suffix(".pub").read_text().split()[:2]
        self.known_line = f"[127.0.0.1]:{self.port} {kind} {blob}\n"

    def _call(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _listen(self) -> Any:
        return await asyncssh.listen("127.0.0.1", 0, **self._options)

    def close(self) -> None:
        self._call(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    async def _close(self) -> None:
        self._server.close()
        await self._server.wait_closed()
