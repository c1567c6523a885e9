"""What the inventory and ssh's configuration say → a target, or what ftlab will not do."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ftlab.model import Host
from ftlab.ssh.config.jump import Hop
from ftlab.ssh.config.resolve import Resolved
from ftlab.ssh.config.settings import NONE
from ftlab.ssh.config.words import lower
from ftlab.ssh.network.option_lines import INVENTORY
from ftlab.ssh.network.refusals import refuse_unfollowed
from ftlab.ssh.network.target import METHODS, Identity, Target

DEFAULT = "default"
AGENT_VARIABLE = "SSH_AUTH_SOCK"


def build_target(host: Host, found: Resolved) -> Target:
    """:raises UsageError: a setting that counts here is not followed by ftlab."""
    settings = found.settings
    jump = _jump(host, found)
    refuse_unfollowed(host, found, direct=jump is None and found.proxy_command is None)
    bind = settings.get("bindaddress")
    return Target(
        host=host,
        alias=found.subject.alias,
        address=found.hostname,
        port=found.port,
        user=host.user or found.user,
        known_as=lower(found.subject.key_alias or found.hostname),
        identity=_identity(host, found),
        methods=_methods(found),
        jump=jump,
        proxy_command=found.proxy_command,
        proxy_line=found.proxy_line(),
        proxy_passes_socket=settings.flag("proxyusefdpass", default=False),
        family=settings.text("addressfamily", "any"),
        bind_address=bind.text if bind else None,
        known_hosts=_known_hosts(found, "userknownhostsfile"),
        more_known_hosts=_known_hosts(found, "globalknownhostsfile") or (),
        origins=_origins(host, found, jump),
    )


def _jump(host: Host, found: Resolved) -> Hop | None:
    """``Host *`` with ``ProxyJump`` also matches the jump host itself, which needs none."""
    hop = found.hop
    if hop is None:
        return None
    own_names = {found.subject.alias, found.hostname, *([host.name] if host.jump else [])}
    own_place = hop.host in own_names and hop.port in (None, found.port)
    return None if own_place else hop


def _identity(host: Host, found: Resolved) -> Identity:
    files = found.identity_files
    names = None if files is None else tuple(name for name, _ in files)
    if host.key_file:
        return Identity((names or ())[:1], exclusive=True, agent=_agent(found))
    only = found.settings.flag("identitiesonly", default=False)
    return Identity(names, only=only, agent=_agent(found))


def _agent(found: Resolved) -> str | None:
    """The agent's socket, as ``IdentityAgent`` names it."""
    value = found.settings.get("identityagent")
    if value is None or value.text == AGENT_VARIABLE:
        return None
    if value.is_none:
        return ""
    if value.text.startswith("$") and not value.text.startswith("${"):
        return found.subject.around.variable(value.text[1:]) or ""
    return found.path(value, value.text)


def _methods(found: Resolved) -> tuple[str, ...]:
    settings = found.settings
    on = {
        "publickey": settings.text("pubkeyauthentication", "yes") not in ("no", "false"),
        "password": settings.flag("passwordauthentication", default=True),
        "keyboard-interactive": settings.flag("kbdinteractiveauthentication", default=True),
    }
    preferred = settings.text("preferredauthentications", ",".join(METHODS)).split(",")
    return tuple(method for method in METHODS if on[method] and method in preferred)


def _known_hosts(found: Resolved, name: str) -> tuple[Path, ...] | None:
    """``None`` where the configuration does not name any."""
    value = found.settings.get(name)
    if value is None:
        return None
    return tuple(Path(found.path(value, word)) for word in value.words if lower(word) != NONE)


def _origins(host: Host, found: Resolved, jump: Hop | None) -> Mapping[str, tuple[str, ...]]:
    files = found.identity_files or ()
    listed = host.origins.get("name", INVENTORY)
    address = host.origins.get("address", INVENTORY) if host.address else listed
    identity = files[:1] if host.key_file else files
    return {
        "address": _origin(found, "hostname") or (address,),
        "port": _origin(found, "port") or (DEFAULT,),
        "user": _origin(found, "user") or (DEFAULT,),
        "identity": tuple(line.origin for _, line in identity),
        "via": _origin(found, "proxycommand" if jump is None else "proxyjump"),
        "groups": (listed,),
    }


def _origin(found: Resolved, name: str) -> tuple[str, ...]:
    value = found.settings.get(name)
    return () if value is None or value.is_none else (value.line.origin,)
