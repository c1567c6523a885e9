"""Runs worth a page: forty hosts with names as long as real ones, and hostile ones."""

from __future__ import annotations

from typing import Any

from ftlab.engine.report import Report
from ftlab.inventory.fold import fold
from ftlab.model import Change, Failure, Outcome

STREAM, TIMEOUT = "/Migrate/VMotionStreamDisable", "/Migrate/NetTimeout"
VM = "win2022-template-eval"
VMX = f"[nfs-datastore-backup-01-replica] {VM}/{VM}.vmx"
HOSTS = tuple(f"vesxi{number:02}.lab.example.internal" for number in range(1, 41))
RANGE = Failure(
    "value.range",
    f"{TIMEOUT} takes 0 to 3600 on this build, not 5000",
    f"give a value within the host's own limits; ftlab advopt.get {TIMEOUT} shows them",
)
SILENT = Failure(
    "unreachable.timeout",
    "no answer on port 22 within 15 s",
    "is it on, and is SSH (TSM-SSH) started there? ftlab hosts.check looks at the way",
)
NEVER_THERE = Failure("not_applicable", f"{STREAM} is not on 8.0.3: nothing to set")
HOSTILE = (
    "<script>window.pwned = 1</script>",
    "\"'><img src=x onerror='window.pwned = 1'>",
    "</style></title><h1>gone</h1>{{ 7 * 7 }}{% raw %}",
    "right\u202eto\u2066left\u200b \x1b]0;title\x07\x00\udcff\r\n\t",
    "&lt;b&gt; &amp; javascript:alert(1)",
    "x" * 3000,
    "שלום עולם",
)


def spell(hosts: Any) -> str:
    return fold(hosts, certain=True)


def setting(target: str, now: Any, wanted: Any, **of: Any) -> dict[str, Any]:
    return {"target": target, "now": now, "wanted": wanted, "differs": now != wanted, **of}


def report(task: str, *outcomes: Outcome, **more: Any) -> Report:
    told = {"run": "20260101-030405-ab12", "check": True, "started": "2026-01-01T03:04:05Z"}
    return Report(**{"task": task, **told, "seconds": 17.3, "outcomes": outcomes, **more})


def planned() -> Report:
    """Two failed, three unreachable, one skipped, two as wanted; the others differ, in two ways."""
    return report("lab.plan", *map(_planned, HOSTS))


def _planned(host: str) -> Outcome:
    number = HOSTS.index(host) + 1
    if number in {3, 17}:
        return Outcome(host, "failed", 2.2, error=RANGE)
    if number in {20, 21, 22}:
        return Outcome(host, "unreachable", 15.0, error=SILENT)
    if number == 40:
        notes = {"notes": [NEVER_THERE.message]}
        return Outcome(host, "skipped", 1.0, facts=notes, error=NEVER_THERE)
    stream = Change("advopt", 1, 0, path=STREAM)
    key = Change("vmx", None, "TRUE", path=VMX, vm=VM, key="replay.supported")
    changes = () if number <= 2 else (stream, key) if number % 7 == 0 else (stream,)
    settings = [
        setting("advopt", 1 if stream in changes else 0, 0, path=STREAM),
        setting("advopt", 20, 20, path=TIMEOUT),
        setting("vmx", None if key in changes else "TRUE", "TRUE", path=VMX, vm=VM, key=key.key),
        setting("power", "off", "off", path=VMX, vm=VM),
    ]
    status = "would_change" if changes else "ok"
    return Outcome(host, status, 1.3, changes, {"settings": settings})


def hostile_plan() -> Report:
    """Every text that a host or a profile may give, of every hostile kind."""
    return report("lab.plan", *(_hostile(text) for text in HOSTILE))


def _hostile(text: str) -> Outcome:
    change = Change("vmx", text, text + "!", path=text, vm=text, key=text)
    settings = [setting("vmx", text, text + "!", path=text, vm=text, key=text)]
    error = Failure(text, text, text)
    return Outcome(text, "failed", 1.0, (change,), {"settings": settings, "notes": [text]}, error)
