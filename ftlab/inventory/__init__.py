"""Ansible's inventories and host patterns, read as Ansible reads them. Pure text → data."""

from ftlab.inventory.fold import fold
from ftlab.inventory.inventory import Inventory
from ftlab.inventory.parse import parse_inventory

__all__ = ["Inventory", "fold", "parse_inventory"]
