"""Whether what an inventory says may be believed: it can name programs, and hold secrets."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ftlab.inventory.source import PlacedValue, PlacedValues
from ftlab.inventory.variables import known
from ftlab.inventory.variables.lookup import PASSWORD_COMMAND, pick, without_encrypted
from ftlab.model import SSH, Host

_ARGS = (known.ARGS_FIRST, known.ARGS_COMMON, known.ARGS_LAST)


def check_origins(
    host: Host,
    settings: PlacedValues,
    exposed: Callable[[str], str],
    disclosed: Callable[[str], bool],
) -> list[str]:
    """Raises InventoryError for a program or a password that stands in a file which others may
    write: the program would be theirs, and the password would go where they want it. Returns a
    sentence for a password that others may read."""
    if host.connection != SSH:
        return []
    settings = without_encrypted(settings)
    for key, setting in _programs(host, settings):
        _refuse_exposed(f"{key} names a program", setting, exposed)
    secret = pick(settings, known.PASSWORD) if host.password else None
    if secret is None:
        return []
    _refuse_exposed(f"{secret[0]} is a secret", secret[1], exposed)
    file = secret[1].place.file
    told = f"{file} holds a password, and others may read it: chmod 600 {file}"
    return [told] if disclosed(file) else []


def _refuse_exposed(what: str, setting: PlacedValue, exposed: Callable[[str], str]) -> None:
    if reason := exposed(setting.place.file):
        raise setting.place.error(
            f"{what}, but others could have written it here: {reason}",
            hint=f"chmod go-w {setting.place.file}, and its folder",
        )


def _programs(host: Host, settings: PlacedValues) -> Iterator[tuple[str, PlacedValue]]:
    """``ftlab_password_command``, and arguments of ssh with a ``ProxyCommand``, or with ``-F``:
    the file that it names can hold one."""
    if host.password_command and (found := pick(settings, PASSWORD_COMMAND)):
        yield found
    proxies = [o for o in host.ssh_options if o.keyword.lower() == "proxycommand"]
    if host.ssh_config is not None or any(each.value.lower() != "none" for each in proxies):
        yield from (found for keys in _ARGS if (found := pick(settings, keys)))
