"""``cat``, ``head``, ``tail``, ``wc``, ``sort``, ``uniq``, ``cut``, ``tee``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import groupby

from ftlab.sim.shell.applets.options import Usage, checked, number, options
from ftlab.sim.shell.call import Call
from ftlab.sim.shell.streams import device


def content(call: Call, remote: str) -> bytes:
    """A file's bytes; ``-`` is standard input. Raises ``OSError``."""
    if remote == "-":
        return call.stdin()
    return b"" if remote == "/dev/null" else call.path(remote).read_bytes()


def contents(call: Call, operands: list[str], failed: list[str]) -> Iterator[tuple[str, bytes]]:
    """Each operand with its bytes (none: standard input); ``failed`` collects the others."""
    for operand in operands or ["-"]:
        try:
            data = content(call, operand)
        except OSError as error:
            failed.append(operand)
            call.complain(f"can't open '{operand}': {error.strerror}")
            continue
        yield operand, data


def cat(call: Call) -> int:
    _, operands = options(call, "nbevtAu")
    failed: list[str] = []
    if len(operands) < 2:
        endless = device(operands[0]) if operands else None
        if endless or operands in ([], ["-"]):
            return _pour(call, endless.read if endless else call.stdin)
    for _, data in contents(call, operands, failed):
        call.out(data)
    return 1 if failed else 0


def _pour(call: Call, read: Callable[[int], bytes]) -> int:
    while block := read(1 << 16):
        call.state.wait(0)
        call.out(block)
    return 0


def _count_first(call: Call) -> list[str]:
    """``-5`` is an old way to say ``-n 5``; so is ``+5`` for tail."""
    words = list(call.arguments)
    if words and re.fullmatch(r"-\d+", words[0]):
        words[:1] = ["-n", words[0][1:]]
    elif words and re.fullmatch(r"\+\d+", words[0]):
        words[:1] = ["-n", words[0]]
    return words


def _size(text: str) -> int:
    found = re.fullmatch(r"([+-]?\d+)([bkm]?)", text)
    if not found:
        raise Usage(f"invalid number '{text}'")
    return int(found.group(1)) * {"": 1, "b": 512, "k": 1024, "m": 1024**2}[found.group(2)]


def _lines(data: bytes) -> list[bytes]:
    return (
        data.splitlines(keepends=True)
        if b"\r" not in data
        else re.findall(rb"[^\n]*\n|[^\n]+", data)
    )


def head(call: Call) -> int:
    flags, operands = options(call, "n:c:qv", _count_first(call))
    failed: list[str] = []
    if not operands and "c" in flags and not flags["c"].startswith("-"):
        call.out(call.stdin(_size(flags["c"])))
        return 0
    for name, data in contents(call, operands, failed):
        _title(call, name, operands, flags)
        count = _size(flags.get("c", flags.get("n", "10")))
        call.out(data[:count] if "c" in flags else b"".join(_lines(data)[:count]))
    return 1 if failed else 0


def tail(call: Call) -> int:
    flags, operands = options(call, "n:c:qvfFs:", _count_first(call))
    failed: list[str] = []
    text = flags.get("c", flags.get("n", "10"))
    for name, data in contents(call, operands, failed):
        _title(call, name, operands, flags)
        pieces: list[bytes] | bytes = data if "c" in flags else _lines(data)
        count = _size(text)
        start = max(count - 1 if text[0] == "+" else len(pieces) - abs(count), 0)
        rest = pieces[start:]
        call.out(rest if isinstance(rest, bytes) else b"".join(rest))
    return 1 if failed else 0


def _title(call: Call, name: str, operands: list[str], flags: dict[str, str]) -> None:
    if (len(operands) > 1 and "q" not in flags) or "v" in flags:
        call.out(f"{'' if name == operands[0] else chr(10)}==> {name} <==\n")


