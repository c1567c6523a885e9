"""``grep`` for plain words and the plainest patterns, and ``sed -i 's/OLD/NEW/' FILE``, with ``^``,
``$``, ``.`` and ``.*`` in OLD: what ftlab sends."""

from __future__ import annotations

import re

from ftlab.sim.model.answer import encode
from ftlab.sim.shell.applets.applet import Flags, Usage, applet
from ftlab.sim.shell.call import Call
from ftlab.sim.shell.errors import Refused

_ATOM = re.compile(r"\\[.*^$\[\]/\\-]|\[\^?[A-Za-z0-9_ :.-]+\]|[^\\\[\]*^$]")
_SED = re.compile(r"s([/#|,])([^\\&[\n]+?)\1([^\\&\n]*?)\1", re.DOTALL)


@applet("grep", letters="qvinclF")
def _grep(call: Call, flags: Flags, operands: list[str]) -> int:
    """0 where a line matched, 1 where none did, 2 where a file could not be read."""
    if not operands:
        raise Usage("usage: grep [-qvinclF] PATTERN FILE...")
    pattern, *names = operands
    search = re.compile(_translated(pattern, flags), re.IGNORECASE if "i" in flags else 0)
    found = trouble = False
    for name in names or ["-"]:
        try:
            data = call.content(name)
        except OSError as error:
            trouble = True
            call.complain(f"{name}: {error.strerror}")
            continue
        lines = data.removesuffix(b"\n").split(b"\n") if data else []
        hits = [(at, line) for at, line in enumerate(lines, 1)
                if bool(search.search(line)) != ("v" in flags)]  # fmt: skip
        found = found or bool(hits)
        _show(call, flags, name, f"{name}:" if len(names) > 1 else "", hits)
    return 2 if trouble and not ("q" in flags and found) else 0 if found else 1


def _show(call: Call, flags: Flags, name: str, prefix: str, hits: list[tuple[int, bytes]]) -> None:
    if "q" in flags:
        return
    if "c" in flags:
        call.out(f"{prefix}{len(hits)}\n")
    elif "l" in flags:
        call.out(f"{'(standard input)' if name == '-' else name}\n" if hits else "")
    else:
        for at, line in hits:
            call.out(encode(prefix + (f"{at}:" if "n" in flags else "")) + line + b"\n")


def _translated(pattern: str, flags: Flags) -> bytes:
    """A fixed string, or a basic expression of characters, ``.``, ``[…]``, ``*``, ``^`` and ``$``.
    Raises :class:`Refused` for any other."""
    if "F" in flags:
        return b"|".join(re.escape(encode(one)) for one in pattern.split("\n"))
    body = pattern.removeprefix("^")
    ends = body.endswith("$") and not body.endswith("\\$")
    body = body[:-1] if ends else body
    made, at = "", 0
    while at < len(body):
        atom = _ATOM.match(body, at)
        if atom is None:
            raise Refused(f"the pattern '{pattern}'")
        text, at = atom[0], atom.end()
        made += re.escape(text[-1]) if text[0] != "[" and text != "." else text
        if body[at : at + 1] == "*":
            made, at = made + "*", at + 1
    return encode(("^" if pattern.startswith("^") else "") + made + (r"\Z" if ends else ""))


def _check_sed(words: list[str]) -> None:
    script = _SED.fullmatch(words[1]) if len(words) == 3 and words[0] == "-i" else None
    if script is None or words[1].count(script[1]) > 3 or "*" in script[2].replace(".*", ""):
        raise Refused("sed but for: sed -i 's/OLD/NEW/' FILE, plain but for ^ $ . .*")


@applet("sed", letters=None, check=_check_sed)
def _sed(call: Call, _flags: Flags, words: list[str]) -> int:
    [(_, old, new)] = _SED.findall(words[1])
    old = re.escape(old).replace(r"\.\*", ".*").replace(r"\.", ".")
    old = re.sub(r"^\\\^", "^", re.sub(r"\\\$$", "$", old))
    try:
        text = call.path(words[2]).read_text("utf-8", "surrogateescape")
    except OSError as error:
        return call.complain(f"{words[2]}: {error.strerror}")
    end = "\n" if text.endswith("\n") else ""
    lines = text.removesuffix("\n").split("\n")
    changed = (re.sub(old, lambda _: new, line, count=1) for line in lines)
    call.path(words[2]).write_text("\n".join(changed) + end, "utf-8", "surrogateescape")
    return 0
