"""The story, step by step: what is said, what is typed, and what must then be so."""

from __future__ import annotations

from ftlab.cli.demo.pair_state import PairState
from ftlab.frozen import frozen
from ftlab.sim import PairSpec

PAIR = PairSpec("db01", cure=1, vcenter_seconds=0.0, start_seconds=0.5)
"""The pair that it is about. vCenter starts its secondary as soon as the primary is on."""

FRESH = PairState(keys=False, ft="enabled", stream=("0", "0"))
PREPARED = PairState(keys=True, ft="enabled", stream=("0", "0"))
GIVEN_UP = PairState(keys=True, ft="disabled", stream=("0", "0"))
PROTECTED = PairState(keys=True, ft="running", stream=("1", "1"))
STREAMING = PairState(keys=True, ft="running", stream=("0", "0"))


@frozen
class StoryStep:
    """``words`` introduce it, ``command`` is typed, ``exit`` must come out and ``leaves`` be the
    pair's state. ``changes``: the journal then has a run of this step that changes something.

    ``undoes`` numbers the earlier step (from 1) whose run replaces ``RUN`` in the command.
    ``resumed``: meanwhile somebody presses *Resume Fault Tolerance* in vCenter, once both hosts
    have the remedy.
    """

    words: str
    command: str
    leaves: PairState
    exit: int = 0
    changes: bool = False
    undoes: int = 0
    resumed: bool = False


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
        "The primary goes up, and vCenter starts its secondary.",
        "vm.power-on --vm db01 --limit vesxi01 --yes",
        GIVEN_UP,
        changes=True,
    ),
    StoryStep(
        "That has failed, and vCenter has given up: FT is disabled.",
        "vft.status --vm db01",
        GIVEN_UP,
    ),
    StoryStep("Why? The logs of both hosts know.", "vft.diagnose --vm db01", GIVEN_UP),
    StoryStep(
        "So: the remedy, an advanced option, on both hosts. The secondary's host leaves its start "
        "to vCenter: ftlab says what to press there, and looks on. Here somebody does.",
        "vft.power-on-secondary --vm db01 --yes",
        PROTECTED,
        changes=True,
        resumed=True,
    ),
    StoryStep("Protected.", "vft.status --vm db01", PROTECTED),
    StoryStep("What was changed so far?", "lab.history", PROTECTED),
    StoryStep(
        "All of it can be undone: the remedy,",
        "lab.undo RUN --yes",
        STREAMING,
        changes=True,
        undoes=9,
    ),
    StoryStep(
        "the primary's power, which takes the secondary along,",
        "lab.undo RUN --yes",
        PREPARED,
        changes=True,
        undoes=6,
    ),
    StoryStep(
        "and the VMX files, to the byte.", "lab.undo RUN --yes", FRESH, changes=True, undoes=4
    ),
)
