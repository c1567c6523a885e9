"""Pages in a real browser: what it shows, says and asks for. One start of it for a whole module."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
)  # fmt: skip
PHONE, TABLET, DESK = 390, 800, 1280


@dataclass
class Seen:
    """A page that is open. ``said`` is what the console had to say, ``asked`` whatever the
    browser asked for beside the page itself."""

    page: Any
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def __call__(self, script: str) -> Any:
        return self.page.evaluate(script)

    def open_all(self, which: str = "details") -> None:
        self(f"document.querySelectorAll('{which}').forEach(each => each.open = true)")

    def wider_than_the_page(self) -> list[str]:
        """What reaches beyond the right edge, and is not clipped there."""
        return list(
            self("""() => {
                const edge = document.documentElement.clientWidth + 0.5;
                return [...document.querySelectorAll('body *')]
                    .filter(each => each.checkVisibility())
                    .filter(each => each.getBoundingClientRect().right > edge)
                    .map(each => each.outerHTML.slice(0, 120));
            }""")
        )


Opened = Callable[..., "Seen"]


@contextmanager
def chromium(folder: Path) -> Iterator[Opened]:
    """A browser; the test is skipped, saying why, where there is none. What it gives opens a text
    as a page, ``width`` pixels wide."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    program = next(filter(None, map(shutil.which, _NAMES)), None)
    if program is None:
        pytest.skip(f"no Chromium here: none of {', '.join(_NAMES)}")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=_FLAGS)
        page = browser.new_page()
        seen = Seen(page)
        page.on("console", lambda message: seen.said.append(message.text))
        page.on("pageerror", lambda error: seen.said.append(str(error)))
        page.on("request", lambda request: seen.asked.append(request.url))

        def opened(text: str, *, width: int = PHONE, scheme: str = "light") -> Seen:
            file = folder / "page.html"
            file.write_text(text, "utf-8")
            page.set_viewport_size({"width": width, "height": 844})
            page.emulate_media(media="screen", color_scheme=scheme)
            seen.said.clear()
            seen.asked.clear()
            page.goto(address := file.as_uri())
            seen.asked.remove(address)
            return seen

        try:
            yield opened
        finally:
            browser.close()
