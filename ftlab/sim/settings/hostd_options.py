"""Options of the host agent: ``vim-cmd hostsvc/advopt``, and the welcome message that is one.

``view`` was seen on 5.x; the words for a wrong name or value are the API's faults. Public scripts
``update`` with the types ``string``, ``int``, ``long`` and ``bool``, and look for no output.
"""

from __future__ import annotations

from collections.abc import Sequence

from ftlab.sim.esxcli.entry import Options, esxcli, required
from ftlab.sim.model.answer import Answer, say
from ftlab.sim.model.host import SimHost
from ftlab.sim.model.options import Option
from ftlab.sim.vimcmd.entry import vim_cmd
from ftlab.sim.vms.dumps import Array, Obj
from ftlab.sim.vms.faults import VimFault, invalid_argument

_OF_HOSTD = (
    "Annotations.", "Config.", "Hpp.", "LPage.", "ScratchConfig.", "Syslog.", "VSAN.", "Vpx.",
)  # fmt: skip
"""Beginnings of options that hostd has and the kernel has not."""
_WELCOME = "Annotations.WelcomeMessage"


@vim_cmd("hostsvc/advopt/view", 1)
def view(host: SimHost, args: Sequence[str]) -> Answer | Array:
    """``advopt/view Migrate.NetTimeout``: the API writes the path with dots."""
    name = args[0]
    if (option := _of_kernel(host, name)) is not None:
        text = host.options.value(option)
        value: str | int | bool = int(text) if option.type == "integer" else text
    elif name in host.config.hostd:
        value = host.config.hostd[name]
    else:
        return _missing(name)
    found = Obj("vim.option.OptionValue", {"key": name, "value": value})
    return Array("vim.option.OptionValue", (found,))


@vim_cmd("hostsvc/advopt/update", 3)
def update(host: SimHost, args: Sequence[str]) -> Answer | None:
    """``advopt/update NAME TYPE VALUE``."""
    name, kind, text = args[:3]
    value = _typed(kind, text, name)
    if (option := _of_kernel(host, name)) is not None:
        if (option.type == "integer") is isinstance(value, str) or not option.accepts(text):
            raise _wrong(name)
        host.options.set(option, text)
    elif name in host.config.hostd:
        if type(value) is not type(host.config.hostd[name]):
            raise _wrong(name)
        host.config.hostd[name] = value
    else:
        return _missing(name)
    return None


def _of_kernel(host: SimHost, name: str) -> Option | None:
    return host.options.find("/" + name.replace(".", "/"))


def _typed(kind: str, text: str, name: str) -> str | int | bool:
    if kind == "string":
        return text
    if kind in ("int", "long") and text.removeprefix("-").isdecimal():
        return int(text)
    if kind == "bool" and text in ("true", "false"):
        return text == "true"
    raise _wrong(name)


def _missing(name: str) -> Answer:
    if name.startswith(_OF_HOSTD):
        text = f"This simulated host does not have the option {name}\n"
        return say(stderr=text, exit=255)
    raise VimFault("vim.fault.InvalidName", f"The name '{name}' is not valid.", name=name)


def _wrong(name: str) -> VimFault:
    return invalid_argument(name, f"A specified parameter was not correct: {name}")


@esxcli("system welcomemsg get")
def welcome(host: SimHost, _options: Options) -> str:
    return f"{host.config.hostd[_WELCOME]}\n"


@esxcli("system welcomemsg set", "-m|--message=")
def set_welcome(host: SimHost, options: Options) -> None:
    host.config.hostd[_WELCOME] = required(options, "message")
