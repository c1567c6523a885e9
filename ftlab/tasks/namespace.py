"""All tasks in their collections: what ``ftlab``, ``inv`` and ``fab -c tasks`` run."""

from __future__ import annotations

import invoke

from ftlab.cli.front_ends.meet import meet_front_ends
from ftlab.cli.front_ends.own_task import fresh
from ftlab.tasks import advopt, fleet, hosts, lab, setting, vft, vm, vmx
from ftlab.tasks.completion import completion
from ftlab.tasks.demo import demo
from ftlab.tasks.explain import explain
from ftlab.tasks.schema import schema
from ftlab.tasks.sim import serve

_MEMBERS = {
    "hosts": (
        ("list", hosts.list_),
        ("check", hosts.check),
        ("trust", hosts.trust),
        ("record", hosts.record),
        ("example", hosts.example),
    ),
    "advopt": (
        ("get", advopt.get),
        ("set", advopt.set_),
        ("reset", advopt.reset),
        ("diff", advopt.diff_),
    ),
    "setting": (("list", setting.list_), ("get", setting.get), ("set", setting.set_)),
    "vmx": (("get", vmx.get), ("set", vmx.set_), ("unset", vmx.unset)),
    "vm": (
        ("list", vm.list_),
        ("power-on", vm.power_on),
        ("power-off", vm.power_off),
        ("reload", vm.reload),
        ("answer", vm.answer),
    ),
    "vft": (
        ("check", vft.check),
        ("enable", vft.enable),
        ("disable", vft.disable),
        ("stream", vft.stream),
        ("power-on-secondary", vft.power_on_secondary),
        ("status", vft.status),
        ("diagnose", vft.diagnose),
    ),
    "lab": (
        ("plan", lab.plan),
        ("apply", lab.apply),
        ("reset", lab.reset),
        ("capture", lab.capture),
        ("profiles", lab.profiles),
        ("history", lab.history),
        ("undo", lab.undo),
        ("recover", lab.recover),
    ),
    "fleet": (("run", fleet.run), ("copy", fleet.copy), ("fetch", fleet.fetch)),
    "sim": (("serve", serve),),
}


NAMES = (
    *(f"{name}.{task}" for name in _MEMBERS for task, _ in _MEMBERS[name]),
    "demo",
    "explain",
    "completion",
    "schema",
)
"""Every task in the order in which the documentation lists them."""


def namespace() -> invoke.Collection:
    """A fresh root collection. A running ``inv`` or ``fab`` knows how to run it from here on."""
    meet_front_ends()
    root = invoke.Collection()
    alones = {"demo": demo, "explain": explain, "completion": completion, "schema": schema}
    for name, alone in alones.items():
        root.add_task(fresh(alone), name=name)
    for name, members in _MEMBERS.items():
        collection = invoke.Collection(name)
        for task_name, task in members:
            collection.add_task(fresh(task), name=task_name)
        root.add_collection(collection)
    return root
