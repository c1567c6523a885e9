"""Private words in what hosts answer, each replaced by the same other one everywhere.

A replacement has the shape and the length of what it stands for: letters for letters, digits for
digits, so that tables stay tables, and a name that is hard to read stays hard to read.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from ftlab.esxi.veil import veiled
from ftlab.regex import regex

_ADDRESS = regex(r"(?<![\w.])(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?![\w.]*\d)")
_ADDRESS_6 = regex(
    r"(?<![\w:])(?!::1?(?![\w:]))(?:(?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}"
    r"|(?=[0-9A-Fa-f:]*::)[0-9A-Fa-f:]{3,39})(?!\w)"
)
_MAC = regex(r"(?<![\w:])((?:[0-9A-Fa-f]{2}:){3})((?:[0-9A-Fa-f]{2}:){2}[0-9A-Fa-f]{2})(?![\w:])")
_UUIDS = regex(
    r"(?<![\w-])(?:[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
    r"|[0-9a-fA-F]{8}-[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
    r"|(?:[0-9a-fA-F]{2} ){7}[0-9a-fA-F]{2}-(?:[0-9a-fA-F]{2} ){7}[0-9a-fA-F]{2})(?![\w-])"
)
_DEVICE = regex(r"(?<=\bnaa\.)[0-9a-f]{16,32}|(?<=\beui\.)[0-9a-f]{16}|(?<=\bt10\.)[^\s:\"]+")
_MAIL = regex(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_LICENCE = regex(r"\b(?!(?:0{5}-){4})(?:[A-Z0-9]{5}-){4}[A-Z0-9]{5}\b")
_SERIAL = regex(
    r"(?i)((?:serial(?:Number| Number)?|identifierValue|asset[ ]?tag|service[ ]?tag)\W{1,4})"
    r"(?=\S*\d)([\w./-]{4,})"
)
# What a guest is told (cloud-init, Ignition, OVF properties: passwords in base64 or XML), and the
# parts of an encrypted VM.
_HIDING = r"guestinfo\.[\w.-]+|machine\.id|encryption\.(?:data|bundle)|vtpm\.\w+"
_FREE_TEXTS = (
    regex(
        rf'^([ \t]*(?:annotation|{_HIDING})[ \t]*=[ \t]*")([^"\n]*)(")',
        re.IGNORECASE | re.MULTILINE,
    ),
    # in a dump, where nothing is escaped, it ends before the line that closes its object
    regex(
        rf'(\bkey = "(?:{_HIDING})",\s{{1,80}}value = (?:\([\w.]{{0,80}}\) )?")'
        r'([\s\S]*?)("[ \t\r]*,?[ \t\r]*\n[ \t]*\}|(?=\n[ \t]*key = ")|\Z)',
        re.IGNORECASE,
    ),
)
_KNOWN_ADDRESSES = regex(r"0\.0\.0\.0|127\..*|255\..*")
_ORDINARY_WORDS = """
    vm vms vmx vmdk vmfs disk host hosts esx esxi vesxi test name local localhost localdomain guest
    network management vmotion ft logging shared datastore default none true false linux windows
    server client root admin vmware data backup iso templates new old state version system
