"""Which ESX(i) a host runs: ``vmware -v``, ``esxcli system version get``, ``uname -a``."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ftlab.esxi.text import lines, unreadable
from ftlab.model import Command

_DOTTED = r"([0-9]{1,5}(?:\.[0-9]{1,5}){1,5})"
_PRODUCT = r"(VMware ESX\S*(?: Server)?(?: 3i)?)"
_BANNER = re.compile(rf"{_PRODUCT} {_DOTTED} build-([0-9]{{1,12}})")
_RELEASE = re.compile(rf"{_PRODUCT} {_DOTTED} (?!build-)(\S.*)")
_UNAME = re.compile(rf"VMkernel \S+ {_DOTTED} .*?\bbuild-([0-9]{{1,12}})\b")
_FIELD = re.compile(r"\s*(Product|Version|Build|Update|Patch): ?(.*?)\s*")
_BUILD = re.compile(r"(?:[A-Za-z]+build-)?([0-9]{1,12})")


@dataclass(frozen=True, slots=True)
class Version:
    """A product, its dotted version, its build, and the release's name where the host says it.

    ``release`` is the host's own word: ``GA``, ``Update 1``, … or None.
    """

    product: str
    version: str
    build: int | None = None
    release: str | None = None

    @property
    def key(self) -> tuple[int, ...]:
        """The dotted version as numbers, to compare: ``(7, 0, 3)``."""
        return tuple(int(part) for part in self.version.split("."))

    def __str__(self) -> str:
        build = "" if self.build is None else f" build-{self.build}"
        return f"{self.product} {self.version}{build}"


def build_version() -> Command:
    """``vmware -v``: answered alike by every release. Changes nothing, safe to repeat."""
    return Command(("vmware", "-v"), repeatable=True)


def parse_version(text: str) -> Version:
    """Read ``vmware -v``, ``-l``, ``-vl`` or ``-lv``; other lines around it are skipped.

    Raises ``ParseError`` where no line names a version and a build.
    """
    answer = [line.strip() for line in lines(text)]
    for line in answer:
        if found := _BANNER.fullmatch(line):
            product, version, build = found.groups()
            return Version(product, version, int(build), _release(answer, version))
    raise unreadable("no VMware version in the answer", text)


def _release(answer: list[str], version: str) -> str | None:
    for line in answer:
        found = _RELEASE.fullmatch(line)
        if found and found[2] == version:
            return found[3]
    return None


def build_system_version() -> Command:
    """``esxcli system version get`` (5.0 and later). Changes nothing, safe to repeat."""
    return Command(("esxcli", "system", "version", "get"), repeatable=True)


def parse_system_version(text: str) -> Version:
    """Read ``esxcli system version get``; ``release`` becomes ``Update N`` (``GA`` for 0).

    Patch appears in later releases only, and is not needed. Raises ``ParseError`` where
    Product, Version or Build is missing.
    """
    found = (_FIELD.fullmatch(line) for line in lines(text))
    fields = {field[1]: field[2] for field in found if field}
    build = _BUILD.fullmatch(fields.get("Build", ""))
    version = fields.get("Version", "")
    if build is None or "Product" not in fields or not re.fullmatch(_DOTTED, version):
        raise unreadable("no Product, Version and Build in the answer", text)
    return Version(fields["Product"], version, int(build[1]), _update(fields.get("Update", "")))


def _update(number: str) -> str | None:
    if not number:
        return None
    return "GA" if number == "0" else f"Update {number}"


def build_uname() -> Command:
    """``uname -a``. Changes nothing, safe to repeat."""
    return Command(("uname", "-a"), repeatable=True)


def parse_uname(text: str) -> Version:
    """Read ``uname -a`` of a VMkernel. Raises ``ParseError`` for any other system."""
    for line in lines(text):
        if found := _UNAME.match(line.strip()):
            return Version("VMware ESXi", found[1], int(found[2]))
    raise unreadable("not the uname of a VMkernel", text)
