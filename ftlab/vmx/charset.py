"""Which characters the bytes of a VMX file mean, and how a value is written with them."""

from __future__ import annotations

import codecs
import re

from ftlab import errors
from ftlab.frozen import frozen
from ftlab.regex import regex

# In all of these a byte below 0x40 is always the ASCII character, never the second half of
# another one, so that lines, quotes and equal signs can be found before anything is decoded.
_USABLE = regex(
    r"ascii|utf-8|cp\d+|gbk|gb2312|gb18030|shift_jis|big5(?:hkscs)?|euc_\w+|iso8859-\d+|koi8-\w"
    r"|mac-\w+"
)
# ICU's names: a code page's number, and behind it which of its revisions ("windows-949-2000").
_WINDOWS = regex(r"(?:x-)?(?:windows|ibm)-(\d+)(?:[-_].*)?")
# IBM's numbers for what Windows numbers otherwise (open-vm-tools, unicodeSimpleTypes.c).
_IBM = {
    943: 932, 1363: 949, 1373: 950, 1386: 936,
    5346: 1250, 5347: 1251, 5348: 1252, 5349: 1253, 5350: 1254, 5354: 1258,
    9447: 1255, 9448: 1256, 9449: 1257,
}  # fmt: skip
_OTHER_NAMES = {"windows-31j": "cp932", "tis-620": "cp874"}
# A writer that says the left one often means the code page on the right, which has it all.
_WIDER = {"shift_jis": "cp932", "gb2312": "gbk", "big5": "cp950", "euc_kr": "cp949"}

# The vendor escapes these when it writes, and so does ftlab: control characters but for tab.
_ESCAPE = r'"|\x00-\x08\x0a-\x1f\x7f'
_HEX = "[0-9A-Fa-f]"
_TO_WRITE = regex(rf"([{_ESCAPE}])|(.)(?={_HEX}{{2}}|{_HEX}?[{_ESCAPE}])")
# A bar that begins no escape takes the next one or two characters with it, as it does there.
_TO_READ = regex(rf"((?:\|{_HEX}{{2}})+)|\|{_HEX}?.|(.)7C")


@frozen(slots=True)
class Charset:
    """A Python codec, and the vendor's escapes: ``|XX`` is one byte in hexadecimal.

    The host undoes escapes before it decodes (open-vm-tools, ``lib/misc/escape.c``). In
    Shift_JIS, GBK and Big5 the second byte of a character can be 0x7C, the bar; the vendor's
    own writer puts ``7C`` behind it, which is what makes a bar of it again. That spelling is
    understood, and written where the bare byte would be taken for the start of an escape.
    """

    codec: str

    @classmethod
    def named(cls, name: str, data: bytes) -> Charset:
        """The charset that ``.encoding`` names, in any case; ``data`` is the whole file.
        Raises ``Refused`` (``vmx.encoding``) where it cannot be used."""
        codec = _lookup(name.strip().lower())
        if codec is None:
            raise errors.Refused(
                f'the file says .encoding = "{name}", which is no known text encoding',
                kind="vmx.encoding",
                hint="look at the file; hosts write UTF-8, windows-1252, GBK, Shift_JIS and such",
            )
        wider = _WIDER.get(codec, codec)
        return cls(wider if not _fits(codec, data) and _fits(wider, data) else codec)

    @classmethod
    def guessed(cls, data: bytes) -> Charset:
        """For a file without ``.encoding``: UTF-8 where it is that, else windows-1252."""
        return cls("utf-8" if _fits("utf-8", data) else "cp1252")

    def decode(self, raw: bytes) -> str:
        """Text; bytes that the charset does not know come as lone surrogates."""
        return raw.decode(self.codec, "surrogateescape")

    def encode(self, text: str, what: str) -> bytes:
        """Bytes that mean exactly ``text``. Raises ``Refused`` (``vmx.encoding``)."""
        try:
            raw = text.encode(self.codec)
            if raw.decode(self.codec) == text and b"\0" not in raw:
                return raw
        except UnicodeError:
            pass
        raise errors.Refused(
            f"{what}: the file is in {self.codec}, which cannot hold {text!a}",
            kind="vmx.encoding",
            hint="use only characters of that encoding",
        )

    def read_value(self, raw: bytes) -> str:
        """The text that a written value means."""
        return _TO_READ.sub(self._unescaped, self.decode(raw))

    def write_value(self, value: str, what: str) -> bytes:
        """How a value is written between its quotes. Raises ``Refused`` (``vmx.encoding``)."""
        self.encode(value, what)
        return self.escape(value).encode(self.codec)

    def escape(self, value: str) -> str:
        """The text that stands between the quotes for a value."""
        return _TO_WRITE.sub(self._escaped, value)

    def _unescaped(self, found: re.Match[str]) -> str:
        if found[1]:
            return self.decode(bytes.fromhex(found[1].replace("|", "")))
        if found[2] and self._ends_in_bar(found[2]):
            return found[2]
        return found[0]

    def _escaped(self, found: re.Match[str]) -> str:
        if found[1]:
            return f"|{ord(found[1]):02X}"
        return found[2] + ("7C" if self._ends_in_bar(found[2]) else "")

    def _ends_in_bar(self, character: str) -> bool:
        return character.encode(self.codec, "surrogateescape").endswith(b"|")


def _lookup(name: str) -> str | None:
    try:
        codec = codecs.lookup(_python_name(name)).name
    except LookupError:
        return None
    if not _USABLE.fullmatch(codec) or not _is_ascii_below_128(codec):
        return None
    return codec


def _python_name(name: str) -> str:
    windows = _WINDOWS.fullmatch(name)
    if name in _OTHER_NAMES or not windows:
        return _OTHER_NAMES.get(name, name)
    page = int(windows[1])
    return f"cp{_IBM.get(page, page)}"


def _is_ascii_below_128(codec: str) -> bool:
    raw = bytes(range(128))
    return raw.decode(codec, "replace") == raw.decode("ascii")


def _fits(codec: str, data: bytes) -> bool:
    try:
        data.decode(codec)
    except UnicodeDecodeError:
        return False
    return True
