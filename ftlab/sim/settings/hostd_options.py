"""Options of the host agent: ``vim-cmd hostsvc/advopt``, and the welcome message that is one.

``view`` was seen on 5.x; the words for a wrong name or value are the API's faults. Public scripts
``update`` with the types ``string``, ``int``, ``long`` and ``bool``, and look for no output.
"""

from __future__ import annotations

from collections.abc import Sequence

from ftlab.sim.esxcli.entry import EsxcliEntry
from ftlab.sim.esxcli.options import Options, required
from ftlab.sim.model.answer import Answer, say
from ftlab.sim.model.host import SimHost
from ftlab.sim.vimcmd.entry import VimCmdEntry
from ftlab.sim.vms.dumps import Array, Obj, dump
from ftlab.sim.vms.faults import VimFault

_OF_HOSTD = (
    "Annotations.",
    "Config.",
    "Hpp.",
    "LPage.",
    "ScratchConfig.",
    "Syslog.",
    "VSAN.",
    "Vpx.",
)
"""Beginnings of options that hostd has and the kernel has not."""
_WELCOME = "Annotations.WelcomeMessage"


def view(host: SimHost, args: Sequence[str]) -> Answer:
    """``advopt/view Migrate.NetTimeout``: the API writes the path with dots."""
    name = args[0]
    option = host.options.find("/" + name.replace(".", "/"))
    if option is not None:
        text = host.options.value(option)
        value: str | int | bool = int(text) if option.type == "integer" else text
    elif name in host.config.hostd:
        value = host.config.hostd[name]
    elif name.startswith(_OF_HOSTD):
        return _not_here(name)
    else:
        raise _no_such(name)
    found = Obj("vim.option.OptionValue", {"key": name, "value": value})
    shown = Array("vim.option.OptionValue", (found,))
    return Answer(stdout=dump(shown, old=host.release.old_dumps))


def update(host: SimHost, args: Sequence[str]) -> Answer:
    """``advopt/update NAME TYPE VALUE``."""
    name, kind, text = args[:3]
    option = host.options.find("/" + name.replace(".", "/"))
    value = _typed(kind, text, name)
    if option is not None:
        if (option.type == "integer") is isinstance(value, str) or not option.accepts(text):
            raise _wrong(name)
        host.options.set(option, text)
    elif name in host.config.hostd:
        if type(value) is not type(host.config.hostd[name]):
            raise _wrong(name)
        host.config.hostd[name] = value
    elif name.startswith(_OF_HOSTD):
        return _not_here(name)
    else:
        raise _no_such(name)
    return say()


def _typed(kind: str, text: str, name: str) -> str | int | bool:
    if kind == "string":
        return text
    if kind in ("int", "long") and text.removeprefix("-").isdecimal():
        return int(text)
    if kind == "bool" and text in ("true", "false"):
        return text == "true"
    raise _wrong(name)


def _not_here(name: str) -> Answer:
    return say(stderr=f"This simulated host does not have the option {name}\n", exit=255)


def _no_such(name: str) -> VimFault:
    return VimFault("vim.fault.InvalidName", f"The name '{name}' is not valid.", name=name)


def _wrong(name: str) -> VimFault:
    text = f"A specified parameter was not correct: {name}"
    return VimFault("vmodl.fault.InvalidArgument", text, invalidProperty=name)


def welcome(host: SimHost, _options: Options) -> str:
    return f"{host.config.hostd[_WELCOME]}\n"


def set_welcome(host: SimHost, options: Options) -> str:
    host.config.hostd[_WELCOME] = required(options, "message")
    return ""


ESXCLI = {
    "system welcomemsg get": EsxcliEntry(welcome, {}),
    "system welcomemsg set": EsxcliEntry(set_welcome, {"m": "message"}),
}
VIM_CMD = {
    "hostsvc/advopt/view": VimCmdEntry(view),
    "hostsvc/advopt/update": VimCmdEntry(update, 3),
}
