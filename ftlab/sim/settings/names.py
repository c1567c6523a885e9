"""The host's name and resolver: ``esxcli system hostname``, ``uuid``, ``network ip dns``.

Answers and options are those of published sessions on 5.0 and 5.5 and of a list of 5.0's commands.
What a host says to a wrong name, server or domain is not published: that is refused in words of
this lab's own.
"""

from __future__ import annotations

import ipaddress
import re

from ftlab.sim.esxcli.entry import EsxcliEntry
from ftlab.sim.esxcli.formats import Record, Records
from ftlab.sim.esxcli.options import (
    EsxcliError,
    NotSimulated,
    Options,
    in_default_netstack,
    required,
)
from ftlab.sim.model.host import SimHost


def hostname(host: SimHost, _options: Options) -> Records:
    record: Record = {
        "Domain Name": host.config.domain,
        "Fully Qualified Domain Name": host.fqdn,
        "Host Name": host.config.hostname,
    }
    return Records("FullyQualifiedHostName", "get", [record])


def set_hostname(host: SimHost, options: Options) -> str:
    """``--fqdn`` or the others. Success prints nothing."""
    if ("fqdn" in options and len(options) > 1) or not options:
        raise EsxcliError("Error: --fqdn stands alone, or --host and --domain in its place")
    if "fqdn" in options:
        short, _, domain = options["fqdn"].partition(".")
    else:
        config = host.config
        short, domain = options.get("host", config.hostname), options.get("domain", config.domain)
    if not re.fullmatch(r"[A-Za-z0-9-]+", short):
        raise EsxcliError(f"Error: Invalid host name {short}: only letters, numbers and '-'")
    host.config.hostname, host.config.domain = short, domain
    return ""


def uuid(host: SimHost, _options: Options) -> str:
    return f"{host.config.uuid}\n"


def servers(host: SimHost, options: Options) -> Records:
    in_default_netstack(options)
    return Records("NameServerList", "get", [{"DNSServers": ", ".join(host.config.dns_servers)}])


def search(host: SimHost, options: Options) -> Records:
    in_default_netstack(options)
    domains = ", ".join(host.config.dns_search)
    return Records("DNSSearchList", "get", [{"DNSSearch Domains": domains}])


def add_server(host: SimHost, options: Options) -> str:
    server = required(options, "server")
    try:
        ipaddress.ip_address(server)
    except ValueError:
        raise EsxcliError(f"Error: {server} is no IP address") from None
    return _add(host, options, host.config.dns_servers, server)


def add_search(host: SimHost, options: Options) -> str:
    return _add(host, options, host.config.dns_search, required(options, "domain"))


def remove_server(host: SimHost, options: Options) -> str:
    """One ``--server``, or ``--all`` of them."""
    if "all" in options:
        in_default_netstack(options)
        host.config.dns_servers.clear()
        write_resolver(host)
        return ""
    return _remove(host, options, host.config.dns_servers, required(options, "server"))


def remove_search(host: SimHost, options: Options) -> str:
    return _remove(host, options, host.config.dns_search, required(options, "domain"))


def _add(host: SimHost, options: Options, known: list[str], one: str) -> str:
    in_default_netstack(options)
    if one in known:
        raise NotSimulated(f"has {one} already; what a real one says to that is not published")
    known.append(one)
    write_resolver(host)
    return ""


def _remove(host: SimHost, options: Options, known: list[str], one: str) -> str:
    in_default_netstack(options)
    if one not in known:
        raise NotSimulated(f"does not have {one}; what a real one says to that is not published")
    known.remove(one)
    write_resolver(host)
    return ""


def write_resolver(host: SimHost) -> None:
    """``/etc/resolv.conf`` as it is now."""
    config = host.config
    lines = [f"search {' '.join(config.dns_search)}\n"] if config.dns_search else []
    lines += [f"nameserver {server}\n" for server in config.dns_servers]
    host.path("/etc/resolv.conf").write_text("".join(lines), "utf-8")


_NETSTACK = {"N": "netstack"}
_SERVER, _DOMAIN = {"s": "server", **_NETSTACK}, {"d": "domain", **_NETSTACK}
ESXCLI = {
    "system hostname get": EsxcliEntry(hostname, {}),
    "system hostname set": EsxcliEntry(set_hostname, {"d": "domain", "f": "fqdn", "H": "host"}),
    "system uuid get": EsxcliEntry(uuid, {}),
    "network ip dns server list": EsxcliEntry(servers, _NETSTACK),
    "network ip dns server add": EsxcliEntry(add_server, _SERVER),
    "network ip dns server remove": EsxcliEntry(remove_server, {"a": "all", **_SERVER}, "a"),
    "network ip dns search list": EsxcliEntry(search, _NETSTACK),
    "network ip dns search add": EsxcliEntry(add_search, _DOMAIN),
    "network ip dns search remove": EsxcliEntry(remove_search, _DOMAIN),
}
