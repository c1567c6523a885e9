"""What a server says of itself before any login: for ``hosts.trust`` and ``hosts.check``."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import paramiko

from ftlab.model import Host
from ftlab.ssh import faults
from ftlab.ssh.deadline import Deadline
from ftlab.ssh.hostkey import HostKey
from ftlab.ssh.legacy import LegacyTransport
from ftlab.ssh.settings import SshSettings
from ftlab.ssh.target import Target
from ftlab.ssh.transport import LabTransport, hang_up, host_key_type

Dial = Callable[[Target, Deadline], Any]


@dataclass(frozen=True, slots=True)
class ServerFacts:
    """``address`` and ``port`` are the names a host key is recorded under. ``host_keys`` are
    the keys themselves, one for each type; the other tuples are names in the server's order.
    ``needs_legacy`` says that only ``ftlab_legacy_ssh`` has an algorithm in common with it."""

    address: str
    port: int
    banner: str
    host_keys: tuple[HostKey, ...]
    host_key_algorithms: tuple[str, ...]
    kex: tuple[str, ...]
    ciphers: tuple[str, ...]
    macs: tuple[str, ...]
    auth_methods: tuple[str, ...]
    needs_legacy: bool


def probe(
    host: Host, settings: SshSettings, jump_hosts: Mapping[str, Host] | None = None
) -> ServerFacts:
    """One host's :class:`ServerFacts`; :meth:`ftlab.ssh.connect.Connector.probe` for several.

    :raises Unreachable: no SSH server answers in time.
    """
    from ftlab.ssh.connect import Connector  # which imports this module

    connector = Connector(settings, jump_hosts=jump_hosts)
    try:
        return connector.probe(host)
    finally:
        connector.close()


def examine(target: Target, deadline: Deadline, dial: Dial) -> ServerFacts:
    """Ask the server for its key of each type, as ssh-keyscan does, one connection for each.

    No credential is sent: the login methods come from asking without one (RFC 4252, 5.2).

    :raises Unreachable: no SSH server answers in time.
    """
    with _talk(target, deadline, dial, ()) as transport:
        keys = _key(transport)
        methods = _methods(transport, target.user) if keys else ()
        offered, banner = transport.offered, transport.remote_version
    algorithms = tuple(offered.get("server_key_algo_list", ()))
    for kind in _other_types(algorithms, keys):
        with _talk(target, deadline, dial, (kind,)) as transport:
            keys += tuple(key for key in _key(transport) if key not in keys)
    return ServerFacts(
        target.known_as,
        target.port,
        banner,
        keys,
        algorithms,
        tuple(offered.get("kex_algo_list", ())),
        tuple(offered.get("server_encrypt_algo_list", ())),
        tuple(offered.get("server_mac_algo_list", ())),
        methods,
        _needs_legacy(offered),
    )


@contextlib.contextmanager
def _talk(target: Target, deadline: Deadline, dial: Dial, types: tuple[str, ...]) -> Any:
    """A transport after key exchange, or after its failure where only algorithms differ."""
    sock = dial(target, deadline)
    transport = LegacyTransport(sock, deadline=deadline, known_types=types)
    try:
        try:
            transport.start_client()
        except paramiko.ssh_exception.IncompatiblePeer as error:
            if not transport.offered:
                raise faults.unreachable(error, target, transport, deadline) from error
        except (paramiko.SSHException, EOFError, OSError) as error:
            raise faults.unreachable(error, target, transport, deadline) from error
        yield transport
    finally:
        transport.close()
        hang_up(sock)
        sock.close()


def _key(transport: LabTransport) -> tuple[HostKey, ...]:
    key = transport.host_key
    return () if key is None else (HostKey(key.get_name(), key.asbytes()),)


def _other_types(algorithms: tuple[str, ...], keys: tuple[HostKey, ...]) -> list[str]:
    """The types that have not been seen yet, of those that can be verified."""
    known = LegacyTransport._preferred_keys
    types = [host_key_type(name) for name in algorithms if name in known]
    seen = {key.type for key in keys}
    return [kind for kind in dict.fromkeys(types) if keys and kind not in seen]


def _methods(transport: LabTransport, user: str) -> tuple[str, ...]:
    try:
        transport.auth_none(user)
    except paramiko.BadAuthenticationType as error:
        return tuple(error.allowed_types)
    except (paramiko.SSHException, EOFError, OSError):
        return ()
    return ("none",)


def _needs_legacy(offered: Mapping[str, list[str]]) -> bool:
    """Whether the modern set lacks a host key or key exchange algorithm that the server has."""
    pairs = (
        (LabTransport._preferred_keys, "server_key_algo_list"),
        (LabTransport._preferred_kex, "kex_algo_list"),
    )
    return any(not set(ours) & set(offered.get(theirs, ())) for ours, theirs in pairs)
