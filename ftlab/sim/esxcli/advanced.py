"""``esxcli system settings advanced``: list and set."""

from __future__ import annotations

from ftlab.sim.esxcli.formats import Record, Records
from ftlab.sim.esxcli.options import EsxcliError, Options, required
from ftlab.sim.model.host import SimHost
from ftlab.sim.model.options import Option


def list_options(host: SimHost, options: Options) -> Records:
    """One option (``-o``), a subtree (``-t``), what differs (``-d``), or everything."""
    _new_flag(host, options, "delta")
    chosen = [_known(host, options["option"])] if "option" in options else list(host.options)
    if "tree" in options:
        head = "/" + options["tree"].strip("/") + "/"
        chosen = [option for option in chosen if option.path.startswith(head)]
    if "delta" in options:
        chosen = [option for option in chosen if host.options.value(option) != option.default]
    return Records("Option", "list", [_record(host, option) for option in chosen])


def set_option(host: SimHost, options: Options) -> str:
    """Set ``-o`` to ``-i``, ``-s`` or, with ``-d``, its default. Success prints nothing."""
    _new_flag(host, options, "default")
    option = _known(host, required(options, "option"))
    host.options.set(option, _wanted(option, options))
    return ""


def _wanted(option: Option, options: Options) -> str:
    if "default" in options:
        return option.default
    name = "int-value" if option.type == "integer" else "string-value"
    if name not in options:
        raise EsxcliError(f"Error: {option.path} takes --{name}")
    if not option.accepts(options[name]):
        raise EsxcliError(f"Unable to set {option.path} to {options[name]}: invalid value")
    return options[name]


def _new_flag(host: SimHost, options: Options, flag: str) -> None:
    """``-d`` of both commands came with 5.1."""
    if flag in options and host.release.number < (5, 1, 0):
        raise EsxcliError("Error: Invalid option -d")


def _known(host: SimHost, path: str) -> Option:
    option = host.options.find(path)
    if option is None:
        raise EsxcliError(f"Unable to find option {path}")
    return option


def _record(host: SimHost, option: Option) -> Record:
    value, number = host.options.value(option), option.type == "integer"
    return {
        "Path": option.path,
        "Type": option.type,
        "Int Value": int(value) if number else 0,
        "Default Int Value": int(option.default) if number else 0,
        "Min Value": option.low,
        "Max Value": option.high,
        "String Value": "" if number else value,
        "Default String Value": "" if number else option.default,
        "Valid Characters": "" if number else "*",
        "Description": option.description,
    }
