"""The logs of a simulated host and its VMs, each line in the form of its release."""

from __future__ import annotations

import re
import tomllib
from datetime import datetime
from importlib.resources import files
from pathlib import Path

from ftlab.sim.model.answer import encode
from ftlab.sim.model.versions import Release

KEPT = 6
"""How many rotated ``vmware-N.log`` a VM keeps."""
_FORMS = tomllib.loads(files("ftlab.sim.model").joinpath("data/logs.toml").read_text("utf-8"))


def line(kind: str, release: Release, when: datetime, text: str) -> str:
    """A line of ``vmware.log`` (``vmware``) or of one of the host's own logs."""
    form = next(form for form in _FORMS[kind] if tuple(form["since"]) <= release.number)
    text = text.replace("\n", "\n" + form.get("more", ""))
    ms = when.microsecond // 1000
    iso = f"{when:%Y-%m-%dT%H:%M:%S}.{ms:03}Z"
    return str(form["line"].format(iso=iso, when=when, ms=ms, text=text))


def log_paths(release: Release) -> dict[str, str]:
    """Where the release keeps its logs: kind of log to absolute path on the host."""
    if release.number >= (5, 0, 0):
        return {"vmkernel": "/var/log/vmkernel.log", "hostd": "/var/log/hostd.log"}
    kernel = "vmkernel" if release.product == "VMware ESX" else "messages"
    return {"vmkernel": f"/var/log/{kernel}", "hostd": "/var/log/vmware/hostd.log"}


def append(log: Path, line: str) -> None:
    """Add one line; the directory must exist."""
    with log.open("ab") as stream:
        stream.write(encode(line) + b"\n")


def rotate(directory: Path) -> None:
    """Put ``vmware.log`` aside as the next ``vmware-N.log``, as every power-on does, and forget
    the oldest beyond :data:`KEPT`."""
    current = directory / "vmware.log"
    if not current.exists():
        return
    numbers = sorted(int(m[1]) for p in directory.iterdir()
                     if (m := re.fullmatch(r"vmware-(\d+)\.log", p.name)))  # fmt: skip
    current.rename(directory / f"vmware-{numbers[-1] + 1 if numbers else 1}.log")
    for number in numbers[: max(0, len(numbers) + 1 - KEPT)]:
        (directory / f"vmware-{number}.log").unlink()
