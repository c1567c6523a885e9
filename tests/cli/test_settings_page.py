"""The examples of docs/settings.md as a reader copies them: rehearsed, applied and undone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from cli_place import Place
from lab_bench import near

PAGE = (Path(__file__).parents[2] / "docs/settings.md").read_text("utf-8")


def block(language: str, having: str) -> str:
    """The one block of code that has this in it."""
    [found] = [
        text for text in re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL) if having in text
    ]
    return str(found)


@pytest.fixture
def place(bench) -> Place:
    return near(bench(hosts=3, versions=("5.5", "6.7", "8.0")))


def motd(place: Place, host: str) -> str:
    file = place[host].path("/etc/motd")
    return file.read_text() if file.exists() else ""


def test_the_setting_of_ones_own_in_toml(place: Place) -> None:
    file = place.cli.home / "own.toml"
    file.write_text(block("toml", "[[setting]]"))
    before = motd(place, "vesxi02")
    planned = place.cli.json("lab.plan", "--profile", str(file)).expect(3)
    assert planned.document["summary"]["would_change"] == 3
    assert motd(place, "vesxi02") == before
    place.cli("lab.apply", "--profile", str(file), "--yes").expect(0)
    assert motd(place, "vesxi02") == "vesxi02: reserved until Friday\n"
    place.cli("lab.plan", "--profile", str(file)).expect(0)
    place.cli("lab.undo", "last", "--yes").expect(0)
    assert motd(place, "vesxi02").strip() == before.strip()


def test_the_setting_of_ones_own_in_python(place: Place) -> None:
    file = place.cli.home / "tasks.py"
    file.write_text(block("python", "HostSetting("))
    real = type(place.cli).__mro__[1](place.cli.home, place.lab.inventory)
    env = {"FTLAB_TASKS": str(file)}
    real("motd", "hello", "--yes", env=env).expect(0)
    assert motd(place, "vesxi03") == "hello\n"
    real("lab.undo", "last", "--yes").expect(0)


def test_the_profile_of_settings_that_come_with_ftlab(place: Place) -> None:
    file = place.cli.home / "lab.toml"
    file.write_text(block("toml", "dns.servers"))
    place.cli("lab.apply", "--profile", str(file), "--yes").expect(0)
    place.cli("lab.plan", "--profile", str(file)).expect(0)
    place.cli("lab.undo", "last", "--yes").expect(0)
    place.cli("lab.plan", "--profile", str(file)).expect(3)
