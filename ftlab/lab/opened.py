"""The opened lab that the methods of ``Lab`` work on, which a program does not see."""

from __future__ import annotations

from ftlab.engine.lab import OpenLab


class OnOpenLab:
    """What the methods of one subject share."""

    _lab: OpenLab


def opened(lab: OnOpenLab) -> OpenLab:
    """For ftlab's own tasks and their rendering."""
    return lab._lab
