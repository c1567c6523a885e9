"""``esxcfg-advcfg``: the advanced options as every release from 4.x on offers them.

The host's words for an unknown option and for a value it refuses are not published; those here
are this lab's own, with exit status 1. A host of 5.0 was seen to set in silence; others are
taken to repeat the new value, so that a client must bear both.
"""

from __future__ import annotations

from collections.abc import Sequence

from ftlab.sim.model.answer import Answer, say
from ftlab.sim.model.host import SimHost

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
    """Answer one call; ``-q`` silences both streams. Long names are as short ones, and ``--set=5``
    as two words."""
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
            return _told(host, path, None)
        case ["-s", value, path] | [path, "-s", value]:
            return _told(host, path, value)
        case ["-d", path] | [path, "-d"]:
            return _told(host, path, "", default=True)
        case ["-V", path]:
            return say(exit=0 if host.options.find(path) else 1)
        case _:
            return say(_HELP, exit=0 if words == ["-h"] else 1)


def _told(host: SimHost, path: str, value: str | None, *, default: bool = False) -> Answer:
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
