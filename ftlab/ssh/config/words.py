"""One line of ssh_config(5) → its keyword and its words, cut where OpenSSH cuts them."""

from __future__ import annotations

BLANKS = " \t\r\n"
LINE_END = BLANKS + "\f"
ESCAPED = "'\"\\"


def split_line(line: str) -> tuple[str, str] | None:
    """The keyword in small letters, and the rest as it stands; ``None`` for a line that says
    nothing. Between the two may stand blanks, one ``=``, or both."""
    text = line.rstrip(LINE_END)
    keyword, rest = _cut(text)
    if keyword == "":
        keyword, rest = _cut(rest)
    if not keyword or keyword.startswith("#"):
        return None
    return lower(keyword), (rest or "").lstrip(BLANKS)


def split_words(text: str) -> list[str]:
    """The words of a value, without quotes, escapes and the comment at its end.

    :raises ValueError: a quote is not closed.
    """
    words: list[str] = []
    at = 0
    while at < len(text):
        if text[at] in " \t":
            at += 1
        elif text[at] == "#":
            break
        else:
            word, at = _word(text, at)
            words.append(word)
    return words


def lower(text: str) -> str:
    """Small letters, of ASCII alone: as C has it."""
    return text.encode("utf-8", "surrogateescape").lower().decode("utf-8", "surrogateescape")


def _cut(text: str | None) -> tuple[str | None, str | None]:
    """Up to the first blank, quote or ``=``, and what follows; ``None`` where nothing does, or
    where a quote is not closed."""
    if text is None:
        return None, None
    at = next((i for i, char in enumerate(text) if char in BLANKS + '"='), len(text))
    if at == len(text):
        return text, None
    head, rest = text[:at], text[at + 1 :]
    if text[at] == '"':
        inner, closed, rest = rest.partition('"')
        return (head + inner, rest.lstrip(BLANKS)) if closed else (None, None)
    rest = rest.lstrip(BLANKS)
    if text[at] != "=" and rest.startswith("="):
        rest = rest[1:].lstrip(BLANKS)
    return head, rest


def _word(text: str, at: int) -> tuple[str, int]:
    """The word that begins at ``at``, and where it ends."""
    word, quote = "", ""
    while at < len(text) and (quote or text[at] not in " \t"):
        char, following = text[at], text[at + 1 : at + 2]
        if char == "\\" and following and following in (ESCAPED if quote else ESCAPED + " "):
            word += following
            at += 1
        elif char in "'\"" and quote in ("", char):
            quote = "" if quote else char
        else:
            word += char
        at += 1
    if quote:
        raise ValueError("a quote is not closed")
    return word, at
