"""Who this host says it is: ``vmware``, ``uname``, ``hostname``, and its own certificate's subject.

A new host's certificate is for ``localhost.localdomain`` (its subject was published), a generated
one for the name that the host has by then. The form is that of OpenSSL 1.0 on every release; the
certificate's file itself is not simulated, and what ``generate-certificates`` prints is not
published.
"""

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


_SHOW = ["-noout", "-subject", "-in", "/etc/vmware/ssl/rui.crt"]
_SUBJECT = (
    "subject= /C=US/ST=California/L=Palo Alto/O=VMware, Inc"
    "/OU=VMware ESX Server Default Certificate"
    "/emailAddress=ssl-certificates@vmware.com/CN={}/unstructuredName=1328954372,"
    "564d7761726520496e632e\n"
)


def openssl(host: SimHost, args: Sequence[str]) -> Answer:
    """``x509 -noout -subject -in FILE``, its options in any order."""
    if list(args[:1]) != ["x509"] or sorted(args[1:]) != sorted(_SHOW):
        text = f"This simulated host has only: openssl x509 {' '.join(_SHOW)}\n"
        return say(stderr=text, exit=1)
    return say(_SUBJECT.format(host.config.certificate))


def generate(host: SimHost, args: Sequence[str]) -> Answer:
    if args:
        return say(stderr="This simulated host has only: generate-certificates\n", exit=1)
    host.config.certificate = host.fqdn
    return say()
