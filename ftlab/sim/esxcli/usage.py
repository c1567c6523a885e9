"""What ``esxcli`` says about itself: the namespaces and commands below one, a command's options.

The form was seen on 5.5 and 6.x; descriptions are left out, and so is what this lab does not have.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

HELP = frozenset({"--help", "-?"})


def namespace_usage(namespace: str, commands: Collection[str]) -> str:
    """The usage of a namespace (``""`` is the top); empty where no command begins with it."""
    head = f"{namespace} " if namespace else ""
    below = {command.removeprefix(head) for command in commands if command.startswith(head)}
    if not below:
        return ""
    spaces = {rest.partition(" ")[0] for rest in below if " " in rest}
    shown = " ".join(["esxcli", *namespace.split(), "{cmd}"])
    return (
        f"Usage: {shown} [cmd options]\n"
        + _block("Available Namespaces:", spaces)
        + _block("Available Commands:", {rest for rest in below if " " not in rest})
    )


def _block(title: str, names: Collection[str]) -> str:
    return f"\n{title}\n" + "".join(f"  {name}\n" for name in sorted(names)) if names else ""


def command_usage(command: str, options: Mapping[str, str], flags: str) -> str:
    """The usage of a command; ``options`` by letter, those in ``flags`` without a value."""
    rows = (
        (f"  -{letter}|--{name}" if len(letter) == 1 else f"  --{name}")
        + ("" if letter in flags else "=<value>")
        for letter, name in sorted(options.items())
    )
    listed = "".join(f"{row}\n" for row in rows)
    return f"Usage: esxcli {command} [cmd options]\n" + (
        f"\nCmd options:\n{listed}" if listed else ""
    )
