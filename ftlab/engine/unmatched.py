"""Words for VMs that no host has: what one host cannot know, and all of them together do."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import cache

from ftlab.model import Failure, Outcome

NOT_FOUND = "vm.notfound"
"""The kind of a skip that is a failure where no host has the VM."""


UNMATCHED = "unmatched"
"""The fact of :func:`note_unmatched`, which no report shows."""


UNMATCHED_STATES = "unmatched_states"
"""The same for the VMs that a profile's tables name."""


_HINT = "ftlab vm.list shows what the hosts have"


def failed_if_unmatched(outcomes: Sequence[Outcome]) -> tuple[Outcome, ...]:
    """A VM that no host has is a mistake in the request, not a fleet of skips.

    Then every host that was reached has failed, also one that did its part for another ``--vm``:
    its changes are in the outcome all the same.
    """
    reached = [o for o in outcomes if o.status != "unreachable"]
    if reached and all(_is_about_vms(o) for o in reached):
        found = [_failed(o) if o.status == "skipped" else o for o in outcomes]
    elif words := _unmatched(reached):
        error = Failure(NOT_FOUND, f"no host has a VM that matches {', '.join(words)}", _HINT)
        bad = ("failed", "unreachable")
        found = [
            o if o.status in bad else replace(o, status="failed", error=error) for o in outcomes
        ]
    else:
        found = list(outcomes)
    return tuple(_without_unmatched(o) for o in found)


def failed_if_profile_unmatched(
    outcomes: Sequence[Outcome], words: Mapping[str, Collection[str]]
) -> tuple[Outcome, ...]:
    """The same for what a profile calls VMs (``words``, by host): a host that was skipped since
    it has none of them has failed, unless another host that one of them is for may have it."""
    reached = [o for o in outcomes if o.status != "unreachable"]

    @cache
    def is_unmatched(word: str) -> bool:
        return all(_lacks(o, word) for o in reached if word in words.get(o.host, ()))

    return tuple(
        _failed(o)
        if o.status == "skipped"
        and _is_about_vms(o)
        and all(is_unmatched(word) for word in words.get(o.host, ()))
        else o
        for o in outcomes
    )


def _is_about_vms(outcome: Outcome) -> bool:
    return outcome.error is not None and outcome.error.kind == NOT_FOUND


def _lacks(outcome: Outcome, word: str) -> bool:
    """Whether the host is known to have no such VM."""
    return _is_about_vms(outcome) or word in outcome.facts.get(UNMATCHED_STATES, ())


def _unmatched(reached: Sequence[Outcome]) -> list[str]:
    """The words that each of these hosts reports as unmatched."""
    reports = [o.facts.get(UNMATCHED, ()) for o in reached]
    words = dict.fromkeys(word for each in reports for word in each)
    return [word for word in words if all(word in each for each in reports)]


def _failed(skipped: Outcome) -> Outcome:
    assert skipped.error is not None  # noqa: S101 - only skips with a reason come here
    return replace(skipped, status="failed", error=replace(skipped.error, hint=_HINT))


def _without_unmatched(outcome: Outcome) -> Outcome:
    facts = {key: value for key, value in outcome.facts.items() if key != UNMATCHED}
    return replace(outcome, facts=facts) if UNMATCHED in outcome.facts else outcome
