"""The scenario of a nested lab whose every setting is in a file, on the simulated SSH."""

from __future__ import annotations

from lab_bench import near
from nested_scenario import VERSIONS, from_stock_to_nested_and_back


def test_from_stock_to_nested_and_back(bench) -> None:
    from_stock_to_nested_and_back(near(bench(hosts=len(VERSIONS), versions=VERSIONS)))
