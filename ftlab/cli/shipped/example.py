"""The example inventory that comes with the package."""

from __future__ import annotations


def example_inventory() -> str:
    """An inventory with every key that ftlab reads, each explained."""
    from importlib.resources import files

    return (files("ftlab.inventory") / "hosts.example.ini").read_text("utf-8")
