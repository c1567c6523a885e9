"""A host without its VMs and answers: its files, its datastores, its logs."""

from __future__ import annotations

import os
import posixpath
from pathlib import Path

from ftlab.sim.model import logs
from ftlab.sim.model.versions import Release
from ftlab.sim.model.world import World


class Machine:
    """``root`` is the folder that holds the host's files."""

    def __init__(self, lab: World, name: str, release: Release, root: Path) -> None:
        self.lab, self.name, self.release, self.root = lab, name, release, root
        self.datastores: dict[str, str] = {}
        """Datastore names to their identifiers under ``/vmfs/volumes``."""
        for directory in ("vmfs/volumes", "var/log/vmware", "etc/vmware", "tmp"):
            (root / directory).mkdir(parents=True, exist_ok=True)
        (root / "etc/passwd").write_text("root:x:0:0:Administrator:/:/bin/sh\n", "ascii")
        (root / "etc/group").write_text("root:x:0:root\n", "ascii")
        if release.number >= (5, 0, 0):  # where 4.x keeps root's keys is not published
            (root / "etc/ssh/keys-root").mkdir(parents=True, exist_ok=True)

    def path(self, remote: str) -> Path:
        """Where the host's file ``remote`` (absolute) lies on this disk.

        Raises ``PermissionError`` for a path that leads out of the lab's directory.
        """
        self.lab.tick()
        inside = posixpath.normpath("/" + remote).lstrip("/")
        found = self.root / inside
        lab = os.path.realpath(self.lab.directory)
        if os.path.commonpath([lab, os.path.realpath(found)]) != lab:
            raise PermissionError(f"{remote} leads out of the simulated lab")
        return found

    def share_datastore(self, name: str, uuid: str, folder: str) -> None:
        """A datastore in a ``folder`` of the lab, with its name as a link to its identifier."""
        (self.lab.directory / folder).mkdir(parents=True, exist_ok=True)
        volumes = self.root / "vmfs/volumes"
        (volumes / uuid).symlink_to(Path("../../..") / folder)
        (volumes / name).symlink_to(uuid)
        self.datastores[name] = uuid

    def log(self, kind: str, text: str) -> None:
        """Write a line to one of the host's own logs (``vmkernel`` or ``hostd``)."""
        place = self.root / logs.log_paths(self.release)[kind].lstrip("/")
        logs.append(place, logs.line(kind, self.release, self.lab.now(), text))
