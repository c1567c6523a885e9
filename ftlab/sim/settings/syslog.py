"""``esxcli system syslog``: where logs go. The values are hostd's ``Syslog.global`` options.

``config get`` was published for 5.0 and for 6.x; 5.1 and 5.5 are taken to be as 5.0, and later
hosts as 6.x, with ``Strict X509Compliance`` since 7.0 (guidelines of 7.0 name it). No target is
``<none>`` on 6.x and empty on 5.0.
"""

from __future__ import annotations

from ftlab.sim.esxcli.entry import EsxcliEntry
from ftlab.sim.esxcli.formats import Record, Records, Value
from ftlab.sim.esxcli.options import EsxcliError, NotSimulated, Options, boolean, required
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


def get(host: SimHost, _options: Options) -> Records:
    values = {name: host.config.hostd[_HEAD + name] for name in _OPTIONS.values()}
    place = str(values["logDir"]).removeprefix("[] ")
    if host.release.number < (6, 0, 0):
        record: Record = {
            "Default Rotation Size": values["defaultSize"],
            "Default Rotations": values["defaultRotate"],
            "Log Output": place,
            "Log To Unique Subdirectory": values["logDirUnique"],
            "Remote Host": values["logHost"],
        }
    else:
        record = _later(values, place) | {"Remote Host": values["logHost"] or "<none>"}
        if host.release.number >= (7, 0, 0):
            record["Strict X509Compliance"] = False
    return Records("SyslogConfiguration", "get", [record])


def _later(values: dict[str, Value], place: str) -> Record:
    return {
        "Default Network Retry Timeout": 180,
        "Dropped Log File Rotation Size": 100,
        "Dropped Log File Rotations": 10,
        "Enforce SSLCertificates": False,
        "Local Log Output": place,
        "Local Log Output Is Configured": place != "/scratch/log",
        "Local Log Output Is Persistent": True,
        "Local Logging Default Rotation Size": values["defaultSize"],
        "Local Logging Default Rotations": values["defaultRotate"],
        "Log To Unique Subdirectory": values["logDirUnique"],
        "Message Queue Drop Mark": 90,
    }


def set_config(host: SimHost, options: Options) -> str:
    """What is given; ``--reset`` puts back the default of the options that it names."""
    if not options:
        raise EsxcliError("Error: nothing to set")
    wanted: dict[str, Value] = {}
    for long in filter(None, options.get("reset", "").split(",")):
        if long not in _OPTIONS:
            raise NotSimulated(f"can reset only {', '.join(_OPTIONS)}")
        wanted[long] = HOSTD_OPTIONS[_HEAD + _OPTIONS[long]]
    for long in _OPTIONS.keys() & options.keys():
        wanted[long] = _read(long, options)
    host.config.hostd |= {_HEAD + _OPTIONS[long]: value for long, value in wanted.items()}
    return ""


def _read(long: str, options: Options) -> Value:
    if long == "logdir-unique":
        return bool(boolean(options, long))
    text = options[long]
    if long.startswith("default"):
        if not text.isdecimal():
            raise EsxcliError(f"Error: --{long} takes a number, not {text}")
        return int(text)
    return text


def reload(_host: SimHost, _options: Options) -> str:
    return ""


def mark(host: SimHost, options: Options) -> str:
    """A line in the logs that are simulated."""
    for kind in ("vmkernel", "hostd"):
        host.log(kind, required(options, "message"))
    return ""


ESXCLI = {
    "system syslog config get": EsxcliEntry(get, {}),
    "system syslog config set": EsxcliEntry(
        set_config, {letter: letter for letter in (*_OPTIONS, "reset")}
    ),
    "system syslog reload": EsxcliEntry(reload, {}),
    "system syslog mark": EsxcliEntry(mark, {"s": "message"}),
}
