"""What a nested FT pair is like, read from the simulated lab itself and not from a screen, and the
button that a person presses in its vCenter."""

from __future__ import annotations

from ftlab.frozen import frozen
from ftlab.sim import RunningLab, SimHost

STREAM_OPTION = "/Migrate/VMotionStreamDisable"
_REMEDIED = ("1", "1")
_KEYS = (b"replay.supported", b"replay.allowFT", b"replay.allowBTOnly")


@frozen
class PairState:
    """``keys``: both VMX files have the three replay keys as "true". ``ft`` is the primary's
    ``faultToleranceState``, ``stream`` the option's values on the two hosts."""

    keys: bool
    ft: str
    stream: tuple[str, str]


def pair_state(lab: RunningLab) -> PairState:
    """The state of the lab's first pair."""
    lab.sim.tick()
    pair = lab.sim.pairs[0]
    halves = (pair.side("primary"), pair.side("secondary"))
    one, two = (_option(host) for host, _ in halves)
    keys = all(_has_keys(vm.file.read_bytes()) for _, vm in halves)
    return PairState(keys, pair.state(pair.primary), (one, two))


def resume_once_remedied(lab: RunningLab) -> None:
    """*Resume Fault Tolerance* will be pressed in vCenter for the lab's first pair, once both hosts
    have the remedy."""
    pair = lab.sim.pairs[0]
    hosts = (pair.primary_host, pair.secondary_host)
    with lab.sim.lock:
        pair.vcenter.resume_once(lambda: tuple(map(_option, hosts)) == _REMEDIED)


def _has_keys(vmx: bytes) -> bool:
    lines = {line.replace(b" ", b"") for line in vmx.splitlines()}
    return all(key + b'="true"' in lines for key in _KEYS)


def _option(host: SimHost) -> str:
    option = host.options.find(STREAM_OPTION)
    return "none" if option is None else str(host.options.value(option))
