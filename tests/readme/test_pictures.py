"""The pictures show what the program prints today; times and names of runs do not count."""

from __future__ import annotations

import re
import sys

import pytest
from blocks import PAGES, ROOT

sys.path.insert(0, str(ROOT / "docs/site"))

import pictures

FILES = sorted(pictures.FOLDER.glob("*.svg"))


@pytest.fixture(scope="module")
def seen() -> dict[str, str]:
    return pictures.seen()


def test_there_is_one_of_each_scene_in_light_and_dark() -> None:
    assert {file.stem for file in FILES} == {
        f"{name}-{ground}" for name in pictures.SCENES for ground in pictures.GROUND
    }


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_picture_says_what_the_program_says(seen: dict[str, str], file) -> None:
    name, _, ground = file.stem.partition("-")
    now = pictures.drawn(seen[name], ground)
    assert "\x1b[" in seen[name]
    assert pictures.words(file.read_text("utf-8")) == pictures.words(now), (
        "python docs/site/pictures.py makes them anew"
    )


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_it_is_small_and_loads_nothing_from_elsewhere(file) -> None:
    text = file.read_text("utf-8")
    assert len(text) < 10_000
    assert re.findall(r"https?://[^\"' )]+", text) == ["http://www.w3.org/2000/svg"]
    assert "<script" not in text


def test_each_is_shown_somewhere_with_words_for_those_who_do_not_see_it() -> None:
    pages = "\n".join(page.read_text("utf-8") for page in PAGES)
    for file in FILES:
        assert f"pictures/{file.name}" in pages
    shown = re.findall(r"<img [^>]*>", pages)
    assert shown
    assert all(re.search(r'alt="[^"]{20,}"', each) for each in shown)


def test_a_change_in_the_words_is_seen(seen: dict[str, str]) -> None:
    svg = pictures.drawn(seen["enable"], "light")
    other = pictures.drawn(seen["enable"].replace("verified", "proven"), "light")
    later = pictures.drawn(re.sub(r"\d+\.\d s", "9.9 s", seen["enable"]), "light")
    assert pictures.words(svg) != pictures.words(other)
    assert pictures.words(svg) == pictures.words(later)
