"""What an index shows of the package: it is made of the README and one address."""

from __future__ import annotations

import re
import runpy
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BUILD = runpy.run_path(str(ROOT / ".ci" / "hatch_build.py"))
README = (ROOT / "README.md").read_text("utf-8")
HOME = "https://forge.example/lab/ftlab"

for_an_index: Callable[[str, str], str] = BUILD["readme_for_an_index"]
addresses: Callable[[str], dict[str, str]] = BUILD["addresses"]


def targets(text: str) -> list[str]:
    """Where the links and pictures of a page lead, outside of its blocks of code."""
    prose = re.sub(r"^ *```.*?^ *```", "", text, flags=re.DOTALL | re.MULTILINE)
    return re.findall(r"\]\(([^)\s]+)\)|(?:src|srcset|href)=\"([^\"]+)", prose)


def leads_nowhere(target: tuple[str, str]) -> bool:
    """On another machine, or within the page."""
    return not re.match(r"https?://|#", "".join(target))


def test_no_link_of_the_description_leads_nowhere():
    assert any(map(leads_nowhere, targets(README)))  # as it is in a checkout
    for home in ("", HOME):
        assert not list(filter(leads_nowhere, targets(for_an_index(README, home))))


@pytest.mark.parametrize(
    ("written", "without", "linked"),
    [
        ("[SSH](docs/ssh.md#keys).", "SSH.", f"[SSH]({HOME}/blob/main/docs/ssh.md#keys)."),
        ("[`a[0]`](b.md)", "`a[0]`", f"[`a[0]`]({HOME}/blob/main/b.md)"),
        ("[here](#tasks)", "[here](#tasks)", "[here](#tasks)"),
        ("[pipx](https://x.example/)", "[pipx](https://x.example/)", "[pipx](https://x.example/)"),
        ("a ![p](docs/p.svg) b", "a  b", f"a ![p]({HOME}/raw/main/docs/p.svg) b"),
        ('<img src="p.svg">', "", f'<img src="{HOME}/raw/main/p.svg">'),
        ("![p](https://x.example/p)", "![p](https://x.example/p)", "![p](https://x.example/p)"),
    ],
)
def test_each_kind_of_link(written: str, without: str, linked: str):
    assert for_an_index(written, "") == without
    assert for_an_index(written, HOME) == linked


def test_the_addresses_come_from_one_place():
    known = addresses(HOME)
    assert set(known) == {"Source", "Documentation", "Changelog", "Issues"}
    assert all(address.startswith(HOME) for address in known.values())
    assert addresses("") == {}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    said = project["tool"]["hatch"]["metadata"]["hooks"]["custom"]["repository"]
    assert said == "" or re.fullmatch(r"https://[^/]+/\S+[^/]", said)
    assert "urls" not in project["project"]
