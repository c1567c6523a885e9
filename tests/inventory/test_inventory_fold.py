"""Many names in few characters."""

import re
import time
from collections.abc import Iterator
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftlab.inventory import fold

_PIECE = re.compile(r"(?:[^,\[\]]|\[[^\]]*\])+")
_BRACKETS = re.compile(r"\[([^\]]*)\]")


def expand(folded: str) -> set[str]:
    """The names that ``fold`` folded. Raises ValueError for brackets without numbers."""
    return {name for piece in _PIECE.findall(folded) for name in _expand_piece(piece)}


def _expand_piece(piece: str) -> Iterator[str]:
    parts = _BRACKETS.split(piece)
    choices = [list(_numbers(part)) if odd % 2 else [part] for odd, part in enumerate(parts)]
    return map("".join, product(*choices))


def _numbers(ranges: str) -> Iterator[str]:
    for run in ranges.split(","):
        first, _, last = run.replace("..", "-").partition("-")
        for number in range(int(first), int(last or first) + 1):
            yield str(number).zfill(len(first))


@pytest.mark.parametrize(
    ("names", "folded"),
    [
        ("", ""),
        ("db1", "db1"),
        ("plain", "plain"),
        ("vesxi01 vesxi02 vesxi03 db1", "vesxi[01-03],db1"),
        ("db1 vesxi02 vesxi01", "db1,vesxi[01-02]"),
        ("n8 n9 n10 n11", "n[8-11]"),
        ("n08 n09 n10 n11", "n[08-11]"),
        ("n098 n099 n100 n101", "n[098-101]"),
        ("n1 n3 n5 n6", "n[1,3,5-6]"),
        ("n1 n01 n2 n02", "n[1-2,01-02]"),
        ("n1 n1 n1", "n1"),
        ("e1.lab e2.lab x e3.lab", "e[1-3].lab,x"),
        ("e1.lab7 e2.lab7", "e[1-2].lab7"),
        ("r1n1 r1n2 r2n1 r2n2", "r[1-2]n[1-2]"),
        ("r1n1 r1n2 r2n1", "r1n[1-2],r2n1"),
        ("10.0.0.1 10.0.0.2", "10.0.0.[1-2]"),
        ("1 2 3", "[1-3]"),
        ("n99 n100", "n[99-100]"),
    ],
)
def test_fold(names: str, folded: str) -> None:
    assert fold(names.split()) == folded
    assert expand(folded) == set(names.split())


_names = st.from_regex(r"[ab]?[.-]?[0-9]{1,3}[b-]?[0-9]{0,2}", fullmatch=True)
_other = st.text(min_size=1).filter(lambda name: not set(name) & set(",[]"))


@given(st.lists(_names | _other))
def test_expand_undoes_fold(names: list[str]) -> None:
    assert expand(fold(names)) == set(names)


@given(st.sets(st.integers(0, 300)), st.integers(0, 4))
def test_a_fold_is_never_longer_than_the_list(numbers: set[int], width: int) -> None:
    names = [f"h{number:0{width}}" for number in numbers]
    assert len(fold(names)) <= len(",".join(names)) + 2


@pytest.mark.parametrize("text", ["n[x]", "n[]", "n[1-x]"])
def test_brackets_without_numbers(text: str) -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        expand(text)


def test_five_thousand_names_fold_at_once() -> None:
    names = [f"rack{number // 50}-h{number % 50:02}" for number in range(5000)]
    start = time.process_time()
    assert fold(names) == "rack[0-99]-h[00-49]"
    assert time.process_time() - start < 2
