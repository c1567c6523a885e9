"""Bars and lines as SVG, without a library."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

_ROW, _LEFT, _BAR, _WIDTH = 18, 110, 480, 700
_WALL, _CPU, _OURS = "#9db4c8", "#4a6a85", "#2f8f5b"


@dataclass(frozen=True)
class Panel:
    """A title and its bars: name, wall and CPU seconds."""

    title: str
    bars: Sequence[tuple[str, float, float]]


def bars(panels: Sequence[Panel]) -> str:
    """One picture of all panels: the long bar is wall time, the thin one inside it CPU."""
    parts: list[str] = []
    top = 10
    for panel in panels:
        parts.append(_text(10, top + 14, panel.title, "font-weight='bold'"))
        longest = max((max(wall, cpu) for _, wall, cpu in panel.bars), default=1.0)
        for at, bar in enumerate(panel.bars):
            parts += _bar(top + 24 + at * _ROW, bar, _BAR / longest)
        top += 40 + len(panel.bars) * _ROW
    parts.append(_text(10, top + 10, "wide: wall seconds; thin: controller CPU seconds"))
    return _svg(_WIDTH, top + 20, parts)


def _bar(top: int, bar: tuple[str, float, float], scale: float) -> list[str]:
    name, wall, cpu = bar
    colour = _OURS if name.startswith("ftlab") else _WALL
    return [
        _text(_LEFT - 6, top + 12, name, "text-anchor='end'"),
        f"<rect x='{_LEFT}' y='{top}' width='{wall * scale:.1f}' height='14' fill='{colour}'/>",
        f"<rect x='{_LEFT}' y='{top + 5}' width='{cpu * scale:.1f}' height='4' fill='{_CPU}'/>",
        _text(_LEFT + 6 + max(wall, cpu) * scale, top + 12, f"{wall:.2f} / {cpu:.2f}"),
    ]


def lines(across: str, series: Mapping[str, Sequence[tuple[float, float]]]) -> str:
    """Lines through points, both axes from 0; each line ends in its name and last value."""
    width, height = float(_BAR), 260.0
    points = [point for line in series.values() for point in line]
    right, top = max(x for x, _ in points) or 1.0, max(y for _, y in points) or 1.0
    parts = [f"<path d='M40 10 V{height + 10} H{width + 40}' stroke='black' fill='none'/>"]
    for (name, line), colour in zip(series.items(), (_OURS, _CPU, _WALL), strict=False):
        at = [(40 + x / right * width, 10 + height - y / top * height) for x, y in line]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in at)
        parts.append(f"<polyline points='{path}' stroke='{colour}' stroke-width='2' fill='none'/>")
        parts.append(_text(at[-1][0] + 6, at[-1][1] + 4, f"{name}: {line[-1][1]:.1f}"))
    parts.append(_text(40, height + 28, f"0 to {right:.0f} {across}"))
    return _svg(_WIDTH, height + 40, parts)


def _text(x: float, y: float, text: str, more: str = "") -> str:
    return f"<text x='{x:.1f}' y='{y:.1f}' {more}>{escape(text)}</text>"


def _svg(width: int, height: float, parts: Sequence[str]) -> str:
    head = (
        f"<svg xmlns='http://www.w3.org/2000/svg' width='{width}' height='{height:.0f}' "
        "font-family='sans-serif' font-size='12'>"
    )
    return "\n".join([head, "<rect width='100%' height='100%' fill='white'/>", *parts, "</svg>\n"])
