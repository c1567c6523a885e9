"""A plan as a page of its own: hosts by settings. No script, nothing to load, nothing raw."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape as escape_html
from typing import Any

from ftlab.engine.report import Report, summary
from ftlab.model import STATUSES, Outcome
from ftlab.report.layout.escape import escape
from ftlab.report.layout.values import format_value, plural, setting

Fact = Mapping[str, Any]

_STYLE = """
:root { color-scheme: light dark; --ink: #1c2024; --paper: #fff; --line: #d7dce1; --dim: #6a737d;
  --good: #1a7f37; --drift-ink: #7a4a00; --drift: #fff3d6; --bad-ink: #a40e26; --bad: #ffe3e6; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e8ea; --paper: #16191d; --line: #343a41;
  --dim: #98a2ac; --good: #57c272; --drift-ink: #ffd37a; --drift: #3d3013; --bad-ink: #ff9aa5;
  --bad: #45161c; } }
body { font: 15px/1.45 system-ui, sans-serif; color: var(--ink); background: var(--paper);
  margin: 2rem; }
h1 { font-size: 1.3rem; margin: 0 0 .3rem; }
p { margin: 0 0 1rem; color: var(--dim); }
.matrix { overflow-x: auto; }
table { border-collapse: collapse; }
th, td { border: 1px solid var(--line); padding: .35rem .6rem; text-align: left;
  vertical-align: top; white-space: nowrap; }
thead th { font-weight: 600; }
tbody th { position: sticky; left: 0; background: var(--paper); }
.same { color: var(--good); }
.differs { color: var(--drift-ink); background: var(--drift); }
.none { color: var(--dim); }
.wrong { color: var(--bad-ink); background: var(--bad); white-space: normal; }
"""


def page(report: Report, profile: str) -> str:
    """The whole document, as HTML 5. Everything from a host or a profile is escaped."""
    columns = _columns(report.outcomes)
    head = "".join(f'<th scope="col">{_text(name)}</th>' for name in columns)
    rows = "\n".join(_row(outcome, columns) for outcome in report.outcomes)
    title = f"{profile}: plan of {report.started}"
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{_text(title)}</title>
<style>{_STYLE}</style>
</head>
<body>
<h1>{_text(title)}</h1>
<p>{_text(_sum(report))}</p>
<div class="matrix"><table>
<thead><tr><th scope="col">host</th>{head}</tr></thead>
<tbody>
{rows}
</tbody>
</table></div>
</body>
</html>
"""


def _sum(report: Report) -> str:
    counts = summary(report)
    parts = [f"{counts[each]} {each.replace('_', ' ')}" for each in STATUSES if counts[each]]
    return f"run {report.run}: {plural(len(report.outcomes), 'host')}: {', '.join(parts)}"


def _columns(outcomes: Iterable[Outcome]) -> list[str]:
    """Every setting that any host was asked for, as first met. VMs share the column of a key."""
    return list(dict.fromkeys(_column(fact) for each in outcomes for fact in _facts(each)))


def _facts(outcome: Outcome) -> Sequence[Fact]:
    return outcome.facts.get("settings") or ()


def _column(fact: Fact) -> str:
    named = fact["target"] in {"advopt", "setting"}
    return str(fact["path"] if named else fact.get("key", fact["target"]))


def _row(outcome: Outcome, columns: Sequence[str]) -> str:
    name = f'<th scope="row">{_text(outcome.host)}</th>'
    if outcome.error is not None:
        words = f"{outcome.status.replace('_', ' ')}: {outcome.error.message}"
        kind = "none" if outcome.status == "skipped" else "wrong"
        return (
            f'<tr>{name}<td class="{kind}" colspan="{len(columns) or 1}">{_text(words)}</td></tr>'
        )
    cells: dict[str, list[Fact]] = {}
    for fact in _facts(outcome):
        cells.setdefault(_column(fact), []).append(fact)
    return f"<tr>{name}{''.join(_cell(cells.get(column, ())) for column in columns)}</tr>"


def _cell(facts: Sequence[Fact]) -> str:
    if not facts:
        return '<td class="none">–</td>'
    kind = "differs" if any(fact["differs"] for fact in facts) else "same"
    return f'<td class="{kind}">{"<br>".join(map(_said, facts))}</td>'


def _said(fact: Fact) -> str:
    """``✓ 0``, or ``1 → 0``; with its VM's name where it is of one."""
    written = format_value if fact["target"] == "power" else setting
    now, wanted = written(fact["now"]), written(fact["wanted"])
    text = f"{now} → {wanted}" if fact["differs"] else f"✓ {now}"
    return _text(f"{fact['vm']}: {text}" if fact.get("vm") is not None else text)


def _text(text: str) -> str:
    return escape_html(escape(text))
