"""Make the pictures of ``docs/pictures``: the real program on a terminal, against a simulated lab,
in light and dark. ``python docs/site/pictures.py`` makes them anew.

Times and the names of runs differ from one time to the next, and nothing else does:
``tests/readme/test_pictures.py`` compares.
"""

from __future__ import annotations

import html
import io
import os
import re
import shlex
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests/support"))

from screen import on_screen, plain  # noqa: E402 - the tests' own terminal

from ftlab.sim import PairSpec, running_lab  # noqa: E402

FOLDER = ROOT / "docs/pictures"
COLUMNS = 88
SCENES = {
    "enable": "ftlab vft.enable --vm db01",
    "secondary": "ftlab vft.power-on-secondary --vm db01 --start-primary --yes",
}
"""Each follows the one before, on one lab."""

GROUND = {"light": ((36, 41, 47), (255, 255, 255)), "dark": ((230, 237, 243), (13, 17, 23))}
COLORS = {
    "light": [(36, 41, 47), (207, 34, 46), (17, 99, 41), (125, 78, 0),
              (9, 105, 218), (130, 80, 223), (27, 124, 131), (110, 119, 129)],
    "dark": [(72, 79, 88), (255, 123, 114), (63, 185, 80), (210, 153, 34),
             (88, 166, 255), (188, 140, 255), (57, 197, 207), (177, 186, 196)],
}  # fmt: skip
"""Those of a forge's own code, by the number of the terminal's colour."""

FORM = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 WIDTH HEIGHT">
<style>.{unique_id}-matrix {{ font: {char_height}px ui-monospace, Menlo, Consolas, monospace;
 line-height: {line_height}px }} {styles}</style>
<rect width="100%" height="100%" rx="6" fill="GROUND"/>
<g transform="translate(9, 9)">{backgrounds}<g class="{unique_id}-matrix">{matrix}</g></g>
</svg>
"""
_ERASED = re.compile(r"^.*\r\x1b\[K", re.MULTILINE)
_VARIES = re.compile(
    r"\d{8}T\d{6}-[0-9a-f]{4}|\d{4}-\d\d-\d\dT[\d:.]+Z|\[[\d.]+:\d+\]|\d+(\.\d+)? ?s\b"
)


def seen() -> dict[str, str]:
    """What each scene leaves on the screen, with its colours; yes to every question."""
    told: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as folder:
        pair = PairSpec("db01", resume_seconds=1.0)
        with running_lab(2, versions=("5.0", "5.0"), pairs=[pair]) as lab:
            home = Path(folder)
            (home / "hosts.ini").write_text(lab.inventory.read_text("utf-8"), "utf-8")
            env = {"HOME": folder, "LANG": "C.UTF-8", "PATH": os.environ["PATH"]}
            for name, line in SCENES.items():
                told[name] = f"$ {line}\n{_typed(line, home, env)}"
    return told


def _typed(line: str, home: Path, env: Mapping[str, str]) -> str:
    argv = (sys.executable, "-m", *shlex.split(line))
    with on_screen(argv, columns=COLUMNS, env=env, cwd=home) as screen:
        answered = 0
        while screen.goes_on():
            if plain(screen.raw).count(" [y/N] ") > answered:
                answered += 1
                screen.type("y\n")
        if screen.end() != 0:
            raise SystemExit(plain(screen.raw))
        return _ERASED.sub("", screen.raw.replace("\r\n", "\n"))


def drawn(text: str, ground: str) -> str:
    """The screen as an SVG of its own: no fonts or scripts from elsewhere."""
    front, back = GROUND[ground]
    console = Console(
        record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True, color_system="standard"
    )
    console.print(Text.from_ansi(text.strip()), soft_wrap=True)
    theme = TerminalTheme(back, front, COLORS[ground])
    size = (COLUMNS * 12.2 + 18, (text.strip().count("\n") + 1) * 24.4 + 22)
    form = FORM.replace("GROUND", "#{:02x}{:02x}{:02x}".format(*back))
    form = form.replace("WIDTH", f"{size[0]:.0f}").replace("HEIGHT", f"{size[1]:.0f}")
    svg = console.export_svg(theme=theme, code_format=form, unique_id="t", title="")
    return re.sub(r' clip-path="[^"]*"|<text [^>]*>\n</text>', "", svg)  # cut nothing; line ends


def words(svg: str) -> str:
    """A picture's text without blanks, and without what differs each time."""
    body = html.unescape(re.sub(r"<style>.*?</style>|<[^>]+>", " ", svg, flags=re.DOTALL))
    return "".join(_VARIES.sub("…", " ".join(body.split())).split())


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, text in seen().items():
        for ground in GROUND:
            (FOLDER / f"{name}-{ground}.svg").write_text(drawn(text, ground), "utf-8")


if __name__ == "__main__":
    main()
