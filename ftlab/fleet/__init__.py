"""Many hosts at once: bounded, in inventory order, an outcome for every one of them."""

from ftlab.fleet.limits import (
    DEFAULT_PARALLEL,
    DEFAULT_PER_PHYSICAL,
    Limits,
    Share,
    parse_batch,
    parse_deadline,
    parse_max_fail,
    parse_parallel,
)
from ftlab.fleet.outcomes import outcome_of_error
from ftlab.fleet.pool import Engine, FleetResult, run_fleet

__all__ = [
    "DEFAULT_PARALLEL",
    "DEFAULT_PER_PHYSICAL",
    "Engine",
    "FleetResult",
    "Limits",
    "Share",
    "outcome_of_error",
    "parse_batch",
    "parse_deadline",
    "parse_max_fail",
    "parse_parallel",
    "run_fleet",
]