def wc(call: Call) -> int:
    flags, operands = options(call, "lwcmL")
    failed: list[str] = []
    chosen = [letter for letter in "lwc" if letter in flags] or list("lwc")
    totals = [0] * len(chosen)
    for name, data in contents(call, operands, failed):
        sizes = {"l": data.count(b"\n"), "w": len(data.split()), "c": len(data)}
        values = [sizes[letter] for letter in chosen]
        totals = [a + b for a, b in zip(totals, values, strict=True)]
        call.out(_counted(values, name if operands else ""))
    if len(operands) > 1:
        call.out(_counted(totals, "total"))
    return 1 if failed else 0


def _counted(values: list[int], name: str) -> str:
    width = 1 if len(values) == 1 else 9
    return " ".join([*(f"{value:>{width}}" for value in values), *([name] if name else [])]) + "\n"


def _all_lines(call: Call, operands: list[str], failed: list[str]) -> list[bytes]:
    found: list[bytes] = []
    for _, data in contents(call, operands, failed):
        found += data.removesuffix(b"\n").split(b"\n") if data else []
    return found


def sort(call: Call) -> int:
    flags, operands = options(call, "nrufbk:t:o:")
    failed: list[str] = []
    separator = flags["t"].encode() if "t" in flags else None
    column = int(re.match(r"\d*", flags.get("k", ""))[0] or 0)  # type: ignore[index]

    def key(line: bytes) -> tuple[float, bytes]:
        text = b" ".join(line.split(separator)[column - 1 :]) if column else line
        found = re.match(rb"\s*(-?\d+(?:\.\d+)?)", text) if "n" in flags else None
        return (float(found.group(1)) if found else 0.0, text.lower() if "f" in flags else text)

    lines = sorted(_all_lines(call, operands, failed), key=key, reverse="r" in flags)
    if "u" in flags:
        lines = list(dict.fromkeys(lines))
    call.out(b"".join(line + b"\n" for line in lines))
    return 1 if failed else 0


def uniq(call: Call) -> int:
    flags, operands = options(call, "cdu")
    failed: list[str] = []
    for line, group in groupby(_all_lines(call, operands[:1], failed)):
        count = len(list(group))
        if ("d" in flags and count == 1) or ("u" in flags and count > 1):
            continue
        call.out((f"{count:7} ".encode() if "c" in flags else b"") + line + b"\n")
    return 1 if failed else 0


def cut(call: Call) -> int:
    flags, operands = options(call, "d:f:c:b:s")
    failed: list[str] = []
    wanted = flags.get("f") or flags.get("c") or flags.get("b")
    if not wanted:
        raise Usage("expected a list of bytes, characters, or fields")
    separator = flags.get("d", "\t").encode("utf-8", "surrogateescape")
    for line in _all_lines(call, operands, failed):
        if "f" not in flags:
            pieces = [line[i : i + 1] for i in range(len(line))]
            call.out(b"".join(_chosen(pieces, wanted)) + b"\n")
        elif separator in line:
            call.out(separator.join(_chosen(line.split(separator), wanted)) + b"\n")
        elif "s" not in flags:
            call.out(line + b"\n")
    return 1 if failed else 0


def _chosen(pieces: list[bytes], wanted: str) -> list[bytes]:
    indexes: set[int] = set()
    for piece in wanted.split(","):
        first, dash, last = piece.partition("-")
        start = number(first) if first else 1
        end = number(last) if last else (len(pieces) if dash else start)
        indexes |= set(range(start, min(end, len(pieces)) + 1))
    return [pieces[index - 1] for index in sorted(indexes) if 0 < index <= len(pieces)]


def tee(call: Call) -> int:
    flags, operands = options(call, "ai")
    data = call.stdin()
    call.out(data)
    status = 0
    for operand in operands:
        try:
            with call.path(operand).open("ab" if "a" in flags else "wb") as file:
                file.write(data)
        except OSError as error:
            status = call.complain(f"{operand}: {error.strerror}")
    return status


TEXTS: dict[str, Callable[[Call], int]] = {
    applet.__name__: checked(applet) for applet in (cat, head, tail, wc, sort, uniq, cut, tee)
}
