"""Runs worth a page: forty hosts with names as long as real ones, and hostile ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ftlab.engine.report import Report
from ftlab.inventory.fold import fold
from ftlab.model import Change, Failure, HostStep, Outcome
from ftlab.report.html.check_page import check_page
from ftlab.report.html.history_page import history_page
from ftlab.report.html.plan_page import plan_page

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
    steps = {host: steps_of(host, number) for number, host in enumerate(HOSTS)}
    return report("lab.plan", *map(_planned, HOSTS), steps=steps)


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


PAGES: dict[str, Callable[[], str]] = {
    "plan": lambda: plan_page(planned(), "/home/lab/overnight.toml", spell),
    "hostile plan": lambda: plan_page(hostile_plan(), HOSTILE[0], spell),
    "run": lambda: history_page(*past(), spell),
    "hostile run": lambda: history_page(*hostile_past(), spell),
    "check": lambda: check_page(checked(), (VM, "db*"), spell),
    "hostile check": lambda: check_page(hostile_check(), HOSTILE, spell),
}


# -- lab.history RUN -------------------------------------------------------------------------------

OF = {
    "run": "20260101-030405-ab12",
    "task": "lab.apply",
    "started": "2026-01-01T03:04:05Z",
    "seconds": 17.3,
    "exit": 5,
    "args": {"profile": "/home/lab/overnight.toml", "power_cycle": True},
    "user": "ann",
    "controller": "ops.lab.example",
    "inventory": "/home/ann/lab/hosts.ini",
}
COMMAND = Change("command", None, "esxcli system syslog reload", output="reloaded\ntwo lines")


def steps_of(host: str, number: int) -> tuple[HostStep, ...]:
    """Eight hosts at once: each waits for a place, connects, works, waits, works."""
    begin = round(number // 8 * 3.1, 3)
    connect, work = 0.3 + number % 5 / 10, 0.4 + number % 7 / 3
    at = (0.0, begin, begin + connect, begin + connect + work, begin + connect + work + 1.0)
    what = (
        "waiting for a free place",
        "connecting",
        "get.config",
        "waiting 1 s",
        f"writes {VM}.vmx",
    )
    took = (begin, connect, work, 1.0, 0.02)
    return tuple(map(HostStep, at, took, what))[0 if begin else 1 :]


def past() -> tuple[Report, dict[str, Any], dict[str, list[str]], dict[str, tuple[HostStep, ...]]]:
    """What ``history_page`` takes, but for how hosts are spelt."""
    outcomes, states = [], {}
    for number, host in enumerate(HOSTS):
        outcome, states[host] = _past(host, number)
        outcomes.append(outcome)
    steps = {host: steps_of(host, number) for number, host in enumerate(HOSTS)}
    return report("lab.history", *outcomes, check=False), OF, states, steps


def _past(host: str, number: int) -> tuple[Outcome, list[str]]:
    stream = Change("advopt", 1, 0, path=STREAM, verified=True)
    key = Change("vmx", None, "TRUE", path=VMX, vm=VM, key="replay.supported", verified=True)
    power = Change("power", "on", "off", path=VMX, vm=VM, verified=True)
    if number in {4, 5}:
        wrong = Failure("not_proven", "the host does not show the new value", "read it by hand")
        return Outcome(host, "failed", 2.0, (stream, key), error=wrong), ["verified", "failed"]
    if number in {20, 21, 22}:
        return Outcome(host, "unreachable", 15.0, error=SILENT), []
    if number == 30:
        return Outcome(host, "failed", 2.0, (stream,), error=UNFINISHED), ["intended"]
    if number % 9 == 0:
        return Outcome(host, "ok", 0.7), []
    if number % 9 == 1:
        return Outcome(host, "changed", 1.1, (stream, COMMAND)), ["undone", "applied"]
    return Outcome(host, "changed", 1.1, (stream, power, key)), ["verified"] * 3


UNFINISHED = Failure(
    "unfinished",
    "the run never came to an end here: it is still at work, or was killed",
    "ftlab lab.undo undoes what it did; the same task again goes on with it",
)


def hostile_past() -> tuple[Any, ...]:
    outcomes = tuple(_hostile(text) for text in HOSTILE)
    states = {text: ["applied"] for text in HOSTILE}
    of = {**OF, "task": HOSTILE[0], "args": {HOSTILE[1]: HOSTILE[3]}, "user": HOSTILE[2]}
    of |= {"inventory": HOSTILE[5], "run": HOSTILE[4], "started": HOSTILE[0]}
    steps = {text: (HostStep(0.0, 1.0, text),) for text in HOSTILE}
    return report("lab.history", *outcomes), of, states, steps


# -- vft.check -------------------------------------------------------------------------------------

GUIDE = "vSphere Availability guide, FT requirements"
CHECKS = (
    ("", "vMotion network", "a vmkernel interface tagged for vMotion", "vmk1"),
    ("", "FT logging network", "a vmkernel interface tagged for FT logging", "vmk2"),
    ("", "licence", "one that has FT", "cannot be known over SSH: look in vCenter at Licenses"),
    (VM, "vCPUs", "4 at most (vSphere 6.5)", "2"),
    (VM, "snapshots", "none", "0"),
    (VM, "virtual disks", "thick or thin, all on datastores that both hosts see", "2, all shared"),
    (VM, "certificate checking", "on", "cannot be known over SSH: look in vCenter at Settings"),
)


def checked() -> Report:
    """Four have no network for FT, two of them a VM with snapshots, too."""
    outcomes = (_checked(host, number) for number, host in enumerate(HOSTS[:12]))
    steps = {host: steps_of(host, number) for number, host in enumerate(HOSTS[:12])}
    return report("vft.check", *outcomes, check=False, steps=steps)


def _checked(host: str, number: int) -> Outcome:
    if number == 11:
        return Outcome(host, "unreachable", 15.0, error=SILENT)
    wrong = {"FT logging network"} if number < 4 else set()
    wrong |= {"snapshots"} if number < 2 else set()
    checks = [
        {
            "vm": vm or None,
            "requirement": requirement,
            "verdict": _verdict(requirement, found, wrong),
            "found": "none that ftlab could see" if requirement in wrong else found,
            "wanted": wanted,
            "source": GUIDE,
        }
        for vm, requirement, wanted, found in CHECKS
    ]
    hint = "ftlab vft.enable sets the keys; the table says what is wanted of the rest"
    failing = "; ".join(f"{host}: {each}" for each in sorted(wrong))
    error = Failure("vft.requirements", failing, hint) if wrong else None
    return Outcome(host, "failed" if wrong else "ok", 1.2, facts={"checks": checks}, error=error)


def _verdict(requirement: str, found: str, wrong: set[str]) -> str:
    if requirement in wrong:
        return "fail"
    return "unknown" if found.startswith("cannot") else "pass"


def hostile_check() -> Report:
    names = ("vm", "requirement", "found", "wanted", "source")
    outcomes = []
    for text, verdict in zip(HOSTILE, ("fail", "unknown", "pass") * 3, strict=False):
        facts = {"checks": [dict.fromkeys(names, text) | {"verdict": verdict}], "notes": [text]}
        outcomes.append(Outcome(text, "failed", 1.0, (), facts, Failure(text, text, text)))
    return report("vft.check", *outcomes)
