"""Who this host says it is: its name and resolver by ``esxcli``, ``vmware``, ``uname``,
``hostname``, and its own certificate's subject.

Answers and options of ``esxcli system hostname``, ``uuid`` and ``network ip dns`` are those of
published sessions on 5.0 and 5.5 and of a list of 5.0's commands. What a host says to a wrong name,
server or domain is not published: that is refused in words of this lab's own. ``vmware -l`` names
7.0 and later by two numbers (microsoft/lisa: ``VMware ESXi 8.0 Update 2``).

A new host's certificate is for ``localhost.localdomain`` (its subject was published), a generated
one for the name that the host has by then. The form is that of OpenSSL 1.0 on every release; the
certificate's file itself is not simulated, and what ``generate-certificates`` prints is not
published.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence

from ftlab.sim.data import table_of
from ftlab.sim.esxcli.command import EsxcliError, NotSimulated, Options, esxcli
from ftlab.sim.model.answer import Answer, only, say
from ftlab.sim.model.host import SimHost
from ftlab.sim.model.versions import V70

_SERVER, _DOMAIN = "-s|--server= -N|--netstack=", "-d|--domain= -N|--netstack="
_SHOW = ["-noout", "-subject", "-in", "/etc/vmware/ssl/rui.crt"]
_SUBJECT: str = table_of("settings/data/words.toml")["subject"]


@esxcli("system hostname set", "-d|--domain= -f|--fqdn= -H|--host=")
def set_hostname(host: SimHost, options: Options) -> None:
    """``--fqdn`` or the others."""
    if ("fqdn" in options and len(options) > 1) or not options:
        raise EsxcliError("Error: --fqdn stands alone, or --host and --domain in its place")
    config = host.config
    short, domain = options.get("host", config.hostname), options.get("domain", config.domain)
    if "fqdn" in options:
        short, _, domain = options["fqdn"].partition(".")
    if not re.fullmatch(r"[A-Za-z0-9-]+", short):
        raise EsxcliError(f"Error: Invalid host name {short}: only letters, numbers and '-'")
    config.hostname, config.domain = short, domain


@esxcli("network ip dns server add", _SERVER)
def add_server(host: SimHost, options: Options) -> None:
    server = options.required("server")
    try:
        ipaddress.ip_address(server)
    except ValueError:
        raise EsxcliError(f"Error: {server} is no IP address") from None
    _change(host, host.config.dns_servers, server, there=True)


@esxcli("network ip dns search add", _DOMAIN)
def add_search(host: SimHost, options: Options) -> None:
    _change(host, host.config.dns_search, options.required("domain"), there=True)


@esxcli("network ip dns server remove", f"-a|--all {_SERVER}")
def remove_server(host: SimHost, options: Options) -> None:
    """One ``--server``, or ``--all`` of them."""
    known = host.config.dns_servers
    for each in known.copy() if "all" in options else [options.required("server")]:
        _change(host, known, each, there=False)


@esxcli("network ip dns search remove", _DOMAIN)
def remove_search(host: SimHost, options: Options) -> None:
    _change(host, host.config.dns_search, options.required("domain"), there=False)


def _change(host: SimHost, known: list[str], one: str, *, there: bool) -> None:
    """Add one to its list or take it off, and write ``/etc/resolv.conf`` anew."""
    if (one in known) is there:
        words = f"has {one} already" if there else f"does not have {one}"
        raise NotSimulated(f"{words}; what a real one says to that is not published")
    (known.append if there else known.remove)(one)
    config = host.config
    lines = [f"search {' '.join(config.dns_search)}\n"] if config.dns_search else []
    lines += [f"nameserver {server}\n" for server in config.dns_servers]
    host.path("/etc/resolv.conf").write_text("".join(lines), "utf-8")


def vmware(host: SimHost, args: Sequence[str]) -> Answer:
    """``vmware -v``, and ``-l`` for the update level (both letters in either order)."""
    letters = set("".join(arg.lstrip("-") for arg in args))
    release = host.release
    if not letters or not letters <= set("vl"):
        return say(stderr="Usage: vmware [-v] [-l]\n", exit=1)
    build = f"{release.product} {release.version} build-{release.build}\n"
    numbers = release.number[:2] if release.number >= V70 else release.number
    label = f"{release.product} {'.'.join(map(str, numbers))} {release.label}\n"
    return say((build if "v" in letters else "") + (label if "l" in letters else ""))


def uname(host: SimHost, args: Sequence[str]) -> Answer:
    """``uname`` with any of ``-asnrvmpio``; ``-a`` names the system after the machine, since 6.5 in
    full."""
    release = host.release
    if release.product == "VMware ESX":
        text = "uname: the service console of ESX is a Linux of its own, which is not simulated\n"
        return say(stderr=text, exit=1)
    parts = {
        "s": "VMkernel",
        "n": host.config.fqdn,
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
    full, config = host.config.fqdn, host.config
    forms = {(): full, ("-f",): full, ("-s",): config.hostname, ("-d",): config.domain}
    text = forms.get(tuple(args))
    return only("hostname [-s|-f|-d]") if text is None else say(f"{text}\n")


def openssl(host: SimHost, args: Sequence[str]) -> Answer:
    """``x509 -noout -subject -in FILE``, its options in any order."""
    if list(args[:1]) != ["x509"] or sorted(args[1:]) != sorted(_SHOW):
        return only(f"openssl x509 {' '.join(_SHOW)}")
    return say(_SUBJECT.format(host.config.certificate))


def generate_certificates(host: SimHost, args: Sequence[str]) -> Answer:
    if args:
        return only("generate-certificates")
    host.config.certificate = host.config.fqdn
    return say()
