"""``CanonicalizeHostname``: a short name becomes a full one, as the resolver knows it."""

from __future__ import annotations

from ftlab.errors import Unreachable
from ftlab.ssh.config.patterns import matches_list
from ftlab.ssh.config.settings import ConfigValues
from ftlab.ssh.config.surroundings import Surroundings
from ftlab.ssh.config.words import lower

CNAMES = "canonicalizepermittedcnames"


class Canonicalization:
    """What the settings allow for one connection."""

    def __init__(self, settings: ConfigValues, around: Surroundings) -> None:
        self._settings = settings
        self._around = around
        self.mode = settings.text("canonicalizehostname", "no")
        self._family = settings.text("addressfamily", "any")

    @property
    def is_on(self) -> bool:
        return self.mode not in ("no", "false")

    def apply(self, host: str) -> str:
        """The name that is connected to, or asked of the proxy.

        :raises Unreachable: the resolver does not know it, and the settings demand that it does.
        """
        fast = "%" in host or ":" in host or not host.strip("0123456789.")
        numeric = self._around.numeric(host, self._family)
        if numeric is not None:
            return host if lower(numeric) == lower(host) else numeric
        if fast:
            return self._bare_name(host)
        name = lower(host)
        found = self._full_name(name) if self.is_on and self._may_resolve else None
        return self._bare_name(name) if found is None else found

    @property
    def _direct(self) -> bool:
        command, jump = self._settings.get("proxycommand"), self._settings.get("proxyjump")
        return (jump is None or jump.hop is None) and (command is None or command.is_none)

    @property
    def _may_resolve(self) -> bool:
        """What a proxy is asked for is the proxy's business, unless told otherwise."""
        return self._direct or self.mode == "always"

    def _full_name(self, name: str) -> str | None:
        """With the first of the domains in which the resolver knows it."""
        anchored = name.endswith(".")
        if not anchored and name.count(".") > self._settings.number("canonicalizemaxdots", 1):
            return None
        candidates = [name] if anchored else [f"{name}.{each}." for each in self._domains()]
        for full in candidates:
            canonical = self._around.canonical_name(full, self._family)
            if canonical is not None:
                return self._followed(full.removesuffix("."), canonical)
        if not self._settings.flag("canonicalizefallbacklocal", default=True):
            raise _unknown(name, "in any of CanonicalDomains, and CanonicalizeFallbackLocal is off")
        return None

    def _domains(self) -> list[str]:
        value = self._settings.get("canonicaldomains")
        if value is None or value.is_none:
            return []
        return [lower(word).removesuffix(".") for word in value.words]

    def _bare_name(self, name: str) -> str:
        """What the resolver's own search makes of it, where aliases may be followed."""
        if not (self._rules() and self._may_resolve):
            return name
        canonical = self._around.canonical_name(name, self._family)
        if canonical is None:
            if self._direct:
                raise _unknown(name, "and CanonicalizePermittedCNAMEs asks for its alias")
            return name
        return self._followed(name, canonical)

    def _followed(self, name: str, canonical: str) -> str:
        """The name behind an alias, where a rule permits to go there."""
        if not canonical or canonical == name or not self.is_on:
            return name
        permitted = any(
            matches_list(name, source, small=True) and matches_list(canonical, target, small=True)
            for source, target in self._rules()
        )
        return canonical if permitted else name

    def _rules(self) -> list[tuple[str, str]]:
        value = self._settings.get(CNAMES)
        if value is None or value.is_none:
            return []
        return [_rule(word) for word in value.words]


def _unknown(name: str, why: str) -> Unreachable:
    return Unreachable(
        f"{name}: the name has no address: the resolver does not know it {why}",
        kind="unreachable.dns",
        hint="check the name, and the Canonical... settings in ~/.ssh/config",
    )


def _rule(word: str) -> tuple[str, str]:
    if word == "*":
        return "*", "*"
    source, _, target = lower(word).partition(":")
    return source, target
