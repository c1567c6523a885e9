"""Where in hosts' answers something private stands, and the answers without it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ftlab.esxi.recording.private_words import PrivateWords
from ftlab.regex import regex

_VOLUME = regex(r"^/vmfs/volumes/\S+ +(\S.*?)  ", re.MULTILINE)
_GUEST = regex(r'\bhostName = "([^"\n]+)"')
_NAMED = regex(r"^ {3}(?:Portgroup|Domain Name|Host Name): (.+)$", re.MULTILINE)
_FQDN = regex(r"^ {3}Fully Qualified Domain Name: (.+)$", re.MULTILINE)
_CERTIFIED = regex(r"^subject=.*CN ?= ?([^/,\n]+)", re.MULTILINE)
_NAMES = regex(r"^ {3}(?:DNSSearch Domains|Servers|Portgroups|Remote Host): (.+)$", re.MULTILINE)
_NTP_SERVER = regex(r"^server[ \t]+(\S+)", re.MULTILINE)
_NETWORK = regex(r'^\s*ethernet\d+\.networkName\s*=\s*"([^"\n]+)"', re.IGNORECASE | re.MULTILINE)
_USUAL = frozenset({"VM Network", "Management Network", "vMotion", "FT logging", "N/A"})


def add_private_words(
    words: PrivateWords, raws: Iterable[Mapping[str, Any]], addresses: Iterable[str | None]
) -> None:
    """Add what is private in these hosts' answers, and the hosts' ``addresses``."""
    for raw in raws:
        texts = {each["command"]: each["stdout"] for each in raw["answers"]}
        every = "\n".join(texts.values())
        own = [raw["name"], *texts.get("uname -a", "").split()[1:2], *_FQDN.findall(every)]
        own += _CERTIFIED.findall(every)
        words.add("host names", [part for name in own for part in _host_and_domain(name)])
        named = _NAMED.findall(every) + _NETWORK.findall(every) + _NTP_SERVER.findall(every)
        for name in [*named, *_listed(every)]:
            words.add("names", [] if name in _USUAL else [name])
        words.add_annotation(_welcome(raw))
        words.add("datastores", _VOLUME.findall(texts.get("esxcli storage filesystem list", "")))
        words.add("guests", _GUEST.findall(every))
        for vm in raw["vms"]:
            words.add("VMs", [vm["name"], *_path_words(vm["path"])])
            words.add("datastores", [vm["path"][1:].partition("] ")[0]])
            words.add("names", [n for n in _NETWORK.findall(vm["vmx"]) if n not in _USUAL])
            words.add_annotation(vm["annotation"])
    words.add("host names", addresses)


def _welcome(raw: Mapping[str, Any]) -> str:
    asked = "esxcli system welcomemsg get"
    told = (each for each in raw["answers"] if each["command"] == asked and not each["exit"])
    return next((str(each["stdout"]).strip() for each in told), "")


def _host_and_domain(name: str) -> list[str]:
    """Each for itself, as it stands alone elsewhere; an address is one word."""
    host, _, domain = name.partition(".")
    return [name] if re.fullmatch(r"[\d.]+|.*:.*", name) else [host, domain]


def _listed(text: str) -> Iterator[str]:
    """Names that stand in a row, such as log hosts, without scheme and port."""
    for line in set(_NAMES.findall(text)) - {"<none>"}:
        for name in line.split(", ") if "://" not in line else line.split(","):
            yield re.sub(r"^\w+://|:\d+$", "", name.strip())


def _path_words(path: str) -> list[str]:
    *folders, file = path.partition("] ")[2].split("/")
    return [*folders, file.rpartition(".")[0]]


def anonymous(raw: Mapping[str, Any], words: PrivateWords, number: int) -> dict[str, Any]:
    """A host's answers without private words; it is called by its number."""
    answers = [
        {key: words.replaced(value) if isinstance(value, str) else value
         for key, value in each.items()}
        for each in raw["answers"]
    ]  # fmt: skip
    vms = [
        {key: words.replaced(value) if isinstance(value, str) else value
         for key, value in vm.items() if key != "annotation"}
        for vm in raw["vms"]
    ]  # fmt: skip
    return {"name": f"host{number:02}", "banner": raw["banner"], "answers": answers, "vms": vms}
