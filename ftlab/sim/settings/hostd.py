"""Options of the host agent: ``vim-cmd hostsvc/advopt``, and what ``esxcli`` has for some of them:
the welcome message and ``system syslog``, where logs go.

``view`` was seen on 5.x; the words for a wrong name or value are the API's faults. Public scripts
``update`` with the types ``string``, ``int``, ``long`` and ``bool``, and look for no output.
``syslog config get`` was published for 5.0 and for 6.x; 5.1 and 5.5 are taken to be as 5.0, and
later hosts as 6.x, with ``Strict X509Compliance`` since 7.0 (guidelines of 7.0 name it). No target
is ``<none>`` on 6.x and empty on 5.0.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ftlab.sim.data import table_of
from ftlab.sim.esxcli.command import EsxcliError, NotSimulated, Options, esxcli, tells
from ftlab.sim.esxcli.records import Moment, Value
from ftlab.sim.model.answer import Answer, say
from ftlab.sim.model.config import HOSTD_OPTIONS
from ftlab.sim.model.host import SimHost
from ftlab.sim.model.options import Option
from ftlab.sim.vimcmd.command import vim_cmd
from ftlab.sim.vms.api import Shown, VimFault, filled, vim_fault

_WORDS = table_of("settings/data/words.toml")
_OF_HOSTD = tuple(_WORDS["of_hostd"])
_WELCOME = "Annotations.WelcomeMessage"
_LOGS = "Syslog.global."
_LOG_OPTIONS: dict[str, str] = _WORDS["log_options"]


@vim_cmd("hostsvc/advopt/view", 1)
def view(host: SimHost, args: Sequence[str]) -> Answer | Shown:
    """``advopt/view Migrate.NetTimeout``: the API writes the path with dots."""
    name = args[0]
    if (option := _of_kernel(host, name)) is not None:
        text = host.options.value(option)
        value: Value = int(text) if option.type == "integer" else text
    elif name in host.config.hostd:
        value = host.config.hostd[name]
    else:
        return _missing(name)
    return filled("options", host.release, name=name, value=value)


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


def _typed(kind: str, text: str, name: str) -> Value:
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
    raise vim_fault("no-option", name, name=name)


def _wrong(name: str) -> VimFault:
    return vim_fault("value", name, invalidProperty=name)


@esxcli("system welcomemsg set", "-m|--message=")
def set_welcome(host: SimHost, options: Options) -> None:
    host.config.hostd[_WELCOME] = options.required("message")


@tells("syslog", "system syslog config get")
def log_config(host: SimHost, _options: Options) -> Iterator[Moment]:
    values = {name: host.config.hostd[_LOGS + name] for name in _LOG_OPTIONS.values()}
    place = str(values["logDir"]).removeprefix("[] ")
    nowhere = "<none>" if host.release.number >= (6, 0, 0) else ""
    yield {
        "global": values,
        "place": place,
        "elsewhere": place != "/scratch/log",
        "remote": values["logHost"] or nowhere,
    }


@esxcli("system syslog config set", " ".join(f"--{name}=" for name in (*_LOG_OPTIONS, "reset")))
def set_log_config(host: SimHost, options: Options) -> None:
    """What is given; ``--reset`` puts back the default of the options that it names."""
    if not options:
        raise EsxcliError("Error: nothing to set")
    wanted: dict[str, Value] = {}
    for long in filter(None, options.get("reset", "").split(",")):
        if long not in _LOG_OPTIONS:
            raise NotSimulated(f"can reset only {', '.join(_LOG_OPTIONS)}")
        wanted[long] = HOSTD_OPTIONS[_LOGS + _LOG_OPTIONS[long]]
    wanted |= {long: _read(long, options) for long in _LOG_OPTIONS if long in options}
    host.config.hostd |= {_LOGS + _LOG_OPTIONS[long]: value for long, value in wanted.items()}


def _read(long: str, options: Options) -> Value:
    if long == "logdir-unique":
        return bool(options.boolean(long))
    if not long.startswith("default"):
        return options[long]
    if not options[long].isdecimal():
        raise EsxcliError(f"Error: --{long} takes a number, not {options[long]}")
    return int(options[long])


@esxcli("system syslog mark", "-s|--message=")
def mark_logs(host: SimHost, options: Options) -> None:
    """A line in the logs that are simulated."""
    for kind in ("vmkernel", "hostd"):
        host.log(kind, options.required("message"))
