"""``esxcli system settings advanced``: list and set."""

from __future__ import annotations

from ftlab.sim.esxcli.entry import V51, EsxcliError, Options, esxcli, required
from ftlab.sim.esxcli.formats import Records
from ftlab.sim.esxcli.records import told
from ftlab.sim.model.host import SimHost
from ftlab.sim.model.options import Option


@esxcli("system settings advanced list", "-d|--delta -o|--option= -t|--tree=")
def list_options(host: SimHost, options: Options) -> Records:
    """One option (``-o``), a subtree (``-t``), what differs (``-d``), or everything."""
    _new_flag(host, options, "delta")
    chosen = [_known(host, options["option"])] if "option" in options else list(host.options)
    if "tree" in options:
        head = "/" + options["tree"].strip("/") + "/"
        chosen = [option for option in chosen if option.path.startswith(head)]
    if "delta" in options:
        chosen = [option for option in chosen if host.options.value(option) != option.default]
    return told("option", host, *(_moment(host, option) for option in chosen))


def _moment(host: SimHost, option: Option) -> dict[str, object]:
    value, number = host.options.value(option), option.type == "integer"
    return {
        "option": option,
        "number": int(value) if number else 0,
        "default_number": int(option.default) if number else 0,
        "text": "" if number else value,
        "default_text": "" if number else option.default,
        "characters": "" if number else "*",
    }


@esxcli("system settings advanced set",
        "-o|--option= -i|--int-value= -s|--string-value= -d|--default")  # fmt: skip
def set_option(host: SimHost, options: Options) -> None:
    """Set ``-o`` to ``-i``, ``-s`` or, with ``-d``, its default."""
    _new_flag(host, options, "default")
    option = _known(host, required(options, "option"))
    name = "int-value" if option.type == "integer" else "string-value"
    wanted = option.default if "default" in options else options.get(name)
    if wanted is None:
        raise EsxcliError(f"Error: {option.path} takes --{name}")
    if not option.accepts(wanted):
        raise EsxcliError(f"Unable to set {option.path} to {wanted}: invalid value")
    host.options.set(option, wanted)


def _new_flag(host: SimHost, options: Options, flag: str) -> None:
    """``-d`` of both commands came with 5.1."""
    if flag in options and host.release.number < V51:
        raise EsxcliError("Error: Invalid option -d")


def _known(host: SimHost, path: str) -> Option:
    option = host.options.find(path)
    if option is None:
        raise EsxcliError(f"Unable to find option {path}")
    return option
