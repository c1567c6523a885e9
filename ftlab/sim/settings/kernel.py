"""What the kernel is set to: its advanced options, by ``esxcli`` and by ``esxcfg-advcfg`` as every
release from 4.x on has it, and ``esxcli system settings kernel``, which is what it is started with.

The hosts' words for an unknown option and for a value that they refuse are not published; those
here are this lab's own. ``esxcfg-advcfg`` was seen to set in silence on 5.0; others are taken to
repeat the new value, so that a client must bear both.

The kernel's own settings (``model/data/kernel.tsv``: name, default, builds) were read out of real
hosts from 6.0 on and are those of yes and no, the one type whose answer was published (on 5.5 and
8.0, with the columns in another order); of the others, and of what a host says to a wrong name or
value, nothing is. 5.x has the table of 6.0. What is configured counts from the next start on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ftlab.sim.data import table_of
from ftlab.sim.esxcli.command import EsxcliError, NotSimulated, Options, esxcli, tells
from ftlab.sim.esxcli.records import Moment, Records, told
from ftlab.sim.model.answer import Answer, say
from ftlab.sim.model.host import SimHost
from ftlab.sim.model.options import Option
from ftlab.sim.model.versions import V51

_HELP: str = table_of("settings/data/words.toml")["advcfg_help"]
_LONG = {long: short for short, long in re.findall(r"(-\w)\|(--[\w-]+)", _HELP)}


@tells("option", "system settings advanced list", "-d|--delta -o|--option= -t|--tree=")
def list_options(host: SimHost, options: Options) -> Iterator[Moment]:
    """One option (``-o``), a subtree (``-t``), what differs (``-d``), or everything."""
    _new_flag(host, options, "delta")
    head = f"/{options['tree'].strip('/')}/" if "tree" in options else ""
    for option in [_known(host, options["option"])] if "option" in options else host.options:
        value = host.options.value(option)
        if option.path.startswith(head) and not ("delta" in options and value == option.default):
            number = option.type == "integer"
            yield {
                "option": option,
                "numbers": (int(value), int(option.default)) if number else (0, 0),
                "texts": ("", "", "") if number else (value, option.default, "*"),
            }


@esxcli("system settings advanced set",
        "-o|--option= -i|--int-value= -s|--string-value= -d|--default")  # fmt: skip
def set_option(host: SimHost, options: Options) -> None:
    """Set ``-o`` to ``-i``, ``-s`` or, with ``-d``, its default."""
    _new_flag(host, options, "default")
    option = _known(host, options.required("option"))
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


def advcfg(host: SimHost, args: Sequence[str]) -> Answer:
    """``esxcfg-advcfg``; ``-q`` silences both streams. Long names are as short ones, and
    ``--set=5`` as two words."""
    words: list[str] = []
    for arg in args:
        name, equals, value = arg.partition("=")
        words += [_LONG[name], *([value] if equals else [])] if name in _LONG else [arg]
    answer = _act(host, [word for word in words if word != "-q"])
    return Answer(answer.exit) if "-q" in words else answer


def _act(host: SimHost, words: list[str]) -> Answer:
    match words:
        case ["-l"]:
            lines = (f"{o.path} [{o.type.capitalize()}] : {o.description}\n" for o in host.options)
            return say("".join(lines))
        case ["-g", path] | [path, "-g"]:
            return _value(host, path, None)
        case ["-s", value, path] | [path, "-s", value]:
            return _value(host, path, value)
        case ["-d", path] | [path, "-d"]:
            return _value(host, path, "", default=True)
        case ["-V", path]:
            return say(exit=0 if host.options.find(path) else 1)
        case _:
            return say(_HELP, exit=0 if words == ["-h"] else 1)


def _value(host: SimHost, path: str, value: str | None, *, default: bool = False) -> Answer:
    """An option's value, after it was set where ``value`` is given."""
    option = host.options.find(path)
    if option is None:
        return say(stderr=f"Unable to find option {path.rpartition('/')[2]}\n", exit=1)
    if value is not None:
        value = option.default if default else value
        if not option.accepts(value):
            return say(stderr=f"Unable to set option {option.name} to {value}\n", exit=1)
        host.options.set(option, value)
        if host.release.number == (5, 0, 0):
            return say()
    return say(f"Value of {option.name} is {host.options.value(option)}\n")


@esxcli("system settings kernel list", "-o|--option=")
def list_settings(host: SimHost, options: Options) -> Records:
    known = host.config.kernel_table.values()
    asked = [_setting(host, options["option"])] if "option" in options else known
    kind = "kernel5" if host.release.number < (6, 0, 0) else "kernel"
    return told(kind, host, *(_moment(host, setting) for setting in asked))


def _moment(host: SimHost, setting: Option) -> Moment:
    configured = host.config.kernel.get(setting.name, setting.default)
    runtime = host.config.booted_kernel.get(setting.name, setting.default)
    runtime = runtime.upper() if setting.type == "Bool" else runtime
    return {"setting": setting, "configured": configured, "runtime": runtime}


def _setting(host: SimHost, name: str) -> Option:
    found = host.config.kernel_table.get(name.lower())
    if found is None:
        raise NotSimulated(f"does not have the kernel setting {name}")
    return found


@esxcli("system settings kernel set", "-s|--setting= -v|--value=")
def set_setting(host: SimHost, options: Options) -> None:
    setting = _setting(host, options.required("setting"))
    value = options.required("value")
    if setting.type == "Bool" and value.upper() not in ("TRUE", "FALSE"):
        raise NotSimulated(f"sets {setting.name} to TRUE or FALSE, not to {value}")
    host.config.kernel[setting.name] = value
