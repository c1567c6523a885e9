"""What SSH an ESX(i) host of a given age speaks: algorithms, login methods, lockout, SFTP."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from ftlab.sim.model.host import SimHost

_DATA = tomllib.loads(files("ftlab.sim.ssh").joinpath("data/ages.toml").read_text("utf-8"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Age:
    """Algorithm names in order of preference; ``host_keys`` are signature algorithms."""

    kex: tuple[str, ...]
    host_keys: tuple[str, ...]
    ciphers: tuple[str, ...]
    macs: tuple[str, ...]
    user_keys: tuple[str, ...]
    methods: tuple[str, ...]
    authorized_keys: str
    sftp: bool
    max_startups: tuple[int, int, int] | None = None
    """OpenSSH's ``start:rate:full``, where it is known."""
    extensions: bool = True
    """Whether the server sends ``server-sig-algs`` and offers strict key exchange."""
    lock_after: int
    lock_seconds: float


def age_of(host: SimHost, *, legacy: bool = False) -> Age:
    """How ``host`` speaks SSH. With ``legacy`` an old host knows no SHA-2 RSA signature, and
    today's paramiko cannot log in to it; otherwise its algorithms are the oldest it can speak."""
    release = [int(number) for number in re.findall(r"\d+", host.version)[:2]]
    name: str = host.ssh_age
    if name == "legacy":
        old = "5.0" if release >= [5, 0] else "4.1" if release >= [4, 1] else "4.0"
        name = old if legacy else "oldest-spoken"
    told: dict[str, Any] = dict(_DATA["spoken"][name])
    for table in _DATA["since"]:
        told |= table if release >= table["release"] else {}
    del told["release"]
    return Age(**{key: tuple(it) if isinstance(it, list) else it for key, it in told.items()})  # type: ignore[arg-type]
