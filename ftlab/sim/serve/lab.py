"""A simulated lab on the wire with everything a client needs: keys, known_hosts, inventory."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from asyncssh import SSHKey

from ftlab.sim.data import page_of, text_of
from ftlab.sim.jail.jail import Jail, missing
from ftlab.sim.model.lab import SimLab
from ftlab.sim.serve.fault_file import Planned, plant
from ftlab.sim.ssh.algorithms import ecdsa_key, public_line, rsa_key, write_private_key
from ftlab.sim.ssh.front import SshFront
from ftlab.sim.ssh.shells import ShellChoice, Shells

_INVENTORY = "serve/data/inventory.ini"


def group_of(version: str) -> str:
    """The inventory group of a release: ``5.5`` → ``v55``, ``7.0 U1`` → ``v70u1``."""
    return "v" + "".join(char for char in version.lower() if char.isalnum())


@dataclass(frozen=True, slots=True)
class ModelInventory:
    """Somebody's own inventory as far as a simulated lab takes it: hosts by group, with those of
    groups within it, and each host's variables but those that say how it is reached."""

    groups: Mapping[str, Sequence[str]]
    variables: Mapping[str, Mapping[str, object]]


def inventory_text(
    ports: Mapping[str, int],
    versions: Mapping[str, str],
    variables: Mapping[str, str],
    legacy: frozenset[str] = frozenset(),
    model: ModelInventory | None = None,
) -> str:
    """An INI inventory: ``[all:vars]``, and the groups of ``model``, or ``vesxi`` and one for each
    release."""
    groups: dict[str, list[str]] = {}
    for name in ports:
        groups.setdefault(group_of(versions[name]), []).append(name)
    return page_of(
        _INVENTORY, ports=ports, legacy=legacy, variables=variables, model=model,
        groups=model.groups if model else groups, own=model.variables if model else {},
        quoted=_value,
    )  # fmt: skip


def _value(text: str) -> str:
    """Quoted where Ansible would read it otherwise than as this string."""
    return repr(text) if any(char in text for char in " #'\"\\") or text.isdigit() else text


class UnwritableError(OSError):
    """The inventory file cannot be read or written there."""


@contextlib.contextmanager
def _no_place() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UnwritableError(error.errno, error.strerror, error.filename) from error


class InventoryFile:
    """An inventory on disk that is removed only while it is still what was written here.

    Raises ``FileExistsError`` where the file is there and somebody else wrote it, unless
    ``force``, and ``UnwritableError`` where no file can be.
    """

    def __init__(self, path: Path, *, force: bool = False) -> None:
        self.path = path.absolute()
        self._written: bytes | None = None
        with _no_place():
            foreign = not force and self.path.exists() and not self._is_ours()
        if foreign:
            raise FileExistsError(17, "it exists and no simulated lab wrote it", str(self.path))

    def write(self, text: str) -> None:
        """Write it, whatever was there. Raises ``UnwritableError``."""
        with _no_place():
            self.path.write_text(text, encoding="utf-8")
        self._written = text.encode("utf-8")

    def _is_ours(self) -> bool:
        head = text_of(_INVENTORY).partition("\n")[0].encode()
        with self.path.open("rb") as file:
            return file.read(len(head)) == head

    def remove(self) -> None:
        """Remove the file if nobody has changed it; safe to repeat."""
        if self._written is not None and self.path.is_file():
            if self.path.read_bytes() == self._written:
                self.path.unlink()
            self._written = None


Serve = Callable[[SimLab, Path, Mapping[str, Any]], contextlib.AbstractContextManager["Front"]]
"""Puts a front before a lab: the lab, a folder for working files, and the front's options."""


class Front(Protocol):
    """The wire in front of a lab: simulated SSH, or a real OpenSSH."""

    ports: dict[str, int]
    host_keys: dict[str, list[SSHKey]]

    def close(self) -> None:
        """Stop serving; safe to repeat."""


@dataclass(frozen=True, slots=True)
class RunningLab:
    """``directory`` holds the key, ``known_hosts`` and the hosts' files."""

    sim: SimLab
    front: Front
    inventory: Path
    directory: Path
    marked: frozenset[str] = frozenset()
    """The hosts that need ``ftlab_legacy_ssh``."""
    shell: str = ""
    """Which shell a person meets, in words."""
    faults: tuple[str, ...] = ()
    """What will go wrong, in words."""

    @property
    def key_file(self) -> Path:
        return self.directory / "id_client"

    @property
    def known_hosts(self) -> Path:
        return self.directory / "known_hosts"

    def trust(self) -> None:
        """Write ``known_hosts`` anew, as after a host got new keys."""
        lines = (
            f"[127.0.0.1]:{port} {public_line(key)}\n"
            for name, port in self.front.ports.items()
            for key in self.front.host_keys[name]
        )
        self.known_hosts.write_text("".join(lines), encoding="ascii")


