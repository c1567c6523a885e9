"""``.ci/mutate`` changes a module in every place that it says, and leaves Python behind."""

from __future__ import annotations

import ast
import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]
TEXT = b'''def f(a: int = 1) -> bool:
    """At 5 and no later."""
    g("\xc3\xbc", a + 1)
    if a < 3 and not a == 2:
        raise ValueError(f"{a + 1} and {a < 2}")
    return True if a else g(a)
'''


@pytest.fixture(scope="module")
def mutate() -> ModuleType:
    loader = SourceFileLoader("mutate", str(ROOT / ".ci/mutate"))
    spec = spec_from_loader("mutate", loader)
    assert spec is not None
    made = sys.modules["mutate"] = module_from_spec(spec)
    loader.exec_module(made)
    del sys.modules["mutate"]
    return made


def test_what_it_puts_in_whose_place(mutate: ModuleType) -> None:
    made = mutate.changes(Path("f.py"), TEXT)
    assert [one.told(TEXT) for one in made] == [
        "f.py:1: 1  →  2",
        'f.py:3: g("ü", a + 1)  →  pass',
        "f.py:3: a + 1  →  (a - 1)",
        "f.py:3: 1  →  2",
        "f.py:4: a < 3 and not a == 2  →  ((a < 3) or (not a == 2))",
        "f.py:4: a < 3  →  (a <= 3)",
        "f.py:4: 3  →  4",
        "f.py:4: not a == 2  →  (a == 2)",
        "f.py:4: a == 2  →  (a != 2)",
        "f.py:4: 2  →  3",
        'f.py:5: raise ValueError(f"{a + 1} and {a < 2}")  →  pass',
        "f.py:6: return True if a else g(a)  →  return None",
        "f.py:6: True if a else g(a)  →  (g(a) if a else True)",
        "f.py:6: True  →  False",
    ]


def test_a_changed_module_is_a_module(mutate: ModuleType) -> None:
    file = Path("ftlab/ops/vmx/replace.py")
    data = (ROOT / file).read_bytes()
    made = mutate.changes(file, data)
    assert len(made) > 40
    for one in made:
        assert ast.dump(ast.parse(one.of(data))) != ast.dump(ast.parse(data)), one


def test_a_line_may_be_named(mutate: ModuleType) -> None:
    every = mutate.changes_at("ftlab/ops/files/beside.py")
    some = mutate.changes_at("ftlab/ops/files/beside.py:26")
    assert some == [one for one in every if one.line == 26]
    assert some