"""
_ORDINARY = frozenset(_ORDINARY_WORDS.split())
_LETTERS, _DIGITS = "abcdefghijkmnpqrstuvwxyz", "0123456789"


@dataclass
class PrivateWords:
    """Collects words to replace by kind, then replaces them; ``kinds`` counts what it replaced.
    ``left`` are names that are too short or too ordinary to be replaced wherever they stand.
    ``salt`` is a secret of one recording: with it nobody can try names out. ``in_vmx`` spells a
    name as a VMX writes it."""

    salt: str
    in_vmx: Callable[[str], str]
    words: dict[str, str] = field(default_factory=dict)
    left: set[str] = field(default_factory=set)
    kinds: dict[str, dict[str, str]] = field(default_factory=dict)

    def add(self, kind: str, names: Iterable[str | None]) -> None:
        """Names to replace wherever they stand as words."""
        for name in names:
            if not name or name in self.words:
                continue
            if len(name) < 3 or name.casefold() in _ORDINARY or _ADDRESS.fullmatch(name):
                self.left.add(name)
                continue
            new = self._other(kind, name, _shaped)
            self.words |= {name: new, self.in_vmx(name): self.in_vmx(new)}

    def add_annotation(self, text: str) -> None:
        """Free text, to replace as a whole."""
        if text.strip():
            self.words[text] = self._other("annotations", text, lambda old, _: _greyed(old))

    def _other(self, kind: str, old: str, make: Callable[[str, str], str]) -> str:
        """The replacement of ``old``, the same each time, and of no other word."""
        known = self.kinds.setdefault(kind, {})
        if old not in known:
            taken, turn = set(known.values()), 0
            while (
                (new := make(old, f"{self.salt}/{turn}")) in taken
                and turn < 1000
                and kind != "annotations"
            ):
                turn += 1
            known[old] = new
        return known[old]

    def replaced(self, text: str) -> str:
        """The text without any private word."""
        text = veiled(text)
        if self.words:
            longest = sorted(self.words, key=len, reverse=True)
            pattern = "|".join(re.escape(word) for word in longest)
            text = re.sub(rf"(?<![^\W_])(?:{pattern})(?![^\W_])", lambda m: self.words[m[0]], text)
        for place in _FREE_TEXTS:
            text = place.sub(lambda m: m[1] + _greyed(m[2]) + m[3], text)
        for kind, pattern_, make in _PATTERNS:
            text = pattern_.sub(lambda m, k=kind, f=make: self._matched(k, m, f), text)  # type: ignore[misc]
        return text

    def _matched(self, kind: str, found: re.Match[str], make: Callable[[str, str], str]) -> str:
        """The last group is what is private; with none it is all."""
        whole, private = found[0], found[found.lastindex or 0] if found.lastindex else found[0]
        if kind == "addresses":
            private = whole
            before = found.string[max(0, found.start() - 14) : found.start()]
            if _KNOWN_ADDRESSES.fullmatch(whole) or "ersion" in before:
                return whole
        key = re.sub(r"[^0-9a-zA-Z]", "", private).lower() if kind == "identifiers" else private
        new = self._other(kind, key, make)
        new = _in_the_form_of(private, new) if kind == "identifiers" else new
        return whole[: len(whole) - len(private)] + new


def _shaped(old: str, salt: str) -> str:
    """Letters for letters and digits for digits, by a hash that nobody can turn round."""
    digest = hashlib.sha256(f"{salt}/{old}".encode("utf-8", "surrogateescape")).digest()
    return "".join(_char(char, digest[at % 32] + at) for at, char in enumerate(old))


def _char(char: str, number: int) -> str:
    if char.isdigit() and char.isascii():
        return _DIGITS[number % 10]
    if char.isalpha() and char.isascii():
        new = _LETTERS[number % len(_LETTERS)]
        return new.upper() if char.isupper() else new
    size = len(char.encode("utf-8", "surrogateescape"))
    return {2: "é", 3: "字", 4: "𝄞"}.get(size, char) if char.isalpha() else char


def _greyed(text: str) -> str:
    """Free text as x and 0; escapes of a VMX stay."""
    parts = re.split(r"(\|[0-9A-Fa-f]{2})", text)
    return "".join(
        part if at % 2 else "".join(_grey(char) for char in part) for at, part in enumerate(parts)
    )


def _grey(char: str) -> str:
    if char.isalpha():
        return {2: "é", 3: "字", 4: "𝄞"}.get(len(char.encode("utf-8", "surrogateescape")), "x")
    return "0" if char.isdigit() else char


def _address(old: str, salt: str) -> str:
    """Octets of as many digits, so that columns stay where they are."""
    digest = hashlib.sha256(f"{salt}/{old}".encode()).digest()
    spans = {1: (1, 9), 2: (10, 99), 3: (100, 199)}
    octets = [
        part if part in ("0", "255") else str(low + digest[at] % (high - low + 1))
        for at, part in enumerate(old.split("."))
        for low, high in [spans[len(part)]]
    ]
    return ".".join(octets)


def _hex(old: str, salt: str) -> str:
    """Hexadecimal digits for such; all else stays."""
    digest = hashlib.sha256(f"{salt}/{old.lower()}".encode()).hexdigest() * 4
    return "".join(digest[at] if char in "0123456789abcdefABCDEF" else char
                   for at, char in enumerate(old))  # fmt: skip


def _in_the_form_of(old: str, digits: str) -> str:
    rest = iter(digits)
    return "".join(next(rest, "0") if char.isalnum() else char for char in old)


_PATTERNS: tuple[tuple[str, re.Pattern[str], Callable[[str, str], str]], ...] = (
    ("identifiers", _UUIDS, _hex),
    ("devices", _DEVICE, _shaped),
    ("e-mail addresses", _MAIL, _shaped),
    ("licence keys", _LICENCE, _shaped),
    ("serial numbers", _SERIAL, _shaped),
    ("MAC addresses", _MAC, _hex),
    ("IPv6 addresses", _ADDRESS_6, _hex),
    ("addresses", _ADDRESS, _address),
)


def counted(words: PrivateWords) -> Mapping[str, int]:
    """How many different words of each kind were replaced."""
    return {kind: len(found) for kind, found in sorted(words.kinds.items()) if found}
