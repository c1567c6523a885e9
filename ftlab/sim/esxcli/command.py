"""``esxcli``: finding the command, reading its options, printing its answer.

What the host prints for an unknown advanced option, or for a value it refuses, is not published:
those words are this lab's own. The unknown-namespace text was seen on 9.0.
"""

from __future__ import annotations

from collections.abc import Sequence

from ftlab.sim.esxcli import advanced as esxcli_advanced
from ftlab.sim.esxcli import facts as esxcli_facts
from ftlab.sim.esxcli import network
from ftlab.sim.esxcli.entry import ESX4, V50, EsxcliEntry
from ftlab.sim.esxcli.formats import FORMATTERS, show
from ftlab.sim.esxcli.options import EsxcliError, NotSimulated, read_options
from ftlab.sim.esxcli.usage import HELP, command_usage, namespace_usage
from ftlab.sim.model.answer import Answer, say
from ftlab.sim.model.host import SimHost
from ftlab.sim.settings.table import ESXCLI as SETTINGS

_NAMESPACES = frozenset(
    {"device", "esxcli", "fcoe", "graphics", "hardware", "iscsi", "network", "nvme", "rdma"}
    | {"sched", "software", "storage", "system", "vm", "vsan"}
)
_SYSTEM = frozenset(
    {"account", "boot", "coredump", "hostname", "maintenanceMode", "module", "permission"}
    | {"process", "secpolicy", "settings", "shutdown", "snmp", "stats", "syslog", "time", "uuid"}
    | {"version", "visorfs", "wbem", "welcomemsg"}
)
"""Namespaces from 5.0 on (seen on 5.0, 5.5 and 6.x), and those within ``system``."""


def _is_real(host: SimHost, words: Sequence[str]) -> bool:
    """Whether a real host has a namespace of these first words."""
    here = " ".join(words[:2]) + " "
    if len(words) > 1 and any(n.startswith(here) for n, e in COMMANDS.items() if _has(host, e)):
        return True
    known = bool(words) and words[0] in _NAMESPACES and host.release.number >= V50
    return known and (words[0] != "system" or len(words) < 2 or words[1] in _SYSTEM)


_ADVANCED = {"o": "option", "i": "int-value", "s": "string-value", "d": "default"}
COMMANDS: dict[str, EsxcliEntry] = {
    "system version get": EsxcliEntry(esxcli_facts.version, {}),
    "system settings advanced list": EsxcliEntry(
        esxcli_advanced.list_options, {"d": "delta", "o": "option", "t": "tree"}, "d"),
    "system settings advanced set": EsxcliEntry(esxcli_advanced.set_option, _ADVANCED, "d"),
    "vm process list": EsxcliEntry(esxcli_facts.processes, {}),
    "vms vm list": EsxcliEntry(esxcli_facts.processes, {}, since=ESX4, until=V50),
    "storage filesystem list": EsxcliEntry(esxcli_facts.filesystems, {}),
    "network ip interface list": EsxcliEntry(network.interfaces, {"N": "netstack"}),
    "network ip interface ipv4 get": EsxcliEntry(
        network.addresses, {"i": "interface-name", "N": "netstack"}),
    "network ip connection list": EsxcliEntry(
        network.connections, {"N": "netstack", "t": "type"}),
    "network nic list": EsxcliEntry(network.uplinks, {}),
    "network vswitch standard list": EsxcliEntry(network.switches, {"v": "vswitch-name"}),
    "hardware cpu list": EsxcliEntry(esxcli_facts.cpus, {}),
    "hardware cpu global get": EsxcliEntry(esxcli_facts.cpu_global, {}),
    "hardware memory get": EsxcliEntry(esxcli_facts.memory, {}),
    **SETTINGS,
}  # fmt: skip


def run(host: SimHost, args: Sequence[str]) -> Answer:
    """Answer one call. Every failure has exit status 1 and speaks on stdout."""
    try:
        formatter, words = _formatter(host, list(args))
        asked = bool(HELP & set(words[-1:]))
        words = words[:-1] if asked else words
        if usage := _usage(host, words, asked=asked):
            return say(usage, exit=0 if asked else 1)
        entry, rest = _find(host, words)
        found = entry.act(host, read_options(rest, entry.options, entry.flags, entry.repeats))
    except NotSimulated as error:
        return say(stderr=f"This simulated host {error}\n", exit=1)
    except EsxcliError as error:
        return say(f"{error}\n", exit=1)
    if isinstance(found, Answer):
        return found
    narrow = host.release.number >= (8, 0, 0)
    return say(found if isinstance(found, str) else show(found, formatter, narrow=narrow))


def _formatter(host: SimHost, words: list[str]) -> tuple[str, list[str]]:
    name = ""
    while words and words[0].startswith("-") and words[0] not in HELP:
        option, equals, value = words.pop(0).partition("=")
        if option != "--formatter":
            raise EsxcliError(f"Error: Invalid option {option}")
        name = value if equals else (words.pop(0) if words else "")
    known = FORMATTERS if host.release.number >= (8, 0, 0) else FORMATTERS.keys() - {"json"}
    if name and name not in known:
        raise EsxcliError(f"Error: Invalid formatter {name}")
    return name, words


def _usage(host: SimHost, words: list[str], *, asked: bool) -> str:
    """What is said in place of an answer where a namespace stands alone or help was ``asked``.
    The exit status of the former is not published; this lab's is 1."""
    known = [name for name, entry in COMMANDS.items() if _has(host, entry)]
    command = " ".join(words)
    if asked and command in known:
        return command_usage(command, COMMANDS[command].options, COMMANDS[command].flags)
    return namespace_usage(command, known)


def _has(host: SimHost, entry: EsxcliEntry) -> bool:
    return entry.since <= host.release.number < entry.until


def _find(host: SimHost, words: list[str]) -> tuple[EsxcliEntry, list[str]]:
    """The longest command that the words begin with, and the words after it."""
    length = next((n for n, word in enumerate(words) if word.startswith("-")), len(words))
    entry = COMMANDS.get(" ".join(words[:length]))
    if entry is None and _is_real(host, words[:length]):
        raise NotSimulated(f"does not have: esxcli {' '.join(words[:length])}")
    if entry is None or not _has(host, entry):
        raise EsxcliError(f"Error: Unknown command or namespace {' '.join(words[:length])}\n")
    return entry, words[length:]