@contextlib.contextmanager
def _simulated(
    sim: SimLab, folder: Path, options: Mapping[str, Any], *, shell: ShellChoice
) -> Iterator[Front]:
    reason = missing() if shell != "small" else ""
    if shell == "busybox" and reason:
        raise ValueError(f"--shell busybox: {reason}")
    with contextlib.ExitStack() as stack:
        jail = None
        if shell != "small" and not reason:
            jail = stack.enter_context(contextlib.closing(Jail(sim.hosts, folder)))
        yield stack.enter_context(SshFront(sim, shells=Shells(shell, jail), **options))


@contextlib.contextmanager
def running_lab(  # noqa: PLR0913 - the switches of a lab, all by name
    hosts: int | Sequence[str] = 8,
    inventory: Path | None = None,
    *,
    directory: Path | None = None,
    password: str | None = None,
    legacy: bool = False,
    force: bool = False,
    faults: Sequence[Planned] = (),
    shells: ShellChoice = "small",
    serve: Serve | None = None,
    model: ModelInventory | None = None,
    front_options: Mapping[str, Any] | None = None,
    **options: Any,
) -> Iterator[RunningLab]:
    """A lab that listens while the ``with`` lasts, and leaves nothing behind.

    ``hosts`` and further ``options`` are those of :class:`SimLab`; there is one FT pair unless
    told, where there are two hosts. ``faults`` are what else goes wrong, ``model`` gives the
    inventory groups and variables of one's own. ``password`` lets root log in with it, and then the
    inventory names it in place of the key. ``shells`` says which shell answers: see
    :class:`~ftlab.sim.ssh.shells.Shells`. ``serve`` puts another front before the lab than the SSH
    server in this process; ``front_options`` are further keywords of it. Raises ``FileExistsError``
    where ``inventory`` is somebody else's file (not with ``force``), ``ValueError`` for an unknown
    version or a shell that cannot be.
    """
    with contextlib.ExitStack() as stack:
        private = tempfile.TemporaryDirectory(
            prefix="ftlab-lab-", dir=directory, ignore_cleanup_errors=True
        )
        folder = Path(stack.enter_context(private)).resolve()
        file = InventoryFile(inventory or folder / "lab.ini", force=force)
        key = rsa_key() if legacy else ecdsa_key()  # old hosts know RSA alone
        write_private_key(key, folder / "id_client")
        if options.get("pairs") is None:
            options["pairs"] = int((hosts if isinstance(hosts, int) else len(hosts)) > 1)
        sim = SimLab(folder / "hosts", hosts=hosts, **options)
        planted = plant(faults, sim.hosts)
        given = {"authorized": {key.public_data}, "legacy": legacy, **(front_options or {})}
        given |= {"password": password} if password is not None else {}
        serving = (serve or partial(_simulated, shell=shells))(sim, folder / "front", given)
        front = stack.enter_context(serving)
        stack.callback(file.remove)
        marked = {
            name for name, host in sim.hosts.items() if legacy and host.release.ssh_age == "legacy"
        }
        said = _in_words(shells), tuple(planted)
        running = RunningLab(sim, front, file.path, folder, frozenset(marked), *said)
        running.trust()
        file.write(_inventory(running, password, model))
        yield running


def _in_words(choice: ShellChoice) -> str:
    if choice == "small":
        return "the small one, which refuses what it does not do"
    reason = missing()
    return f"the small one, as {reason}" if reason else "BusyBox's own, in a jail"


def _inventory(lab: RunningLab, password: str | None, model: ModelInventory | None) -> str:
    """With what every host has in common: how to log in, and which keys the hosts have."""
    login = {"ansible_ssh_private_key_file": str(lab.key_file)}
    if password is not None:
        login = {"ansible_password": password}
    variables = {"ansible_user": "root", **login, "ftlab_known_hosts": str(lab.known_hosts)}
    versions = {name: host.release.name for name, host in lab.sim.hosts.items()}
    return inventory_text(lab.front.ports, versions, variables, lab.marked, model)
