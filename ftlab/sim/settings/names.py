"""The host's name and resolver: ``esxcli system hostname``, ``uuid``, ``network ip dns``.

Answers and options are those of published sessions on 5.0 and 5.5 and of a list of 5.0's commands.
What a host says to a wrong name, server or domain is not published: that is refused in words of
this lab's own.
"""

from __future__ import annotations

import ipaddress
import re

from ftlab.sim.esxcli.entry import EsxcliError, NotSimulated, Options, esxcli, required
from ftlab.sim.model.host import SimHost

_SERVER, _DOMAIN = "-s|--server= -N|--netstack=", "-d|--domain= -N|--netstack="


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


@esxcli("system uuid get")
def uuid(host: SimHost, _options: Options) -> str:
    return f"{host.config.uuid}\n"


@esxcli("network ip dns server add", _SERVER)
def add_server(host: SimHost, options: Options) -> None:
    server = required(options, "server")
    try:
        ipaddress.ip_address(server)
    except ValueError:
        raise EsxcliError(f"Error: {server} is no IP address") from None
    _add(host, host.config.dns_servers, server)


@esxcli("network ip dns search add", _DOMAIN)
def add_search(host: SimHost, options: Options) -> None:
    _add(host, host.config.dns_search, required(options, "domain"))


@esxcli("network ip dns server remove", f"-a|--all {_SERVER}")
def remove_server(host: SimHost, options: Options) -> None:
    """One ``--server``, or ``--all`` of them."""
    known = host.config.dns_servers
    for each in known.copy() if "all" in options else [required(options, "server")]:
        _remove(host, known, each)


@esxcli("network ip dns search remove", _DOMAIN)
def remove_search(host: SimHost, options: Options) -> None:
    _remove(host, host.config.dns_search, required(options, "domain"))


def _add(host: SimHost, known: list[str], one: str) -> None:
    if one in known:
        raise NotSimulated(f"has {one} already; what a real one says to that is not published")
    known.append(one)
    _write_resolver(host)


def _remove(host: SimHost, known: list[str], one: str) -> None:
    if one not in known:
        raise NotSimulated(f"does not have {one}; what a real one says to that is not published")
    known.remove(one)
    _write_resolver(host)


def _write_resolver(host: SimHost) -> None:
    """``/etc/resolv.conf`` as it is now."""
    config = host.config
    lines = [f"search {' '.join(config.dns_search)}\n"] if config.dns_search else []
    lines += [f"nameserver {server}\n" for server in config.dns_servers]
    host.path("/etc/resolv.conf").write_text("".join(lines), "utf-8")
