"""Why a secondary cannot come up: what the lab's state says first, then what it was told."""

from __future__ import annotations

from ftlab.sim.ft.halves import Halves
from ftlab.sim.ft.signatures import SIGNATURES, Signature
from ftlab.sim.ft.spec import LEGACY_KEY, REPLAY_KEYS, STREAM_OPTION

Obstacle = tuple[Signature, str]
"""A failure, and what the moment adds to its words."""


def obstacle(pair: Halves) -> Obstacle | None:
    """What stands in the way of the secondary now. Counts a configured failure's strikes."""
    one, two = pair.primary_host.release, pair.secondary_host.release
    if pair.primary.power != "poweredOn":
        return SIGNATURES["no-primary"], ""
    if one.build != two.build:
        return SIGNATURES["differing-builds"], f"build {one.build} against {two.build}"
    if missing := _missing_keys(pair):
        return SIGNATURES["missing-keys"], f"{', '.join(missing)} not set"
    return _told(pair)


def _missing_keys(pair: Halves) -> list[str]:
    """The keys this release needs that hostd does not hold as true for both halves."""
    release = pair.primary_host.release
    if not release.legacy_ft:
        return []
    keys = REPLAY_KEYS + ((LEGACY_KEY,) if release.number >= (6, 0, 0) else ())
    configs = [vm.config for vm in (pair.primary, pair.secondary)]
    return [key for key in keys if not all(config and config.true(key) for config in configs)]


def _told(pair: Halves) -> Obstacle | None:
    if pair.failure is None or pair.times == 0:
        return None
    if pair.failure == "keepalive" and _cured(pair):
        return None
    if pair.times is not None:
        pair.times -= 1
    return SIGNATURES[pair.failure], ""


def _cured(pair: Halves) -> bool:
    if pair.spec.cure is None:
        return False
    found = [(host, host.options.find(STREAM_OPTION)) for host, _ in pair.sides]
    values = {None if option is None else host.options.value(option) for host, option in found}
    return values == {str(pair.spec.cure)}
