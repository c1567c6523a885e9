"""Which ESX(i) a host runs: ``vmware -v``."""

from __future__ import annotations

from ftlab.errors import Refused
from ftlab.esxi.faults import check
from ftlab.esxi.no_command import has_no_command
from ftlab.esxi.text import lines, unreadable
from ftlab.frozen import frozen
from ftlab.model import Command, Completed
from ftlab.regex import regex

_DOTTED = r"([0-9]{1,5}(?:\.[0-9]{1,5}){1,5})"
_PRODUCT = r"(VMware ESX\S*(?: Server)?(?: 3i)?)"
_BANNER = regex(rf"{_PRODUCT} {_DOTTED} build-([0-9]{{1,12}})")
_OTHER = regex(
    r"VMware (?!ESX)\S.{0,80} build-[0-9]+"
    r"|VMware (?:Workstation|Player|Fusion|Server|GSX Server|ACE)(?: Pro| Player| Tech Preview)?"
    r" (?:[0-9]\S{0,20}|e\.x\.p)(?: Pro| Player| Tech Preview)?"
)
_RELEASE = regex(rf"{_PRODUCT} {_DOTTED} (?!build-)(\S.*)")


@frozen(slots=True)
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

    def is_within(self, since: str | None, gone: str | None) -> bool:
        """Whether it is ``since`` or later, and before ``gone`` (dotted; ``None``: no limit)."""
        return not (since and self._is_before(since)) and (not gone or self._is_before(gone))

    def _is_before(self, dotted: str) -> bool:
        wanted = tuple(int(part) for part in dotted.split("."))
        return self.key + (0,) * (len(wanted) - len(self.key)) < wanted

    def __str__(self) -> str:
        build = "" if self.build is None else f" build-{self.build}"
        return f"{self.product} {self.version}{build}"


def build_version() -> Command:
    """``vmware -v``: answered alike by every release. Changes nothing, safe to repeat."""
    return Command(("vmware", "-v"), repeatable=True)


def parse_version(text: str) -> Version:
    """Read ``vmware -v``, ``-vl`` or ``-lv``; other lines around it are skipped.

    Raises ``ParseError`` where no line names a version and a build, ``Refused`` (``not_esxi``)
    where one names another product.
    """
    answer = [line.strip() for line in lines(text)]
    for line in answer:
        if found := _BANNER.fullmatch(line):
            product, version, build = found.groups()
            return Version(product, version, int(build), _release(answer, version))
    for line in answer:
        if _OTHER.fullmatch(line):
            raise _not_esxi(f"it is {line}")
    raise unreadable("no VMware version in the answer", text)


def read_version(answer: Completed) -> Version:
    """The same of a whole answer, and whatever else it may tell.

    Raises ``CommandFailed`` and its like, too; ``Refused`` also where there is no such command.
    """
    if has_no_command(answer):
        raise _not_esxi("it has no vmware command")
    return parse_version(check(answer).out)


def _not_esxi(why: str) -> Refused:
    return Refused(
        f"not an ESXi host: {why}",
        kind="not_esxi",
        hint="check the address, or leave the host out with -x",
    )


def _release(answer: list[str], version: str) -> str | None:
    """From 7.0 on its line has the version's first two numbers only (microsoft/lisa)."""
    for line in answer:
        found = _RELEASE.fullmatch(line)
        if found and f"{version}.".startswith(f"{found[2]}."):
            return found[3]
    return None
