"""``$((…))``: integers, the operators of C that scripts use, and variables."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable

from ftlab.sim.shell.errors import ShellError


def _toward_zero(a: int, b: int) -> int:
    if b == 0:
        raise ShellError("divide by zero")
    return abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)


_PIECE = re.compile(r"\s*(\d+|[A-Za-z_]\w*|&&|\|\||<<|>>|[<>=!]=|[-+*/%()<>&|^!~?:])")
_LEVELS: tuple[dict[str, Callable[[int, int], int]], ...] = (
    {"||": lambda a, b: int(bool(a or b))},
    {"&&": lambda a, b: int(bool(a and b))},
    {"|": operator.or_},
    {"^": operator.xor},
    {"&": operator.and_},
    {"==": operator.eq, "!=": operator.ne},
    {"<": operator.lt, ">": operator.gt, "<=": operator.le, ">=": operator.ge},
    {"<<": operator.lshift, ">>": operator.rshift},
    {"+": operator.add, "-": operator.sub},
    {
        "*": operator.mul,
        "/": _toward_zero,
        "%": lambda a, b: a - b * _toward_zero(a, b),
    },
)
_UNARY: dict[str, Callable[[int], int]] = {
    "-": operator.neg,
    "+": operator.pos,
    "!": lambda a: int(not a),
    "~": operator.invert,
}


def evaluate(text: str, variable: Callable[[str], str]) -> int:
    """The value of an expression. Raises :class:`ShellError` for what is not one."""
    expression = _Expression(_pieces(text), variable)
    value = expression.binary(0) if expression.pieces else 0
    if expression.pieces:
        raise ShellError("arithmetic syntax error")
    return value


def _pieces(text: str) -> list[str]:
    found: list[str] = []
    at = 0
    while text[at:].strip():
        match = _PIECE.match(text, at)
        if not match:
            raise ShellError("arithmetic syntax error")
        found.append(match.group(1))
        at = match.end()
    return found[::-1]


class _Expression:
    """Precedence climbing over ``pieces``, kept in reverse: the next one is the last."""

    def __init__(self, pieces: list[str], variable: Callable[[str], str]) -> None:
        self.pieces = pieces
        self._variable = variable

    def binary(self, level: int) -> int:
        if level == len(_LEVELS):
            return self._operand()
        value = self.binary(level + 1)
        while self.pieces and self.pieces[-1] in _LEVELS[level]:
            apply = _LEVELS[level][self.pieces.pop()]
            value = int(apply(value, self.binary(level + 1)))
        return value

    def _operand(self) -> int:
        if not self.pieces:
            raise ShellError("arithmetic syntax error")
        piece = self.pieces.pop()
        if piece in _UNARY:
            return _UNARY[piece](self._operand())
        if piece == "(":
            value = self.binary(0)
            if not self.pieces or self.pieces.pop() != ")":
                raise ShellError("arithmetic syntax error")
            return value
        return self._number(piece)

    def _number(self, piece: str) -> int:
        text = piece if piece.isdigit() else self._variable(piece).strip() or "0"
        try:
            return int(text)
        except ValueError:
            raise ShellError("arithmetic syntax error") from None
