"""Writes the files of the checkout that the module is in."""

from __future__ import annotations

from pathlib import Path

from ftlab.report.json.schema.written import write

write(Path(__file__).parents[4])
