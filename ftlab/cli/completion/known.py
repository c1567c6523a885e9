"""Where completions come from: files of the user's, looked at when they are asked for."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from ftlab.cli.completion import seen
from ftlab.cli.completion.candidates import Candidate
from ftlab.cli.completion.quick_help import table
from ftlab.cli.completion.runs import newest_runs
from ftlab.regex import regex

_TASK_OF_MINE = regex(r"^@(?:\w+\.)?(?:fleet_)?task\b(?:.*\n)+?def +(\w+)", re.MULTILINE)
_ALWAYS = (
    ("/Migrate/VMotionStreamDisable", "the remedy for a secondary that will not start"),
    ("/Migrate/NetTimeout", "seconds until a migration gives up"),
)
_KEYS = ("replay.supported", "replay.allowFT", "replay.allowBTOnly")


class Known:
    """``words`` are those of the command line, of which some name the files to look at."""

    def __init__(self, env: Mapping[str, str], words: Sequence[str]) -> None:
        self._env, self._words = env, words

    @cached_property
    def table(self) -> dict[str, Any]:
        return table()

    @cached_property
    def tasks(self) -> dict[str, Any]:
        """ftlab's, and the user's own as far as their file shows them without being run."""
        own = {name: {"help": "", "fleet": True, "flags": [], "words": []} for name in self._own()}
        return {**own, **self.table["tasks"]}

    def _own(self) -> list[str]:
        try:
            with open(self._env.get("FTLAB_TASKS", "tasks.py"), encoding="utf-8") as file:
                return [
                    name.strip("_").replace("_", "-") for name in _TASK_OF_MINE.findall(file.read())
                ]
        except OSError:
            return []

    @cached_property
    def _stored(self) -> Mapping[str, Any]:
        """What ``ftlab.toml`` says."""
        home = self._env.get("HOME", "")
        config = self._env.get("XDG_CONFIG_HOME") or f"{home}/.config"
        for path in ("ftlab.toml", f"{config}/ftlab/ftlab.toml"):
            if os.path.exists(path):
                import tomllib

                with open(path, "rb") as file:
                    found = tomllib.load(file)
                folder = os.path.dirname(path)
                return {
                    key.replace("-", "_"): os.path.join(folder, os.path.expanduser(value))
                    for key, value in found.items()
                    if isinstance(value, str)
                }
        return {}

    def _said(self, name: str, *flags: str) -> str | None:
        """A flag's value: given, else its variable's, else that of the settings file."""
        for word, following in zip(self._words, self._words[1:], strict=False):
            if word in flags:
                return os.path.expanduser(following)
            if word.partition("=")[0] in flags:
                return os.path.expanduser(word.partition("=")[2])
        return self._env.get(f"FTLAB_{name.upper()}") or self._stored.get(name)

    @cached_property
    def inventory(self) -> str | None:
        """The inventory's path, as the tasks would find it."""
        named = self._said("inventory", "-i", "--inventory")
        config = self._env.get("XDG_CONFIG_HOME") or f"{self._env.get('HOME', '')}/.config"
        places = [named] if named else ["hosts.ini", f"{config}/ftlab/hosts.ini"]
        return next((place for place in places if os.path.isfile(place)), None)

    @cached_property
    def _seen(self) -> seen.SeenNames:
        return seen.read(self._env, self.inventory)

    def hosts(self) -> list[Candidate]:
        """Groups, then hosts."""
        if self.inventory is None:
            return []
        names = self._seen.names_of(self.inventory)
        if names is None:
            names = seen.ask_inventory(self.inventory)
            seen.write(self._seen.with_inventory(self.inventory, names))
        groups, hosts = names
        failed = ("@failed", "the hosts that failed last")
        sized = ((name, f"group of {size}") for name, size in groups.items())
        return [*sized, failed, *((name, "") for name in hosts)]

    def vms(self) -> list[Candidate]:
        return self._seen.vms()

    def options(self) -> list[Candidate]:
        known = dict(_ALWAYS)
        return [*_ALWAYS, *((path, "") for path in self._seen.options() if path not in known)]

    def vmx_keys(self) -> list[Candidate]:
        listed = dict.fromkeys([*_KEYS, *self._seen.keys()])
        return [(key, "") for key in listed]

    def profiles(self) -> list[Candidate]:
        files = sorted(name for name in os.listdir() if name.endswith(".toml"))
        built_in = [(name, "built in") for name in self.table["choices"]["lab.profiles name"]]
        return [*built_in, *((name, "file") for name in files if name != "ftlab.toml")]

    def runs(self) -> list[Candidate]:
        home = self._env.get("XDG_STATE_HOME") or f"{self._env.get('HOME', '')}/.local/state"
        folder = self._said("state_dir", "--state-dir") or f"{home}/ftlab"
        return newest_runs(f"{folder}/journal.db", self.inventory)
