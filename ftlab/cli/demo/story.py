"""The story, step by step: what is said, what is typed, and what must then be so."""

from __future__ import annotations

from dataclasses import dataclass

from ftlab.cli.demo.pair_state import PairState

FRESH = PairState(keys=False, ft="enabled", stream=("0", "0"))
PREPARED = PairState(keys=True, ft="enabled", stream=("0", "0"))
ALONE = PairState(keys=True, ft="needSecondary", stream=("0", "0"))
PROTECTED = PairState(keys=True, ft="running", stream=("1", "1"))


@dataclass(frozen=True)
class StoryStep:
    """``words`` introduce it, ``command`` is typed, ``exit`` must come out and ``leaves`` be the
    pair's state. ``changes``: the journal then has a run of this step that changes something.

    ``undoes`` numbers the earlier step (from 1) whose run replaces ``RUN`` in the command.
    """

    words: str
    command: str
    leaves: PairState
    exit: int = 0
    changes: bool = False
    undoes: int = 0


STORY: tuple[StoryStep, ...] = (
    StoryStep("Can every host be reached, and what is it?", "hosts.check", FRESH),
    StoryStep(
        "vCenter has turned FT on for db01: the same VM on two hosts, each with its role.",
        "vft.status --vm db01",
        FRESH,
    ),
    StoryStep(
        "What would nested FT need on it? A check changes nothing, and exits 3.",
        "vft.enable --vm db01 --check",
        FRESH,
        exit=3,
    ),
    StoryStep(
        "Go ahead: written, reloaded, read back from hostd.",
        "vft.enable --vm db01 --yes",
        PREPARED,
        changes=True,
    ),
    StoryStep("Once more: nothing is left to do.", "vft.enable --vm db01 --yes", PREPARED),
    StoryStep(
        "The primary goes up.",
        "vm.power-on --vm db01 --limit vesxi01 --yes",
        ALONE,
        changes=True,
    ),
    StoryStep(
        "Its secondary does not. Why? Only diagnose, this time.",
        "vft.power-on-secondary --vm db01 --no-remedy --yes",
        ALONE,
        exit=5,
        changes=True,
    ),
    StoryStep(
        "Now with the remedy: an advanced option, on both hosts of the pair.",
        "vft.power-on-secondary --vm db01 --yes",
        PROTECTED,
        changes=True,
    ),
    StoryStep("Protected.", "vft.status --vm db01", PROTECTED),
    StoryStep("What was changed so far?", "lab.history", PROTECTED),
    StoryStep(
        "All of it can be undone: the secondary and the remedy,",
        "lab.undo RUN --yes",
        ALONE,
        changes=True,
        undoes=8,
    ),
    StoryStep("the primary's power,", "lab.undo RUN --yes", PREPARED, changes=True, undoes=6),
    StoryStep(
        "and the VMX files, to the byte.", "lab.undo RUN --yes", FRESH, changes=True, undoes=4
    ),
)
