"""``vmware``, ``uname`` and ``hostname``: who this host says it is."""

from __future__ import annotations

from collections.abc import Sequence

from ftlab.sim.model.answer import Answer, say
from ftlab.sim.model.host import SimHost


def vmware(host: SimHost, args: Sequence[str]) -> Answer:
    """``vmware -v``, and ``-l`` for the update level (both letters in either order)."""
    letters = set("".join(arg.lstrip("-") for arg in args))
    release = host.release
    lines = []
    if "v" in letters:
        lines.append(f"{release.product} {release.version} build-{release.build}")
    if "l" in letters:
        lines.append(f"{release.product} {release.version} {release.label}")
    if not lines or not letters <= set("vl"):
        return say(stderr="Usage: vmware [-v] [-l]\n", exit=1)
    return say("".join(f"{line}\n" for line in lines))


def uname(host: SimHost, args: Sequence[str]) -> Answer:
    """``uname`` with any of ``-asnrvmpio``."""
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
    } | _tail(host)
    wanted = "".join(arg.lstrip("-") for arg in args) or "s"
    if "a" in wanted:
        wanted = "".join(parts)
    if set(wanted) - set("snrvmpio"):
        return say(stderr=f"uname: invalid option -- '{wanted[0]}'\n", exit=1)
    return say(
        " ".join(parts.get(letter, "unknown") for letter in parts if letter in wanted) + "\n"
    )


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


def _tail(host: SimHost) -> dict[str, str]:
    """How ``-a`` ends: it names the system after the machine, since 6.5 in full."""
    if host.release.number < (6, 5, 0):
        return {"o": "GNU/Linux"}
    return {"p": "x86_64", "i": "x86_64", "o": "ESXi"}
