"""``esxcfg-advcfg``: the advanced options as every release from 4.x on offers them.

The host's words for an unknown option and for a value it refuses are not published; those here
are this lab's own, with exit status 1. A host of 5.0 was seen to set in silence; others are
taken to repeat the new value, so that a client must bear both.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ftlab.sim.model.answer import Answer, say
from ftlab.sim.model.host import SimHost
from ftlab.sim.model.options import Option

_LONG = {
    "--get": "-g", "--set": "-s", "--default": "-d", "--list": "-l", "--quiet": "-q",
    "--has-option": "-V", "--help": "-h",
}  # fmt: skip
_HELP = """Usage: esxcfg-advcfg <options> [<adv cfg Path>]
   -g|--get                Show an option's value
   -s|--set <value>        Set an option
   -d|--default            Put an option back to its default
   -l|--list               List all options
   -q|--quiet              Print nothing
   -V|--has-option <name>  Exit 0 if the option exists, 1 otherwise
   -h|--help               Show this message.
"""


def run(host: SimHost, args: Sequence[str]) -> Answer:
    """Answer one call; ``-q`` silences both streams."""
    words = _split(args)
    answer = _act(host, [word for word in words if word != "-q"])
    return Answer(answer.exit) if "-q" in words else answer


def _split(args: Sequence[str]) -> list[str]:
    """Long names become short ones, and ``--set=5`` two words."""
    words: list[str] = []
    for arg in args:
        name, equals, value = arg.partition("=")
        if name in _LONG:
            words += [_LONG[name], value] if equals else [_LONG[name]]
        else:
            words.append(arg)
    return words


def _act(host: SimHost, words: list[str]) -> Answer:
    match words:
        case ["-l"]:
            return say("".join(_line(option) for option in host.options))
        case ["-g", path] | [path, "-g"]:
            return _with(host, path, _get)
        case ["-s", value, path] | [path, "-s", value]:
            return _with(host, path, lambda h, o: _set(h, o, value))
        case ["-d", path] | [path, "-d"]:
            return _with(host, path, lambda h, o: _set(h, o, o.default))
        case ["-V", path]:
            return say(exit=0 if host.options.find(path) else 1)
        case _:
            return say(_HELP, exit=0 if words == ["-h"] else 1)


def _with(host: SimHost, path: str, act: Callable[[SimHost, Option], Answer]) -> Answer:
    option = host.options.find(path)
    if option is None:
        return say(stderr=f"Unable to find option {path.rpartition('/')[2]}\n", exit=1)
    return act(host, option)


def _get(host: SimHost, option: Option) -> Answer:
    return say(f"Value of {option.name} is {host.options.value(option)}\n")


def _set(host: SimHost, option: Option, value: str) -> Answer:
    if not option.accepts(value):
        return say(stderr=f"Unable to set option {option.name} to {value}\n", exit=1)
    host.options.set(option, value)
    return say() if host.release.number == (5, 0, 0) else _get(host, option)


def _line(option: Option) -> str:
    return f"{option.path} [{option.type.capitalize()}] : {option.description}\n"
