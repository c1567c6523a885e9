"""``vmware``, ``uname`` and ``hostname``: who this host says it is."""

from __future__ import annotations

from collections.abc import Sequence

from ftlab.sim.model.answer import Answer, say
from ftlab.sim.model.host import SimHost


def vmware(host: SimHost, args: Sequence[str]) -> Answer:
    """``vmware -v``, and ``-l`` for the update level (both letters in either order)."""
    letters = set("".join(arg.lstrip("-") for arg in args))
    release = host.release
    if not letters or not letters <= set("vl"):
        return say(stderr="Usage: vmware [-v] [-l]\n", exit=1)
    name = f"{release.product} {release.version}"
    build = f"{name} build-{release.build}\n" if "v" in letters else ""
    return say(build + (f"{name} {release.label}\n" if "l" in letters else ""))


def uname(host: SimHost, args: Sequence[str]) -> Answer:
    """``uname`` with any of ``-asnrvmpio``; ``-a`` names the system after the machine, since 6.5 in
    full."""
    release = host.release
    if release.product == "VMware ESX":
        text = "uname: the service console of ESX is a Linux of its own, which is not simulated\n"
        return say(stderr=text, exit=1)
    parts = {
        "s": "VMkernel",
        "n": host.fqdn,
        "r": release.version,
        "v": f"#1 SMP Release build-{release.build} {release.built}",
        "m": "x86_64",
    }
    old = release.number < (6, 5, 0)
    parts |= {"o": "GNU/Linux"} if old else {"p": "x86_64", "i": "x86_64", "o": "ESXi"}
    wanted = "".join(arg.lstrip("-") for arg in args) or "s"
    if "a" in wanted:
        wanted = "".join(parts)
    if set(wanted) - set("snrvmpio"):
        return say(stderr=f"uname: invalid option -- '{wanted[0]}'\n", exit=1)
    return say(" ".join(text for letter, text in parts.items() if letter in wanted) + "\n")


def hostname(host: SimHost, args: Sequence[str]) -> Answer:
    """``hostname``, short with ``-s``, as a whole with ``-f``, its domain with ``-d``."""
    config = host.config
    forms = {
        (): config.fqdn,
        ("-s",): config.hostname,
        ("-f",): config.fqdn,
        ("-d",): config.domain,
    }
    if (text := forms.get(tuple(args))) is None:
        return say(stderr="This simulated host has only: hostname [-s|-f|-d]\n", exit=1)
    return say(f"{text}\n")
