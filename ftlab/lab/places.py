"""Where the inventory and the state are when nobody says so (design: the command line)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ftlab.errors import InventoryError


def config_home(env: Mapping[str, str]) -> Path:
    return Path(env.get("XDG_CONFIG_HOME") or _home(env) / ".config") / "ftlab"


def state_home(env: Mapping[str, str]) -> Path:
    """``FTLAB_STATE_DIR``, else ``$XDG_STATE_HOME/ftlab``; works without HOME, as under cron."""
    if env.get("FTLAB_STATE_DIR"):
        return Path(env["FTLAB_STATE_DIR"])
    return Path(env.get("XDG_STATE_HOME") or _home(env) / ".local" / "state") / "ftlab"


def _home(env: Mapping[str, str]) -> Path:
    """From the environment, else from the password database (cron may give no HOME)."""
    return Path(env["HOME"]) if env.get("HOME") else Path.home()


def find_inventory(given: str | None, env: Mapping[str, str]) -> Path:
    """The inventory file. Raises ``InventoryError`` where there is none, naming where it looked."""
    named = given or env.get("FTLAB_INVENTORY")
    places = (
        [Path(named).expanduser()] if named else [Path("hosts.ini"), config_home(env) / "hosts.ini"]
    )
    for place in places:
        if place.is_file():
            return place
    if named and places[0].exists():
        raise InventoryError(
            f"{named} is not a regular file",
            hint="an inventory is one file; the journal and the lock know it by its path",
        )
    raise InventoryError(
        f"no inventory: looked for {' and '.join(str(place) for place in places)}",
        hint="name one with -i FILE, or start from hosts.example.ini",
    )
