"""``setting``: any other setting of the hosts, by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ftlab.cli.fleet_task import fleet_task

if TYPE_CHECKING:
    from ftlab.engine.report import Report
    from ftlab.lab.lab import Lab

_NAME = {"name": "the setting, e.g. hostname or vmknic.vmk1.tags (ftlab setting.list)"}

_SETTINGS = {"settings": "a TOML file with settings of your own"}


@fleet_task(
    example="ftlab setting.list",
    help={
        "name": "only those whose name has this in it; may stand without the flag",
        **_SETTINGS,
    },
    hostless=True,
)
def list_(_lab: Lab, name: str | None = None, settings: str | None = None) -> Any:
    """List the settings that ftlab knows: what each is, where it exists, and its source."""
    from ftlab.cli.settings_list import listed

    return listed(name, settings)


@fleet_task(example="ftlab setting.get dns.servers -l vesxi", help={**_NAME, **_SETTINGS})
def get(lab: Lab, name: str, settings: str | None = None) -> Report:
    """Read one setting of every host."""
    return lab.get_setting(name, settings)


@fleet_task(
    example="ftlab setting.set dns.servers 192.0.2.53,192.0.2.54 -l vesxi",
    help={
        **_NAME,
        **_SETTINGS,
        "value": "the new value; commas between the members of a list; {{ name }} is a variable",
    },
)
def set_(lab: Lab, name: str, value: str, settings: str | None = None) -> Report:
    """Set one setting of every host, and read it back."""
    return lab.set_setting(name, value, settings)
