"""``esxcli system syslog``: where logs go. The values are hostd's ``Syslog.global`` options.

``config get`` was published for 5.0 and for 6.x; 5.1 and 5.5 are taken to be as 5.0, and later
hosts as 6.x, with ``Strict X509Compliance`` since 7.0 (guidelines of 7.0 name it). No target is
``<none>`` on 6.x and empty on 5.0.
"""

from __future__ import annotations

from ftlab.sim.esxcli.entry import EsxcliError, NotSimulated, Options, boolean, esxcli, required
from ftlab.sim.esxcli.formats import Records, Value
from ftlab.sim.esxcli.records import told
from ftlab.sim.model.config import HOSTD_OPTIONS
from ftlab.sim.model.host import SimHost

_HEAD = "Syslog.global."
_OPTIONS = {
    "default-rotate": "defaultRotate",
    "default-size": "defaultSize",
    "logdir": "logDir",
    "logdir-unique": "logDirUnique",
    "loghost": "logHost",
}


@esxcli("system syslog config get")
def get(host: SimHost, _options: Options) -> Records:
    values = {name: host.config.hostd[_HEAD + name] for name in _OPTIONS.values()}
    place = str(values["logDir"]).removeprefix("[] ")
    nowhere = "<none>" if host.release.number >= (6, 0, 0) else ""
    return told("syslog", host, {
        "global": values,
        "place": place,
        "elsewhere": place != "/scratch/log",
        "remote": values["logHost"] or nowhere,
    })  # fmt: skip


@esxcli("system syslog config set", " ".join(f"--{name}=" for name in (*_OPTIONS, "reset")))
def set_config(host: SimHost, options: Options) -> None:
    """What is given; ``--reset`` puts back the default of the options that it names."""
    if not options:
        raise EsxcliError("Error: nothing to set")
    wanted: dict[str, Value] = {}
    for long in filter(None, options.get("reset", "").split(",")):
        if long not in _OPTIONS:
            raise NotSimulated(f"can reset only {', '.join(_OPTIONS)}")
        wanted[long] = HOSTD_OPTIONS[_HEAD + _OPTIONS[long]]
    wanted |= {long: _read(long, options) for long in _OPTIONS if long in options}
    host.config.hostd |= {_HEAD + _OPTIONS[long]: value for long, value in wanted.items()}


def _read(long: str, options: Options) -> Value:
    if long == "logdir-unique":
        return bool(boolean(options, long))
    if not long.startswith("default"):
        return options[long]
    if not options[long].isdecimal():
        raise EsxcliError(f"Error: --{long} takes a number, not {options[long]}")
    return int(options[long])


@esxcli("system syslog reload")
def reload(_host: SimHost, _options: Options) -> None:
    """Takes up what the file says, which here is so at once."""


@esxcli("system syslog mark", "-s|--message=")
def mark(host: SimHost, options: Options) -> None:
    """A line in the logs that are simulated."""
    for kind in ("vmkernel", "hostd"):
        host.log(kind, required(options, "message"))
