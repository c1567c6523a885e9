"""``docs/settings.md``: its tables are made from the data, and its examples are done as they stand.

``python tests/test_docs_settings.py`` writes the tables anew.
"""

from __future__ import annotations

import re
from pathlib import Path

from ftlab.esxi.settings.catalogue.shipped import SHIPPED
from ftlab.esxi.settings.page import readers_table, settings_tables

PAGE = Path(__file__).parents[1] / "docs/settings.md"


def made(text: str) -> str:
    """The page with its tables made anew."""
    for name, table in (("readers", readers_table()), ("settings", settings_tables(SHIPPED))):
        part = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end -->)", re.DOTALL)
        text = part.sub(lambda found, table=table: f"{found[1]}{table}\n{found[2]}", text)
    return text


def test_the_tables_are_those_of_the_data() -> None:
    text = PAGE.read_text("utf-8")
    assert text == made(text), "python tests/test_docs_settings.py writes it anew"


def test_every_setting_has_its_source_and_says_what_it_is() -> None:
    text = PAGE.read_text("utf-8")
    for each in SHIPPED:
        assert each.source
        assert each.what
        assert f"### `{each.name}`" in text


if __name__ == "__main__":
    PAGE.write_text(made(PAGE.read_text("utf-8")), "utf-8")
