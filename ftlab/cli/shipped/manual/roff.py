"""The few words of man(7) that the page needs."""

from __future__ import annotations

from collections.abc import Iterable

_SIGNS = str.maketrans({
    "\\": "\\e", "-": "\\-", "'": "\\(aq", "`": "\\(ga", "^": "\\(ha", "~": "\\(ti", '"': "\\(dq",
    "→": "\\(->", "…": "\\&...", "–": "\\(en", "“": "\\(lq", "”": "\\(rq",
})  # fmt: skip


def escaped(text: str) -> str:
    """``text`` on one line, which means nothing but itself: a hyphen stays one that can be typed,
    and no line begins with a request."""
    plain = " ".join(text.split()).translate(_SIGNS)
    return f"\\&{plain}" if plain.startswith((".", "\\(aq")) else plain


def section(title: str, *parts: str) -> str:
    """A section with what stands in it."""
    return "\n".join((f".SH {title}", *parts))


def paragraph(text: str) -> str:
    return f".PP\n{escaped(text)}"


def entry(term: str, *texts: str) -> str:
    """A term in bold, and what it is."""
    first, *more = texts or ("",)
    lines = [".TP", f"\\fB{escaped(term)}\\fR", escaped(first)]
    for text in more:
        lines += [".IP", escaped(text)]
    return "\n".join(line for line in lines if line)


def entries(pairs: Iterable[tuple[str, str]]) -> str:
    return "\n".join(entry(term, text) for term, text in pairs)


def example(*lines: str) -> str:
    """Lines as they are typed."""
    typed = "\n".join(escaped(line) for line in lines)
    return f".PP\n.RS 4\n.nf\n{typed}\n.fi\n.RE"
